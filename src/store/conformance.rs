//! What every journal must hold, whatever database is behind it: SQLite now, another later. Each
//! function is a test over the traits; `tests.rs` runs all of them for SQLite by
//! [`for_every_promise`].

use super::journal::{Append, Epoch, Journal, Version};
use super::snapshots::{SNAPSHOTS_KEPT, Snapshot};
use super::{Receipt, StoreError};
use passerelle_signaling::command::Party;
use passerelle_signaling::configuration::Class;
use passerelle_signaling::event::{Entry, Event, OfferEnd, Why};
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Tier};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::time::{Millis, Timestamp};

/// A place for a journal, which keeps it while nobody has it open.
pub(super) trait Home {
    type Journal: Subject;
    fn open(&self) -> Self::Journal;
}

/// A journal and what was written with it.
pub(super) trait Subject: Journal {
    /// Every record, the newest call first.
    async fn records(&self) -> Vec<CallRecord>;
    /// Deletes entries from before this moment, as far as may be.
    async fn purge(&self, before: Timestamp) -> usize;
    /// Ends the use of it.
    async fn end(self);
}

/// Names every promise once, to be run for one kind of home: `$home` makes a new one.
macro_rules! for_every_promise {
    ($home:expr) => {
        for_every_promise!($home;
            what_was_appended_is_read_again_after_closing_and_opening
            many_appends_in_flight_are_stored_in_order_and_each_is_answered
            a_wrong_expected_version_is_refused_and_nothing_of_it_is_written
            a_writer_whose_epoch_is_past_is_refused
            an_entry_before_the_newest_is_refused_with_all_that_came_with_it
            a_record_is_stored_with_its_events_and_replaced_by_its_next_state
            an_interpreter_is_never_in_two_connected_calls
            nobody_is_rung_twice_at_once
            two_never_take_one_place_in_a_call
            entries_are_read_after_a_version
            the_newest_snapshots_are_kept_and_none_is_ahead_of_the_journal
            entries_are_purged_only_where_a_snapshot_stands_for_them
        );
    };
    ($home:expr; $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            crate::store::conformance::$promise(&$home).await;
        })*
    };
}
pub(super) use for_every_promise;

pub(super) fn entry(at: u64, tablet: u32) -> Entry {
    Entry {
        at: Timestamp(at),
        event: Event::Connected {
            party: Party::Tablet(TabletId(tablet)),
        },
    }
}

pub(super) fn record(call: u64, queued_at: u64) -> CallRecord {
    CallRecord {
        call: CallId(call),
        site: SiteId(3),
        language: "fsl".parse().unwrap(),
        mode: Mode::Sign,
        class: Class::Normal,
        origin: None,
        handovers: 0,
        tapped_at: Timestamp(queued_at),
        queued_at: Timestamp(queued_at),
        offered_at: None,
        accepted_at: None,
        connected_at: None,
        ended_at: None,
        outcome: None,
        interpreter: None,
        offers: 0,
        callback: None,
        appointment: None,
        subject: None,
        steps: 1,
    }
}

pub(super) fn append_to(journal: &impl Journal, expected: u64, entries: Vec<Entry>) -> Append {
    Append {
        expected_version: Version(expected),
        epoch: journal.epoch(),
        entries,
        records: Vec::new(),
    }
}

/// Appends and waits until it is durable.
pub(super) async fn append(journal: &impl Journal, append: Append) -> Result<Version, StoreError> {
    journal.append(append).await.unwrap().durable().await
}

fn read(journal: &impl Journal) -> Vec<Entry> {
    let (entries, version) = journal
        .read(Version(0), |entries| entries.collect())
        .unwrap();
    let entries: Vec<Entry> = entries;
    assert_eq!(version, Version(entries.len() as u64));
    entries
}

/// Appends entries of these events, all of one moment.
async fn append_events(
    journal: &impl Journal,
    version: u64,
    events: Vec<Event>,
) -> Result<Version, StoreError> {
    let at = Timestamp(1);
    let entries = events.into_iter().map(|event| Entry { at, event });
    append(journal, append_to(journal, version, entries.collect())).await
}

pub(super) async fn what_was_appended_is_read_again_after_closing_and_opening(home: &impl Home) {
    let journal = home.open();
    let entries = vec![entry(10, 1), entry(10, 2), entry(12, 3)];
    let version = append(&journal, append_to(&journal, 0, entries.clone())).await;
    assert_eq!(version.unwrap(), Version(3));
    assert_eq!(read(&journal), entries);
    let epoch = journal.epoch();
    journal.end().await;
    let again = home.open();
    assert_eq!(read(&again), entries);
    assert!(again.epoch() > epoch);
}

