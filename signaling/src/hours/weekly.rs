//! Hours that come back every week: `mon-fri 08:30-12:00, 13:30-17:30`. Also the spans of time
//! themselves, which exceptions share.

use super::error::{HoursError, quote};
use super::text::{Entry, Text, bounded, serde_as_text};
use super::{TEXT_LENGTH_MAX, WEEKLY_MAX};
use jiff::civil::Weekday;
use std::fmt;
use std::str::FromStr;

/// Spans in one entry: an hour open, an hour closed, all day long.
pub const SPANS_MAX: usize = 12;

/// Minutes of a day on the wall clock.
pub(super) const DAY: u16 = 24 * 60;

/// From Monday on, as written.
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Some days of the week and when it is open on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklySpan {
    days: Days,
    spans: Vec<TimeSpan>,
}

/// Days of the week; `[true; 7]` is every day, the first is Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days([bool; 7]);

/// From one time of day to another, in minutes since the midnight before it opens. Above 24 hours:
/// it closes on the next day. Never longer than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimeSpan {
    pub(super) opens: u16,
    pub(super) closes: u16,
}

impl TimeSpan {
    pub(super) const WHOLE_DAY: Self = Self {
        opens: 0,
        closes: DAY,
    };
}

impl WeeklySpan {
    /// The spans that begin on this day of the week, in order.
    pub(super) fn on(&self, day: Weekday) -> &[TimeSpan] {
        let Days(days) = self.days;
        let is_on = usize::try_from(day.to_monday_zero_offset())
            .is_ok_and(|index| days.get(index) == Some(&true));
        if is_on { &self.spans } else { &[] }
    }
}

impl Text for WeeklySpan {
    const EXAMPLE: &'static str = "mon-fri 08:30-12:00, 13:30-17:30";
}

impl Entry for WeeklySpan {
    const LIST: &'static str = "weekly";
    const MAX: usize = WEEKLY_MAX;
}

serde_as_text!(WeeklySpan);

impl FromStr for WeeklySpan {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = bounded(text)?;
        // Days have no digits and times begin with one.
        let hours_at = text
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(text.len());
        let (days, hours) = text.split_at(hours_at);
        if days.trim().is_empty() {
            return Err(HoursError::NoDays(quote(text)));
        }
        Ok(Self {
            days: days.parse()?,
            spans: parse_spans(hours, text)?,
        })
    }
}

impl fmt::Display for WeeklySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.days)?;
        write_spans(&self.spans, f)
    }
}

impl FromStr for Days {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut days = [false; 7];
        for piece in text.split(',').map(str::trim) {
            if piece.eq_ignore_ascii_case("daily") {
                days = [true; 7];
                continue;
            }
            let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
            let (first, last) = (day(first.trim())?, day(last.trim())?);
            // `fri-mon` goes over the end of the week.
            let length = (last + 7 - first) % 7;
            for offset in 0..=length {
                days[(first + offset) % 7] = true;
            }
        }
        Ok(Self(days))
    }
}

fn day(name: &str) -> Result<usize, HoursError> {
    NAMES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))
        .ok_or_else(|| HoursError::UnknownDay(quote(name)))
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(days) = self;
        if days.iter().all(|on| *on) {
            return f.write_str("daily");
        }
        let mut separator = "";
        let mut index = 0;
        while index < 7 {
            let run = days[index..].iter().take_while(|on| **on).count();
            match run {
                0 => {
                    index += 1;
                    continue;
                }
                1 => write!(f, "{separator}{}", NAMES[index])?,
                _ => write!(f, "{separator}{}-{}", NAMES[index], NAMES[index + run - 1])?,
            }
            separator = ",";
            index += run;
        }
        Ok(())
    }
}

/// Reads `08:30-12:00, 13:30-17:30`, in order and each once; `entry` is what an error quotes when
/// nothing is there.
pub(super) fn parse_spans(text: &str, entry: &str) -> Result<Vec<TimeSpan>, HoursError> {
    if text.trim().is_empty() {
        return Err(HoursError::NoHours(quote(entry)));
    }
    let mut spans = Vec::new();
    for piece in text.split(',') {
        if spans.len() == SPANS_MAX {
            return Err(HoursError::TooManySpans(quote(entry)));
        }
        spans.push(piece.parse()?);
    }
    spans.sort_unstable();
    spans.dedup();
    Ok(spans)
}

/// Writes what [`parse_spans`] reads.
pub(super) fn write_spans(spans: &[TimeSpan], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, span) in spans.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{span}")?;
    }
    Ok(())
}

impl FromStr for TimeSpan {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let ends = text.split_once('-');
        let Some((from, to)) = ends.filter(|(_, to)| !to.contains('-')) else {
            return Err(HoursError::NotASpan(quote(text)));
        };
        let (opens, closes) = (minutes(from)?, minutes(to)?);
        if opens == DAY {
            return Err(HoursError::NotATime(quote(from)));
        }
        if opens == closes {
            return Err(HoursError::NoDuration(quote(text)));
        }
        let over_midnight = if closes < opens { DAY } else { 0 };
        Ok(Self {
            opens,
            closes: closes + over_midnight,
        })
    }
}

/// Minutes since midnight, up to 24:00.
fn minutes(text: &str) -> Result<u16, HoursError> {
    let text = text.trim();
    let number = |digits: &str| {
        let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        only_digits.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let parts = text.split_once(':');
    let parts = parts.filter(|(hour, minute)| hour.len() <= 2 && minute.len() == 2);
    parts
        .and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)))
        .filter(|(_, minute)| *minute < 60)
        .map(|(hour, minute)| hour * 60 + minute)
        .filter(|minutes| *minutes <= DAY)
        .ok_or_else(|| HoursError::NotATime(quote(text)))
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |minutes: u16| (minutes / 60, minutes % 60);
        let after_midnight = if self.closes > DAY { DAY } else { 0 };
        let (from_hour, from_minute) = time(self.opens);
        let (to_hour, to_minute) = time(self.closes - after_midnight);
        write!(
            f,
            "{from_hour:02}:{from_minute:02}-{to_hour:02}:{to_minute:02}"
        )
    }
}

/// The longest canonical text is one that can be read again: the longest list of days, a space, and
/// all spans with their separators.
const _: () = assert!("mon,wed,fri,sun".len() + 1 + SPANS_MAX * 13 - 2 <= TEXT_LENGTH_MAX);
