//! What has been asked of an authority, and when it may be asked again. Public authorities refuse
//! whoever asks too often for a week, so nothing here is forgotten at a restart.

use super::failure::Failure;
use passerelle_signaling::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

/// Orders in any 24 hours, whatever comes of them. Let's Encrypt takes 5 failed ones an hour of one
/// name.
const ORDERS_A_DAY_MAX: usize = 5;

/// Certificates in any seven days. Let's Encrypt issues 5 for the same names; one is left for
/// whoever has to start again elsewhere.
const CERTIFICATES_A_WEEK_MAX: usize = 4;

const HOUR: Millis = Millis::from_secs(60 * 60);
const DAY: Millis = Millis(24 * HOUR.0);
const WEEK: Millis = Millis(7 * DAY.0);

/// While an authority cannot be reached nothing is used up: soon, then once an hour.
const AWAY: Pauses = Pauses {
    first: Millis::from_secs(10),
    longest: HOUR,
};

/// What it has refused it refuses again, until somebody has changed something.
const REFUSED: Pauses = Pauses {
    first: Millis::from_secs(15 * 60),
    longest: Millis(12 * HOUR.0),
};

/// When it says that it was asked too often, and not for how long.
const LIMITED: Pauses = Pauses {
    first: HOUR,
    longest: DAY,
};

/// Nobody is believed who wants to be left alone for longer: renewals begin a month before the end.
const LIMITED_MAX: Millis = WEEK;

/// Pauses that double.
struct Pauses {
    first: Millis,
    longest: Millis,
}

