//! Time as the core sees it: it comes in as an argument and is never read here. The driver's clock
//! is anchored to the wall once at start and then follows the monotonic clock, so that neither a
//! clock step nor a daylight-saving night changes a wait.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};
use ts_rs::TS;

/// A moment of service time, in milliseconds since the Unix epoch (UTC).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Timestamp(pub u64);

/// A length of time in milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Millis(pub u64);

impl Millis {
    /// A length given in whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * 1000)
    }
}

impl Timestamp {
    /// The time elapsed since `earlier`; zero when `earlier` lies ahead, so that no wait is ever
    /// negative (invariant I21).
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Millis> for Timestamp {
    type Output = Self;

    fn add(self, length: Millis) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Sub<Millis> for Timestamp {
    type Output = Self;

    fn sub(self, length: Millis) -> Self {
        Self(self.0.saturating_sub(length.0))
    }
}
