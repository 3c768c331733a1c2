//! How a participant stands in its room: who is shown first, who only watches, and whose media the
//! room waits for. The caller says it with every join. Pure.

use super::ids::{ParticipantId, RoomId};

/// How a participant stands in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whom the others see first: every subscriber's streams carry the other publishers by
    /// ascending precedence, and among equals in the order of joining. 0 is the one whom all have
    /// come for, then those who work with that one, [`GUEST`](Self::GUEST) and above are guests.
    pub precedence: u8,
    /// Watches and listens only: whatever its offer says, nothing it sends is taken.
    pub silent: bool,
}

impl Standing {
    /// From this precedence on, a participant is a guest: never anybody's main picture (their
    /// first stream), and nothing that the room waits for.
    pub const GUEST: u8 = 3;

    /// True for a guest.
    pub(super) const fn is_guest(self) -> bool {
        self.precedence >= Self::GUEST
    }

    /// True for a participant between whom and the others media must flow for it to be up.
    pub(super) const fn is_principal(self) -> bool {
        !self.silent && !self.is_guest()
    }

    /// True when `self` counts as received once `subscriber` receives it: a principal by another
    /// principal, a guest by anybody but a silent one.
    pub(super) const fn is_received_by(self, subscriber: Self) -> bool {
        !subscriber.silent && (self.is_guest() || !subscriber.is_guest())
    }
}

/// Whose place in which room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) room: RoomId,
    pub(super) participant: ParticipantId,
    pub(super) standing: Standing,
}
