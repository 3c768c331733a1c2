//! Figures: a line each, and the values of a sample.

use crate::cli::print::say;
use std::time::Duration;

/// A figure that is to stay below a limit.
pub(super) fn at_most(name: &str, value: f64, unit: &str, limit: f64) {
    say(line(name, value, unit, limit));
}

/// What is printed is what is judged.
fn line(name: &str, value: f64, unit: &str, limit: f64) -> String {
    let printed = format!("{value:.1}");
    let holds = printed.parse().is_ok_and(|value: f64| value <= limit);
    let verdict = if holds { "ok" } else { "short" };
    format!("{name}\t{printed}\t{unit}\t{limit}\t{verdict}")
}

/// A figure without a target, to be read beside the others.
pub(super) fn remark(name: &str, value: f64, unit: &str) {
    say(format!("# {name}\t{value:.1}\t{unit}"));
}

/// Lengths of time, to be looked at in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Lengths(Vec<Duration>);

impl Lengths {
    pub(super) fn new(mut lengths: Vec<Duration>) -> Self {
        lengths.sort();
        Self(lengths)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest length that is not below `share` of all (nearest rank), in milliseconds.
    pub(super) fn percentile_ms(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        let found = self.0.get(rank.max(1) - 1);
        found.map_or(f64::NAN, |length| length.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_that_is_printed_is_the_one_that_is_judged() {
        assert_eq!(line("a", 20.04, "ms", 20.0), "a\t20.0\tms\t20\tok");
        assert_eq!(line("a", 20.06, "ms", 20.0), "a\t20.1\tms\t20\tshort");
        assert!(line("a", f64::NAN, "ms", 20.0).ends_with("short"));
    }

    #[test]
    fn a_percentile_is_a_length_that_was_measured() {
        let lengths = Lengths::new((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!(lengths.percentile_ms(0.5), 100.0);
        assert_eq!(lengths.percentile_ms(0.99), 198.0);
        assert_eq!(lengths.percentile_ms(0.0), 1.0);
        assert!(Lengths::default().percentile_ms(0.5).is_nan());
    }
}
