//! Clients that go away, come back, or are open twice.

use crate::gateway::Gateway;
use crate::people::{
    SOON, available, connect, outcome, position, quiet, ring, sign_in, tablet, tap,
};
use passerelle::auth::Role;
use passerelle::client::http::ClientError;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::protocol::{ByeReason, Identity};
use passerelle_signaling::record::Outcome;

#[tokio::test]
async fn closing_the_tablets_page_ends_the_ring_after_the_grace() {
    let gateway = Gateway::demo(&[("rules.grace_closed_ms", "300")]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut answering = available(&gateway, 7).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "pt").await;
    let (_, call) = ring(&mut answering).await;
    calling.close().await.unwrap();
    quiet(&mut answering).await;
    let (how, record) = outcome(&mut coordinator, call).await;
    assert_eq!(how, Outcome::AbandonedQueued);
    let waited = record.ended_at.unwrap().since(record.queued_at);
    assert!(waited.0 >= 300, "the grace was kept: {waited:?}");
}

#[tokio::test]
async fn a_reloaded_page_keeps_its_place() {
    let gateway = Gateway::demo(&[]);
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "pt").await;
    let before = position(&mut calling).await;
    calling.close().await.unwrap();
    let mut reloaded = connect(&gateway, tablet(1)).await;
    assert_eq!(position(&mut reloaded).await, before);
}

#[tokio::test]
async fn a_second_tab_replaces_the_first() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let mut first = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    tap(&mut first, "en").await;
    let mut second = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    assert_eq!(first.bye(SOON).await.unwrap(), ByeReason::Replaced);
    // The first one's end does not end the call of the second.
    drop(first);
    let (_, place) = position(&mut second).await;
    assert_eq!(place, 1);
}

#[tokio::test]
async fn coordinators_may_be_many() {
    let gateway = Gateway::demo(&[]);
    let mut first = connect(&gateway, Identity::Coordinator).await;
    let mut second = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "en").await;
    for coordinator in [&mut first, &mut second] {
        let queued = crate::people::board(coordinator, "the call", |board| {
            (board.queue.len() == 1).then_some(())
        });
        queued.await;
    }
}

#[tokio::test]
async fn signing_out_closes_the_socket_and_ends_the_session() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let identity = crate::people::interpreter(1);
    let cookie = sign_in(&target, identity).await;
    let mut client = SignallingClient::connect(&target, Role::Interpreter, &cookie)
        .await
        .unwrap();
    let nothing = serde_json::json!({});
    let path = "/api/sign-out?role=interpreter";
    let answer = target.post(path, &nothing, Some(&cookie)).await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::SignedOut);
    let again = SignallingClient::connect(&target, Role::Interpreter, &cookie).await;
    let Err(ClientError::Refused { status, body }) = again else {
        panic!("it was let in")
    };
    assert_eq!(status, 401);
    assert!(body.is_empty() || body.contains("signed_out"), "{body}");
}
