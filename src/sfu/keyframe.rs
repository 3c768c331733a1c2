//! The keyframe limiter: the one gate through which every keyframe request to a publisher passes.
//! Pure: time comes in as an argument.
//!
//! Whoever begins to see somebody needs a keyframe at once. Whoever only lost something asks again
//! and again while the network is bad, and each keyframe, five to ten times as large as another
//! frame, makes it worse: such requests are spaced more and more (jitsi-videobridge #2442 and
//! livekit #3490 tell what happens otherwise: 29 frames a second fell to 11).

use super::limits::{KEYFRAME_CALM, KEYFRAME_INTERVAL, KEYFRAME_INTERVAL_MAX};
use std::time::{Duration, Instant};

/// Why a keyframe is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A receiver has lost something and asks (PLI, FIR), or a keyframe asked for has not come.
    Repair,
    /// Somebody begins to see this publisher.
    Begin,
}

/// Spaces the keyframe requests of one publisher.
#[derive(Debug)]
pub(super) struct KeyframeLimiter {
    last: Option<Instant>,
    /// Between the last request and the next for repair.
    spacing: Duration,
    /// A request that waits for its time.
    kept: Option<Need>,
}

impl KeyframeLimiter {
    /// A limiter that has let nothing pass.
    pub(super) fn new() -> Self {
        Self {
            last: None,
            spacing: KEYFRAME_INTERVAL,
            kept: None,
        }
    }

    /// Somebody needs a keyframe. True: ask now. False: the request is kept and comes due.
    pub(super) fn request(&mut self, need: Need, now: Instant) -> bool {
        let pass = self.is_open(need, now);
        if pass {
            self.note_sent(need, now);
        } else {
            self.kept = self.kept.max(Some(need));
        }
        pass
    }

    /// Like [`request`](Self::request) for repair, for a need that shows itself again with the next
    /// packet: it is not kept, since the answer to the last request is on its way.
    pub(super) fn remind(&mut self, now: Instant) -> bool {
        let pass = self.is_open(Need::Repair, now);
        if pass {
            self.note_sent(Need::Repair, now);
        }
        pass
    }

    /// When a kept request may be sent.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open_at(self.kept?)
    }

    /// True once, when a kept request has come due.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        let Some(need) = self.kept else { return false };
        let due = self.is_open(need, now);
        if due {
            self.note_sent(need, now);
        }
        due
    }

    fn is_open(&self, need: Need, now: Instant) -> bool {
        self.open_at(need).is_none_or(|at| at <= now)
    }

    fn open_at(&self, need: Need) -> Option<Instant> {
        let spacing = match need {
            Need::Begin => KEYFRAME_INTERVAL,
            Need::Repair => self.spacing,
        };
        self.last.map(|last| last + spacing)
    }

    fn note_sent(&mut self, need: Need, now: Instant) {
        let is_calm = self
            .last
            .is_none_or(|last| now.saturating_duration_since(last) >= KEYFRAME_CALM);
        self.spacing = match need {
            _ if is_calm => KEYFRAME_INTERVAL,
            Need::Begin => self.spacing,
            Need::Repair => (self.spacing * 2).min(KEYFRAME_INTERVAL_MAX),
        };
        self.last = Some(now);
        self.kept = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// A limiter that has just let a request pass.
    fn just_asked(now: Instant) -> KeyframeLimiter {
        let mut limiter = KeyframeLimiter::new();
        assert!(limiter.request(Need::Begin, now), "the first passes");
        limiter
    }

    #[test]
    fn a_keyframe_request_inside_the_interval_is_delayed_not_dropped() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        assert!(!limiter.request(Need::Repair, start + ms(10)));
        assert_eq!(limiter.due(), Some(start + KEYFRAME_INTERVAL));
        assert!(!limiter.take_due(start + ms(299)));
        assert!(limiter.take_due(start + KEYFRAME_INTERVAL));
        assert_eq!(limiter.due(), None);
    }

    #[test]
    fn many_requests_inside_the_interval_become_one() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        for n in 1..100 {
            assert!(!limiter.request(Need::Repair, start + ms(n)));
        }
        assert!(limiter.take_due(start + ms(400)));
        assert!(!limiter.take_due(start + ms(9000)));
    }

    #[test]
    fn a_reminder_inside_the_interval_is_not_kept() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        assert!(!limiter.remind(start + ms(10)));
        assert_eq!(limiter.due(), None);
        assert!(limiter.remind(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn three_receivers_in_trouble_for_a_minute_cost_a_keyframe_every_two_seconds_at_most() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new();
        let asked_at = (0..60_000).step_by(67).map(|at| start + ms(at));
        let sent = asked_at.filter(|at| limiter.take_due(*at) | limiter.request(Need::Repair, *at));
        assert!((20..=30).contains(&sent.count()));
    }

    #[test]
    fn who_begins_to_see_does_not_wait_for_others_trouble() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new();
        for at in (0..20_000).step_by(100) {
            limiter.request(Need::Repair, start + ms(at));
            limiter.take_due(start + ms(at));
        }
        let last = limiter.last.unwrap();
        assert!(!limiter.request(Need::Begin, last + ms(1)));
        assert_eq!(limiter.due(), Some(last + KEYFRAME_INTERVAL));
    }

    #[test]
    fn after_a_calm_time_trouble_is_answered_at_once_again() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new();
        for at in (0..20_000).step_by(100) {
            limiter.take_due(start + ms(at));
            limiter.request(Need::Repair, start + ms(at));
        }
        limiter.take_due(start + ms(30_000));
        let later = start + ms(40_000);
        assert!(limiter.request(Need::Repair, later));
        assert!(limiter.request(Need::Repair, later + KEYFRAME_INTERVAL));
    }

    proptest! {
        #[test]
        fn requests_leave_at_least_an_interval_apart_and_the_last_is_answered(
            asked in proptest::collection::vec((0_u64..500, any::<bool>()), 1..50)
        ) {
            let mut now = crate::sfu::now();
            let mut limiter = KeyframeLimiter::new();
            let (mut sent, mut asked_at) = (Vec::new(), now);
            for (gap, begins) in asked {
                now += ms(gap);
                if let Some(due) = limiter.due().filter(|due| *due <= now) {
                    prop_assert!(limiter.take_due(due));
                    sent.push(due);
                }
                asked_at = now;
                let need = if begins { Need::Begin } else { Need::Repair };
                if limiter.request(need, now) {
                    sent.push(now);
                }
            }
            if let Some(due) = limiter.due() {
                prop_assert!(due <= asked_at + KEYFRAME_INTERVAL_MAX);
                prop_assert!(limiter.take_due(due));
                sent.push(due);
            }
            prop_assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= KEYFRAME_INTERVAL));
            prop_assert!(sent.last().is_some_and(|last| *last >= asked_at));
        }
    }
}
