//! One shard: its peers and rooms, and what commands, datagrams and time do to them. Without I/O:
//! the socket loop brings datagrams and the clock, and takes datagrams away.

use super::answer::answer;
use super::command::{Command, Joined};
use super::delay::Delays;
use super::error::JoinError;
use super::events::{EventOutbox, SfuEvent};
use super::ids::{ParticipantId, PeerKey, RoomId};
use super::join_token::{Departures, JoinToken, Void};
use super::limits::MAX_ROOMS;
use super::offer::Offer;
use super::path::{Path, Transport};
use super::peer::{Datagram, PeerOutput};
use super::peers::Peers;
use super::quality::QualityDesk;
use super::room::{Member, Room};
use super::routes::{Receipt, Routes};
use super::stats::{Counters, SfuStats};
use super::stun;
use super::timers::Timers;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use tokio::sync::oneshot;
use tracing::debug;

/// Peers and rooms of one media thread.
pub(super) struct Shard {
    /// Datagrams to send.
    pub(super) outbox: Vec<Datagram>,
    /// Events to deliver.
    pub(super) events: EventOutbox,
    /// Counters; the socket loop adds its own.
    pub(super) counters: Counters,
    /// TCP connections and sockets for single clients, for the stats; the socket loop has them.
    pub(super) streams: usize,
    pub(super) lines: usize,
    pub(super) peers: Peers,
    pub(super) rooms: HashMap<RoomId, Room>,
    departures: Departures,
    /// Peers with something to collect, and with something to send.
    pub(super) heard: Vec<PeerKey>,
    pub(super) dirty: Vec<PeerKey>,
    pub(super) outputs: Vec<PeerOutput>,
    pub(super) timers: Timers<PeerKey>,
    pub(super) quality: QualityDesk,
    /// The forwarding delay; the socket loop records it.
    pub(super) delays: Delays,
    candidates: Vec<Path>,
    /// Which datagram is for whom.
    pub(super) routes: Routes,
    next_key: u64,
    shut_down: Option<Vec<oneshot::Sender<()>>>,
}

impl Shard {
    /// An empty shard that announces `candidates`.
    pub(super) fn new(candidates: Vec<Path>, routes: Routes, events: EventOutbox) -> Self {
        Self {
            outbox: Vec::new(),
            events,
            counters: Counters::default(),
            streams: 0,
            lines: 0,
            peers: Peers::default(),
            rooms: HashMap::new(),
            departures: Departures::default(),
            heard: Vec::new(),
            dirty: Vec::new(),
            outputs: Vec::new(),
            timers: Timers::new(),
            quality: QualityDesk::new(),
            delays: Delays::default(),
            candidates,
            routes,
            next_key: 0,
            shut_down: None,
        }
    }

