//! A room of a shard in virtual time: its people's connections are up from the moment they join,
//! with keys that both ends know; their cameras send 20 frames a second in up to three layers, and
//! answer a request for a keyframe as browsers do, with one of every layer. What a publisher is
//! asked for, and what a viewer is sent, is read from the sealed datagrams.

mod connection;
mod sight;

pub(super) use sight::SentTo;

use super::{EPOCH, ROOM, standing_of};
use crate::sfu::bandwidth::PathState;
use crate::sfu::command::Command;
use crate::sfu::events::{EventOutbox, SfuEvent};
use crate::sfu::ids::{ParticipantId, PeerKey};
use crate::sfu::join_token::JoinToken;
use crate::sfu::layer::LAYERS;
use crate::sfu::now;
use crate::sfu::offer::Kind;
use crate::sfu::path::{Path, Transport};
use crate::sfu::peer::{Datagram, Peer, PeerOutput};
use crate::sfu::routes::Routes;
use crate::sfu::rtp::Heard;
use crate::sfu::shard::Shard;
use connection::{Connection, connect};
use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::full_intra_request::{FirEntry, FullIntraRequest};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Between two frames.
const FRAME: Duration = Duration::from_millis(50);

const OFFER: &str = include_str!("../../../tests/fuzz/corpus/offer/webrtc-rs");

/// What a publisher has sent, and was asked.
#[derive(Clone, Copy, Default)]
pub(super) struct Traffic {
    pub(super) requests: usize,
    pub(super) bytes: usize,
    pub(super) keyframe_bytes: usize,
}

/// See the module.
pub(super) struct VirtualRoom {
    shard: Shard,
    events: mpsc::Receiver<SfuEvent>,
    now: Instant,
    next_frame: Instant,
    connections: Vec<Connection>,
    /// Of connections that are gone.
    asked_before: Vec<Vec<Instant>>,
    /// Since when streams of a viewer, that carry somebody, carry nothing, or not what they should.
    waiting: HashMap<(PeerKey, usize), Instant>,
    longest_wait: Duration,
}

impl VirtualRoom {
    /// Nobody is there yet.
    pub(super) fn new() -> Self {
        let (sender, events) = mpsc::channel(64);
        let start = now();
        let candidates = vec![udp(1)];
        Self {
            shard: Shard::new(candidates, Routes::default(), EventOutbox::new(sender)),
            events,
            now: start,
            next_frame: start,
            connections: Vec::new(),
            asked_before: Vec::new(),
            waiting: HashMap::new(),
            longest_wait: Duration::ZERO,
        }
    }

    /// Joins, and is connected at once.
    pub(super) fn join(&mut self, participant: ParticipantId) {
        let (reply, mut answered) = oneshot::channel();
        let standing = standing_of(participant);
        let token = JoinToken::new(ROOM, participant, standing, EPOCH, self.now);
        let offer = OFFER.to_owned().into();
        (self.shard).command(
            Command::Join {
                token,
                offer,
                reply,
            },
            self.now,
        );
        answered.try_recv().expect("an outcome").expect("an answer");
        let newest = self
            .shard
            .peers
            .iter()
            .map(|(key, _)| key)
            .max_by_key(|key| key.0);
        let key = newest.expect("the one who joined");
        let path = udp(u16::try_from(key.0).expect("few join") + 1000);
        let peer = self.shard.peers.get_mut(key).expect("the one who joined");
        let client = connect(peer, path, self.now);
        self.shard.routes.lead(path, key);
        self.shard.relink(ROOM, self.now);
        if let Some(peer) = self.shard.peers.get_mut(key) {
            peer.connected = true;
        }
        self.connections.push(Connection {
            key,
            participant,
            path,
            client,
            layers: [true, false, false],
            sequence: [1000; LAYERS],
            sound_sequence: 1000,
            timestamp: 0,
            silent_until: self.now,
            asked: Vec::new(),
            answers_at: None,
            bytes: 0,
            keyframe_bytes: 0,
            sent_to: Vec::new(),
            repairs: 0,
            sounds: 0,
            limit_bps: None,
        });
        self.shard.handle(key, PeerOutput::Connected, self.now);
        self.serve();
    }

    pub(super) fn leave(&mut self, participant: ParticipantId) {
        let room = ROOM;
        let leave = Command::Leave {
            room,
            participant,
            epoch: EPOCH,
        };
        self.shard.command(leave, self.now);
        self.serve();
    }

