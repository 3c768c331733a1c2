//! Parties of a call as participants of its media room: their numbers, and how they stand there.
//! Each kind of party has its own range of numbers, so that no two parties of a call meet.

use crate::sfu::{ParticipantId, RoomId, Standing};
use passerelle_signaling::command::Party;
use passerelle_signaling::ids::{CallId, GuestId, InterpreterId};

// Kinds of parties: the upper 32 bits of a participant's number.
const TABLET: u32 = 1;
const INTERPRETER: u32 = 2;
const GUEST: u32 = 3;
const COORDINATOR: u32 = 4;

/// The media room of a call.
pub(super) const fn room_of(call: CallId) -> RoomId {
    RoomId(call.0)
}

/// Which participant of the room a party is.
pub(super) const fn participant_of(party: Party) -> ParticipantId {
    let (kind, number) = match party {
        // A room has one tablet and one coordinator, whichever it is.
        Party::Tablet(_) => (TABLET, 0),
        Party::Interpreter(interpreter) => (INTERPRETER, interpreter.0),
        Party::Guest(guest) => (GUEST, guest.0),
        Party::Coordinator => (COORDINATOR, 0),
    };
    ParticipantId(((kind as u64) << 32) | number as u64)
}

/// How a party stands in the room: the tablet before everybody, whoever leads the conversation
/// before a colleague, a third party last. So it does not matter who comes back first.
pub(super) const fn standing_of(party: Party, leads: bool) -> Standing {
    let precedence = match party {
        Party::Tablet(_) => 0,
        Party::Interpreter(_) if leads => 1,
        Party::Interpreter(_) => 2,
        Party::Guest(_) | Party::Coordinator => Standing::GUEST,
    };
    // There is one coordinator at most, who watches and listens only.
    let silent = matches!(party, Party::Coordinator);
    Standing { precedence, silent }
}

/// The party a participant is; `None` for the tablet, whose number the room does not know.
pub(super) const fn party_of(participant: ParticipantId) -> Option<Party> {
    // The lower half is the party's own number.
    let number = participant.0 as u32;
    match (participant.0 >> 32) as u32 {
        INTERPRETER => Some(Party::Interpreter(InterpreterId(number))),
        GUEST => Some(Party::Guest(GuestId(number))),
        COORDINATOR => Some(Party::Coordinator),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::ids::TabletId;

    #[test]
    fn everybody_but_the_tablet_is_known_by_their_participant() {
        for number in [0, 1, 2, u32::MAX] {
            let known = [
                Party::Interpreter(InterpreterId(number)),
                Party::Guest(GuestId(number)),
                Party::Coordinator,
            ];
            for party in known {
                assert_eq!(party_of(participant_of(party)), Some(party));
            }
            let tablet = participant_of(Party::Tablet(TabletId(number)));
            assert_eq!(party_of(tablet), None);
        }
    }

    #[test]
    fn everybody_sees_the_tablet_first_then_the_lead_then_a_colleague_then_a_third_party() {
        let interpreter = Party::Interpreter(InterpreterId(1));
        let order = [
            standing_of(Party::Tablet(TabletId(1)), false),
            standing_of(interpreter, true),
            standing_of(interpreter, false),
            standing_of(Party::Guest(GuestId(1)), false),
        ];
        assert!(order.is_sorted_by(|one, next| one.precedence < next.precedence));
        assert_eq!(order[3].precedence, Standing::GUEST);
    }

    #[test]
    fn only_a_coordinator_is_silent() {
        let speaking = [
            Party::Tablet(TabletId(1)),
            Party::Interpreter(InterpreterId(1)),
            Party::Guest(GuestId(1)),
        ];
        assert!(
            speaking
                .iter()
                .all(|party| !standing_of(*party, true).silent)
        );
        assert!(standing_of(Party::Coordinator, false).silent);
    }
}
