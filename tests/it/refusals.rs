//! What is refused, clearly and without disturbing anybody else.

use crate::gateway::Gateway;
use crate::people::{
    LEAD, SOON, Talk, VISITOR, available, connect, join, position, sees, sign_in, tablet, tap,
};
use axum::http::Method;
use axum::http::header::{HeaderName, HeaderValue, ORIGIN};
use passerelle::auth::Role;
use passerelle::client::http::{ClientError, Target};
use passerelle::client::signalling::{Introduction, SignallingClient};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, ServerMessage, View};
use passerelle_signaling::view::TabletPhase;

async fn refused(target: &Target, introduction: Introduction) -> u16 {
    match SignallingClient::introduce(target, &introduction).await {
        Err(ClientError::Refused { status, .. }) => status,
        Err(error) => panic!("refused without an HTTP answer: {error}"),
        Ok(_) => panic!("let in with {introduction:?}"),
    }
}

#[tokio::test]
async fn a_websocket_needs_a_role_our_subprotocol_our_origin_and_a_session() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let page = || Introduction::of_page(&target, Role::Tablet, &cookie);
    let path = |path: &str| Introduction {
        path: path.to_owned(),
        ..page()
    };
    let origin = |origin: Option<&str>| Introduction {
        origin: origin.map(str::to_owned),
        ..page()
    };
    let subprotocol = |name: Option<&str>| Introduction {
        subprotocol: name.map(str::to_owned),
        ..page()
    };
    assert_eq!(refused(&target, path("/ws")).await, 400);
    assert_eq!(refused(&target, path("/ws?role=mayor")).await, 400);
    assert_eq!(refused(&target, path("/socket?role=tablet")).await, 404);
    // A tablet's cookie opens no other page.
    assert_eq!(refused(&target, path("/ws?role=coordinator")).await, 401);
    assert_eq!(
        refused(&target, origin(Some("https://example.org"))).await,
        403
    );
    assert_eq!(refused(&target, origin(None)).await, 403);
    assert_eq!(refused(&target, subprotocol(None)).await, 400);
    assert_eq!(
        refused(&target, subprotocol(Some("passerelle.v0"))).await,
        400
    );
    let stranger = Introduction {
        cookie: None,
        ..page()
    };
    assert_eq!(refused(&target, stranger).await, 401);
    assert!(SignallingClient::introduce(&target, &page()).await.is_ok());
}

#[tokio::test]
async fn refusals_over_http_have_a_stable_id_and_say_what_to_do() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let json = serde_json::json!({});
    let nobody = serde_json::json!({ "identity": tablet(4711) });
    let answers = [
        (
            target.get("/api/nothing", None).await,
            404,
            "unknown_endpoint",
        ),
        (target.get("/api/session", None).await, 400, "unknown_role"),
        (target.get("/api/invite", None).await, 405, "wrong_method"),
        (
            target.get("/ws?role=tablet", None).await,
            403,
            "foreign_origin",
        ),
        (
            target.post("/api/demo/sign-in", &json, None).await,
            400,
            "bad_request",
        ),
        (
            target.post("/api/demo/sign-in", &nobody, None).await,
            404,
            "unknown_identity",
        ),
        (
            target
                .post("/api/invite", &serde_json::json!({"code": "1"}), None)
                .await,
            404,
            "invite_gone",
        ),
    ];
    for (answer, status, id) in answers {
        let answer = answer.unwrap();
        assert_eq!(answer.status, status, "{}", answer.body);
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["error"], id);
        assert!(!body["message"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn another_sites_page_can_change_nothing() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let body = serde_json::json!({ "identity": tablet(1) }).to_string();
    let json = (
        HeaderName::from_static("content-type"),
        HeaderValue::from_static("application/json"),
    );
    let foreign = HeaderValue::from_static("https://example.org");
    for origin in [vec![], vec![(ORIGIN, foreign)]] {
        let headers = origin.into_iter().chain([json.clone()]).collect();
        let sent = target
            .send(Method::POST, "/api/demo/sign-in", headers, body.clone())
            .await;
        let answer = sent.unwrap();
        assert_eq!(answer.status, 403);
        assert!(answer.cookie().is_none());
    }
}

#[tokio::test]
async fn an_overlong_body_is_refused() {
    let gateway = Gateway::demo(&[]);
    let long = serde_json::json!({ "code": "x".repeat(10_000) });
    let answer = gateway
        .target()
        .post("/api/invite", &long, None)
        .await
        .unwrap();
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("too_large"));
}

