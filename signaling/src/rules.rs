//! The rules of the service: every deadline and limit of the core, with its default and the reason
//! for it. They are part of the configuration and therefore of the journal, so that a replay uses
//! the rules of its day.

use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Deadlines and limits of calls and interpreters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// How long one interpreter is rung before the offer counts as missed.
    pub offer_ms: Millis,
    /// From accept to media up in both directions; past it the call goes back to its place.
    pub connect_ms: Millis,
    /// Time after a call in which the interpreter is not offered another.
    pub wrap_up_ms: Millis,
    /// A call nobody could take ends as timed out, so that the reception agent can do something.
    pub wait_max_ms: Millis,
    /// A pair that did not work (declined, missed, never connected) is not tried again for this
    /// long.
    pub cooldown_ms: Millis,
    /// Missed offers in a row after which the interpreter is set to away, until they return.
    pub misses_max: u32,
    /// Calls that may wait at once for one language.
    pub queue_max: u32,
    /// A client whose page was closed or reloaded: time to come back before the call ends.
    pub grace_closed_ms: Millis,
    /// A client that fell silent (Wi-Fi, sleep): time to come back with the place kept.
    pub grace_lost_ms: Millis,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            // Four rings of a telephone; long enough to put down a glass, short for a visitor.
            offer_ms: Millis::from_secs(20),
            // Ten times what a slow TURN/TLS connection needs.
            connect_ms: Millis::from_secs(15),
            wrap_up_ms: Millis::from_secs(30),
            wait_max_ms: Millis::from_secs(15 * 60),
            cooldown_ms: Millis::from_secs(60),
            // ACE Direct's default, "auto-away after 3 missed calls" (its user guide v5.0, p. 26).
            misses_max: 3,
            // More than every tablet of the reference city at once.
            queue_max: 64,
            // A reload takes about one second on a cheap tablet.
            grace_closed_ms: Millis::from_secs(4),
            // The longest Wi-Fi roaming gap seen in practice is under a minute.
            grace_lost_ms: Millis::from_secs(60),
        }
    }
}
