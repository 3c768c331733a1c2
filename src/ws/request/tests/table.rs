//! One of each request, and the command it becomes.

use super::*;
use passerelle_signaling::command::Counter;
use passerelle_signaling::configuration::Class;
use passerelle_signaling::ids::{GuestId, InterpreterId, OfferId, SiteId};
use passerelle_signaling::need::{Mode, Role};
use passerelle_signaling::protocol::{DeclineReason, HelpReason, PauseReason};
use passerelle_signaling::time::Timestamp;

pub(super) const TABLET: Identity = Identity::Tablet {
    tablet: TabletId(1),
};
pub(super) const INTERPRETER: Identity = Identity::Interpreter {
    interpreter: InterpreterId(2),
};
pub(super) const GUEST: Identity = Identity::Guest { guest: GuestId(7) };
pub(super) const CALL: CallId = CallId(3);
const OFFER: OfferId = OfferId(4);
pub(super) const PERSON: InterpreterId = InterpreterId(5);
pub(super) const NOW: Timestamp = Timestamp(9);

/// One of each request; the command it becomes for the first role that may ask it.
pub(super) fn table() -> Vec<(Request, Option<Command>)> {
    [
        of_tablets(),
        of_waiting(),
        of_appointments(),
        of_company(),
        of_interpreters(),
        of_conversations(),
        of_coordinators(),
    ]
    .concat()
}

fn of_tablets() -> Vec<(Request, Option<Command>)> {
    let (tablet, call, callback) = (TabletId(1), CALL, CALL);
    let language = "fsl".parse().unwrap();
    let mode = Some(Mode::TextRelay);
    let tap = Command::Tap {
        tablet,
        language,
        mode,
        tapped_at: NOW,
    };
    let cancel = Command::CancelCallback {
        tablet: Some(tablet),
        callback,
    };
    let hang_up = Command::HangUp {
        party: Party::Tablet(tablet),
        call,
    };
    let sdp = Pii::default();
    vec![
        (Request::Tap { language, mode }, Some(tap)),
        (
            Request::RequestCallback { call },
            Some(Command::RequestCallback { tablet, call }),
        ),
        (
            Request::AnswerCallback { callback },
            Some(Command::AnswerCallback { tablet, callback }),
        ),
        (Request::CancelCallback { callback }, Some(cancel)),
        (Request::HangUp { call }, Some(hang_up)),
        (Request::MediaOffer { call, sdp }, None),
        (Request::Pictures { call, shown: true }, None),
        (
            Request::Camera {
                call,
                off: true,
                taken: false,
            },
            None,
        ),
    ]
}

fn of_waiting() -> Vec<(Request, Option<Command>)> {
    let (tablet, call) = (TabletId(1), CALL);
    let language = "fsl".parse().unwrap();
    let mode = Mode::TextRelay;
    let subject = Some("housing".parse().unwrap());
    let set_subject = Command::SetSubject {
        tablet,
        call,
        subject,
    };
    let slots = Request::Slots {
        language,
        mode: Some(mode),
    };
    vec![
        (
            Request::ChangeMode { call, mode },
            Some(Command::ChangeMode { tablet, call, mode }),
        ),
        (Request::SetSubject { call, subject }, Some(set_subject)),
        (slots, None),
    ]
}

fn of_appointments() -> Vec<(Request, Option<Command>)> {
    let (tablet, appointment, call) = (TabletId(1), CALL, Some(CALL));
    let language = "fsl".parse().unwrap();
    let (mode, starts_at) = (Some(Mode::Sign), Timestamp(1_800_000));
    let book = Request::Book {
        call,
        language,
        mode,
        starts_at,
    };
    let booked = Command::Book {
        tablet,
        call,
        language,
        mode,
        starts_at,
    };
    let answered = Command::AnswerAppointment {
        tablet,
        appointment,
    };
    let cancelled = Command::CancelAppointment {
        tablet: Some(tablet),
        appointment,
    };
    let assign = Request::AssignAppointment {
        appointment,
        interpreter: PERSON,
    };
    let taken = |interpreter, by_coordinator| Command::TakeAppointment {
        interpreter,
        appointment,
        by_coordinator,
    };
    let released = Command::ReleaseAppointment {
        interpreter: InterpreterId(2),
        appointment,
    };
    vec![
        (book, Some(booked)),
        (Request::AnswerAppointment { appointment }, Some(answered)),
        (Request::CancelAppointment { appointment }, Some(cancelled)),
        (
            Request::TakeAppointment { appointment },
            Some(taken(InterpreterId(2), false)),
        ),
        (Request::ReleaseAppointment { appointment }, Some(released)),
        (assign, Some(taken(PERSON, true))),
    ]
}

