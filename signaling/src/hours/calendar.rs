//! The three questions to opening hours, asked of one schedule or of several at once (a site and a
//! language must both be open). Each schedule is walked day by day and only as far as the answer.

use super::Hours;
use super::weekly::{DAY, TimeSpan};
use super::zone::{Edge, Zone};
use crate::time::{Millis, Timestamp};
use jiff::civil::{Date, DateTime};
use std::iter::Peekable;

/// How far ahead a change is looked for: a year and a month, so that a service that opens once a
/// year still finds its day. A change beyond is « never » to a screen.
pub const HORIZON_DAYS: u64 = 400;

const HORIZON: Millis = Millis::from_secs(HORIZON_DAYS * 24 * 60 * 60);

/// Whether something is open at a moment, and until when that stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// True when it is open.
    pub open: bool,
    /// The moment at which it closes, or opens; `None` when not within [`HORIZON_DAYS`].
    pub until: Option<Timestamp>,
}

/// Whether all of these are open at `at`, and the next moment at which that changes. No schedule
/// at all is always open. From the year 9997 on, where the calendar ends, only that is open.
pub fn opening(all: &[&Hours], zone: &Zone, at: Timestamp) -> Opening {
    let end = at + HORIZON;
    let mut common = Common::new(all, zone, at, end);
    let next = common.find(|(_, closes)| *closes > at);
    let within = |moment: Timestamp| Some(moment).filter(|moment| *moment <= end);
    match next {
        Some((opens, closes)) if opens <= at => Opening {
            open: true,
            until: within(closes),
        },
        next => Opening {
            open: false,
            until: next.and_then(|(opens, _)| within(opens)),
        },
    }
}

/// The first moment from `at` on at which all of these are open, `at` itself when they are; `None`
/// when not within [`HORIZON_DAYS`].
pub fn next_open(all: &[&Hours], zone: &Zone, at: Timestamp) -> Option<Timestamp> {
    let Opening { open, until } = opening(all, zone, at);
    if open { Some(at) } else { until }
}

/// When all of these are open between `from` and `to`, each from and until (excluded), in order
/// and apart from each other. Of a longer time it gives the first [`HORIZON_DAYS`].
pub fn spans(
    all: &[&Hours],
    zone: &Zone,
    from: Timestamp,
    to: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let to = to.min(from + HORIZON);
    Common::new(all, zone, from, to)
        .map(|(opens, closes)| (opens.max(from), closes.min(to)))
        .skip_while(|(opens, closes)| closes <= opens)
        .take_while(|(opens, closes)| opens < closes)
        .collect()
}

/// The moments at which the local days from `from` to `to` begin, in order, and the next one; of a
/// longer time the first [`HORIZON_DAYS`].
pub fn days(zone: &Zone, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let to = to.min(from + HORIZON);
    let Some((mut day, last)) = zone.date(from).zip(zone.date(to)) else {
        return Vec::new();
    };
    let mut begins = Vec::new();
    loop {
        let moment = zone.moment(DateTime::from(day), Edge::Opens);
        begins.push(Timestamp(u64::try_from(moment).unwrap_or(0)));
        match day.tomorrow() {
            Ok(next) if day <= last => day = next,
            _ => return begins,
        }
    }
}

/// The spans in which all schedules are open.
struct Common<'a> {
    schedules: Vec<Peekable<Walk<'a>>>,
    /// Given once when every schedule is always open.
    whole: Option<(Timestamp, Timestamp)>,
}

