//! The estimated wait: this very dispatcher run forward from the live state, many times, and the
//! quantiles of what came out. `Situation` is the live state in numbers; `history` what has been
//! learned; `plan` and `forward` the runs; `formula` the answer while too little has been learned;
//! `shown` what a screen may say of it, `outlook` why it grew.
//!
//! Only the calls that wait are run forward. In a work-conserving dispatcher that serves equal
//! ranks by ticket, no later call can change the wait of an earlier one; a more urgent call can,
//! is rare, and is told as a cause when it comes (`shown::Cause`).

use crate::time::{Millis, Timestamp};

mod draw;
mod formula;
mod forward;
mod handling;
pub mod history;
pub mod outlook;
mod plan;
pub mod shown;

use history::History;
use plan::Plan;

/// How many replicates are a good answer: the level of the P80 then has a standard error of
/// √(0.8·0.2/300) = 2.3 points, and an estimate for ten interpreters costs about half a
/// millisecond.
pub const REPLICATES: u32 = 300;

/// Fewer handling times than this and the ticket's group gets the formula: the P90 of fewer has
/// less than three samples above it.
pub const SAMPLES_MIN: usize = 30;

/// Tickets further back than this get the formula: four times the queue's default limit, and what
/// keeps one estimate for all within a few milliseconds.
pub const SIMULATED_MAX: usize = 256;

/// The most need groups: they are bits of [`Person::serves`].
pub const GROUPS_MAX: usize = 64;

/// A gap in the roster up to this long is a break, which somebody kept by a call takes in full; a
/// longer one is the time between two shifts, and the next begins as planned.
pub const BREAK_MAX: Millis = Millis::from_secs(2 * 60 * 60);

/// What the estimate reads of the live state.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// The moment the state was read.
    pub now: Timestamp,
    /// Everybody who may take a call today, also who is away.
    pub people: Vec<Person>,
    /// The calls that wait or ring, in any order.
    pub queue: Vec<Waiting>,
    /// What has been learned, by need group; a group beyond its end has learned nothing.
    pub groups: Vec<History>,
    /// The wrap-up after each call.
    pub wrap_up: Millis,
}

/// One interpreter. Ties between people free at the same moment go to the first in the list.
#[derive(Clone, Debug)]
pub struct Person {
    /// The need groups (language, mode, certification) this person serves, a bit each.
    pub serves: u64,
    /// Lower tiers are rung first.
    pub tier: u8,
    /// What they are doing.
    pub state: Activity,
    /// The roster: when they are on duty, ascending; empty for somebody who stays. A call begun
    /// within is finished beyond, and a break begun late keeps its length ([`BREAK_MAX`]). What
    /// they do now counts more than the roster.
    pub duty: Vec<(Timestamp, Timestamp)>,
}

/// What an interpreter is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// May be rung.
    Free {
        /// The end of the last call, pause or missed ring.
        idle_since: Timestamp,
    },
    /// Is being rung.
    Ringing {
        /// [`Waiting::number`] of the call.
        number: u64,
        /// When the ring began.
        since: Timestamp,
    },
    /// In a call; also while it connects.
    InCall {
        /// The need group of the call.
        group: u8,
        /// Media up in both directions, or the accept while it connects.
        since: Timestamp,
    },
    /// Writing up the last call.
    WrapUp {
        /// Its stored end.
        ends_at: Timestamp,
    },
    /// Paused, at rest, off duty or disconnected.
    Away {
        /// When they return; `None` when unknown: then they count from their next roster interval.
        back_at: Option<Timestamp>,
    },
}

/// One call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its need group.
    pub group: u8,
    /// Smaller is served first.
    pub rank: u32,
    /// The ticket time; among equal ranks the oldest is served first.
    pub ticket: Timestamp,
    /// Its number: the last tie-break, and the name of its random numbers.
    pub number: u64,
}

/// How an estimate came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The dispatcher was run forward.
    Simulated,
    /// QLm, since little has been learned or the ticket is far back.
    Formula,
}

/// The wait that remains from [`Situation::now`] until the interpreter is seen and heard, for a
/// visitor who does not give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The expected wait.
    pub mean: Millis,
    /// As likely shorter as longer.
    pub p50: Millis,
    /// Shorter in four cases of five.
    pub p80: Millis,
    /// Shorter in nine cases of ten.
    pub p90: Millis,
    /// How it came about.
    pub basis: Basis,
}

/// The estimate for the call at index `of` of the queue. `None` when nobody qualified is or will be
/// on duty, as far as the roster says, in more than one case of ten: say then when somebody is,
/// [`next_on_duty`].
pub fn estimate(situation: &Situation, of: usize, seed: u64, replicates: u32) -> Option<Estimate> {
    let order = in_order(situation);
    let at = order.iter().position(|index| *index == of)?;
    let mut waits = simulated(situation, &order, seed, replicates);
    one(situation, &order, at, &mut waits)
}

