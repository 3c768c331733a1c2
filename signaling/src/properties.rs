//! Random days against the invariants. Each invariant is its own check, named after
//! the promise it keeps; a failure prints the shortest sequence of commands that breaks it.

use crate::command::{Command, Configuration, Departure, Party};
use crate::core::Core;
use crate::effect::Effect;
use crate::event::{Entry, Event};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::protocol::DeclineReason;
use crate::record::CallRecord;
use crate::rules::Rules;
use crate::state::{Duty, Phase, Presence, State};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const TABLETS: u32 = 4;
const INTERPRETERS: u32 = 3;

/// What somebody does; calls and offers are named by how far back they lie, so that most of them
/// are live and some are stale.
#[derive(Clone, Debug)]
enum Act {
    Come(Party),
    Leave(Party, Departure),
    Tap(TabletId, Language),
    HangUp(Party, u64),
    Available(InterpreterId, bool),
    Accept(InterpreterId, u64),
    Decline(InterpreterId, u64),
    EndWrapUp(InterpreterId),
    MediaUp(u64),
    Reconfigure(u8),
    Restart,
    Wait,
}

fn languages() -> [Language; 2] {
    ["en", "fsl"].map(|tag| tag.parse().unwrap())
}

/// One of four directories: all people; one gone; one with fewer languages; a short queue.
fn configuration(variant: u8) -> Configuration {
    let [en, fsl] = languages();
    let mut interpreters: BTreeMap<_, BTreeSet<_>> = [
        (InterpreterId(1), [en, fsl].into()),
        (InterpreterId(2), [fsl].into()),
        (InterpreterId(3), [en].into()),
    ]
    .into();
    let mut rules = Rules {
        wait_max_ms: Millis::from_secs(120),
        ..Rules::default()
    };
    match variant {
        1 => drop(interpreters.remove(&InterpreterId(2))),
        2 => drop(interpreters.insert(InterpreterId(1), [en].into())),
        3 => rules.queue_max = 1,
        _ => {}
    }
    Configuration {
        rules,
        languages: [en, fsl].into(),
        tablets: (1..=TABLETS)
            .map(|id| (TabletId(id), SiteId(id * 10)))
            .collect(),
        interpreters,
    }
}

fn act() -> impl Strategy<Value = Act> {
    let tablet = (1..=TABLETS).prop_map(TabletId);
    let person = (1..=INTERPRETERS).prop_map(InterpreterId);
    let party = prop_oneof![
        tablet.clone().prop_map(Party::Tablet),
        person.clone().prop_map(Party::Interpreter)
    ];
    let departure = prop_oneof![
        Just(Departure::Closed),
        Just(Departure::Lost),
        Just(Departure::SignedOut)
    ];
    prop_oneof![
        3 => party.clone().prop_map(Act::Come),
        1 => (party.clone(), departure).prop_map(|(party, how)| Act::Leave(party, how)),
        5 => (tablet, prop::sample::select(languages().to_vec()))
            .prop_map(|(tablet, language)| Act::Tap(tablet, language)),
        2 => (party, 0u64..4).prop_map(|(party, back)| Act::HangUp(party, back)),
        3 => (person.clone(), prop::bool::weighted(0.8))
            .prop_map(|(person, available)| Act::Available(person, available)),
        5 => (person.clone(), 0u64..3).prop_map(|(person, back)| Act::Accept(person, back)),
        2 => (person.clone(), 0u64..3).prop_map(|(person, back)| Act::Decline(person, back)),
        2 => person.prop_map(Act::EndWrapUp),
        4 => (0u64..4).prop_map(Act::MediaUp),
        1 => (0u8..4).prop_map(Act::Reconfigure),
        1 => Just(Act::Restart),
        3 => Just(Act::Wait),
    ]
}

/// A day: acts with the seconds that pass before each.
fn day() -> impl Strategy<Value = Vec<(Act, u64)>> {
    prop::collection::vec(
        (act(), prop_oneof![Just(0), 0u64..3000, 0u64..70_000]),
        1..120,
    )
}

