//! How long something lasts, by the samples of what lasted: a quantile function, also given that it
//! has lasted for some time already.

/// The longest samples that stand for the tail: beyond them the excess is exponential with their
/// mean excess (peaks over threshold), so that what has outlasted every sample still ends some day.
const TAIL: usize = 8;

/// A distribution of lengths of time in milliseconds.
pub(super) struct Lengths {
    /// Ascending.
    sorted: Vec<f64>,
    /// How many of the longest are the tail; at least one when there are any.
    tail: usize,
    /// Where the tail begins.
    threshold: f64,
    /// The mean excess of the tail over its beginning.
    excess: f64,
}

impl Lengths {
    /// The distribution of these samples; always zero when there are none.
    pub(super) fn new(samples: impl IntoIterator<Item = u32>) -> Self {
        let mut sorted: Vec<f64> = samples.into_iter().map(f64::from).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let tail = TAIL.min(sorted.len().div_ceil(2));
        let begin = sorted.len() - tail;
        let threshold = begin
            .checked_sub(1)
            .map_or(0.0, |at| f64::midpoint(sorted[at], sorted[begin]));
        let over: f64 = sorted[begin..].iter().map(|value| value - threshold).sum();
        Self {
            threshold,
            excess: over / tail.max(1) as f64,
            sorted,
            tail,
        }
    }

    /// The mean; zero without samples.
    pub(super) fn mean(&self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.sorted.len().max(1) as f64
    }

    /// The standard error of the mean, over the mean: how well the samples tell it.
    pub(super) fn uncertainty(&self) -> f64 {
        let (mean, count) = (self.mean(), self.sorted.len().max(1) as f64);
        let squares: f64 = self.sorted.iter().map(|one| (one - mean).powi(2)).sum();
        if mean > 0.0 {
            squares.sqrt() / count / mean
        } else {
            0.0
        }
    }

    /// How much longer something lasts that has lasted `elapsed` so far, at the quantile `u`.
    pub(super) fn remaining(&self, elapsed: f64, u: f64) -> f64 {
        let count = self.sorted.len();
        if count == 0 {
            return 0.0;
        }
        let body = count - self.tail;
        if elapsed >= self.threshold {
            return -(1.0 - u).ln() * self.excess;
        }
        let reached = self.position(elapsed);
        let position = reached + u * (count as f64 - reached);
        if position < body as f64 {
            return (self.at(position) - elapsed).max(0.0);
        }
        let survival = (count as f64 - position) / self.tail as f64;
        self.threshold - elapsed - survival.ln() * self.excess
    }

    /// The mean of [`Self::remaining`], by 16 even quantiles.
    pub(super) fn mean_remaining(&self, elapsed: f64) -> f64 {
        let quantiles = (0..16).map(|one| (f64::from(one) + 0.5) / 16.0);
        quantiles.map(|u| self.remaining(elapsed, u)).sum::<f64>() / 16.0
    }

    /// How many samples are below `value`, by linear interpolation: the k-th counts as k − ½
    /// (Hazen), since with k what remains of a long call would come out short by half a gap between
    /// samples.
    fn position(&self, value: f64) -> f64 {
        // Most draws are of calls that have not begun: no search for those.
        if value <= 0.0 {
            return 0.0;
        }
        let below = self.sorted.partition_point(|sample| *sample <= value);
        let high = self.sorted.get(below).copied().unwrap_or(f64::INFINITY);
        match below.checked_sub(1).map(|at| self.sorted[at]) {
            Some(low) => below as f64 - 0.5 + (value - low) / (high - low),
            None => 0.5 * value / high,
        }
    }

    /// The value below which so many samples lie, the inverse of `position`.
    fn at(&self, position: f64) -> f64 {
        let below = (position + 0.5) as usize;
        let high = self.sorted[below.min(self.sorted.len() - 1)];
        match below.checked_sub(1).map(|at| self.sorted[at]) {
            Some(low) => low + (position + 0.5 - below as f64) * (high - low),
            None => 2.0 * position * high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mean_of(lengths: &Lengths, elapsed: f64) -> f64 {
        let draws = (0..10_000).map(|one| (f64::from(one) + 0.5) / 10_000.0);
        draws.map(|u| lengths.remaining(elapsed, u)).sum::<f64>() / 10_000.0
    }

    proptest! {
        #[test]
        fn what_remains_is_never_negative_and_grows_with_the_quantile(
            samples in prop::collection::vec(0_u32..10_000, 1..300),
            elapsed in 0.0..20_000.0, u in 0.001..0.998,
        ) {
            let lengths = Lengths::new(samples);
            let less = lengths.remaining(elapsed, u);
            prop_assert!(less >= 0.0);
            prop_assert!(lengths.remaining(elapsed, u + 0.001) >= less);
        }
    }

    #[test]
    fn the_mean_of_the_draws_is_that_of_the_samples() {
        let samples: Vec<u32> = (0..256).map(|one| 1_000 + one * one).collect();
        let lengths = Lengths::new(samples);
        let relative = mean_of(&lengths, 0.0) / lengths.mean();
        assert!((relative - 1.0).abs() < 0.002, "{relative}");
    }

    #[test]
    fn what_remains_of_a_long_call_is_what_remained_of_the_longer_samples() {
        let samples: Vec<u32> = (0..256).map(|one| 1_000 + one * one).collect();
        let elapsed = 30_000.0;
        let longer: Vec<f64> = samples.iter().map(|one| f64::from(*one)).collect();
        let longer: Vec<f64> = longer.into_iter().filter(|one| *one > elapsed).collect();
        let mean = longer.iter().sum::<f64>() / longer.len() as f64 - elapsed;
        let relative = mean_of(&Lengths::new(samples), elapsed) / mean;
        assert!((relative - 1.0).abs() < 0.01, "{relative}");
    }

    #[test]
    fn an_exponential_length_has_no_memory_up_to_far_beyond_its_longest_sample() {
        let quantile = |one: u32| -(1.0 - (f64::from(one) + 0.5) / 256.0).ln() * 60_000.0;
        let lengths = Lengths::new((0..256).map(|one| quantile(one) as u32));
        for elapsed in [0.0, 30_000.0, 120_000.0, 300_000.0, 3_000_000.0] {
            let mean = mean_of(&lengths, elapsed);
            assert!((mean - 60_000.0).abs() < 9_000.0, "{elapsed}: {mean}");
        }
    }

    #[test]
    fn nothing_learned_lasts_no_time() {
        assert_eq!(Lengths::new([]).remaining(0.0, 0.5), 0.0);
    }
}
