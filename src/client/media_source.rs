//! Synthetic media of the built-in client: real VP8 frames of a moving test pattern, and Opus
//! silence, cut into RTP packets. With another codec the frames are cut as that one's are,
//! keyframes as such, and what is in them is nothing but their size. Pure: the caller sends them in
//! time.

use crate::sfu::{Codec, CodecLine, Kind, numbering};
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
    codec: Codec,
    /// The payload type of what redundant audio repeats.
    repeated: Option<u8>,
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
    /// The number of the first packet; none: any.
    pub(super) first: Option<u16>,
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
    /// A stream that begins with random numbers (RFC 3550 §5.1), unless its manner says otherwise.
    pub(super) fn new(line: &CodecLine, ssrc: u32, manner: Manner) -> Self {
        let (codec, payload_type) = (line.codec, line.format.payload_type);
        let kind = codec.kind();
        let Manner {
            mark,
            slower,
            first,
        } = manner;
        let lifelike = match kind {
            Kind::Audio => kind.clock_rate() / 50,
            Kind::Video => kind.clock_rate() / 15,
        };
        let ticks_per_frame = lifelike * slower;
        let (any, timestamp) = numbering();
        // Each packet counts up first.
        let sequence = first.map_or(any, |first| first.wrapping_sub(1));
        Self {
            codec,
            repeated: repeated_by(line),
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
        let frame = [SILENCE, &[self.mark]].concat();
        let Some(of) = self.repeated else {
            return self.packet(frame.into(), false);
        };
        // The frame before was as silent as this one: its distance has 14 bits, its length ten
        // (RFC 2198 §3).
        let repeats = self.ticks_per_frame << 10 | frame.len() as u32;
        let [_, high, middle, low] = repeats.to_be_bytes();
        let headers = [0x80 | of, high, middle, low, of];
        self.packet([&headers[..], &frame, &frame].concat().into(), false)
    }

    /// The packets of a frame of the pattern. The mark comes behind the last partition, where no
    /// decoder reads (RFC 6386 §9.5).
    pub(super) fn video(&mut self, frame: &[u8]) -> Vec<rtp::Packet> {
        // In VP8 itself the first bit says so (RFC 6386 §9.1).
        let keyframe = frame.first().is_some_and(|first| first & 1 == 0);
        let frame = [frame, &[self.mark]].concat();
        self.timestamp = self.timestamp.wrapping_add(self.ticks_per_frame);
        let mut payloads = Vec::new();
        if keyframe && self.codec == Codec::H264 {
            payloads.push(Bytes::from_static(PARAMETERS));
        }
        let last = frame.len().div_ceil(VIDEO_CHUNK) - 1;
        for (number, chunk) in frame.chunks(VIDEO_CHUNK).enumerate() {
            let place = Place {
                keyframe,
                first: number == 0,
                last: number == last,
            };
            payloads.push([descriptor(self.codec, place), chunk].concat().into());
        }
        let last = payloads.len() - 1;
        let numbered = payloads.into_iter().enumerate();
        numbered
            .map(|(number, payload)| self.packet(payload, number == last))
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

/// What redundant audio repeats, by its parameters (RFC 2198 §5).
fn repeated_by(line: &CodecLine) -> Option<u8> {
    let (first, _) = line.parameters.split_once('/')?;
    first.parse().ok().filter(|_| line.codec == Codec::Red)
}

/// Parameters of a sequence of H.264 (RFC 6184 §5.6): constrained baseline.
const PARAMETERS: &[u8] = &[0x67, 0x42, 0xe0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e];

/// Where a packet stands in its frame.
#[derive(Clone, Copy)]
struct Place {
    keyframe: bool,
    first: bool,
    last: bool,
}

/// What stands in front of a part of a frame: of VP8 and VP9 the shortest payload descriptor
/// (RFC 7741 §4.2, RFC 9628 §4.2), of H.264 a fragment's header (RFC 6184 §5.8), of AV1 that of an
/// aggregation of one OBU (AOMedia's RTP payload format §4.4).
fn descriptor(codec: Codec, place: Place) -> &'static [u8] {
    let Place {
        keyframe,
        first,
        last,
    } = place;
    match (codec, keyframe, first, last) {
        (Codec::H264, true, true, _) => &[0x7c, 0x85],
        (Codec::H264, true, false, false) => &[0x7c, 0x05],
        (Codec::H264, true, false, true) => &[0x7c, 0x45],
        (Codec::H264, false, true, _) => &[0x5c, 0x81],
        (Codec::H264, false, false, false) => &[0x5c, 0x01],
        (Codec::H264, false, false, true) => &[0x5c, 0x41],
        (Codec::Vp9, true, true, _) => &[0x08],
        (Codec::Vp9, true, false, _) => &[0x00],
        (Codec::Vp9, false, true, _) => &[0x48],
        (Codec::Vp9, false, false, _) => &[0x40],
        (Codec::Av1, true, true, _) => &[0x18],
        (Codec::Av1, false, true, _) => &[0x10],
        (Codec::Av1, _, false, _) => &[0x90],
        (_, _, true, _) => &[0x10],
        (_, _, false, _) => &[0x00],
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

    const LIFELIKE: Manner = Manner {
        mark: 7,
        slower: 1,
        first: None,
    };

    #[test]
    fn the_pattern_has_one_keyframe_in_eight_seconds_and_comes_around() {
        let mut pattern = TestPattern::new();
        let mut packetizer = Packetizer::new(&CodecLine::new(Codec::Vp8, 96, None), 1, LIFELIKE);
        let keyframes: Vec<bool> = (0..121)
            .map(|_| packetizer.video(pattern.next_frame()))
            .map(|packets| starts_keyframe(Codec::Vp8, &packets[0].payload))
            .collect();
        assert_eq!(keyframes.iter().filter(|keyframe| **keyframe).count(), 2);
        assert!(keyframes[0] && keyframes[120]);
    }

    #[test]
    fn a_slower_stream_says_so_in_its_timestamps() {
        let manner = Manner {
            slower: 6,
            ..LIFELIKE
        };
        let mut packetizer = Packetizer::new(&CodecLine::new(Codec::Opus, 96, None), 1, manner);
        let [first, second] = [packetizer.silence(), packetizer.silence()];
        let ticks = second.header.timestamp.wrapping_sub(first.header.timestamp);
        let spacing = manner.spacing(Kind::Audio);
        assert_eq!((ticks, spacing), (6 * 960, Duration::from_millis(120)));
    }

    #[test]
    fn a_frame_is_cut_into_numbered_packets_with_a_marker_on_the_last() {
        let mut packetizer = Packetizer::new(&CodecLine::new(Codec::Vp8, 96, None), 1, LIFELIKE);
        let packets = packetizer.video(&[0; 2500]);
        let markers: Vec<bool> = packets.iter().map(|packet| packet.header.marker).collect();
        assert_eq!(markers, [false, false, true]);
        assert_eq!(packets[2].payload.last(), Some(&7));
        let first = packets[0].header.sequence_number;
        assert_eq!(packets[2].header.sequence_number, first.wrapping_add(2));
        assert_eq!(packets[2].header.timestamp, packets[0].header.timestamp);
    }
}
