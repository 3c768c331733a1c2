//! What a built-in client has seen so far, counted from the packets of its remote tracks.

use crate::sfu::{Kind, starts_keyframe};
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
    /// Video packets whose number did not follow the one before: loss or a break in forwarding.
    pub video_gaps: u64,
    /// RTP packets of audio received.
    pub audio_packets_received: u64,
    /// Keyframe requests (PLI, FIR) received for the video sent.
    pub keyframe_requests_received: u64,
    /// The most its video may take, in bits per second, as last told by the server.
    pub picture_limit_bps: Option<u64>,
    /// RTP packets sent, audio and video.
    pub packets_sent: u64,
    /// By kind and stream, the mark of the newest frame.
    senders: [[Option<u8>; STREAMS]; 2],
    /// A bit for each mark that ever came.
    marks: u64,
    last_video_sequences: [Option<u16>; STREAMS],
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

    /// True when any frame with this mark has ever come.
    pub fn has_received_from(&self, mark: u8) -> bool {
        self.marks & bit(mark) != 0
    }

    /// Counts a received packet of the `stream`-th section of a kind.
    pub(super) fn count(&mut self, kind: Kind, stream: usize, packet: &rtp::Packet, now: Instant) {
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
            Kind::Video => self.count_video(stream, packet, now),
        }
    }

    fn count_video(&mut self, stream: usize, packet: &rtp::Packet, now: Instant) {
        let sequence = packet.header.sequence_number;
        if let Some(last) = self.last_video_sequences.get_mut(stream) {
            let follows = last.is_none_or(|last| last.wrapping_add(1) == sequence);
            self.video_gaps += u64::from(!follows);
            *last = Some(sequence);
        }
        self.video_packets_received += 1;
        self.video_frames_received += u64::from(packet.header.marker);
        if starts_keyframe(&packet.payload) {
            self.video_keyframes_received += 1;
            self.first_video_keyframe_at.get_or_insert(now);
        }
    }
}

/// The bit of a mark; those from 64 on share them.
fn bit(mark: u8) -> u64 {
    1 << (mark % 64)
}