/// A core with its journal and everything the checks need to have seen.
struct Day {
    core: Core,
    now: Timestamp,
    journal: Vec<Entry>,
    ended: BTreeMap<CallId, CallRecord>,
}

impl Day {
    fn open() -> Self {
        let mut day = Self {
            core: Core::new(),
            now: Timestamp(1_000_000),
            journal: Vec::new(),
            ended: BTreeMap::new(),
        };
        day.handle(&Command::Configure(configuration(0)));
        for id in 1..=TABLETS {
            day.handle(&Command::Connected(Party::Tablet(TabletId(id))));
        }
        for id in 1..=INTERPRETERS {
            let interpreter = InterpreterId(id);
            day.handle(&Command::Connected(Party::Interpreter(interpreter)));
            day.handle(&Command::SetAvailable {
                interpreter,
                available: true,
            });
        }
        day
    }

    fn command(&self, act: &Act) -> Command {
        let back = |made: u64, back: u64| made.saturating_sub(1 + back);
        let call = |n| CallId(back(self.core.state().next_call().0, n));
        let offer = |n| OfferId(back(self.core.state().next_offer().0, n));
        match *act {
            Act::Come(party) => Command::Connected(party),
            Act::Leave(party, how) => Command::Disconnected(party, how),
            Act::Tap(tablet, language) => Command::Tap {
                tablet,
                language,
                tapped_at: self.now,
            },
            Act::HangUp(party, n) => Command::HangUp {
                party,
                call: call(n),
            },
            Act::Available(interpreter, available) => Command::SetAvailable {
                interpreter,
                available,
            },
            Act::Accept(interpreter, n) => Command::Accept {
                interpreter,
                offer: offer(n),
            },
            Act::Decline(interpreter, n) => {
                let reason = DeclineReason::Tired;
                Command::Decline {
                    interpreter,
                    offer: offer(n),
                    reason,
                }
            }
            Act::EndWrapUp(interpreter) => Command::EndWrapUp { interpreter },
            Act::MediaUp(n) => Command::MediaUp { call: call(n) },
            Act::Reconfigure(variant) => Command::Configure(configuration(variant)),
            Act::Restart => Command::Restarted,
            Act::Wait => Command::Tick,
        }
    }

    fn handle(&mut self, command: &Command) {
        let before = self.core.clone();
        let step = self.core.handle(command, self.now);
        every_ring_is_the_least_of_the_documented_key(before.state().clone(), &step.entries);
        every_changed_picture_and_record_is_announced(&before, &self.core, &step.effects);
        for entry in &step.entries {
            if let Event::CallEnded { call, .. } = entry.event {
                let record = self.core.record(call).expect("an ended call has a record");
                assert!(
                    self.ended.insert(call, record).is_none(),
                    "call {call} ended twice (I6)"
                );
            }
        }
        self.journal.extend(step.entries);
        let state = self.core.state();
        rings_and_calls_agree_on_both_sides(state);
        nobody_waits_beside_a_free_interpreter(state);
        assert!(
            state.index_is_true(),
            "the indexes say something else than the state"
        );
        let overdue = self.core.next_deadline().is_some_and(|at| at <= self.now);
        assert!(
            !overdue,
            "a deadline that has passed was not carried out (I16)"
        );
    }

    fn pass(&mut self, millis: u64) {
        let end = Timestamp(self.now.0 + millis);
        while let Some(at) = self.core.next_deadline().filter(|at| *at <= end) {
            self.now = at;
            self.handle(&Command::Tick);
        }
        self.now = end;
    }

    fn play(acts: &[(Act, u64)]) -> Self {
        let mut day = Self::open();
        for (act, millis) in acts {
            day.pass(*millis);
            let command = day.command(act);
            day.handle(&command);
        }
        day
    }
}

