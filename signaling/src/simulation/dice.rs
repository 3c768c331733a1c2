//! Chance, from a seed that is given. Everybody has dice of their own, so that one more interpreter
//! or another roster does not change when visitors come and how long they stay: two scenarios with
//! one seed differ by what was changed, and by nothing else.

use crate::time::Millis;

/// Seeded dice. The same seed gives the same throws on every machine of one kind; logarithms may
/// differ in the last bit between kinds.
#[derive(Clone, Debug)]
pub struct Dice(fastrand::Rng);

/// How a length of time varies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Always the same.
    Fixed(Millis),
    /// Without memory, as telephone engineers (Erlang, 1917) take conversations to be.
    Exponential {
        /// The mean.
        mean: Millis,
    },
    /// Many short and a few very long ones, as service times of call centres really are (Brown et
    /// al. 2005, 10.1198/016214504000001808).
    LogNormal {
        /// The mean.
        mean: Millis,
        /// Standard deviation over mean.
        spread: f64,
    },
}

impl Dice {
    /// The dice of one person or purpose (`stream`) on the day of this seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        // SplitMix64's constant and finaliser keep neighbouring seeds and streams apart.
        let mut mixed = seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(fastrand::Rng::with_seed(mixed ^ (mixed >> 31)))
    }

    /// True in this share of throws.
    pub fn happens(&mut self, share: f64) -> bool {
        // No throw where there is nothing to decide, so that a fault that is off changes nothing.
        share > 0.0 && self.0.f64() < share
    }

    /// A number below `end`; 0 when that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.usize(..end) }
    }

    /// One of these; `None` of nothing.
    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).copied()
    }

    /// A length between the two.
    pub fn between(&mut self, least: Millis, most: Millis) -> Millis {
        Millis(self.0.u64(least.0..=most.0.max(least.0)))
    }

    /// A length that varies like this.
    pub fn length(&mut self, length: Length) -> Millis {
        match length {
            Length::Fixed(length) => length,
            Length::Exponential { mean } => self.exponential(mean.0 as f64),
            Length::LogNormal { mean, spread } => {
                // Of a lognormal with this mean and spread: variance and mean of its logarithm.
                let variance = (1.0 + spread * spread).ln();
                let middle = (mean.0.max(1) as f64).ln() - variance / 2.0;
                millis((middle + variance.sqrt() * self.normal()).exp())
            }
        }
    }

    /// Exponential by inversion, with a mean in milliseconds.
    pub(super) fn exponential(&mut self, mean: f64) -> Millis {
        millis(-mean * self.open().ln())
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.open().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.0.f64()).cos()
    }

    /// Above 0 and at most 1: a logarithm can be taken.
    fn open(&mut self) -> f64 {
        1.0 - self.0.f64()
    }
}

/// Rounded to the millisecond; never negative, and a week at most, so that sums stay far from the
/// end of time.
fn millis(length: f64) -> Millis {
    const WEEK: f64 = 7.0 * 24.0 * 3_600_000.0;
    Millis(length.round().clamp(0.0, WEEK) as u64)
}