pub(super) async fn many_appends_in_flight_are_stored_in_order_and_each_is_answered(
    home: &impl Home,
) {
    let journal = home.open();
    let mut receipts: Vec<Receipt<Version>> = Vec::new();
    for number in 0..200 {
        let one = append_to(&journal, number, vec![entry(number, 1)]);
        receipts.push(journal.append(one).await.unwrap());
    }
    for (number, receipt) in (1..).zip(&mut receipts) {
        assert_eq!(receipt.durable().await.unwrap(), Version(number));
    }
    let expected: Vec<Entry> = (0..200).map(|at| entry(at, 1)).collect();
    assert_eq!(read(&journal), expected);
}

pub(super) async fn a_wrong_expected_version_is_refused_and_nothing_of_it_is_written(
    home: &impl Home,
) {
    let journal = home.open();
    append(&journal, append_to(&journal, 0, vec![entry(1, 1)]))
        .await
        .unwrap();
    let mut wrong = append_to(&journal, 0, vec![entry(2, 2)]);
    wrong.records.push(record(1, 2));
    let mut refused = journal.append(wrong).await.unwrap();
    // Queued behind a refused one, with the version it would have made: refused as well.
    let behind = append_to(&journal, 2, vec![entry(3, 3)]);
    let mut behind = journal.append(behind).await.unwrap();
    let error = refused.durable().await.unwrap_err();
    let wrong = matches!(
        error,
        StoreError::WrongVersion {
            expected: 0,
            found: 1
        }
    );
    assert!(wrong, "{error}");
    assert!(behind.durable().await.is_err());
    assert_eq!(read(&journal), [entry(1, 1)]);
    assert_eq!(journal.records().await, []);
}

pub(super) async fn a_writer_whose_epoch_is_past_is_refused(home: &impl Home) {
    let journal = home.open();
    let past: Epoch = journal.epoch();
    journal.end().await;
    let journal = home.open();
    let mut stale = append_to(&journal, 0, vec![entry(1, 1)]);
    stale.epoch = past;
    let error = append(&journal, stale).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleEpoch { .. }), "{error}");
    assert_eq!(read(&journal), []);
}

pub(super) async fn an_entry_before_the_newest_is_refused_with_all_that_came_with_it(
    home: &impl Home,
) {
    let journal = home.open();
    let entries = vec![entry(5, 1), entry(4, 2)];
    let error = append(&journal, append_to(&journal, 0, entries))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::OutOfOrder { .. }), "{error}");
    assert_eq!(read(&journal), []);
}

pub(super) async fn a_record_is_stored_with_its_events_and_replaced_by_its_next_state(
    home: &impl Home,
) {
    let journal = home.open();
    let waiting = record(1, 1000);
    let connected = CallRecord {
        offered_at: Some(Timestamp(1500)),
        accepted_at: Some(Timestamp(2000)),
        connected_at: Some(Timestamp(4000)),
        interpreter: Some(InterpreterId(9)),
        offers: 2,
        ..waiting.clone()
    };
    let ended = CallRecord {
        ended_at: Some(Timestamp(9000)),
        outcome: Some(Outcome::Completed),
        ..connected.clone()
    };
    for (version, state) in (0..).zip([waiting, connected, ended.clone()]) {
        let mut one = append_to(&journal, version, vec![entry(1000, 1)]);
        one.records = vec![state, record(2, 1001)];
        append(&journal, one).await.unwrap();
    }
    assert_eq!(journal.records().await, [record(2, 1001), ended]);
}

pub(super) async fn an_interpreter_is_never_in_two_connected_calls(home: &impl Home) {
    let journal = home.open();
    let connected = |call| CallRecord {
        accepted_at: Some(Timestamp(1)),
        connected_at: Some(Timestamp(2)),
        interpreter: Some(InterpreterId(9)),
        ..record(call, 1)
    };
    let mut first = append_to(&journal, 0, vec![entry(2, 1)]);
    first.records.push(connected(1));
    append(&journal, first).await.unwrap();
    let mut second = append_to(&journal, 1, vec![entry(2, 2)]);
    second.records.push(connected(2));
    let error = append(&journal, second).await.unwrap_err();
    assert!(matches!(error, StoreError::Contradiction(_)), "{error}");
    assert_eq!(read(&journal).len(), 1);
}

fn offered(offer: u64, call: u64, interpreter: u32) -> Event {
    Event::Offered {
        offer: OfferId(offer),
        call: CallId(call),
        interpreter: InterpreterId(interpreter),
        expires_at: Timestamp(9),
        why: Why {
            step: 0,
            rank: Class::Normal,
            missed: false,
            tier: Tier::FIRST,
            breadth: 1,
            idle_ms: Millis(0),
            among: 1,
            assigned: false,
        },
    }
}

fn accepted(offer: u64) -> Event {
    let (offer, connect_by) = (OfferId(offer), Timestamp(9));
    Event::Accepted { offer, connect_by }
}

