//! Bad input: every refusal is reached, has its name on the wire, and concerns nobody else
//! (`Service::refused` compares the whole state).

use super::*;
use crate::protocol::ErrorCode;

const NOBODY: InterpreterId = InterpreterId(99);
const NOWHERE: TabletId = TabletId(99);
const NO_CALL: CallId = CallId(99);

/// The hall talks with Anna, the museum's call rings at Boris; Chloe speaks English.
fn busy() -> Service {
    let mut three = configuration(&[ANNA, BORIS]);
    let english = person(&[("en", 1, &[Mode::SpokenVideo])]);
    three.interpreters.insert(CHLOE, english);
    let mut service = Service::with(three);
    service.tap(HALL);
    service.answer(ANNA);
    service.tap(MUSEUM);
    service
}

fn tap(tablet: TabletId, language: &str, mode: Option<Mode>) -> Command {
    let language = tag(language);
    Command::Tap {
        tablet,
        language,
        mode,
        tapped_at: Timestamp(0),
    }
}

#[test]
fn whoever_is_not_in_the_directory_is_told_so() {
    let tablets = [
        tap(NOWHERE, "fsl", None),
        Command::Connected(Party::Tablet(NOWHERE)),
        Command::Disconnected(Party::Tablet(NOWHERE), Departure::Lost),
        Command::HangUp {
            party: Party::Tablet(NOWHERE),
            call: CallId(1),
        },
        Command::RequestCallback {
            tablet: NOWHERE,
            call: CallId(2),
        },
        Command::AnswerCallback {
            tablet: NOWHERE,
            callback: CallId(2),
        },
    ];
    let people = [
        Command::Connected(Party::Interpreter(NOBODY)),
        Command::SetAvailable {
            interpreter: NOBODY,
            available: true,
        },
        Command::Accept {
            interpreter: NOBODY,
            offer: OfferId(2),
        },
        Command::EndWrapUp {
            interpreter: NOBODY,
        },
        Command::ExtendWrapUp {
            interpreter: NOBODY,
            until: Timestamp(0),
        },
        Command::Assign {
            call: CallId(2),
            interpreter: NOBODY,
        },
    ];
    let mut service = busy();
    for command in tablets {
        assert_eq!(service.refused(command), Rejection::UnknownTablet);
    }
    for command in people {
        assert_eq!(service.refused(command), Rejection::UnknownInterpreter);
    }
    let counter = Counter::Site(SiteId(99));
    let open = Some(true);
    let force = Command::Force { counter, open };
    assert_eq!(service.refused(force), Rejection::UnknownSite);
}

#[test]
fn a_language_or_a_mode_that_is_not_offered_is_unknown() {
    let mut service = busy();
    for command in [
        tap(CLINIC, "ja", None),
        tap(CLINIC, "fsl", Some(Mode::SpokenAudio)),
        Command::Move {
            call: CallId(2),
            language: tag("ja"),
        },
        Command::Force {
            counter: Counter::Language(tag("ja")),
            open: None,
        },
    ] {
        assert_eq!(service.refused(command), Rejection::UnknownLanguage);
    }
}

#[test]
fn a_call_that_is_over_or_of_others_is_gone() {
    let mut service = busy();
    let class = Class::Emergency;
    for command in [
        Command::MediaUp { call: NO_CALL },
        Command::Prioritise {
            call: NO_CALL,
            class,
        },
        Command::Withdraw { call: NO_CALL },
        Command::HangUp {
            party: Party::Tablet(CLINIC),
            call: CallId(1),
        },
        Command::HangUp {
            party: Party::Interpreter(BORIS),
            call: CallId(1),
        },
        Command::Transfer {
            interpreter: BORIS,
            call: CallId(1),
            language: tag("en"),
        },
        Command::RequestCallback {
            tablet: CLINIC,
            call: CallId(2),
        },
        Command::AnswerCallback {
            tablet: CLINIC,
            callback: CallId(2),
        },
        Command::CancelCallback {
            tablet: None,
            callback: CallId(2),
        },
    ] {
        assert_eq!(service.refused(command), Rejection::CallGone);
    }
}

#[test]
fn an_offer_of_somebody_else_or_of_the_past_is_gone() {
    let mut service = busy();
    let (offer, _) = service.ringing(BORIS).unwrap();
    let reason = DeclineReason::Tired;
    for (interpreter, offer) in [(CHLOE, offer), (ANNA, offer), (BORIS, OfferId(99))] {
        let accept = Command::Accept { interpreter, offer };
        assert_eq!(service.refused(accept), Rejection::OfferGone);
        let decline = Command::Decline {
            interpreter,
            offer,
            reason,
        };
        assert_eq!(service.refused(decline), Rejection::OfferGone);
    }
}

#[test]
fn whoever_is_rung_cannot_take_the_ring_of_a_colleague() {
    let mut service = Service::searching(&["at once ring 2 of every tier"]);
    service.tap(HALL);
    let (offer, _) = service.ringing(BORIS).unwrap();
    let accept = Command::Accept {
        interpreter: ANNA,
        offer,
    };
    assert_eq!(service.refused(accept), Rejection::OfferGone);
}

#[test]
fn what_does_not_fit_the_present_state_is_refused() {
    let mut service = busy();
    let class = Class::Priority;
    let talking = CallId(1);
    service.lose(Party::Tablet(CLINIC));
    service.set_available(CHLOE, false);
    for command in [
        tap(HALL, "en", None),
        tap(CLINIC, "fsl", None),
        Command::EndWrapUp { interpreter: ANNA },
        Command::MediaUp { call: CallId(2) },
        Command::Withdraw { call: talking },
        Command::Prioritise {
            call: talking,
            class,
        },
        Command::RequestCallback {
            tablet: HALL,
            call: talking,
        },
    ] {
        assert_eq!(service.refused(command), Rejection::WrongState);
    }
    let qualified_and_away = Command::Assign {
        call: CallId(2),
        interpreter: BORIS,
    };
    service.set_available(BORIS, false);
    assert_eq!(service.refused(qualified_and_away), Rejection::WrongState);
}

#[test]
fn every_refusal_has_its_name_on_the_wire() {
    let names = [
        (Rejection::UnknownTablet, ErrorCode::NotFound),
        (Rejection::UnknownInterpreter, ErrorCode::NotFound),
        (Rejection::UnknownSite, ErrorCode::NotFound),
        (Rejection::UnknownLanguage, ErrorCode::UnknownLanguage),
        (Rejection::Closed, ErrorCode::Closed),
        (Rejection::CallGone, ErrorCode::CallGone),
        (Rejection::OfferGone, ErrorCode::OfferGone),
        (Rejection::NotQualified, ErrorCode::NotQualified),
        (Rejection::WrongState, ErrorCode::WrongState),
    ];
    for (rejection, code) in names {
        assert_eq!(rejection.code(), code);
    }
}
