//! The promises (invariants of the routing engine, I1 to I23) that are looked at after every
//! command, through the core's public face only.

use crate::shadow::Shadow;
use passerelle_signaling::command::Command;
use passerelle_signaling::core::{self, Core};
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::need::{Mode, Need, Pool};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::simulation::{Day, Watch};
use passerelle_signaling::state::{Call, Interpreter, Presence, State};
use passerelle_signaling::steps::{Step, Width};
use passerelle_signaling::time::{Millis, Timestamp};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Commands shown when a promise breaks.
const RECENT_MAX: usize = 25;

/// Work conservation is looked at after every so many commands: it compares every call with every
/// interpreter.
const SAMPLE: u64 = 3;

/// The last commands of a day and what they led to, for the message of a failure.
#[derive(Default)]
pub(crate) struct Recent(RefCell<VecDeque<String>>);

impl Recent {
    /// One more, and the oldest is forgotten.
    pub(crate) fn add(&self, command: &Command, step: &core::Step, now: Timestamp) {
        let mut recent = self.0.borrow_mut();
        if recent.len() == RECENT_MAX {
            recent.pop_front();
        }
        let events: Vec<&Event> = step.entries.iter().map(|entry| &entry.event).collect();
        let short = |text: String| text.chars().take(600).collect::<String>();
        let rejection = step.rejection;
        recent.push_back(short(format!(
            "{} {command:?} → {rejection:?} {events:?}",
            now.0
        )));
    }

    /// One line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.borrow().iter().cloned().collect()
    }
}

/// The checks of one day.
pub(crate) struct Promises<'a> {
    recent: &'a Recent,
    shadow: Shadow,
    commands: u64,
    /// Calls that waited after the last command, and since when.
    waiting: u64,
    since: Timestamp,
    /// The queue's length over time, added up.
    area: u64,
}

impl<'a> Promises<'a> {
    pub(crate) fn new(recent: &'a Recent) -> Self {
        Self {
            recent,
            shadow: Shadow::default(),
            commands: 0,
            waiting: 0,
            since: Timestamp(0),
            area: 0,
        }
    }

    /// What can only be said of a whole day.
    pub(crate) fn at_the_end(&self, day: &Day) {
        let made = day.journal.iter().filter(|entry| {
            let Entry { event, .. } = entry;
            matches!(event, Event::CallQueued { .. })
        });
        // An appointment made without having waited is on record, and was never queued.
        let queued = day.records.iter().filter(|record| record.steps > 0).count();
        assert_eq!(made.count(), queued, "calls went missing (I18)");
        assert_eq!(self.shadow.ended(), queued as u64);
        assert_eq!(
            self.area,
            self.shadow.waited(),
            "the queue's length over time is not what its calls waited (Little, I20)"
        );
        for record in &day.records {
            moments_are_in_order(record);
            let callback = record.outcome == Some(Outcome::ConvertedCallback);
            assert_eq!(callback, record.callback.is_some(), "{record:?}");
            let appointment = record.outcome == Some(Outcome::ConvertedAppointment);
            assert!(appointment || record.appointment.is_none(), "{record:?}");
        }
        for (interpreter, service) in &day.service {
            assert!(service.busy <= service.on_duty, "{interpreter} (I19)");
        }
    }
}

impl Watch for Promises<'_> {
    fn step(&mut self, core: &Core, command: &Command, step: &core::Step, now: Timestamp) {
        self.recent.add(command, step, now);
        self.commands += 1;
        self.area += self.waiting * now.since(self.since).0;
        let state = core.state();
        let restarted = *command == Command::Restarted;
        for entry in &step.entries {
            assert_eq!(entry.at, now, "an entry at another moment");
            self.shadow.follow(entry, restarted);
            self.shadow.consent(command, entry);
        }
        self.shadow.agrees_with(state);
        self.shadow.agrees_on_company(core);
        self.shadow.agrees_on_appointments(state);
        rings_are_lawful(state, step, now);
        let overdue = core.next_deadline().is_some_and(|at| at <= now);
        assert!(!overdue, "a deadline was not carried out (I16)");
        if self.commands.is_multiple_of(SAMPLE) {
            nobody_waits_beside_a_free_interpreter(state, now);
        }
        let waiting = state.calls().filter(|(_, call)| call.is_waiting());
        (self.waiting, self.since) = (waiting.count() as u64, now);
    }

    fn crashed(&mut self, before: &Core, replayed: &Core) {
        assert_eq!(before.state(), replayed.state(), "the replay differs (I23)");
        assert_eq!(before.next_deadline(), replayed.next_deadline());
    }
}

