//! The key `hours` of languages and sites: when they are open, in the sentences of
//! [`passerelle_signaling::hours`]. Without it they always are.

use super::Problems;
use super::sentence::{Sentence, check_list, meanings};
use passerelle_signaling::hours::{
    DATED_MAX, DateRange, Exception, Holidays, Hours, WEEKLY_MAX, WeeklySpan,
};
use serde::{Deserialize, Serialize};

/// Opening hours as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HoursSection {
    /// Ordinary weeks, such as `mon-fri 08:30-12:00, 13:30-17:30`. Empty: day and night.
    pub weekly: Vec<Sentence<WeeklySpan>>,
    /// Closed days, such as `2026-12-24 to 2026-12-26`.
    pub closed: Vec<Sentence<DateRange>>,
    /// Days with hours of their own, such as `2026-12-05 10:00-16:00`; before all others.
    pub exceptions: Vec<Sentence<Exception>>,
    /// Public holidays that are closed: `none`, `france` or `alsace-moselle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holidays: Option<Sentence<Holidays>>,
}

impl HoursSection {
    pub(super) fn check(&self, key: &str, problems: &mut Problems) {
        check_list(&self.weekly, &format!("{key}.weekly"), problems);
        check_list(&self.closed, &format!("{key}.closed"), problems);
        check_list(&self.exceptions, &format!("{key}.exceptions"), problems);
        if let Some(holidays) = &self.holidays {
            holidays.check(format!("{key}.holidays"), problems);
        }
        let lengths = [
            ("weekly", self.weekly.len(), WEEKLY_MAX),
            ("closed", self.closed.len(), DATED_MAX),
            ("exceptions", self.exceptions.len(), DATED_MAX),
        ];
        for (list, length, max) in lengths {
            if length > max {
                let message = format!("has {length} entries: at most {max}; remove days long past");
                problems.add(format!("{key}.{list}"), message);
            }
        }
    }

    /// The hours as the core takes them.
    pub(super) fn hours(&self) -> Hours {
        let holidays = self.holidays.as_ref().and_then(Sentence::meaning);
        Hours {
            weekly: meanings(&self.weekly),
            closed: meanings(&self.closed),
            exceptions: meanings(&self.exceptions),
            holidays: holidays.copied().unwrap_or_default(),
        }
    }
}
