//! Interarrival jitter (RFC 3550 §6.4.1 and appendix A.8). Pure.
//!
//! As libwebrtc does, only the first packet of each RTP timestamp counts: those that follow belong
//! to the same frame and were held back by the sender's pacer, not by the network.

use std::time::Instant;

/// A step of more than this many seconds is a pause or a new numbering, not jitter.
const STEP_SECS_MAX: i64 = 5;

/// The jitter of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jitter {
    clock_rate: u32,
    last: Option<(Instant, u32)>,
    /// In sixteenths of a tick of the RTP clock, as the RFC's own code keeps it.
    sixteenths: i64,
}

impl Jitter {
    /// Of a stream whose RTP clock ticks so often in a second.
    pub(super) const fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            last: None,
            sixteenths: 0,
        }
    }

    /// A packet came in order.
    pub(super) fn take(&mut self, now: Instant, timestamp: u32) {
        let Some((at, before)) = self.last else {
            self.last = Some((now, timestamp));
            return;
        };
        if timestamp == before {
            return;
        }
        self.last = Some((now, timestamp));
        let rate = i64::from(self.clock_rate);
        let micros = i64::try_from(now.saturating_duration_since(at).as_micros());
        let arrived = micros.unwrap_or(i64::MAX / rate) * rate / 1_000_000;
        let sent = i64::from(timestamp.wrapping_sub(before).cast_signed());
        let step = (arrived - sent).abs();
        if step < STEP_SECS_MAX * rate {
            self.sixteenths += step - ((self.sixteenths + 8) >> 4);
        }
    }

    /// The numbering began anew; the figure stands.
    pub(super) const fn restart(&mut self) {
        self.last = None;
    }

    /// In milliseconds.
    pub(super) fn milliseconds(&self) -> u16 {
        let ticks = self.sixteenths >> 4;
        u16::try_from(ticks * 1000 / i64::from(self.clock_rate)).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const RATE: u32 = 90_000;

    #[test]
    fn an_even_stream_has_none_however_large_its_frames() {
        let (start, mut jitter) = (crate::sfu::now(), Jitter::new(RATE));
        for frame in 0..100u32 {
            let at = start + Duration::from_millis(40) * frame;
            for packet in 0..10 {
                jitter.take(at + Duration::from_millis(packet), frame.wrapping_mul(3600));
            }
        }
        assert_eq!(jitter.milliseconds(), 0);
    }

    #[test]
    fn frames_late_by_twenty_milliseconds_every_other_time_come_near_to_twenty() {
        let (start, mut jitter) = (crate::sfu::now(), Jitter::new(RATE));
        for frame in 0..200u32 {
            let late = Duration::from_millis(20) * (frame % 2);
            let at = start + Duration::from_millis(40) * frame + late;
            jitter.take(at, u32::MAX.wrapping_add(frame * 3600));
        }
        assert!((18..=20).contains(&jitter.milliseconds()));
    }

    proptest! {
        #[test]
        fn it_is_never_more_than_the_largest_step(
            steps in proptest::collection::vec((0u64..400, any::<u32>()), 1..200)
        ) {
            let (mut now, mut jitter) = (crate::sfu::now(), Jitter::new(RATE));
            for (millis, timestamp) in steps {
                now += Duration::from_millis(millis);
                jitter.take(now, timestamp);
                let largest = u16::try_from(STEP_SECS_MAX * 1000).unwrap();
                prop_assert!(jitter.milliseconds() <= largest);
            }
        }
    }
}
