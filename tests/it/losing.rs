//! Clients that are lost without a word, as Wi-Fi, sleep and closed lids do it: no place is lost
//! too early, no ghost stays, and no ring goes into the void.

use crate::gateway::Gateway;
use crate::people::{
    LEAD, SOON, Talk, VISITOR, activity, available, board, connect, interpreter, join, phase,
    position, ring, sees, sign_in, tablet, tap,
};
use passerelle::auth::Role;
use passerelle::client::http::ClientError;
use passerelle::client::signalling::{Introduction, SignallingClient};
use passerelle_signaling::protocol::{ByeReason, Identity, Resumed, ServerMessage, View};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::{Activity, Availability, InterpreterStatus, TabletPhase};
use std::time::Duration;

/// Silence is noticed after fifteen seconds; the rest is for a busy machine.
const NOTICED: Duration = Duration::from_secs(30);

/// When the tablet's call entered the queue, while it waits.
fn ticket(view: &View) -> Option<Timestamp> {
    match phase(view) {
        Some(TabletPhase::Waiting { queued_at, .. }) => Some(*queued_at),
        _ => None,
    }
}

/// Reads on, as a page does, until the connection ends.
async fn reads(client: &mut SignallingClient) -> ClientError {
    let nothing = |_: &ServerMessage| None::<()>;
    let forever = Duration::from_secs(3600);
    let ended = client.message_where("the end", forever, nothing).await;
    ended.unwrap_err()
}

#[tokio::test]
async fn a_tablet_lost_for_less_than_the_grace_has_its_place_and_its_ticket() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let role = Role::Tablet;
    let mut calling = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    tap(&mut calling, "pt").await;
    let place = position(&mut calling).await;
    let queued_at = calling.view().and_then(ticket);
    // The socket ends without a close frame.
    drop(calling);
    let alone = board(&mut coordinator, "the loss", |board| {
        board.queue.iter().any(|row| !row.there).then_some(())
    });
    alone.await;
    let mut calling = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    assert_eq!(position(&mut calling).await, place);
    assert_eq!(calling.view().and_then(ticket), queued_at);
    let there = board(&mut coordinator, "the return", |board| {
        board.queue.iter().all(|row| row.there).then_some(())
    });
    there.await;
}

#[tokio::test]
async fn a_tablet_frozen_beyond_the_grace_leaves_no_ghost_and_wakes_to_the_truth() {
    let gateway = Gateway::demo(&[("rules.grace_lost_ms", "300")]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let role = Role::Tablet;
    let mut frozen = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    tap(&mut frozen, "pt").await;
    let (call, _) = position(&mut frozen).await;
    // As a stopped process: the socket stays open, pings are not answered, nothing is read.
    let over = |message: &ServerMessage| match message {
        ServerMessage::Today { records, .. } => {
            let ended = records.iter().find(|record| record.call == call)?;
            ended.outcome
        }
        _ => None,
    };
    let how = coordinator
        .message_where("the end of the call", NOTICED, over)
        .await;
    assert_eq!(how.unwrap(), Outcome::AbandonedQueued);
    let ghostless = board(&mut coordinator, "an empty board", |board| {
        let tablet = board.tablets.iter().find(|row| row.tablet.0 == 1)?;
        let nothing = board.queue.is_empty() && board.active.is_empty();
        (nothing && !tablet.connected && tablet.call.is_none()).then_some(())
    });
    ghostless.await;
    // Awake: what was on the way is read, the end is seen, and the page comes back.
    let memory = frozen.memory();
    frozen.bye(SOON).await.unwrap_err();
    assert!(frozen.memory().seq >= memory.seq);
    let introduction = Introduction::of_page(&target, role, &cookie).remembering(frozen.memory());
    let mut awake = SignallingClient::introduce(&target, &introduction)
        .await
        .unwrap();
    assert_eq!(awake.resumed(), Resumed::Fresh);
    let idle = |view: &View| (phase(view)? == &TabletPhase::Idle).then_some(());
    awake.view_where("the truth", SOON, idle).await.unwrap();
    assert!(awake.memory().seq > memory.seq);
}

#[tokio::test]
async fn a_second_tab_in_a_call_takes_the_media_over_and_the_first_is_told() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let role = Role::Tablet;
    let mut first = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    let mut answering = available(&gateway, 5).await;
    let talk = Talk::begin(&mut first, &mut answering, "uk").await;
    let mut second = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    assert_eq!(first.bye(SOON).await.unwrap(), ByeReason::Replaced);
    let active = |view: &View| match phase(view)? {
        TabletPhase::Active { call, .. } => Some(*call),
        _ => None,
    };
    let shown = second.view_where("the call", SOON, active).await.unwrap();
    assert_eq!(shown, talk.call);
    // The first tab ends with its camera; the second joins with its own.
    talk.visitor.close().await;
    let media = join(&mut second, talk.call, VISITOR).await;
    sees(&talk.lead, &[VISITOR]).await;
    sees(&media, &[LEAD]).await;
    drop(first);
    // Neither the first tab's end nor its media's ends the call.
    let still = second.view_where("the call", SOON, active).await.unwrap();
    assert_eq!(still, talk.call);
    media.close().await;
    talk.lead.close().await;
}

#[tokio::test]
async fn a_closed_lid_while_available_swallows_no_call() {
    // Longer than silence takes to be noticed, so that it is not the end of the ring that helps.
    let settings = [("rules.offer_ms", "60000"), ("rules.grace_lost_ms", "300")];
    let gateway = Gateway::demo(&settings);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut lid = available(&gateway, 7).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "pt").await;
    // From here on the laptop is shut: nothing is read, no ping is answered, no end is sent.
    let (_, call) = ring(&mut lid).await;
    let mut other = available(&gateway, 8).await;
    let rung = |view: &View| match activity(view)? {
        Activity::Ringing {
            call, queued_at, ..
        } => Some((*call, *queued_at)),
        _ => None,
    };
    // Everybody else is awake.
    let (again, queued_at) = tokio::select! {
        elsewhere = other.view_where("the ring, elsewhere", NOTICED, rung) => elsewhere.unwrap(),
        ended = reads(&mut calling) => panic!("the tablet: {ended}"),
        ended = reads(&mut coordinator) => panic!("the board: {ended}"),
    };
    assert_eq!(
        (again, Some(queued_at)),
        (call, calling.view().and_then(ticket))
    );
    let gone = board(&mut coordinator, "nobody behind the lid", |board| {
        let mut people = board.interpreters.iter();
        let lid = people.find(|row| row.interpreter.0 == 7)?;
        (lid.status == InterpreterStatus::Offline).then_some(())
    });
    gone.await;
    // Awake again, and away: the person says when they take calls.
    let mut awake = connect(&gateway, interpreter(7)).await;
    let away = |view: &View| match view {
        View::Interpreter(view) => Some((view.availability, view.activity == Activity::Idle)),
        _ => None,
    };
    let truth = awake.view_where("the truth", SOON, away).await.unwrap();
    assert_eq!(truth, (Availability::Away, true));
    lid.bye(SOON).await.unwrap_err();
}
