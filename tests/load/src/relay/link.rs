//! One direction of a made-up network: random loss, a bottleneck with a bounded queue, delay and
//! jitter. Pure and seeded: datagrams and the time come in, datagrams that have arrived go out, and
//! the same seed makes the same network.

use fastrand::Rng;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// Datagrams on the way at once. At 1200 bytes, 20 Mb/s for two seconds: past it the network under
/// test is not one that people call over.
const ON_THE_WAY_MAX: usize = 4096;

/// How a direction behaves. The default changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Conditions {
    /// Percent of the datagrams that vanish, each by itself.
    pub(crate) loss_pct: f64,
    /// What every datagram takes.
    pub(crate) delay: Duration,
    /// What it takes on top, anything up to this: datagrams overtake each other.
    pub(crate) jitter: Duration,
    /// Bits a second through the bottleneck, in thousands.
    pub(crate) rate_kbps: Option<u32>,
    /// How long a datagram waits at the bottleneck at most; one that would wait longer is dropped.
    pub(crate) queue: Duration,
}

impl Conditions {
    /// True when every datagram passes as it came.
    pub(crate) fn is_plain(&self) -> bool {
        self.loss_pct <= 0.0
            && self.delay.is_zero()
            && self.jitter.is_zero()
            && self.rate_kbps.is_none()
    }
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It will arrive.
    OnTheWay,
    /// It vanished.
    Lost,
    /// The queue was full.
    Overflowed,
}

/// See the module.
pub(crate) struct Link {
    conditions: Conditions,
    dice: Rng,
    /// When the bottleneck has sent everything it was given.
    free_at: Option<Instant>,
    on_the_way: BinaryHeap<Reverse<Travelling>>,
    entered: u64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Travelling {
    arrives: Instant,
    /// Those that arrive at once keep their order.
    number: u64,
    bytes: Vec<u8>,
}

impl Link {
    pub(crate) fn new(conditions: Conditions, seed: u64) -> Self {
        Self {
            conditions,
            dice: Rng::with_seed(seed),
            free_at: None,
            on_the_way: BinaryHeap::new(),
            entered: 0,
        }
    }

    /// Other conditions for what enters from now on.
    pub(crate) fn set(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Takes a datagram.
    pub(crate) fn enter(&mut self, now: Instant, bytes: &[u8]) -> Fate {
        let Conditions {
            loss_pct,
            delay,
            jitter,
            rate_kbps,
            queue,
        } = self.conditions;
        // Both dice are thrown for each, so that a loss does not move the jitter of those behind.
        let (fortune, shake) = (self.dice.f64(), self.dice.f64());
        if fortune * 100.0 < loss_pct {
            return Fate::Lost;
        }
        let mut leaves = now;
        if let Some(kbps) = rate_kbps {
            let begins = self.free_at.map_or(now, |at| at.max(now));
            if begins.saturating_duration_since(now) > queue {
                return Fate::Overflowed;
            }
            // A thousand bits a second are a bit a millisecond.
            let bits = bytes.len() as f64 * 8.0;
            leaves = begins + Duration::from_secs_f64(bits / 1e3 / f64::from(kbps.max(1)));
            self.free_at = Some(leaves);
        }
        if self.on_the_way.len() >= ON_THE_WAY_MAX {
            return Fate::Overflowed;
        }
        self.entered += 1;
        self.on_the_way.push(Reverse(Travelling {
            arrives: leaves + delay + jitter.mul_f64(shake),
            number: self.entered,
            bytes: bytes.to_vec(),
        }));
        Fate::OnTheWay
    }

    /// The next datagram that has arrived by now.
    pub(crate) fn leave(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.next_arrival().filter(|at| *at <= now)?;
        self.on_the_way.pop().map(|Reverse(arrived)| arrived.bytes)
    }

    /// When the next one arrives.
    pub(crate) fn next_arrival(&self) -> Option<Instant> {
        self.on_the_way.peek().map(|Reverse(next)| next.arrives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle::clock::monotonic;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    /// Sends `count` datagrams of 1,000 bytes this far apart; number and delay of those that come.
    fn journey(conditions: Conditions, count: u32, apart: Duration) -> Vec<(u32, Duration)> {
        let (begin, mut link) = (monotonic(), Link::new(conditions, 7));
        let mut came = Vec::new();
        let mut take = |link: &mut Link, until: Instant| {
            while let Some(at) = link.next_arrival().filter(|at| *at <= until) {
                let bytes = link.leave(at).unwrap();
                let number = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                came.push((number, at - (begin + apart * number)));
            }
        };
        for number in 0..count {
            let now = begin + apart * number;
            take(&mut link, now);
            let mut bytes = [0; 1000];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            link.enter(now, &bytes);
        }
        take(&mut link, begin + apart * count + Duration::from_secs(60));
        came
    }

    #[test]
    fn a_plain_link_changes_nothing() {
        let came = journey(Conditions::default(), 100, MS);
        let unchanged: Vec<_> = (0..100).map(|number| (number, Duration::ZERO)).collect();
        assert_eq!(came, unchanged);
        assert!(Conditions::default().is_plain());
    }

    #[test]
    fn loss_is_as_frequent_as_asked_for_and_the_same_for_the_same_seed() {
        let conditions = Conditions {
            loss_pct: 5.0,
            ..Conditions::default()
        };
        let came = journey(conditions, 20_000, MS);
        let lost_pct = 100.0 - came.len() as f64 / 200.0;
        assert!((4.5..5.5).contains(&lost_pct), "{lost_pct} %");
        assert_eq!(came, journey(conditions, 20_000, MS));
    }

    #[test]
    fn a_bottleneck_passes_its_rate_and_drops_what_would_wait_too_long() {
        let conditions = Conditions {
            rate_kbps: Some(1000),
            queue: MS * 200,
            ..Conditions::default()
        };
        // Twice the rate for two seconds; a datagram takes 8 ms.
        let came = journey(conditions, 500, MS * 4);
        let longest = came.iter().map(|(_, delay)| *delay).max().unwrap();
        assert!((200..=208).contains(&longest.as_millis()), "{longest:?}");
        // 250 in the two seconds and 25 that were waiting.
        assert!((274..=277).contains(&came.len()), "{}", came.len());
    }

    #[test]
    fn jitter_reorders_and_no_delay_is_below_the_delay() {
        let conditions = Conditions {
            delay: MS * 30,
            jitter: MS * 20,
            ..Conditions::default()
        };
        let came = journey(conditions, 1000, MS);
        assert_eq!(came.len(), 1000);
        assert!(came.windows(2).any(|pair| pair[0].0 > pair[1].0));
        let within = |(_, delay): &(u32, Duration)| (MS * 30..=MS * 50).contains(delay);
        assert!(came.iter().all(within));
    }

    proptest! {
        #[test]
        fn whatever_the_network_nothing_comes_twice_or_from_nowhere(
            loss_pct in 0.0..100.0_f64,
            delay_ms in 0..500_u32,
            jitter_ms in 0..100_u32,
            rate_kbps in proptest::option::of(1..5000_u32),
        ) {
            let conditions = Conditions {
                loss_pct,
                delay: MS * delay_ms,
                jitter: MS * jitter_ms,
                rate_kbps,
                queue: MS * 100,
            };
            let mut numbers: Vec<u32> = journey(conditions, 200, MS)
                .into_iter()
                .map(|(number, _)| number)
                .collect();
            numbers.sort_unstable();
            let came = numbers.len();
            numbers.dedup();
            prop_assert_eq!(numbers.len(), came);
            prop_assert!(numbers.iter().all(|number| *number < 200));
        }
    }
}
