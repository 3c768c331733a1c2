//! What can be wrong with written opening hours, each with the piece it is about and a right
//! example. Pieces are cut, because they come from files and from the network.

use super::{SPANS_MAX, TEXT_LENGTH_MAX, YEAR_FIRST, YEAR_LAST};

/// Characters of the wrong text that an error quotes: enough to find it in the file.
const QUOTE_MAX: usize = 40;

/// A text that does not say opening hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Split the entry.
    #[error("`{0}…` is longer than {TEXT_LENGTH_MAX} characters: split it into several entries")]
    TooLong(String),
    /// Put the days before the hours.
    #[error("`{0}` names no days: put them first, as in `mon-fri 08:30-12:00`")]
    NoDays(String),
    /// Correct the name of a day.
    #[error(
        "`{0}` is not a day: use `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun` or `daily`, as in \
         `mon-fri` or `mon,wed,fri`"
    )]
    UnknownDay(String),
    /// Add the hours, or take the entry away.
    #[error(
        "`{0}` names no hours: add them, as in `08:30-12:00, 13:30-17:30`; a day without hours is \
         left out of `weekly`, or put in `closed`"
    )]
    NoHours(String),
    /// Write the two ends of the span.
    #[error(
        "`{0}` is not a span of time: join opening and closing time by a hyphen and separate spans \
         by commas, as in `08:30-12:00, 13:30-17:30`"
    )]
    NotASpan(String),
    /// Correct a time of day.
    #[error(
        "`{0}` is not a time of day: write hours and minutes, as in `08:30`; only the end of a \
         span may be `24:00`"
    )]
    NotATime(String),
    /// Give the span a length.
    #[error(
        "`{0}` opens and closes at the same time: a whole day is `00:00-24:00`, as in \
         `daily 00:00-24:00`"
    )]
    NoDuration(String),
    /// Write fewer spans in one entry.
    #[error("`{0}` has more than {SPANS_MAX} spans: join those that touch, as in `08:30-17:30`")]
    TooManySpans(String),
    /// Correct a date.
    #[error(
        "`{0}` is not a date: write year, month and day, as in `2026-12-24`, and from one day to \
         another as in `2026-12-24 to 2026-12-26`"
    )]
    NotADate(String),
    /// Correct the year.
    #[error(
        "the year of `{0}` is not between {YEAR_FIRST} and {YEAR_LAST}: correct it, as in \
         `2026-12-24`"
    )]
    YearOutOfRange(String),
    /// Exchange the two dates.
    #[error(
        "`{0}` ends before it begins: put the earlier day first, as in `2026-12-24 to 2026-12-26`"
    )]
    DatesReversed(String),
    /// Use a list of holidays that we know.
    #[error(
        "`{0}` is not a list of public holidays: use `none`, `france` or `alsace-moselle`, and \
         `closed` for any other day"
    )]
    UnknownHolidays(String),
    /// Correct the name of the zone.
    #[error("`{0}` is not a time zone: use a name of the IANA database, as in `Europe/Paris`")]
    UnknownZone(String),
    /// Join or remove entries.
    #[error(
        "`{list}` has more than {max} entries: remove days that are over, and write days that \
         share their hours as one, as in {example}"
    )]
    TooManyEntries {
        /// The name of the list in the configuration.
        list: &'static str,
        /// How many it may have.
        max: usize,
        /// What an entry that joins several looks like.
        example: &'static str,
    },
}

/// The beginning of a wrong text, for an error.
pub(super) fn quote(text: &str) -> String {
    text.trim().chars().take(QUOTE_MAX).collect()
}
