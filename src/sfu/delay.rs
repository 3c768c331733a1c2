//! The forwarding delay as a histogram: how long packets are inside the gateway, from the moment
//! their datagram is taken to the moment everything forwarded with it has been handed to the
//! system. Pure, bounded, without allocation: a turn of the loop is recorded once, with all its
//! packets.

use std::ops::AddAssign;
use std::time::Duration;

/// Four buckets to each doubling: a figure is right to a fifth.
const STEPS: u32 = 4;

/// Doublings from 1 µs on: 22 reach four seconds, and what is longer counts as that.
const DOUBLINGS: u32 = 22;

const BUCKETS: usize = (STEPS * DOUBLINGS) as usize;

/// How many packets took how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    counts: [u64; BUCKETS],
    sum: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            counts: [0; BUCKETS],
            sum: Duration::ZERO,
        }
    }
}

impl Delays {
    /// So many packets took so long.
    pub(super) fn record(&mut self, delay: Duration, packets: u64) {
        self.counts[bucket(delay)] += packets;
        // A turn brings a few thousand packets at most.
        let times = u32::try_from(packets).unwrap_or(u32::MAX);
        self.sum = self.sum.saturating_add(delay.saturating_mul(times));
    }

    /// Packets recorded.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How long they were inside, all together.
    pub const fn sum(&self) -> Duration {
        self.sum
    }

    /// The upper end of each bucket and the packets in it alone, the shortest first. In the last
    /// are also those that took longer.
    pub fn buckets(&self) -> impl ExactSizeIterator<Item = (Duration, u64)> {
        let buckets = self.counts.iter().enumerate();
        buckets.map(|(bucket, packets)| (upper_end(bucket), *packets))
    }

    /// What so many of a thousand packets stayed below: the upper end of the bucket of the last of
    /// them. `None` before the first packet.
    pub fn permille(&self, permille: u64) -> Option<Duration> {
        let count = self.count();
        let wanted = (count * permille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (bucket, packets) in self.counts.iter().enumerate() {
            seen += packets;
            if seen >= wanted {
                return Some(upper_end(bucket));
            }
        }
        None
    }

    /// Those recorded since an earlier reading.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut since = *self;
        for (now, before) in since.counts.iter_mut().zip(before.counts) {
            *now = now.saturating_sub(before);
        }
        since.sum = self.sum.saturating_sub(before.sum);
        since
    }
}

impl AddAssign for Delays {
    /// What several media threads have recorded together.
    fn add_assign(&mut self, other: Self) {
        for (own, other) in self.counts.iter_mut().zip(other.counts) {
            *own += other;
        }
        self.sum = self.sum.saturating_add(other.sum);
    }
}

/// By the highest bit and the two that follow it.
fn bucket(delay: Duration) -> usize {
    let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX).max(1);
    let doubling = micros.ilog2();
    let within = ((u128::from(micros) * u128::from(STEPS)) >> doubling) - u128::from(STEPS);
    // Four steps at most.
    let place = (doubling * STEPS + within as u32) as usize;
    place.min(BUCKETS - 1)
}

fn upper_end(bucket: usize) -> Duration {
    let (doubling, step) = (bucket as u32 / STEPS, bucket as u32 % STEPS);
    let nanos = ((u64::from(STEPS + step + 1) * 1000) << doubling) / u64::from(STEPS);
    Duration::from_nanos(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_share_asked_for_lies_below_the_figure() {
        let mut delays = Delays::default();
        assert_eq!(delays.permille(500), None);
        delays.record(Duration::from_micros(100), 990);
        delays.record(Duration::from_millis(5), 10);
        let [half, most] = [500, 999].map(|share| delays.permille(share).unwrap());
        assert_eq!(half, Duration::from_micros(112));
        assert!((5000..6200).contains(&most.as_micros()), "{most:?}");
        let before = delays;
        delays.record(Duration::from_micros(20), 7);
        assert_eq!(delays.since(&before).count(), 7);
        delays += before;
        assert_eq!(delays.count(), 2007);
        assert_eq!(
            delays.sum(),
            Duration::from_micros(2 * (99_000 + 50_000) + 140)
        );
    }

    #[test]
    fn the_buckets_are_all_there_is_with_ends_that_rise() {
        let mut delays = Delays::default();
        delays.record(Duration::from_micros(100), 990);
        delays.record(Duration::from_secs(60), 3);
        let buckets: Vec<_> = delays.buckets().collect();
        assert!(buckets.is_sorted_by(|before, next| before.0 < next.0));
        assert_eq!(buckets.iter().map(|(_, packets)| packets).sum::<u64>(), 993);
        assert_eq!(buckets.last().map(|(_, packets)| *packets), Some(3));
        let filled = buckets.iter().find(|(_, packets)| *packets > 0);
        assert_eq!(filled, Some(&(Duration::from_micros(112), 990)));
    }

    proptest! {
        #[test]
        fn a_delay_lies_in_its_bucket_and_the_bucket_is_narrow(nanos in 1000u64..4_000_000_000) {
            let delay = Duration::from_nanos(nanos);
            let upper = upper_end(bucket(delay));
            prop_assert!(delay <= upper + Duration::from_micros(1));
            prop_assert!(upper <= delay * 3 / 2 + Duration::from_micros(1));
        }

        #[test]
        fn every_delay_has_a_bucket(nanos: u64) {
            prop_assert!(bucket(Duration::from_nanos(nanos)) < BUCKETS);
        }
    }
}
