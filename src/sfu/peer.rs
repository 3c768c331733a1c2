//! One peer connection behind a narrow surface: what rooms and forwarding need, in our own terms.
//! Only this file, `collect` and `answer` drive the library. The caller guards every call against
//! panics.

use super::association::Association;
use super::bandwidth::{PathState, PictureLimit};
use super::codec::{Codec, Codecs};
use super::error::kind;
use super::flight::Flight;
use super::forward::{Forwarded, Outgoing};
use super::hello::Hello;
use super::ids::{ParticipantId, PeerKey, RoomId};
use super::keyframe::{Leave, Need};
use super::layer::Layer;
use super::limits::{CONNECT_TIMEOUT, MAX_PATHS_PER_PEER, MAX_PATHS_TAKEN, TIMER_GRAIN};
use super::offer::{Kind, OfferedMedia};
use super::path::{Path, Paths};
use super::published::Published;
use super::quality::Watched;
use super::records::Records;
use super::rtp::{self, Heard, MediaLink, OURSELVES, Repair};
use super::sabotage::{Place, Sabotage};
use super::sight::Sight;
use super::standing::{Seat, Standing};
use super::stun;
use super::text_line::TextLine;
use bytes::BytesMut;
use ring::hmac;
use rtc::peer_connection::RTCPeerConnection;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate as remb;
use rtc::sansio::Protocol;
use std::collections::VecDeque;
use std::time::Instant;
use tracing::debug;

/// What is to be sent, and where.
pub(super) struct Datagram {
    pub(super) to: Path,
    pub(super) bytes: BytesMut,
}

/// What a peer is for its participant, who may have two for a moment (`handover`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// In use: the others receive what it publishes.
    Present,
    /// To be in use once it carries.
    Next,
    /// Replaced, and still sent to until its client lets go of it.
    Past,
}

/// What a peer has to tell the rest of the room.
pub(super) enum PeerOutput {
    /// A fresh packet of this publisher; `restarted` when its numbering began anew.
    Media {
        kind: Kind,
        layer: Layer,
        packet: rtp::Packet,
        restarted: bool,
    },
    /// A packet that was already forwarded.
    Duplicate,
    /// Another choice of this publisher's layers flows than before.
    LayersChanged,
    /// The participant's picture stood and moves again.
    Moves,
    /// As a subscriber, it asks for a keyframe on its outgoing stream of this index.
    KeyframeWanted(usize),
    /// As a subscriber, it misses these packets of its outgoing stream of this index.
    Missed(usize, Vec<u16>),
    /// What the path to this subscriber carries is known anew.
    PathKnown,
    /// The participant's text channel is open: it can write and read.
    TextOpened,
    /// It is closed.
    TextClosed,
    /// The participant wrote this; `None`: something that is not relayed.
    Text(Option<String>),
    /// ICE and DTLS are up.
    Connected,
    /// ICE or DTLS are lost, or never came up.
    Lost,
    /// Its turn has taken long enough.
    TurnOver,
    /// Its page has been out of sight for long enough.
    OutOfSight,
    /// It is heard again after a silence.
    Back,
}

/// A place where a publisher's packets go: a stream of another peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) peer: PeerKey,
    pub(super) stream: usize,
}