fn of_company() -> Vec<(Request, Option<Command>)> {
    let (tablet, call, agree) = (TabletId(1), CALL, true);
    let consented = Command::Consent {
        tablet,
        call,
        agree,
    };
    let removed = Command::RemoveGuest {
        party: Party::Tablet(tablet),
        call,
    };
    vec![
        (
            Request::AskToJoin { call },
            Some(Command::AskToJoin { call }),
        ),
        (Request::Consent { call, agree }, Some(consented)),
        (Request::InviteGuest { call }, None),
        (Request::RemoveGuest { call }, Some(removed)),
    ]
}

fn of_interpreters() -> Vec<(Request, Option<Command>)> {
    let (interpreter, offer) = (InterpreterId(2), OFFER);
    let pause = Command::Pause {
        interpreter,
        reason: PauseReason::Meal,
        by_coordinator: false,
    };
    let decline = Command::Decline {
        interpreter,
        offer,
        reason: DeclineReason::Tired,
    };
    let (available, until) = (true, Timestamp(1_795_000_030_000));
    let set_available = Command::SetAvailable {
        interpreter,
        available,
    };
    let reason = Some(HelpReason::Danger);
    let ask_help = Command::AskHelp {
        interpreter,
        reason,
    };
    vec![
        (Request::SetAvailable { available }, Some(set_available)),
        (
            Request::Pause {
                reason: PauseReason::Meal,
            },
            Some(pause),
        ),
        (
            Request::Accept { offer },
            Some(Command::Accept { interpreter, offer }),
        ),
        (
            Request::Decline {
                offer,
                reason: DeclineReason::Tired,
            },
            Some(decline),
        ),
        (Request::EndWrapUp, Some(Command::EndWrapUp { interpreter })),
        (
            Request::ExtendWrapUp { until },
            Some(Command::ExtendWrapUp { interpreter, until }),
        ),
        (Request::AskHelp { reason }, Some(ask_help)),
    ]
}

fn of_conversations() -> Vec<(Request, Option<Command>)> {
    let (interpreter, call) = (InterpreterId(2), CALL);
    let language = "ar".parse().unwrap();
    let transfer = Command::Transfer {
        interpreter,
        call,
        language,
    };
    vec![
        (Request::Transfer { call, language }, Some(transfer)),
        (
            Request::Invite {
                call,
                role: Role::Second,
                language: Some(language),
                interpreter: Some(PERSON),
            },
            Some(Command::Invite {
                interpreter,
                call,
                role: Role::Second,
                language: Some(language),
                to: Some(PERSON),
            }),
        ),
        (
            Request::CancelInvite { call },
            Some(Command::CancelInvite { interpreter, call }),
        ),
        (
            Request::TakeOver { call },
            Some(Command::TakeOver { interpreter, call }),
        ),
    ]
}

fn of_coordinators() -> Vec<(Request, Option<Command>)> {
    let (call, interpreter, reason) = (CALL, PERSON, PauseReason::Rest);
    let class = Class::Emergency;
    let language = "uk".parse().unwrap();
    let (counter, open) = (Counter::Site(SiteId(6)), Some(false));
    let pause = Command::Pause {
        interpreter,
        reason,
        by_coordinator: true,
    };
    let text = Pii::from("Relève à midi");
    vec![
        (
            Request::Prioritise { call, class },
            Some(Command::Prioritise { call, class }),
        ),
        (
            Request::Assign { call, interpreter },
            Some(Command::Assign { call, interpreter }),
        ),
        (Request::Withdraw { call }, Some(Command::Withdraw { call })),
        (
            Request::Move { call, language },
            Some(Command::Move { call, language }),
        ),
        (
            Request::Force { counter, open },
            Some(Command::Force { counter, open }),
        ),
        (
            Request::PauseInterpreter {
                interpreter,
                reason,
            },
            Some(pause),
        ),
        (Request::Broadcast { text }, None),
    ]
}
