//! A third party who comes by a link: once, for one conversation, and for nothing else.

use crate::gateway::Gateway;
use crate::people::{
    GUEST, LEAD, SOON, Talk, VISITOR, available, connect, join, phase, refusal, sees, tablet,
};
use passerelle::auth::Role;
use passerelle::client::http::{Answer, ClientError, Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{
    ByeReason, ErrorCode, Identity, Request, ServerMessage, View,
};
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::{GuestState, TabletPhase};

/// Asks for a link: its code, and until when it is good.
async fn link(client: &mut SignallingClient, call: CallId) -> (String, Timestamp) {
    match client
        .answer_to(Request::InviteGuest { call })
        .await
        .unwrap()
    {
        ServerMessage::GuestLink { path, until, .. } => {
            (path.strip_prefix("/guest#").unwrap().to_owned(), until)
        }
        other => panic!("{other:?}"),
    }
}

async fn redeem(target: &Target, code: &str) -> Answer {
    let body = serde_json::json!({ "code": code });
    target.post("/api/invite", &body, None).await.unwrap()
}

async fn is_gone(target: &Target, code: &str) -> bool {
    let answer = redeem(target, code).await;
    answer.status == 404 && answer.body.contains("invite_gone") && answer.cookie().is_none()
}

async fn is_signed_in(target: &Target, cookie: &Cookie) -> bool {
    let answer = target.get("/api/session?role=guest", Some(cookie)).await;
    let told: serde_json::Value = serde_json::from_str(&answer.unwrap().body).unwrap();
    assert_eq!(told["identities"], serde_json::json!([]));
    told["signed_in"].as_bool().unwrap()
}

/// Waits until the tablet shows the third party so.
async fn shown(client: &mut SignallingClient, wanted: impl Fn(Option<GuestState>) -> bool) {
    let seen = |view: &View| match phase(view) {
        Some(TabletPhase::Active { guest, .. }) => wanted(*guest).then_some(()),
        _ => None,
    };
    let seen = client.view_where("the third party", SOON, seen);
    seen.await.unwrap();
}

#[tokio::test]
async fn a_link_works_once_and_its_guest_is_seen_by_both_until_the_call_ends() {
    let gateway = Gateway::demo_with(&[], &["--log", "trace"]);
    let target = gateway.target();
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    let (void, until) = link(&mut calling, call).await;
    // Asked anew, by either side, the link before is void; the time for it stays.
    let (code, same) = link(&mut answering, call).await;
    assert_eq!(same, until);
    shown(&mut calling, |guest| {
        guest == Some(GuestState::Invited { until })
    })
    .await;
    assert!(is_gone(&target, &void).await);
    let (one, other) = tokio::join!(redeem(&target, &code), redeem(&target, &code));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404], "one of two at the same time");
    let cookie = [one, other].iter().find_map(Answer::cookie).unwrap();
    assert!(is_gone(&target, &code).await);
    assert!(is_signed_in(&target, &cookie).await);

    let mut guest = SignallingClient::connect(&target, Role::Guest, &cookie)
        .await
        .unwrap();
    assert!(matches!(guest.identity(), Identity::Guest { .. }));
    assert!(guest.directory().interpreters.is_empty());
    shown(&mut calling, |guest| guest == Some(GuestState::Connecting)).await;
    let again = refusal(&mut answering, Request::InviteGuest { call }).await;
    assert_eq!(again, ErrorCode::WrongState);
    let third = join(&mut guest, call, GUEST).await;
    shown(&mut calling, |guest| guest == Some(GuestState::There)).await;
    sees(&talk.visitor, &[LEAD, GUEST]).await;
    sees(&talk.lead, &[VISITOR, GUEST]).await;
    sees(&third, &[VISITOR, LEAD]).await;

    calling.ask(Request::HangUp { call }).await.unwrap();
    assert_eq!(guest.bye(SOON).await.unwrap(), ByeReason::SignedOut);
    assert!(third.wait_until(SOON, |stats| stats.lost).await);
    assert!(!is_signed_in(&target, &cookie).await);
    let back = SignallingClient::connect(&target, Role::Guest, &cookie)
        .await
        .err();
    assert!(matches!(
        back,
        Some(ClientError::Closed(Some(ByeReason::SignedOut)))
    ));
    for secret in [&void, &code] {
        assert!(!gateway.log().contains(secret.as_str()), "it is in the log");
        for file in std::fs::read_dir(gateway.data_dir()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
            let mut parts = bytes.windows(secret.len());
            assert!(
                !parts.any(|part| part == secret.as_bytes()),
                "it is on disk"
            );
        }
    }
    third.close().await;
    talk.close().await;
}