/// One participant's connection.
pub(super) struct Peer {
    pub(super) room: RoomId,
    pub(super) participant: ParticipantId,
    pub(super) standing: Standing,
    /// Our user fragment, by which datagrams from unknown addresses find this peer.
    pub(super) ufrag: String,
    /// By our password: of whoever names this peer, only those who sign with it are heard.
    signature: hmac::Key,
    /// The remote ends that lead here.
    pub(super) paths: VecDeque<Path>,
    /// How many have led here so far.
    paths_taken: usize,
    /// Which of them the client has chosen.
    pub(super) nominations: Paths,
    pub(super) publishes: [bool; 2],
    pub(super) codecs: AnsweredCodecs,
    /// It offered a data channel, and so can open one for text.
    pub(super) writes: bool,
    pub(super) subscribers: [Vec<Subscription>; 2],
    pub(super) connected: bool,
    /// A decodable packet of it has reached a connected subscriber; for one who only writes: its
    /// text channel is open.
    pub(super) flowing: bool,
    /// Queued for [`collect`](Self::collect).
    pub(super) is_heard: bool,
    /// Queued for [`transmit`](Self::transmit).
    pub(super) is_dirty: bool,
    pub(super) connection: RTCPeerConnection,
    /// The library has something to say, or its timer may have moved.
    pub(super) is_stirred: bool,
    /// What it last said of its timer.
    connection_due: Option<Instant>,
    pub(super) media: MediaLink,
    /// What media datagrams have brought since the last [`collect`](Self::collect).
    pub(super) media_heard: Vec<Heard>,
    pub(super) published: Published,
    pub(super) outgoing: Vec<Outgoing>,
    limit: PictureLimit,
    /// What is known of the path to it.
    pub(super) path: Option<PathState>,
    connect_by: Instant,
    pub(super) turn: Turn,
    /// When a turn other than the present ends by itself.
    pub(super) turn_ends: Option<Instant>,
    /// Heard again after a silence, which is not yet collected.
    pub(super) is_back: bool,
    /// A DTLS record came, which may be the client's goodbye.
    pub(super) heard_dtls: bool,
    /// What it offers, while it is not connected.
    pub(super) hello: Hello,
    pub(super) records: Records,
    pub(super) association: Association,
    /// What the client was answered while it is not connected, should it ask again.
    pub(super) flight: Flight,
    pub(super) text: TextLine,
    pub(super) watched: Watched,
    pub(super) sight: Sight,
    pub(super) sabotage: Sabotage,
}

/// What an answer said of codecs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AnsweredCodecs {
    /// Redundant audio, both ways.
    pub(super) redundant: bool,
    /// Of the picture's the first, with which the client sends, if it does.
    pub(super) sends: Option<Codec>,
    /// All with which it could.
    pub(super) could_send: Codecs,
    /// Those whose pictures it can show, if it receives any.
    pub(super) shows: Option<Codecs>,
}

/// What an answer leaves behind.
pub(super) struct Parts {
    pub(super) connection: RTCPeerConnection,
    pub(super) offered: OfferedMedia,
    pub(super) codecs: AnsweredCodecs,
    pub(super) outgoing: Vec<Outgoing>,
    pub(super) link: MediaLink,
    pub(super) association: Association,
    pub(super) ufrag: String,
    pub(super) signature: hmac::Key,
}

impl Peer {
    /// A peer whose answer has been made.
    pub(super) fn new(seat: Seat, parts: Parts, now: Instant) -> Self {
        let Parts {
            connection,
            offered: media,
            codecs,
            outgoing,
            link,
            association,
            ufrag,
            signature,
        } = parts;
        Self {
            room: seat.room,
            participant: seat.participant,
            standing: seat.standing,
            ufrag,
            signature,
            paths: VecDeque::new(),
            paths_taken: 0,
            nominations: Paths::default(),
            publishes: media.publishes,
            codecs,
            writes: media.text,
            subscribers: [Vec::new(), Vec::new()],
            connected: false,
            flowing: false,
            is_heard: false,
            is_dirty: false,
            connection,
            is_stirred: true,
            connection_due: None,
            media: link,
            media_heard: Vec::new(),
            published: Published::default(),
            outgoing,
            limit: PictureLimit::default(),
            path: None,
            connect_by: now + CONNECT_TIMEOUT,
            turn: Turn::Present,
            is_back: false,
            turn_ends: None,
            heard_dtls: false,
            hello: Hello::default(),
            records: Records::default(),
            association,
            flight: Flight::default(),
            text: TextLine::new(),
            watched: Watched::new(now),
            sight: Sight::default(),
            sabotage: Sabotage::default(),
        }
    }

    /// The kind whose first decodable packet shows that this participant is seen or heard: video
    /// for one who publishes it, else audio; `None` for one who only watches or writes.
    pub(super) fn decisive_kind(&self) -> Option<Kind> {
        [Kind::Video, Kind::Audio]
            .into_iter()
            .find(|kind| self.publishes[*kind as usize])
    }

    /// The streams this peer can receive.
    pub(super) fn outgoing(&self) -> &[Outgoing] {
        &self.outgoing
    }

    /// The publishers whose stream of a kind this peer is sent.
    pub(super) fn carried(&self, kind: Kind) -> impl Iterator<Item = PeerKey> {
        let streams = self
            .outgoing
            .iter()
            .filter(move |stream| stream.kind == kind);
        streams.filter_map(Outgoing::source)
    }