impl Pauses {
    /// The one after so many failures in a row, from 1.
    fn after(&self, failures: u32) -> Millis {
        let doubled = 1 << failures.saturating_sub(1).min(20);
        Millis(self.first.0.saturating_mul(doubled)).min(self.longest)
    }
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ledger {
    /// The authority that issued the certificate that is kept.
    pub(super) issued_by: Option<String>,
    /// Those of the last week, oldest first.
    orders: Vec<Order>,
    /// In a row, and of one kind.
    failures: u32,
    failed_as: Option<String>,
    /// Nothing is tried before.
    pause_until: Timestamp,
    /// Not even when an administrator asks: so the authority wants it.
    barred_until: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Order {
    at: Timestamp,
    issued: bool,
}

impl Ledger {
    /// As it stands at `now`. Moments that this machine's clock has not reached, because it stood
    /// wrong when they were written, hold nobody up for long.
    pub(super) fn at(mut self, now: Timestamp) -> Self {
        self.orders.retain(|order| now.since(order.at) < WEEK);
        for order in &mut self.orders {
            order.at = order.at.min(now);
        }
        self.pause_until = self.pause_until.min(now + DAY);
        self.barred_until = self.barred_until.min(now + LIMITED_MAX);
        self
    }

    /// An order is about to be placed.
    pub(super) fn place(&mut self, now: Timestamp) {
        self.orders.retain(|order| now.since(order.at) < WEEK);
        let order = Order {
            at: now,
            issued: false,
        };
        self.orders.push(order);
    }

    /// The last order has brought a certificate.
    pub(super) fn issued(&mut self, directory: &str) {
        if let Some(last) = self.orders.last_mut() {
            last.issued = true;
        }
        let orders = std::mem::take(&mut self.orders);
        *self = Self {
            issued_by: Some(directory.to_owned()),
            orders,
            ..Self::default()
        };
    }

    /// Whether an order has been placed since.
    pub(super) fn has_ordered_since(&self, moment: Timestamp) -> bool {
        self.orders.last().is_some_and(|order| order.at >= moment)
    }

    /// Nothing came of an attempt that began at `begun`. `spread`, 0 to 255, lengthens the pause by
    /// up to a quarter, so that gateways that failed together do not come back together.
    pub(super) fn failed(
        &mut self,
        begun: Timestamp,
        now: Timestamp,
        failure: &Failure,
        spread: u8,
    ) {
        let code = failure.code();
        let again = self.failed_as.as_deref() == Some(code);
        self.failures = if again { self.failures + 1 } else { 1 };
        self.failed_as = Some(code.to_owned());
        let pauses = match failure {
            // In the middle of an order it has used one up.
            Failure::Unreachable(_) if !self.has_ordered_since(begun) => AWAY,
            Failure::Limited { .. } => LIMITED,
            _ => REFUSED,
        };
        let pause = pauses.after(self.failures);
        let pause = Millis(pause.0 + pause.0 / 4 * u64::from(spread) / 255);
        self.pause_until = now + pause;
        if let Failure::Limited { wait, .. } = failure {
            let wait = wait.map_or(pause, |wait| wait.min(LIMITED_MAX));
            self.barred_until = now + wait;
            self.pause_until = self.barred_until;
        }
    }

    /// When the authority may be asked next: when an administrator asks, pauses of our own do not
    /// count.
    pub(super) fn free_at(&self, now: Timestamp, asked: bool) -> Timestamp {
        let pause = if asked { now } else { self.pause_until };
        let day = self.freed(ORDERS_A_DAY_MAX, DAY, |_| true);
        let week = self.freed(CERTIFICATES_A_WEEK_MAX, WEEK, |order| order.issued);
        pause.max(self.barred_until).max(day).max(week)
    }

    /// When fewer than `max` of these orders are younger than `window`.
    fn freed(&self, max: usize, window: Millis, counts: impl Fn(&Order) -> bool) -> Timestamp {
        let newest_first = self.orders.iter().rev().filter(|order| counts(order));
        let last_that_counts = newest_first.map(|order| order.at).nth(max - 1);
        last_that_counts.map_or(Timestamp(0), |at| at + window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn away() -> Failure {
        Failure::Unreachable(String::from("no route"))
    }

    fn refused() -> Failure {
        Failure::Refused(String::from("caa"))
    }

    fn limited(wait: Option<Millis>) -> Failure {
        let detail = String::from("too many");
        Failure::Limited { detail, wait }
    }

    #[test]
    fn no_more_orders_are_placed_in_a_day_than_the_limit_and_none_is_forgotten_at_a_restart() {
        let mut ledger = Ledger::default();
        let mut now = NOW;
        let mut placed = Vec::new();
        for _ in 0..20 {
            now = ledger.free_at(now, true).max(now + Millis(1));
            ledger.place(now);
            ledger.failed(now, now, &refused(), 0);
            placed.push(now);
            let kept = serde_json::to_vec(&ledger).unwrap();
            ledger = serde_json::from_slice::<Ledger>(&kept).unwrap().at(now);
        }
        for (first, sixth) in placed.iter().zip(&placed[ORDERS_A_DAY_MAX..]) {
            assert!(sixth.since(*first) >= DAY);
        }
    }

    #[test]
    fn no_more_certificates_are_taken_in_a_week_than_the_limit() {
        let mut ledger = Ledger::default();
        for hour in 0..4 {
            let now = NOW + Millis(hour * HOUR.0);
            assert!(ledger.free_at(now, false) <= now);
            ledger.place(now);
            ledger.issued("https://ca.example.org/directory");
        }
        let now = NOW + Millis(4 * HOUR.0);
        assert_eq!(ledger.free_at(now, true), NOW + WEEK);
        ledger.place(NOW + WEEK);
        assert_eq!(
            ledger.orders.len(),
            4,
            "what is older than a week is forgotten"
        );
    }

    #[test]
    fn pauses_grow_to_their_longest_and_begin_anew_with_another_kind_of_failure() {
        let mut ledger = Ledger::default();
        let mut pause = |failure: &Failure| {
            ledger.failed(NOW, NOW, failure, 0);
            ledger.free_at(NOW, false).since(NOW)
        };
        let seconds: Vec<u64> = (0..11).map(|_| pause(&away()).0 / 1000).collect();
        let grown = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600];
        assert_eq!(seconds, grown);
        assert_eq!(pause(&refused()), Millis::from_secs(900), "another kind");
        assert_eq!(pause(&refused()), Millis::from_secs(1800));
        for _ in 0..100 {
            pause(&refused());
        }
        assert_eq!(pause(&refused()), Millis(12 * HOUR.0));
        ledger.failed(NOW, NOW, &refused(), 255);
        assert_eq!(ledger.free_at(NOW, false), NOW + Millis(15 * HOUR.0));
        assert_eq!(
            ledger.free_at(NOW, true),
            NOW,
            "an administrator need not wait"
        );
    }

    #[test]
    fn an_authority_that_goes_away_in_the_middle_of_an_order_has_used_one_up() {
        let mut ledger = Ledger::default();
        ledger.place(NOW + Millis(1));
        ledger.failed(NOW, NOW + Millis(2), &away(), 0);
        let again = ledger.free_at(NOW + Millis(2), false);
        assert_eq!(again, NOW + Millis(2) + REFUSED.first);
    }

    #[test]
    fn an_authority_that_wants_to_be_left_alone_is_even_when_an_administrator_asks() {
        let mut ledger = Ledger::default();
        let wait = Millis(3 * HOUR.0);
        ledger.failed(NOW, NOW, &limited(Some(wait)), 0);
        assert_eq!(ledger.free_at(NOW, true), NOW + wait);
        ledger.failed(NOW, NOW, &limited(None), 0);
        assert_eq!(ledger.free_at(NOW, true), NOW + Millis(2 * HOUR.0));
        ledger.failed(NOW, NOW, &limited(Some(Millis(u64::MAX / 2))), 0);
        assert_eq!(ledger.free_at(NOW, true), NOW + WEEK);
    }

    #[test]
    fn moments_of_a_clock_that_stood_wrong_hold_nobody_up_for_long() {
        let mut ledger = Ledger::default();
        let wrong = NOW + Millis(1000 * DAY.0);
        for _ in 0..ORDERS_A_DAY_MAX {
            ledger.place(wrong);
        }
        ledger.failed(wrong, wrong, &refused(), 0);
        assert_eq!(ledger.at(NOW).free_at(NOW, false), NOW + DAY);
    }
}
