//! Random opening hours against an oracle that asks minute by minute what a clock on the wall has
//! shown, and knows neither offsets nor the walk of the calendar.

use super::*;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;
use std::collections::BTreeSet;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const MINUTE: u64 = 60_000;
const DAY: i64 = 24 * 60;

/// Minutes looked at: two days after the first midnight, and a day around them.
const SCANNED: u64 = 2 * 24 * 60;

/// Opening and closing in minutes on the wall, since the midnight before it opens.
type Span = (i64, i64);

/// Written hours, kept as figures for the oracle.
#[derive(Clone, Debug)]
struct Written {
    weekly: Vec<(BTreeSet<usize>, Vec<Span>)>,
    closed: Vec<(Date, Date)>,
    exceptions: Vec<(Date, Vec<Span>)>,
}

impl Written {
    fn hours(&self) -> Hours {
        let weekly = self.weekly.iter().map(|(days, spans)| {
            let days: Vec<_> = days.iter().map(|day| DAYS[*day]).collect();
            format!("{} {}", days.join(","), write(spans))
                .parse()
                .unwrap()
        });
        let closed = self
            .closed
            .iter()
            .map(|(first, last)| format!("{first} to {last}"));
        let exceptions = self.exceptions.iter();
        let exceptions = exceptions.map(|(date, spans)| format!("{date} {}", write(spans)));
        Hours {
            weekly: weekly.collect(),
            closed: closed.map(|text| text.parse().unwrap()).collect(),
            exceptions: exceptions.map(|text| text.parse().unwrap()).collect(),
            holidays: Holidays::None,
        }
    }

    /// The spans that begin on a day, in minutes on the wall since its midnight.
    fn of(&self, date: Date) -> Vec<Span> {
        let own = self.exceptions.iter().filter(|(day, _)| *day == date);
        let own: Vec<_> = own.flat_map(|(_, spans)| spans.clone()).collect();
        if !own.is_empty() {
            return own;
        }
        if self
            .closed
            .iter()
            .any(|(first, last)| *first <= date && date <= *last)
        {
            return Vec::new();
        }
        if self.weekly.is_empty() {
            return vec![(0, DAY)];
        }
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        let entries = self
            .weekly
            .iter()
            .filter(|(days, _)| days.contains(&weekday));
        entries.flat_map(|(_, spans)| spans.clone()).collect()
    }
}

fn write(spans: &[Span]) -> String {
    let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let spans = spans.iter().map(|(opens, closes)| {
        let closes = if *closes > DAY { closes - DAY } else { *closes };
        format!("{}-{}", time(*opens), time(closes))
    });
    spans.collect::<Vec<_>>().join(", ")
}

/// Whether it is open in each scanned minute: a span has begun when the clock has shown its opening
/// time or a later one, and is over when the clock has shown its closing time or a later one and
/// will not show it again.
fn oracle(written: &Written, zone: &TimeZone, from: Timestamp) -> Vec<bool> {
    let margin = u64::try_from(DAY).unwrap();
    let wall = |index: u64| -> DateTime {
        let at = from.0 + index * MINUTE - margin * MINUTE;
        zone.to_datetime(jiff::Timestamp::from_millisecond(at.try_into().unwrap()).unwrap())
    };
    let walls: Vec<DateTime> = (0..SCANNED + 2 * margin).map(wall).collect();
    let mut latest_shown = walls.clone();
    for index in 1..walls.len() {
        latest_shown[index] = latest_shown[index].max(latest_shown[index - 1]);
    }
    let mut earliest_to_come = walls.clone();
    for index in (0..walls.len() - 1).rev() {
        earliest_to_come[index] = earliest_to_come[index].min(earliest_to_come[index + 1]);
    }
    let first = walls[0].date().yesterday().unwrap();
    let days = first.series(jiff::Span::new().days(1)).take(7);
    let spans: Vec<(DateTime, DateTime)> = days
        .flat_map(|date| {
            let moment = move |minutes| {
                DateTime::from(date).saturating_add(jiff::SignedDuration::from_mins(minutes))
            };
            let spans = written.of(date).into_iter();
            spans.map(move |(opens, closes)| (moment(opens), moment(closes)))
        })
        .collect();
    let margin = usize::try_from(margin).unwrap();
    let scanned = margin..walls.len() - margin;
    scanned
        .map(|now| {
            spans.iter().any(|(opens, closes)| {
                // The minute that will show the closing time again must come after one before it.
                let again = earliest_to_come[now + 1] <= *closes;
                *opens <= latest_shown[now] && (walls[now] < *closes || again)
            })
        })
        .collect()
}

