//! How often somebody may try: sign-ins, opened pages and requests, counted by the address they
//! come from. A [`Limit`] is one such count, by whatever tells people apart: an address, an
//! account. Each lets a burst pass, and then one more after each pause.

mod source;
mod table;

pub use source::Source;

use crate::clock::Clock;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use passerelle_signaling::time::{Millis, Timestamp};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use table::Table;

/// Codes and passwords from one address at once: all 28 tablets of the reference city enrolled
/// behind one router, each at the second try.
const SIGN_INS: u32 = 60;

/// One more after so long. Ten thousand guesses of one address take 14 hours.
const SIGN_IN_EVERY: Duration = Duration::from_secs(5);

/// What one address may have at once as connections, it may open within this time again and again.
const OPENINGS_WITHIN: Duration = Duration::from_secs(60);

/// A page asks who is signed in before it opens its socket, and once more when that fails.
const REQUESTS_PER_OPENING: u32 = 3;

/// Who has not been limited for so long is forgotten: no list of visitors is kept.
const SWEPT_EVERY: Millis = Millis::from_secs(60);

/// While a table is full it is swept so often.
const FULL_SWEPT_EVERY: Millis = Millis::from_secs(1);

/// Refusals are said in the log so often at most.
const SAID_EVERY: Millis = Millis::from_secs(60);

/// What is counted by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// An attempt to sign in by something that can be guessed.
    SignIn,
    /// A WebSocket, or a line of requests in its place.
    Opening,
    /// Any request of the HTTP interface.
    Request,
}

/// Whoever asks has asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// From now on until one more is taken.
    pub wait: Millis,
}

/// The limits by address of one gateway. Clones share the counts.
#[derive(Clone)]
pub struct Limits(Arc<ByAddress>);

struct ByAddress {
    sign_ins: Limit<Source>,
    openings: Limit<Source>,
    requests: Limit<Source>,
}

impl Limits {
    /// With room for so many pages behind one address.
    pub fn new(clock: &Clock, pages: NonZeroU32) -> Self {
        let requests = pages.saturating_mul(at_least_one(REQUESTS_PER_OPENING));
        let within_a_minute = |burst: NonZeroU32| OPENINGS_WITHIN / burst.get();
        let limit = |what, burst, every| Limit::new(what, burst, every, clock.clone());
        Self(Arc::new(ByAddress {
            sign_ins: limit("sign-ins", at_least_one(SIGN_INS), SIGN_IN_EVERY),
            openings: limit("opened pages", pages, within_a_minute(pages)),
            requests: limit("requests", requests, within_a_minute(requests)),
        }))
    }

    /// Counts one more from this address. Whoever comes from none that is known is not counted:
    /// everybody would be counted as one.
    ///
    /// # Errors
    /// When it is one too many; it is not counted then.
    pub fn take(&self, counted: Counted, from: Option<IpAddr>) -> Result<(), TooMany> {
        let Some(from) = from else { return Ok(()) };
        let limit = match counted {
            Counted::SignIn => &self.0.sign_ins,
            Counted::Opening => &self.0.openings,
            Counted::Request => &self.0.requests,
        };
        limit.take(&Source::of(from))
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// One count, for each key its own.
pub struct Limit<K: Clone + Eq + Hash> {
    /// In the log.
    what: &'static str,
    clock: Clock,
    limiter: RateLimiter<K, Table<K>, Ticks, NoOpMiddleware<Nanos>>,
    swept_at: AtomicU64,
    refused: AtomicU64,
    said_at: AtomicU64,
}

impl<K: Clone + Eq + Hash> Limit<K> {
    /// Takes `burst` at once, then one more after each `every`.
    pub fn new(what: &'static str, burst: NonZeroU32, every: Duration, clock: Clock) -> Self {
        // Only a pause of nothing has no quota.
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(burst));
        let swept_at = AtomicU64::new(clock.now().0);
        Self {
            what,
            limiter: RateLimiter::new(
                quota.allow_burst(burst),
                Table::default(),
                Ticks(clock.clone()),
            ),
            clock,
            swept_at,
            refused: AtomicU64::new(0),
            said_at: AtomicU64::new(0),
        }
    }

    /// Counts one more of this key.
    ///
    /// # Errors
    /// When it is one too many; it is not counted then.
    pub fn take(&self, key: &K) -> Result<(), TooMany> {
        let now = self.clock.now();
        let full = self.limiter.len() >= table::KEYS_MAX;
        let spacing = if full { FULL_SWEPT_EVERY } else { SWEPT_EVERY };
        if first_since(&self.swept_at, spacing, now) {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| {
            self.say(now);
            let wait = until.wait_time_from(Ticks(self.clock.clone()).now());
            // Not a moment too early.
            let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            TooMany {
                wait: Millis(wait.saturating_add(1)),
            }
        })
    }

    /// Without the key: who asks is nobody's business here; the audit journal has refused sign-ins.
    fn say(&self, now: Timestamp) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        if first_since(&self.said_at, SAID_EVERY, now) {
            tracing::warn!(
                refused,
                what = self.what,
                "too many from one address: a fault, an attack, or many people behind one address"
            );
        }
    }
}

/// Whether `spacing` has passed since the moment in `last`, which is now then. Of several at once,
/// one is told so.
fn first_since(last: &AtomicU64, spacing: Millis, now: Timestamp) -> bool {
    let before = last.load(Ordering::Relaxed);
    let due = now >= Timestamp(before) + spacing;
    due && last
        .compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed)
        .is_ok()
}

/// Our clock as the limiter reads it.
#[derive(Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(self.0.now().0))
    }
}

#[cfg(test)]
mod tests;
