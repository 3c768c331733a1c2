//! Section `rules`: the core's own type with its defaults; here only the bounds that keep a slip of
//! the pen (seconds for milliseconds) from reaching visitors.

use super::Problems;
use passerelle_signaling::rules::Rules;
use passerelle_signaling::time::Millis;

/// No deadline of a call is longer than a day.
const LENGTH_MAX: Millis = Millis::from_secs(24 * 60 * 60);

/// The shortest ring and connection time: below it nobody could answer, and a figure in seconds was
/// probably written where milliseconds are meant.
const ANSWER_MIN: Millis = Millis(500);

/// More calls waiting for one language than any city has counters.
const QUEUE_MAX: u32 = 10_000;

pub(super) fn check(rules: &Rules, problems: &mut Problems) {
    let lengths = [
        ("rules.offer_ms", rules.offer_ms, ANSWER_MIN),
        ("rules.connect_ms", rules.connect_ms, ANSWER_MIN),
        ("rules.wrap_up_ms", rules.wrap_up_ms, Millis(0)),
        ("rules.wait_max_ms", rules.wait_max_ms, ANSWER_MIN),
        ("rules.cooldown_ms", rules.cooldown_ms, Millis(0)),
        ("rules.grace_closed_ms", rules.grace_closed_ms, Millis(0)),
        ("rules.grace_lost_ms", rules.grace_lost_ms, Millis(0)),
    ];
    for (key, length, least) in lengths {
        if !(least..=LENGTH_MAX).contains(&length) {
            let message = format!("is {} ms: use {} to {} ms", length.0, least.0, LENGTH_MAX.0);
            problems.add(key, message);
        }
    }
    if !(1..=QUEUE_MAX).contains(&rules.queue_max) {
        let message = format!("is {}: use 1 to {QUEUE_MAX}", rules.queue_max);
        problems.add("rules.queue_max", message);
    }
    if rules.misses_max == 0 {
        problems.add(
            "rules.misses_max",
            "is 0: nobody would ever be rung; use 1 or more",
        );
    }
}