/// Days around the nights on which the clocks change, midnight changes and half hours among them.
fn night() -> impl Strategy<Value = (&'static str, Date)> {
    let nights = [
        ("Europe/Paris", "2026-03-28"),
        ("Europe/Paris", "2026-10-24"),
        ("Europe/Paris", "2027-03-27"),
        ("Europe/Paris", "2027-10-30"),
        ("Europe/Paris", "2026-12-31"),
        ("America/Havana", "2026-03-07"),
        ("America/Havana", "2026-10-31"),
        ("Asia/Beirut", "2026-03-28"),
        ("Asia/Beirut", "2026-10-24"),
        ("Australia/Lord_Howe", "2026-04-04"),
        ("Australia/Lord_Howe", "2026-10-03"),
        ("Asia/Kathmandu", "2026-06-15"),
    ];
    prop::sample::select(nights.to_vec()).prop_map(|(zone, date)| (zone, date.parse().unwrap()))
}

/// A span, most often with its ends where clocks change.
fn span() -> impl Strategy<Value = Span> {
    let time = prop_oneof![
        0..=4 * 60_i64,
        0..DAY,
        (0..=24_i64).prop_map(|hour| hour * 60)
    ];
    (time.clone(), time)
        .prop_filter(
            "a span has a length and begins on its day",
            |(opens, closes)| opens != closes && *opens < DAY && !(*closes == 0 && *opens == 0),
        )
        .prop_map(|(opens, closes)| (opens, if closes < opens { closes + DAY } else { closes }))
}

fn some_spans() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec(span(), 1..4)
}

fn written_around(date: Date) -> impl Strategy<Value = Written> {
    let near = (-2..4_i64).prop_map(move |days| date.saturating_add(jiff::Span::new().days(days)));
    let days = prop::collection::btree_set(0..7_usize, 1..=7);
    let range = (near.clone(), 0..2_i64);
    let range =
        range.prop_map(|(first, days)| (first, first.saturating_add(jiff::Span::new().days(days))));
    (
        prop::collection::vec((days, some_spans()), 0..4),
        prop::collection::vec(range, 0..2),
        prop::collection::vec((near, some_spans()), 0..3),
    )
        .prop_map(|(weekly, closed, exceptions)| Written {
            weekly,
            closed,
            exceptions,
        })
}

fn case() -> impl Strategy<Value = (&'static str, Date, Written, Written)> {
    night().prop_flat_map(|(zone, date)| {
        let (a, b) = (written_around(date), written_around(date));
        (Just(zone), Just(date), a, b)
    })
}

/// The moment of a day's first minute, the same zone, and its rules for the oracle.
fn place(zone: &str, date: Date) -> (Timestamp, Zone, TimeZone) {
    let rules = TimeZoneDatabase::bundled().get(zone).unwrap();
    let from = rules
        .to_timestamp(DateTime::from(date))
        .unwrap()
        .as_millisecond();
    (
        Timestamp(from.try_into().unwrap()),
        zone.parse().unwrap(),
        rules,
    )
}

/// Spans as the minutes in which they are open.
fn minutes(spans: &[(Timestamp, Timestamp)], from: Timestamp) -> Vec<bool> {
    let is_open = |at: u64| {
        spans
            .iter()
            .any(|(opens, closes)| opens.0 <= at && at < closes.0)
    };
    (0..SCANNED)
        .map(|index| is_open(from.0 + index * MINUTE))
        .collect()
}

