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
    seat_of(party).0
}

/// How a party stands in the room.
pub(super) const fn standing_of(party: Party) -> Standing {
    seat_of(party).1
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

/// One line a kind: its range, its own number, its precedence, whether it is silent.
const fn seat_of(party: Party) -> (ParticipantId, Standing) {
    match party {
        // A room has one tablet, whichever it is.
        Party::Tablet(_) => seat(TABLET, 0, 0, false),
        Party::Interpreter(interpreter) => seat(INTERPRETER, interpreter.0, 1, false),
        Party::Guest(guest) => seat(GUEST, guest.0, Standing::GUEST, false),
        // Whoever of them it is: there is one at most, who watches and listens only.
        Party::Coordinator => seat(COORDINATOR, 0, Standing::GUEST, true),
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
    fn everybody_sees_the_tablet_first_then_the_interpreters_then_a_third_party() {
        let tablet = standing_of(Party::Tablet(TabletId(1)));
        let interpreter = standing_of(Party::Interpreter(InterpreterId(1)));
        let guest = standing_of(Party::Guest(GuestId(1)));
        assert!(tablet.precedence < interpreter.precedence);
        assert!(interpreter.precedence < Standing::GUEST);
        assert_eq!(guest.precedence, Standing::GUEST);
    }

    #[test]
    fn only_a_coordinator_is_silent() {
        let speaking = [
            Party::Tablet(TabletId(1)),
            Party::Interpreter(InterpreterId(1)),
            Party::Guest(GuestId(1)),
        ];
        assert!(speaking.iter().all(|party| !standing_of(*party).silent));
        assert!(standing_of(Party::Coordinator).silent);
    }
}