/// The estimate for every call of the queue, by the same index, from the same replicates: what
/// [`estimate`] says of each alone, at the price of one.
pub fn estimate_all(situation: &Situation, seed: u64, replicates: u32) -> Vec<Option<Estimate>> {
    let order = in_order(situation);
    let mut waits = simulated(situation, &order, seed, replicates);
    let mut by_index = vec![None; order.len()];
    for (at, index) in order.iter().enumerate() {
        by_index[*index] = one(situation, &order, at, &mut waits);
    }
    by_index
}

/// The formula's answer for the call at index `of`, whatever has been learned: what [`estimate`]
/// says before that, and the yardstick of its evaluation.
pub fn formula_estimate(situation: &Situation, of: usize) -> Option<Estimate> {
    let order = in_order(situation);
    let at = order.iter().position(|index| *index == of)?;
    formula::estimate(situation, &order[..at], of)
}

/// When somebody who serves this group is on duty next: now when somebody is, `None` when the
/// roster names nobody.
pub fn next_on_duty(situation: &Situation, group: u8) -> Option<Timestamp> {
    let qualified = situation
        .people
        .iter()
        .filter(|one| one.serves_group(group));
    qualified
        .filter_map(|person| person.on_duty_from(situation.now))
        .min()
}

/// The indices of the queue in the order of service.
fn in_order(situation: &Situation) -> Vec<usize> {
    let mut order: Vec<usize> = (0..situation.queue.len()).collect();
    order.sort_by_key(|index| situation.queue[*index].order());
    order
}

/// The waits in each replicate of the tickets at the front of `order`, when any of them has a group
/// that has learned enough.
fn simulated(
    situation: &Situation,
    order: &[usize],
    seed: u64,
    replicates: u32,
) -> Vec<Vec<Millis>> {
    let front = &order[..order.len().min(SIMULATED_MAX)];
    if !front.iter().any(|index| has_learned(situation, *index)) {
        return Vec::new();
    }
    Plan::new(situation, front).run(seed, replicates.max(1))
}

/// The estimate of the ticket at this position of `order`.
fn one(
    situation: &Situation,
    order: &[usize],
    at: usize,
    waits: &mut [Vec<Millis>],
) -> Option<Estimate> {
    match waits.get_mut(at) {
        Some(waits) if has_learned(situation, order[at]) => forward::summary(waits),
        _ => formula::estimate(situation, &order[..at], order[at]),
    }
}

fn has_learned(situation: &Situation, index: usize) -> bool {
    let group = usize::from(situation.queue[index].group);
    let history = situation.groups.get(group);
    history.is_some_and(|history| history.handling().len() >= SAMPLES_MIN)
}

impl Waiting {
    /// The key of service: rank, ticket time, number.
    pub fn order(&self) -> (u32, Timestamp, u64) {
        (self.rank, self.ticket, self.number)
    }
}

impl Person {
    /// True when they serve this need group.
    pub fn serves_group(&self, group: u8) -> bool {
        let bit = 1_u64.checked_shl(u32::from(group)).unwrap_or(0);
        self.serves & bit != 0
    }

    /// The first moment from `now` on at which they are at work, be it in a call.
    pub fn on_duty_from(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            Activity::Away { back_at: Some(at) } => on_roster_from(&self.duty, at.max(now)),
            Activity::Away { back_at: None } => {
                let ahead = self.duty.iter().map(|(from, _)| *from);
                ahead.filter(|from| *from > now).min()
            }
            _ => Some(now),
        }
    }
}

/// The first moment from `at` on that lies within the roster; an empty roster is always on.
fn on_roster_from(duty: &[(Timestamp, Timestamp)], at: Timestamp) -> Option<Timestamp> {
    if duty.is_empty() {
        return Some(at);
    }
    let interval = duty.iter().find(|(_, until)| at < *until);
    interval.map(|(from, _)| at.max(*from))
}

/// When somebody takes calls again who begins one at `begun` and has finished it at `at`: after the
/// break that it ran into, in full.
fn after_call(
    duty: &[(Timestamp, Timestamp)],
    begun: Timestamp,
    at: Timestamp,
) -> Option<Timestamp> {
    let mut gaps = duty.windows(2).map(|pair| (pair[0].1, pair[1].0));
    let ran_into = gaps.find(|(ends, back)| *ends <= at && (begun < *ends || at < *back));
    match ran_into.map(|(ends, back)| back.since(ends)) {
        Some(length) if length <= BREAK_MAX => Some(at + length),
        _ => on_roster_from(duty, at),
    }
}

#[cfg(test)]
mod tests;
