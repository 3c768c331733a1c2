//! Opening hours by example: ordinary weeks, the two nights on which the clocks change, exceptions
//! and closures. Below it the texts and the public holidays.

mod holidays;
mod texts;

use super::*;

/// A moment, written with its offset: `2026-03-29T01:30+01:00`.
fn at(text: &str) -> Timestamp {
    let moment: jiff::Timestamp = text.parse().unwrap();
    Timestamp(moment.as_millisecond().try_into().unwrap())
}

fn weekly(entries: &[&str]) -> Hours {
    Hours {
        weekly: entries.iter().map(|text| text.parse().unwrap()).collect(),
        ..Hours::always()
    }
}

fn paris() -> Zone {
    Zone::default()
}

/// The open spans between two moments, written as [`at`] reads them.
#[track_caller]
fn assert_spans(hours: &Hours, zone: &Zone, [from, to]: [&str; 2], expected: &[[&str; 2]]) {
    let expected: Vec<_> = expected.iter().map(|[a, b]| (at(a), at(b))).collect();
    assert_eq!(hours.spans(zone, at(from), at(to)), expected);
}

#[track_caller]
fn assert_opening(hours: &Hours, moment: &str, open: bool, until: Option<&str>) {
    let until = until.map(at);
    assert_eq!(
        hours.opening(&paris(), at(moment)),
        Opening { open, until },
        "at {moment}"
    );
}

#[test]
fn an_office_opens_and_closes_twice_a_day_and_rests_on_sunday() {
    let hours = weekly(&["mon-fri 08:30-12:00, 13:30-17:30", "sat 09:00-12:00"]);
    let opening = |moment, open, until| assert_opening(&hours, moment, open, Some(until));
    // Friday, 16 October 2026.
    opening("2026-10-16T08:29:59+02:00", false, "2026-10-16T08:30+02:00");
    opening("2026-10-16T08:30+02:00", true, "2026-10-16T12:00+02:00");
    opening("2026-10-16T12:00+02:00", false, "2026-10-16T13:30+02:00");
    opening(
        "2026-10-16T17:29:59.999+02:00",
        true,
        "2026-10-16T17:30+02:00",
    );
    opening("2026-10-16T17:30+02:00", false, "2026-10-17T09:00+02:00");
    opening("2026-10-17T12:00+02:00", false, "2026-10-19T08:30+02:00");
    // Over the weekend on which the clocks change: 08:30 is an hour later by UTC.
    opening("2026-10-24T12:00+02:00", false, "2026-10-26T08:30+01:00");
}

#[test]
fn without_any_hours_it_is_always_open() {
    let always = Hours::always();
    assert_opening(&always, "2026-01-01T00:00+01:00", true, None);
    let day = ["2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00"];
    assert_spans(&always, &paris(), day, &[day]);
    assert_eq!(spans(&[], &paris(), at(day[0]), at(day[1])).len(), 1);
    assert_eq!(
        weekly(&["daily 00:00-24:00"]).opening(&paris(), at(day[0])),
        always.opening(&paris(), at(day[0])),
    );
}

#[test]
fn the_next_opening_is_now_when_it_is_open() {
    let hours = weekly(&["mon 08:00-12:00"]);
    let next = |moment| hours.next_open(&paris(), at(moment));
    let inside = "2026-10-19T09:12:13+02:00";
    assert_eq!(next(inside), Some(at(inside)));
    assert_eq!(
        next("2026-10-19T12:00+02:00"),
        Some(at("2026-10-26T08:00+01:00"))
    );
}

#[test]
fn what_is_closed_for_longer_than_the_horizon_names_no_next_opening() {
    let mut hours = weekly(&["daily 08:00-12:00"]);
    hours.closed = vec!["2026-01-01 to 2027-12-31".parse().unwrap()];
    assert_opening(&hours, "2026-06-01T10:00+02:00", false, None);
    // Day 400 before 1 January 2028, 08:00, and a second less than that.
    let opens = Some("2028-01-01T08:00+01:00");
    assert_opening(&hours, "2026-11-27T08:00+01:00", false, opens);
    assert_opening(&hours, "2026-11-27T07:59:59+01:00", false, None);
}

#[test]
fn in_the_spring_night_an_open_service_is_open_one_hour_less() {
    let hours = weekly(&["sat 22:00-06:00"]);
    let night = ["2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00"];
    let open = ["2026-03-28T22:00+01:00", "2026-03-29T06:00+02:00"];
    assert_spans(&hours, &paris(), night, &[open]);
    assert_eq!(at(open[1]).since(at(open[0])).0, 7 * 3_600_000);
    let all_night = weekly(&["daily 00:00-24:00"]);
    assert_spans(&all_night, &paris(), night, &[night]);
}

