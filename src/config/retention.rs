//! Section `retention`: how long the service keeps what it knows of each call.

use super::Problems;
use serde::{Deserialize, Serialize};

/// Ten years: no service needs its single calls longer, and no law lets it keep them.
const CALLS_MONTHS_MAX: u32 = 120;

/// How long what is known of each call is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSection {
    /// Records of single calls, and the journal, older than so many months are deleted each night.
    /// The figures of each month stay.
    pub calls_months: u32,
}

impl Default for RetentionSection {
    fn default() -> Self {
        // A year can be compared with the one before while both are there call by call.
        Self { calls_months: 12 }
    }
}

impl RetentionSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        let months = self.calls_months;
        if !(1..=CALLS_MONTHS_MAX).contains(&months) {
            let message = format!("is {months}: use 1 to {CALLS_MONTHS_MAX} months");
            problems.add("retention.calls_months", message);
        }
    }
}
