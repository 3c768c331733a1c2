//! A call's way through the gateway: ring, decline, talk, hang up, and the record it leaves.

use crate::gateway::Gateway;
use crate::people::{
    Talk, activity, available, board, connect, ended, interpreter, outcome, ring, tablet, tap,
};
use passerelle::client::http::ClientError;
use passerelle::client::signalling::SignallingClient;
use passerelle::store::Store;
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::protocol::{DeclineReason, ErrorCode, Identity, Request, View};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::{Activity, Availability};

#[tokio::test]
async fn a_tap_rings_the_interpreter_and_is_in_the_record() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut answering = available(&gateway, 5).await;
    let mut calling = connect(&gateway, tablet(7)).await;
    tap(&mut calling, "uk").await;
    let (_, call) = ring(&mut answering).await;
    let row = board(&mut coordinator, "the call on the board", |board| {
        board.queue.iter().find(|row| row.call == call).cloned()
    });
    let row = row.await;
    assert_eq!(row.site.0, 7);
    calling.ask(Request::HangUp { call }).await.unwrap();
    let (how, record) = outcome(&mut coordinator, call).await;
    assert_eq!(how, Outcome::AbandonedQueued);
    assert_eq!((record.language.as_str(), record.offers), ("uk", 1));
    assert!(record.tapped_at <= record.queued_at && record.queued_at <= record.offered_at.unwrap());
    assert_eq!(ended(&mut calling).await.outcome, Outcome::AbandonedQueued);
}

#[tokio::test]
async fn a_declined_call_goes_to_the_next_interpreter() {
    let gateway = Gateway::demo(&[]);
    let mut first = available(&gateway, 1).await;
    let mut second = available(&gateway, 2).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "fsl").await;
    let (offer, call) = tokio::select! {
        rung = ring(&mut first) => rung,
        rung = ring(&mut second) => {
            std::mem::swap(&mut first, &mut second);
            rung
        }
    };
    let reason = DeclineReason::KnowsThePerson;
    first.ask(Request::Decline { offer, reason }).await.unwrap();
    let (next_offer, next_call) = ring(&mut second).await;
    assert_eq!(next_call, call);
    assert_ne!(next_offer, offer);
    let declined = |view: &View| match view {
        View::Interpreter(view) if view.activity == Activity::Idle => Some(view.availability),
        _ => None,
    };
    let availability = first
        .view_where("no ring", crate::people::SOON, declined)
        .await
        .unwrap();
    assert_eq!(
        availability,
        Availability::Available,
        "a decline has no penalty"
    );
    // A late click on the declined offer harms nobody.
    let late = first.ask(Request::Accept { offer }).await.unwrap_err();
    let ClientError::RequestRefused { error, .. } = late else {
        panic!("{late}")
    };
    assert_eq!(error, ErrorCode::OfferGone);
}

#[tokio::test]
async fn either_side_hangs_up_for_both_and_the_record_is_complete() {
    let gateway = Gateway::demo(&[("rules.wrap_up_ms", "0")]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    for tablet_hangs_up in [true, false] {
        let talk = Talk::begin(&mut calling, &mut answering, "ar").await;
        let call = talk.call;
        let side = if tablet_hangs_up {
            &mut calling
        } else {
            &mut answering
        };
        side.ask(Request::HangUp { call }).await.unwrap();
        let last = ended(&mut calling).await;
        assert_eq!((last.call, last.outcome), (call, Outcome::Completed));
        not_in_call(&mut answering).await;
        let (how, record) = outcome(&mut coordinator, call).await;
        assert_eq!(how, Outcome::Completed);
        assert_eq!(record.interpreter, Some(InterpreterId(4)));
        let moments = [
            Some(record.tapped_at),
            Some(record.queued_at),
            record.offered_at,
            record.accepted_at,
            record.connected_at,
            record.ended_at,
        ];
        assert!(
            moments.iter().all(Option::is_some) && moments.is_sorted(),
            "{record:?}"
        );
        talk.close().await;
    }
    let data_dir = gateway.data_dir();
    let (status, _remains) = gateway.end("INT");
    assert!(status.success());
    let store = Store::open(&data_dir).unwrap();
    let ever = Timestamp(i64::MAX.unsigned_abs());
    let stored = store.records_between(Timestamp(0), ever).await.unwrap();
    let outcomes: Vec<_> = stored.iter().map(|record| record.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Completed); 2]);
}

async fn not_in_call(client: &mut SignallingClient) {
    let free = |view: &View| {
        let activity = activity(view)?;
        matches!(activity, Activity::Idle | Activity::WrapUp { .. }).then_some(())
    };
    client
        .view_where("the end of the call", crate::people::SOON, free)
        .await
        .unwrap();
}

#[tokio::test]
async fn media_is_refused_to_whoever_is_not_in_the_call() {
    let gateway = Gateway::demo(&[]);
    let mut answering = available(&gateway, 5).await;
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "uk").await;
    let (_, call) = ring(&mut answering).await;
    let mut stranger = connect(&gateway, tablet(2)).await;
    let mut other = connect(&gateway, interpreter(6)).await;
    for client in [&mut stranger, &mut other, &mut calling] {
        let sdp = String::from("v=0");
        let refused = client
            .ask(Request::MediaOffer {
                call,
                sdp: sdp.into(),
            })
            .await
            .unwrap_err();
        let ClientError::RequestRefused { error, .. } = refused else {
            panic!("{refused}")
        };
        assert!(
            matches!(
                error,
                ErrorCode::CallGone | ErrorCode::WrongState | ErrorCode::NotAllowed
            ),
            "{error:?}"
        );
    }
}