#[tokio::test]
async fn a_newer_link_wins_over_whoever_is_arriving_by_the_older_one() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    for _ in 0..5 {
        // The older link is used at the very moment at which the newer is made.
        let (older, _) = link(&mut calling, call).await;
        let (answer, (newer, _)) =
            tokio::join!(redeem(&target, &older), link(&mut answering, call));
        if let Some(cookie) = answer.cookie() {
            assert!(!is_signed_in(&target, &cookie).await);
        }
        assert!(is_gone(&target, &older).await);
        // The newer is used, and its guest arrives at the very moment at which a third is made.
        let cookie = redeem(&target, &newer).await.cookie().unwrap();
        let arriving = SignallingClient::connect(&target, Role::Guest, &cookie);
        let asked = calling.answer_to(Request::InviteGuest { call });
        let (arrived, made) = tokio::join!(arriving, asked);
        if made.is_ok() {
            if let Ok(mut guest) = arrived {
                assert_eq!(guest.bye(SOON).await.unwrap(), ByeReason::SignedOut);
            }
            assert!(!is_signed_in(&target, &cookie).await);
        } else {
            // The guest was faster, and stays until sent away.
            let guest = arrived.unwrap();
            assert_eq!(
                guest.directory().sites.len(),
                1,
                "no more than the page shows"
            );
            answering.ask(Request::RemoveGuest { call }).await.unwrap();
        }
        let (last, _) = link(&mut calling, call).await;
        let cookie = redeem(&target, &last).await.cookie().unwrap();
        let mut guest = SignallingClient::connect(&target, Role::Guest, &cookie)
            .await
            .unwrap();
        answering.ask(Request::RemoveGuest { call }).await.unwrap();
        assert_eq!(guest.bye(SOON).await.unwrap(), ByeReason::SignedOut);
    }
    talk.close().await;
}

#[tokio::test]
async fn a_guest_may_ask_nothing_but_to_connect_and_to_leave() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    let (code, _) = link(&mut calling, call).await;
    let cookie = redeem(&target, &code).await.cookie().unwrap();
    let mut guest = SignallingClient::connect(&target, Role::Guest, &cookie)
        .await
        .unwrap();
    let (agree, available) = (true, true);
    let language = "uk".parse().unwrap();
    let others = [
        Request::Consent { call, agree },
        Request::InviteGuest { call },
        Request::RemoveGuest { call },
        Request::AskToJoin { call },
        Request::Withdraw { call },
        Request::SetAvailable { available },
        Request::Slots {
            language,
            mode: None,
        },
    ];
    for request in others {
        assert_eq!(refusal(&mut guest, request).await, ErrorCode::NotAllowed);
    }
    // Another call is none of theirs.
    let elsewhere = CallId(call.0 + 1);
    let (media, sdp) = crate::people::offer(GUEST).await;
    let offer = Request::MediaOffer {
        call: elsewhere,
        sdp: sdp.into(),
    };
    assert_eq!(refusal(&mut guest, offer).await, ErrorCode::CallGone);
    let left = Request::HangUp { call: elsewhere };
    assert_eq!(refusal(&mut guest, left).await, ErrorCode::CallGone);
    media.close().await;

    // The goodbye is the answer: nothing is left to be told.
    let left = guest.ask(Request::HangUp { call }).await.err();
    let signed_out = Some(ByeReason::SignedOut);
    assert!(matches!(left, Some(ClientError::Closed(reason)) if reason == signed_out));
    shown(&mut calling, |guest| guest.is_none()).await;
    talk.close().await;
}

#[tokio::test]
async fn a_guest_is_sent_away_and_a_link_too_old_or_of_an_ended_call_opens_nothing() {
    let gateway = Gateway::demo(&[("rules.guest_link_ms", "3000")]);
    let target = gateway.target();
    let mut calling = connect(&gateway, tablet(1)).await;
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
    let call = talk.call;
    let (used, _) = link(&mut calling, call).await;
    let cookie = redeem(&target, &used).await.cookie().unwrap();
    let mut guest = SignallingClient::connect(&target, Role::Guest, &cookie)
        .await
        .unwrap();
    answering.ask(Request::RemoveGuest { call }).await.unwrap();
    assert_eq!(guest.bye(SOON).await.unwrap(), ByeReason::SignedOut);

    let (old, until) = link(&mut calling, call).await;
    shown(&mut calling, |guest| {
        guest == Some(GuestState::Invited { until })
    })
    .await;
    shown(&mut calling, |guest| guest.is_none()).await;
    assert!(is_gone(&target, &old).await);

    let (late, _) = link(&mut calling, call).await;
    calling.ask(Request::HangUp { call }).await.unwrap();
    assert!(is_gone(&target, &late).await);
    let refused = refusal(&mut calling, Request::InviteGuest { call }).await;
    assert_eq!(refused, ErrorCode::CallGone);
    talk.close().await;
}
