//! Nothing is acknowledged or shown before it is in the journal, and nothing goes on without it.

use super::*;
use crate::store::StoreError;
use passerelle_signaling::core::Core;
use rusqlite::Connection as Database;

/// What another process sees in the journal.
pub(super) fn journaled(database: &Database, event: &str) -> i64 {
    let count = "SELECT count(*) FROM journal WHERE event LIKE '%' || ?1 || '%'";
    database
        .query_row(count, [event], |row| row.get(0))
        .unwrap()
}

pub(super) fn open(directory: &TempDir) -> Database {
    Database::open(directory.path().join("passerelle.sqlite")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_is_acknowledged_and_shown_only_once_it_is_in_the_journal() {
    let (gateway, directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(1).await;
    tablet.view.mark_unchanged();
    let database = open(&directory);
    // As a backup would: nobody else can write now.
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let dispatch = gateway.dispatch.clone();
    let tap = gateway.tap(1, "fsl");
    let mut tapping = tokio::spawn(async move { dispatch.submit(tap).await });
    let early = timeout(Duration::from_millis(300), &mut tapping).await;
    assert!(early.is_err(), "acknowledged before it was written");
    assert!(!tablet.view.has_changed().unwrap(), "shown too early");
    database.execute_batch("ROLLBACK").unwrap();
    tapping.await.unwrap().unwrap();
    assert_eq!(journaled(&database, "call_queued"), 1);
    tablet_view(&mut tablet, waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taps_of_every_tablet_at_once_are_all_kept_in_one_order() {
    let (gateway, _directory) = Gateway::start_new().await;
    let gateway = Arc::new(gateway);
    let tablets = (1..=TABLETS).map(|number| {
        let gateway = Arc::clone(&gateway);
        tokio::spawn(async move {
            let mut tablet = gateway.tablet(number).await;
            gateway.submit(gateway.tap(number, "en")).await;
            let (call, ..) = tablet_view(&mut tablet, waiting).await;
            (call, tablet)
        })
    });
    let mut calls = Vec::new();
    for tablet in tablets.collect::<Vec<_>>() {
        calls.push(tablet.await.unwrap());
    }
    calls.sort_by_key(|(call, _)| *call);
    for (place, (call, tablet)) in (1..).zip(&mut calls) {
        assert_eq!(*call, CallId(u64::from(place)));
        let position = |view: &TabletView| waiting(view).map(|(_, position, _)| position);
        assert_eq!(tablet_view(tablet, position).await, place);
    }
    let journal: Vec<Entry> = gateway.store.load_journal().unwrap();
    let replayed = Core::replay(journal);
    assert_eq!(
        replayed.state().waiting_count(language("en")),
        TABLETS as usize
    );
}

#[tokio::test]
async fn a_gateway_whose_journal_is_taken_over_stops_and_says_good_bye() {
    let (gateway, directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(1).await;
    open(&directory)
        .execute("UPDATE leader SET epoch = epoch + 1", [])
        .unwrap();
    let refused = gateway.dispatch.submit(gateway.tap(1, "fsl")).await;
    assert_eq!(refused, Err(SubmitError::Unavailable));
    assert_eq!(bye(&mut tablet).await, ByeReason::ShuttingDown);
    let error = gateway.driver.await.unwrap().unwrap_err();
    assert!(
        matches!(error, DispatchError::Store(StoreError::StaleEpoch { .. })),
        "{error}"
    );
    assert!(matches!(
        tablet.view.borrow().as_ref().map(|picture| &*picture.view),
        Some(View::Tablet(TabletView {
            phase: TabletPhase::Idle,
            ..
        }))
    ));
}

#[tokio::test]
async fn a_gateway_without_its_media_engine_stops_and_says_good_bye() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(1).await;
    gateway.sfu.shut_down().await;
    assert_eq!(bye(&mut tablet).await, ByeReason::ShuttingDown);
    let error = gateway.driver.await.unwrap().unwrap_err();
    assert!(matches!(error, DispatchError::MediaStopped), "{error}");
}
