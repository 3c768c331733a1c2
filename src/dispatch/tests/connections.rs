//! Clients that come, go, and come twice.

use super::*;

/// Whether the board shows a tablet as connected.
async fn tablet_is(coordinator: &mut Connection, number: u32, connected: bool) {
    board(coordinator, |board| {
        let row = board.tablets.iter().find(|row| row.tablet.0 == number)?;
        (row.connected == connected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_newest_connection_wins_and_the_end_of_the_older_is_ignored() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut older = gateway.tablet(1).await;
    let mut newest = gateway.tablet(1).await;
    assert_eq!(bye(&mut older).await, ByeReason::Replaced);
    gateway.dispatch.disconnect(older.id, Departure::Closed);
    drop(older);
    // A tap is possible only for a tablet that is connected.
    gateway.submit(gateway.tap(1, "fsl")).await;
    tablet_view(&mut newest, waiting).await;
    assert_eq!(*newest.bye.borrow(), None);
    assert_eq!(gateway.dispatch.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_is_dropped_without_a_word_counts_as_lost() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut coordinator = gateway.coordinator().await;
    let tablet = gateway.tablet(3).await;
    tablet_is(&mut coordinator, 3, true).await;
    drop(tablet);
    tablet_is(&mut coordinator, 3, false).await;
    let lost = gateway
        .store
        .load_journal()
        .unwrap()
        .into_iter()
        .any(|entry| {
            matches!(
                entry.event,
                Event::Disconnected {
                    party: Party::Tablet(TabletId(3)),
                    departure: Departure::Lost,
                    ..
                }
            )
        });
    assert!(lost);
}

#[tokio::test]
async fn a_client_gets_its_first_picture_with_its_connection() {
    let (gateway, _directory) = Gateway::start_new().await;
    let coordinator = gateway.coordinator().await;
    assert!(coordinator.view.borrow().is_some());
    assert!(coordinator.today.borrow().is_some());
    let tablet = gateway.tablet(1).await;
    assert!(matches!(
        tablet.view.borrow().as_ref().map(|picture| &*picture.view),
        Some(View::Tablet(TabletView {
            phase: TabletPhase::Idle,
            ..
        }))
    ));
    // Connecting again changes nothing in the journal, and still gives a picture.
    let again = gateway.tablet(1).await;
    assert!(again.view.borrow().is_some());
}

#[tokio::test]
async fn a_tablet_that_leaves_the_directory_is_signed_out() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(1).await;
    let mut smaller = configuration();
    smaller.tablets.remove(&TabletId(1));
    gateway.submit(Command::Configure(Box::new(smaller))).await;
    assert_eq!(bye(&mut tablet).await, ByeReason::SignedOut);
}

#[tokio::test]
async fn shutting_down_says_good_bye_and_refuses_what_comes_later() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut clients = [
        gateway.tablet(1).await,
        gateway.interpreter(1).await,
        gateway.coordinator().await,
    ];
    gateway.dispatch.shut_down().await;
    for client in &mut clients {
        assert_eq!(bye(client).await, ByeReason::ShuttingDown);
    }
    let late = gateway.dispatch.submit(gateway.tap(1, "fsl")).await;
    assert_eq!(late, Err(SubmitError::Unavailable));
    let late = gateway.dispatch.connect(Identity::Coordinator).await;
    assert_eq!(late.err(), Some(SubmitError::Unavailable));
    gateway.dispatch.shut_down().await;
    gateway.driver.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_notice_reaches_interpreters_and_nobody_else_and_is_not_journaled() {
    let (gateway, _directory) = Gateway::start_new().await;
    let interpreter = gateway.interpreter(1).await;
    let others = [gateway.tablet(1).await, gateway.coordinator().await];
    let before = gateway.store.load_journal().unwrap();
    let (text, kept_for) = (Pii::from("Réunion à 15 h"), Millis::from_secs(60));
    let expected = Notice {
        text: text.clone(),
        sent_at: LATE_EVENING + Millis(1),
    };
    gateway.dispatch.broadcast(text, LATE_EVENING, kept_for);
    assert_eq!(**interpreter.notices.borrow(), [expected]);
    assert!(others.iter().all(|one| one.notices.borrow().is_empty()));
    let after = gateway.store.load_journal().unwrap();
    assert_eq!(after.len(), before.len(), "nothing of it is journaled");
}
