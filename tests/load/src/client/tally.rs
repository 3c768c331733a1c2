//! What the clients count in a measurement: packets sent and received, and how long each took.

use super::stamp::{Arrival, Stamp};
use hdrhistogram::Histogram;
use std::time::Duration;

/// Delays are kept to three digits, from a microsecond to ten seconds.
const DELAY_MAX_NS: u64 = 10_000_000_000;

/// The packets sent in one span of time, and what became of them.
#[derive(Clone)]
pub(crate) struct Tally {
    /// On the clients' clock.
    begins: Duration,
    ends: Option<Duration>,
    pub(crate) sent: u64,
    /// Each once.
    pub(crate) received: u64,
    /// Of those: behind one that was sent later.
    pub(crate) late: u64,
    pub(crate) again: u64,
    delays: Histogram<u64>,
}

impl Tally {
    pub(crate) fn begin(now: Duration) -> Self {
        // The bounds are ours and sound, which is all that can be wrong; an empty one counts too.
        let delays = Histogram::new_with_bounds(1000, DELAY_MAX_NS, 3)
            .or_else(|_| Histogram::new(1))
            .expect("the bounds are in order");
        Self {
            begins: now,
            ends: None,
            sent: 0,
            received: 0,
            late: 0,
            again: 0,
            delays,
        }
    }

    /// Packets sent from now on do not count; those on the way do.
    pub(crate) fn end(&mut self, now: Duration) {
        self.ends = Some(now);
    }

    pub(crate) fn count_sent(&mut self) {
        self.sent += u64::from(self.ends.is_none());
    }

    pub(crate) fn count_received(&mut self, stamp: Stamp, arrival: Arrival, now: Duration) {
        if stamp.sent_at < self.begins || self.ends.is_some_and(|end| stamp.sent_at >= end) {
            return;
        }
        if arrival == Arrival::Again {
            self.again += 1;
            return;
        }
        self.received += 1;
        self.late += u64::from(arrival == Arrival::Late);
        let nanos = now.saturating_sub(stamp.sent_at).as_nanos();
        self.delays
            .saturating_record(u64::try_from(nanos).unwrap_or(u64::MAX));
    }

    /// Microseconds from a client's write to the arrival at a client's socket, for this share of
    /// the packets at most.
    pub(crate) fn delay_us(&self, share: f64) -> f64 {
        self.delays.value_at_quantile(share) as f64 / 1e3
    }

    /// Packets that never came, in percent.
    pub(crate) fn lost_pct(&self) -> f64 {
        100.0 * self.sent.saturating_sub(self.received) as f64 / self.sent.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packets_sent_in_the_span_count_however_late_they_come() {
        let ms = Duration::from_millis;
        let stamp = |sent_at| Stamp { number: 0, sent_at };
        let mut tally = Tally::begin(ms(10));
        for _ in 0..3 {
            tally.count_sent();
        }
        tally.count_received(stamp(ms(9)), Arrival::InOrder, ms(11));
        tally.count_received(stamp(ms(10)), Arrival::InOrder, ms(11));
        tally.end(ms(20));
        tally.count_sent();
        tally.count_received(stamp(ms(15)), Arrival::Late, ms(40));
        tally.count_received(stamp(ms(15)), Arrival::Again, ms(41));
        tally.count_received(stamp(ms(20)), Arrival::InOrder, ms(41));
        assert_eq!((tally.sent, tally.received), (3, 2));
        assert_eq!((tally.late, tally.again), (1, 1));
        assert!((tally.lost_pct() - 33.33).abs() < 0.01);
        let [shortest, longest] = [0.0, 1.0].map(|share| tally.delay_us(share));
        assert!((shortest - 1000.0).abs() < 2.0 && (longest - 25_000.0).abs() < 50.0);
    }
}
