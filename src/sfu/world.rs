//! The media engine's only readings of the clock and of chance; everything below the socket loop
//! takes the time as an argument.

use crate::random;
use std::time::Instant;

/// The monotonic clock: timers, intervals and forwarding never depend on the wall.
pub(crate) fn now() -> Instant {
    crate::clock::monotonic()
}

/// An RTP stream id with room for the RTX stream next to it: even, so that two never meet. Unique
/// within a session, not secret (RFC 3550 §8.1).
pub(crate) fn stream_id() -> u32 {
    random::arbitrary::<u32>() & !1
}

/// Where a stream's sequence numbers and timestamps begin (RFC 3550 §5.1).
pub(crate) fn numbering() -> (u16, u32) {
    random::arbitrary()
}