impl<'a> Common<'a> {
    /// All spans that begin before `to` and end after `from`, and some around them. The last one
    /// may be cut, but not before `to`.
    fn new(all: &[&'a Hours], zone: &'a Zone, from: Timestamp, to: Timestamp) -> Self {
        let limited = all.iter().filter(|hours| **hours != &Hours::default());
        let schedules: Vec<_> = limited
            .map(|hours| Walk::new(hours, zone, from, to).peekable())
            .collect();
        let whole = (Timestamp(0), Timestamp(u64::MAX));
        Self {
            whole: schedules.is_empty().then_some(whole),
            schedules,
        }
    }
}

impl Iterator for Common<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        if self.schedules.is_empty() {
            return self.whole.take();
        }
        loop {
            let (mut opens, mut closes) = (Timestamp(0), Timestamp(u64::MAX));
            for schedule in &mut self.schedules {
                let span = schedule.peek()?;
                opens = opens.max(span.0);
                closes = closes.min(span.1);
            }
            for schedule in &mut self.schedules {
                schedule.next_if(|span| span.1 <= closes);
            }
            // Nothing in common, or a span whose both ends are one jump of the clock.
            if opens < closes {
                return Some((opens, closes));
            }
        }
    }
}

/// The open spans of one schedule, those that touch or overlap joined.
struct Walk<'a> {
    hours: &'a Hours,
    zone: &'a Zone,
    /// The next day to look at; `None` when the walk is over.
    day: Option<Date>,
    last: Date,
    /// Of the days looked at, in order.
    spans: std::vec::IntoIter<TimeSpan>,
    of: Date,
    /// Not yet given, since the next may join it. In milliseconds since the Unix epoch.
    joined: Option<(i64, i64)>,
}

impl<'a> Walk<'a> {
    /// From the day before `from`, whose last span may run over midnight, to the day of `to`: what
    /// closes only because the walk ends there closes after `to`.
    fn new(hours: &'a Hours, zone: &'a Zone, from: Timestamp, to: Timestamp) -> Self {
        let days = zone.date(from).zip(zone.date(to));
        let first = days.and_then(|(first, _)| first.yesterday().ok());
        Self {
            hours,
            zone,
            day: first,
            last: days.map_or(Date::MIN, |(_, last)| last),
            spans: Vec::new().into_iter(),
            of: first.unwrap_or(Date::MIN),
            joined: None,
        }
    }

    /// The next span before joining, in milliseconds.
    fn step(&mut self) -> Option<(i64, i64)> {
        loop {
            if let Some(span) = self.spans.next() {
                let opens = self.moment(span.opens, Edge::Opens);
                return Some((opens, self.moment(span.closes, Edge::Closes)));
            }
            let day = self.day?;
            self.of = day;
            self.spans = self.hours.spans_of(day).into_iter();
            self.day = day.tomorrow().ok().filter(|next| *next <= self.last);
        }
    }

    fn moment(&self, minutes: u16, edge: Edge) -> i64 {
        let hour = jiff::Span::new().minutes(minutes % DAY);
        let days = jiff::Span::new().days(minutes / DAY);
        let date = self.of.saturating_add(days);
        self.zone
            .moment(DateTime::from(date).saturating_add(hour), edge)
    }
}

impl Iterator for Walk<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let given = loop {
            match (self.step(), &mut self.joined) {
                (Some(span), None) => self.joined = Some(span),
                (Some(span), Some(joined)) if span.0 <= joined.1 => {
                    joined.1 = joined.1.max(span.1);
                }
                (Some(span), Some(joined)) => break Some(std::mem::replace(joined, span)),
                (None, _) => break self.joined.take(),
            }
        };
        // The day before the Unix epoch began is before every moment asked about.
        let timestamp = |moment: i64| Timestamp(u64::try_from(moment).unwrap_or(0));
        given.map(|(opens, closes)| (timestamp(opens), timestamp(closes)))
    }
}

impl Hours {
    /// The spans that begin on this day, in order.
    fn spans_of(&self, date: Date) -> Vec<TimeSpan> {
        let own = self.exceptions.iter().filter(|day| day.date == date);
        let mut spans: Vec<TimeSpan> = own.flat_map(|day| &day.spans).copied().collect();
        let is_closed =
            || self.holidays.contains(date) || self.closed.iter().any(|range| range.contains(date));
        if spans.is_empty() && !is_closed() {
            if self.weekly.is_empty() {
                spans.push(TimeSpan::WHOLE_DAY);
            }
            let weekday = date.weekday();
            spans.extend(self.weekly.iter().flat_map(|entry| entry.on(weekday)));
        }
        spans.sort_unstable();
        spans
    }
}
