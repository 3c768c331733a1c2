//! What a screen says of an estimate: an interval in steps that people use, which comes down as the
//! turn nears and never grows without a cause that the screen can tell. When the estimate grows and
//! no cause is known, the interval is held.

use super::Estimate;
use super::outlook::Outlook;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The minutes a screen says, each about a fifth above the one before: finer would claim more than
/// the estimate knows.
const STEPS: [u64; 19] = [
    1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120,
];

const MINUTE: u64 = 60_000;

/// Beyond the last step a screen says whole hours.
const HOUR: u64 = 60 * MINUTE;

/// Why a wait has become longer than was said. The first that applies is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "WaitCause")]
pub enum Cause {
    /// A more urgent call has come in between.
    MoreUrgentCall,
    /// Fewer interpreters are on duty than was foreseen, or one comes back later.
    FewerInterpreters,
    /// An interpreter who was rung did not take the call.
    NoAnswer,
    /// A call with an earlier ticket is back in the queue: its connection failed.
    CallReturned,
    /// Conversations take longer than was foreseen.
    LongerCalls,
}

/// What a screen says now.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The lower end: the median, rounded up.
    pub from: Millis,
    /// The upper end: the P80, rounded up.
    pub to: Millis,
    /// Why it is longer than what was said before; kept until the figure comes down.
    pub cause: Option<Cause>,
    /// The state of things when the upper end was last set: what a cause is measured against.
    baseline: Outlook,
}

impl Shown {
    /// The first interval of a call.
    pub fn first(estimate: &Estimate, outlook: &Outlook) -> Self {
        Self {
            from: round_up(estimate.p50),
            to: round_up(estimate.p80),
            cause: None,
            baseline: outlook.clone(),
        }
    }

    /// The interval after this one, when the state has changed or time has passed.
    pub fn next(&self, estimate: &Estimate, outlook: &Outlook) -> Self {
        let (from, to) = (round_up(estimate.p50), round_up(estimate.p80));
        let grows = from > self.from || to > self.to;
        if grows && let Some(cause) = outlook.cause_since(&self.baseline) {
            return Self {
                from,
                to,
                cause: Some(cause),
                baseline: outlook.clone(),
            };
        }
        let next = Self {
            from: from.min(self.from),
            to: to.min(self.to),
            cause: self.cause,
            baseline: self.baseline.clone(),
        };
        if next.to == self.to {
            return next;
        }
        Self {
            cause: None,
            baseline: outlook.clone(),
            ..next
        }
    }
}

/// The next step at or above this wait; never less than the first, since nobody has come yet.
fn round_up(wait: Millis) -> Millis {
    let minutes = STEPS.iter().map(|step| step * MINUTE);
    let step = minutes.into_iter().find(|step| wait.0 <= *step);
    Millis(step.unwrap_or_else(|| wait.0.div_ceil(HOUR).saturating_mul(HOUR)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Basis;
    use proptest::prelude::*;

    fn estimate(p50: u64, p80: u64) -> Estimate {
        Estimate {
            mean: Millis(p50),
            p50: Millis(p50),
            p80: Millis(p50.max(p80)),
            p90: Millis(p50.max(p80)),
            basis: Basis::Simulated,
        }
    }

    fn outlook(more_urgent: u32) -> Outlook {
        Outlook {
            more_urgent,
            ..Outlook::default()
        }
    }

    proptest! {
        #[test]
        fn an_interval_grows_only_with_a_cause_and_is_never_below_the_estimate_but_when_held(
            moments in prop::collection::vec((0_u64..9_000_000, 0_u64..9_000_000, 0_u32..3), 1..60),
        ) {
            let mut shown = Shown::first(&estimate(0, 0), &outlook(0));
            for (p50, p80, urgent) in moments {
                let estimate = estimate(p50, p80);
                let next = shown.next(&estimate, &outlook(urgent));
                prop_assert!(next.from <= next.to && next.from >= Millis(MINUTE));
                let grew = next.from > shown.from || next.to > shown.to;
                prop_assert!(!grew || next.cause == Some(Cause::MoreUrgentCall));
                let covers = next.from >= estimate.p50 && next.to >= estimate.p80;
                let held = next.from == shown.from || next.to == shown.to;
                prop_assert!(covers || held);
                let known = urgent > shown.baseline.more_urgent;
                prop_assert!(covers || !known, "a cause was known, so it could have been told");
                shown = next;
            }
        }

        #[test]
        fn a_wait_is_rounded_up_by_a_third_at_most_once_it_is_three_minutes(
            wait in 3 * MINUTE..9 * HOUR,
        ) {
            let shown = round_up(Millis(wait)).0;
            prop_assert!(shown >= wait && shown * 3 <= wait * 4 + HOUR * 3);
            prop_assert!(wait > 2 * HOUR || shown * 3 <= wait * 4);
            prop_assert_eq!(round_up(Millis(shown)).0, shown);
        }
    }

    #[test]
    fn a_cause_is_told_until_the_figure_comes_down() {
        let first = Shown::first(&estimate(100_000, 200_000), &outlook(0));
        assert_eq!(
            (first.from, first.to),
            (Millis(2 * MINUTE), Millis(4 * MINUTE))
        );
        let urgent = first.next(&estimate(200_000, 400_000), &outlook(1));
        assert_eq!(urgent.to, Millis(8 * MINUTE));
        assert_eq!(urgent.cause, Some(Cause::MoreUrgentCall));
        let same = urgent.next(&estimate(190_000, 390_000), &outlook(1));
        assert_eq!(same.cause, Some(Cause::MoreUrgentCall));
        let sooner = same.next(&estimate(100_000, 300_000), &outlook(1));
        assert_eq!((sooner.to, sooner.cause), (Millis(5 * MINUTE), None));
    }

    #[test]
    fn without_a_cause_a_longer_estimate_is_held() {
        let first = Shown::first(&estimate(100_000, 200_000), &outlook(0));
        let next = first.next(&estimate(300_000, 900_000), &outlook(0));
        assert_eq!(
            (next.from, next.to, next.cause),
            (first.from, first.to, None)
        );
    }
}
