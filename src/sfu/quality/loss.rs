//! Packets that did not come at first, and those that never came. Pure.
//!
//! A hole in the sequence numbers counts as missing, and as lost unless what was missing comes
//! within half a second. What comes within ten milliseconds was only overtaken: a repair cannot be
//! so quick, since the first request for it leaves later (`NACK_INTERVAL`).

use std::time::{Duration, Instant};

/// What comes sooner was overtaken by its successor on the way.
const OVERTAKEN_MAX: Duration = Duration::from_millis(10);

/// What has not come by then is of no use to anybody.
const REPAIRED_MAX: Duration = Duration::from_millis(500);

/// Holes open at once. At 2.5 Mb/s and one packet in ten lost there are thirteen; the oldest is
/// closed for one more.
const HOLES_MAX: usize = 32;

/// Numbers that lie further apart tell of a new numbering or of an outage whose packets nobody
/// sent.
const HOLE_MAX: u16 = 1024;

/// A run of numbers that were skipped.
#[derive(Clone, Copy, Debug)]
struct Hole {
    first: u16,
    length: u16,
    /// Of these, came at once after all, and came later.
    overtaken: u16,
    repaired: u16,
    opened: Instant,
}

/// What has been settled since the start; it only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// Packets that came, or should have.
    pub(super) expected: u64,
    /// Did not come at first.
    pub(super) missing: u64,
    /// Never came.
    pub(super) lost: u64,
}

impl Account {
    /// What has come since an earlier one.
    pub(super) const fn since(self, before: Self) -> Self {
        Self {
            expected: self.expected - before.expected,
            missing: self.missing - before.missing,
            lost: self.lost - before.lost,
        }
    }

    /// Parts in a thousand.
    pub(super) fn permille(self, part: u64) -> u16 {
        let share = (part * 1000).checked_div(self.expected).unwrap_or(0);
        u16::try_from(share.min(1000)).unwrap_or(1000)
    }
}

/// The account of one stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses {
    highest: Option<u16>,
    holes: [Option<Hole>; HOLES_MAX],
    account: Account,
}

impl Losses {
    /// A packet came for the first time. True when it is the newest by its number.
    pub(super) fn take(&mut self, now: Instant, sequence: u16) -> bool {
        let Some(highest) = self.highest else {
            self.highest = Some(sequence);
            self.account.expected += 1;
            return true;
        };
        let ahead = sequence.wrapping_sub(highest);
        if ahead == 0 || ahead >= 0x8000 {
            self.repair(now, sequence);
            return false;
        }
        self.account.expected += 1;
        self.highest = Some(sequence);
        let length = ahead - 1;
        if length > 0 && length <= HOLE_MAX {
            self.open(Hole {
                first: highest.wrapping_add(1),
                length,
                overtaken: 0,
                repaired: 0,
                opened: now,
            });
        }
        true
    }

    /// The numbering began anew.
    pub(super) fn restart(&mut self) {
        for hole in &mut self.holes {
            self.account.settle(hole.take());
        }
        self.highest = None;
    }

    /// What is settled by now.
    pub(super) fn account(&mut self, now: Instant) -> Account {
        for hole in &mut self.holes {
            let is_old = |hole: &Hole| now.saturating_duration_since(hole.opened) >= REPAIRED_MAX;
            if hole.as_ref().is_some_and(is_old) {
                self.account.settle(hole.take());
            }
        }
        self.account
    }

    fn open(&mut self, hole: Hole) {
        let free = self.holes.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            let numbered = self.holes.iter().enumerate();
            let oldest = numbered.min_by_key(|(_, hole)| hole.map(|hole| hole.opened));
            oldest.map_or(0, |(place, _)| place)
        });
        self.account.settle(self.holes[place].replace(hole));
    }

    fn repair(&mut self, now: Instant, sequence: u16) {
        let of = |hole: &&mut Option<Hole>| {
            hole.is_some_and(|hole| sequence.wrapping_sub(hole.first) < hole.length)
        };
        if let Some(slot) = self.holes.iter_mut().find(of)
            && let Some(hole) = slot
        {
            if now.saturating_duration_since(hole.opened) < OVERTAKEN_MAX {
                hole.overtaken += 1;
            } else {
                hole.repaired += 1;
            }
        }
    }
}

impl Account {
    fn settle(&mut self, hole: Option<Hole>) {
        let Some(hole) = hole else { return };
        let missing = hole.length.saturating_sub(hole.overtaken);
        self.expected += u64::from(hole.length);
        self.missing += u64::from(missing);
        self.lost += u64::from(missing.saturating_sub(hole.repaired));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LATER: Duration = Duration::from_millis(600);

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn what_is_repaired_was_missing_and_what_was_overtaken_was_not() {
        let (start, mut losses) = (crate::sfu::now(), Losses::default());
        for sequence in [65_533, 65_534, 3] {
            losses.take(start, sequence);
        }
        losses.take(start + ms(3), 65_535);
        losses.take(start + ms(60), 1);
        let account = losses.account(start + LATER);
        let expected = Account {
            expected: 7,
            missing: 3,
            lost: 2,
        };
        assert_eq!(account, expected);
        assert_eq!(account.permille(account.missing), 428);
    }

    #[test]
    fn a_hole_is_not_lost_as_long_as_a_repair_is_of_use() {
        let (start, mut losses) = (crate::sfu::now(), Losses::default());
        losses.take(start, 1);
        losses.take(start, 3);
        assert_eq!(losses.account(start + ms(400)).lost, 0);
        losses.take(start + ms(400), 2);
        assert_eq!(losses.account(start + LATER).lost, 0);
    }

    #[test]
    fn an_outage_and_a_new_numbering_are_no_losses() {
        let (start, mut losses) = (crate::sfu::now(), Losses::default());
        losses.take(start, 1);
        losses.take(start, 20_000);
        losses.restart();
        losses.take(start, 5);
        let account = losses.account(start + LATER);
        assert_eq!((account.expected, account.missing), (3, 0));
    }

    proptest! {
        #[test]
        fn every_number_that_came_or_was_skipped_is_counted_once(
            fates in proptest::collection::vec(0u8..10, 2..500)
        ) {
            // 0 never comes, 1 comes a little later, 2 much later; the first and last come at once.
            let (start, mut losses) = (crate::sfu::now(), Losses::default());
            let last = fates.len() - 1;
            let fate = |n: usize| if n == 0 || n == last { 9 } else { fates[n] };
            let mut coming: Vec<(u64, u16)> = (0..=last)
                .filter(|n| fate(*n) != 0)
                .map(|n| {
                    let late = [0, 5, 100].get(usize::from(fate(n))).copied().unwrap_or(0);
                    // Twenty a second: fewer holes at once than are kept.
                    (n as u64 * 50 + late, n as u16)
                })
                .collect();
            coming.sort_unstable();
            for (at, sequence) in coming {
                losses.take(start + ms(at), sequence);
            }
            let account = losses.account(start + ms(fates.len() as u64 * 50) + LATER);
            let never = (0..=last).filter(|n| fate(*n) == 0).count() as u64;
            prop_assert_eq!(account.expected, fates.len() as u64);
            prop_assert_eq!(account.lost, never);
            prop_assert!(account.missing >= account.lost);
        }
    }
}
