//! From a message's text to what the dispatcher does: reading, and who may ask what. Pure, so that
//! every combination is tested without a socket.

use crate::dispatch::party_of;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{
    CLIENT_MESSAGE_BYTES_MAX, ClientMessage, ErrorCode, Identity, Request, ServerMessage,
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

/// What this client asks, or `None` when its role may not ask that.
pub(super) fn action(identity: Identity, request: Request, now: Timestamp) -> Option<Action> {
    let command = match (identity, request) {
        (Identity::Tablet { tablet }, Request::Tap { language }) => Command::Tap {
            tablet,
            language,
            tapped_at: now,
        },
        (Identity::Interpreter { interpreter }, Request::SetAvailable { available }) => {
            Command::SetAvailable {
                interpreter,
                available,
            }
        }
        (Identity::Interpreter { interpreter }, Request::Accept { offer }) => {
            Command::Accept { interpreter, offer }
        }
        (Identity::Interpreter { interpreter }, Request::Decline { offer, reason }) => {
            Command::Decline {
                interpreter,
                offer,
                reason,
            }
        }
        (Identity::Interpreter { interpreter }, Request::EndWrapUp) => {
            Command::EndWrapUp { interpreter }
        }
        (identity, Request::HangUp { call }) => {
            let party = party_of(identity)?;
            Command::HangUp { party, call }
        }
        (identity, Request::MediaOffer { call, sdp }) => {
            let party = party_of(identity)?;
            return Some(Action::Join { party, call, sdp });
        }
        _ => return None,
    };
    Some(Action::Submit(command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::ids::{InterpreterId, OfferId, TabletId};
    use passerelle_signaling::protocol::DeclineReason;

    const TABLET: Identity = Identity::Tablet {
        tablet: TabletId(1),
    };
    const INTERPRETER: Identity = Identity::Interpreter {
        interpreter: InterpreterId(2),
    };

    #[test]
    fn each_role_may_ask_its_own_requests_and_no_others() {
        let (call, offer) = (CallId(3), OfferId(4));
        let reason = DeclineReason::Tired;
        let language = "fsl".parse().unwrap();
        let sdp = String::new();
        let table = [
            (Request::Tap { language }, true, false),
            (Request::HangUp { call }, true, true),
            (Request::SetAvailable { available: true }, false, true),
            (Request::Accept { offer }, false, true),
            (Request::Decline { offer, reason }, false, true),
            (Request::EndWrapUp, false, true),
            (Request::MediaOffer { call, sdp }, true, true),
        ];
        for (request, tablet, interpreter) in table {
            let may = |identity| action(identity, request.clone(), Timestamp(9)).is_some();
            assert_eq!(may(TABLET), tablet, "{request:?}");
            assert_eq!(may(INTERPRETER), interpreter, "{request:?}");
            assert!(!may(Identity::Coordinator), "{request:?}");
        }
    }

    #[test]
    fn a_tap_carries_the_moment_it_arrived() {
        let language = "fsl".parse().unwrap();
        let expected = Command::Tap {
            tablet: TabletId(1),
            language,
            tapped_at: Timestamp(9),
        };
        let asked = action(TABLET, Request::Tap { language }, Timestamp(9));
        assert_eq!(asked, Some(Action::Submit(expected)));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_number_where_there_is_one() {
        let number = |text: &str| read(text).unwrap_err().id;
        assert_eq!(number("hello"), None);
        assert_eq!(number("[]"), None);
        assert_eq!(number(r#"{"id":7,"type":"fly"}"#), Some(7));
        assert_eq!(number(r#"{"id":7,"type":"tap","language":"FSL"}"#), Some(7));
        assert_eq!(number(&"x".repeat(CLIENT_MESSAGE_BYTES_MAX + 1)), None);
        let fine = read(r#"{"id":7,"type":"end_wrap_up"}"#).unwrap();
        assert_eq!(fine.request, Request::EndWrapUp);
    }
}
