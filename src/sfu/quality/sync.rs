//! How much later the picture comes than the sound that belongs to it (EN 301 549 §6.5.4: at most
//! 100 ms). Each sender report ties a stream's RTP clock to the client's own time (RFC 3550
//! §6.4.1); the way of a packet from there to here has an unknown length, which is the same unknown
//! for both streams and falls out of the difference. Pure.

use crate::sfu::rtp::ClockReading;
use std::time::Instant;

/// A new value counts for an eighth: a keyframe is sent over some time.
const SMOOTHING: i64 = 8;

/// A larger offset is a wrong clock.
const OFFSET_MICROS_MAX: i64 = 10_000_000;

/// The clock of one stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StreamClock {
    reading: Option<ClockReading>,
    /// The first packet of the newest frame: when it came, and its timestamp.
    newest: Option<(Instant, u32)>,
}

impl StreamClock {
    /// The publisher has said how its clock stands.
    pub(super) const fn tie(&mut self, reading: ClockReading) {
        self.reading = Some(reading);
    }

    /// A packet came in order.
    pub(super) fn take(&mut self, now: Instant, timestamp: u32) {
        if self.newest.is_none_or(|(_, before)| before != timestamp) {
            self.newest = Some((now, timestamp));
        }
    }

    /// The numbering began anew.
    pub(super) const fn restart(&mut self) {
        *self = Self {
            reading: None,
            newest: None,
        };
    }

    /// How long ago the newest frame came, after its moment in the client's time: microseconds.
    fn age(&self, rate: u32, now: Instant) -> Option<i64> {
        let (reading, (came, timestamp)) = (self.reading?, self.newest?);
        let since = i64::try_from(now.saturating_duration_since(came).as_micros()).ok()?;
        let ticks = i64::from(timestamp.wrapping_sub(reading.rtp).cast_signed());
        // 2⁻³² seconds; the upper half counts seconds.
        let micros = (u128::from(reading.ntp) * 1_000_000) >> 32;
        let moment = i64::try_from(micros).ok()? + ticks * 1_000_000 / i64::from(rate);
        Some(-since - moment)
    }
}

/// The offset of a pair of streams, smoothed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sync {
    micros: Option<i64>,
}

impl Sync {
    /// Takes in another second; milliseconds by which the picture is late, negative when the sound
    /// is.
    pub(super) fn read(
        &mut self,
        now: Instant,
        picture: (&StreamClock, u32),
        sound: (&StreamClock, u32),
    ) -> Option<i16> {
        let age = |(clock, rate): (&StreamClock, u32)| clock.age(rate, now);
        let newest = age(picture)? - age(sound)?;
        if newest.abs() > OFFSET_MICROS_MAX {
            self.micros = None;
            return None;
        }
        let before = self.micros.unwrap_or(newest);
        let smooth = before + (newest - before) / SMOOTHING;
        self.micros = Some(smooth);
        i16::try_from(smooth / 1000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PICTURE: u32 = 90_000;
    const SOUND: u32 = 48_000;

    /// A stream whose clock showed `rtp` at the same moment, of which `seconds` later a frame came
    /// so much later.
    fn clock(start: Instant, rate: u32, rtp: u32, seconds: u32, late: u64) -> StreamClock {
        let mut clock = StreamClock::default();
        let ntp = 3_900_000_000 << 32;
        clock.tie(ClockReading { ssrc: 1, ntp, rtp });
        let came = start + Duration::from_secs(seconds.into()) + Duration::from_millis(late);
        clock.take(came, rtp.wrapping_add(rate * seconds));
        clock
    }

    #[test]
    fn a_picture_that_comes_eighty_milliseconds_after_its_sound_is_late_by_so_much() {
        let start = crate::sfu::now();
        let picture = clock(start, PICTURE, u32::MAX - 5, 2, 130);
        let sound = clock(start, SOUND, 77, 3, 50);
        let now = start + Duration::from_secs(4);
        let late = Sync::default().read(now, (&picture, PICTURE), (&sound, SOUND));
        assert_eq!(late, Some(80));
    }

    #[test]
    fn without_a_report_of_both_nothing_is_known() {
        let start = crate::sfu::now();
        let picture = clock(start, PICTURE, 0, 2, 0);
        let sound = StreamClock::default();
        let late = Sync::default().read(start, (&picture, PICTURE), (&sound, SOUND));
        assert_eq!(late, None);
    }
}
