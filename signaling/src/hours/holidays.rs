//! Public holidays in France. Code du travail: art. L3133-1 lists eleven for the whole country;
//! art. L3134-13 adds two in the Moselle, the Bas-Rhin and the Haut-Rhin: Good Friday (where there
//! is a Protestant or a mixed church) and 26 December. Other days belong in `closed`.

use super::error::{HoursError, quote};
use super::text::{Text, serde_as_text};
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Which public holidays are closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holidays {
    /// None: a public holiday is a day like any other.
    #[default]
    None,
    /// The eleven of the whole country.
    France,
    /// Those, and the two of the three eastern départements.
    AlsaceMoselle,
}

impl Holidays {
    /// True when this day is one of them.
    pub(super) fn contains(self, date: Date) -> bool {
        match self {
            Self::None => false,
            Self::France => is_national(date),
            Self::AlsaceMoselle => is_national(date) || is_eastern(date),
        }
    }
}

/// Art. L3133-1, in its order except that the moving days come last.
fn is_national(date: Date) -> bool {
    let fixed = matches!(
        (date.month(), date.day()),
        (1, 1) | (5, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 1) | (11, 11) | (12, 25)
    );
    // Easter Monday, Ascension (Thursday, the fortieth day of Easter), Whit Monday.
    fixed || matches!(days_after_easter(date), 1 | 39 | 50)
}

/// Art. L3134-13.
fn is_eastern(date: Date) -> bool {
    (date.month(), date.day()) == (12, 26) || days_after_easter(date) == -2
}

/// Days from Easter Sunday of that year, negative before it. Easter by the anonymous Gregorian
/// algorithm of 1876 (J. Meeus, *Astronomical Algorithms*, ch. 8), which gives the days from
/// 22 March, the earliest Easter, in whole numbers; the letters are his.
fn days_after_easter(date: Date) -> i16 {
    let year = date.year();
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let march_22 = 81 + i16::from(date.in_leap_year());
    date.day_of_year() - march_22 - (h + l - 7 * m)
}

impl Text for Holidays {
    const EXAMPLE: &'static str = "france";
}

serde_as_text!(Holidays);

impl FromStr for Holidays {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "none" => Ok(Self::None),
            "france" => Ok(Self::France),
            "alsace-moselle" => Ok(Self::AlsaceMoselle),
            _ => Err(HoursError::UnknownHolidays(quote(text))),
        }
    }
}

impl fmt::Display for Holidays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::France => "france",
            Self::AlsaceMoselle => "alsace-moselle",
        })
    }
}
