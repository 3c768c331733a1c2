//! Section `retention`: how long the service keeps what it knows of each call.

use super::Problems;
use serde::{Deserialize, Serialize};

/// Ten years: no service needs its single calls longer, and no law lets it keep them.
const CALLS_MONTHS_MAX: u32 = 120;

/// What the CNIL recommends to keep of who did what in a system: six months to a year
/// (délibération n° 2021-122 of 14 October 2021, « journalisation »).
const AUDIT_MONTHS: std::ops::RangeInclusive<u32> = 6..=12;

/// How long what is known of each call, and of who did what, is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSection {
    /// Records of single calls, and the journal, older than so many months are deleted each night.
    /// The figures of each month stay.
    pub calls_months: u32,
    /// Months of the audit journal that are older than so many are deleted each night.
    pub audit_months: u32,
}

impl Default for RetentionSection {
    fn default() -> Self {
        // A year can be compared with the one before while both are there call by call.
        Self {
            calls_months: 12,
            audit_months: 12,
        }
    }
}

impl RetentionSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        let months = self.calls_months;
        if !(1..=CALLS_MONTHS_MAX).contains(&months) {
            let message = format!("is {months}: use 1 to {CALLS_MONTHS_MAX} months");
            problems.add("retention.calls_months", message);
        }
        let months = self.audit_months;
        if !AUDIT_MONTHS.contains(&months) {
            let (least, most) = AUDIT_MONTHS.into_inner();
            let message = format!("is {months}: use {least} to {most} months");
            problems.add("retention.audit_months", message);
        }
    }
}
