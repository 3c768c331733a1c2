//! Public holidays against published calendars.

use super::*;
use jiff::civil::Date;

/// Easter Sundays of 2020 to 2040, and some of the earliest and latest possible.
/// Source: `easter` of python-dateutil.
const EASTERS: &str = "\
    2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 \
    2028-04-16 2029-04-01 2030-04-21 2031-04-13 2032-03-28 2033-04-17 2034-04-09 2035-03-25 \
    2036-04-13 2037-04-05 2038-04-25 2039-04-10 2040-04-01 \
    1818-03-22 1943-04-25 2008-03-23 2285-03-22";

/// Source of this and the next: « Jours fériés en France », data.gouv.fr
/// (github.com/etalab/jours-feries-france-data), zones Métropole and Alsace-Moselle.
const FRANCE_2026: &str = "\
    2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 \
    2026-11-01 2026-11-11 2026-12-25";

const ALSACE_MOSELLE_2027: &str = "\
    2027-01-01 2027-03-26 2027-03-29 2027-05-01 2027-05-06 2027-05-08 2027-05-17 2027-07-14 \
    2027-08-15 2027-11-01 2027-11-11 2027-12-25 2027-12-26";

fn of_year(holidays: Holidays, year: i16) -> String {
    let first = Date::new(year, 1, 1).unwrap();
    let days = first.series(jiff::Span::new().days(1));
    let days = days.take_while(|day| day.year() == year);
    let days = days.filter(|day| holidays.contains(*day));
    let days: Vec<String> = days.map(|day| day.to_string()).collect();
    days.join(" ")
}

#[test]
fn a_year_has_the_holidays_of_the_law_and_no_others() {
    assert_eq!(of_year(Holidays::France, 2026), FRANCE_2026);
    assert_eq!(of_year(Holidays::AlsaceMoselle, 2027), ALSACE_MOSELLE_2027);
    assert_eq!(of_year(Holidays::None, 2026), "");
    // Ascension was on 1 May.
    assert_eq!(of_year(Holidays::France, 2008).split(' ').count(), 10);
}

#[test]
fn the_moving_holidays_follow_easter() {
    for easter in EASTERS.split(' ') {
        let easter: Date = easter.parse().unwrap();
        let after = |days: i64| easter.saturating_add(jiff::Span::new().days(days));
        for days in [1, 39, 50] {
            assert!(Holidays::France.contains(after(days)), "{easter} + {days}");
        }
        assert!(Holidays::AlsaceMoselle.contains(after(-2)), "{easter} - 2");
        assert!(!Holidays::France.contains(after(-2)), "{easter} - 2");
        assert!(!Holidays::AlsaceMoselle.contains(easter), "{easter}");
    }
}
