//! Frames out of packets: which are whole and can be decoded, how many in a second, and how long
//! the picture stood. Pure.
//!
//! A frame is delivered when all its packets are there, from the one that begins it to the one with
//! the marker bit, and it follows the frame delivered before without a gap; or it is a keyframe.
//! What comes behind a hole waits for the repair, and behind a hole that stays, for the next
//! keyframe, as a decoder would.
//!
//! A **freeze** is that of W3C webrtc-stats (`freezeCount`): a frame that comes later after the one
//! before than max(3 × a, a + 150 ms), where a is the mean distance of the last thirty frames. As
//! in libwebrtc, five of them are needed to tell.

use super::super::codec::FrameStart;
use std::time::{Duration, Instant};

/// Frames begun and not delivered: half a second at 30 fps, as long as a repair is waited for.
const PENDING_MAX: usize = 16;

/// Frames whose distances are averaged, and how many are needed.
const MEAN_OF: usize = 30;
const MEAN_FROM: usize = 5;

/// A longer pause says no more about the usual distance than this.
const DISTANCE_MAX: Duration = Duration::from_secs(1);

/// How much later than usual a frame is late.
const FREEZE_MORE: Duration = Duration::from_millis(150);

/// A packet of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) sequence: u16,
    pub(super) timestamp: u32,
    /// No packet with a higher number has come.
    pub(super) newest: bool,
    /// What its first bytes say, when it can begin a frame.
    pub(super) starts: Option<FrameStart>,
    /// The marker bit.
    pub(super) ends: bool,
    pub(super) bytes: u32,
}

/// A frame begun.
#[derive(Clone, Copy, Debug)]
struct Pending {
    timestamp: u32,
    first: Option<u16>,
    last: Option<u16>,
    packets: u16,
    keyframe: Option<Option<(u16, u16)>>,
}

/// What has been counted since the start; it only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) frames: u64,
    pub(super) freezes: u64,
    /// With the freeze that goes on, if one does.
    pub(super) frozen: Duration,
}

/// The frames of one stream.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    pending: [Option<Pending>; PENDING_MAX],
    /// The number and the timestamp that the next frame follows; `None`: only a keyframe can come.
    after: Option<(u16, u32)>,
    size: Option<(u16, u16)>,
    last: Option<Instant>,
    distances: [u32; MEAN_OF],
    counted: usize,
    tally: Tally,
}

impl Frames {
    /// Before the first.
    pub(super) fn new() -> Self {
        Self {
            pending: [None; PENDING_MAX],
            after: None,
            size: None,
            last: None,
            distances: [0; MEAN_OF],
            counted: 0,
            tally: Tally::default(),
        }
    }

    /// A packet came for the first time; true when it made a frame whole, decodable or not.
    pub(super) fn take(&mut self, now: Instant, part: Part) -> bool {
        if part.bytes == 0 {
            self.skip(part.sequence);
            return false;
        }
        if self.is_past(part.timestamp) {
            if !part.newest {
                return false;
            }
            self.set_back(part.timestamp);
        }
        let is_whole = self.add(part);
        while let Some(frame) = self.next_whole() {
            self.deliver(now, frame);
        }
        is_whole
    }

    /// The numbering began anew.
    pub(super) fn restart(&mut self) {
        self.pending = [None; PENDING_MAX];
        self.after = None;
    }

    /// Width and height, as the newest keyframe said.
    pub(super) const fn size(&self) -> Option<(u16, u16)> {
        self.size
    }

    /// What is counted by now.
    pub(super) fn tally(&self, now: Instant) -> Tally {
        let mut tally = self.tally;
        if let Some(since) = self.frozen_for(now) {
            tally.frozen += since;
        }
        tally
    }

    /// The time since the last frame, if a frame that came now were late.
    fn frozen_for(&self, now: Instant) -> Option<Duration> {
        let since = now.saturating_duration_since(self.last?);
        let known = self.counted.min(MEAN_OF);
        if known < MEAN_FROM {
            return None;
        }
        let sum: u64 = self.distances[..known].iter().copied().map(u64::from).sum();
        let mean = Duration::from_micros(sum / known as u64);
        (since >= (mean * 3).max(mean + FREEZE_MORE)).then_some(since)
    }

    /// Of a frame that was delivered, or given up for a later one.
    fn is_past(&self, timestamp: u32) -> bool {
        let is_ahead = |last: u32| timestamp.wrapping_sub(last).cast_signed() > 0;
        self.after.is_some_and(|(_, last)| !is_ahead(last))
    }

    /// The publisher's clock went back while its numbers went on, as with another camera.
    fn set_back(&mut self, timestamp: u32) {
        self.pending = [None; PENDING_MAX];
        if let Some((_, last)) = &mut self.after {
            *last = timestamp.wrapping_sub(1);
        }
    }

