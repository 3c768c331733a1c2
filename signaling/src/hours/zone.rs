//! A time zone and what its clocks show. The rules come from the IANA database that is compiled in,
//! never from the machine's files.

use super::error::{HoursError, quote};
use super::text::{Text, serde_as_text};
use crate::time::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use std::fmt;
use std::str::FromStr;

/// The zone of a service that names none.
const DEFAULT: &str = "Europe/Paris";

/// The last year whose days are known here: jiff's calendar ends with 9999, and the day after one
/// of ours must have its moments too.
const YEAR_MAX: i16 = 9998;

/// A named zone of the IANA database, such as `Europe/Paris`.
#[derive(Clone)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// Which end of a span a local time is: they differ when the clock shows that time twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Opens,
    Closes,
}

impl Zone {
    /// The local day of a moment; `None` near the end of jiff's calendar, in the year 9999.
    pub(super) fn date(&self, at: Timestamp) -> Option<Date> {
        let milliseconds = i64::try_from(at.0).ok()?;
        let at = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
        let date = self.rules.to_datetime(at).date();
        (date.year() <= YEAR_MAX).then_some(date)
    }

    /// When the clock shows this local time, in milliseconds since the Unix epoch. A time that it
    /// jumps over is the moment of the jump; of a time that it shows twice, opening takes the first
    /// and closing the second. The same for later times is never earlier.
    pub(super) fn moment(&self, local: DateTime, edge: Edge) -> i64 {
        let moment = match (self.rules.to_ambiguous_timestamp(local).offset(), edge) {
            (AmbiguousOffset::Unambiguous { offset }, _) => instant(local, offset),
            (AmbiguousOffset::Fold { before, .. }, Edge::Opens) => instant(local, before),
            (AmbiguousOffset::Fold { after, .. }, Edge::Closes) => instant(local, after),
            (AmbiguousOffset::Gap { before, after }, _) => self.jump(local, before, after),
        };
        moment.as_millisecond()
    }

    /// The moment at which the clock jumps over this local time.
    fn jump(&self, local: DateTime, before: Offset, after: Offset) -> jiff::Timestamp {
        // Read by the offset after the jump, the time lies before it; read by the one before, not.
        let mut jumps = self.rules.following(instant(local, after));
        jumps
            .find(|jump| jump.offset() == after)
            .map_or_else(|| instant(local, before), |jump| jump.timestamp())
    }
}

fn instant(local: DateTime, offset: Offset) -> jiff::Timestamp {
    offset
        .to_timestamp(local)
        // Only times within a day of the ends of jiff's calendar have no moment, and `date` gives
        // days from 1969 to 9998, to which a span adds two.
        .expect("a day between the years 1969 and 9999 has its moments")
}

impl Default for Zone {
    fn default() -> Self {
        DEFAULT
            .parse()
            // The database is compiled in and a test reads this name.
            .expect("Europe/Paris is in the bundled database")
    }
}

impl Text for Zone {
    const EXAMPLE: &'static str = DEFAULT;
}

serde_as_text!(Zone);

impl FromStr for Zone {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || HoursError::UnknownZone(quote(text));
        let rules = TimeZoneDatabase::bundled().get(text.trim());
        let rules = rules.map_err(|_| unknown())?;
        // `Etc/Unknown` has no name.
        let name = rules.iana_name().ok_or_else(unknown)?.to_owned();
        Ok(Self { name, rules })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

/// A name has one set of rules, those of the binary.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}
