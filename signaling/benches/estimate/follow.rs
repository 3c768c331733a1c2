//! What screens show while calls wait: the interval re-made every 30 seconds and at each arrival,
//! against the wait that truly remained.

use crate::dice::Dice;
use crate::evaluation::{LEARNING_DAYS, learn};
use crate::pools::{CLOSES, OPENS, Pool};
use crate::rivals::Rivals;
use crate::world::World;
use passerelle_signaling::estimate::history::History;
use passerelle_signaling::estimate::outlook::outlooks;
use passerelle_signaling::estimate::shown::Shown;
use passerelle_signaling::estimate::{REPLICATES, estimate_all};
use std::collections::BTreeMap;

const EVERY: f64 = 30_000.0;

/// Counts over all pictures of all waits.
#[derive(Default)]
pub(crate) struct Followed {
    pub(crate) waits: u32,
    pub(crate) pictures: u32,
    /// The wait that truly remained was within the upper end.
    pub(crate) within: u32,
    /// The upper end grew, which it does only with a cause.
    pub(crate) grew: u32,
    /// The upper end was held below the estimate's own, for want of a cause.
    pub(crate) held: u32,
}

pub(crate) fn follow(pool: &Pool, days: u32, seed: u64) -> Followed {
    let mut dice = Dice::new(seed);
    let mut histories = vec![History::default(); pool.shares.len()];
    let mut rivals = vec![Rivals::default(); pool.shares.len()];
    let mut sum = Followed::default();
    for day in 0..LEARNING_DAYS + days {
        let calls = pool.calls(&mut dice);
        let mut world = World::new(pool, &calls);
        let mut screens = BTreeMap::new();
        let mut ends = Vec::new();
        let mut now = OPENS;
        let mut next = 0;
        while now < CLOSES {
            world.advance(now, |at, lesson| {
                learn(at, lesson, &mut histories, &mut rivals);
            });
            if calls.get(next).is_some_and(|call| call.arrives <= now) {
                world.arrives(next);
                next += 1;
            }
            if day >= LEARNING_DAYS {
                look(&world, now, &histories, &mut screens, &mut ends, &mut sum);
            }
            let arrival = calls.get(next).map_or(f64::MAX, |call| call.arrives);
            now = (now + EVERY).min(arrival.max(now));
        }
        world.advance(f64::MAX, |at, lesson| {
            learn(at, lesson, &mut histories, &mut rivals);
        });
        let within = |(number, end): &&(usize, f64)| {
            let wait = world.waits[*number].unwrap_or(f64::MAX);
            calls[*number].arrives + wait <= *end
        };
        sum.within += ends.iter().filter(within).count() as u32;
    }
    sum
}

/// Every screen gets its picture; `ends` takes the moment each upper end promises.
fn look(
    world: &World<'_>,
    now: f64,
    histories: &[History],
    screens: &mut BTreeMap<u64, Shown>,
    ends: &mut Vec<(usize, f64)>,
    sum: &mut Followed,
) {
    let mut situation = world.situation(now);
    situation.groups = histories.to_vec();
    let estimates = estimate_all(&situation, 1, REPLICATES);
    let pictures = estimates.into_iter().zip(outlooks(&situation));
    for (of, (estimate, outlook)) in pictures.enumerate() {
        let Some(estimate) = estimate else { continue };
        let number = situation.queue[of].number;
        let fresh = Shown::first(&estimate, &outlook);
        let shown = match screens.get(&number) {
            Some(before) => {
                let shown = before.next(&estimate, &outlook);
                sum.grew += u32::from(shown.to > before.to);
                sum.held += u32::from(shown.to < fresh.to);
                shown
            }
            None => {
                sum.waits += 1;
                fresh
            }
        };
        sum.pictures += 1;
        ends.push((number as usize, now + shown.to.0 as f64));
        screens.insert(number, shown);
    }
}
