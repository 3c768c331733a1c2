//! Arrival groups: packets that left together are compared with those that left before, as one
//! (draft-ietf-rmcat-gcc-02 §5.2; libwebrtc `inter_arrival_delta.cc`). Pure.

use std::time::{Duration, Instant};

/// Packets that left within this time are one group (gcc-02 §5.2: « burst_time », 5 ms).
const GROUP: Duration = Duration::from_millis(5);

/// A group that the path has squeezed together goes on this long at most (libwebrtc,
/// `kMaxBurstDuration`).
const MAX_BURST: Duration = Duration::from_millis(100);

/// How two groups that followed each other differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing {
    /// Milliseconds between the departures of their last packets.
    pub(super) sent_ms: f64,
    /// Milliseconds between their arrivals.
    pub(super) arrived_ms: f64,
    /// When the newer one was complete, on the receiver's clock.
    pub(super) at: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: Instant,
    last_sent: Instant,
    first_arrived: Duration,
    last_arrived: Duration,
}

/// Gathers packets into groups.
#[derive(Debug, Default)]
pub(super) struct ArrivalGroups {
    complete: Option<Group>,
    current: Option<Group>,
}

impl ArrivalGroups {
    /// Adds a packet in the order of arrival; the spacing of the two groups before it, when it
    /// begins another.
    pub(super) fn add(&mut self, sent: Instant, arrived: Duration) -> Option<Spacing> {
        let new = Group {
            first_sent: sent,
            last_sent: sent,
            first_arrived: arrived,
            last_arrived: arrived,
        };
        let Some(current) = &mut self.current else {
            self.current = Some(new);
            return None;
        };
        if sent < current.first_sent {
            // Overtaken on the way: it tells nothing about the queue of now.
            return None;
        }
        if current.takes(sent, arrived) {
            current.last_sent = current.last_sent.max(sent);
            current.last_arrived = current.last_arrived.max(arrived);
            return None;
        }
        let newer = *current;
        let older = self.complete.replace(newer);
        self.current = Some(new);
        let older = older?;
        Some(Spacing {
            sent_ms: ms(newer.last_sent.saturating_duration_since(older.last_sent)),
            arrived_ms: ms(newer.last_arrived.saturating_sub(older.last_arrived)),
            at: newer.last_arrived,
        })
    }
}

impl Group {
    fn takes(&self, sent: Instant, arrived: Duration) -> bool {
        if sent.saturating_duration_since(self.first_sent) <= GROUP {
            return true;
        }
        // They left apart and arrive together: the path held them up and let them go at once.
        let arrived_after = arrived.saturating_sub(self.last_arrived);
        let sent_after = sent.saturating_duration_since(self.last_sent);
        arrived_after < sent_after
            && arrived_after <= GROUP
            && arrived.saturating_sub(self.first_arrived) < MAX_BURST
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_compared_and_not_their_packets() {
        let start = crate::sfu::now();
        let ms = Duration::from_millis;
        let mut groups = ArrivalGroups::default();
        let mut spacings = Vec::new();
        for frame in 0..4u64 {
            for packet in 0..3 {
                let sent = start + ms(frame * 40 + packet);
                spacings.extend(groups.add(sent, ms(500 + frame * 42 + packet * 2)));
            }
        }
        let seen: Vec<_> = spacings.iter().map(|s| (s.sent_ms, s.arrived_ms)).collect();
        assert_eq!(seen, [(40.0, 42.0), (40.0, 42.0)]);
    }

    #[test]
    fn a_pile_that_the_path_lets_go_at_once_is_one_group() {
        let start = crate::sfu::now();
        let ms = Duration::from_millis;
        let mut groups = ArrivalGroups::default();
        assert!(groups.add(start, ms(300)).is_none());
        for n in 1..5 {
            assert!(groups.add(start + ms(20 * n), ms(300 + n)).is_none());
        }
        assert!(groups.add(start + ms(200), ms(500)).is_none());
        let spacing = groups.add(start + ms(240), ms(540)).unwrap();
        assert_eq!((spacing.sent_ms, spacing.arrived_ms), (120.0, 196.0));
    }
}
