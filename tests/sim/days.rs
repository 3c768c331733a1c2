//! Many days with every fault, each checked after every command.

use crate::city::day;
use crate::promises::{Promises, Recent};
use crate::replay::Replay;
use passerelle_signaling::simulation::{Day, Scenario, run};
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// Days of a test run without an environment; a few seconds on two cores.
const DAYS: u64 = 60;

/// Days whose journal is read at every prefix, which takes four times as long.
const DAYS_READ: u64 = 24;

/// A progress line after so many days.
const PROGRESS: u64 = 250;

#[expect(
    clippy::disallowed_methods,
    reason = "`make sim` says by environment how many days, and a failure which one"
)]
fn setting<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// Prints how to repeat the day, when a promise breaks while it is alive.
struct Repeat<'a> {
    seed: u64,
    recent: &'a Recent,
    /// What to run.
    test: &'static str,
}

impl Drop for Repeat<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let commit = setting("PASSERELLE_SIM_COMMIT").unwrap_or_else(|| String::from("unknown"));
        let mut text = String::from("\n  the last commands of the day:\n");
        for line in self.recent.lines() {
            let _ = writeln!(text, "    {line}");
        }
        let Self { seed, test, .. } = self;
        eprintln!(
            "{text}\n✗ seed {seed}, commit {commit}; play it again:\n  PASSERELLE_SIM_SEED={seed} \
             cargo test -p passerelle-signaling --test sim -- {test}"
        );
    }
}

/// A day, checked after every command and at its end; `test` plays it again.
pub(crate) fn played(scenario: &Scenario, seed: u64, test: &'static str) -> Day {
    let recent = Recent::default();
    let _repeat = Repeat {
        seed,
        recent: &recent,
        test,
    };
    let mut promises = Promises::new(&recent);
    let day = run(scenario, seed, &mut promises);
    promises.at_the_end(&day);
    day
}

/// The day of this seed.
fn checked(seed: u64) -> Day {
    played(&day(seed), seed, "one_day")
}

#[test]
fn one_day() {
    let seed = setting("PASSERELLE_SIM_SEED").unwrap_or(1);
    let day = checked(seed);
    assert!(day.records.len() > 50, "hardly anybody came");
}

/// The day of this seed, its journal read beside it and again from snapshots.
fn read_again(seed: u64) -> Day {
    let scenario = day(seed);
    let recent = Recent::default();
    let _repeat = Repeat {
        seed,
        recent: &recent,
        test: "at_every_prefix",
    };
    let mut replay = Replay::new(&recent);
    let day = run(&scenario, seed, &mut replay);
    replay.at_the_end(&day, seed);
    day
}

/// Plays so many days on all cores, or as many as the environment says; returns how many, and the
/// crashes of all.
fn each_day(days: u64, play: impl Fn(u64) -> Day + Sync) -> (u64, u64) {
    let from = setting("PASSERELLE_SIM_FROM").unwrap_or(1);
    let days = setting("PASSERELLE_SIM_DAYS").unwrap_or(days);
    let next = AtomicU64::new(from);
    let crashes = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + days {
                        return;
                    }
                    let day = play(seed);
                    crashes.fetch_add(day.crashes, Ordering::Relaxed);
                    let done = seed + 1 - from;
                    if done.is_multiple_of(PROGRESS) {
                        eprintln!("  {done} of {days} days");
                    }
                }
            });
        }
    });
    (days, crashes.into_inner())
}

#[test]
fn every_promise_is_kept_on_days_on_which_everything_goes_wrong() {
    let (days, crashes) = each_day(DAYS, checked);
    assert!(crashes >= days, "the gateway hardly crashed: {crashes}");
}

#[test]
fn at_every_prefix_the_journal_gives_the_live_state_and_the_live_figures() {
    if let Some(seed) = setting("PASSERELLE_SIM_SEED") {
        read_again(seed);
        return;
    }
    let (days, crashes) = each_day(DAYS_READ, read_again);
    assert!(crashes >= days, "the gateway hardly crashed: {crashes}");
}

#[test]
fn the_same_seed_gives_the_same_journal_and_another_seed_another() {
    let twice = [checked(5), checked(5)];
    assert_eq!(twice[0].journal, twice[1].journal);
    assert_eq!(twice[0], twice[1]);
    assert_ne!(twice[0].journal, checked(6).journal);
}

/// A simulation that never meets a case proves nothing about it.
#[test]
fn the_days_meet_every_event_and_every_outcome() {
    use passerelle_signaling::event::Event;
    use std::collections::BTreeSet;
    let mut events = BTreeSet::new();
    let mut outcomes = BTreeSet::new();
    for seed in 1..=80 {
        let day = checked(seed);
        for entry in &day.journal {
            let json = serde_json::to_value(&entry.event).unwrap();
            events.extend(json.as_object().unwrap().keys().cloned());
            if let Event::OfferClosed { reason, .. } = entry.event {
                events.insert(serde_json::to_value(reason).unwrap()["end"].to_string());
            }
            if let Event::CallbackEnded { end, .. } = entry.event {
                events.insert(format!("callback {end:?}"));
            }
            if let Event::AppointmentEnded { end, .. } = entry.event {
                events.insert(format!("appointment {end:?}"));
            }
        }
        outcomes.extend(day.records.iter().filter_map(|record| record.outcome));
    }
    // 54 kinds of event (nobody says a subject), 7 ends of an offer, 3 of a callback, 4 of an
    // appointment.
    let (kinds, ends): (Vec<_>, Vec<_>) = (events.iter().collect(), outcomes.iter().collect());
    assert_eq!(events.len(), 54 + 7 + 3 + 4, "{kinds:?}");
    assert_eq!(outcomes.len(), 11, "{ends:?}");
}
