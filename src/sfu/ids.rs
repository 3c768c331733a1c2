//! Identifiers of the media engine. Rooms and participants are named by the caller; a peer is one
//! peer connection, so that a participant who joins again has a new one.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// A room: the participants who see and hear each other. Given by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

impl RoomId {
    /// Numbers from here on are of rooms that are no call's: calls are counted up from 1.
    const APART: u64 = 1 << 63;

    /// A room that is no call's, by a number of its own.
    pub const fn apart(number: u64) -> Self {
        Self(number | Self::APART)
    }

    /// Whether it is no call's.
    pub const fn is_apart(self) -> bool {
        self.0 >= Self::APART
    }
}

/// A participant within a room; the same number in another room is somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipantId(pub u64);

/// One peer connection; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PeerKey(pub(super) u64);

/// A table by peer. A packet is looked up some ten times on its way, so the hash is one
/// multiplication (Fibonacci hashing: Knuth, TAOCP 3, §6.4); nobody else chooses these keys, which
/// only count up.
pub(super) type ByPeer<V> = HashMap<PeerKey, V, BuildHasherDefault<KeyHasher>>;

/// See [`ByPeer`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyHasher(u64);

/// 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for KeyHasher {
    fn write_u64(&mut self, key: u64) {
        self.0 = key.wrapping_mul(GOLDEN);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