/// I1, I2, I3: one live offer per call, one call or offer per interpreter, and both sides say so.
fn rings_and_calls_agree_on_both_sides(state: &State) {
    for (id, call) in state.calls() {
        let tablet = state
            .tablet(call.tablet)
            .expect("a live call has its tablet");
        assert_eq!(tablet.call, Some(id));
        let duty = call
            .interpreter()
            .and_then(|person| state.interpreter(person))
            .map(|p| p.duty);
        match call.phase {
            Phase::Queued => assert_eq!(duty, None),
            Phase::Offered { offer, .. } => {
                assert_eq!(duty, Some(Duty::Ringing(offer)));
                assert_eq!(state.offered_call(offer).map(|(call, _)| call), Some(id));
            }
            Phase::Connecting { .. } | Phase::Active { .. } => {
                assert_eq!(duty, Some(Duty::InCall(id)));
            }
        }
    }
    for (id, person) in state.interpreters() {
        let call = match person.duty {
            Duty::Ringing(offer) => state.offered_call(offer).map(|(_, call)| call),
            Duty::InCall(call) => state.call(call),
            Duty::Free | Duty::WrapUp { .. } => continue,
        };
        let call = call.unwrap_or_else(|| panic!("{id} is busy with nothing (scenario 6)"));
        assert_eq!(call.interpreter(), Some(id));
    }
}

/// I4, I14: the ring is what an oracle finds that knows nothing of the indexes.
fn every_ring_is_the_least_of_the_documented_key(mut state: State, entries: &[Entry]) {
    for entry in entries {
        if let Event::Offered {
            call, interpreter, ..
        } = &entry.event
        {
            let seen = &state;
            let pairs = seen.calls().flat_map(|(call_id, call)| {
                seen.interpreters().filter_map(move |(id, person)| {
                    let tablet = seen.presence(Party::Tablet(call.tablet));
                    let eligible = call.phase == Phase::Queued
                        && tablet == Some(Presence::Connected)
                        && person.is_free()
                        && person.languages.contains(&call.record.language)
                        && !call.cooldowns.contains_key(&id);
                    eligible.then_some((call.record.queued_at, call_id, person.idle_since, id))
                })
            });
            let least = pairs.min().map(|(_, call, _, person)| (call, person));
            assert_eq!(
                least,
                Some((*call, *interpreter)),
                "not the least of the key (I14)"
            );
        }
        state.apply(entry);
    }
}

/// I15: after every step, whoever can be rung is.
fn nobody_waits_beside_a_free_interpreter(state: &State) {
    for (id, call) in state
        .calls()
        .filter(|(_, call)| call.phase == Phase::Queued)
    {
        let there = state.presence(Party::Tablet(call.tablet)) == Some(Presence::Connected);
        for (person_id, person) in state.interpreters() {
            let could = there
                && person.is_free()
                && person.languages.contains(&call.record.language)
                && !call.cooldowns.contains_key(&person_id);
            assert!(
                !could,
                "call {id} waits although interpreter {person_id} is free (I15)"
            );
        }
    }
}

/// A client that is told nothing shows an old picture: so every change is announced.
fn every_changed_picture_and_record_is_announced(before: &Core, after: &Core, effects: &[Effect]) {
    let mut announced: BTreeSet<Party> = BTreeSet::new();
    for effect in effects {
        match effect {
            Effect::Show(party) => drop(announced.insert(*party)),
            Effect::ShowQueue(language) => announced.extend(after.audience(*language)),
            Effect::CloseRoom(_) | Effect::Record(_) | Effect::ShowBoard => {}
        }
    }
    for id in (1..=TABLETS).map(TabletId) {
        let told = announced.contains(&Party::Tablet(id));
        assert!(
            told || before.tablet_view(id) == after.tablet_view(id),
            "tablet {id} not told"
        );
    }
    for id in (1..=INTERPRETERS).map(InterpreterId) {
        let here = after.state().presence(Party::Interpreter(id)) == Some(Presence::Connected);
        let told = announced.contains(&Party::Interpreter(id));
        let same = before.interpreter_view(id) == after.interpreter_view(id);
        assert!(told || same || !here, "interpreter {id} not told");
    }
    let board = effects.contains(&Effect::ShowBoard);
    assert!(
        board || before.board_view() == after.board_view(),
        "coordinators not told"
    );
    for id in (1..after.state().next_call().0).map(CallId) {
        let stored = effects.contains(&Effect::Record(id));
        let ended_before = before.record(id).is_some() && after.record(id).is_none();
        let same = before.record(id) == after.record(id) || ended_before;
        assert!(
            stored || same,
            "the record of call {id} changed and is not stored"
        );
    }
}

