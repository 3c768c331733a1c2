//! From a message's text to what the dispatcher does: reading, and who may ask what. Pure, so that
//! every combination is tested without a socket.

use crate::dispatch::party_of;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::{CallId, InterpreterId, TabletId};
use passerelle_signaling::protocol::{
    CLIENT_MESSAGE_BYTES_MAX, ClientMessage, ErrorCode, Identity, NOTICE_CHARS_MAX, Request,
    ServerMessage,
};
use passerelle_signaling::time::Timestamp;

/// What a request asks of the dispatcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A command of the core.
    Submit(Command),
    /// Media of a call.
    Join {
        party: Party,
        call: CallId,
        sdp: String,
    },
    /// A text to every interpreter, on one line.
    Broadcast(String),
}

/// Why a request is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// This role may not ask that.
    NotAllowed,
    /// A text without anything to read.
    EmptyText,
    /// A text of more characters than may be.
    TextTooLong,
}

impl Refusal {
    /// The stable name on the wire.
    pub(super) const fn code(self) -> ErrorCode {
        match self {
            Self::NotAllowed => ErrorCode::NotAllowed,
            Self::EmptyText => ErrorCode::BadMessage,
            Self::TextTooLong => ErrorCode::TextTooLong,
        }
    }

    /// What to do.
    pub(super) fn message(self) -> String {
        match self {
            Self::NotAllowed => {
                String::from("this role may not ask that: PROTOCOL.md lists who asks what")
            }
            Self::EmptyText => String::from("the text is empty: write what people are to read"),
            Self::TextTooLong => {
                format!("the text is too long: at most {NOTICE_CHARS_MAX} characters")
            }
        }
    }
}

/// A frame that is not a request.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// The request's number, where that much can be made out, so that the client does not wait for
    /// an answer in vain.
    id: Option<u64>,
    message: String,
}

impl Unreadable {
    /// Without a number.
    pub(super) fn because(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { id: None, message }
    }

    /// The answer to it.
    pub(super) fn into_answer(self) -> ServerMessage {
        ServerMessage::Refused {
            id: self.id,
            error: ErrorCode::BadMessage,
            message: self.message,
        }
    }
}

/// Reads a text frame.
pub(super) fn read(text: &str) -> Result<ClientMessage, Unreadable> {
    if text.len() > CLIENT_MESSAGE_BYTES_MAX {
        return Err(Unreadable::because(format!(
            "the message has {} bytes: at most {CLIENT_MESSAGE_BYTES_MAX} are taken",
            text.len()
        )));
    }
    serde_json::from_str(text).map_err(|error| {
        let value = serde_json::from_str::<serde_json::Value>(text).ok();
        let id = value.and_then(|value| value.get("id")?.as_u64());
        // The position, not the content: messages may carry what people wrote.
        let (line, column) = (error.line(), error.column());
        let message = format!(
            "not a request of this protocol (line {line} column {column}): see PROTOCOL.md"
        );
        Unreadable { id, message }
    })
}

/// What this client asks.
pub(super) fn action(
    identity: Identity,
    request: Request,
    now: Timestamp,
) -> Result<Action, Refusal> {
    match (identity, request) {
        (Identity::Coordinator, Request::Broadcast { text }) => {
            notice(&text).map(Action::Broadcast)
        }
        (identity, Request::MediaOffer { call, sdp }) => {
            let party = party_of(identity).ok_or(Refusal::NotAllowed)?;
            Ok(Action::Join { party, call, sdp })
        }
        (identity, request) => command(identity, &request, now)
            .map(Action::Submit)
            .ok_or(Refusal::NotAllowed),
    }
}

/// The command of the core, or `None` when this role may not ask that.
fn command(identity: Identity, request: &Request, now: Timestamp) -> Option<Command> {
    match identity {
        Identity::Tablet { tablet } => of_tablet(tablet, request, now),
        Identity::Interpreter { interpreter } => of_interpreter(interpreter, request),
        Identity::Coordinator => of_coordinator(request),
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
        Request::HangUp { call } => Command::HangUp {
            party: Party::Tablet(tablet),
            call,
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
        Request::ExtendWrapUp => Command::ExtendWrapUp { interpreter },
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
        Request::AskHelp { reason } => Command::AskHelp {
            interpreter,
            reason,
        },
        Request::HangUp { call } => Command::HangUp {
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
        _ => return None,
    })
}

/// The text as it is shown: on one line, each run of white space and control characters one space.
fn notice(text: &str) -> Result<String, Refusal> {
    let parts = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let line = words.join(" ");
    match line.chars().count() {
        0 => Err(Refusal::EmptyText),
        1..=NOTICE_CHARS_MAX => Ok(line),
        _ => Err(Refusal::TextTooLong),
    }
}

#[cfg(test)]
mod tests;