    /// Lets one outgoing stream carry another publisher; true when that is a change.
    pub(super) fn carry(&mut self, stream: usize, source: Option<PeerKey>) -> bool {
        self.outgoing
            .get_mut(stream)
            .is_some_and(|outgoing| outgoing.carry(source))
    }

    /// Lets one outgoing stream change to another layer of the publisher it carries; true when that
    /// is a change.
    pub(super) fn aim(&mut self, stream: usize, layer: Layer) -> bool {
        self.outgoing
            .get_mut(stream)
            .is_some_and(|outgoing| outgoing.aim(layer))
    }

    /// True for a datagram of its client that names it, unless that comes from one more new address
    /// than any client has.
    pub(super) fn heeds(&self, datagram: &[u8], is_new_address: bool) -> bool {
        let has_moved_enough = is_new_address && self.paths_taken >= MAX_PATHS_TAKEN;
        !has_moved_enough && stun::is_signed(datagram, &self.signature)
    }

    /// Remembers a path; returns the one forgotten for it.
    pub(super) fn add_path(&mut self, path: Path) -> Option<Path> {
        self.paths_taken += 1;
        self.paths.push_back(path);
        if self.paths.len() > MAX_PATHS_PER_PEER {
            return self.paths.pop_front();
        }
        None
    }

    /// Lets time pass: library timers, a kept keyframe request, the connect deadline.
    pub(super) fn handle_timeout(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        self.sabotage.strike(Place::Timeout);
        if self.connection_due.is_some_and(|due| due <= now) {
            self.is_stirred = true;
            if let Err(error) = self.connection.handle_timeout(now) {
                let (room, participant, error) = (self.room, self.participant, kind(&error));
                debug!(%room, %participant, error, "timer refused");
            }
        }
        self.media.handle_timeout(now);
        if !self.connected && self.connect_by <= now {
            outputs.push(PeerOutput::Lost);
        }
        if self.turn_ends.is_some_and(|at| at <= now) {
            self.turn_ends = None;
            outputs.push(PeerOutput::TurnOver);
        }
        if self.sight.due().is_some_and(|at| at <= now) {
            outputs.push(PeerOutput::OutOfSight);
        }
    }

    /// Sends the keyframe requests that were kept and have come due; true when one was sent.
    pub(super) fn send_due_keyframe_request(&mut self, now: Instant) -> bool {
        let leave = self.published.take_due_keyframes(now);
        self.ask_for_keyframes(leave)
    }

    /// Forwards a publisher's packet to this subscriber; says what became of it.
    pub(super) fn forward(
        &mut self,
        now: Instant,
        stream: usize,
        (source, layer): (PeerKey, Layer),
        packet: &rtp::Packet,
        restarted: bool,
    ) -> Delivery {
        let is_paused = self.is_paused();
        self.sabotage.strike(Place::Forward);
        let Some(outgoing) = self.outgoing.get_mut(stream).filter(|_| self.connected) else {
            return Delivery::Dropped;
        };
        if is_paused && outgoing.kind == Kind::Video {
            let is_decodable = outgoing.formats.get(packet.codec).is_some();
            return if is_decodable {
                Delivery::Paused
            } else {
                Delivery::Dropped
            };
        }
        if restarted && outgoing.layer() == layer {
            outgoing.begin_source();
        }
        match outgoing.forward((source, layer), packet, now) {
            Forwarded::AwaitsKeyframe => Delivery::AwaitsKeyframe,
            Forwarded::Dropped => Delivery::Dropped,
            Forwarded::Packet { packet, decodable } => {
                if self.media.send(now, stream, &packet) {
                    Delivery::Sent { decodable }
                } else {
                    Delivery::Dropped
                }
            }
        }
    }

    /// Sends a packet of the publisher this subscriber's stream carries once more.
    pub(super) fn repair(&mut self, now: Instant, stream: usize, packet: &rtp::Packet) -> Repair {
        let outgoing = self.outgoing.get(stream);
        let again = outgoing.and_then(|outgoing| outgoing.again(packet));
        again.map_or(Repair::Impossible, |packet| {
            self.media.repair(now, stream, &packet)
        })
    }

