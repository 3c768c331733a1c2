//! Parties of a call as participants of its media room. Each kind of party has its own range of
//! numbers, so that no two parties of a call meet.

use crate::sfu::{ParticipantId, RoomId};
use passerelle_signaling::command::Party;
use passerelle_signaling::ids::{CallId, GuestId, InterpreterId};

// Kinds of parties: the upper two bits of a participant's number.
const TABLET: u32 = 0;
const INTERPRETER: u32 = 1;
const GUEST: u32 = 2;
const COORDINATOR: u32 = 3;

/// The bits below the kind.
const NUMBER_BITS: u32 = 30;

/// The media room of a call.
pub(super) const fn room_of(call: CallId) -> RoomId {
    RoomId(call.0)
}

/// Which participant of the room a party is.
pub(super) const fn participant_of(party: Party) -> ParticipantId {
    match party {
        // A room has one tablet, whichever it is.
        Party::Tablet(_) => participant(TABLET, 0),
        Party::Interpreter(interpreter) => participant(INTERPRETER, interpreter.0),
        Party::Guest(guest) => participant(GUEST, guest.0),
        Party::Coordinator => participant(COORDINATOR, 0),
    }
}

const fn participant(kind: u32, number: u32) -> ParticipantId {
    ParticipantId((kind << NUMBER_BITS) | number)
}

/// The party a participant is; `None` for the tablet, whose number the room does not know.
pub(super) const fn party_of(participant: ParticipantId) -> Option<Party> {
    let number = participant.0 & ((1 << NUMBER_BITS) - 1);
    match participant.0 >> NUMBER_BITS {
        INTERPRETER => Some(Party::Interpreter(InterpreterId(number))),
        GUEST => Some(Party::Guest(GuestId(number))),
        COORDINATOR => Some(Party::Coordinator),
        _ => None,
    }
}
