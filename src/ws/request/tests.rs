//! Who may ask what, and how requests are read.

use super::*;
use passerelle_signaling::command::Counter;
use passerelle_signaling::configuration::Class;
use passerelle_signaling::ids::{OfferId, SiteId};
use passerelle_signaling::need::{Mode, Role};
use passerelle_signaling::protocol::{DeclineReason, HelpReason, PauseReason};

const TABLET: Identity = Identity::Tablet {
    tablet: TabletId(1),
};
const INTERPRETER: Identity = Identity::Interpreter {
    interpreter: InterpreterId(2),
};
const CALL: CallId = CallId(3);
const OFFER: OfferId = OfferId(4);
const PERSON: InterpreterId = InterpreterId(5);
const NOW: Timestamp = Timestamp(9);

/// Who may ask it: tablet, interpreter, coordinator. Without a wildcard, so that a new request
/// cannot be forgotten here.
const fn allowed(request: &Request) -> [bool; 3] {
    match request {
        Request::Tap { .. } | Request::RequestCallback { .. } | Request::AnswerCallback { .. } => {
            [true, false, false]
        }
        Request::CancelCallback { .. } => [true, false, true],
        Request::HangUp { .. } | Request::MediaOffer { .. } => [true, true, false],
        Request::SetAvailable { .. }
        | Request::Pause { .. }
        | Request::Accept { .. }
        | Request::Decline { .. }
        | Request::EndWrapUp
        | Request::ExtendWrapUp
        | Request::Transfer { .. }
        | Request::Invite { .. }
        | Request::CancelInvite { .. }
        | Request::TakeOver { .. }
        | Request::AskHelp { .. } => [false, true, false],
        Request::Prioritise { .. }
        | Request::Assign { .. }
        | Request::Withdraw { .. }
        | Request::Move { .. }
        | Request::Force { .. }
        | Request::PauseInterpreter { .. }
        | Request::Broadcast { .. } => [false, false, true],
    }
}

/// One of each request; the command it becomes for the first role that may ask it.
fn table() -> Vec<(Request, Option<Command>)> {
    let all = of_tablets().into_iter().chain(of_interpreters());
    all.chain(of_conversations())
        .chain(of_coordinators())
        .collect()
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
    let sdp = String::new();
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
    let available = true;
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
            Request::ExtendWrapUp,
            Some(Command::ExtendWrapUp { interpreter }),
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
    let text = String::from("Relève à midi");
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

#[test]
fn each_role_may_ask_its_own_requests_and_no_others() {
    for (request, command) in table() {
        let roles = [TABLET, INTERPRETER, Identity::Coordinator];
        let may = roles.map(|identity| action(identity, request.clone(), NOW).is_ok());
        assert_eq!(may, allowed(&request), "{request:?}");
        let first = roles.into_iter().zip(may).find(|(_, may)| *may).unwrap().0;
        let asked = action(first, request.clone(), NOW).unwrap();
        match command {
            Some(command) => assert_eq!(asked, Action::Submit(command), "{request:?}"),
            None => assert!(!matches!(asked, Action::Submit(_)), "{request:?}"),
        }
    }
}

#[test]
fn the_table_has_every_request_once() {
    let kind = |request: &Request| std::mem::discriminant(request);
    let kinds: std::collections::HashSet<_> =
        table().iter().map(|(request, _)| kind(request)).collect();
    assert_eq!((kinds.len(), table().len()), (24, 24));
}

#[test]
fn a_request_means_what_its_asker_may_do() {
    let callback = CALL;
    let by_coordinator = action(
        Identity::Coordinator,
        Request::CancelCallback { callback },
        NOW,
    );
    let expected = Command::CancelCallback {
        tablet: None,
        callback,
    };
    assert_eq!(by_coordinator, Ok(Action::Submit(expected)));
    let call = CALL;
    let party = Party::Interpreter(InterpreterId(2));
    let hung_up = action(INTERPRETER, Request::HangUp { call }, NOW);
    let expected = Command::HangUp { party, call };
    assert_eq!(hung_up, Ok(Action::Submit(expected)));
}

#[test]
fn a_broadcast_is_one_line_of_bounded_length_with_something_to_read() {
    let asked = |text: &str| {
        let text = text.to_owned();
        action(Identity::Coordinator, Request::Broadcast { text }, NOW)
    };
    let line = Action::Broadcast(String::from("Pause à 12 h, مرحبا"));
    assert_eq!(asked(" Pause\r\n\u{7}à 12\th, مرحبا\u{0} "), Ok(line));
    for empty in ["", "  \n", "\u{0}\u{1b}"] {
        assert_eq!(asked(empty), Err(Refusal::EmptyText), "{empty:?}");
    }
    assert_eq!(Refusal::EmptyText.code(), ErrorCode::BadMessage);
    let longest = "é".repeat(NOTICE_CHARS_MAX);
    assert_eq!(asked(&longest), Ok(Action::Broadcast(longest.clone())));
    let refused = asked(&format!("{longest}é"));
    assert_eq!(refused, Err(Refusal::TextTooLong));
    assert_eq!(Refusal::TextTooLong.code(), ErrorCode::TextTooLong);
}

#[test]
fn every_request_is_read_back_from_its_text() {
    for (id, (request, _)) in (1..).zip(table()) {
        let message = ClientMessage { id, request };
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(read(&text).unwrap(), message, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_number_where_there_is_one() {
    let number = |text: &str| read(text).unwrap_err().id;
    assert_eq!(number("hello"), None);
    assert_eq!(number("[]"), None);
    assert_eq!(number(r#"{"id":7,"type":"fly"}"#), Some(7));
    assert_eq!(number(r#"{"id":7,"type":"tap","language":"FSL"}"#), Some(7));
    let odd_mode = r#"{"id":7,"type":"tap","language":"fsl","mode":"telepathy"}"#;
    assert_eq!(number(odd_mode), Some(7));
    let odd_class = r#"{"id":8,"type":"prioritise","call":1,"class":"vip"}"#;
    assert_eq!(number(odd_class), Some(8));
    let odd_counter = r#"{"id":9,"type":"force","counter":{"desk":1},"open":true}"#;
    assert_eq!(number(odd_counter), Some(9));
    let negative = r#"{"id":9,"type":"assign","call":1,"interpreter":-1}"#;
    assert_eq!(number(negative), Some(9));
    assert_eq!(number(&"x".repeat(CLIENT_MESSAGE_BYTES_MAX + 1)), None);
    let fine = read(r#"{"id":7,"type":"end_wrap_up"}"#).unwrap();
    assert_eq!(fine.request, Request::EndWrapUp);
}