    /// Padding behind a frame (RFC 3550 §5.1), of a sender without a stream for repairs.
    fn skip(&mut self, sequence: u16) {
        if let Some((last, _)) = &mut self.after
            && sequence == last.wrapping_add(1)
        {
            *last = sequence;
        }
    }

    fn add(&mut self, part: Part) -> bool {
        let of = |slot: &&mut Option<Pending>| {
            slot.is_some_and(|frame| frame.timestamp == part.timestamp)
        };
        let begun = self.pending.iter_mut().find(of);
        let slot = match begun {
            Some(slot) => slot,
            None => self.begin(part.timestamp),
        };
        let Some(frame) = slot else { return false };
        frame.packets = frame.packets.saturating_add(1);
        if let Some(start) = part.starts {
            let is_earlier = |first: u16| part.sequence.wrapping_sub(first).cast_signed() < 0;
            if frame.first.is_none_or(is_earlier) {
                frame.first = Some(part.sequence);
            }
            if start.keyframe {
                frame.keyframe = Some(start.size);
            }
        }
        if part.ends {
            frame.last = Some(part.sequence);
        }
        frame.is_whole()
    }

    /// Room for a frame; where there is none, the oldest will never be whole, and what follows it
    /// cannot be decoded.
    fn begin(&mut self, timestamp: u32) -> &mut Option<Pending> {
        let free = self.pending.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            self.after = None;
            let ages = self.pending.iter().enumerate();
            let age = |slot: &Option<Pending>| {
                slot.map_or(0, |frame| {
                    timestamp.wrapping_sub(frame.timestamp).cast_signed()
                })
            };
            let oldest = ages.max_by_key(|(_, slot)| age(slot));
            oldest.map_or(0, |(place, _)| place)
        });
        self.pending[place] = Some(Pending {
            timestamp,
            first: None,
            last: None,
            packets: 0,
            keyframe: None,
        });
        &mut self.pending[place]
    }

    /// Takes out a frame that can be decoded now.
    fn next_whole(&mut self) -> Option<Pending> {
        let after = self.after;
        let follows = |frame: &Pending| {
            frame.keyframe.is_some()
                || after.is_some_and(|(last, _)| frame.first == Some(last.wrapping_add(1)))
        };
        let is_next = |slot: &&mut Option<Pending>| {
            slot.is_some_and(|frame| frame.is_whole() && follows(&frame))
        };
        let next = self.pending.iter_mut().find(is_next)?.take()?;
        let newest = next.timestamp;
        for slot in &mut self.pending {
            let is_older =
                slot.is_some_and(|frame| frame.timestamp.wrapping_sub(newest).cast_signed() < 0);
            if is_older {
                *slot = None;
            }
        }
        Some(next)
    }

    fn deliver(&mut self, now: Instant, frame: Pending) {
        self.after = frame.last.map(|last| (last, frame.timestamp));
        self.tally.frames += 1;
        if let Some(size) = frame.keyframe {
            self.size = size.or(self.size);
        }
        if let Some(frozen) = self.frozen_for(now) {
            self.tally.freezes += 1;
            self.tally.frozen += frozen;
        }
        if let Some(last) = self.last {
            let distance = now.saturating_duration_since(last).min(DISTANCE_MAX);
            // A second has fewer microseconds than fit.
            self.distances[self.counted % MEAN_OF] = distance.as_micros() as u32;
            self.counted += 1;
        }
        self.last = Some(now);
    }
}

impl Pending {
    fn is_whole(&self) -> bool {
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return false;
        };
        self.packets == last.wrapping_sub(first).wrapping_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: Duration = Duration::from_millis(40);
    const PACKETS: u16 = 3;

    /// Frame `number` of an even stream of 25 a second, each in three packets.
    fn packet(number: u16, index: u16) -> Part {
        let keyframe = number == 0;
        let size = Some((640, 480));
        Part {
            sequence: 65_500u16.wrapping_add(number * PACKETS + index),
            timestamp: u32::MAX.wrapping_add(u32::from(number) * 3600),
            newest: true,
            starts: (index == 0).then_some(FrameStart { keyframe, size }),
            ends: index + 1 == PACKETS,
            bytes: 1000,
        }
    }

    fn take_frame(frames: &mut Frames, now: Instant, number: u16) {
        for index in 0..PACKETS {
            frames.take(now, packet(number, index));
        }
    }

