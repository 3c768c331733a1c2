//! The shard's service: collects what peers have, fans packets out to subscribers, passes keyframe
//! requests up, and notices when media is up.

use super::events::SfuEvent;
use super::ids::{PeerKey, RoomId};
use super::keyframe::Need;
use super::layer::Layer;
use super::limits::{EVENT_RETRY, REPAIRS_TAKE_MAX};
use super::offer::Kind;
use super::peer::{Delivery, Peer, PeerOutput, Subscription};
use super::rtp::{self, Repair};
use super::sabotage::Place;
use super::shard::Shard;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

impl Shard {
    /// Serves every peer that has something to say, something to send, or a timer due.
    pub(super) fn service(&mut self, now: Instant) {
        self.fire_timers(now);
        self.read_quality(now);
        while let Some(key) = self.heard.pop() {
            self.guarded(key, now, |shard| {
                let mut outputs = std::mem::take(&mut shard.outputs);
                shard.peers.serve(key, |peer| {
                    peer.is_heard = false;
                    peer.collect(now, &mut outputs);
                });
                shard.mark_dirty(key);
                shard.handle_all(key, outputs, now);
            });
        }
        while let Some(key) = self.dirty.pop() {
            let outbox = &mut self.outbox;
            let deadline = self.peers.serve(key, |peer| {
                peer.is_dirty = false;
                peer.transmit(now, outbox);
                peer.deadline(now)
            });
            if let Some(Some(deadline)) = deadline {
                self.timers.set(key, deadline);
            }
            self.bury_broken(now);
        }
        self.events.flush();
    }