    /// Loses its newest connection.
    pub(super) fn lose(&mut self, participant: ParticipantId) {
        if let Some(key) = self.newest_of(participant).map(|connection| connection.key) {
            self.shard.lose(key, self.now);
            self.serve();
        }
    }

    /// Asks for keyframes of everything it is sent, by turns in both forms.
    pub(super) fn ask_for_all(&mut self, participant: ParticipantId) {
        let Some(key) = self.newest_of(participant).map(|connection| connection.key) else {
            return;
        };
        let streams = self.shard.peers.get(key).map_or(&[][..], Peer::outgoing);
        let pictures = streams.iter().filter(|stream| stream.kind == Kind::Video);
        let asks = pictures.enumerate().map(|(number, stream)| {
            let media_ssrc = stream.ssrc;
            let ask: Box<dyn rtcp::Packet> = if number % 2 == 0 {
                Box::new(PictureLossIndication {
                    sender_ssrc: 1,
                    media_ssrc,
                })
            } else {
                Box::new(FullIntraRequest {
                    sender_ssrc: 1,
                    media_ssrc,
                    fir: vec![FirEntry {
                        ssrc: media_ssrc,
                        sequence_number: 1,
                    }],
                })
            };
            ask
        });
        let asks: Vec<_> = asks.collect();
        self.report(participant, &asks);
    }

    /// It says that it misses all it was sent of pictures in the last `time`.
    pub(super) fn miss(&mut self, participant: ParticipantId, time: Duration) {
        let now = self.now;
        let Some(connection) = self.newest_of(participant) else {
            return;
        };
        let lately = connection
            .sent_to
            .iter()
            .filter(|sent| sent.at + time > now);
        let mut missed: HashMap<u32, Vec<u16>> = HashMap::new();
        for sent in lately {
            missed.entry(sent.ssrc).or_default().push(sent.number);
        }
        let asks = missed.into_iter().map(|(media_ssrc, numbers)| {
            let nacks = nack_pairs_from_sequence_numbers(&numbers);
            let ask: Box<dyn rtcp::Packet> = Box::new(TransportLayerNack {
                sender_ssrc: 1,
                media_ssrc,
                nacks,
            });
            ask
        });
        let asks: Vec<_> = asks.collect();
        self.report(participant, &asks);
    }

    /// How many repairs somebody was sent.
    pub(super) fn repairs_to(&mut self, participant: ParticipantId) -> usize {
        self.newest_of(participant)
            .map_or(0, |connection| connection.repairs)
    }

    /// Nothing is heard of it for a time, then a report is.
    pub(super) fn fall_silent(&mut self, participant: ParticipantId, time: Duration) {
        let until = self.now + time;
        if let Some(connection) = self.newest_of(participant) {
            connection.silent_until = until;
        }
        self.pass(time);
        self.report(participant, &[Box::new(ReceiverReport::default())]);
    }

    /// What the way to it carries becomes known.
    pub(super) fn give_way(&mut self, participant: ParticipantId, estimate_bps: f64) {
        let path = PathState {
            estimate_bps,
            own_loss: 0.0,
            round_trip: 20 * Duration::from_millis(1),
        };
        let key = self.newest_of(participant).map(|connection| connection.key);
        self.hear(key, Heard::Path(path));
        self.serve();
    }

    /// From now on it sends these layers.
    pub(super) fn send_layers(&mut self, participant: ParticipantId, layers: [bool; LAYERS]) {
        if let Some(connection) = self.newest_of(participant) {
            connection.layers = layers;
        }
    }

    /// Its streams go on with other numbers, as after a browser's encoder has begun anew.
    pub(super) fn begin_numbering_anew(&mut self, participant: ParticipantId) {
        let now = self.now;
        if let Some(connection) = self.newest_of(participant) {
            connection.sequence = connection
                .sequence
                .map(|number| number.wrapping_add(20_000));
            connection.answers_at = Some(now);
        }
    }

    /// How many connections of somebody are open.
    pub(super) fn connections_of(&self, participant: ParticipantId) -> usize {
        let all = self.connections.iter();
        all.filter(|one| one.participant == participant).count()
    }

