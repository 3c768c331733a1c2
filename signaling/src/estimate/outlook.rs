//! What a wait hangs on, in a few numbers, and why it became longer: the comparison of two moments.
//! Work and duty are counted in person-time, so that what was foreseen (a planned break, a call
//! that ends) is no cause, and only what was not foreseen is.

use super::handling::Lengths;
use super::history::History;
use super::shown::Cause;
use super::{Activity, Person, SAMPLES_MIN, Situation, Waiting, formula};
use crate::time::{Millis, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

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

/// The outlook of every call of the queue, by the same index.
pub fn outlooks(situation: &Situation) -> Vec<Outlook> {
    let view = View::new(situation);
    let mut by_index = vec![Outlook::default(); view.order.len()];
    for at in 0..view.order.len() {
        by_index[view.order[at]] = view.of(at);
    }
    by_index
}

/// What the outlooks of one moment share.
struct View<'a> {
    situation: &'a Situation,
    /// The indices of the queue in the order of service.
    order: Vec<usize>,
    /// The calls that are being rung, by number.
    rung: BTreeSet<u64>,
    /// Expected time that each person's present call still takes.
    in_progress: Vec<f64>,
    /// Expected conversation and wrap-up by group, of those that wait.
    whole_calls: BTreeMap<u8, f64>,
}

impl<'a> View<'a> {
    fn new(situation: &'a Situation) -> Self {
        let mut lengths = BTreeMap::new();
        let rung = situation.people.iter().filter_map(|one| match one.state {
            Activity::Ringing { number, .. } => Some(number),
            _ => None,
        });
        let wrap_up = situation.wrap_up.0 as f64;
        let rest = |person: &Person| match person.state {
            Activity::InCall { group, since } => {
                let elapsed = situation.now.since(since);
                conversation(situation, &mut lengths, group, elapsed) + wrap_up
            }
            Activity::WrapUp { ends_at } => ends_at.since(situation.now).0 as f64,
            _ => 0.0,
        };
        let in_progress = situation.people.iter().map(rest).collect();
        let whole = |call: &Waiting| {
            let length = conversation(situation, &mut lengths, call.group, Millis(0));
            (call.group, length + wrap_up)
        };
        Self {
            order: super::in_order(situation),
            rung: rung.collect(),
            in_progress,
            whole_calls: situation.queue.iter().map(whole).collect(),
            situation,
        }
    }

    /// The outlook of the call at this position of the order.
    fn of(&self, at: usize) -> Outlook {
        let queue = &self.situation.queue;
        let this = queue[self.order[at]];
        let people = || {
            let all = self.situation.people.iter().zip(&self.in_progress);
            all.filter(|(one, _)| one.serves_group(this.group))
        };
        let shared = people().fold(0, |bits, (one, _)| bits | one.serves);
        let before = &self.order[..at];
        let calls = before.iter().map(|index| queue[*index]);
        let competes =
            |call: &Waiting| shared.checked_shr(u32::from(call.group)).unwrap_or(0) & 1 == 1;
        let ahead: Vec<Waiting> = calls.filter(competes).collect();
        let rings = ahead.iter().chain([&this]);
        let own = self.whole_calls.get(&this.group).copied().unwrap_or(0.0);
        Outlook {
            now: self.situation.now,
            more_urgent: count(ahead.iter().filter(|call| call.rank < this.rank)),
            ahead: count(ahead.iter()),
            rings: count(rings.filter(|call| self.rung.contains(&call.number))),
            absences: people()
                .flat_map(|(one, _)| absences(one, self.situation.now))
                .collect(),
            qualified: count(people()),
            work: people().map(|(_, rest)| rest).sum::<f64>()
                + own * formula::competitors(self.situation, before, this.group),
        }
    }
}

impl Outlook {
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

/// How much longer a conversation of this group is expected to last after `elapsed`: by its samples
/// when there are enough, else by the mean alone.
fn conversation(
    situation: &Situation,
    lengths: &mut BTreeMap<u8, Lengths>,
    group: u8,
    elapsed: Millis,
) -> f64 {
    let nothing = History::default();
    let history = situation.groups.get(usize::from(group)).unwrap_or(&nothing);
    if history.handling().len() < SAMPLES_MIN {
        return history.handling_mean();
    }
    let samples = || Lengths::new(history.handling().values().iter().copied());
    let lengths = lengths.entry(group).or_insert_with(samples);
    lengths.mean_remaining(elapsed.0 as f64)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
