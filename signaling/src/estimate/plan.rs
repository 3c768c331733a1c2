//! What the replicates of one estimate share, made ready once: the calls in the order of service,
//! the people who serve them and when each is first free, what is known of each need group.

use super::draw::Draws;
use super::forward::Run;
use super::handling::Lengths;
use super::history::History;
use super::{Activity, Person, SAMPLES_MIN, Situation, after_call};
use crate::time::{Millis, Timestamp};

/// All that the replicates of one estimate share.
pub(super) struct Plan<'a> {
    pub(super) situation: &'a Situation,
    pub(super) tickets: Vec<Ticket>,
    /// The people who serve any of the tickets.
    pub(super) people: Vec<Worker<'a>>,
    pub(super) groups: Vec<Group>,
    pub(super) wrap_up: f64,
}

/// A waiting call, in the order of service.
pub(super) struct Ticket {
    pub(super) bit: u64,
    pub(super) group: usize,
    pub(super) number: u64,
    pub(super) rings: bool,
}

/// Somebody who serves one of the tickets.
pub(super) struct Worker<'a> {
    pub(super) person: &'a Person,
    /// Their index in the situation.
    pub(super) name: u64,
    pub(super) start: Start,
}

/// When somebody becomes free for the first time.
#[derive(Clone, Copy)]
pub(super) enum Start {
    At(Timestamp),
    /// At the end of a conversation of this group, so long in progress, and its wrap-up.
    AfterCall {
        group: usize,
        elapsed: f64,
        /// Of its draws.
        name: u64,
    },
    /// After the ring of the ticket at this position, so long in progress.
    AfterRing {
        position: usize,
        elapsed: f64,
    },
}

/// What is known of a need group, ready to draw from.
pub(super) struct Group {
    pub(super) handling: Lengths,
    /// [`Lengths::uncertainty`] of the handling times.
    pub(super) uncertainty: f64,
    pub(super) answers: Lengths,
    pub(super) patience: f64,
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
        let mut run = Run::new(self);
        for replicate in 0..replicates {
            let one = run.replicate(Draws::new(seed, replicate));
            for (list, wait) in waits.iter_mut().zip(one) {
                list.push(*wait);
            }
        }
        waits
    }

    /// A group's knowledge; every group of the queue and of the people has one.
    pub(super) fn group(&self, group: usize) -> &Group {
        &self.groups[group.min(self.groups.len() - 1)]
    }
}

impl Ticket {
    fn new(situation: &Situation, index: usize) -> Self {
        let waiting = situation.queue[index];
        let rings = |person: &Person| match person.state {
            Activity::Ringing { number, .. } => number == waiting.number,
            _ => false,
        };
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
                Start::At(after_call(&person.duty, now, ends_at.max(now))?)
            }
            Activity::Away { .. } => Start::At(person.on_duty_from(now)?),
            Activity::InCall { group, since } => Start::AfterCall {
                group: usize::from(group),
                elapsed: elapsed(since),
                // A name of the call and not of the person, whose luck would else be the same in
                // every call of their life, and the estimate always a little off.
                name: (since.0 << 10) + name,
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
    pub(super) fn key(&self) -> (u8, u32, Timestamp, u64) {
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