#[test]
fn in_the_autumn_night_an_open_service_is_open_one_hour_more() {
    let hours = weekly(&["sat 22:00-06:00"]);
    let night = ["2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00"];
    let open = ["2026-10-24T22:00+02:00", "2026-10-25T06:00+01:00"];
    assert_spans(&hours, &paris(), night, &[open]);
    assert_eq!(at(open[1]).since(at(open[0])).0, 9 * 3_600_000);
    let all_night = weekly(&["daily 00:00-24:00"]);
    assert_spans(&all_night, &paris(), night, &[night]);
}

#[test]
fn a_time_that_the_clock_jumps_over_is_the_moment_of_the_jump() {
    for [day, before, jump] in [
        ["2026-03-29", "+01:00", "2026-03-29T03:00+02:00"],
        ["2027-03-28", "+01:00", "2027-03-28T03:00+02:00"],
    ] {
        let span = [format!("{day}T00:00{before}"), format!("{day}T12:00+02:00")];
        let whole = [span[0].as_str(), span[1].as_str()];
        let one = format!("{day}T01:00{before}");
        let five = format!("{day}T05:00+02:00");
        assert_spans(
            &weekly(&["sun 01:00-02:30"]),
            &paris(),
            whole,
            &[[&one, jump]],
        );
        assert_spans(
            &weekly(&["sun 02:30-05:00"]),
            &paris(),
            whole,
            &[[jump, &five]],
        );
        assert_spans(
            &weekly(&["sun 02:00-05:00"]),
            &paris(),
            whole,
            &[[jump, &five]],
        );
        assert_spans(
            &weekly(&["sun 01:00-03:00"]),
            &paris(),
            whole,
            &[[&one, jump]],
        );
        // Wholly inside the jump: it does not take place; and two around it are one.
        assert_spans(&weekly(&["sun 02:10-02:50"]), &paris(), whole, &[]);
        let two = weekly(&["sun 01:00-02:10, 02:50-05:00"]);
        assert_spans(&two, &paris(), whole, &[[&one, &five]]);
    }
}

#[test]
fn of_a_time_that_the_clock_shows_twice_opening_is_the_first_and_closing_the_second() {
    for day in ["2026-10-25", "2027-10-31"] {
        let moment = |time: &str| format!("{day}T{time}");
        let (from, to) = (moment("00:00+02:00"), moment("12:00+01:00"));
        let check = |entry: &str, opens: &str, closes: &str| {
            let open = [moment(opens), moment(closes)];
            let expected = [[open[0].as_str(), open[1].as_str()]];
            assert_spans(&weekly(&[entry]), &paris(), [&from, &to], &expected);
        };
        check("sun 01:00-02:30", "01:00+02:00", "02:30+01:00");
        check("sun 02:30-05:00", "02:30+02:00", "05:00+01:00");
        check("sun 02:30-02:45", "02:30+02:00", "02:45+01:00");
        check("sun 01:00-02:00", "01:00+02:00", "02:00+01:00");
        check("sun 03:00-05:00", "03:00+01:00", "05:00+01:00");
        // Closing late and opening early: two spans in the hour shown twice become one.
        check("sun 01:00-02:10, 02:50-05:00", "01:00+02:00", "05:00+01:00");
    }
}

#[test]
fn a_zone_whose_clock_changes_at_midnight_loses_no_day() {
    // Cuba: 8 March 2026 begins at 01:00; 1 November 2026 shows 00:00 to 00:59 twice.
    let havana: Zone = "America/Havana".parse().unwrap();
    let mut hours = Hours::always();
    hours.closed = vec!["2026-03-08".parse().unwrap(), "2026-11-01".parse().unwrap()];
    let spring = ["2026-03-07T12:00-05:00", "2026-03-09T12:00-04:00"];
    let jump = "2026-03-08T01:00-04:00";
    let opens = "2026-03-09T00:00-04:00";
    assert_spans(
        &hours,
        &havana,
        spring,
        &[[spring[0], jump], [opens, spring[1]]],
    );
    let autumn = ["2026-10-31T12:00-04:00", "2026-11-02T12:00-05:00"];
    let second_midnight = "2026-11-01T00:00-05:00";
    let opens = "2026-11-02T00:00-05:00";
    let expected = [[autumn[0], second_midnight], [opens, autumn[1]]];
    assert_spans(&hours, &havana, autumn, &expected);
}

#[test]
fn a_span_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let mut hours = weekly(&["fri,sat 22:00-02:00"]);
    // Friday 14 and Saturday 15 August 2026, Assumption.
    let days = ["2026-08-14T00:00+02:00", "2026-08-17T00:00+02:00"];
    let friday = ["2026-08-14T22:00+02:00", "2026-08-15T02:00+02:00"];
    let saturday = ["2026-08-15T22:00+02:00", "2026-08-16T02:00+02:00"];
    assert_spans(&hours, &paris(), days, &[friday, saturday]);
    hours.holidays = Holidays::France;
    assert_spans(&hours, &paris(), days, &[friday]);
    // Asked in the middle of the night, the evening before counts.
    let asked = "2026-08-15T01:00+02:00";
    assert_opening(&hours, asked, true, Some(friday[1]));
    assert_spans(&hours, &paris(), [asked, days[1]], &[[asked, friday[1]]]);
}

