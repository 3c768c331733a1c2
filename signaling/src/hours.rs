//! Opening hours: when a site or a language can be called, as a pure calendar. Weekly hours, single
//! days with hours of their own, closures and public holidays, in local wall-clock time; the rules
//! of the zone come from the database inside the binary, so that every machine gives one answer.
//!
//! A day takes the first of these that speaks of it: its exceptions; a closure or a public holiday;
//! the weekly hours (always open when there are none). A span belongs to the day on which it
//! begins: `fri 22:00-02:00` is open until two on Saturday even when that Saturday is closed, and a
//! closed Friday takes away all of it.
//!
//! When the clocks change: a time that the clock jumps over (02:30 in the spring night) is the
//! moment of the jump, so a span wholly inside the jump does not take place. Of a time that the
//! clock shows twice (autumn), opening takes the first and closing the second: nobody closes early
//! because a clock was set back.

mod calendar;
mod days;
mod error;
mod holidays;
mod text;
mod weekly;
mod zone;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use calendar::{HORIZON_DAYS, Opening, days, next_open, opening, spans};
pub use days::{DateRange, Exception, YEAR_FIRST, YEAR_LAST};
pub use error::HoursError;
pub use holidays::Holidays;
pub use text::TEXT_LENGTH_MAX;
pub use weekly::{SPANS_MAX, WeeklySpan};
pub use zone::Zone;

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Entries in `weekly`: one for each day and several seasons of corrections; people write 1 to 3.
pub const WEEKLY_MAX: usize = 32;

/// Entries in `closed`, and in `exceptions`: some years of both. Each day asked about looks at all.
pub const DATED_MAX: usize = 256;

/// The opening hours of a site or of a language. Empty means always open.
///
/// ```
/// use passerelle_signaling::hours::{Hours, Zone};
/// use passerelle_signaling::time::Timestamp;
///
/// let hours = Hours {
///     weekly: vec!["mon-fri 08:30-12:00, 13:30-17:30".parse()?],
///     exceptions: vec!["2026-12-05 10:00-16:00".parse()?],
///     ..Hours::always()
/// };
/// // Saturday, 5 December 2026, 10:00 in Paris.
/// let at = Timestamp(1_796_461_200_000);
/// assert!(hours.opening(&Zone::default(), at).open);
/// # Ok::<(), passerelle_signaling::hours::HoursError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hours {
    /// When it is open on ordinary days, such as `mon-fri 08:30-12:00, 13:30-17:30`. Entries add
    /// up, and spans that overlap are one. Empty: open day and night.
    #[serde(deserialize_with = "text::list")]
    pub weekly: Vec<WeeklySpan>,
    /// Days on which it stays closed: `2026-12-24`, or `2026-12-24 to 2026-12-26`.
    #[serde(deserialize_with = "text::list")]
    pub closed: Vec<DateRange>,
    /// Days with hours of their own instead, also inside a closure or on a public holiday:
    /// `2026-12-05 10:00-16:00`.
    #[serde(deserialize_with = "text::list")]
    pub exceptions: Vec<Exception>,
    /// Which public holidays it is closed on.
    pub holidays: Holidays,
}

impl Hours {
    /// Open day and night.
    pub fn always() -> Self {
        Self::default()
    }

    /// Whether it is open at `at`, and when that changes: see [`opening`].
    pub fn opening(&self, zone: &Zone, at: Timestamp) -> Opening {
        opening(&[self], zone, at)
    }

    /// The first moment from `at` on at which it is open: see [`next_open`].
    pub fn next_open(&self, zone: &Zone, at: Timestamp) -> Option<Timestamp> {
        next_open(&[self], zone, at)
    }

    /// When it is open between two moments: see [`spans`].
    pub fn spans(
        &self,
        zone: &Zone,
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        spans(&[self], zone, from, to)
    }
}
