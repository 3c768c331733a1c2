//! One run forward: people become free, take the first call they serve, talk, write up, go off duty
//! by their roster; visitors ahead may give up. A call whose visitor has given up stays as a ghost
//! until somebody would have taken it, so that one run gives every call the wait it would have had
//! had its visitor stayed, without anybody waiting for a ghost.

use super::draw::{Draws, Purpose};
use super::plan::{Group, Plan, Start};
use super::{Basis, Estimate, after_call};
use crate::time::{Millis, Timestamp};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The wait of a call that nobody will take, as far as the roster says.
const NEVER: Millis = Millis(u64::MAX);

/// One replicate after the other, in the same memory.
pub(super) struct Run<'a> {
    plan: &'a Plan<'a>,
    draws: Draws,
    /// By group, how much longer its conversations are in this replicate than its samples: what the
    /// samples leave open of their mean. Without it the quantiles are too narrow.
    pace: Vec<f64>,
    /// When people become free, soonest first, by their index in the plan.
    free_at: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// Positions of the calls nobody has taken yet, in the order of service.
    left: Vec<usize>,
    waits: Vec<Millis>,
}

impl<'a> Run<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            draws: Draws::new(0, 0),
            pace: Vec::with_capacity(plan.groups.len()),
            free_at: BinaryHeap::with_capacity(plan.people.len()),
            left: Vec::with_capacity(plan.tickets.len()),
            waits: Vec::with_capacity(plan.tickets.len()),
        }
    }

    /// The wait of each ticket in the replicate of these draws.
    pub(super) fn replicate(&mut self, draws: Draws) -> &[Millis] {
        self.begin(draws);
        let mut free = Vec::new();
        while !self.left.is_empty()
            && let Some(Reverse((moment, at))) = self.free_at.pop()
        {
            free.clear();
            free.push(at);
            while let Some(Reverse((same, other))) = self.free_at.peek()
                && *same == moment
            {
                free.push(*other);
                self.free_at.pop();
            }
            self.dispatch(moment, &mut free);
        }
        &self.waits
    }

    /// Back to the live state, with other luck.
    fn begin(&mut self, draws: Draws) {
        let tickets = &self.plan.tickets;
        let pace = |(name, group): (u64, &Group)| {
            (group.uncertainty * draws.normal(Purpose::Pace, name)).exp()
        };
        self.pace.clear();
        self.pace.extend((0..).zip(&self.plan.groups).map(pace));
        self.draws = draws;
        self.free_at.clear();
        self.left.clear();
        self.left
            .extend((0..tickets.len()).filter(|at| !tickets[*at].rings));
        self.waits.clear();
        self.waits.resize(tickets.len(), NEVER);
        for at in 0..self.plan.people.len() {
            self.start(at);
        }
    }

    fn start(&mut self, at: usize) {
        let worker = &self.plan.people[at];
        let now = self.plan.situation.now;
        match worker.start {
            Start::At(moment) => self.free_at.push(Reverse((moment, at))),
            Start::AfterCall {
                group,
                elapsed,
                name,
            } => {
                let u = self.draws.uniform(Purpose::InProgress, name);
                let rest = self.conversation(group, elapsed, u);
                let begun = now - whole(elapsed);
                self.busy_until(at, begun, now + whole(rest + self.plan.wrap_up));
            }
            Start::AfterRing { position, elapsed } => {
                let ticket = &self.plan.tickets[position];
                let u = self.draws.uniform(Purpose::Answer, ticket.number);
                let ring = self.plan.group(ticket.group).answers.remaining(elapsed, u);
                let answered = whole(ring);
                if self.waits[position] == NEVER {
                    self.waits[position] = answered;
                    let call = self.handling(position);
                    self.busy_until(at, now, now + answered + whole(call));
                } else {
                    // Several are rung; the others are rescinded when the first answers.
                    self.busy_until(at, now, now + self.waits[position]);
                }
            }
        }
    }

    /// Conversation and wrap-up of the ticket at this position.
    fn handling(&self, position: usize) -> f64 {
        let ticket = &self.plan.tickets[position];
        let u = self.draws.uniform(Purpose::Handling, ticket.number);
        self.conversation(ticket.group, 0.0, u) + self.plan.wrap_up
    }

    /// What remains of a conversation of this group after `elapsed`.
    fn conversation(&self, group: usize, elapsed: f64, u: f64) -> f64 {
        let pace = self.pace[group.min(self.pace.len() - 1)];
        pace * self.plan.group(group).handling.remaining(elapsed / pace, u)
    }

    /// Free again then, or when their roster goes on; never again when it does not.
    fn busy_until(&mut self, at: usize, begun: Timestamp, moment: Timestamp) {
        if let Some(moment) = after_call(&self.plan.people[at].person.duty, begun, moment) {
            self.free_at.push(Reverse((moment, at)));
        }
    }

    /// Those who are free at this moment take the first calls they serve. Whoever finds none will
    /// not be needed any more, since no later call is run.
    fn dispatch(&mut self, moment: Timestamp, free: &mut Vec<usize>) {
        let mut at = 0;
        while at < self.left.len() && !free.is_empty() {
            let position = self.left[at];
            let Some(place) = self.best(free, position) else {
                at += 1;
                continue;
            };
            self.left.remove(at);
            let ticket = &self.plan.tickets[position];
            let group = self.plan.group(ticket.group);
            let waited = moment.since(self.plan.situation.now);
            let u = self.draws.uniform(Purpose::Answer, ticket.number);
            let ring = whole(group.answers.remaining(0.0, u));
            self.waits[position] = Millis(waited.0 + ring.0);
            let patience = self.draws.uniform(Purpose::Patience, ticket.number);
            if -patience.ln() * group.patience >= waited.0 as f64 {
                let person = free.swap_remove(place);
                let call = self.handling(position);
                self.busy_until(person, moment, moment + ring + whole(call));
            }
        }
    }

    /// The place in `free` of whoever is rung for the ticket at this position.
    fn best(&self, free: &[usize], position: usize) -> Option<usize> {
        let bit = self.plan.tickets[position].bit;
        let serves = |place: &usize| self.plan.people[free[*place]].person.serves & bit != 0;
        let qualified = (0..free.len()).filter(serves);
        qualified.min_by_key(|place| self.plan.people[free[*place]].key())
    }
}

/// Mean and quantiles of the replicates; `None` when in more than a tenth nobody came.
pub(super) fn summary(waits: &mut [Millis]) -> Option<Estimate> {
    waits.sort_unstable();
    // The k-th of n replicates lies above the truth with probability k/(n + 1), were they perfect.
    let quantile = |percent: usize| {
        let rank = ((waits.len() + 1) * percent).div_ceil(100);
        waits[rank.min(waits.len()) - 1]
    };
    let p90 = quantile(90);
    if p90 == NEVER {
        return None;
    }
    let ended = waits.iter().filter(|wait| **wait != NEVER);
    let (count, sum) = ended.fold((0_u64, 0), |(count, sum), wait| (count + 1, sum + wait.0));
    Some(Estimate {
        mean: Millis(sum / count.max(1)),
        p50: quantile(50),
        p80: quantile(80),
        p90,
        basis: Basis::Simulated,
    })
}

fn whole(milliseconds: f64) -> Millis {
    Millis(milliseconds as u64)
}
