//! A coordinator who looks on in a conversation: only while the visitor agrees, seen by nobody, and
//! noted in the log.

use crate::gateway::Gateway;
use crate::people::{
    LEAD, OBSERVER, SOON, Talk, VISITOR, available, board, connect, join, offer, phase, refusal,
    sees, sign_in, tablet,
};
use passerelle::auth::Role;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ErrorCode, HelpReason, Identity, Request, View};
use passerelle_signaling::view::{BoardView, ObserverView, TabletPhase};

/// Waits until the tablet shows a coordinator so, or none.
async fn shown(client: &mut SignallingClient, wanted: impl Fn(Option<ObserverView>) -> bool) {
    let seen = |view: &View| match phase(view) {
        Some(TabletPhase::Active { observer, .. }) => wanted(*observer).then_some(()),
        _ => None,
    };
    let seen = client.view_where("the mark of a coordinator", SOON, seen);
    seen.await.unwrap();
}

/// Whether the coordinator is let into the media.
async fn media_refused(client: &mut SignallingClient, call: CallId) -> ErrorCode {
    let (media, sdp) = offer(OBSERVER).await;
    let refused = refusal(
        client,
        Request::MediaOffer {
            call,
            sdp: sdp.into(),
        },
    )
    .await;
    media.close().await;
    refused
}

fn asked(observer: Option<ObserverView>) -> bool {
    matches!(observer, Some(ObserverView::Asked { .. }))
}

#[tokio::test]
async fn a_coordinator_sees_and_hears_only_while_the_visitor_agrees_and_nobody_sees_them() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    assert_eq!(
        media_refused(&mut coordinator, call).await,
        ErrorCode::NotAllowed,
        "nobody has asked"
    );
    coordinator.ask(Request::AskToJoin { call }).await.unwrap();
    shown(&mut calling, asked).await;
    assert_eq!(
        media_refused(&mut coordinator, call).await,
        ErrorCode::CallGone
    );
    // The lead cannot agree in the visitor's place.
    let agreed = Request::Consent { call, agree: true };
    assert_eq!(
        refusal(&mut answering, agreed.clone()).await,
        ErrorCode::NotAllowed
    );

    calling.ask(agreed).await.unwrap();
    let looking = join(&mut coordinator, call, OBSERVER).await;
    sees(&looking, &[VISITOR, LEAD]).await;
    shown(&mut calling, |one| one == Some(ObserverView::There)).await;
    let there = Some(ObserverView::There);
    let on_board = |board: &BoardView| {
        let mut rows = board.active.iter();
        rows.find(|row| row.call == call && row.observer == there)
            .map(drop)
    };
    board(&mut coordinator, "a coordinator who looks on", on_board).await;

    let withdrawn = Request::Consent { call, agree: false };
    calling.ask(withdrawn).await.unwrap();
    assert!(
        looking.wait_until(SOON, |stats| stats.lost).await,
        "still connected"
    );
    shown(&mut calling, |one| one.is_none()).await;
    assert_eq!(
        media_refused(&mut coordinator, call).await,
        ErrorCode::CallGone
    );
    // The conversation went on all the time, and nobody received the coordinator.
    for client in [&talk.visitor, &talk.lead] {
        let before = client.stats().video_frames_received;
        let goes_on = client.wait_until(SOON, |now| now.video_frames_received > before + 5);
        assert!(goes_on.await);
        assert!(!client.stats().has_received_from(OBSERVER));
    }
    let log = gateway.log();
    for written in [
        "asks to look on",
        "is let in to look on",
        "no coordinator looks on any more",
    ] {
        let lines = log.lines().filter(|line| line.contains(written));
        assert_eq!(lines.count(), 1, "{written}: {log}");
    }
    looking.close().await;
    talk.close().await;
}

#[tokio::test]
async fn silence_counts_as_no_and_a_coordinator_leaves_by_their_own_hand() {
    let gateway = Gateway::demo(&[("rules.consent_ms", "500")]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    coordinator.ask(Request::AskToJoin { call }).await.unwrap();
    shown(&mut calling, asked).await;
    shown(&mut calling, |one| one.is_none()).await;
    let late = Request::Consent { call, agree: true };
    assert_eq!(refusal(&mut calling, late).await, ErrorCode::WrongState);
    let again = Request::AskToJoin { call };
    let refused = refusal(&mut coordinator, again).await;
    assert_eq!(refused, ErrorCode::WrongState, "not again so soon");
    let reason = Some(HelpReason::Other);
    answering.ask(Request::AskHelp { reason }).await.unwrap();

    coordinator.ask(Request::AskToJoin { call }).await.unwrap();
    calling
        .ask(Request::Consent { call, agree: true })
        .await
        .unwrap();
    let looking = join(&mut coordinator, call, OBSERVER).await;
    shown(&mut calling, |one| one == Some(ObserverView::There)).await;
    coordinator.ask(Request::HangUp { call }).await.unwrap();
    assert!(looking.wait_until(SOON, |stats| stats.lost).await);
    shown(&mut calling, |one| one.is_none()).await;
    // It was the coordinator who left, and nobody else.
    let active = |view: &View| matches!(phase(view)?, TabletPhase::Active { .. }).then_some(());
    calling
        .view_where("the call in progress", SOON, active)
        .await
        .unwrap();
    looking.close().await;
    talk.close().await;
}

#[tokio::test]
async fn a_coordinator_who_signs_out_looks_on_no_longer_whatever_their_page_does() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, Identity::Coordinator).await;
    let coordinator = SignallingClient::connect(&target, Role::Coordinator, &cookie).await;
    let mut coordinator = coordinator.unwrap();
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let (call, agree) = (talk.call, true);
    coordinator.ask(Request::AskToJoin { call }).await.unwrap();
    calling.ask(Request::Consent { call, agree }).await.unwrap();
    let looking = join(&mut coordinator, call, OBSERVER).await;
    shown(&mut calling, |one| one == Some(ObserverView::There)).await;
    let path = "/api/sign-out?role=coordinator";
    let nothing = serde_json::json!({});
    let answer = target.post(path, &nothing, Some(&cookie)).await.unwrap();
    assert_eq!(answer.status, 204);
    assert!(looking.wait_until(SOON, |stats| stats.lost).await);
    shown(&mut calling, |one| one.is_none()).await;
    looking.close().await;
    talk.close().await;
}
