//! One run forward: people become free, take the first call they serve, talk, write up, go off duty
//! by their roster; visitors ahead may give up. A call whose visitor has given up stays as a ghost
//! until somebody would have taken it, so that one run gives every call the wait it would have had
//! had its visitor stayed, without anybody waiting for a ghost.

use super::draw::{Draws, Purpose};
use super::handling::Lengths;
use super::history::History;
use super::{Activity, Basis, Estimate, Person, SAMPLES_MIN, Situation, on_roster_from};
use crate::time::{Millis, Timestamp};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The wait of a call that nobody will take, as far as the roster says.
const NEVER: Millis = Millis(u64::MAX);

/// All that the replicates of one estimate share.
pub(super) struct Plan<'a> {
    situation: &'a Situation,
    tickets: Vec<Ticket>,
    /// The people who serve any of the tickets.
    people: Vec<Worker<'a>>,
    groups: Vec<Group>,
    wrap_up: f64,
}

/// A waiting call, in the order of service.
struct Ticket {
    bit: u64,
    group: usize,
    number: u64,
    rings: bool,
}

/// Somebody who serves one of the tickets.
struct Worker<'a> {
    person: &'a Person,
    /// Their index in the situation, which names their draws.
    name: u64,
    start: Start,
}

/// When somebody becomes free for the first time.
#[derive(Clone, Copy)]
enum Start {
    At(Timestamp),
    /// At the end of a conversation of this group, so long in progress, and its wrap-up.
    AfterCall {
        group: usize,
        elapsed: f64,
    },
    /// After the ring of the ticket at this position, so long in progress.
    AfterRing {
        position: usize,
        elapsed: f64,
    },
}

/// What is known of a need group, ready to draw from.
struct Group {
    handling: Lengths,
    /// [`Lengths::uncertainty`] of the handling times.
    uncertainty: f64,
    answers: Lengths,
    patience: f64,
}

impl<'a> Plan<'a> {
    pub(super) fn new(situation: &'a Situation, order: &[usize]) -> Self {
        let tickets: Vec<Ticket> = order
            .iter()
            .map(|index| Ticket::new(situation, *index))
            .collect();
        let needed = tickets.iter().fold(0, |bits, ticket| bits | ticket.bit);
        let people = (0..).zip(&situation.people);
        let people = people
            .filter(|(_, person)| person.serves & needed != 0)
            .filter_map(|(name, person)| Worker::new(situation, &tickets, name, person))
            .collect();
        Self {
            situation,
            tickets,
            people,
            groups: groups(situation),
            wrap_up: situation.wrap_up.0 as f64,
        }
    }

    /// The wait of each ticket, in each replicate.
    pub(super) fn run(&self, seed: u64, replicates: u32) -> Vec<Vec<Millis>> {
        let mut waits = vec![Vec::with_capacity(replicates as usize); self.tickets.len()];
        for replicate in 0..replicates {
            let one = Run::new(self, Draws::new(seed, replicate)).to_the_end();
            for (list, wait) in waits.iter_mut().zip(&one) {
                list.push(*wait);
            }
        }
        waits
    }

    /// A group's knowledge; every group of the queue and of the people has one.
    fn group(&self, group: usize) -> &Group {
        &self.groups[group.min(self.groups.len() - 1)]
    }
}

impl Ticket {
    fn new(situation: &Situation, index: usize) -> Self {
        let waiting = situation.queue[index];
        let rings = |person: &Person| matches!(person.state, Activity::Ringing { number, .. } if number == waiting.number);
        Self {
            bit: 1_u64.checked_shl(u32::from(waiting.group)).unwrap_or(0),
            group: usize::from(waiting.group),
            number: waiting.number,
            rings: situation.people.iter().any(rings),
        }
    }
}

