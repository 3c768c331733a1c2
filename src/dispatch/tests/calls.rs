//! A call from the tap to its record, as each screen sees it.

use super::*;
use passerelle_signaling::protocol::ErrorCode;

const VISITOR: Party = Party::Tablet(TabletId(7));
const INTERPRETER: Party = Party::Interpreter(InterpreterId(2));

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_from_the_tap_to_media_both_ways_to_its_record() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut coordinator = gateway.coordinator().await;
    let mut interpreter = gateway.interpreter(2).await;
    let mut tablet = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    let row = board(&mut coordinator, |board| board.queue.first().cloned()).await;
    assert_eq!((row.call, row.phase), (call, QueuePhase::Offered));

    gateway.hand.advance(Millis(1500));
    gateway.accept(offer).await;
    let clients = [
        gateway.join(VISITOR, call).await,
        gateway.join(INTERPRETER, call).await,
    ];
    tablet_view(&mut tablet, active).await;
    board(&mut coordinator, |board| board.active.first().cloned()).await;
    for client in &clients {
        client.wait_for_media(PATIENCE).await.unwrap();
    }

    gateway.hand.advance(Millis(30_000));
    let party = VISITOR;
    gateway.submit(Command::HangUp { party, call }).await;
    let ended = tablet_view(&mut tablet, |view| view.last.clone()).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    let is_over = |board: &BoardView| board.active.is_empty() && board.queue.is_empty();
    board(&mut coordinator, |board| is_over(board).then_some(())).await;
    let today = shown(&mut coordinator.today, |today| {
        let record = today.records.first()?;
        let ended = record.outcome.is_some();
        ended.then(|| (record.clone(), today.figures.clone()))
    });
    let (record, figures) = today.await;
    assert_eq!(record.wait(), Some(Millis(1500)));
    assert_eq!(figures[0].answered, 1);
    let now = gateway.clock.now();
    let stored = gateway.store.records_between(Timestamp(0), now).await;
    assert_eq!(stored.unwrap(), [record]);
    assert_eq!(gateway.sfu.stats().await.rooms, 0, "the room is closed");
    for client in clients {
        client.close().await;
    }
}

#[tokio::test]
async fn media_is_for_the_two_parties_of_a_call_from_the_accept_to_the_end() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut interpreter = gateway.interpreter(2).await;
    let _tablet = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    let sdp = || "v=0".to_owned();
    let early = gateway.dispatch.join_media(VISITOR, call, sdp()).await;
    assert_eq!(early, Err(MediaError::NotInCall));

    gateway.accept(offer).await;
    let stranger = Party::Tablet(TabletId(8));
    let refused = gateway.dispatch.join_media(stranger, call, sdp()).await;
    assert_eq!(refused, Err(MediaError::NotInCall));
    // Ours, but not an offer that can be answered.
    let useless = gateway.dispatch.join_media(VISITOR, call, sdp()).await;
    assert_eq!(useless.unwrap_err().code(), ErrorCode::BadMedia);

    let party = VISITOR;
    gateway.submit(Command::HangUp { party, call }).await;
    let late = gateway.dispatch.join_media(VISITOR, call, sdp()).await;
    assert_eq!(late, Err(MediaError::NotInCall));
}

#[tokio::test]
async fn the_board_follows_the_queue_without_being_asked() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut first = gateway.coordinator().await;
    let mut second = gateway.coordinator().await;
    let _tablet = gateway.tablet(1).await;
    gateway.submit(gateway.tap(1, "en")).await;
    let queued = |board: &BoardView| board.queue.first().map(|row| row.call);
    let call = board(&mut first, queued).await;
    assert_eq!(board(&mut second, queued).await, call);
    let party = Party::Tablet(TabletId(1));
    gateway.submit(Command::HangUp { party, call }).await;
    board(&mut first, |board| board.queue.is_empty().then_some(())).await;
    let outcome = shown(&mut first.today, |today| today.records.first()?.outcome);
    assert_eq!(outcome.await, Outcome::AbandonedQueued);
}

#[tokio::test]
async fn a_refused_command_says_why_and_changes_nothing() {
    let (gateway, _directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(1).await;
    let before = gateway.store.load_journal().unwrap();
    let refused = gateway.dispatch.submit(gateway.tap(1, "xx")).await;
    assert_eq!(
        refused,
        Err(SubmitError::Rejected(Rejection::UnknownLanguage))
    );
    let tablet = TabletId(TABLETS + 1);
    let unknown = gateway.dispatch.connect(Identity::Tablet { tablet }).await;
    assert_eq!(
        unknown.err(),
        Some(SubmitError::Rejected(Rejection::UnknownTablet))
    );
    assert_eq!(gateway.store.load_journal().unwrap(), before);
    assert_eq!(gateway.dispatch.connections(), 1);
}

#[tokio::test]
async fn a_ring_nobody_answers_ends_at_its_deadline_without_any_input() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut interpreter = gateway.interpreter(2).await;
    gateway.set_available(2).await;
    let _tablet = gateway.tablet(1).await;
    gateway.submit(gateway.tap(1, "fsl")).await;
    let ringing = |view: &InterpreterView| match view.activity {
        Activity::Ringing { expires_at, .. } => Some(expires_at),
        _ => None,
    };
    let expires_at = interpreter_view(&mut interpreter, ringing).await;
    gateway.hand.move_to(expires_at);
    interpreter_view(&mut interpreter, |view| {
        (view.activity == Activity::Idle).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_list_of_today_begins_anew_at_local_midnight() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut coordinator = gateway.coordinator().await;
    let _tablet = gateway.tablet(1).await;
    gateway.submit(gateway.tap(1, "en")).await;
    let of_day = |day: &'static str| {
        move |today: &TodayPicture| (today.day == day).then_some(today.records.clone())
    };
    let calls = shown(&mut coordinator.today, |today| {
        today.records.first().map(|record| record.call)
    });
    let evening_call = calls.await;
    assert_eq!(
        shown(&mut coordinator.today, of_day("2026-11-21"))
            .await
            .len(),
        1
    );
    gateway.hand.advance(Millis(60_000));
    let at_midnight = shown(&mut coordinator.today, of_day("2026-11-22")).await;
    assert_eq!(at_midnight, []);

    // The call of the evening ends in the new day: it stays a call of the day before.
    let party = Party::Tablet(TabletId(1));
    let hang_up = Command::HangUp {
        party,
        call: evening_call,
    };
    gateway.submit(hang_up).await;
    gateway.submit(gateway.tap(1, "en")).await;
    let calls = shown(&mut coordinator.today, |today| {
        (!today.records.is_empty()).then(|| today.records.clone())
    });
    let calls = calls.await;
    assert_eq!(calls.len(), 1);
    assert_ne!(calls[0].call, evening_call);
}
