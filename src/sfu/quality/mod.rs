//! How well each participant's picture and sound arrive here, measured from the packets as they
//! pass: frames, freezes, loss, jitter, bitrate, size, and one score for signing. Pure: time is an
//! argument; a packet costs no allocation, and a stream about two kilobytes.
//!
//! A room is read once a second, and at once when a picture moves again or is due to stand
//! (`desk`). What is measured is never stored.

mod desk;
mod frames;
mod jitter;
mod loss;
mod score;
mod still;
mod sync;

pub(super) use desk::{QualityDesk, Watched};
pub use still::{Camera, Motion};

use super::codec;
use super::ids::{ParticipantId, RoomId};
use super::offer::Kind;
use super::rtp::{self, ClockReading};
use frames::{Frames, Part, Tally};
use jitter::Jitter;
use loss::{Account, Losses};
use score::{Score, Second};
use std::time::{Duration, Instant};
use sync::StreamClock;

/// What arrives of everybody in a room, whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoomQuality {
    /// The room.
    pub room: RoomId,
    /// Everybody connected who publishes a picture, in the order of the room; empty once the room
    /// is gone.
    pub pictures: Vec<Picture>,
}

/// What arrives of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    /// Who.
    pub participant: ParticipantId,
    /// Whether it moves.
    pub motion: Motion,
    /// Somebody cannot decode it, and could if it came in another codec, which takes a new
    /// connection of its owner.
    pub unseen: bool,
    /// The newest second of the picture; `None` before the first has passed.
    pub figures: Option<Figures>,
    /// The newest second of the sound, for who publishes it.
    pub sound: Option<SoundFigures>,
    /// The way to its owner.
    pub way: Way,
}

/// One second of a picture, as it arrived at the gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Figures {
    /// How well signs can be followed, 0 to 100; the formula stands in `score`.
    pub score: u8,
    /// Frames delivered: whole and decodable.
    pub fps: u8,
    /// Width in pixels; 0 before the first keyframe.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// How long the picture stood frozen, in milliseconds (W3C webrtc-stats).
    pub frozen_ms: u16,
    /// Packets that did not come at first, in thousandths.
    pub missing_permille: u16,
    /// Packets that never came, in thousandths: loss after repair.
    pub lost_permille: u16,
    /// Interarrival jitter (RFC 3550), in milliseconds.
    pub jitter_ms: u16,
    /// Payload in kilobits.
    pub kbps: u32,
}

/// What the reports of a client say, as far as they have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Way {
    /// To the client and back, in milliseconds (RFC 3550 §6.4.1).
    pub round_trip_ms: Option<u16>,
    /// What it lost of our streams before repair, in thousandths.
    pub lost_permille: Option<u16>,
    /// By how much its picture comes later here than the sound that belongs to it, in milliseconds;
    /// negative when the sound does.
    pub sync_ms: Option<i16>,
}

/// One second of a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SoundFigures {
    /// Packets that never came, in thousandths.
    pub lost_permille: u16,
    /// Interarrival jitter (RFC 3550), in milliseconds.
    pub jitter_ms: u16,
}

/// Measures one published stream.
#[derive(Clone, Debug)]
pub(super) struct StreamMeter {
    losses: Losses,
    jitter: Jitter,
    bytes: u64,
    last_packet: Option<Instant>,
    /// Of a picture.
    frames: Option<Frames>,
    score: Score,
    clock: StreamClock,
    read: Option<Before>,
}

/// Where everything stood at the last reading.
#[derive(Clone, Copy, Debug)]
struct Before {
    at: Instant,
    account: Account,
    bytes: u64,
    tally: Tally,
}

