//! The peers of a shard. Every call into one goes through a guard, so that a panic in the library
//! (rtc 0.21.1 asserts on its packet path) ends that peer and no other.

use super::ids::{ByPeer, PeerKey};
use super::peer::Peer;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tracing::error;

/// Peers by key, and those that panicked and wait to be removed.
#[derive(Default)]
pub(super) struct Peers {
    /// Each in memory of its own: a peer has ten kilobytes, and a table never gives back the places
    /// of the most there have been at once.
    peers: ByPeer<Box<Peer>>,
    broken: Vec<PeerKey>,
}

impl Peers {
    /// Adds a peer.
    pub(super) fn insert(&mut self, key: PeerKey, peer: Peer) {
        self.peers.insert(key, Box::new(peer));
    }

    /// Reads plain fields of a peer, which no panic can leave half written.
    pub(super) fn get(&self, key: PeerKey) -> Option<&Peer> {
        self.peers.get(&key).map(AsRef::as_ref)
    }

    /// Writes plain fields of a peer.
    pub(super) fn get_mut(&mut self, key: PeerKey) -> Option<&mut Peer> {
        self.peers.get_mut(&key).map(AsMut::as_mut)
    }

    /// Serves a peer. `None` when there is none, or it panicked now or before: its own state may
    /// then be half written, so it is not touched again but removed. Nothing else is shared with
    /// it, which is why the unwind safety may be asserted.
    pub(super) fn serve<T>(
        &mut self,
        key: PeerKey,
        service: impl FnOnce(&mut Peer) -> T,
    ) -> Option<T> {
        if self.broken.contains(&key) {
            return None;
        }
        let peer = self.peers.get_mut(&key)?.as_mut();
        match catch_unwind(AssertUnwindSafe(|| service(peer))) {
            Ok(outcome) => Some(outcome),
            Err(_) => {
                error!(room = %peer.room, participant = %peer.participant, "peer panicked");
                self.broken.push(key);
                None
            }
        }
    }

    /// Something that was done for a peer panicked: it is removed like one that panicked itself.
    pub(super) fn give_up(&mut self, key: PeerKey) {
        let Some(peer) = self.peers.get(&key) else {
            return;
        };
        error!(room = %peer.room, participant = %peer.participant, "panicked for a peer");
        if !self.broken.contains(&key) {
            self.broken.push(key);
        }
    }

    /// A peer that panicked and is still here.
    pub(super) fn broken(&self) -> Option<PeerKey> {
        self.broken.last().copied()
    }

    /// Removes a peer; the guard is for its destructor.
    pub(super) fn remove(&mut self, key: PeerKey) {
        self.broken.retain(|broken| *broken != key);
        if let Some(peer) = self.peers.remove(&key)
            && catch_unwind(AssertUnwindSafe(|| drop(peer))).is_err()
        {
            error!("peer panicked while it was removed");
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.peers.len()
    }

    /// All peers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (PeerKey, &Peer)> {
        self.peers.iter().map(|(key, peer)| (*key, peer.as_ref()))
    }
}
