//! One connection of the virtual room, as its client sees it: what its camera sends, and what the
//! shard's datagrams bring.

use crate::sfu::codec::Codec;
use crate::sfu::forward::Outgoing;
use crate::sfu::ids::{ParticipantId, PeerKey};
use crate::sfu::layer::{LAYERS, Layer};
use crate::sfu::limits::MAX_SUBSCRIPTIONS_PER_KIND;
use crate::sfu::offer::Kind;
use crate::sfu::path::Path;
use crate::sfu::peer::Peer;
use crate::sfu::rtp::tests::{Client, ends_with, of_type, types};
use crate::sfu::rtp::{Header, Heard, Packet};
use crate::sfu::{stun, world};
use bytes::Bytes;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate as remb;
use std::time::{Duration, Instant};

/// From a request to its keyframe: a round trip and a frame.
const ANSWERED: Duration = Duration::from_millis(100);

/// Bytes of a frame of each layer, and how many times as large a keyframe is.
const FRAME_BYTES: [usize; LAYERS] = [300, 1000, 3000];
const KEYFRAME_TIMES: usize = 5;

/// One connection, as its client sees it.
pub(super) struct Connection {
    pub(super) key: PeerKey,
    pub(super) participant: ParticipantId,
    pub(super) path: Path,
    pub(super) client: Client,
    pub(super) layers: [bool; LAYERS],
    pub(super) sequence: [u16; LAYERS],
    pub(super) sound_sequence: u16,
    pub(super) timestamp: u32,
    /// Nothing comes of it before.
    pub(super) silent_until: Instant,
    pub(super) asked: Vec<Instant>,
    pub(super) answers_at: Option<Instant>,
    pub(super) bytes: usize,
    pub(super) keyframe_bytes: usize,
    /// Packets of pictures that it was sent.
    pub(super) sent_to: Vec<SentTo>,
    pub(super) repairs: usize,
    /// Packets of sound that it was sent.
    pub(super) sounds: usize,
    /// What it was last told to send at most.
    pub(super) limit_bps: Option<f64>,
}

/// A packet of a picture that reached a client.
#[derive(Clone, Copy, Debug)]
pub(in crate::sfu::tests) struct SentTo {
    pub(in crate::sfu::tests) at: Instant,
    pub(in crate::sfu::tests) ssrc: u32,
    pub(in crate::sfu::tests) number: u16,
    /// A decoder can begin with it.
    pub(in crate::sfu::tests) begins: bool,
}

impl Connection {
    /// The sound and the next frame of every layer that it sends.
    pub(super) fn frame(&mut self, now: Instant) -> Vec<Heard> {
        let is_key = self.answers_at.is_some_and(|at| at <= now);
        if is_key {
            self.answers_at = None;
        }
        self.timestamp = self.timestamp.wrapping_add(4500);
        let mut packets = vec![self.sound()];
        for layer in Layer::all().filter(|layer| self.layers[usize::from(layer.0)]) {
            let place = usize::from(layer.0);
            let times = if is_key { KEYFRAME_TIMES } else { 1 };
            let mut payload = vec![0; FRAME_BYTES[place] * times];
            payload[..2].copy_from_slice(&[0x10, if is_key { 0x50 } else { 0x51 }]);
            self.bytes += payload.len();
            self.keyframe_bytes += if is_key { payload.len() } else { 0 };
            self.sequence[place] = self.sequence[place].wrapping_add(1);
            let header = Header {
                marker: true,
                payload_type: 96,
                sequence_number: self.sequence[place],
                timestamp: self.timestamp,
                ssrc: 50 + u32::from(layer.0),
            };
            let packet = Packet {
                codec: Codec::Vp8,
                header,
                payload: Bytes::from(payload),
            };
            packets.push(Heard::Packet(Kind::Video, layer, packet));
        }
        packets
    }

    fn sound(&mut self) -> Heard {
        self.sound_sequence = self.sound_sequence.wrapping_add(1);
        let header = Header {
            payload_type: 111,
            sequence_number: self.sound_sequence,
            timestamp: self.timestamp,
            ssrc: 49,
            ..Header::default()
        };
        let packet = Packet {
            codec: Codec::Opus,
            header,
            payload: Bytes::from_static(&[0xf8, 0xff, 0xfe]),
        };
        Heard::Packet(Kind::Audio, Layer::ONLY, packet)
    }

    /// A datagram reaches it.
    pub(super) fn take(&mut self, bytes: bytes::BytesMut, now: Instant) {
        // What the library says as it closes a connection is none of ours.
        if !crate::sfu::rtp::is_media(&bytes) {
            return;
        }
        let (media, reports) = self.client.opens(std::iter::once(bytes));
        for (header, _, payload) in media {
            // See `rtp::tests`: VP8 is 96, its repairs are 97, and Opus is 111.
            match header.payload_type {
                96 => self.sent_to.push(SentTo {
                    at: now,
                    ssrc: header.ssrc,
                    number: header.sequence_number,
                    begins: payload[1] == 0x50,
                }),
                97 => self.repairs += 1,
                111 => self.sounds += 1,
                _ => {}
            }
        }
        if !of_type::<PictureLossIndication>(&reports).is_empty() {
            self.asked.push(now);
            self.answers_at.get_or_insert(now + ANSWERED);
        }
        let limits = of_type::<remb::ReceiverEstimatedMaximumBitrate>(&reports);
        let newest = limits.last().map(|limit| f64::from(limit.bitrate));
        self.limit_bps = newest.or(self.limit_bps);
    }
}

/// What a handshake would leave behind: keys, a nominated pair, as many pictures as there can be
/// others, and one sound.
pub(super) fn connect(peer: &mut Peer, path: Path, now: Instant) -> Client {
    let formats = types().formats;
    let pictures = [Kind::Video; MAX_SUBSCRIPTIONS_PER_KIND];
    let streams = pictures.into_iter().chain([Kind::Audio]).map(|kind| {
        let mut stream = Outgoing::new(kind, world::stream_id());
        stream.formats = formats;
        stream
    });
    peer.outgoing = streams.collect();
    let streams = peer
        .outgoing
        .iter()
        .map(|stream| (stream.kind, stream.ssrc));
    let (mut link, client) = ends_with([true; 2], streams, now);
    link.take_keys();
    peer.media = link;
    let (request, success) = (0x0001, 0x0101);
    let message =
        |kind, attributes: &[(u16, &[u8])]| stun::tests::message(kind, [7; 12], attributes);
    let nominates: &[(u16, &[u8])] = &[(0x0025, &[])];
    peer.nominations
        .note_incoming(now, path, &message(request, nominates));
    peer.nominations.route(now, path, &message(success, &[]));
    // The library has nothing to say from now on, nor any timer.
    peer.is_stirred = false;
    client
}
