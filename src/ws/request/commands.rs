//! Which command of the core each request becomes, one function a role.

use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::{InterpreterId, TabletId};
use passerelle_signaling::protocol::{Identity, Request};
use passerelle_signaling::time::Timestamp;

/// The command of the core, or `None` when the request is none of this role's.
pub(super) fn command(
    (identity, party): (Identity, Party),
    request: &Request,
    now: Timestamp,
) -> Option<Command> {
    let of_role = match identity {
        Identity::Tablet { tablet } => {
            of_tablet(tablet, request, now).or_else(|| of_appointment(tablet, request))
        }
        Identity::Interpreter { interpreter } => {
            of_interpreter(interpreter, request).or_else(|| of_conversation(interpreter, request))
        }
        Identity::Coordinator => of_coordinator(request),
        Identity::Guest { .. } | Identity::Administrator => None,
    };
    of_role.or_else(|| of_everybody(party, request))
}

/// Anybody in a call may leave it.
fn of_everybody(party: Party, request: &Request) -> Option<Command> {
    match *request {
        Request::HangUp { call } => Some(Command::HangUp { party, call }),
        _ => None,
    }
}

fn of_tablet(tablet: TabletId, request: &Request, now: Timestamp) -> Option<Command> {
    Some(match *request {
        Request::Tap { language, mode } => Command::Tap {
            tablet,
            language,
            mode,
            tapped_at: now,
        },
        Request::RequestCallback { call } => Command::RequestCallback { tablet, call },
        Request::AnswerCallback { callback } => Command::AnswerCallback { tablet, callback },
        Request::CancelCallback { callback } => Command::CancelCallback {
            tablet: Some(tablet),
            callback,
        },
        Request::ChangeMode { call, mode } => Command::ChangeMode { tablet, call, mode },
        Request::SetSubject { call, subject } => Command::SetSubject {
            tablet,
            call,
            subject,
        },
        Request::Consent { call, agree } => Command::Consent {
            tablet,
            call,
            agree,
        },
        Request::RemoveGuest { call } => Command::RemoveGuest {
            party: Party::Tablet(tablet),
            call,
        },
        _ => return None,
    })
}

fn of_appointment(tablet: TabletId, request: &Request) -> Option<Command> {
    Some(match *request {
        Request::Book {
            call,
            language,
            mode,
            starts_at,
        } => Command::Book {
            tablet,
            call,
            language,
            mode,
            starts_at,
        },
        Request::AnswerAppointment { appointment } => Command::AnswerAppointment {
            tablet,
            appointment,
        },
        Request::CancelAppointment { appointment } => Command::CancelAppointment {
            tablet: Some(tablet),
            appointment,
        },
        _ => return None,
    })
}

fn of_interpreter(interpreter: InterpreterId, request: &Request) -> Option<Command> {
    Some(match *request {
        Request::SetAvailable { available } => Command::SetAvailable {
            interpreter,
            available,
        },
        Request::Pause { reason } => Command::Pause {
            interpreter,
            reason,
            by_coordinator: false,
        },
        Request::Accept { offer } => Command::Accept { interpreter, offer },
        Request::Decline { offer, reason } => Command::Decline {
            interpreter,
            offer,
            reason,
        },
        Request::EndWrapUp => Command::EndWrapUp { interpreter },
        Request::ExtendWrapUp { until } => Command::ExtendWrapUp { interpreter, until },
        Request::AskHelp { reason } => Command::AskHelp {
            interpreter,
            reason,
        },
        Request::TakeAppointment { appointment } => Command::TakeAppointment {
            interpreter,
            appointment,
            by_coordinator: false,
        },
        Request::ReleaseAppointment { appointment } => Command::ReleaseAppointment {
            interpreter,
            appointment,
        },
        _ => return None,
    })
}

fn of_conversation(interpreter: InterpreterId, request: &Request) -> Option<Command> {
    Some(match *request {
        Request::Transfer { call, language } => Command::Transfer {
            interpreter,
            call,
            language,
        },
        Request::Invite {
            call,
            role,
            language,
            interpreter: to,
        } => Command::Invite {
            interpreter,
            call,
            role,
            language,
            to,
        },
        Request::CancelInvite { call } => Command::CancelInvite { interpreter, call },
        Request::TakeOver { call } => Command::TakeOver { interpreter, call },
        Request::RemoveGuest { call } => Command::RemoveGuest {
            party: Party::Interpreter(interpreter),
            call,
        },
        _ => return None,
    })
}

fn of_coordinator(request: &Request) -> Option<Command> {
    Some(match *request {
        Request::Prioritise { call, class } => Command::Prioritise { call, class },
        Request::Assign { call, interpreter } => Command::Assign { call, interpreter },
        Request::Withdraw { call } => Command::Withdraw { call },
        Request::Move { call, language } => Command::Move { call, language },
        Request::Force { counter, open } => Command::Force { counter, open },
        Request::PauseInterpreter {
            interpreter,
            reason,
        } => Command::Pause {
            interpreter,
            reason,
            by_coordinator: true,
        },
        Request::CancelCallback { callback } => Command::CancelCallback {
            tablet: None,
            callback,
        },
        Request::CancelAppointment { appointment } => Command::CancelAppointment {
            tablet: None,
            appointment,
        },
        Request::AssignAppointment {
            appointment,
            interpreter,
        } => Command::TakeAppointment {
            interpreter,
            appointment,
            by_coordinator: true,
        },
        Request::AskToJoin { call } => Command::AskToJoin { call },
        _ => return None,
    })
}
