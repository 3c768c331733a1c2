//! How many requests one connection may make: a token bucket, so that a stuck key or a faulty page
//! cannot slow down the others.

use passerelle_signaling::time::{Millis, Timestamp};

/// Requests taken at once: a reconnecting page sends two or three, a person never ten.
const BURST: u64 = 20;

/// One more request is taken after this long: ten a second, above any person's tapping.
pub(super) const REFILL: Millis = Millis(100);

/// The requests one connection has left.
#[derive(Debug)]
pub(super) struct RequestBudget {
    left: u64,
    refilled_at: Timestamp,
}

impl RequestBudget {
    /// A full budget.
    pub(super) const fn new(now: Timestamp) -> Self {
        Self {
            left: BURST,
            refilled_at: now,
        }
    }

    /// Takes one request, or says that it comes too fast.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let refills = now.since(self.refilled_at).0 / REFILL.0;
        self.refilled_at = self.refilled_at + Millis(refills * REFILL.0);
        self.left = self.left.saturating_add(refills).min(BURST);
        let taken = self.left > 0;
        self.left = self.left.saturating_sub(1);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_ten_a_second() {
        let mut budget = RequestBudget::new(Timestamp(0));
        assert_eq!((0..50).filter(|_| budget.take(Timestamp(0))).count(), 20);
        let during_a_second = (0..1000).filter(|ms| budget.take(Timestamp(*ms)));
        assert_eq!(during_a_second.count(), 9);
        assert_eq!(
            (0..50).filter(|_| budget.take(Timestamp(60_000))).count(),
            20
        );
    }
}
