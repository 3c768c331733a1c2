//! A start from a kept state: it gives what the whole journal gives, and what cannot be used is
//! left aside.

use super::*;
use crate::dispatch::snapshots::bring_back;
use crate::store::{Append, Journal, Snapshot, Version};
use passerelle_signaling::core::Core;

/// A data directory whose journal is a few entries short of a snapshot.
async fn nearly_due() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let party = Party::Tablet(TabletId(1));
    let entry = Entry {
        at: Timestamp(LATE_EVENING.0 - 1),
        event: Event::Connected { party },
    };
    let append = Append {
        expected_version: Version(0),
        epoch: store.epoch(),
        entries: vec![entry; limits::SNAPSHOT_SPACING - 100],
        records: Vec::new(),
    };
    store.append(append).await.unwrap().durable().await.unwrap();
    store.close().await;
    directory
}

/// Taps of several tablets until the state is kept, and some after that. Who waits in the end.
async fn until_kept(gateway: &Gateway) -> Vec<CallId> {
    let mut tablets = Vec::new();
    for number in 1..=TABLETS {
        tablets.push(gateway.tablet(number).await);
    }
    let mut kept = 0;
    for number in (1..=TABLETS).cycle() {
        gateway.submit(gateway.tap(number, "en")).await;
        let (call, ..) = tablet_view(&mut tablets[number as usize - 1], waiting).await;
        kept += usize::from(!gateway.store.snapshots().unwrap().is_empty());
        if kept > 5 {
            break;
        }
        if number % 3 > 0 {
            let party = Party::Tablet(TabletId(number));
            gateway.submit(Command::HangUp { party, call }).await;
        }
        gateway.hand.advance(Millis(10));
        if number == TABLETS {
            // Nobody's second call while the first waits.
            for party in (1..=TABLETS).map(|number| Party::Tablet(TabletId(number))) {
                let own = |view: &TabletView| Some(waiting(view));
                let at = tablets.get_mut(party_number(party) - 1).unwrap();
                if let Some((call, ..)) = tablet_view(at, own).await {
                    gateway.submit(Command::HangUp { party, call }).await;
                }
            }
        }
    }
    let journal = gateway.store.load_journal().unwrap();
    Core::replay(journal)
        .state()
        .waiting(language("en"))
        .collect()
}

fn party_number(party: Party) -> usize {
    match party {
        Party::Tablet(tablet) => tablet.0 as usize,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_start_from_the_kept_state_gives_what_the_whole_journal_gives() {
    let directory = nearly_due().await;
    let gateway = Gateway::start(directory.path(), LATE_EVENING).await;
    let queue = until_kept(&gateway).await;
    assert!(!queue.is_empty());
    let now = gateway.clock.now();
    gateway.drop_everything().await;

    let store = Store::open(directory.path()).unwrap();
    let journal = store.load_journal().unwrap();
    let back = bring_back(&store).unwrap();
    let read = journal.len() as u64 - back.snapshot.0;
    assert!(
        read > 0 && read < 500,
        "the state was kept and {read} entries came after it"
    );
    let whole = Core::replay(journal);
    assert_eq!(back.core.state(), whole.state());
    assert_eq!(back.core.latest(), whole.latest());

    // Written by a build that knows more, and by an older one: the one before is taken, and once
    // that is gone too, the journal.
    let good = store.snapshots().unwrap().remove(0);
    let format = |number: u32| format!("\"format\":{number},");
    let newer = good
        .state
        .replacen(&format(SNAPSHOT_FORMAT), &format(SNAPSHOT_FORMAT + 1), 1);
    assert_ne!(newer, good.state);
    let older = good
        .state
        .replacen(&format(SNAPSHOT_FORMAT), &format(SNAPSHOT_FORMAT - 1), 1);
    assert_ne!(older, good.state);
    for (later, state) in [(1, newer), (2, older)] {
        let version = Version(good.version.0 + later);
        store
            .keep_snapshot(Snapshot { version, state })
            .await
            .unwrap();
    }
    let back = bring_back(&store).unwrap();
    assert_eq!(
        (back.snapshot, back.core.state()),
        (good.version, whole.state())
    );
    let version = Version(good.version.0 + 3);
    let state = "{}".to_owned();
    store
        .keep_snapshot(Snapshot { version, state })
        .await
        .unwrap();
    let back = bring_back(&store).unwrap();
    assert_eq!(
        (back.snapshot, back.core.state()),
        (Version(0), whole.state())
    );

    // Without the beginning of the journal there is nothing to take: no half-empty start.
    store.purge_journal(Timestamp(u64::MAX >> 1)).await.unwrap();
    let error = bring_back(&store).err().unwrap();
    assert!(matches!(error, StoreError::JournalCut { .. }), "{error}");
    // With a state in its place the gateway starts.
    let state = serde_json::to_string(&whole.snapshot()).unwrap();
    let version = Version(good.version.0 + read);
    store
        .keep_snapshot(Snapshot { version, state })
        .await
        .unwrap();
    store.close().await;
    let gateway = Gateway::start(directory.path(), now).await;
    let mut coordinator = gateway.coordinator().await;
    let calls = board(&mut coordinator, |board| {
        Some(board.queue.iter().map(|row| row.call).collect::<Vec<_>>())
    });
    assert_eq!(calls.await, queue);
}
