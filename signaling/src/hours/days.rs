//! Dated entries: closures over one or more days, and single days with hours of their own.

use super::DATED_MAX;
use super::error::{HoursError, quote};
use super::text::{Entry, Text, bounded, serde_as_text};
use super::weekly::{TimeSpan, parse_spans, write_spans};
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// The first year that an entry may name; any before it is a slip of the keyboard.
pub const YEAR_FIRST: i16 = 2000;

/// The last year that an entry may name, for the same reason.
pub const YEAR_LAST: i16 = 2199;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    first: Date,
    last: Date,
}

/// One day and the hours it has instead of its usual ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub(super) date: Date,
    pub(super) spans: Vec<TimeSpan>,
}

impl DateRange {
    pub(super) fn contains(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

impl Text for DateRange {
    const EXAMPLE: &'static str = "2026-12-24 to 2026-12-26";
}

impl Entry for DateRange {
    const LIST: &'static str = "closed";
    const MAX: usize = DATED_MAX;
}

serde_as_text!(DateRange);

impl FromStr for DateRange {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = bounded(text)?;
        let (first, last) = text.split_once(" to ").unwrap_or((text, text));
        let (first, last) = (date(first)?, date(last)?);
        if last < first {
            return Err(HoursError::DatesReversed(quote(text)));
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last {
            write!(f, "{first}")
        } else {
            write!(f, "{first} to {last}")
        }
    }
}

impl Text for Exception {
    const EXAMPLE: &'static str = "2026-12-05 10:00-12:00, 14:00-16:00";
}

impl Entry for Exception {
    const LIST: &'static str = "exceptions";
    const MAX: usize = DATED_MAX;
}

serde_as_text!(Exception);

impl FromStr for Exception {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = bounded(text)?;
        let (day, hours) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        Ok(Self {
            date: date(day)?,
            spans: parse_spans(hours, text)?,
        })
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.date)?;
        write_spans(&self.spans, f)
    }
}

/// Reads `2026-12-24` and nothing else: no time, no zone, no other order.
fn date(text: &str) -> Result<Date, HoursError> {
    let text = text.trim();
    let has_form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date: Option<Date> = has_form.then(|| text.parse().ok()).flatten();
    let date = date.ok_or_else(|| HoursError::NotADate(quote(text)))?;
    if !(YEAR_FIRST..=YEAR_LAST).contains(&date.year()) {
        return Err(HoursError::YearOutOfRange(quote(text)));
    }
    Ok(date)
}