pub(super) async fn nobody_is_rung_twice_at_once(home: &impl Home) {
    let journal = home.open();
    append_events(&journal, 0, vec![offered(1, 1, 7)])
        .await
        .unwrap();
    for second in [offered(2, 2, 7), offered(2, 1, 7)] {
        let refused = append_events(&journal, 1, vec![second]).await.unwrap_err();
        assert!(matches!(refused, StoreError::Contradiction(_)), "{refused}");
    }
    append_events(&journal, 1, vec![accepted(1)]).await.unwrap();
    let in_call = append_events(&journal, 2, vec![offered(2, 2, 7)]).await;
    assert!(in_call.is_err(), "rung during a call");
    assert_eq!(read(&journal).len(), 2);
    let ended = Event::CallEnded {
        call: CallId(1),
        outcome: Outcome::Completed,
    };
    let closed = Event::OfferClosed {
        offer: OfferId(2),
        reason: OfferEnd::Missed,
        cooldown_until: Timestamp(1),
    };
    let next = vec![ended, offered(2, 2, 7), closed, offered(3, 2, 7)];
    append_events(&journal, 2, next).await.unwrap();
}

pub(super) async fn two_never_take_one_place_in_a_call(home: &impl Home) {
    let journal = home.open();
    let both = vec![offered(1, 1, 7), offered(2, 1, 8), accepted(1)];
    append_events(&journal, 0, both).await.unwrap();
    let refused = append_events(&journal, 3, vec![accepted(2)])
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Contradiction(_)), "{refused}");
    assert_eq!(read(&journal).len(), 3);
}

pub(super) async fn entries_are_read_after_a_version(home: &impl Home) {
    let journal = home.open();
    let entries = vec![entry(1, 1), entry(2, 2), entry(3, 3)];
    append(&journal, append_to(&journal, 0, entries.clone()))
        .await
        .unwrap();
    for after in 0..=3 {
        let read = journal.read(Version(after as u64), |entries| entries.collect::<Vec<_>>());
        assert_eq!(read.unwrap(), (entries[after..].to_vec(), Version(3)));
    }
    let ahead = journal.read(Version(4), |_| ()).unwrap_err();
    assert!(matches!(ahead, StoreError::WrongVersion { .. }), "{ahead}");
}

fn snapshot(version: u64) -> Snapshot {
    Snapshot {
        version: Version(version),
        state: format!("{{\"after\":{version}}}"),
    }
}

/// Ten entries, of the moments 1 to 10.
async fn ten(home: &impl Home) -> impl Subject {
    let journal = home.open();
    let entries = (1..=10).map(|at| entry(at, 1)).collect();
    append(&journal, append_to(&journal, 0, entries))
        .await
        .unwrap();
    journal
}

pub(super) async fn the_newest_snapshots_are_kept_and_none_is_ahead_of_the_journal(
    home: &impl Home,
) {
    let journal = ten(home).await;
    assert_eq!(journal.snapshots().unwrap(), []);
    let ahead = journal.keep_snapshot(snapshot(11)).await.unwrap_err();
    assert!(matches!(ahead, StoreError::WrongVersion { .. }), "{ahead}");
    for version in 1..=10 {
        journal.keep_snapshot(snapshot(version)).await.unwrap();
    }
    journal.end().await;
    let kept = home.open().snapshots().unwrap();
    let newest = (1..=10).rev().take(SNAPSHOTS_KEPT as usize).map(snapshot);
    assert_eq!(kept, newest.collect::<Vec<_>>());
}

pub(super) async fn entries_are_purged_only_where_a_snapshot_stands_for_them(home: &impl Home) {
    let journal = ten(home).await;
    assert_eq!(
        journal.purge(Timestamp(99)).await,
        0,
        "nothing stands for them"
    );
    for version in [4, 6] {
        journal.keep_snapshot(snapshot(version)).await.unwrap();
    }
    assert_eq!(
        journal.purge(Timestamp(3)).await,
        2,
        "those of that moment stay"
    );
    assert_eq!(
        journal.purge(Timestamp(99)).await,
        2,
        "up to the oldest snapshot"
    );
    let after = |version| journal.read(Version(version), |entries| entries.count());
    assert_eq!(after(4).unwrap(), (6, Version(10)));
    assert!(matches!(
        after(3),
        Err(StoreError::JournalCut { begins: 5 })
    ));
    // The newest entry carries the number and the moment.
    for version in [8, 9, 10] {
        journal.keep_snapshot(snapshot(version)).await.unwrap();
    }
    for version in [10, 10] {
        journal.keep_snapshot(snapshot(version)).await.unwrap();
    }
    journal.purge(Timestamp(99)).await;
    let late = append(&journal, append_to(&journal, 10, vec![entry(9, 1)])).await;
    assert!(matches!(late, Err(StoreError::OutOfOrder { .. })));
    let next = append(&journal, append_to(&journal, 10, vec![entry(11, 1)])).await;
    assert_eq!(next.unwrap(), Version(11));
    journal.end().await;
    let again = home.open().read(Version(10), |entries| entries.count());
    assert_eq!(again.unwrap(), (1, Version(11)));
}
