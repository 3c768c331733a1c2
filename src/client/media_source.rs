//! Synthetic media of the built-in client: real VP8 frames of a moving test pattern, and Opus
//! silence, cut into RTP packets. Pure: the caller sends them at the right times.

use crate::sfu::{Kind, numbering};
use bytes::Bytes;
use rtc::rtp;
use std::time::Duration;

/// Eight seconds of 160 × 120 at 15 fps with one keyframe, the first. Made with
/// `ffmpeg -f lavfi -i testsrc=size=160x120:rate=15:duration=8 -c:v libvpx -b:v 30k -g 120
/// -keyint_min 120 -auto-alt-ref 0 -lag-in-frames 0 -deadline realtime -cpu-used 8 -an
/// -fflags +bitexact -flags +bitexact testsrc-160x120.ivf`.
const VIDEO: &[u8] = include_bytes!("assets/testsrc-160x120.ivf");
/// Length of the IVF file header and of the header before each frame.
const IVF_HEADER: usize = 32;
const IVF_FRAME_HEADER: usize = 12;
/// A 20 ms frame of silence (RFC 6716 §3.1: CELT, full band, no bits of content), with one byte of
/// padding to follow (§3.2.5), whose value decoders ignore.
const SILENCE: &[u8] = &[0xFB, 0x41, 0x01, 0xFF, 0xFE];
/// Bytes of video in one packet; with all headers below the usual path MTU of 1200 bytes.
const VIDEO_CHUNK: usize = 1100;

/// Time between two video frames.
const VIDEO_FRAME: Duration = Duration::from_nanos(1_000_000_000 / 15);
/// Time between two audio frames.
const AUDIO_FRAME: Duration = Duration::from_millis(20);

/// Numbers the packets of one stream.
pub(super) struct Packetizer {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    ticks_per_frame: u32,
    mark: u8,
}

/// How a stream's frames are made and timed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// The last byte of every frame.
    pub(super) mark: u8,
    /// How many times slower than life.
    pub(super) slower: u32,
}

impl Manner {
    /// The time between two frames of this kind.
    pub(super) fn spacing(self, kind: Kind) -> Duration {
        let lifelike = match kind {
            Kind::Audio => AUDIO_FRAME,
            Kind::Video => VIDEO_FRAME,
        };
        lifelike * self.slower
    }
}

impl Packetizer {
    /// A stream that begins with random numbers (RFC 3550 §5.1).
    pub(super) fn new(kind: Kind, ssrc: u32, payload_type: u8, manner: Manner) -> Self {
        let Manner { mark, slower } = manner;
        let lifelike = match kind {
            Kind::Audio => kind.clock_rate() / 50,
            Kind::Video => kind.clock_rate() / 15,
        };
        let ticks_per_frame = lifelike * slower;
        let (sequence, timestamp) = numbering();
        Self {
            ssrc,
            payload_type,
            sequence,
            timestamp,
            ticks_per_frame,
            mark,
        }
    }

    /// The packet of the next audio frame.
    pub(super) fn silence(&mut self) -> rtp::Packet {
        self.timestamp = self.timestamp.wrapping_add(self.ticks_per_frame);
        let mut payload = SILENCE.to_vec();
        payload.push(self.mark);
        self.packet(payload.into(), false)
    }

    /// The packets of a VP8 frame, with the one-byte payload descriptor (RFC 7741 §4.2). The mark
    /// comes behind the last partition, where no decoder reads (RFC 6386 §9.5).
    pub(super) fn video(&mut self, frame: &[u8]) -> Vec<rtp::Packet> {
        let frame = [frame, &[self.mark]].concat();
        self.timestamp = self.timestamp.wrapping_add(self.ticks_per_frame);
        let chunks = frame.len().div_ceil(VIDEO_CHUNK);
        let numbered = frame.chunks(VIDEO_CHUNK).enumerate();
        numbered
            .map(|(number, chunk)| {
                let descriptor: u8 = if number == 0 { 0x10 } else { 0x00 };
                let mut payload = Vec::with_capacity(chunk.len() + 1);
                payload.push(descriptor);
                payload.extend_from_slice(chunk);
                self.packet(payload.into(), number + 1 == chunks)
            })
            .collect()
    }

    fn packet(&mut self, payload: Bytes, marker: bool) -> rtp::Packet {
        self.sequence = self.sequence.wrapping_add(1);
        let header = rtp::Header {
            version: 2,
            marker,
            payload_type: self.payload_type,
            sequence_number: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            ..rtp::Header::default()
        };
        rtp::Packet { header, payload }
    }
}

/// The frames of the test pattern, over and over.
pub(super) struct TestPattern {
    rest: &'static [u8],
}

impl TestPattern {
    /// Begins with the keyframe.
    pub(super) fn new() -> Self {
        Self {
            rest: &VIDEO[IVF_HEADER..],
        }
    }

    /// The next frame goes back to the keyframe.
    pub(super) fn rewind(&mut self) {
        *self = Self::new();
    }

    /// The next frame; after the last comes the keyframe again.
    pub(super) fn next_frame(&mut self) -> &'static [u8] {
        if self.rest.is_empty() {
            self.rewind();
        }
        let (header, rest) = self.rest.split_at(IVF_FRAME_HEADER);
        let length = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
        let (frame, rest) = rest.split_at(length as usize);
        self.rest = rest;
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::starts_keyframe;

    const LIFELIKE: Manner = Manner { mark: 7, slower: 1 };

    #[test]
    fn the_pattern_has_one_keyframe_in_eight_seconds_and_comes_around() {
        let mut pattern = TestPattern::new();
        let mut packetizer = Packetizer::new(Kind::Video, 1, 96, LIFELIKE);
        let keyframes: Vec<bool> = (0..121)
            .map(|_| packetizer.video(pattern.next_frame()))
            .map(|packets| starts_keyframe(&packets[0].payload))
            .collect();
        assert_eq!(keyframes.iter().filter(|keyframe| **keyframe).count(), 2);
        assert!(keyframes[0] && keyframes[120]);
    }

    #[test]
    fn a_slower_stream_says_so_in_its_timestamps() {
        let manner = Manner { mark: 7, slower: 6 };
        let mut packetizer = Packetizer::new(Kind::Audio, 1, 96, manner);
        let [first, second] = [packetizer.silence(), packetizer.silence()];
        let ticks = second.header.timestamp.wrapping_sub(first.header.timestamp);
        let spacing = manner.spacing(Kind::Audio);
        assert_eq!((ticks, spacing), (6 * 960, Duration::from_millis(120)));
    }

    #[test]
    fn a_frame_is_cut_into_numbered_packets_with_a_marker_on_the_last() {
        let mut packetizer = Packetizer::new(Kind::Video, 1, 96, LIFELIKE);
        let packets = packetizer.video(&[0; 2500]);
        let markers: Vec<bool> = packets.iter().map(|packet| packet.header.marker).collect();
        assert_eq!(markers, [false, false, true]);
        assert_eq!(packets[2].payload.last(), Some(&7));
        let first = packets[0].header.sequence_number;
        assert_eq!(packets[2].header.sequence_number, first.wrapping_add(2));
        assert_eq!(packets[2].header.timestamp, packets[0].header.timestamp);
    }
}
