//! The estimators beside ours, one state per need group. All learn only from what has happened, but
//! for the constant, which knows the true mean of its group.

use crate::pools::MINUTE;
use std::collections::VecDeque;

#[derive(Clone, Default)]
pub(crate) struct Rivals {
    /// Asterisk's `holdtime`: three quarters of the old value, one of the new (app_queue.c,
    /// `recalc_holdtime`). Kept in milliseconds, so better than the original's whole seconds.
    ewma: f64,
    /// The wait of the last call to enter service.
    last: f64,
    /// The waits of the calls connected in the last 15 minutes, with the moment.
    recent: VecDeque<(f64, f64)>,
}

impl Rivals {
    pub(crate) fn connected(&mut self, now: f64, wait: f64) {
        self.ewma = (3.0 * self.ewma + wait) / 4.0;
        self.last = wait;
        self.recent.push_back((now, wait));
    }

    /// What each says at this moment: EWMA, last to enter service, mean of the last 15 minutes (the
    /// last wait known when there was none).
    pub(crate) fn say(&mut self, now: f64) -> [f64; 3] {
        while self
            .recent
            .front()
            .is_some_and(|(at, _)| *at < now - 15.0 * MINUTE)
        {
            self.recent.pop_front();
        }
        let sum: f64 = self.recent.iter().map(|(_, wait)| wait).sum();
        let mean = if self.recent.is_empty() {
            self.last
        } else {
            sum / self.recent.len() as f64
        };
        [self.ewma, self.last, mean]
    }
}
