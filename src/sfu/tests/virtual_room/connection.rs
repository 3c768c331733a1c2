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
    pub(super) timestamp: u32,
    /// Nothing comes of it before.
    pub(super) silent_until: Instant,
    pub(super) asked: Vec<Instant>,
    pub(super) answers_at: Option<Instant>,
    pub(super) bytes: usize,
    pub(super) keyframe_bytes: usize,
    /// Packets of pictures that it was sent: when, on which stream, under which number.
    pub(super) sent_to: Vec<(Instant, u32, u16)>,
    pub(super) repairs: usize,
}

impl Connection {
    /// The next frame of every layer that it sends.
    pub(super) fn frame(&mut self, now: Instant) -> Vec<Heard> {
        let is_key = self.answers_at.is_some_and(|at| at <= now);
        if is_key {
            self.answers_at = None;
        }
        self.timestamp = self.timestamp.wrapping_add(4500);
        let mut packets = Vec::new();
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

    /// A datagram reaches it.
    pub(super) fn take(&mut self, bytes: bytes::BytesMut, now: Instant) {
        // What the library says as it closes a connection is none of ours.
        if !crate::sfu::rtp::is_media(&bytes) {
            return;
        }
        let (media, reports) = self.client.opens(std::iter::once(bytes));
        for (header, ..) in media {
            // See `rtp::tests`: VP8 is 96, and its repairs are 97.
            match header.payload_type {
                96 => (self.sent_to).push((now, header.ssrc, header.sequence_number)),
                97 => self.repairs += 1,
                _ => {}
            }
        }
        if !of_type::<PictureLossIndication>(&reports).is_empty() {
            self.asked.push(now);
            self.answers_at.get_or_insert(now + ANSWERED);
        }
    }
}

/// What a handshake would leave behind: keys, a nominated pair, and as many pictures as there can
/// be others.
pub(super) fn connect(peer: &mut Peer, path: Path, now: Instant) -> Client {
    let formats = types().formats;
    let streams = (0..MAX_SUBSCRIPTIONS_PER_KIND).map(|_| {
        let mut stream = Outgoing::new(Kind::Video, world::stream_id());
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
