//! How long a built-in client waits before it tries again: the web client's rule
//! (`web-client/src/core/backoff.ts`), so that what is measured with built-in clients holds for
//! pages.

use crate::random;
use std::time::Duration;

/// The first pause.
const FIRST: Duration = Duration::from_millis(300);

/// The longest pause.
const MAX: Duration = Duration::from_secs(10);

/// The pause before attempt `attempt` (from 0): between half and all of the exponential value.
pub(super) fn backoff(attempt: u32) -> Duration {
    pause(attempt, f64::from(random::arbitrary::<u16>()) / 65_536.0)
}

/// The same for a `share` in [0, 1).
fn pause(attempt: u32, share: f64) -> Duration {
    let ceiling = MAX.min(FIRST * 2_u32.pow(attempt.min(16)));
    ceiling.mul_f64(0.5 + 0.5 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_those_of_the_web_client() {
        let web = include_str!("../../web-client/src/core/backoff.ts");
        let first = format!("BACKOFF_FIRST_MS = {};", FIRST.as_millis());
        let longest = format!("BACKOFF_MAX_MS = {}_000;", MAX.as_secs());
        assert!(web.contains(&first) && web.contains(&longest));
        assert_eq!(pause(0, 0.0), Duration::from_millis(150));
        assert_eq!(pause(2, 0.5), Duration::from_millis(900));
        assert_eq!(pause(40, 0.0), Duration::from_secs(5));
    }
}