impl StreamMeter {
    /// For a stream of this kind, before its first packet.
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            losses: Losses::default(),
            jitter: Jitter::new(kind.clock_rate()),
            bytes: 0,
            last_packet: None,
            frames: (kind == Kind::Video).then(Frames::new),
            score: Score::default(),
            clock: StreamClock::default(),
            read: None,
        }
    }

    /// A packet came for the first time; true when it made a frame whole.
    pub(super) fn take(&mut self, now: Instant, packet: &rtp::Packet) -> bool {
        let header = &packet.header;
        // A datagram is shorter by far.
        let bytes = u32::try_from(packet.payload.len()).unwrap_or(u32::MAX);
        self.bytes += u64::from(bytes);
        self.last_packet = Some(now);
        let newest = self.losses.take(now, header.sequence_number);
        if newest {
            self.jitter.take(now, header.timestamp);
            self.clock.take(now, header.timestamp);
        }
        let Some(frames) = &mut self.frames else {
            return false;
        };
        let part = Part {
            sequence: header.sequence_number,
            timestamp: header.timestamp,
            newest,
            starts: codec::read_start(packet.codec, &packet.payload),
            ends: header.marker,
            bytes,
        };
        frames.take(now, part)
    }

    /// The publisher's numbering began anew.
    pub(super) fn restart(&mut self) {
        self.losses.restart();
        self.jitter.restart();
        self.clock.restart();
        if let Some(frames) = &mut self.frames {
            frames.restart();
        }
    }

    /// The publisher has said how the stream's clock stands.
    fn tie(&mut self, reading: ClockReading) {
        self.clock.tie(reading);
    }

    /// When the newest packet came.
    pub(super) const fn last_packet(&self) -> Option<Instant> {
        self.last_packet
    }

    /// The time since the reading before, as figures; `None` for the first.
    pub(super) fn read(&mut self, now: Instant) -> Option<Figures> {
        let newest = Before {
            at: now,
            account: self.losses.account(now),
            bytes: self.bytes,
            tally: (self.frames.as_ref()).map_or_else(Tally::default, |frames| frames.tally(now)),
        };
        let before = self.read.replace(newest)?;
        let passed = now.saturating_duration_since(before.at).as_secs_f32();
        if passed <= 0.0 {
            return None;
        }
        let rate = |grown: u64| grown as f32 / passed;
        let account = newest.account.since(before.account);
        let bytes = newest.bytes - before.bytes;
        let frames = newest.tally.frames - before.tally.frames;
        let frozen = newest.tally.frozen.saturating_sub(before.tally.frozen);
        let size = self.frames.as_ref().and_then(Frames::size);
        let second = Second {
            fps: rate(frames),
            frozen: frozen.as_secs_f32() / passed,
            pixels: size.map(|(width, height)| u32::from(width) * u32::from(height)),
        };
        let (width, height) = size.unwrap_or_default();
        Some(Figures {
            score: self.score.after(second),
            fps: second.fps.round().min(255.0) as u8,
            width,
            height,
            frozen_ms: milliseconds(frozen),
            missing_permille: account.permille(account.missing),
            lost_permille: account.permille(account.lost),
            jitter_ms: self.jitter.milliseconds(),
            kbps: (rate(bytes) * 8.0 / 1000.0).round() as u32,
        })
    }
}

fn milliseconds(duration: Duration) -> u16 {
    u16::try_from(duration.as_millis()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::codec::Codec;
    use bytes::Bytes;

    const SECOND: Duration = Duration::from_secs(1);

    fn frame(number: u32, keyframe: bool) -> rtp::Packet {
        let header = rtp::Header {
            // The stream is a few frames long.
            sequence_number: number as u16,
            timestamp: number * 3000,
            marker: true,
            ..rtp::Header::default()
        };
        let mut payload = vec![0; 1000];
        payload[0] = 0x10;
        payload[1] = u8::from(!keyframe);
        if keyframe {
            payload[4..11].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]);
        }
        let payload = Bytes::from(payload);
        rtp::Packet {
            codec: Codec::Vp8,
            header,
            payload,
        }
    }

    #[test]
    fn a_second_of_an_even_picture_is_read_as_it_was_sent() {
        let start = crate::sfu::now();
        let mut meter = StreamMeter::new(Kind::Video);
        meter.read(start);
        for number in 0..30 {
            meter.take(start + SECOND / 30 * number, &frame(number, number == 0));
        }
        let figures = meter.read(start + SECOND).unwrap();
        let expected = Figures {
            score: 100,
            fps: 30,
            width: 640,
            height: 480,
            kbps: 240,
            ..Figures::default()
        };
        assert_eq!(figures, expected);
    }

    #[test]
    fn half_a_second_without_a_frame_is_frozen_and_costs_the_score() {
        let start = crate::sfu::now();
        let mut meter = StreamMeter::new(Kind::Video);
        for number in 0..30 {
            meter.take(start + SECOND / 30 * number, &frame(number, number == 0));
        }
        meter.read(start + SECOND);
        for number in 30..45 {
            meter.take(start + SECOND / 30 * (number + 15), &frame(number, false));
        }
        let figures = meter.read(start + SECOND * 2).unwrap();
        assert!((500..560).contains(&figures.frozen_ms), "{figures:?}");
        assert_eq!(figures.fps, 15);
        assert!(figures.score < 30, "{figures:?}");
    }

    #[test]
    fn a_stream_takes_two_kilobytes() {
        assert!(
            size_of::<StreamMeter>() <= 2048,
            "{}",
            size_of::<StreamMeter>()
        );
    }
}
