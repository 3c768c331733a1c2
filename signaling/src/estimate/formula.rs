//! QLm: the mean wait behind n others with s people at work and visitors who give up, as in a
//! Markov queue (Ibrahim and Whitt, Management Science 55, 2009: QL modified for abandonment). It
//! needs two means where the simulation needs their distributions, and stands in while those are
//! not known.

use super::history::History;
use super::{Basis, Estimate, SIMULATED_MAX, Situation};
use crate::time::Millis;

/// Standard normal quantiles of 50, 80 and 90 %.
const NORMAL: [f64; 3] = [0.0, 0.841_621, 1.281_552];

/// The formula's estimate for the ticket at index `of` of the queue, behind those at the indices
/// `ahead`; `None` when nobody qualified is or will be on duty.
pub(super) fn estimate(situation: &Situation, ahead: &[usize], of: usize) -> Option<Estimate> {
    let group = situation.queue[of].group;
    let opening = super::next_on_duty(situation, group)?;
    let qualified = situation
        .people
        .iter()
        .filter(|one| one.serves_group(group));
    let at_work = qualified.filter(|one| one.on_duty_from(situation.now) <= Some(opening));
    let people = at_work.filter(|one| one.on_duty_from(situation.now).is_some());
    let nothing = History::default();
    let history = situation.groups.get(usize::from(group)).unwrap_or(&nothing);
    let handling = history.handling_mean() + situation.wrap_up.0 as f64;
    let rate = people.count() as f64 / handling;
    let (mean, variance) = moments(rate, history.hazard(), competitors(situation, ahead, group));
    let shift = opening.since(situation.now).0 as f64 + history.answer_mean();
    let quantile = |at: usize| whole(shift + gamma_quantile(mean, variance, NORMAL[at]));
    Some(Estimate {
        mean: whole(shift + mean),
        p50: quantile(0),
        p80: quantile(1),
        p90: quantile(2),
        basis: Basis::Formula,
    })
}

/// How many of the calls ahead take one of the people of this group. A call of another group counts
/// by the share of its people who also serve this one.
pub(super) fn competitors(situation: &Situation, ahead: &[usize], group: u8) -> f64 {
    let share = |other: u8| {
        let theirs = situation
            .people
            .iter()
            .filter(|one| one.serves_group(other));
        let (mut all, mut shared) = (0_u32, 0_u32);
        for person in theirs {
            all += 1;
            shared += u32::from(person.serves_group(group));
        }
        f64::from(shared) / f64::from(all.max(1))
    };
    let mut counts = [0_u32; super::GROUPS_MAX];
    for index in ahead {
        if let Some(count) = counts.get_mut(usize::from(situation.queue[*index].group)) {
            *count += 1;
        }
    }
    let groups = (0_u8..).zip(counts).filter(|(_, count)| *count > 0);
    groups
        .map(|(other, count)| f64::from(count) * share(other))
        .sum()
}

/// Mean and variance of Σᵢ Exp(rate + i·hazard) for i = 0 ..= ahead; a fraction of a call ahead
/// counts as that fraction of its term.
fn moments(rate: f64, hazard: f64, ahead: f64) -> (f64, f64) {
    let (mut mean, mut variance) = (0.0, 0.0);
    let mut left = ahead + 1.0;
    let mut place = 0.0;
    while left > 0.0 && place < SIMULATED_MAX as f64 {
        let part = left.min(1.0);
        // The front of the queue is place 0: those behind it move up by an end or an abandon.
        let step = 1.0 / (rate + place * hazard);
        mean += part * step;
        variance += part * step * step;
        place += 1.0;
        left -= 1.0;
    }
    if left > 0.0 {
        // Further back the sum is its integral to within a thousandth.
        let (near, far) = (rate + place * hazard, rate + (place + left) * hazard);
        mean += (far / near).ln() / hazard;
        variance += (1.0 / near - 1.0 / far) / hazard;
    }
    (mean, variance)
}

/// The quantile of the gamma distribution of this mean and variance (Wilson and Hilferty, PNAS 17,
/// 1931; within 2 % here, where the shape is one or more).
fn gamma_quantile(mean: f64, variance: f64, normal: f64) -> f64 {
    let ninth = variance / (mean * mean) / 9.0;
    mean * (1.0 - ninth + normal * ninth.sqrt()).max(0.0).powi(3)
}

fn whole(milliseconds: f64) -> Millis {
    Millis(milliseconds.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_others_ahead_the_wait_is_one_end_among_the_people() {
        let (mean, variance) = moments(3.0 / 600.0, 1.0 / 900.0, 0.0);
        assert_eq!((mean, variance), (200.0, 40_000.0));
    }

    #[test]
    fn with_nobody_giving_up_the_places_add_up() {
        let (mean, variance) = moments(0.01, 0.0, 4.0);
        assert!((mean - 500.0).abs() < 1e-9 && (variance - 50_000.0).abs() < 1e-6);
    }

    #[test]
    fn far_back_the_integral_goes_on_where_the_sum_ends() {
        let exact: f64 = (0..=1000_u32)
            .map(|i| 1.0 / (0.01 + f64::from(i) * 0.001))
            .sum();
        let (mean, _) = moments(0.01, 0.001, 1000.0);
        assert!((mean / exact - 1.0).abs() < 0.001, "{mean} for {exact}");
    }

    #[test]
    fn the_quantiles_of_an_exponential_are_right_to_two_percent() {
        for (normal, exact) in NORMAL.into_iter().zip([0.693_f64, 1.609, 2.303]) {
            let relative = gamma_quantile(1.0, 1.0, normal) / exact;
            assert!((relative - 1.0).abs() < 0.02, "{relative}");
        }
    }
}
