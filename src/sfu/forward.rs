//! Forwarding to one subscriber: an outgoing stream of ours, which publisher it carries now, and
//! how a publisher's packet becomes one of this stream.

use super::ids::PeerKey;
use super::offer::Kind;
use super::rewrite::Rewriter;
use super::rtp;
use super::vp8;
use std::time::Instant;

/// One outgoing stream of a subscriber.
pub(super) struct Outgoing {
    /// Audio or video.
    pub(super) kind: Kind,
    /// Our stream id, which stays the same whoever is carried.
    pub(super) ssrc: u32,
    /// Negotiated payload type; known after the answer.
    pub(super) payload_type: Option<u8>,
    source: Option<PeerKey>,
    rewriter: Rewriter,
    awaits_keyframe: bool,
}

/// What became of a publisher's packet.
pub(super) enum Forwarded {
    /// This packet is to be sent; `decodable` when a decoder can begin with it.
    Packet {
        packet: rtp::Packet,
        decodable: bool,
    },
    /// Nothing can be sent before the publisher's next keyframe.
    AwaitsKeyframe,
    /// Not for this stream, or from before the last switch.
    Dropped,
}

impl Outgoing {
    /// A stream that carries nobody yet.
    pub(super) fn new(kind: Kind, ssrc: u32) -> Self {
        let rewriter = Rewriter::new(kind.clock_rate());
        Self {
            kind,
            ssrc,
            payload_type: None,
            source: None,
            rewriter,
            awaits_keyframe: kind == Kind::Video,
        }
    }

    /// The publisher carried now.
    pub(super) fn source(&self) -> Option<PeerKey> {
        self.source
    }

    /// Carries `source` from the next packet on; true when that is a change.
    pub(super) fn carry(&mut self, source: Option<PeerKey>) -> bool {
        let changed = self.source != source;
        if changed {
            self.source = source;
            self.begin_source();
        }
        changed
    }

    /// The carried source began a new numbering, or is another one: nothing before the next
    /// keyframe makes sense to the receiver's decoder.
    pub(super) fn begin_source(&mut self) {
        self.rewriter.switch_source();
        self.awaits_keyframe = self.kind == Kind::Video;
    }

    /// A packet of `source` that was sent before as one of this stream, as it was then. `None` when
    /// it was not.
    pub(super) fn again(&self, packet: &rtp::Packet) -> Option<rtp::Packet> {
        let (sequence_number, timestamp) = self
            .rewriter
            .again(packet.header.sequence_number, packet.header.timestamp)?;
        let header = rtp::Header {
            payload_type: self.payload_type?,
            sequence_number,
            timestamp,
            ssrc: self.ssrc,
            ..packet.header
        };
        let payload = packet.payload.clone();
        Some(rtp::Packet { header, payload })
    }

    /// The number that the present source gave a packet of this stream.
    pub(super) fn original(&self, sequence: u16) -> Option<u16> {
        self.rewriter.original(sequence)
    }

    /// The packet of `source` as one of this stream.
    pub(super) fn forward(
        &mut self,
        source: PeerKey,
        packet: &rtp::Packet,
        now: Instant,
    ) -> Forwarded {
        let Some(payload_type) = self.payload_type.filter(|_| self.source == Some(source)) else {
            return Forwarded::Dropped;
        };
        let keyframe = self.kind == Kind::Video && vp8::starts_keyframe(&packet.payload);
        if self.awaits_keyframe && !keyframe {
            return Forwarded::AwaitsKeyframe;
        }
        let header = &packet.header;
        let Some((sequence, timestamp)) =
            self.rewriter
                .rewrite(header.sequence_number, header.timestamp, now)
        else {
            return Forwarded::Dropped;
        };
        self.awaits_keyframe = false;
        let header = rtp::Header {
            marker: header.marker,
            payload_type,
            sequence_number: sequence,
            timestamp,
            ssrc: self.ssrc,
        };
        let payload = packet.payload.clone();
        Forwarded::Packet {
            packet: rtp::Packet { header, payload },
            decodable: keyframe || self.kind == Kind::Audio,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const KEYFRAME: &[u8] = &[0x10, 0x50];
    const DELTA: &[u8] = &[0x10, 0x51];

    fn packet(sequence_number: u16, payload: &'static [u8]) -> rtp::Packet {
        let header = rtp::Header {
            sequence_number,
            ssrc: 9,
            ..rtp::Header::default()
        };
        rtp::Packet {
            header,
            payload: Bytes::from_static(payload),
        }
    }

    fn outgoing(kind: Kind) -> Outgoing {
        let mut outgoing = Outgoing::new(kind, 77);
        outgoing.payload_type = Some(100);
        outgoing
    }

    #[test]
    fn video_begins_with_a_keyframe_and_carries_our_numbers() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let mut video = outgoing(Kind::Video);
        assert!(video.carry(Some(source)));
        let early = video.forward(source, &packet(1, DELTA), now);
        assert!(matches!(early, Forwarded::AwaitsKeyframe));
        let first = video.forward(source, &packet(2, KEYFRAME), now);
        let Forwarded::Packet {
            packet: first,
            decodable: true,
        } = first
        else {
            unreachable!()
        };
        assert_eq!((first.header.ssrc, first.header.payload_type), (77, 100));
        let next = video.forward(source, &packet(3, DELTA), now);
        assert!(matches!(
            next,
            Forwarded::Packet {
                decodable: false,
                ..
            }
        ));
    }

    #[test]
    fn a_replaced_source_is_carried_only_from_its_keyframe_on() {
        let (now, old, new) = (crate::sfu::now(), PeerKey(1), PeerKey(2));
        let mut video = outgoing(Kind::Video);
        video.carry(Some(old));
        video.forward(old, &packet(50, KEYFRAME), now);
        video.carry(Some(new));
        assert!(matches!(
            video.forward(old, &packet(51, DELTA), now),
            Forwarded::Dropped
        ));
        assert!(matches!(
            video.forward(new, &packet(7, DELTA), now),
            Forwarded::AwaitsKeyframe
        ));
        let first = video.forward(new, &packet(8, KEYFRAME), now);
        let Forwarded::Packet { packet: first, .. } = first else {
            unreachable!()
        };
        assert_eq!(first.header.sequence_number, 51);
    }

    #[test]
    fn nothing_is_forwarded_before_the_payload_type_is_negotiated() {
        let mut audio = outgoing(Kind::Audio);
        audio.payload_type = None;
        audio.carry(Some(PeerKey(1)));
        let outcome = audio.forward(PeerKey(1), &packet(1, DELTA), crate::sfu::now());
        assert!(matches!(outcome, Forwarded::Dropped));
    }
}
