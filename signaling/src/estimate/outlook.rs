//! What a wait hangs on, in a few numbers, and why it became longer: the comparison of two moments.
//! Work and duty are counted in person-time, so that what was foreseen (a planned break, a call
//! that ends) is no cause, and only what was not foreseen is.

use super::handling::Lengths;
use super::history::History;
use super::shown::Cause;
use super::{Activity, Person, SAMPLES_MIN, Situation, Waiting, formula};
use crate::time::{Millis, Timestamp};

/// How far ahead absences are compared: longer than most waits.
const HORIZON: Millis = Millis::from_secs(60 * 60);

/// The smallest delay worth telling, for each person on duty.
const DELAY_MIN: f64 = 30_000.0;

/// What a wait hangs on at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    pub(super) now: Timestamp,
    /// Calls of a smaller rank ahead that compete for the same people.
    pub(super) more_urgent: u32,
    /// All calls ahead that compete for the same people.
    pub(super) ahead: u32,
    /// How many of those, and of this one, are being rung.
    pub(super) rings: u32,
    /// When each qualified person is away within the horizon, as far as is known now.
    pub(super) absences: Vec<(Timestamp, Timestamp)>,
    /// How many people qualify, on duty or not.
    pub(super) qualified: u32,
    /// Expected person-time until nothing is left to do before this call, in milliseconds.
    pub(super) work: f64,
}

impl Outlook {
    /// The outlook of the call at index `of` of the queue.
    pub fn of(situation: &Situation, of: usize) -> Self {
        let this = situation.queue[of];
        let order = super::in_order(situation);
        let before: Vec<usize> = order.into_iter().take_while(|index| *index != of).collect();
        let shares = |group: u8| {
            let both = |one: &Person| one.serves_group(group) && one.serves_group(this.group);
            situation.people.iter().any(both)
        };
        let calls = before.iter().map(|index| &situation.queue[*index]);
        let ahead: Vec<&Waiting> = calls.filter(|call| shares(call.group)).collect();
        let people = || {
            situation
                .people
                .iter()
                .filter(|one| one.serves_group(this.group))
        };
        let is_rung = |number: u64| {
            let rung = |one: &Person| matches!(one.state, Activity::Ringing { number: other, .. } if other == number);
            situation.people.iter().any(rung)
        };
        let rings = ahead.iter().copied().chain([&this]);
        Self {
            now: situation.now,
            more_urgent: count(ahead.iter().filter(|call| call.rank < this.rank)),
            ahead: count(ahead.iter()),
            rings: count(rings.filter(|call| is_rung(call.number))),
            absences: people()
                .flat_map(|one| absences(one, situation.now))
                .collect(),
            qualified: count(people()),
            work: work(situation, &before, this.group),
        }
    }

    /// Why the wait is longer than it was foreseen at `earlier`; `None` when nothing tells.
    pub fn cause_since(&self, earlier: &Self) -> Option<Cause> {
        let until = earlier.now + HORIZON;
        let (foreseen, known) = (
            earlier.absent(self.now, until),
            self.absent(self.now, until),
        );
        let passed = self.now.since(earlier.now).0 as f64;
        let present = f64::from(self.qualified) * passed - earlier.absent(earlier.now, self.now);
        let delay = DELAY_MIN * f64::from(self.qualified.max(1));
        let overrun = self.work - (earlier.work - present).max(0.0);
        if self.more_urgent > earlier.more_urgent {
            Some(Cause::MoreUrgentCall)
        } else if known > foreseen + DELAY_MIN || self.qualified < earlier.qualified {
            Some(Cause::FewerInterpreters)
        } else if self.rings < earlier.rings && self.ahead >= earlier.ahead {
            Some(Cause::NoAnswer)
        } else if self.ahead > earlier.ahead {
            Some(Cause::CallReturned)
        } else if overrun > delay {
            Some(Cause::LongerCalls)
        } else {
            None
        }
    }

    /// Person-time away between two moments, in milliseconds.
    fn absent(&self, from: Timestamp, until: Timestamp) -> f64 {
        let within = |(begin, end): &(Timestamp, Timestamp)| {
            (*end).min(until).since((*begin).max(from)).0 as f64
        };
        self.absences.iter().map(within).sum()
    }
}

/// When this person is away within the horizon.
fn absences(person: &Person, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let until = now + HORIZON;
    let begin = person.on_duty_from(now).unwrap_or(until).min(until);
    let mut away = vec![(now, begin)];
    let mut at = begin;
    while !person.duty.is_empty() && at < until {
        let back = super::on_roster_from(&person.duty, at).unwrap_or(until);
        if back > at {
            away.push((at, back.min(until)));
        }
        let interval = person.duty.iter().find(|(_, end)| back < *end);
        at = interval.map_or(until, |(_, end)| *end);
    }
    away.retain(|(from, to)| from < to);
    away
}

/// Expected person-time of the calls in progress and of the calls before.
fn work(situation: &Situation, before: &[usize], group: u8) -> f64 {
    let wrap_up = situation.wrap_up.0 as f64;
    let of = |person: &Person| match person.state {
        Activity::InCall { group, since } => {
            conversation(situation, group, situation.now.since(since)) + wrap_up
        }
        Activity::WrapUp { ends_at } => ends_at.since(situation.now).0 as f64,
        _ => 0.0,
    };
    let qualified = situation
        .people
        .iter()
        .filter(|one| one.serves_group(group));
    let in_progress: f64 = qualified.map(of).sum();
    let competing = formula::competitors(situation, before, group);
    in_progress + competing * (conversation(situation, group, Millis(0)) + wrap_up)
}

/// How much longer a conversation of this group is expected to last after `elapsed`: by its samples
/// when there are enough, else by the mean alone.
fn conversation(situation: &Situation, group: u8, elapsed: Millis) -> f64 {
    let nothing = History::default();
    let history = situation.groups.get(usize::from(group)).unwrap_or(&nothing);
    if history.handling().len() < SAMPLES_MIN {
        return history.handling_mean();
    }
    let lengths = Lengths::new(history.handling().values().iter().copied());
    lengths.mean_remaining(elapsed.0 as f64)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
