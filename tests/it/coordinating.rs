//! The coordinator's hand, over a real connection.

use crate::gateway::Gateway;
use crate::people::{
    SOON, available, board, connect, ended, outcome, position, refusal, ring, tablet, tap,
};
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::command::Counter;
use passerelle_signaling::configuration::Class;
use passerelle_signaling::ids::{CallId, InterpreterId};
use passerelle_signaling::protocol::{
    ErrorCode, Identity, NOTICE_CHARS_MAX, PauseReason, Request, ServerMessage, View,
};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::view::Availability;

/// Two tablets wait for Arabic.
async fn two_waiting(gateway: &Gateway) -> [(SignallingClient, CallId); 2] {
    let mut first = connect(gateway, tablet(1)).await;
    tap(&mut first, "ar").await;
    let first_call = position(&mut first).await.0;
    let mut second = connect(gateway, tablet(2)).await;
    tap(&mut second, "ar").await;
    let second_call = position(&mut second).await.0;
    [(first, first_call), (second, second_call)]
}

#[tokio::test]
async fn a_coordinator_changes_class_language_and_end_of_a_wait() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    // Asks nothing itself: while waiting for an answer a client passes over the records.
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let [(mut first, early), (mut second, late)] = two_waiting(&gateway).await;
    let class = Class::Emergency;
    let urgent = Request::Prioritise { call: late, class };
    coordinator.ask(urgent).await.unwrap();
    let order = board(&mut coordinator, "the new order", |board| {
        (board.queue.first()?.call == late).then(|| board.queue[0].class)
    });
    assert_eq!(order.await, class);

    let language = "uk".parse().unwrap();
    let moved = Request::Move {
        call: late,
        language,
    };
    coordinator.ask(moved).await.unwrap();
    let mut answering = available(&gateway, 5).await;
    assert_eq!(ring(&mut answering).await.1, late, "with its ticket");

    coordinator
        .ask(Request::Withdraw { call: early })
        .await
        .unwrap();
    assert_eq!(ended(&mut first).await.outcome, Outcome::Withdrawn);
    assert_eq!(outcome(&mut watching, early).await.0, Outcome::Withdrawn);
    let again = refusal(&mut coordinator, Request::Withdraw { call: early }).await;
    assert_eq!(again, ErrorCode::CallGone);
    second.ask(Request::HangUp { call: late }).await.unwrap();
    assert_eq!(outcome(&mut watching, late).await.1.class, class);
}

#[tokio::test]
async fn a_coordinator_gives_a_call_to_one_person() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut rung = available(&gateway, 5).await;
    let mut chosen = available(&gateway, 6).await;
    tap(&mut calling, "uk").await;
    let (_, call) = ring(&mut rung).await;
    let interpreter = InterpreterId(6);
    coordinator
        .ask(Request::Assign { call, interpreter })
        .await
        .unwrap();
    assert_eq!(ring(&mut chosen).await.1, call);
    for (number, expected) in [(1, ErrorCode::NotQualified), (99, ErrorCode::NotFound)] {
        let interpreter = InterpreterId(number);
        let refused = refusal(&mut coordinator, Request::Assign { call, interpreter }).await;
        assert_eq!(refused, expected);
    }
}

#[tokio::test]
async fn a_coordinator_closes_and_opens_a_language() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    let language = "pt".parse().unwrap();
    let counter = Counter::Language(language);
    for (open, closed) in [(Some(false), 1), (None, 0)] {
        coordinator
            .ask(Request::Force { counter, open })
            .await
            .unwrap();
        let shown = |view: &View| match view {
            View::Tablet(view) => (view.closed.len() == closed).then_some(()),
            _ => None,
        };
        calling
            .view_where("open or closed", SOON, shown)
            .await
            .unwrap();
    }
    let unknown = Counter::Language("xx".parse().unwrap());
    let force = Request::Force {
        counter: unknown,
        open: None,
    };
    let refused = refusal(&mut coordinator, force).await;
    assert_eq!(refused, ErrorCode::UnknownLanguage);
}

#[tokio::test]
async fn a_coordinator_lets_somebody_pause_who_returns_by_their_own_hand() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut person = available(&gateway, 5).await;
    let pause = Request::PauseInterpreter {
        interpreter: InterpreterId(5),
        reason: PauseReason::Rest,
    };
    coordinator.ask(pause).await.unwrap();
    let paused = |view: &View| match view {
        View::Interpreter(view) if view.availability == Availability::Paused => view.pause,
        _ => None,
    };
    let pause = person.view_where("the pause", SOON, paused).await.unwrap();
    assert!(pause.by_coordinator && pause.reason == PauseReason::Rest);
    let available = true;
    person
        .ask(Request::SetAvailable { available })
        .await
        .unwrap();
    let back = |view: &View| match view {
        View::Interpreter(view) => (view.availability == Availability::Available).then_some(()),
        _ => None,
    };
    person.view_where("the return", SOON, back).await.unwrap();
}

#[tokio::test]
async fn a_broadcast_is_read_by_interpreters_and_written_nowhere() {
    let gateway = Gateway::demo_with(&[], &["--log", "trace"]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut people = [
        crate::people::connect(&gateway, crate::people::interpreter(1)).await,
        available(&gateway, 5).await,
    ];
    let marker = "marqueur-6f1d";
    let text = format!("Relève {marker}\nà midi");
    coordinator
        .ask(Request::Broadcast { text: text.into() })
        .await
        .unwrap();
    let notice = |message: &ServerMessage| match message {
        ServerMessage::Notice { text, .. } => Some(text.reveal().clone()),
        _ => None,
    };
    for person in &mut people {
        let read = person.message_where("the notice", SOON, notice).await;
        assert_eq!(read.unwrap(), format!("Relève {marker} à midi"));
    }
    let long = "x".repeat(NOTICE_CHARS_MAX + 1);
    for (text, expected) in [
        (long, ErrorCode::TextTooLong),
        (String::from(" \n"), ErrorCode::BadMessage),
    ] {
        let refused = refusal(&mut coordinator, Request::Broadcast { text: text.into() }).await;
        assert_eq!(refused, expected);
    }
    let log = gateway.log();
    assert!(!log.is_empty() && !log.contains(marker), "it is in the log");
    for file in std::fs::read_dir(gateway.data_dir()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let holds = bytes
            .windows(marker.len())
            .any(|part| part == marker.as_bytes());
        assert!(!holds, "it is on disk");
    }
}