#[tokio::test]
async fn bad_messages_are_refused_and_disturb_nobody() {
    let gateway = Gateway::demo(&[]);
    let mut other = connect(&gateway, tablet(2)).await;
    tap(&mut other, "en").await;
    let mut client = connect(&gateway, tablet(1)).await;
    let long = "x".repeat(70_000);
    for text in ["", "hello", "[1]", "{\"type\":\"tap\"}", &long] {
        client.send_text(text.to_owned()).await.unwrap();
        assert_eq!(refusal(&mut client).await, (None, ErrorCode::BadMessage));
    }
    client
        .send_text(String::from(r#"{"id":900,"type":"fly"}"#))
        .await
        .unwrap();
    assert_eq!(
        refusal(&mut client).await,
        (Some(900), ErrorCode::BadMessage)
    );
    client.send(vec![0xff, 0xfe].into()).await.unwrap();
    assert_eq!(refusal(&mut client).await, (None, ErrorCode::BadMessage));
    let not_a_tablets = client.ask(Request::EndWrapUp).await.unwrap_err();
    let ClientError::RequestRefused { error, .. } = not_a_tablets else {
        panic!()
    };
    assert_eq!(error, ErrorCode::NotAllowed);
    tap(&mut client, "en").await;
    let first = position(&mut other).await;
    let second = position(&mut client).await;
    assert_eq!((first.1, second.1), (1, 2));
}

fn media_offer(CallId(call): CallId, bytes: usize) -> String {
    let sdp = "v".repeat(bytes);
    format!(r#"{{"id":7,"type":"media_offer","call":{call},"sdp":"{sdp}"}}"#)
}

/// Above what one message may have at all, nothing is read on: the socket ends, and nothing else.
#[tokio::test]
async fn an_offer_that_is_too_large_is_refused_with_a_stable_id_and_the_call_goes_on() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let connecting = SignallingClient::connect(&target, Role::Tablet, &cookie);
    let mut calling = connecting.await.unwrap();
    let mut answering = available(&gateway, 7).await;
    let talk = Talk::begin(&mut calling, &mut answering, "pt").await;
    let too_large = [
        (50_000, (Some(7), ErrorCode::BadMedia)),
        (100_000, (None, ErrorCode::BadMessage)),
    ];
    for (bytes, expected) in too_large {
        let offer = media_offer(talk.call, bytes);
        calling.send_text(offer).await.unwrap();
        assert_eq!(refusal(&mut calling).await, expected);
    }
    let again = join(&mut calling, talk.call, VISITOR).await;
    // It may fail already here, or once it is read.
    let _ = calling.send_text(media_offer(talk.call, 1 << 20)).await;
    assert!(calling.bye(SOON).await.is_err(), "lost");
    let introduction =
        Introduction::of_page(&target, Role::Tablet, &cookie).remembering(calling.memory());
    let mut back = SignallingClient::introduce(&target, &introduction)
        .await
        .unwrap();
    let active = |view: &View| match view {
        View::Tablet(view) => matches!(view.phase, TabletPhase::Active { .. }).then_some(()),
        _ => None,
    };
    back.view_where("the call in progress", SOON, active)
        .await
        .unwrap();
    sees(&again, &[LEAD]).await;
    sees(&talk.lead, &[VISITOR]).await;
    again.close().await;
    talk.close().await;
}

#[tokio::test]
async fn too_many_requests_are_refused_and_the_connection_stays() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut client = connect(&gateway, tablet(1)).await;
    for id in 1000..1040 {
        let text = format!(r#"{{"id":{id},"type":"end_wrap_up"}}"#);
        client.send_text(text).await.unwrap();
    }
    let too_fast = |message: &ServerMessage| match message {
        ServerMessage::Refused {
            error: ErrorCode::TooFast,
            ..
        } => Some(()),
        _ => None,
    };
    client
        .message_where("a refusal", SOON, too_fast)
        .await
        .unwrap();
    let last = |message: &ServerMessage| match message {
        ServerMessage::Refused { id: Some(1039), .. } => Some(()),
        _ => None,
    };
    client
        .message_where("the last answer", SOON, last)
        .await
        .unwrap();
    let connected = crate::people::board(&mut coordinator, "the tablet", |board| {
        board
            .tablets
            .iter()
            .find(|row| row.tablet.0 == 1 && row.connected)
            .map(|_| ())
    });
    connected.await;
}

async fn refusal(client: &mut SignallingClient) -> (Option<u64>, ErrorCode) {
    let refused = |message: &ServerMessage| match message {
        ServerMessage::Refused { id, error, .. } => Some((*id, *error)),
        _ => None,
    };
    client
        .message_where("a refusal", SOON, refused)
        .await
        .unwrap()
}