#[test]
fn spans_that_overlap_or_touch_are_one() {
    let hours = weekly(&["mon 08:00-10:00, 09:00-12:00", "mon-tue 12:00-13:00"]);
    let monday = ["2026-10-19T00:00+02:00", "2026-10-20T00:00+02:00"];
    let open = ["2026-10-19T08:00+02:00", "2026-10-19T13:00+02:00"];
    assert_spans(&hours, &paris(), monday, &[open]);
}

#[test]
fn a_closure_over_new_year_ends_on_the_morning_after_its_last_day() {
    let mut hours = weekly(&["mon-fri 09:00-17:00"]);
    hours.closed = vec!["2026-12-24 to 2027-01-03".parse().unwrap()];
    let reopens = Some("2027-01-04T09:00+01:00");
    assert_opening(&hours, "2026-12-23T17:00+01:00", false, reopens);
    assert_opening(&hours, "2026-12-31T10:00+01:00", false, reopens);
}

#[test]
fn an_exception_holds_on_a_holiday_and_inside_a_closure_and_instead_of_usual_hours() {
    let mut hours = weekly(&["mon-fri 09:00-17:00"]);
    hours.holidays = Holidays::France;
    hours.closed = vec!["2026-12-28 to 2026-12-31".parse().unwrap()];
    hours.exceptions = ["2026-12-25 10:00-12:00", "2026-12-29 14:00-15:00"]
        .map(|text| text.parse().unwrap())
        .into();
    hours
        .exceptions
        .push("2026-12-24 09:00-10:00, 11:00-12:00".parse().unwrap());
    hours
        .exceptions
        .push("2026-12-24 11:30-13:00".parse().unwrap());
    let days = ["2026-12-24T00:00+01:00", "2027-01-01T00:00+01:00"];
    let open = [
        ["2026-12-24T09:00+01:00", "2026-12-24T10:00+01:00"],
        ["2026-12-24T11:00+01:00", "2026-12-24T13:00+01:00"],
        ["2026-12-25T10:00+01:00", "2026-12-25T12:00+01:00"],
        ["2026-12-29T14:00+01:00", "2026-12-29T15:00+01:00"],
    ];
    assert_spans(&hours, &paris(), days, &open);
}

#[test]
fn several_schedules_are_open_when_each_is() {
    let site = weekly(&["mon-fri 08:30-12:00, 13:30-17:30"]);
    let mut language = weekly(&["daily 11:00-14:00"]);
    let both = [&site, &language];
    let monday = "2026-10-19T08:45+02:00";
    let closed_until = |at| opening(&both, &paris(), at);
    assert_eq!(
        closed_until(at(monday)),
        Opening {
            open: false,
            until: Some(at("2026-10-19T11:00+02:00"))
        }
    );
    assert_eq!(
        spans(&both, &paris(), at(monday), at("2026-10-20T00:00+02:00")),
        [
            (at("2026-10-19T11:00+02:00"), at("2026-10-19T12:00+02:00")),
            (at("2026-10-19T13:30+02:00"), at("2026-10-19T14:00+02:00")),
        ]
    );
    language.weekly = vec!["sun 10:00-12:00".parse().unwrap()];
    assert_eq!(next_open(&[&site, &language], &paris(), at(monday)), None);
}

#[test]
fn a_zone_is_known_by_its_name_and_its_rules_are_in_the_binary() {
    assert_eq!(paris().to_string(), "Europe/Paris");
    let zone: Zone = serde_json::from_str("\"europe/paris\"").unwrap();
    assert_eq!(zone, paris());
    assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Europe/Paris\"");
    for name in ["", "Paris", "Etc/Unknown", "../etc/localtime", "CEST-2"] {
        let error = name.parse::<Zone>().unwrap_err();
        assert_eq!(error, HoursError::UnknownZone(name.to_owned()));
    }
}

#[test]
fn moments_at_the_ends_of_time_are_answered() {
    let hours = weekly(&["daily 08:00-12:00"]);
    let opening = |at| hours.opening(&paris(), Timestamp(at));
    // 1 January 1970, 01:00 in Paris.
    let until = Some(at("1970-01-01T08:00+01:00"));
    assert_eq!(opening(0), Opening { open: false, until });
    for never in [253_402_300_799_999, 1 << 63, u64::MAX] {
        assert_eq!(
            opening(never),
            Opening {
                open: false,
                until: None
            }
        );
    }
    let backwards = hours.spans(&paris(), Timestamp(u64::MAX), Timestamp(0));
    assert_eq!(backwards, []);
}