    /// Carries out a command.
    pub(super) fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Join {
                token,
                offer,
                reply,
            } if !reply.is_closed() => self.let_join(token, offer, reply, now),
            // Whoever asked has gone.
            Command::Join { .. } => {}
            Command::Leave {
                room,
                participant,
                epoch,
            } => {
                self.departures.note(room, Some(participant), epoch, now);
                self.leave(room, participant, now);
            }
            Command::Camera {
                room,
                participant,
                camera,
            } => self.set_camera(room, participant, camera, now),
            Command::Sight {
                room,
                participant,
                shown,
            } => self.set_sight(room, participant, shown, now),
            Command::CloseRoom { room, epoch } => {
                self.departures.note(room, None, epoch, now);
                self.close_room(room, now);
            }
            // The socket loop has taken these.
            Command::Carry(_) | Command::Take(_) => {}
            #[cfg(test)]
            Command::SabotageShard => unreachable!("sabotaged by a test"),
            Command::Path {
                room,
                participant,
                reply,
            } => {
                let peer = self
                    .rooms
                    .get(&room)
                    .and_then(|room| room.peer_of(participant));
                let peer = peer.and_then(|key| self.peers.get(key));
                // Whoever asked may have gone.
                let _ = reply.send(peer.and_then(|peer| peer.path));
            }
            Command::Stats { reply } => drop(reply.send(self.stats())),
            Command::ShutDown { reply } => {
                for room in self.rooms.keys().copied().collect::<Vec<_>>() {
                    self.close_room(room, now);
                }
                self.shut_down.get_or_insert_default().extend(reply);
            }
            #[cfg(test)]
            Command::Sabotage {
                room,
                participant,
                place,
            } => {
                let key = self
                    .rooms
                    .get(&room)
                    .and_then(|room| room.peer_of(participant));
                if let Some(peer) = key.and_then(|key| self.peers.get_mut(key)) {
                    peer.sabotage.at = Some(place);
                }
            }
        }
    }

    /// Those who wait for the end, once it was asked for.
    pub(super) fn take_shut_down(&mut self) -> Option<Vec<oneshot::Sender<()>>> {
        self.shut_down.take()
    }

    /// Takes a datagram, unless it is for a peer of another shard.
    pub(super) fn receive(&mut self, now: Instant, from: Path, bytes: &[u8]) -> Receipt {
        let key = match self.peer_for(from, bytes) {
            Ok(key) => key,
            Err(receipt) => {
                let is_forged = u64::from(receipt == Receipt::Forged);
                self.counters.datagrams_received += is_forged;
                self.counters.checks_refused += is_forged;
                return receipt;
            }
        };
        self.counters.datagrams_received += 1;
        // The library finds its candidate by the address it was announced with.
        let is_this = |own: &&Path| {
            own.transport == from.transport && own.address.is_ipv4() == from.address.is_ipv4()
        };
        let local = self.candidates.iter().find(is_this).copied();
        let (Some(key), Some(local)) = (key, local) else {
            self.counters.datagrams_unknown += 1;
            return Receipt::Unknown;
        };
        let taken = self
            .peers
            .serve(key, |peer| peer.receive(now, local, from, bytes));
        self.counters.datagrams_refused += u64::from(taken == Some(false));
        self.mark_heard(key);
        Receipt::Taken
    }

    /// True when a peer of ours has settled on the path to this address: its client asked for it,
    /// and was authentic.
    pub(super) fn is_settled_on(&self, address: SocketAddr) -> bool {
        let transport = Transport::Udp;
        let path = Path { transport, address };
        let key = self.routes.by_path(path);
        let peer = key.and_then(|key| self.peers.get(key));
        peer.is_some_and(|peer| peer.nominations.current() == Some(path))
    }

    /// A path has ended: its peer, if it was one's, has one way less.
    pub(super) fn forget_path(&mut self, path: Path) {
        let key = self.routes.forget(path);
        if let Some(peer) = key.and_then(|key| self.peers.get_mut(key)) {
            peer.paths.retain(|own| *own != path);
            peer.nominations.forget(path);
        }
    }

    /// The peer a datagram is for: by the user fragment of a STUN message, which may move an
    /// address to another peer and so must be signed, else by the address.
    ///
    /// # Errors
    /// [`Receipt::Elsewhere`] where another shard has it, [`Receipt::Forged`] where its peer does
    /// not heed it.
    fn peer_for(&mut self, from: Path, bytes: &[u8]) -> Result<Option<PeerKey>, Receipt> {
        let known = self.routes.by_path(from);
        let ufrag = stun::local_ufrag(bytes);
        let named = ufrag.and_then(|ufrag| self.routes.by_ufrag(ufrag));
        let is_foreign = named.is_none() && (ufrag.is_some() || known.is_none());
        if is_foreign && let Some(owner) = self.routes.elsewhere(from, ufrag) {
            self.forget_path(from);
            return Err(Receipt::Elsewhere(owner));
        }
        let named_peer = named.and_then(|key| self.peers.get(key));
        let is_new = named != known;
        if named_peer.is_some_and(|peer| !peer.heeds(bytes, is_new)) {
            return Err(Receipt::Forged);
        }
        let Some(key) = named.filter(|named| known != Some(*named)) else {
            return Ok(known);
        };
        if let Some(peer) = known.and_then(|known| self.peers.get_mut(known)) {
            peer.paths.retain(|path| *path != from);
        }
        let Some(peer) = self.peers.get_mut(key) else {
            return Ok(None);
        };
        if let Some(forgotten) = peer.add_path(from) {
            self.routes.forget(forgotten);
        }
        self.routes.lead(from, key);
        Ok(Some(key))
    }

    fn let_join(&mut self, token: JoinToken, offer: Offer, reply: Joined, now: Instant) {
        let (room, participant) = (token.seat.room, token.seat.participant);
        let outcome = self.join(token, offer, now);
        match &outcome {
            Ok(_) => self.counters.joins += 1,
            Err(error) => {
                debug!(%room, %participant, %error, "join refused");
                self.counters.joins_refused += 1;
            }
        }
        let key = outcome.as_ref().ok().map(|(key, _)| *key);
        let told = reply.send(outcome.map(|(_, sdp)| sdp));
        // The caller went away meanwhile: nobody can use the answer.
        if let Some(key) = key.filter(|_| told.is_err()) {
            self.withdraw(key, now);
        }
    }

    fn join(
        &mut self,
        token: JoinToken,
        offer: Offer,
        now: Instant,
    ) -> Result<(PeerKey, String), JoinError> {
        let redeemed = self.departures.redeem(token, now);
        let seat = redeemed.map_err(|void| match void {
            Void::Expired => JoinError::TooLate,
            Void::Left => JoinError::NotInRoom,
        })?;
        let room = seat.room;
        match self.rooms.get(&room) {
            Some(room) if !room.has_place_for(seat.participant) => return Err(JoinError::RoomFull),
            None if self.rooms.len() >= MAX_ROOMS => return Err(JoinError::TooManyRooms),
            _ => {}
        }
        // A panic here is before anything of ours changed, hence the assertion of unwind safety.
        let viewers = self.viewers_of(room, seat.participant);
        let candidates = &self.candidates;
        let attempt = AssertUnwindSafe(|| answer(seat, offer, &viewers, candidates, now));
        let answered = catch_unwind(attempt).unwrap_or_else(|_| {
            Err(JoinError::Internal {
                reason: "the library panicked on the offer".into(),
            })
        });
        let (peer, sdp) = answered?;
        let key = PeerKey(self.next_key);
        self.next_key += 1;
        let member = Member {
            participant: seat.participant,
            standing: seat.standing,
            peer: key,
            publishes: peer.publishes,
            writes: peer.writes,
        };
        self.routes.name(peer.ufrag.clone(), key);
        self.peers.insert(key, peer);
        self.seat(room, member, now);
        self.mark_heard(key);
        self.relink(room, now);
        Ok((key, sdp))
    }

    pub(super) fn leave(&mut self, room: RoomId, participant: ParticipantId, now: Instant) {
        self.withdraw_terms(room, participant, now);
        let Some(members) = self.rooms.get_mut(&room) else {
            return;
        };
        let both = [members.peer_of(participant), members.second_of(participant)];
        let ended = members.leave(participant);
        for peer in both.into_iter().flatten() {
            self.close_peer(peer, now);
        }
        self.settle(room, ended, now);
    }

    fn close_room(&mut self, room: RoomId, now: Instant) {
        for peer in self.rooms.remove(&room).iter().flat_map(Room::peers) {
            self.close_peer(peer, now);
        }
    }

    /// A peer is lost: closed, and reported unless its participant has another. The participant
    /// keeps its place.
    pub(super) fn lose(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let (room, participant) = (peer.room, peer.participant);
        if self.lose_one_of_two(key, now) {
            return;
        }
        self.close_peer(key, now);
        if let Some(members) = self.rooms.get_mut(&room) {
            let ended = members.lose(key);
            self.settle(room, ended, now);
        }
        self.counters.peers_lost += 1;
        self.events.push(SfuEvent::Failed { room, participant });
    }

    /// The shard has come to its end unasked: everybody is reported as lost.
    pub(super) fn give_up(&mut self) {
        for (_, peer) in self.peers.iter() {
            let (room, participant) = (peer.room, peer.participant);
            self.events.push(SfuEvent::Failed { room, participant });
        }
    }

    /// After somebody has gone: an empty room is removed, else the others are connected anew.
    fn settle(&mut self, id: RoomId, ended: bool, now: Instant) {
        if self.rooms.get(&id).is_some_and(Room::is_empty) {
            self.rooms.remove(&id);
            return;
        }
        if ended {
            self.forget_flow(id);
        }
        self.relink(id, now);
    }

    /// Closes a peer, which says goodbye on the wire, and forgets every trace of it.
    pub(super) fn close_peer(&mut self, key: PeerKey, now: Instant) {
        let outbox = &mut self.outbox;
        self.peers.serve(key, |peer| peer.close(now, outbox));
        if let Some(peer) = self.peers.get(key) {
            self.routes.unname(&peer.ufrag);
            for path in &peer.paths {
                self.routes.forget(*path);
            }
        }
        self.timers.remove(key);
        self.peers.remove(key);
    }

    /// What exists now, and the counters.
    fn stats(&self) -> SfuStats {
        SfuStats {
            rooms: self.rooms.len(),
            peers: self.peers.len(),
            peers_connected: self.peers.iter().filter(|(_, peer)| peer.connected).count(),
            addresses: self.routes.len(),
            streams: self.streams,
            lines: self.lines,
            delays: self.delays,
            counters: Counters {
                events_dropped: self.events.dropped(),
                ..self.counters
            },
        }
    }
}
