//! From a message's text to what the dispatcher does: reading, and who may ask what; the commands
//! of the core are in `commands`. Pure, so that every combination is tested without a socket.

mod commands;

use crate::auth::{Role, permissions};
use crate::dispatch::Camera;
use commands::command;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::{CallId, TabletId};
use passerelle_signaling::need::Mode;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::{
    CLIENT_MESSAGE_BYTES_MAX, ClientMessage, ErrorCode, Identity, NOTICE_CHARS_MAX, Request,
    ServerMessage,
};
use passerelle_signaling::tag::Language;
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
        sdp: Pii<String>,
    },
    /// The camera is turned off or on, or shows nothing.
    Camera {
        party: Party,
        call: CallId,
        camera: Camera,
    },
    /// The page shows the pictures of its call, or is out of sight.
    Pictures {
        party: Party,
        call: CallId,
        shown: bool,
    },
    /// A text to every interpreter, on one line.
    Broadcast(Pii<String>),
    /// When appointments can be made.
    Slots {
        tablet: TabletId,
        language: Language,
        mode: Option<Mode>,
    },
    /// A link for a third party.
    InviteGuest { party: Party, call: CallId },
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
    if !permissions::who_asks(&request).contains(&Role::of(identity)) {
        return Err(Refusal::NotAllowed);
    }
    let party = side_of(identity).ok_or(Refusal::NotAllowed)?;
    match (identity, request) {
        (_, Request::Broadcast { text }) => {
            notice(text.reveal()).map(|line| Action::Broadcast(line.into()))
        }
        (Identity::Tablet { tablet }, Request::Slots { language, mode }) => Ok(Action::Slots {
            tablet,
            language,
            mode,
        }),
        (_, Request::InviteGuest { call }) => Ok(Action::InviteGuest { party, call }),
        (_, Request::Camera { call, off, taken }) => {
            let camera = Camera::of(off, taken);
            Ok(Action::Camera {
                party,
                call,
                camera,
            })
        }
        (_, Request::Pictures { call, shown }) => Ok(Action::Pictures { party, call, shown }),
        (_, Request::MediaOffer { call, sdp }) => Ok(Action::Join { party, call, sdp }),
        (identity, request) => command((identity, party), &request, now)
            .map(Action::Submit)
            .ok_or(Refusal::NotAllowed),
    }
}

/// Whom this client is in a call; an administrator is in none.
const fn side_of(identity: Identity) -> Option<Party> {
    match identity {
        Identity::Tablet { tablet } => Some(Party::Tablet(tablet)),
        Identity::Interpreter { interpreter } => Some(Party::Interpreter(interpreter)),
        Identity::Guest { guest } => Some(Party::Guest(guest)),
        Identity::Coordinator => Some(Party::Coordinator),
        Identity::Administrator => None,
    }
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