    /// The moment it is.
    pub(super) fn now(&self) -> Instant {
        self.now
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let due = self.shard.next_deadline(self.now);
            let next = due.map_or(self.next_frame, |due| due.min(self.next_frame));
            if next > end {
                break;
            }
            self.now = self.now.max(next);
            if self.next_frame <= self.now {
                self.next_frame = self.now + FRAME;
                self.film();
            }
            self.serve();
        }
        self.now = end;
    }

    /// When each publisher's connection was asked for keyframes.
    pub(super) fn asked(&self) -> impl Iterator<Item = &[Instant]> {
        let now = self.connections.iter().map(|connection| &connection.asked);
        now.chain(&self.asked_before).map(Vec::as_slice)
    }

    /// How often, by the engine's own count.
    pub(super) fn requests_counted(&self) -> u64 {
        self.shard.counters.keyframe_requests_sent
    }

    /// How many pictures were given up until the next keyframe.
    pub(super) fn begun_anew(&self) -> u64 {
        self.shard.counters.pictures_begun_anew
    }

    /// The longest that a viewer has waited for a picture of somebody who sends one.
    pub(super) fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    /// What somebody has sent and was asked so far.
    pub(super) fn traffic_of(&mut self, participant: ParticipantId) -> Traffic {
        let connection = self.newest_of(participant);
        connection.map_or(Traffic::default(), |connection| Traffic {
            requests: connection.asked.len(),
            bytes: connection.bytes,
            keyframe_bytes: connection.keyframe_bytes,
        })
    }

    fn newest_of(&mut self, participant: ParticipantId) -> Option<&mut Connection> {
        let mut newest_first = self.connections.iter_mut().rev();
        newest_first.find(|connection| connection.participant == participant)
    }

    /// A report of it, sealed, in a datagram.
    fn report(&mut self, participant: ParticipantId, packets: &[Box<dyn rtcp::Packet>]) {
        let now = self.now;
        let Some(connection) = self.newest_of(participant) else {
            return;
        };
        let clear = rtcp::packet::marshal(packets).expect("a report");
        let (path, datagram) = (connection.path, connection.client.sealed_report(&clear));
        self.shard.receive(now, path, &datagram);
        self.serve();
    }

    fn hear(&mut self, key: Option<PeerKey>, heard: Heard) {
        if let Some(peer) = key.and_then(|key| self.shard.peers.get_mut(key)) {
            peer.media_heard.push(heard);
            self.shard.mark_heard(key.expect("its key"));
        }
    }

    /// Everybody's camera gives a frame.
    fn film(&mut self) {
        for number in 0..self.connections.len() {
            let connection = &mut self.connections[number];
            if connection.silent_until > self.now {
                continue;
            }
            let key = connection.key;
            for packet in connection.frame(self.now) {
                self.hear(Some(key), packet);
            }
            if let Some(peer) = self.shard.peers.get_mut(key) {
                peer.watched.heard = self.now;
            }
        }
    }

    /// Serves the shard and gives everybody what it sends them.
    fn serve(&mut self) {
        self.shard.service(self.now);
        for Datagram { to, bytes } in std::mem::take(&mut self.shard.outbox) {
            let mut connections = self.connections.iter_mut();
            if let Some(connection) = connections.find(|connection| connection.path == to) {
                connection.take(bytes, self.now);
            }
        }
        let peers = &self.shard.peers;
        let is_gone = |connection: &mut Connection| peers.get(connection.key).is_none();
        let gone = self.connections.extract_if(.., is_gone);
        self.asked_before
            .extend(gone.map(|connection| connection.asked));
        self.watch();
    }

    /// Looks who waits for a picture of somebody who sends one.
    fn watch(&mut self) {
        let sending = |key| {
            let mut connections = self.connections.iter();
            connections.any(|one| one.key == key && one.silent_until <= self.now)
        };
        let mut waiting = HashMap::new();
        for (key, peer) in self.shard.peers.iter() {
            for (number, stream) in peer.outgoing().iter().enumerate() {
                let waits = stream.awaits_keyframe() || stream.layer() != stream.aimed();
                if stream.source().is_some_and(sending) && waits && !peer.is_paused() {
                    let since = self.waiting.get(&(key, number)).copied();
                    let since = since.unwrap_or(self.now);
                    self.longest_wait = self.longest_wait.max(self.now - since);
                    waiting.insert((key, number), since);
                }
            }
        }
        self.waiting = waiting;
    }
}

fn udp(port: u16) -> Path {
    Path {
        transport: Transport::Udp,
        address: ([192, 0, 2, 1], port).into(),
    }
}
