//! How long a built-in client waits before it tries again: the web client's rules
//! (`web-client/src/core/backoff.ts`, `connection.ts`), so that what is measured with built-in
//! clients holds for pages.

use crate::random;
use std::time::Duration;

/// The first pause.
const FIRST: Duration = Duration::from_millis(300);

/// The longest pause between two connections for media.
pub(super) const MEDIA_MAX: Duration = Duration::from_secs(10);

/// The longest pause between two connections to the gateway.
pub(super) const GATEWAY_MAX: Duration = Duration::from_secs(2);

/// The pause before attempt `attempt` (from 0), `longest` at most: between half and all of the
/// exponential value.
pub(super) fn backoff(attempt: u32, longest: Duration) -> Duration {
    let share = f64::from(random::arbitrary::<u16>()) / 65_536.0;
    pause(attempt, longest, share)
}

/// The same for a `share` in [0, 1).
fn pause(attempt: u32, longest: Duration, share: f64) -> Duration {
    let ceiling = longest.min(FIRST * 2_u32.pow(attempt.min(16)));
    ceiling.mul_f64(0.5 + 0.5 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_those_of_the_web_client() {
        let rules = include_str!("../../web-client/src/core/backoff.ts");
        let connection = include_str!("../../web-client/src/core/connection.ts");
        let first = format!("BACKOFF_FIRST_MS = {};", FIRST.as_millis());
        let longest = format!("BACKOFF_MAX_MS = {}_000;", MEDIA_MAX.as_secs());
        assert!(rules.contains(&first) && rules.contains(&longest));
        let longest = format!("PAUSE_MAX_MS = {}_000;", GATEWAY_MAX.as_secs());
        assert!(connection.contains(&longest));
        assert_eq!(pause(0, MEDIA_MAX, 0.0), Duration::from_millis(150));
        assert_eq!(pause(2, MEDIA_MAX, 0.5), Duration::from_millis(900));
        assert_eq!(pause(40, MEDIA_MAX, 0.0), Duration::from_secs(5));
        assert_eq!(pause(40, GATEWAY_MAX, 0.0), Duration::from_secs(1));
    }
}
