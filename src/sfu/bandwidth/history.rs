//! The departures: what was sent under which transport-wide sequence number, kept until the
//! receiver has told what became of it. Pure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Departures kept: a second and more of five pictures and voices at once. A receiver reports
/// every 50 to 250 ms (libwebrtc, `transport_sequence_number_feedback_generator.cc`).
const MAX_DEPARTURES: usize = 2048;

/// How long one is worth waiting for; later reports tell nothing about the path of today.
const MAX_AGE: Duration = Duration::from_secs(5);

/// One packet that left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Departure {
    /// When.
    pub(super) at: Instant,
    /// Size on the wire.
    pub(super) bytes: u32,
    /// The probe it was part of.
    pub(super) probe: Option<u32>,
    told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Lost,
    Arrived,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    /// What had left.
    pub(super) departure: Departure,
    /// When it arrived, on the receiver's clock; `None`: lost.
    pub(super) arrived: Option<Duration>,
    /// Bytes of packets right before it of which no report came (a report was lost).
    pub(super) untold_bytes: u32,
}

/// The departures by number.
#[derive(Debug, Default)]
pub(super) struct History {
    departures: VecDeque<Departure>,
    /// The number of the first departure kept, and of the next.
    first: u16,
    next: u16,
    /// The number behind the newest of which something was told.
    told_until: u16,
}

impl History {
    /// Notes a departure and gives it its number.
    pub(super) fn depart(&mut self, at: Instant, bytes: u32, probe: Option<u32>) -> u16 {
        while let Some(oldest) = self.departures.front() {
            let is_old = at.saturating_duration_since(oldest.at) > MAX_AGE;
            if !is_old && self.departures.len() < MAX_DEPARTURES {
                break;
            }
            self.departures.pop_front();
            if self.told_until == self.first {
                self.told_until = self.first.wrapping_add(1);
            }
            self.first = self.first.wrapping_add(1);
        }
        let number = self.next;
        self.next = number.wrapping_add(1);
        let told = Told::Nothing;
        self.departures.push_back(Departure {
            at,
            bytes,
            probe,
            told,
        });
        number
    }

    /// Whatever has left until now tells nothing about the path.
    pub(super) fn forget(&mut self) {
        self.departures.clear();
        (self.first, self.told_until) = (self.next, self.next);
    }

    /// What a report about one number says; `None` for a number that is unknown, or was told
    /// before. A packet told lost may still arrive, but is lost only once.
    pub(super) fn settle(&mut self, number: u16, arrived: Option<Duration>) -> Option<Outcome> {
        let place = usize::from(number.wrapping_sub(self.first));
        let untold_bytes = self.untold_before(place);
        let departure = self.departures.get_mut(place)?;
        let is_news = match departure.told {
            Told::Nothing => true,
            Told::Lost => arrived.is_some(),
            Told::Arrived => false,
        };
        if !is_news {
            return None;
        }
        let told = if arrived.is_some() {
            Told::Arrived
        } else {
            Told::Lost
        };
        departure.told = told;
        let departure = *departure;
        let ahead = number.wrapping_sub(self.told_until);
        if ahead < 0x8000 {
            self.told_until = number.wrapping_add(1);
        }
        Some(Outcome {
            departure,
            arrived,
            untold_bytes,
        })
    }

    /// The bytes between the newest told and this one.
    fn untold_before(&self, place: usize) -> u32 {
        let from = usize::from(self.told_until.wrapping_sub(self.first));
        if from >= place || place >= self.departures.len() {
            return 0;
        }
        let untold = self.departures.range(from..place);
        untold.map(|departure| departure.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn what_left_before_it_was_forgotten_is_told_by_no_report() {
        let now = crate::sfu::now();
        let mut history = History::default();
        let before = history.depart(now, 100, None);
        history.forget();
        let after = history.depart(now, 100, None);
        assert!(history.settle(before, None).is_none());
        let outcome = history.settle(after, Some(MS)).unwrap();
        assert_eq!((after, outcome.untold_bytes), (before + 1, 0));
    }

    #[test]
    fn numbers_wrap_and_each_packet_is_told_once() {
        let start = crate::sfu::now();
        let mut history = History::default();
        for n in 0..70_000u32 {
            let number = history.depart(start + MS * n, n, None);
            assert_eq!(number, n as u16);
            let outcome = history.settle(number, Some(MS)).unwrap();
            assert_eq!((outcome.departure.bytes, outcome.untold_bytes), (n, 0));
            assert!(history.settle(number, Some(MS)).is_none());
        }
    }

    #[test]
    fn a_packet_told_lost_is_lost_once_and_may_still_arrive() {
        let mut history = History::default();
        let number = history.depart(crate::sfu::now(), 9, None);
        assert!(history.settle(number, None).is_some());
        assert!(history.settle(number, None).is_none());
        assert!(history.settle(number, Some(MS)).is_some());
    }

    #[test]
    fn what_a_lost_report_was_about_is_counted_with_the_next() {
        let now = crate::sfu::now();
        let mut history = History::default();
        for bytes in [1, 20, 300, 4000] {
            history.depart(now, bytes, None);
        }
        history.settle(0, Some(MS)).unwrap();
        assert_eq!(history.settle(3, Some(MS)).unwrap().untold_bytes, 320);
    }

    #[test]
    fn the_history_is_bounded_and_unknown_numbers_tell_nothing() {
        let now = crate::sfu::now();
        let mut history = History::default();
        assert!(history.settle(7, Some(MS)).is_none());
        for _ in 0..10_000 {
            history.depart(now, 1, None);
        }
        assert_eq!(history.departures.len(), MAX_DEPARTURES);
        assert!(history.settle(0, None).is_none());
        assert!(history.settle(10_000, None).is_none());
        let newest = history.settle(9_999, Some(MS)).unwrap();
        assert_eq!(newest.untold_bytes, MAX_DEPARTURES as u32 - 1);
    }
}
