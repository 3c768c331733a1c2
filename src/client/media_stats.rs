//! What a built-in client has seen so far, counted from the packets of its remote tracks.

use crate::sfu::{Codec, Codecs, Kind, starts_keyframe};
use rtc::rtp;
use std::time::Instant;

/// Streams of one kind whose senders are noted.
const STREAMS: usize = 8;

/// A reading of a [`MediaClient`](super::media::MediaClient).
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaClientStats {
    /// When ICE and DTLS came up.
    pub connected_at: Option<Instant>,
    /// The connection failed or was closed by the server.
    pub lost: bool,
    /// When the first packet of a keyframe arrived: the earliest a decoder could begin.
    pub first_video_keyframe_at: Option<Instant>,
    /// When the first audio packet arrived.
    pub first_audio_at: Option<Instant>,
    /// RTP packets of video received.
    pub video_packets_received: u64,
    /// Video frames ended (RTP marker bit).
    pub video_frames_received: u64,
    /// Keyframes begun.
    pub video_keyframes_received: u64,
    /// RTP packets of audio received.
    pub audio_packets_received: u64,
    /// Keyframe requests (PLI, FIR) received for the video sent.
    pub keyframe_requests_received: u64,
    /// The most its video may take, in bits per second, as last told by the server.
    pub picture_limit_bps: Option<u64>,
    /// RTP packets sent, audio and video.
    pub packets_sent: u64,
    /// The codecs of all packets received.
    pub codecs: Codecs,
    /// By kind and stream, the mark of the newest frame.
    senders: [[Option<u8>; STREAMS]; 2],
    /// A bit for each mark that ever came.
    marks: u64,
    video_numbers: [Numbers; STREAMS],
}

impl MediaClientStats {
    /// When both a video keyframe and audio had arrived.
    pub fn media_at(&self) -> Option<Instant> {
        Some(self.first_video_keyframe_at?.max(self.first_audio_at?))
    }

    /// Whose the newest frames on the `stream`-th audio and video sections were, by their marks.
    pub fn senders(&self, stream: usize) -> [Option<u8>; 2] {
        self.senders
            .map(|of_kind| of_kind.get(stream).copied().flatten())
    }

    /// Video packets whose number was skipped and that have not come since, on all streams: lost
    /// for good, on their way as a repair, or never sent because forwarding broke the numbering.
    pub fn video_missing(&self) -> u64 {
        self.video_numbers.iter().map(Numbers::missing).sum()
    }

    /// True when any frame with this mark has ever come.
    pub fn has_received_from(&self, mark: u8) -> bool {
        self.marks & bit(mark) != 0
    }

    /// Counts a received packet of the `stream`-th section of a kind.
    pub(super) fn count(
        &mut self,
        codec: Codec,
        stream: usize,
        packet: &rtp::Packet,
        now: Instant,
    ) {
        let kind = codec.kind();
        self.codecs.add(codec);
        let ends_a_frame = kind == Kind::Audio || packet.header.marker;
        if let Some(&mark) = packet.payload.last().filter(|_| ends_a_frame) {
            self.marks |= bit(mark);
            if let Some(sender) = self.senders[kind as usize].get_mut(stream) {
                *sender = Some(mark);
            }
        }
        match kind {
            Kind::Audio => {
                self.audio_packets_received += 1;
                self.first_audio_at.get_or_insert(now);
            }
            Kind::Video => self.count_video(codec, stream, packet, now),
        }
    }

    fn count_video(&mut self, codec: Codec, stream: usize, packet: &rtp::Packet, now: Instant) {
        if let Some(numbers) = self.video_numbers.get_mut(stream) {
            numbers.count(packet.header.sequence_number);
        }
        self.video_packets_received += 1;
        self.video_frames_received += u64::from(packet.header.marker);
        if starts_keyframe(codec, &packet.payload) {
            self.video_keyframes_received += 1;
            self.first_video_keyframe_at.get_or_insert(now);
        }
    }
}

/// The numbers of one stream from the first that came, each counted once.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    newest: Option<u16>,
    /// From the first to the newest.
    expected: u64,
    came: u64,
}

impl Numbers {
    /// Counts a packet that is no copy of another. One from before the first is not expected: it
    /// overtook the handshake, was refused, and came again to measure the path.
    fn count(&mut self, number: u16) {
        let newest = *self.newest.get_or_insert(number.wrapping_sub(1));
        let ahead = number.wrapping_sub(newest);
        if ahead < 1 << 15 {
            self.newest = Some(number);
            self.expected += u64::from(ahead);
        } else if u64::from(newest.wrapping_sub(number)) >= self.expected {
            return;
        }
        self.came += 1;
    }

    fn missing(&self) -> u64 {
        self.expected - self.came
    }
}

/// The bit of a mark; those from 64 on share them.
fn bit(mark: u8) -> u64 {
    1 << (mark % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(numbers: &[u16]) -> u64 {
        let mut counted = Numbers::default();
        numbers.iter().for_each(|number| counted.count(*number));
        counted.missing()
    }

    #[test]
    fn what_was_skipped_is_missing_until_it_comes() {
        assert_eq!(missing(&[65_534, 65_535, 0, 1]), 0);
        assert_eq!(missing(&[65_534, 1, 2]), 2);
        assert_eq!(missing(&[65_534, 1, 0, 2, 65_535]), 0);
    }

    #[test]
    fn what_was_sent_before_the_first_that_came_is_not_missed() {
        assert_eq!(missing(&[5, 6, 4, 3, 7]), 0);
        assert_eq!(missing(&[5, 7, 4]), 1);
    }
}