/// I1, I4, I11: whoever has just been rung is there, able, rested, and within the step's width.
fn rings_are_lawful(state: &State, step: &core::Step, now: Timestamp) {
    for entry in &step.entries {
        let Event::Offered { offer, .. } = entry.event else {
            continue;
        };
        // Closed again in the same step: nobody heard it.
        let Some((_, call, ring)) = state.ring(offer) else {
            continue;
        };
        let person = state.interpreter(ring.interpreter).expect("who is rung");
        assert_eq!(person.presence, Presence::Connected, "rung and not there");
        assert!(may_be_rung(state, call, person), "{call:?}\n{person:?}");
        assert!(ring.expires_at > now, "a ring without time to answer (I9)");
        let others = call.search.rings.len() - 1;
        let step = step_of(state, call);
        assert!(
            has_room(step.ring, others),
            "more rings than the step allows"
        );
        let assigned = call.search.assigned.map(|(person, _)| person);
        assert!(assigned.is_none_or(|one| one == ring.interpreter && others == 0));
        let there = state.tablet(call.tablet).map(|tablet| tablet.presence);
        assert_eq!(there, Some(Presence::Connected), "rung for nobody");
    }
}

fn step_of(state: &State, call: &Call) -> Step {
    let number = call.search.step as usize;
    let language = call.searched().unwrap_or(&call.need).language;
    state.configuration().step(language, number)
}

/// Whether the width has room for one more beside so many; said again, so that a slip in the core's
/// own comparison is seen.
fn has_room(width: Width, rings: usize) -> bool {
    match width {
        Width::Some(most) => rings < most as usize,
        Width::All => true,
    }
}

/// Whether somebody may begin work in this mode: less done without rest than the least of the
/// rules' limits and their own.
fn is_rested(state: &State, person: &Interpreter, mode: Mode) -> bool {
    let rest = &state.configuration().rules.rest;
    let of_mode = rest.relief_ms.get(&mode);
    let own = [person.qualification.relief_ms, person.qualification.stop_ms];
    let mut limits = of_mode
        .into_iter()
        .chain(own.iter().flatten())
        .chain([&rest.stop_ms]);
    limits.all(|limit| person.work.done < *limit)
}

/// Qualified and rested for this call at its step, as an oracle sees it.
fn may_be_rung(state: &State, call: &Call, person: &Interpreter) -> bool {
    let Some(wanted) = call.searched() else {
        return false;
    };
    let step = step_of(state, call);
    let assigned = call.search.assigned.is_some();
    let Some(skill) = person.qualification.skills.get(&wanted.language) else {
        return false;
    };
    let in_mode = |mode: Mode| {
        let need = Need { mode, ..*wanted };
        is_rested(state, person, mode) && person.qualification.meets(&need)
    };
    let by_voice = step.audio && wanted.mode.may_fall_to_audio();
    let able = in_mode(wanted.mode) || (by_voice && in_mode(Mode::SpokenAudio));
    let in_step =
        skill.tier <= step.tier_max && (step.overflow || person.qualification.pool == Pool::Own);
    able && (assigned || (in_step && !person.held))
}

/// I15: after a command, whoever can be rung is.
fn nobody_waits_beside_a_free_interpreter(state: &State, now: Timestamp) {
    for (id, call) in state.calls() {
        let rings = call.search.rings.len();
        let assigned = call.search.assigned.map(|(person, _)| person);
        let wide = has_room(step_of(state, call).ring, rings) && (assigned.is_none() || rings == 0);
        // Given up, once the ring under way has ended.
        let longest = state.configuration().wait_max(call.need.language);
        let over = call.is_waiting() && call.record.queued_at + longest <= now;
        let over = over || call.sought.is_some_and(|sought| sought.until <= now);
        if over || !wide || !call.there || call.searched().is_none() {
            continue;
        }
        for (interpreter, person) in state.interpreters() {
            let could = person.is_free()
                && assigned.is_none_or(|one| one == interpreter)
                && !call.search.cooldowns.contains_key(&interpreter)
                && may_be_rung(state, call, person);
            assert!(!could, "call {id} waits beside {interpreter} (I15)");
        }
    }
}

/// I8, I21: the moments of a call are in order, so that no wait is negative.
fn moments_are_in_order(record: &CallRecord) {
    let moments = [
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
    let talked = matches!(
        record.outcome,
        Some(Outcome::Completed | Outcome::Transferred | Outcome::ConnectionLost)
    );
    assert_eq!(talked, record.connected_at.is_some(), "{record:?}");
    let wait = record.wait().unwrap_or_default();
    assert!(wait < Millis::from_secs(24 * 60 * 60), "{record:?}");
}
