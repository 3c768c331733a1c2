//! Real-time text through a room: what one writes goes to all the others with an open channel, with
//! a loss mark wherever something may be missing. Nothing is kept.

use super::ids::PeerKey;
use super::shard::Shard;
use super::text::LOSS_MARK;
use std::time::Instant;

impl Shard {
    /// A participant can write and read from now on. If it could before, what it wrote last may be
    /// lost to the others; what others wrote before now is lost to it.
    pub(super) fn text_opened(&mut self, key: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(key) else {
            return;
        };
        let standing = peer.standing;
        let (is_text_only, room) = (peer.publishes == [false; 2], peer.room);
        let Some(room) = self.rooms.get_mut(&room) else {
            return;
        };
        let was_open_before = room.note_text_open(key);
        let writers = room.writers_but(key);
        for writer in writers {
            self.peers
                .serve(key, |peer| peer.send_text(now, writer, LOSS_MARK));
        }
        self.mark_dirty(key);
        if standing.silent {
            return;
        }
        if was_open_before {
            self.pass_on(key, LOSS_MARK, now);
        }
        if is_text_only {
            self.note_received(key);
        }
    }

    /// A participant can no longer write; one who does nothing else is no longer received.
    pub(super) fn text_closed(&mut self, key: PeerKey) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.flowing &= peer.publishes != [false; 2];
        }
    }

    /// A participant wrote something; `None` when it was more than it may.
    pub(super) fn relay_text(&mut self, key: PeerKey, text: Option<&str>, now: Instant) {
        let Some(peer) = self.peers.get(key).filter(|peer| !peer.standing.silent) else {
            return;
        };
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

    fn pass_on(&mut self, from: PeerKey, text: &str, now: Instant) {
        let Some(peer) = self.peers.get(from) else {
            return;
        };
        let (room, sender) = (peer.room, peer.participant);
        let others: Vec<PeerKey> = match self.rooms.get(&room) {
            Some(room) => room.peers().filter(|key| *key != from).collect(),
            None => return,
        };
        for to in others {
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
}