    /// Does something for one peer that reaches beyond it, as passing on what it sends does: if
    /// that panics, it ends this peer like its own panic, and no other. What it changes of the
    /// shard it changes entry by entry, and with the peer the room is connected anew, which is why
    /// the unwind safety may be asserted.
    pub(super) fn guarded(&mut self, key: PeerKey, now: Instant, service: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| service(self))).is_err() {
            self.peers.give_up(key);
        }
        self.bury_broken(now);
    }

    /// When [`service`](Self::service) is needed next without a datagram or command.
    pub(super) fn next_deadline(&self, now: Instant) -> Option<Instant> {
        let retry = self.events.is_pending().then(|| now + EVENT_RETRY);
        let timers = [self.timers.next(), self.quality.next(), retry];
        timers.into_iter().flatten().min()
    }

    fn fire_timers(&mut self, now: Instant) {
        while let Some(key) = self.timers.take_due(now) {
            self.guarded(key, now, |shard| {
                let mut outputs = std::mem::take(&mut shard.outputs);
                let sent = shard.peers.serve(key, |peer| {
                    peer.handle_timeout(now, &mut outputs);
                    peer.send_due_keyframe_request(now)
                });
                shard.count_keyframe_request(sent);
                shard.mark_heard(key);
                shard.handle_all(key, outputs, now);
            });
        }
    }

    /// Handles what a peer has to tell; the memory is kept for the next.
    fn handle_all(&mut self, key: PeerKey, mut outputs: Vec<PeerOutput>, now: Instant) {
        for output in outputs.drain(..) {
            self.handle(key, output, now);
        }
        self.outputs = outputs;
    }

    /// Does what a peer has to tell the rest of the room.
    pub(super) fn handle(&mut self, key: PeerKey, output: PeerOutput, now: Instant) {
        match output {
            PeerOutput::Media {
                kind,
                layer,
                packet,
                restarted,
            } => {
                self.counters.packets_received += 1;
                self.take_over_with((key, layer), kind, &packet, now);
                self.fan_out((key, layer), kind, &packet, restarted, now);
            }
            PeerOutput::LayersChanged => self.choose_layers_of(key, now),
            PeerOutput::Duplicate => self.counters.packets_duplicate += 1,
            PeerOutput::Moves => self.look_now(key, now),
            PeerOutput::KeyframeWanted(stream) => {
                self.counters.keyframe_requests_received += 1;
                self.request_keyframe_for(Subscription { peer: key, stream }, Need::Repair, now);
            }
            PeerOutput::Missed(stream, numbers) => self.repair(key, stream, &numbers, now),
            PeerOutput::PathKnown => self.steer(key, now),
            PeerOutput::TextOpened => self.text_opened(key, now),
            PeerOutput::TextClosed => self.text_closed(key, now),
            PeerOutput::Text(text) => self.relay_text(key, text.as_deref(), now),
            PeerOutput::Connected => self.connected(key, now),
            PeerOutput::Lost => self.lose(key, now),
            PeerOutput::OutOfSight => self.pause(key, now),
            PeerOutput::TurnOver => self.turn_over(key, now),
            PeerOutput::Back => self.begin_pictures(key, now),
        }
    }

    /// Asks for keyframes of all that a peer is sent, and of what it sends to the others.
    fn begin_pictures(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let streams = 0..peer.outgoing().len();
        let mut all: Vec<_> = streams
            .map(|stream| Subscription { peer: key, stream })
            .collect();
        all.extend(&peer.subscribers[Kind::Video as usize]);
        for subscription in all {
            self.request_keyframe_for(subscription, Need::Begin, now);
        }
    }

    fn connected(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let (room, participant, streams) = (peer.room, peer.participant, peer.outgoing().len());
        self.events.push(SfuEvent::Connected { room, participant });
        self.begin_quality(key, now);
        for stream in 0..streams {
            self.request_keyframe_for(Subscription { peer: key, stream }, Need::Begin, now);
        }
        self.begin_turn(key, now);
    }

    fn fan_out(
        &mut self,
        (source, layer): (PeerKey, Layer),
        kind: Kind,
        packet: &rtp::Packet,
        restarted: bool,
        now: Instant,
    ) {
        let mut awaits_keyframe = false;
        let mut received = false;
        let Some(publisher) = self.peers.get(source) else {
            return;
        };
        publisher.sabotage.strike(Place::FanOut);
        let standing = publisher.standing;
        for number in 0.. {
            let subscribers = self
                .peers
                .get(source)
                .map(|peer| &peer.subscribers[kind as usize]);
            let Some(to) = subscribers.and_then(|all| all.get(number)).copied() else {
                break;
            };
            let delivery = self.peers.serve(to.peer, |peer| {
                let delivery = peer.forward(now, to.stream, (source, layer), packet, restarted);
                (delivery, standing.is_received_by(peer.standing))
            });
            match delivery {
                Some((Delivery::Sent { decodable }, counts)) => {
                    self.counters.packets_forwarded += 1;
                    received |= decodable && counts;
                    self.mark_dirty(to.peer);
                }
                Some((Delivery::AwaitsKeyframe, _)) => awaits_keyframe = true,
                // A call comes up although a page is out of sight.
                Some((Delivery::Paused, counts)) => received |= counts,
                Some((Delivery::Dropped, _)) | None => {}
            }
        }
        if awaits_keyframe {
            let sent = (self.peers).serve(source, |peer| peer.remind_keyframe(layer, now));
            self.count_keyframe_request(sent);
        }
        if received {
            self.note_flow(source, kind);
        }
    }

    /// Sends a subscriber what it missed of a stream, as far as the newest packets reach; or lets
    /// the picture begin anew, where that is sooner.
    fn repair(&mut self, key: PeerKey, stream: usize, numbers: &[u16], now: Instant) {
        let mut refused = Vec::new();
        for number in numbers {
            let outgoing = self
                .peers
                .get(key)
                .and_then(|peer| peer.outgoing().get(stream));
            let Some(outgoing) = outgoing else { return };
            let source = outgoing.source().zip(outgoing.original(*number));
            let packet = source.and_then(|(source, original)| {
                let publisher = self.peers.get(source)?;
                let carried = publisher.published.get(outgoing.kind, outgoing.layer())?;
                carried.recent.get(original).cloned()
            });
            let Some(packet) = packet else { continue };
            let repair = (self.peers).serve(key, |peer| peer.repair(now, stream, &packet));
            if repair == Some(Repair::Refused) {
                refused.push(packet.payload.len());
            }
        }
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        if peer.media.repairs_take(refused.into_iter()) > REPAIRS_TAKE_MAX {
            self.begin_anew(Subscription { peer: key, stream }, now);
        }
    }

    /// What cannot be repaired in time is given up: nothing that builds on it is sent, so that the
    /// way is free for the keyframe that is asked for.
    fn begin_anew(&mut self, subscription: Subscription, now: Instant) {
        self.counters.pictures_begun_anew += 1;
        (self.peers).serve(subscription.peer, |peer| {
            peer.begin_anew(subscription.stream);
        });
        self.request_keyframe_for(subscription, Need::Repair, now);
    }

    /// Asks the publisher carried by a subscriber's stream for a keyframe of the layer it is to
    /// carry, if it is video.
    pub(super) fn request_keyframe_for(
        &mut self,
        subscription: Subscription,
        need: Need,
        now: Instant,
    ) {
        let subscriber = self.peers.get(subscription.peer);
        let subscriber = subscriber.filter(|peer| !peer.is_paused());
        let stream = subscriber.and_then(|peer| peer.outgoing().get(subscription.stream));
        let Some(stream) = stream.filter(|stream| stream.kind == Kind::Video) else {
            return;
        };
        let layer = stream.aimed();
        if let Some(source) = stream.source() {
            let sent = (self.peers).serve(source, |peer| peer.request_keyframe(layer, need, now));
            self.count_keyframe_request(sent);
            self.mark_dirty(source);
        }
    }

    /// Connects every subscriber's streams with the publishers they carry now, and asks for the
    /// keyframes with which those begin.
    pub(super) fn relink(&mut self, id: RoomId, now: Instant) {
        for subscription in self.link(id) {
            if self
                .peers
                .get(subscription.peer)
                .is_some_and(|peer| peer.connected)
            {
                self.aim(subscription, now);
                self.request_keyframe_for(subscription, Need::Begin, now);
            }
        }
    }

    /// Connects every subscriber's streams with the publishers they carry now; returns those that
    /// carry another than before.
    pub(super) fn link(&mut self, id: RoomId) -> Vec<Subscription> {
        let mut changed = Vec::new();
        let Some(room) = self.rooms.get(&id) else {
            return changed;
        };
        let members: Vec<PeerKey> = room.peers().collect();
        let mut links = Vec::new();
        for &subscriber in &members {
            let Some(peer) = self.peers.get(subscriber) else {
                continue;
            };
            let mut numbers = [0, 0];
            for (stream, outgoing) in peer.outgoing().iter().enumerate() {
                let kind = outgoing.kind as usize;
                let source = room.source(subscriber, kind, numbers[kind]);
                numbers[kind] += 1;
                links.push((
                    Subscription {
                        peer: subscriber,
                        stream,
                    },
                    kind,
                    source,
                ));
            }
        }
        for &member in &members {
            if let Some(peer) = self.peers.get_mut(member) {
                peer.subscribers = [Vec::new(), Vec::new()];
            }
        }
        for (subscription, kind, source) in links {
            if let Some(source) = source.and_then(|source| self.peers.get_mut(source)) {
                source.subscribers[kind].push(subscription);
            }
            let carry = |peer: &mut Peer| peer.carry(subscription.stream, source);
            if self.peers.serve(subscription.peer, carry) == Some(true) {
                changed.push(subscription);
            }
        }
        changed
    }

    fn note_flow(&mut self, source: PeerKey, kind: Kind) {
        let peer = self.peers.get(source);
        if peer.is_some_and(|peer| peer.decisive_kind() == Some(kind)) {
            self.note_received(source);
        }
    }

    /// A participant is received by another, or can write, which counts as much for one who
    /// publishes nothing.
    pub(super) fn note_received(&mut self, source: PeerKey) {
        let Some(peer) = self.peers.get_mut(source).filter(|peer| !peer.flowing) else {
            return;
        };
        peer.flowing = true;
        let (id, participant) = (peer.room, peer.participant);
        self.events.push(SfuEvent::Received {
            room: id,
            participant,
        });
        let peers = &self.peers;
        let is_flowing = |key| peers.get(key).is_some_and(|peer| peer.flowing);
        if self
            .rooms
            .get_mut(&id)
            .is_some_and(|room| room.take_media_up(is_flowing))
        {
            self.events.push(SfuEvent::MediaUp { room: id });
        }
    }

    /// Who was received before must be received again for media to count as up; who only writes
    /// goes on being able to. Nothing changes once it is up.
    pub(super) fn forget_flow(&mut self, id: RoomId) {
        let Some(room) = self.rooms.get(&id).filter(|room| room.awaits_media()) else {
            return;
        };
        for member in room.peers() {
            if let Some(peer) = self.peers.get_mut(member) {
                peer.flowing = peer.publishes == [false; 2] && peer.flowing;
            }
        }
    }

    pub(super) fn bury_broken(&mut self, now: Instant) {
        while let Some(key) = self.peers.broken() {
            self.counters.peers_panicked += 1;
            self.lose(key, now);
        }
    }

    /// Queues a peer for collecting.
    pub(super) fn mark_heard(&mut self, key: PeerKey) {
        if let Some(peer) = self.peers.get_mut(key).filter(|peer| !peer.is_heard) {
            peer.is_heard = true;
            self.heard.push(key);
        }
    }

    pub(super) fn mark_dirty(&mut self, key: PeerKey) {
        if let Some(peer) = self.peers.get_mut(key).filter(|peer| !peer.is_dirty) {
            peer.is_dirty = true;
            self.dirty.push(key);
        }
    }

    pub(super) fn count_keyframe_request(&mut self, sent: Option<bool>) {
        self.counters.keyframe_requests_sent += u64::from(sent == Some(true));
    }
}