    #[test]
    fn an_even_stream_is_delivered_whole_and_never_freezes() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        for number in 0..100 {
            take_frame(&mut frames, start + FRAME * u32::from(number), number);
        }
        let tally = frames.tally(start + FRAME * 100);
        assert_eq!(tally.frames, 100);
        assert_eq!((tally.freezes, tally.frozen), (0, Duration::ZERO));
        assert_eq!(frames.size(), Some((640, 480)));
    }

    #[test]
    fn a_frame_that_comes_late_is_a_freeze_and_one_that_does_not_come_grows() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        for number in 0..30 {
            take_frame(&mut frames, start + FRAME * u32::from(number), number);
        }
        let last = start + FRAME * 29;
        let late = |ms| last + Duration::from_millis(ms);
        assert_eq!(frames.tally(late(185)).frozen, Duration::ZERO);
        assert_eq!(frames.tally(late(200)).frozen, Duration::from_millis(200));
        take_frame(&mut frames, late(500), 30);
        let tally = frames.tally(late(510));
        assert_eq!(
            (tally.freezes, tally.frozen),
            (1, Duration::from_millis(500))
        );
    }

    #[test]
    fn what_comes_behind_a_hole_waits_for_the_repair() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        take_frame(&mut frames, start, 0);
        frames.take(start, packet(1, 0));
        frames.take(start, packet(1, 2));
        take_frame(&mut frames, start, 2);
        assert_eq!(frames.tally(start).frames, 1);
        assert!(frames.take(start, packet(1, 1)));
        assert_eq!(frames.tally(start).frames, 3);
        let late = Part {
            newest: false,
            ..packet(1, 1)
        };
        assert!(!frames.take(start, late), "long delivered");
    }

    #[test]
    fn a_hole_that_stays_is_ended_by_the_next_keyframe() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        take_frame(&mut frames, start, 0);
        for number in 2..60 {
            take_frame(&mut frames, start + FRAME * u32::from(number), number);
        }
        assert_eq!(frames.tally(start).frames, 1);
        for index in 0..PACKETS {
            let mut part = packet(60, index);
            if let Some(start) = &mut part.starts {
                start.keyframe = true;
            }
            frames.take(start + FRAME * 60, part);
        }
        take_frame(&mut frames, start + FRAME * 61, 61);
        assert_eq!(frames.tally(start + FRAME * 61).frames, 3);
    }

    #[test]
    fn a_clock_that_goes_back_stops_no_picture() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        for number in 0..10 {
            take_frame(&mut frames, start, number);
        }
        for number in 10..20 {
            for index in 0..PACKETS {
                let mut part = packet(number, index);
                part.timestamp = part.timestamp.wrapping_sub(500_000_000);
                frames.take(start, part);
            }
        }
        assert_eq!(frames.tally(start).frames, 20);
    }

    #[test]
    fn padding_behind_a_frame_breaks_nothing() {
        let (start, mut frames) = (crate::sfu::now(), Frames::new());
        let numbered = |number: u16, sequence: u16, bytes| Part {
            sequence,
            timestamp: u32::from(number),
            newest: true,
            starts: (bytes > 0).then_some(FrameStart {
                keyframe: number == 1,
                size: None,
            }),
            ends: bytes > 0,
            bytes,
        };
        frames.take(start, numbered(1, 7, 100));
        frames.take(start, numbered(1, 8, 0));
        frames.take(start, numbered(3, 9, 100));
        assert_eq!(frames.tally(start).frames, 2);
    }

    proptest! {
        #[test]
        fn in_whatever_order_packets_of_half_a_second_come_every_frame_is_delivered_once(
            order in Just((0..36).collect::<Vec<u16>>()).prop_shuffle()
        ) {
            let (start, mut frames) = (crate::sfu::now(), Frames::new());
            take_frame(&mut frames, start, 0);
            for packed in order {
                frames.take(start, packet(1 + packed / PACKETS, packed % PACKETS));
            }
            prop_assert_eq!(frames.tally(start).frames, 13);
        }

        #[test]
        fn no_packets_make_it_panic_or_deliver_more_frames_than_markers(
            parts in proptest::collection::vec(
                (any::<u16>(), 0u32..40, any::<bool>(), any::<bool>(), any::<bool>(), 0u32..1500),
                0..300
            )
        ) {
            let (start, mut frames) = (crate::sfu::now(), Frames::new());
            let markers = parts.iter().filter(|part| part.3).count() as u64;
            for (sequence, timestamp, begins, ends, keyframe, bytes) in parts {
                let size = None;
                let starts = begins.then_some(FrameStart { keyframe, size });
                let newest = begins;
                frames.take(
                    start,
                    Part { sequence, timestamp, newest, starts, ends, bytes },
                );
            }
            prop_assert!(frames.tally(start).frames <= markers);
        }
    }
}
