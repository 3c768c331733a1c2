//! A visitor who does not wait at the counter is called back there, with the old ticket.

use crate::gateway::Gateway;
use crate::people::{
    SOON, available, connect, ended, outcome, phase, position, record, ring, tablet, tap,
};
use passerelle_signaling::event::CallbackEnd;
use passerelle_signaling::protocol::{Identity, Request, View};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::view::TabletPhase;

#[tokio::test]
async fn the_tablet_rings_when_somebody_is_free_and_the_answer_is_a_call_again() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(4)).await;
    tap(&mut calling, "pt").await;
    let (call, _) = position(&mut calling).await;
    calling
        .ask(Request::RequestCallback { call })
        .await
        .unwrap();
    // Sent twice, done once.
    calling
        .ask(Request::RequestCallback { call })
        .await
        .unwrap();
    assert_eq!(
        ended(&mut calling).await.outcome,
        Outcome::ConvertedCallback
    );
    let (_, converted) = outcome(&mut coordinator, call).await;

    let mut answering = available(&gateway, 7).await;
    let rings = |view: &View| match view {
        View::Tablet(view) => view
            .callbacks
            .iter()
            .find(|one| one.rings_until.is_some())
            .copied(),
        _ => None,
    };
    let rung = calling
        .view_where("the callback", SOON, rings)
        .await
        .unwrap();
    assert_eq!((rung.callback, rung.ticket), (call, converted.queued_at));
    let callback = call;
    calling
        .ask(Request::AnswerCallback { callback })
        .await
        .unwrap();
    let (_, again) = ring(&mut answering).await;
    assert_ne!(again, call);
    assert_eq!(position(&mut calling).await, (again, 1));
    let is_over = |record: &CallRecord| record.callback.is_some();
    let over = record(&mut coordinator, call, is_over).await;
    assert_eq!(over.callback, Some(CallbackEnd::Answered));
    calling.ask(Request::HangUp { call: again }).await.unwrap();
    let (_, follows) = outcome(&mut coordinator, again).await;
    assert_eq!(follows.origin, Some(call));
}

#[tokio::test]
async fn a_callback_is_given_up_at_the_tablet_or_by_a_coordinator() {
    let gateway = Gateway::demo(&[]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut calling = connect(&gateway, tablet(4)).await;
    for by_coordinator in [false, true] {
        tap(&mut calling, "pt").await;
        let (call, _) = position(&mut calling).await;
        let idle = |view: &View| (phase(view) == Some(&TabletPhase::Idle)).then_some(());
        calling
            .ask(Request::RequestCallback { call })
            .await
            .unwrap();
        calling
            .view_where("the end of the wait", SOON, idle)
            .await
            .unwrap();
        let callback = call;
        let asking = if by_coordinator {
            &mut coordinator
        } else {
            &mut calling
        };
        asking
            .ask(Request::CancelCallback { callback })
            .await
            .unwrap();
        let none = |view: &View| match view {
            View::Tablet(view) => view.callbacks.is_empty().then_some(()),
            _ => None,
        };
        calling.view_where("no callback", SOON, none).await.unwrap();
    }
}
