//! So much at once, and then one every so often: the generic cell rate algorithm (ITU-T I.371).
//! Pure.

use std::time::{Duration, Instant};

/// What somebody may still do.
#[derive(Debug)]
pub(super) struct Allowance {
    spacing: Duration,
    at_once: Duration,
    /// When everything taken so far will have been paid for.
    paid_at: Option<Instant>,
}

impl Allowance {
    /// So many `at_once`, then one per `spacing`.
    pub(super) fn new(spacing: Duration, at_once: u32) -> Self {
        Self {
            spacing,
            at_once: spacing * at_once,
            paid_at: None,
        }
    }

    /// Takes so many, or none of them.
    pub(super) fn take(&mut self, count: u32, now: Instant) -> bool {
        let from = self.paid_at.map_or(now, |paid_at| paid_at.max(now));
        let paid_at = from + self.spacing * count;
        let is_allowed = paid_at.saturating_duration_since(now) <= self.at_once;
        if is_allowed {
            self.paid_at = Some(paid_at);
        }
        is_allowed
    }
}
