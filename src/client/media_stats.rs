//! What a built-in client has seen so far, counted from the packets of its remote tracks.

use crate::sfu::{Kind, starts_keyframe};
use rtc::rtp;
use std::time::Instant;

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
    /// RTP packets sent, audio and video.
    pub packets_sent: u64,
    last_video_sequence: Option<u16>,
}

impl MediaClientStats {
    /// When both a video keyframe and audio had arrived.
    pub fn media_at(&self) -> Option<Instant> {
        Some(self.first_video_keyframe_at?.max(self.first_audio_at?))
    }

    /// Counts a received packet.
    pub(super) fn count(&mut self, kind: Kind, packet: &rtp::Packet, now: Instant) {
        match kind {
            Kind::Audio => {
                self.audio_packets_received += 1;
                self.first_audio_at.get_or_insert(now);
            }
            Kind::Video => self.count_video(packet, now),
        }
    }

    fn count_video(&mut self, packet: &rtp::Packet, now: Instant) {
        let sequence = packet.header.sequence_number;
        if self
            .last_video_sequence
            .is_some_and(|last| last.wrapping_add(1) != sequence)
        {
            self.video_gaps += 1;
        }
        self.last_video_sequence = Some(sequence);
        self.video_packets_received += 1;
        self.video_frames_received += u64::from(packet.header.marker);
        if starts_keyframe(&packet.payload) {
            self.video_keyframes_received += 1;
            self.first_video_keyframe_at.get_or_insert(now);
        }
    }
}
