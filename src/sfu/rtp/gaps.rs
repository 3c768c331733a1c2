//! The gaps in a publisher's numbers, and when to ask for what is missing (RFC 4585 §6.2.1). Asked
//! for again once an answer should have come, so that a long way costs no second repair. Pure.

use crate::sfu::limits::{MAX_NACKS_PER_PACKET, NACK_HISTORY};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What overtakes others by less than this is no loss: a Wi-Fi access point's retransmissions.
const REORDER: Duration = Duration::from_millis(10);
/// An answer has this long beyond the round trip: the publisher paces its repairs.
const ANSWER: Duration = Duration::from_millis(20);
/// The round trip of a path nothing is known of (libwebrtc `nack_requester.cc`,
/// `kDefaultRttMs`).
const ROUND_TRIP: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug)]
struct Missing {
    number: u16,
    ask_at: Instant,
    asked: u16,
}

/// What is missing of one stream.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    highest: Option<u16>,
    /// In the order of their numbers.
    missing: VecDeque<Missing>,
}

impl Gaps {
    /// A packet came, the first time or as a repair.
    pub(super) fn note(&mut self, number: u16, now: Instant) {
        let highest = *self.highest.get_or_insert(number);
        let ahead = number.wrapping_sub(highest);
        if ahead == 0 {
            return;
        }
        if ahead >= 1 << 15 {
            self.missing.retain(|missing| missing.number != number);
            return;
        }
        self.highest = Some(number);
        if ahead > NACK_HISTORY {
            // A leap: nobody keeps as many for repair.
            self.missing.clear();
            return;
        }
        let is_in_reach = |missing: &Missing| number.wrapping_sub(missing.number) <= NACK_HISTORY;
        while self
            .missing
            .front()
            .is_some_and(|oldest| !is_in_reach(oldest))
        {
            self.missing.pop_front();
        }
        let ask_at = now + REORDER;
        self.missing.extend((1..ahead).map(|step| Missing {
            number: highest.wrapping_add(step),
            ask_at,
            asked: 0,
        }));
    }

    /// When something is to be asked for.
    pub(super) fn due(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.ask_at).min()
    }

    /// What is to be asked for now, in order; `round_trip` is that to the publisher, if known.
    pub(super) fn take_due(&mut self, now: Instant, round_trip: Option<Duration>) -> Vec<u16> {
        let again = now + round_trip.unwrap_or(ROUND_TRIP) + ANSWER;
        let mut numbers = Vec::new();
        for missing in self
            .missing
            .iter_mut()
            .filter(|missing| missing.ask_at <= now)
        {
            numbers.push(missing.number);
            missing.ask_at = again;
            missing.asked += 1;
        }
        self.missing
            .retain(|missing| missing.asked < MAX_NACKS_PER_PACKET);
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Instant {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        *START.get_or_init(crate::sfu::now) + Duration::from_millis(milliseconds)
    }

    fn with_gap(numbers: &[u16]) -> Gaps {
        let mut gaps = Gaps::default();
        numbers.iter().for_each(|number| gaps.note(*number, at(0)));
        gaps
    }

    #[test]
    fn what_is_skipped_is_asked_for_and_again_after_a_round_trip() {
        let mut gaps = with_gap(&[65_534, 2]);
        assert!(gaps.take_due(at(9), None).is_empty());
        let round_trip = Some(Duration::from_millis(40));
        assert_eq!(gaps.due(), Some(at(10)));
        assert_eq!(gaps.take_due(at(10), round_trip), [65_535, 0, 1]);
        assert!(gaps.take_due(at(69), round_trip).is_empty());
        gaps.note(0, at(69));
        assert_eq!(gaps.take_due(at(70), round_trip), [65_535, 1]);
    }

    #[test]
    fn what_was_only_overtaken_is_never_asked_for() {
        let mut gaps = with_gap(&[7, 9]);
        gaps.note(8, at(5));
        assert_eq!(gaps.due(), None);
    }

    #[test]
    fn nothing_is_asked_for_without_end() {
        let mut gaps = with_gap(&[7, 9]);
        let asked = (0..10_000).filter(|ms| !gaps.take_due(at(*ms), None).is_empty());
        assert_eq!(asked.count(), usize::from(MAX_NACKS_PER_PACKET));
        assert_eq!(gaps.due(), None);
    }

    #[test]
    fn the_gaps_are_bounded_and_a_leap_is_none() {
        let mut gaps = with_gap(&[7]);
        for step in 1..400_u16 {
            gaps.note(7 + step * 100, at(0));
            assert!(gaps.missing.len() <= usize::from(NACK_HISTORY));
        }
        gaps.note(7 + 400 * 100 + NACK_HISTORY, at(0));
        assert_eq!(gaps.due(), None);
    }
}
