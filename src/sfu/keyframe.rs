//! The keyframe limiter: the one gate through which every keyframe request to a publisher passes.
//! Pure: time comes in as an argument.

use std::time::{Duration, Instant};

/// Spaces the keyframe requests of one publisher by a minimum interval.
#[derive(Debug)]
pub(super) struct KeyframeLimiter {
    interval: Duration,
    last: Option<Instant>,
    pending: bool,
}

impl KeyframeLimiter {
    /// A limiter that lets one request pass per `interval`.
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            last: None,
            pending: false,
        }
    }

    /// Somebody needs a keyframe. True: ask now. False: the request is kept and comes due.
    pub(super) fn request(&mut self, now: Instant) -> bool {
        let pass = self.is_open(now);
        if pass {
            self.note_sent(now);
        } else {
            self.pending = true;
        }
        pass
    }

    /// Like [`request`](Self::request), for a need that shows itself again with the next packet:
    /// inside the interval it is not kept, since the answer to the last request is on its way.
    pub(super) fn remind(&mut self, now: Instant) -> bool {
        let pass = self.is_open(now);
        if pass {
            self.note_sent(now);
        }
        pass
    }

    /// When a kept request may be sent.
    pub(super) fn due(&self) -> Option<Instant> {
        if !self.pending {
            return None;
        }
        self.last.map(|last| last + self.interval)
    }

    /// True once, when a kept request has come due.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        let due = self.due().is_some_and(|due| due <= now);
        if due {
            self.note_sent(now);
        }
        due
    }

    fn is_open(&self, now: Instant) -> bool {
        self.last
            .is_none_or(|last| now.saturating_duration_since(last) >= self.interval)
    }

    fn note_sent(&mut self, now: Instant) {
        self.last = Some(now);
        self.pending = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INTERVAL: Duration = Duration::from_millis(300);

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_first_keyframe_request_passes_at_once() {
        assert!(KeyframeLimiter::new(INTERVAL).request(crate::sfu::now()));
    }

    #[test]
    fn a_keyframe_request_inside_the_interval_is_delayed_not_dropped() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new(INTERVAL);
        assert!(limiter.request(start));
        assert!(!limiter.request(start + ms(10)));
        assert_eq!(limiter.due(), Some(start + INTERVAL));
        assert!(!limiter.take_due(start + ms(299)));
        assert!(limiter.take_due(start + INTERVAL));
        assert_eq!(limiter.due(), None);
    }

    #[test]
    fn many_requests_inside_the_interval_become_one() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new(INTERVAL);
        limiter.request(start);
        for n in 1..100 {
            assert!(!limiter.request(start + ms(n)));
        }
        assert!(limiter.take_due(start + ms(400)));
        assert!(!limiter.take_due(start + ms(900)));
    }

    #[test]
    fn a_reminder_inside_the_interval_is_not_kept() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::new(INTERVAL);
        assert!(limiter.remind(start));
        assert!(!limiter.remind(start + ms(10)));
        assert_eq!(limiter.due(), None);
        assert!(limiter.remind(start + INTERVAL));
    }

    proptest! {
        #[test]
        fn requests_leave_at_least_an_interval_apart_and_the_last_is_answered(
            gaps in proptest::collection::vec(0u64..500, 1..50)
        ) {
            let mut now = crate::sfu::now();
            let mut limiter = KeyframeLimiter::new(INTERVAL);
            let (mut sent, mut asked) = (Vec::new(), now);
            for gap in gaps {
                now += ms(gap);
                if let Some(due) = limiter.due().filter(|due| *due <= now) {
                    prop_assert!(limiter.take_due(due));
                    sent.push(due);
                }
                asked = now;
                if limiter.request(now) {
                    sent.push(now);
                }
            }
            if let Some(due) = limiter.due() {
                prop_assert!(limiter.take_due(due));
                sent.push(due);
            }
            prop_assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= INTERVAL));
            prop_assert!(sent.last().is_some_and(|last| *last >= asked));
        }
    }
}
