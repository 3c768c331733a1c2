//! The throughput: how much of what left has arrived per second, over the last half second
//! (the idea of libwebrtc's `robust_throughput_estimator.cc`). Pure.

use super::history::Outcome;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The time looked back on: a dozen frames, so that one large one does not decide, and short, so
/// that a link that has just become narrow is known as such.
const WINDOW: Duration = Duration::from_millis(500);
/// Fewer packets tell nothing yet (libwebrtc, `required_packets`: 10).
const MIN_PACKETS: usize = 10;
/// Packets kept; at 5 Mb/s half a second has 260.
const MAX_PACKETS: usize = 512;

#[derive(Debug)]
struct Arrival {
    arrived: Duration,
    sent: Instant,
    bytes: u32,
}

/// What arrived lately.
#[derive(Debug, Default)]
pub(super) struct Throughput {
    arrivals: VecDeque<Arrival>,
}

impl Throughput {
    /// Adds a packet that arrived, in the order of arrival.
    pub(super) fn add(&mut self, outcome: &Outcome, arrived: Duration) {
        let newest = self
            .arrivals
            .back()
            .map_or(arrived, |newest| newest.arrived);
        self.arrivals.push_back(Arrival {
            arrived: arrived.max(newest),
            sent: outcome.departure.at,
            // What a lost report was about has most likely arrived as well.
            bytes: outcome.departure.bytes + outcome.untold_bytes,
        });
        while self.arrivals.len() > MAX_PACKETS
            || (self.arrivals.front())
                .is_some_and(|oldest| arrived.saturating_sub(oldest.arrived) > WINDOW)
        {
            self.arrivals.pop_front();
        }
    }

    /// Bits per second; `None` while too little has arrived.
    pub(super) fn bps(&self) -> Option<f64> {
        let (oldest, newest) = (self.arrivals.front()?, self.arrivals.back()?);
        let span = newest.arrived.saturating_sub(oldest.arrived);
        if self.arrivals.len() < MIN_PACKETS || span < WINDOW / 4 {
            return None;
        }
        let bytes: u32 = self.arrivals.iter().map(|arrival| arrival.bytes).sum();
        // The first of a span ends the time before it.
        let received = rate(bytes - oldest.bytes, span);
        // A path that held packets up and lets them go at once is no faster than what was sent.
        let first = self.arrivals.iter().map(|a| a.sent).min()?;
        let last = self.arrivals.iter().map(|a| a.sent).max()?;
        let sent = last.saturating_duration_since(first);
        if sent.is_zero() {
            return Some(received);
        }
        Some(received.min(rate(bytes - newest.bytes, sent)))
    }
}

/// Bits per second; a span of nothing counts as a millisecond.
pub(super) fn rate(bytes: u32, span: Duration) -> f64 {
    f64::from(bytes) * 8.0 / span.as_secs_f64().max(0.001)
}
