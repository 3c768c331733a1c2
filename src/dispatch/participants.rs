//! Parties of a call as participants of its media room: their numbers, and how they stand there.
//! Each kind of party has its own range of numbers, so that no two parties of a call meet.

use crate::sfu::{ParticipantId, RoomId, Standing};
use passerelle_signaling::command::Party;
use passerelle_signaling::ids::{CallId, InterpreterId};

// Kinds of parties: the upper 32 bits of a participant's number.
const TABLET: u32 = 1;
const INTERPRETER: u32 = 2;

/// The media room of a call.
pub(super) const fn room_of(call: CallId) -> RoomId {
    RoomId(call.0)
}

/// Which participant of the room a party is.
pub(super) const fn participant_of(party: Party) -> ParticipantId {
    seat_of(party).0
}

/// How a party stands in the room.
pub(super) const fn standing_of(party: Party) -> Standing {
    seat_of(party).1
}

/// The interpreter a participant is; `None` for any other.
pub(super) const fn interpreter_of(participant: ParticipantId) -> Option<InterpreterId> {
    if participant.0 >> 32 == INTERPRETER as u64 {
        // The lower half is the interpreter's own number.
        Some(InterpreterId(participant.0 as u32))
    } else {
        None
    }
}

/// One line a kind: its range, its own number, its precedence, whether it is silent.
const fn seat_of(party: Party) -> (ParticipantId, Standing) {
    match party {
        // A room has one tablet, whichever it is.
        Party::Tablet(_) => seat(TABLET, 0, 0, false),
        Party::Interpreter(interpreter) => seat(INTERPRETER, interpreter.0, 1, false),
    }
}

const fn seat(kind: u32, number: u32, precedence: u8, silent: bool) -> (ParticipantId, Standing) {
    let participant = ParticipantId(((kind as u64) << 32) | number as u64);
    (participant, Standing { precedence, silent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::ids::TabletId;

    #[test]
    fn an_interpreter_is_known_by_its_number_and_a_tablet_is_none() {
        for number in [0, 1, 2, u32::MAX] {
            let interpreter = InterpreterId(number);
            let participant = participant_of(Party::Interpreter(interpreter));
            assert_eq!(interpreter_of(participant), Some(interpreter));
            let tablet = participant_of(Party::Tablet(TabletId(number)));
            assert_eq!(interpreter_of(tablet), None);
        }
    }

    #[test]
    fn everybody_sees_the_tablet_before_the_interpreters() {
        let tablet = standing_of(Party::Tablet(TabletId(1)));
        let interpreter = standing_of(Party::Interpreter(InterpreterId(1)));
        assert!(tablet.precedence < interpreter.precedence);
        assert!(interpreter.precedence < Standing::GUEST);
    }
}
