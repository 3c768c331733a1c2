//! What the service has learned of one need group: how long conversations last, how long rings take
//! and when visitors give up. Part of the replayed state, so it counts in whole milliseconds, is
//! bounded, and forgets in a fixed order.

use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Handling times kept: a busy language's last few days, so that a change of habits is learned
/// within the week, and enough for a P90 with 25 samples above it.
pub const HANDLING_MAX: usize = 256;

/// Ring times kept; they are short and matter little.
pub const ANSWERS_MAX: usize = 64;

/// The mean conversation before anything is known: 4.5 minutes, which is 1,967 hours over 26,033
/// LSF conversations a month (Arcep, late 2024, reported by Next).
pub const HANDLING_PRIOR: Millis = Millis::from_secs(270);

/// How many samples the prior is worth: it has lost half its weight after a morning.
pub const HANDLING_PRIOR_WEIGHT: u64 = 5;

/// The mean patience before anything is known, 14 minutes, from Arcep's first quarter of 2019: 55 %
/// of the LSF requests taken within 3 minutes and 21 % given up. With exponential waits that is a
/// mean wait of 180/−ln 0.45 = 225 s, and 21 % = θ/(θ + 1/225 s) gives 1/θ = 846 s.
pub const PATIENCE_PRIOR: Millis = Millis::from_secs(846);

/// From this many abandons on, both sides of the hazard are halved: the ratio stays and the past
/// fades.
const ABANDONS_MAX: u64 = 512;

/// The last so many lengths of time, the oldest forgotten first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// In milliseconds; 49 days fit.
    values: Vec<u32>,
    /// Where the oldest is once all places are taken.
    oldest: usize,
}

impl Samples {
    fn record(&mut self, length: Millis, places: usize) {
        let value = u32::try_from(length.0).unwrap_or(u32::MAX);
        if self.values.len() < places {
            self.values.push(value);
        } else {
            let place = self.oldest % places;
            self.values[place] = value;
            self.oldest = (place + 1) % places;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Their values in milliseconds, in no particular order.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// Their sum.
    pub fn sum(&self) -> Millis {
        Millis(self.values.iter().map(|value| u64::from(*value)).sum())
    }
}

/// What has been learned of one need group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    handling: Samples,
    answers: Samples,
    abandons: u64,
    waited: Millis,
}

impl History {
    /// A conversation ended that lasted this long, from media up in both directions to hang-up.
    pub fn handled(&mut self, length: Millis) {
        self.handling.record(length, HANDLING_MAX);
    }

    /// A call was connected this long after its first ring, misses and declines between included.
    pub fn answered(&mut self, ringing: Millis) {
        self.answers.record(ringing, ANSWERS_MAX);
    }

    /// A call left the queue for any reason but the visitor's, after this wait.
    pub fn waited(&mut self, wait: Millis) {
        self.waited = Millis(self.waited.0.saturating_add(wait.0));
    }

    /// The visitor gave up after this wait.
    pub fn abandoned(&mut self, wait: Millis) {
        self.waited(wait);
        self.abandons += 1;
        if self.abandons >= ABANDONS_MAX {
            self.abandons /= 2;
            self.waited = Millis(self.waited.0 / 2);
        }
    }

    /// The conversations.
    pub fn handling(&self) -> &Samples {
        &self.handling
    }

    /// The rings.
    pub fn answers(&self) -> &Samples {
        &self.answers
    }

    /// The mean conversation in milliseconds, with [`HANDLING_PRIOR`] as its first few samples.
    pub fn handling_mean(&self) -> f64 {
        let prior = HANDLING_PRIOR.0 * HANDLING_PRIOR_WEIGHT;
        let weight = self.handling.len() as u64 + HANDLING_PRIOR_WEIGHT;
        (self.handling.sum().0 + prior) as f64 / weight as f64
    }

    /// The mean ring in milliseconds; zero when none has been timed.
    pub fn answer_mean(&self) -> f64 {
        self.answers.sum().0 as f64 / self.answers.len().max(1) as f64
    }

    /// Abandons per millisecond of waiting (the maximum-likelihood hazard of a constant patience,
    /// those served being censored), with [`PATIENCE_PRIOR`] as the first abandon.
    pub fn hazard(&self) -> f64 {
        (self.abandons + 1) as f64 / (self.waited.0 as f64 + PATIENCE_PRIOR.0 as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_last_samples_are_kept_and_no_more(
            lengths in prop::collection::vec(0_u64..9, 0..700),
        ) {
            let mut history = History::default();
            for length in &lengths {
                history.handled(Millis(*length));
            }
            let mut kept = history.handling().values().to_vec();
            let last = &lengths[lengths.len().saturating_sub(HANDLING_MAX)..];
            let mut last: Vec<u32> = last.iter().map(|length| *length as u32).collect();
            kept.sort_unstable();
            last.sort_unstable();
            prop_assert_eq!(kept, last);
        }

        #[test]
        fn a_history_survives_the_round_trip(lengths in prop::collection::vec(0_u64..900, 0..300)) {
            let mut history = History::default();
            for length in &lengths {
                history.handled(Millis(*length));
                history.answered(Millis(length / 2));
                history.abandoned(Millis(*length));
            }
            let text = serde_json::to_string(&history).unwrap();
            prop_assert_eq!(serde_json::from_str::<History>(&text).unwrap(), history);
        }
    }

    #[test]
    fn nothing_learned_is_the_published_mean_and_patience() {
        let history = History::default();
        assert_eq!(history.handling_mean(), 270_000.0);
        assert_eq!((1.0 / history.hazard()).round(), 846_000.0);
    }

    #[test]
    fn the_hazard_is_abandons_over_total_waiting_and_outlives_its_bound() {
        let mut history = History::default();
        for _ in 0..5_000 {
            history.abandoned(Millis::from_secs(60));
            history.waited(Millis::from_secs(540));
        }
        let mean_patience = 1.0 / history.hazard() / 1000.0;
        assert!((mean_patience - 600.0).abs() < 5.0, "{mean_patience}");
        assert!(history.abandons < ABANDONS_MAX);
    }
}
