//! Forwarding to one subscriber: an outgoing stream of ours, which publisher it carries now, and
//! how a publisher's packet becomes one of this stream.

use super::codec::{self, Codec, Formats, red};
use super::ids::PeerKey;
use super::layer::Layer;
use super::offer::Kind;
use super::rewrite::Rewriter;
use super::rtp;
use bytes::Bytes;
use std::time::Instant;

/// True when a decoder can begin with this packet.
pub(super) fn begins(kind: Kind, packet: &rtp::Packet) -> bool {
    kind == Kind::Audio || codec::starts_keyframe(packet.codec, &packet.payload)
}

/// One outgoing stream of a subscriber.
pub(super) struct Outgoing {
    /// Audio or video.
    pub(super) kind: Kind,
    /// Our stream id, which stays the same whoever is carried.
    pub(super) ssrc: u32,
    /// Negotiated payload types; known after the answer.
    pub(super) formats: Formats,
    source: Option<PeerKey>,
    /// The layer of it that is carried, and the one that is carried from its next keyframe on.
    layer: Layer,
    aimed: Layer,
    rewriter: Rewriter,
    awaits_keyframe: bool,
    /// Of the newest packet.
    codec: Option<Codec>,
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
            formats: Formats::default(),
            source: None,
            layer: Layer::ONLY,
            aimed: Layer::ONLY,
            rewriter,
            awaits_keyframe: kind == Kind::Video,
            codec: None,
        }
    }

    /// The publisher carried now.
    pub(super) fn source(&self) -> Option<PeerKey> {
        self.source
    }

    /// The layer carried now.
    pub(super) fn layer(&self) -> Layer {
        self.layer
    }

    /// Nothing can be carried before the next keyframe.
    #[cfg(test)]
    pub(super) fn awaits_keyframe(&self) -> bool {
        self.awaits_keyframe
    }

    /// The layer that is to be carried.
    pub(super) fn aimed(&self) -> Layer {
        self.aimed
    }

    /// Carries another layer of the source from its next keyframe on; until then the present one
    /// goes on. True when that is a change.
    pub(super) fn aim(&mut self, layer: Layer) -> bool {
        let changed = self.aimed != layer;
        self.aimed = layer;
        if self.awaits_keyframe {
            self.layer = layer;
        }
        changed
    }

    /// Carries `source` from the next packet on; true when that is a change.
    pub(super) fn carry(&mut self, source: Option<PeerKey>) -> bool {
        let changed = self.source != source;
        if changed {
            self.source = source;
            self.layer = Layer::ONLY;
            self.aimed = Layer::ONLY;
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
            payload_type: self.formats.get(packet.codec)?.payload_type,
            sequence_number,
            timestamp,
            ssrc: self.ssrc,
            ..packet.header
        };
        let payload = packet.payload.clone();
        let codec = packet.codec;
        Some(rtp::Packet {
            codec,
            header,
            payload,
        })
    }

    /// The number that the present source gave a packet of this stream.
    pub(super) fn original(&self, sequence: u16) -> Option<u16> {
        self.rewriter.original(sequence)
    }

    /// What the subscriber can decode of a packet: all of it, or of a voice at least the newest.
    fn decodable(&self, packet: &rtp::Packet) -> Option<(Codec, Bytes)> {
        if self.formats.get(packet.codec).is_some() {
            return Some((packet.codec, packet.payload.clone()));
        }
        let is_voice = packet.codec == Codec::Red && self.formats.get(Codec::Opus).is_some();
        let newest = is_voice.then(|| red::newest(&packet.payload)).flatten();
        newest.map(|newest| (Codec::Opus, newest))
    }

    /// The packet of a layer of `source` as one of this stream.
    pub(super) fn forward(
        &mut self,
        (source, layer): (PeerKey, Layer),
        packet: &rtp::Packet,
        now: Instant,
    ) -> Forwarded {
        if self.source != Some(source) {
            return Forwarded::Dropped;
        }
        let Some((codec, payload)) = self.decodable(packet) else {
            // What it can decode is to follow what it could, without a gap.
            self.begin_source();
            return Forwarded::Dropped;
        };
        let Some(format) = self.formats.get(codec) else {
            return Forwarded::Dropped;
        };
        let decodable = begins(self.kind, packet);
        let is_next = layer == self.aimed && layer != self.layer;
        if layer != self.layer && !is_next {
            return Forwarded::Dropped;
        }
        self.awaits_keyframe |= self.kind == Kind::Video && self.codec != Some(codec);
        if (self.awaits_keyframe || is_next) && !decodable {
            return Forwarded::AwaitsKeyframe;
        }
        if is_next {
            self.layer = layer;
            self.rewriter.switch_source();
        }
        let header = &packet.header;
        let Some((sequence, timestamp)) =
            self.rewriter
                .rewrite(header.sequence_number, header.timestamp, now)
        else {
            return Forwarded::Dropped;
        };
        self.awaits_keyframe = false;
        self.codec = Some(codec);
        let header = rtp::Header {
            marker: header.marker,
            payload_type: format.payload_type,
            sequence_number: sequence,
            timestamp,
            ssrc: self.ssrc,
        };
        Forwarded::Packet {
            packet: rtp::Packet {
                codec,
                header,
                payload,
            },
            decodable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::codec::CodecLine;

    const KEYFRAME: &[u8] = &[0x10, 0x50];
    const DELTA: &[u8] = &[0x10, 0x51];

    fn packet(sequence_number: u16, payload: &'static [u8]) -> rtp::Packet {
        let header = rtp::Header {
            sequence_number,
            ssrc: 9,
            ..rtp::Header::default()
        };
        rtp::Packet {
            codec: Codec::Vp8,
            header,
            payload: Bytes::from_static(payload),
        }
    }

    fn outgoing(kind: Kind) -> Outgoing {
        let mut outgoing = Outgoing::new(kind, 77);
        outgoing.formats = Formats::of(&[
            CodecLine::new(Codec::Opus, 111, None),
            CodecLine::new(Codec::Vp8, 100, None),
            CodecLine::new(Codec::H264, 102, None),
        ]);
        outgoing
    }

    #[test]
    fn video_begins_with_a_keyframe_and_carries_our_numbers() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let mut video = outgoing(Kind::Video);
        assert!(video.carry(Some(source)));
        let early = video.forward((source, Layer::ONLY), &packet(1, DELTA), now);
        assert!(matches!(early, Forwarded::AwaitsKeyframe));
        let first = video.forward((source, Layer::ONLY), &packet(2, KEYFRAME), now);
        let Forwarded::Packet {
            packet: first,
            decodable: true,
        } = first
        else {
            unreachable!()
        };
        assert_eq!((first.header.ssrc, first.header.payload_type), (77, 100));
        let next = video.forward((source, Layer::ONLY), &packet(3, DELTA), now);
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
        video.forward((old, Layer::ONLY), &packet(50, KEYFRAME), now);
        video.carry(Some(new));
        assert!(matches!(
            video.forward((old, Layer::ONLY), &packet(51, DELTA), now),
            Forwarded::Dropped
        ));
        assert!(matches!(
            video.forward((new, Layer::ONLY), &packet(7, DELTA), now),
            Forwarded::AwaitsKeyframe
        ));
        let first = video.forward((new, Layer::ONLY), &packet(8, KEYFRAME), now);
        let Forwarded::Packet { packet: first, .. } = first else {
            unreachable!()
        };
        assert_eq!(first.header.sequence_number, 51);
    }

    #[test]
    fn what_was_not_negotiated_is_not_forwarded_and_leaves_no_gap() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let mut video = outgoing(Kind::Video);
        video.carry(Some(source));
        video.forward((source, Layer::ONLY), &packet(1, KEYFRAME), now);
        for sequence in 2..9 {
            let mut other = packet(sequence, KEYFRAME);
            other.codec = Codec::Av1;
            let outcome = video.forward((source, Layer::ONLY), &other, now);
            assert!(matches!(outcome, Forwarded::Dropped));
            assert_eq!(video.again(&other), None);
        }
        let Forwarded::Packet { packet, .. } =
            video.forward((source, Layer::ONLY), &packet(9, KEYFRAME), now)
        else {
            unreachable!()
        };
        assert_eq!(packet.header.sequence_number, 2);
    }

    #[test]
    fn redundant_audio_goes_on_to_whoever_takes_it_and_its_newest_frame_to_others() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let mut redundant = packet(1, &[0x80 | 111, 0, 0, 2, 111, 1, 2, 3, 4, 5]);
        redundant.codec = Codec::Red;
        let sent = |audio: &mut Outgoing| {
            audio.carry(Some(source));
            match audio.forward((source, Layer::ONLY), &redundant, now) {
                Forwarded::Packet { packet, .. } => packet,
                _ => unreachable!(),
            }
        };
        let mut plain = outgoing(Kind::Audio);
        let newest = sent(&mut plain);
        assert_eq!(
            (newest.header.payload_type, &newest.payload[..]),
            (111, &[3, 4, 5][..])
        );
        plain.formats = Formats::of(&[CodecLine::new(Codec::Red, 63, None)]);
        let whole = sent(&mut plain);
        assert_eq!((whole.header.payload_type, whole.payload.len()), (63, 10));
    }

    #[test]
    fn another_codec_of_the_same_stream_begins_with_its_keyframe_and_has_its_payload_type() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let mut video = outgoing(Kind::Video);
        video.carry(Some(source));
        video.forward((source, Layer::ONLY), &packet(1, KEYFRAME), now);
        let h264 = |sequence, payload| rtp::Packet {
            codec: Codec::H264,
            ..packet(sequence, payload)
        };
        let delta = video.forward((source, Layer::ONLY), &h264(2, &[0x41, 0x9a]), now);
        assert!(matches!(delta, Forwarded::AwaitsKeyframe));
        let keyframe = video.forward((source, Layer::ONLY), &h264(3, &[0x67, 0x42]), now);
        let Forwarded::Packet {
            packet: keyframe,
            decodable: true,
        } = keyframe
        else {
            unreachable!()
        };
        assert_eq!(keyframe.header.payload_type, 102);
        let late = packet(2, DELTA);
        assert_eq!(
            video.again(&late).map(|late| late.header.payload_type),
            Some(100)
        );
    }

    #[test]
    fn another_layer_takes_over_with_its_keyframe_and_not_a_packet_before() {
        let (now, source) = (crate::sfu::now(), PeerKey(1));
        let (small, large) = (Layer(0), Layer(2));
        let mut video = outgoing(Kind::Video);
        video.carry(Some(source));
        video.aim(large);
        let number = |video: &mut Outgoing, layer, sequence, payload| match video.forward(
            (source, layer),
            &packet(sequence, payload),
            now,
        ) {
            Forwarded::Packet { packet, .. } => Ok(packet.header.sequence_number),
            Forwarded::AwaitsKeyframe => Err("awaits"),
            Forwarded::Dropped => Err("dropped"),
        };
        assert_eq!(number(&mut video, small, 7, KEYFRAME), Err("dropped"));
        assert_eq!(number(&mut video, large, 100, KEYFRAME), Ok(100));
        assert_eq!(number(&mut video, small, 8, DELTA), Err("dropped"));
        assert!(video.aim(small) && !video.aim(small));
        assert_eq!(number(&mut video, small, 9, DELTA), Err("awaits"));
        assert_eq!(
            number(&mut video, large, 101, DELTA),
            Ok(101),
            "the present one goes on"
        );
        assert_eq!(number(&mut video, small, 10, KEYFRAME), Ok(102));
        assert_eq!(number(&mut video, large, 102, DELTA), Err("dropped"));
        assert_eq!(video.original(102), Some(10));
        assert_eq!(video.original(101), None, "of the other layer");
    }
}
