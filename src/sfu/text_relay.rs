//! Real-time text through a room: what one writes goes to all the others with an open channel, with
//! a loss mark wherever something may be missing. Whoever has two connections writes on either and
//! is sent each text once. Nothing is kept.

use super::ids::PeerKey;
use super::limits::{ICE_DISCONNECTED, TEXT_WAITS};
use super::peer::Peer;
use super::sabotage::Place;
use super::shard::Shard;
use super::text::LOSS_MARK;
use super::text_terms::are_terms;
use std::time::{Duration, Instant};

impl Shard {
    /// A participant can write and read from now on. If it could before, what it wrote last may be
    /// lost to the others; what others wrote before now is lost to it.
    pub(super) fn text_opened(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let standing = peer.standing;
        let (is_text_only, room) = (peer.publishes == [false; 2], peer.room);
        let beside = self.beside(key).and_then(|other| self.peers.get(other));
        let goes_on = beside.is_some_and(|other| other.text.is_open());
        let Some(room) = self.rooms.get_mut(&room) else {
            return;
        };
        let was_open_before = room.note_text_open(key);
        if is_text_only {
            self.take_over(key, false, now);
        }
        self.tell_terms(key, now);
        if !goes_on {
            self.mark_what_others_wrote(key, now);
        }
        if standing.silent {
            return;
        }
        if was_open_before && !goes_on {
            self.pass_on(key, LOSS_MARK, now);
        }
        if is_text_only {
            self.note_received(key);
        }
    }

    /// Of the two channels of a participant one is gone and the other stays; what may be lost with
    /// it is marked.
    pub(super) fn text_moves(&mut self, from: PeerKey, to: PeerKey, now: Instant) {
        // Else all is marked once it opens.
        let Some(since) = self.peers.get(to).and_then(|peer| peer.text.open_since()) else {
            return;
        };
        if self.peers.serve(from, Peer::has_delivered_text) != Some(true) {
            self.mark_what_others_wrote(to, now);
        }
        // What was under way from a connection that still spoke has come, if need be again.
        let heard = self.peers.get(from).map(|peer| peer.watched.heard);
        let spoke = heard.is_some_and(|at| at > since && is_within(ICE_DISCONNECTED, at, now));
        let is_silent = self.peers.get(to).is_some_and(|peer| peer.standing.silent);
        if !spoke && !is_silent {
            self.pass_on(to, LOSS_MARK, now);
        }
    }

    fn mark_what_others_wrote(&mut self, key: PeerKey, now: Instant) {
        let room = self.peers.get(key).map(|peer| peer.room);
        let room = room.and_then(|room| self.rooms.get(&room));
        for writer in room.map_or_else(Vec::new, |room| room.writers_but(key)) {
            self.peers
                .serve(key, |peer| peer.send_text(now, writer, LOSS_MARK));
        }
        self.mark_dirty(key);
    }

    /// A participant can no longer write; one who does nothing else is no longer received.
    pub(super) fn text_closed(&mut self, key: PeerKey, now: Instant) {
        if let Some(other) = self.beside(key) {
            self.text_moves(key, other, now);
        }
        if let Some(peer) = self.peers.get_mut(key) {
            peer.flowing &= peer.publishes != [false; 2];
        }
    }

    /// A participant wrote something; `None` when it was more than it may.
    pub(super) fn relay_text(&mut self, key: PeerKey, text: Option<&str>, now: Instant) {
        let Some(peer) = self.peers.get(key).filter(|peer| !peer.standing.silent) else {
            return;
        };
        peer.sabotage.strike(Place::RelayText);
        if let Some(terms) = text.filter(|text| are_terms(text)) {
            return self.relay_terms(key, terms, now);
        }
        let Some(room) = self.rooms.get_mut(&peer.room) else {
            return;
        };
        // One mark stands for all that was dropped in a row.
        if room.note_written(key, text.is_none()) {
            self.pass_on(key, text.unwrap_or(LOSS_MARK), now);
        }
        match text {
            Some(_) => self.counters.texts_received += 1,
            None => self.counters.texts_dropped += 1,
        }
    }

    pub(super) fn pass_on(&mut self, from: PeerKey, text: &str, now: Instant) {
        let Some(peer) = self.peers.get(from) else {
            return;
        };
        let (room, sender) = (peer.room, peer.participant);
        let Some(room) = self.rooms.get(&room) else {
            return;
        };
        let all = room.lines().map(Iterator::collect::<Vec<_>>);
        let others: Vec<Vec<PeerKey>> = all.filter(|line| !line.contains(&from)).collect();
        for line in others {
            let Some(to) = self.reader_of(&line, now) else {
                continue;
            };
            if self
                .peers
                .serve(to, |peer| peer.send_text(now, sender, text))
                == Some(true)
            {
                self.counters.texts_sent += 1;
            }
            self.mark_dirty(to);
        }
    }

    /// By which of its connections a participant reads: by the one opened last, once what was sent
    /// by the other has come, so that the order is kept; or when the other has fallen silent, and
    /// what is lost is marked once it is gone.
    fn reader_of(&mut self, line: &[PeerKey], now: Instant) -> Option<PeerKey> {
        let mut open: Vec<(Instant, PeerKey)> = line
            .iter()
            .filter_map(|key| Some((self.peers.get(*key)?.text.open_since()?, *key)))
            .collect();
        open.sort();
        let ((_, older), (since, newer)) = (*open.first()?, *open.last()?);
        let heard = self.peers.get(older)?.watched.heard;
        let speaks = heard > since || is_within(TEXT_WAITS, heard, now);
        let waits = speaks && self.peers.serve(older, Peer::has_delivered_text) == Some(false);
        Some(if waits { older } else { newer })
    }
}

fn is_within(time: Duration, at: Instant, now: Instant) -> bool {
    now.saturating_duration_since(at) < time
}
