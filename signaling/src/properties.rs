//! Random days against the invariants I1 to I23 of the routing specification: each invariant is its
//! own check, named as the promise it keeps; the files below have one kind of promise each. A
//! failure prints the shortest sequence of acts that breaks it, and proptest writes its seed beside
//! this folder: commit that file.
//!
//! Of 857 mutants of the decisions, the state and the rules that compile (a `<` turned `<=`, a
//! filter left out, a body emptied, …) these and the scenarios caught 854; the other three change
//! nothing that could be seen.
//!
//! A run takes [`CASES`] days for each property. `PASSERELLE_CASES=50 cargo test properties` takes
//! fifty times as many, for a night.

mod accounts;
mod acts;
mod appointments;
mod callbacks;
mod commands;
mod company;
mod day;
mod legality;
mod onlookers;
mod order;
mod reach;
mod rest;
mod safety;
mod service;
mod told;

use crate::command::{Command, Departure, Party};
use crate::core::Core;
use crate::event::Entry;
use crate::figures;
use crate::ids::{InterpreterId, TabletId};
use crate::record::{CallRecord, Outcome};
use crate::state::{Duty, Snapshot};
use crate::time::{Millis, Timestamp};
use acts::day;
use day::Day;
use proptest::prelude::*;
use service::{TABLETS, configuration};

/// Days for each property; all of them together take about a minute of one core.
const CASES: u32 = 512;

fn config() -> ProptestConfig {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long to search is the caller's choice, not part of the core"
    )]
    let times = std::env::var("PASSERELLE_CASES");
    let times: u32 = times.map_or(1, |times| times.parse().unwrap());
    ProptestConfig {
        cases: CASES * times,
        ..ProptestConfig::default()
    }
}

/// I7, I21: each record's moments are in order.
fn moments_are_in_order(record: &CallRecord) {
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
    #![proptest_config(config())]

    /// All checks inside `Day::handle` run after every command of the day.
    #[test]
    fn every_invariant_holds_after_every_command(acts in day()) {
        let day = Day::play(&acts);
        day.accounts_are_closed();
        day.ended.values().for_each(moments_are_in_order);
        prop_assert!(day.journal.is_sorted_by_key(|entry| entry.at));
    }

    /// I22.
    #[test]
    fn the_figures_of_a_replay_are_those_of_the_day(acts in day()) {
        let day = Day::play(&acts);
        let mut replayed = Core::new().state().clone();
        let mut records = day.ended.clone();
        records.clear();
        for entry in &day.journal {
            let finished = replayed.apply(entry);
            records.extend(finished.map(|record| (record.call, record)));
        }
        let running = |state: &crate::state::State| -> Vec<CallRecord> {
            state.calls().map(|(_, call)| call.record.clone()).collect()
        };
        let (then, now) = (running(&replayed), running(day.core.state()));
        let then = figures(records.values().chain(&then));
        prop_assert_eq!(then, figures(day.ended.values().chain(&now)));
    }

    /// I23, begun in the middle: what is kept between two starts loses nothing.
    #[test]
    fn a_snapshot_and_the_entries_since_give_the_state_of_the_whole_journal(
        acts in day(), at in any::<prop::sample::Index>(),
    ) {
        let day = Day::play(&acts);
        let (before, since) = day.journal.split_at(at.index(day.journal.len() + 1));
        let kept = Core::replay(before.to_vec());
        let text = serde_json::to_string(&kept.snapshot()).unwrap();
        let read: Snapshot = serde_json::from_str(&text).unwrap();
        let begun = Core::from_snapshot(read).unwrap();
        prop_assert_eq!((begun.state(), begun.latest()), (kept.state(), kept.latest()));
        let ended = begun.replayed(since.to_vec());
        prop_assert_eq!(ended.state(), day.core.state());
        prop_assert!(ended.state().index_is_true());
    }

    /// I23: at-least-once delivery of the newest entry.
    #[test]
    fn an_entry_delivered_twice_changes_nothing_the_second_time(acts in day()) {
        let day = Day::play(&acts);
        let mut state = Core::new().state().clone();
        for entry in &day.journal {
            state.apply(entry);
            let once = state.clone();
            state.apply(entry);
            prop_assert_eq!(&state, &once, "{:?}", entry.event);
        }
    }

    /// I23: whatever a journal repeats or lacks, reading it ends, and the state can be asked.
    #[test]
    fn no_journal_however_broken_stops_the_core(
        acts in day(), from in 0usize..500, again in 1usize..60, lost in prop::bool::ANY,
    ) {
        let day = Day::play(&acts);
        let from = from % day.journal.len();
        let until = (from + again).min(day.journal.len());
        let (before, after) = day.journal.split_at(until);
        let middle = if lost { &[] } else { &before[from..] };
        let before = if lost { &before[..from] } else { before };
        let entries = before.iter().chain(middle).chain(after).cloned();
        let core = Core::replay(entries.collect::<Vec<Entry>>());
        let views = (1..=TABLETS).filter_map(|id| core.tablet_view(TabletId(id)));
        prop_assert!(views.count() <= TABLETS as usize);
        core.board_view();
    }

    /// I21: a moment before the last one counts as the last.
    #[test]
    fn a_clock_that_steps_back_counts_as_standing_still(acts in day(), back in 1u64..8_000_000) {
        let mut core = Day::open().core;
        for (act, millis) in &acts {
            let now = core.latest() + Millis(*millis);
            core.handle(&Command::Tick, now);
            let command = act.command(core.state(), now);
            let mut behind = core.clone();
            let step = core.handle(&command, now);
            prop_assert_eq!(behind.handle(&command, Timestamp(now.0 - back)), step);
            prop_assert_eq!(behind.state(), core.state());
            prop_assert_eq!(behind.next_deadline(), core.next_deadline());
        }
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
    fn with_willing_interpreters_every_visitor_who_stays_is_answered(acts in day()) {
        let mut day = Day::play(&acts);
        let mut patient = configuration(0);
        patient.rules.wait_max_ms = Millis::from_secs(3600);
        day.handle(&Command::Configure(Box::new(patient)));
        day.everybody_comes();
        let before: Vec<_> = day.ended.keys().copied().collect();
        // Interpreters who answer at once and talk for five seconds.
        for _ in 0..120 {
            let people = day.core.state().interpreters();
            let duties: Vec<_> = people.map(|(id, person)| (id, person.duty)).collect();
            for (interpreter, duty) in duties {
                day.answer_or_hang_up(interpreter, duty);
            }
            day.pass(5_000);
        }
        prop_assert_eq!(day.core.state().calls().count(), 0, "a call is left waiting (I17)");
        prop_assert_eq!(day.core.state().callbacks().count(), 0, "a callback is left (I17)");
        let since = day.ended.values().filter(|record| !before.contains(&record.call));
        let unanswered = since.filter(|record| record.outcome == Some(Outcome::TimedOut)).count();
        prop_assert_eq!(unanswered, 0, "somebody waited an hour (I17)");
    }
}

impl Day {
    fn answer_or_hang_up(&mut self, interpreter: InterpreterId, duty: Duty) {
        match duty {
            Duty::Ringing(offer) => {
                let Some((call, ..)) = self.core.state().ring(offer) else {
                    // A colleague was faster.
                    return;
                };
                self.handle(&Command::Accept { interpreter, offer });
                self.handle(&Command::MediaUp { call });
            }
            Duty::InCall(call) => {
                let party = Party::Interpreter(interpreter);
                self.handle(&Command::HangUp { party, call });
            }
            Duty::Free | Duty::WrapUp { .. } => {}
        }
    }
}
