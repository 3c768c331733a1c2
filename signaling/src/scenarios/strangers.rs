//! Stories about numbers that are not one's own: found by changing the rules one by one and looking
//! which change no other test noticed.

use super::*;
use crate::state::Phase;

/// Anna talks with the hall, Boris with the museum.
fn two_conversations() -> (Service, CallId, CallId) {
    let mut service = Service::open();
    service.tap(HALL);
    let annas = service.answer(ANNA);
    service.tap(MUSEUM);
    let boriss = service.answer(BORIS);
    (service, annas, boriss)
}

fn boris_hangs_up(call: CallId) -> Command {
    let party = Party::Interpreter(BORIS);
    Command::HangUp { party, call }
}

fn boris_passes_on(call: CallId) -> Command {
    Command::Transfer {
        interpreter: BORIS,
        call,
        language: tag("en"),
    }
}

#[test]
fn nobody_ends_or_passes_on_the_conversation_of_a_colleague() {
    let (mut service, annas, boriss) = two_conversations();
    for command in [boris_hangs_up(annas), boris_passes_on(annas)] {
        assert_eq!(service.refused(command), Rejection::CallGone);
    }
    for call in [annas, boriss] {
        assert!(matches!(service.call(call).phase, Phase::Active { .. }));
    }
}

#[test]
fn whoever_wraps_up_is_answered_alike_about_the_last_call_only() {
    let (mut service, annas, boriss) = two_conversations();
    service.run(boris_hangs_up(boriss));
    for again in [boris_hangs_up(boriss), boris_passes_on(boriss)] {
        assert_eq!(service.run(again), Step::default());
    }
    for other in [boris_hangs_up(annas), boris_passes_on(annas)] {
        assert_eq!(service.refused(other), Rejection::CallGone);
    }
}
