//! Make before break: somebody who joins again while its connection is up keeps that one until the
//! new one carries, so that a join that comes to nothing ends no picture that still works.
//!
//! Both are sent what the others publish, from the moment they are connected, so that a client can
//! change when it likes; the others receive what one of them publishes, never both. The new one
//! takes over with the first packet that a decoder can begin with, and the one before is closed by
//! its client, or soon after.

use super::forward;
use super::ids::{ParticipantId, PeerKey, RoomId};
use super::keyframe::Need;
use super::layer::Layer;
use super::limits::{REPLACED_FOR, SILENCE, TAKE_OVER_WITHIN};
use super::offer::Kind;
use super::peer::{Subscription, Turn};
use super::room::{Member, Room};
use super::rtp;
use super::shard::Shard;
use std::time::Instant;

impl Shard {
    /// Gives a peer that was answered its place: beside one that is connected, else at once.
    pub(super) fn seat(&mut self, id: RoomId, member: Member, now: Instant) {
        let participant = member.participant;
        let room = self.rooms.get(&id);
        if let Some(second) = room.and_then(|room| room.second_of(participant)) {
            self.close_second(second, now);
        }
        let in_use = self.peer_in_use(id, participant);
        let carries = in_use.and_then(|key| self.peers.get(key));
        let carries = carries.is_some_and(|peer| peer.connected);
        let room = self.rooms.entry(id).or_default();
        if !carries {
            if let Some(replaced) = room.put(member) {
                self.forget_flow(id);
                self.close_peer(replaced, now);
            }
            return;
        }
        room.put_beside(member);
        if let Some(peer) = self.peers.get_mut(member.peer) {
            peer.turn = Turn::Next;
        }
    }

    /// A peer whose answer nobody takes is of no use; the one beside it is.
    pub(super) fn withdraw(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let (room, participant, turn) = (peer.room, peer.participant, peer.turn);
        if turn == Turn::Present {
            self.leave(room, participant, now);
        } else {
            self.close_second(key, now);
            self.relink(room, now);
        }
    }

    /// A peer to come is connected: it takes over when it carries, or when that takes too long; at
    /// once if there is nothing to wait for.
    pub(super) fn begin_turn(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get_mut(key).filter(|p| p.turn == Turn::Next) else {
            return;
        };
        peer.turn_ends = Some(now + TAKE_OVER_WITHIN);
        if peer.decisive_kind().is_none() && !peer.writes {
            self.take_over(key, false, now);
        }
    }

    /// A packet came of a peer that may still be to come; it takes over with one that begins.
    pub(super) fn take_over_with(
        &mut self,
        (key, layer): (PeerKey, Layer),
        kind: Kind,
        packet: &rtp::Packet,
        now: Instant,
    ) {
        let peer = self.peers.get(key).filter(|p| p.turn == Turn::Next);
        if peer.and_then(super::peer::Peer::decisive_kind) != Some(kind) {
            return;
        }
        if forward::begins(kind, packet) {
            self.take_over(key, true, now);
        } else {
            let sent = self
                .peers
                .serve(key, |peer| peer.remind_keyframe(layer, now));
            self.count_keyframe_request(sent);
        }
    }

    /// The time of a peer that is not in use is over: it takes over, or is closed.
    pub(super) fn turn_over(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let room = peer.room;
        match peer.turn {
            Turn::Present => {}
            // Its client has let go of it as it came up, and goes on with the other.
            Turn::Next if self.only_the_other_is_heard(key, now) => {
                self.give_turn(key, Turn::Next, Some(now + TAKE_OVER_WITHIN));
            }
            Turn::Next => self.take_over(key, false, now),
            Turn::Past => {
                self.close_second(key, now);
                self.relink(room, now);
            }
        }
    }

    fn only_the_other_is_heard(&self, key: PeerKey, now: Instant) -> bool {
        let is_heard = |key| {
            let peer = self.peers.get(key);
            let silent = peer.map(|peer| now.saturating_duration_since(peer.watched.heard));
            silent.is_some_and(|silent| silent < SILENCE)
        };
        !is_heard(key) && self.beside(key).is_some_and(is_heard)
    }

    /// A second peer is in use from now on; `begins` when the packet with which a decoder can begin
    /// is at hand.
    pub(super) fn take_over(&mut self, key: PeerKey, begins: bool, now: Instant) {
        let Some(peer) = self.peers.get(key).filter(|p| p.turn != Turn::Present) else {
            return;
        };
        let (id, participant, streams) = (peer.room, peer.participant, peer.outgoing().len());
        let connected = peer.connected;
        let room = self.rooms.get_mut(&id);
        let Some(last) = room.and_then(|room| room.take_over(participant)) else {
            return;
        };
        self.give_turn(key, Turn::Present, None);
        self.give_turn(last, Turn::Past, Some(now + REPLACED_FOR));
        let awaits_media = self.rooms.get(&id).is_some_and(Room::awaits_media);
        if begins {
            for subscription in self.link(id) {
                self.aim(subscription, now);
            }
        } else {
            self.relink(id, now);
        }
        // All must be received anew, also by this one.
        if awaits_media {
            self.forget_flow(id);
            for stream in (0..streams).filter(|_| connected) {
                self.request_keyframe_for(Subscription { peer: key, stream }, Need::Begin, now);
            }
        }
        self.look_now(key, now);
    }

    fn give_turn(&mut self, key: PeerKey, turn: Turn, ends: Option<Instant>) {
        if let Some(peer) = self.peers.get_mut(key) {
            (peer.turn, peer.turn_ends) = (turn, ends);
        }
        // Its timer is set when it is served.
        self.mark_dirty(key);
    }

    /// A peer is lost; true when its participant has another, which then is in use.
    pub(super) fn lose_one_of_two(&mut self, key: PeerKey, now: Instant) -> bool {
        let Some(other) = self.beside(key) else {
            return false;
        };
        let turn = self.peers.get(key).map(|peer| (peer.turn, peer.room));
        if let Some((turn, room)) = turn {
            if turn == Turn::Present {
                self.take_over(other, false, now);
            }
            self.counters.peers_lost += u64::from(turn != Turn::Past);
            self.close_second(key, now);
            self.relink(room, now);
        }
        true
    }

    /// Closes a peer that is not in use.
    fn close_second(&mut self, key: PeerKey, now: Instant) {
        let is_open = self.peers.get(key).is_some_and(|peer| peer.text.is_open());
        if let Some(stays) = self.beside(key).filter(|_| is_open) {
            self.text_moves(key, stays, now);
        }
        let room = self.peers.get(key).map(|peer| peer.room);
        if let Some(room) = room.and_then(|room| self.rooms.get_mut(&room)) {
            room.drop_second(key);
        }
        self.close_peer(key, now);
    }

    /// The other peer of the same participant, if it has two.
    pub(super) fn beside(&self, key: PeerKey) -> Option<PeerKey> {
        let peer = self.peers.get(key)?;
        let room = self.rooms.get(&peer.room)?;
        let both = [
            room.peer_of(peer.participant),
            room.second_of(peer.participant),
        ];
        let mut both = both.into_iter().flatten();
        both.find(|other| *other != key)
    }

    fn peer_in_use(&self, room: RoomId, participant: ParticipantId) -> Option<PeerKey> {
        self.rooms.get(&room)?.peer_of(participant)
    }
}