impl<'a> Worker<'a> {
    /// `None` for somebody who is not expected back.
    fn new(
        situation: &Situation,
        tickets: &[Ticket],
        name: u64,
        person: &'a Person,
    ) -> Option<Self> {
        let now = situation.now;
        let elapsed = |since: Timestamp| now.since(since).0 as f64;
        let start = match person.state {
            Activity::Free { .. } => Start::At(now),
            Activity::WrapUp { ends_at } => {
                Start::At(on_roster_from(&person.duty, ends_at.max(now))?)
            }
            Activity::Away { .. } => Start::At(person.on_duty_from(now)?),
            Activity::InCall { group, since } => Start::AfterCall {
                group: usize::from(group),
                elapsed: elapsed(since),
            },
            Activity::Ringing { number, since } => {
                match tickets.iter().position(|one| one.number == number) {
                    Some(position) => Start::AfterRing {
                        position,
                        elapsed: elapsed(since),
                    },
                    // Rung for a call too far back to be run: nobody ahead can have them soon.
                    None if situation.queue.iter().any(|one| one.number == number) => return None,
                    None => Start::At(now),
                }
            }
        };
        Some(Self {
            person,
            name,
            start,
        })
    }

    /// Of two who are free at the same moment the lesser is rung.
    fn key(&self) -> (u8, u32, Timestamp, u64) {
        let idle_since = match self.person.state {
            Activity::Free { idle_since } => idle_since,
            _ => Timestamp(u64::MAX),
        };
        let breadth = self.person.serves.count_ones();
        (self.person.tier, breadth, idle_since, self.name)
    }
}

/// The knowledge of each group; one with too few samples borrows those of all.
fn groups(situation: &Situation) -> Vec<Group> {
    let all = situation
        .groups
        .iter()
        .flat_map(|one| one.handling().values());
    let all: Vec<u32> = all.copied().collect();
    let group = |history: &History| {
        let own = history.handling().values();
        let samples = if own.len() < SAMPLES_MIN { &all } else { own };
        let handling = Lengths::new(samples.iter().copied());
        Group {
            uncertainty: handling.uncertainty(),
            handling,
            answers: Lengths::new(history.answers().values().iter().copied()),
            patience: 1.0 / history.hazard(),
        }
    };
    let stranger = History::default();
    let known = situation.groups.iter().chain([&stranger]);
    known.map(group).collect()
}

/// One replicate.
struct Run<'a> {
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
    fn new(plan: &'a Plan<'a>, draws: Draws) -> Self {
        let not_ringing = |at: &usize| !plan.tickets[*at].rings;
        let pace = |(name, group): (u64, &Group)| {
            (group.uncertainty * draws.normal(Purpose::Pace, name)).exp()
        };
        let mut run = Self {
            plan,
            pace: (0..).zip(&plan.groups).map(pace).collect(),
            draws,
            free_at: BinaryHeap::with_capacity(plan.people.len()),
            left: (0..plan.tickets.len()).filter(not_ringing).collect(),
            waits: vec![NEVER; plan.tickets.len()],
        };
        for at in 0..plan.people.len() {
            run.start(at);
        }
        run
    }

    fn start(&mut self, at: usize) {
        let worker = &self.plan.people[at];
        let now = self.plan.situation.now;
        match worker.start {
            Start::At(moment) => self.free_at.push(Reverse((moment, at))),
            Start::AfterCall { group, elapsed } => {
                let u = self.draws.uniform(Purpose::Person, worker.name);
                let rest = self.conversation(group, elapsed, u);
                self.busy_until(at, now + whole(rest + self.plan.wrap_up));
            }
            Start::AfterRing { position, elapsed } => {
                let ticket = &self.plan.tickets[position];
                let u = self.draws.uniform(Purpose::Answer, ticket.number);
                let ring = self.plan.group(ticket.group).answers.remaining(elapsed, u);
                let answered = whole(ring);
                if self.waits[position] == NEVER {
                    self.waits[position] = answered;
                    let call = self.handling(position);
                    self.busy_until(at, now + answered + whole(call));
                } else {
                    // Several are rung; the others are rescinded when the first answers.
                    self.busy_until(at, now + self.waits[position]);
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
    fn busy_until(&mut self, at: usize, moment: Timestamp) {
        if let Some(moment) = on_roster_from(&self.plan.people[at].person.duty, moment) {
            self.free_at.push(Reverse((moment, at)));
        }
    }

    fn to_the_end(mut self) -> Vec<Millis> {
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
        self.waits
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
                self.busy_until(person, moment + ring + whole(call));
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
