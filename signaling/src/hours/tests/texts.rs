//! How opening hours are written: what is taken, what is written back, and the answer to each kind
//! of mistake.

use super::*;

/// A wrong text, the error it gets, and the piece that the error is about.
type Mistake = (&'static str, fn(String) -> HoursError, &'static str);

#[test]
fn a_text_is_read_generously_and_written_in_one_way() {
    for (text, canonical) in [
        (
            "  Mon-FRI  8:30 - 12:00 ,13:30-17:30 ",
            "mon-fri 08:30-12:00, 13:30-17:30",
        ),
        ("fri-mon 22:00-02:00", "mon,fri-sun 22:00-02:00"),
        (
            "sun, wed, mon 13:00-24:00, 00:00-12:00",
            "mon,wed,sun 00:00-12:00, 13:00-24:00",
        ),
        ("mon-sun 00:00-24:00", "daily 00:00-24:00"),
        ("daily 22:00-00:00, 22:00-24:00", "daily 22:00-24:00"),
    ] {
        assert_eq!(text.parse::<WeeklySpan>().unwrap().to_string(), canonical);
    }
    let same_day = "2026-12-24 to 2026-12-24";
    assert_eq!(
        same_day.parse::<DateRange>().unwrap().to_string(),
        "2026-12-24"
    );
    let exception: Exception = "2026-12-05  10:00-16:00".parse().unwrap();
    assert_eq!(exception.to_string(), "2026-12-05 10:00-16:00");
}

#[test]
fn the_longest_texts_and_lists_are_taken() {
    let spans: Vec<_> = (0..SPANS_MAX)
        .map(|hour| format!("{hour:02}:00-{hour:02}:59"))
        .collect();
    let text = format!("mon,wed,fri,sun {}", spans.join(", "));
    assert_eq!(text.parse::<WeeklySpan>().unwrap().to_string(), text);
    let padded = text.replacen(' ', &" ".repeat(1 + TEXT_LENGTH_MAX - text.len()), 1);
    assert_eq!(padded.parse::<WeeklySpan>().unwrap().to_string(), text);
    let hours = Hours {
        weekly: vec![text.parse().unwrap(); WEEKLY_MAX],
        closed: vec!["2026-12-24".parse().unwrap(); DATED_MAX],
        ..Hours::always()
    };
    let json = serde_json::to_string(&hours).unwrap();
    assert_eq!(serde_json::from_str::<Hours>(&json).unwrap(), hours);
}

#[test]
fn each_mistake_in_weekly_hours_has_its_own_answer() {
    use HoursError::*;
    let spans = vec!["08:00-09:00"; SPANS_MAX + 1].join(",");
    let cases: [Mistake; 15] = [
        ("08:30-12:00", NoDays, "08:30-12:00"),
        ("", NoDays, ""),
        ("lun-ven 08:30-12:00", UnknownDay, "lun"),
        ("mon-fry 08:30-12:00", UnknownDay, "fry"),
        ("mon-fri: 08:30-12:00", UnknownDay, "fri:"),
        ("mon,,fri 08:30-12:00", UnknownDay, ""),
        ("mon-fri", NoHours, "mon-fri"),
        ("mon 08:30", NotASpan, "08:30"),
        ("mon 08:30-12:00-14:00", NotASpan, "08:30-12:00-14:00"),
        ("mon 8h30-12h", NotATime, "8h30"),
        ("mon 08:30-12:60", NotATime, "12:60"),
        ("mon 24:00-26:00", NotATime, "26:00"),
        ("mon 24:00-02:00", NotATime, "24:00"),
        ("mon 08:30-12:00,", NotASpan, ""),
        ("mon 08:30-8:30", NoDuration, "08:30-8:30"),
    ];
    for (text, error, piece) in cases {
        assert_eq!(
            text.parse::<WeeklySpan>(),
            Err(error(piece.to_owned())),
            "{text:?}"
        );
    }
    let too_many = format!("mon {spans}").parse::<WeeklySpan>().unwrap_err();
    assert!(matches!(too_many, TooManySpans(_)));
    let too_long = "mon,"
        .repeat(TEXT_LENGTH_MAX)
        .parse::<WeeklySpan>()
        .unwrap_err();
    assert_eq!(too_long, TooLong("mon,".repeat(10)));
}

#[test]
fn each_mistake_in_a_date_has_its_own_answer() {
    use HoursError::*;
    let cases: [Mistake; 8] = [
        ("24/12/2026", NotADate, "24/12/2026"),
        ("2026-02-29", NotADate, "2026-02-29"),
        ("2026-12-24T10:00", NotADate, "2026-12-24T10:00"),
        (
            "2026-12-24 - 2026-12-26",
            NotADate,
            "2026-12-24 - 2026-12-26",
        ),
        ("2026-12-24 to tomorrow", NotADate, "tomorrow"),
        ("1926-12-24", YearOutOfRange, "1926-12-24"),
        ("2200-01-01", YearOutOfRange, "2200-01-01"),
        (
            "2026-12-26 to 2026-12-24",
            DatesReversed,
            "2026-12-26 to 2026-12-24",
        ),
    ];
    for (text, error, piece) in cases {
        assert_eq!(
            text.parse::<DateRange>(),
            Err(error(piece.to_owned())),
            "{text:?}"
        );
    }
    let exception = |text: &str| text.parse::<Exception>().unwrap_err();
    assert_eq!(exception("2026-12-05"), NoHours("2026-12-05".to_owned()));
    assert_eq!(exception("sat 10:00-12:00"), NotADate("sat".to_owned()));
    assert_eq!(exception("2026-12-05 10-12"), NotATime("10".to_owned()));
    let holidays = "belgium".parse::<Holidays>().unwrap_err();
    assert_eq!(holidays, UnknownHolidays("belgium".to_owned()));
}

#[test]
fn a_configuration_is_read_and_a_wrong_one_is_told_what_to_write() {
    let json = r#"{"weekly":["mon-fri 08:30-12:00"],"closed":["2026-12-24 to 2026-12-26"],
        "exceptions":["2026-12-05 10:00-16:00"],"holidays":"alsace-moselle"}"#;
    let hours: Hours = serde_json::from_str(json).unwrap();
    assert_eq!(hours.holidays, Holidays::AlsaceMoselle);
    let again = serde_json::to_string(&hours).unwrap();
    assert_eq!(again, json.replace("\n        ", ""));
    assert_eq!(
        serde_json::from_str::<Hours>("{}").unwrap(),
        Hours::always()
    );

    let long = format!(
        r#"{{"closed":[{}"2026-12-24"]}}"#,
        r#""2026-12-24","#.repeat(DATED_MAX)
    );
    for (json, told) in [
        (
            r#"{"weekly":["mon 8-12"]}"#,
            "`8` is not a time of day: write hours and minutes",
        ),
        (
            r#"{"weekly":"mon 08:00-12:00"}"#,
            r#"a list such as weekly = ["mon-fri 08:30-12:00"#,
        ),
        (
            r#"{"closed":[20261224]}"#,
            r#"a text such as "2026-12-24 to 2026-12-26""#,
        ),
        (
            r#"{"holidays":"FR"}"#,
            "use `none`, `france` or `alsace-moselle`",
        ),
        (
            r#"{"opening":[]}"#,
            "expected one of `weekly`, `closed`, `exceptions`, `holidays`",
        ),
        (
            long.as_str(),
            "`closed` has more than 256 entries: remove days that are over",
        ),
    ] {
        let error = serde_json::from_str::<Hours>(json).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}