    /// Lets one outgoing stream carry nothing before its publisher's next keyframe.
    pub(super) fn begin_anew(&mut self, stream: usize) {
        if let Some(outgoing) = self.outgoing.get_mut(stream) {
            outgoing.begin_source();
        }
    }

    /// Asks this publisher for a keyframe of a layer, now or when the interval has passed; true:
    /// sent now.
    pub(super) fn request_keyframe(&mut self, layer: Layer, need: Need, now: Instant) -> bool {
        let leave = self.published.wants_keyframe(layer, need, now);
        self.ask_for_keyframes(leave)
    }

    /// Asks again, unless an answer to the last request may still be on its way; true: sent now.
    pub(super) fn remind_keyframe(&mut self, layer: Layer, now: Instant) -> bool {
        let leave = self.published.awaits_keyframe(layer, now);
        self.ask_for_keyframes(leave)
    }

    /// Tells this publisher how much its picture may take, if that is news; true: told now.
    pub(super) fn limit_picture(&mut self, bps: f64, now: Instant) -> bool {
        let ssrcs: Vec<u32> = self
            .published
            .layers()
            .map(|(_, layer)| layer.ssrc)
            .collect();
        if ssrcs.is_empty() || !self.limit.is_news(bps, now) {
            return false;
        }
        let limit = remb::ReceiverEstimatedMaximumBitrate {
            sender_ssrc: OURSELVES,
            bitrate: bps as f32,
            ssrcs,
        };
        self.media.send_rtcp(&[Box::new(limit)])
    }

    fn ask_for_keyframes(&mut self, leave: Option<Leave>) -> bool {
        let published = &self.published;
        let ssrc_of = |layer| published.get(Kind::Video, layer).map(|stream| stream.ssrc);
        leave.is_some_and(|leave| self.media.send_rtcp(&leave.request(ssrc_of)))
    }

    /// Moves everything that is to go on the wire to `outbox`.
    pub(super) fn transmit(&mut self, now: Instant, outbox: &mut Vec<Datagram>) {
        self.sabotage.strike(Place::Transmit);
        if std::mem::take(&mut self.is_stirred) {
            self.transmit_library(now, outbox);
            self.connection_due = self.connection.poll_timeout();
        }
        // Without a way it is lost, as on any network.
        let to = self.nominations.current();
        let datagrams = self.media.take_queue();
        outbox.extend(datagrams.filter_map(|bytes| Some(Datagram { to: to?, bytes })));
    }

    fn transmit_library(&mut self, now: Instant, outbox: &mut Vec<Datagram>) {
        while let Some(message) = self.connection.poll_write() {
            let (to, bytes) = (Path::of(&message.transport), message.message);
            if !self.connected {
                self.flight.note_outgoing(to, &bytes);
            }
            self.send(now, to, bytes, outbox);
        }
        for (to, bytes) in self.flight.take_due() {
            self.send(now, to, bytes, outbox);
        }
    }

    fn send(&mut self, now: Instant, to: Path, bytes: BytesMut, outbox: &mut Vec<Datagram>) {
        if let Some(to) = self.nominations.route(now, to, &bytes) {
            outbox.push(Datagram { to, bytes });
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        let connect_by = (!self.connected).then_some(self.connect_by);
        let earliest = [
            self.connection_due,
            self.media.due(),
            self.published.keyframe_due(),
            connect_by,
            self.turn_ends,
            self.sight.due(),
        ];
        earliest
            .into_iter()
            .flatten()
            .min()
            .map(|at| at.max(now + TIMER_GRAIN))
    }

    /// Closes the connection; the DTLS close_notify is among the datagrams (RFC 6347 §4.1.2.7).
    pub(super) fn close(&mut self, now: Instant, outbox: &mut Vec<Datagram>) {
        if let Err(error) = self.connection.close() {
            let (room, participant, error) = (self.room, self.participant, kind(&error));
            debug!(%room, %participant, error, "close failed");
        }
        self.is_stirred = true;
        self.transmit(now, outbox);
    }
}

/// What became of a packet at a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// On its way; `decodable` when a decoder can begin with it.
    Sent { decodable: bool },
    /// The subscriber can use nothing before the next keyframe.
    AwaitsKeyframe,
    /// It would be on its way, but nobody looks.
    Paused,
    /// Not connected, not subscribed, or refused.
    Dropped,
}