proptest! {
    #[test]
    fn spans_are_the_minutes_in_which_a_clock_on_the_wall_says_open(
        (zone, date, written, _) in case()
    ) {
        let (from, zone, rules) = place(zone, date);
        let to = Timestamp(from.0 + SCANNED * MINUTE);
        let spans = written.hours().spans(&zone, from, to);
        prop_assert_eq!(minutes(&spans, from), oracle(&written, &rules, from));
        for pair in spans.windows(2) {
            prop_assert!(pair[0].1 < pair[1].0, "not in order and apart: {:?}", pair);
        }
        for (opens, closes) in &spans {
            prop_assert!(from <= *opens && opens < closes && *closes <= to);
        }
    }

    #[test]
    fn an_opening_lasts_exactly_until_the_minute_in_which_it_changes(
        (zone, date, written, _) in case()
    ) {
        let (from, zone, rules) = place(zone, date);
        let hours = written.hours();
        let open = oracle(&written, &rules, from);
        // Each minute in turn would be a million questions: each change, and every 37th minute.
        for index in (0..open.len()).filter(|i| i % 37 == 0 || *i > 0 && open[*i] != open[i - 1]) {
            let at = |index: usize| Timestamp(from.0 + u64::try_from(index).unwrap() * MINUTE);
            let opening = hours.opening(&zone, at(index));
            prop_assert_eq!(opening.open, open[index], "minute {}", index);
            let change = (index..open.len()).find(|later| open[*later] != open[index]);
            match change {
                Some(change) => prop_assert_eq!(opening.until, Some(at(change))),
                None => prop_assert!(opening.until.is_none_or(|until| until >= at(open.len()))),
            }
            let next = if open[index] { Some(at(index)) } else { opening.until };
            prop_assert_eq!(hours.next_open(&zone, at(index)), next);
        }
    }

    #[test]
    fn several_schedules_are_open_in_the_minutes_in_which_each_is(
        (zone, date, a, b) in case()
    ) {
        let (from, zone, rules) = place(zone, date);
        let to = Timestamp(from.0 + SCANNED * MINUTE);
        let (hours_a, hours_b) = (a.hours(), b.hours());
        let all = [&hours_a, &hours_b];
        let common = spans(&all, &zone, from, to);
        let open_a = oracle(&a, &rules, from);
        let open_b = oracle(&b, &rules, from);
        let both: Vec<bool> = open_a.iter().zip(&open_b).map(|(a, b)| *a && *b).collect();
        prop_assert_eq!(minutes(&common, from), both);
        for pair in common.windows(2) {
            prop_assert!(pair[0].1 < pair[1].0, "not in order and apart: {:?}", pair);
        }
        // Each question about both agrees with their spans.
        let mut at = from;
        for (opens, closes) in common {
            if at < opens {
                let closed = Opening { open: false, until: Some(opens) };
                prop_assert_eq!(opening(&all, &zone, at), closed);
            }
            let open = opening(&all, &zone, opens);
            prop_assert!(open.open);
            prop_assert!(open.until.is_none_or(|until| until >= closes));
            at = closes;
        }
    }

    #[test]
    fn hours_survive_the_way_through_the_journal((_, _, written, _) in case()) {
        let hours = written.hours();
        let json = serde_json::to_string(&hours).unwrap();
        prop_assert_eq!(serde_json::from_str::<Hours>(&json).unwrap(), hours);
    }

    #[test]
    fn any_other_text_is_refused_with_an_example(text in "[a-z0-9:, /T-]{0,30}|\\PC{0,250}") {
        for error in [
            text.parse::<WeeklySpan>().map(|_| ()).err(),
            text.parse::<DateRange>().map(|_| ()).err(),
            text.parse::<Exception>().map(|_| ()).err(),
        ] {
            let Some(error) = error else { continue };
            let is_length = matches!(error, HoursError::TooLong(_));
            let message = error.to_string();
            prop_assert!(is_length || message.contains("as in"), "{}", message);
            prop_assert!(message.chars().count() < 300, "{}", message);
        }
    }
}