/// I7, I8, I21: each record's moments are in order and the ticket is that of the tap.
fn moments_are_in_order(record: &CallRecord, journal: &[Entry]) {
    let queued = journal.iter().find_map(|entry| match entry.event {
        Event::CallQueued { call, .. } if call == record.call => Some(entry.at),
        _ => None,
    });
    assert_eq!(
        queued,
        Some(record.queued_at),
        "the ticket time changed (I7)"
    );
    let moments = [
        Some(record.tapped_at),
        Some(record.queued_at),
        record.offered_at,
        record.accepted_at,
        record.connected_at,
        record.ended_at,
    ];
    let known: Vec<_> = moments.into_iter().flatten().collect();
    assert!(known.is_sorted(), "moments out of order: {record:?}");
    assert!(record.connected_at.is_none() || record.accepted_at.is_some());
    assert!(record.accepted_at.is_none() || record.offered_at.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// All checks inside `handle` run after every command of the day.
    #[test]
    fn every_invariant_holds_after_every_command(acts in day()) {
        let day = Day::play(&acts);
        let made = day.core.state().next_call().0 - 1;
        let live = day.core.state().calls().count();
        prop_assert_eq!(made as usize, day.ended.len() + live, "calls went missing (I18)");
        for record in day.ended.values() {
            moments_are_in_order(record, &day.journal);
        }
        prop_assert!(day.journal.is_sorted_by_key(|entry| entry.at));
    }

    #[test]
    fn replaying_the_journal_from_its_json_gives_the_same_state(acts in day()) {
        let day = Day::play(&acts);
        let json: Vec<String> =
            day.journal.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let read = json.iter().map(|line| serde_json::from_str::<Entry>(line).unwrap());
        let replayed = Core::replay(read);
        prop_assert_eq!(replayed.state(), day.core.state());
    }

    #[test]
    fn once_everybody_has_gone_every_call_ends(acts in day()) {
        let mut day = Day::play(&acts);
        for party in (1..=TABLETS).map(|id| Party::Tablet(TabletId(id))) {
            day.handle(&Command::Disconnected(party, Departure::Lost));
        }
        day.pass(61_000);
        let left = day.core.state().calls().count();
        prop_assert_eq!(left, 0, "a call without a tablet goes on (I17)");
    }

    #[test]
    fn with_willing_interpreters_every_waiting_call_is_answered_or_ends(acts in day()) {
        let mut day = Day::play(&acts);
        day.handle(&Command::Configure(configuration(0)));
        for interpreter in (1..=INTERPRETERS).map(InterpreterId) {
            day.handle(&Command::Connected(Party::Interpreter(interpreter)));
            day.handle(&Command::SetAvailable { interpreter, available: true });
        }
        // Interpreters who answer at once and talk for five seconds.
        for _ in 0..200 {
            let people = day.core.state().interpreters();
            let duties: Vec<_> = people.map(|(id, person)| (id, person.duty)).collect();
            for (interpreter, duty) in duties {
                match duty {
                    Duty::Ringing(offer) => {
                        let call = day.core.state().offered_call(offer).unwrap().0;
                        day.handle(&Command::Accept { interpreter, offer });
                        day.handle(&Command::MediaUp { call });
                    }
                    Duty::InCall(call) => {
                        let party = Party::Interpreter(interpreter);
                        day.handle(&Command::HangUp { party, call });
                    }
                    Duty::Free | Duty::WrapUp { .. } => {}
                }
            }
            day.pass(5_000);
        }
        prop_assert_eq!(day.core.state().calls().count(), 0, "a call is left waiting (I17)");
    }
}
