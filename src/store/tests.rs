//! The store on real files: what is appended is what is loaded, what is refused leaves nothing, and
//! no two gateways ever write the same directory.

mod backups;
mod crash;
mod export;
mod offers;
mod records;
mod schemas;
mod secrets;

use super::files::SCHEMA_KNOWN;
use super::*;
use passerelle_signaling::command::{Departure, Party};
use passerelle_signaling::configuration::{Class, Configuration, LanguageRules, SiteRules};
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::{CallId, InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Skill, Tier};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::tag::Language;
use proptest::prelude::*;
use tempfile::TempDir;

/// A store in a directory that goes away with the test.
fn open_new() -> (Store, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Store::open(directory.path()).unwrap(), directory)
}

fn entry(at: u64, tablet: u32) -> Entry {
    Entry {
        at: Timestamp(at),
        event: Event::Connected {
            party: Party::Tablet(TabletId(tablet)),
        },
    }
}

fn record(call: u64, queued_at: u64) -> CallRecord {
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
        steps: 1,
    }
}

fn append_to(store: &Store, expected: u64, entries: Vec<Entry>) -> Append {
    Append {
        expected_version: Version(expected),
        epoch: store.epoch(),
        entries,
        records: Vec::new(),
    }
}

/// Appends and waits until it is durable.
async fn append(store: &Store, append: Append) -> Result<Version, StoreError> {
    store.append(append).await.unwrap().durable().await
}

/// A second connection to the file, as another process would have.
fn raw(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("passerelle.sqlite")).unwrap()
}

#[tokio::test]
async fn what_was_appended_is_loaded_again_after_closing_and_opening() {
    let (store, directory) = open_new();
    assert_eq!(store.newest_moment().unwrap(), Timestamp(0));
    let entries = vec![entry(10, 1), entry(10, 2), entry(12, 3)];
    let version = append(&store, append_to(&store, 0, entries.clone()))
        .await
        .unwrap();
    assert_eq!(version, Version(3));
    assert_eq!(store.load_journal().unwrap(), entries);
    store.close().await;
    let log = directory.path().join("passerelle.sqlite-wal");
    let left = log.metadata().map_or(0, |file| file.len());
    assert_eq!(left, 0, "everything is in the database itself");

    let reopened = Store::open(directory.path()).unwrap();
    assert_eq!(reopened.load_journal().unwrap(), entries);
    assert_eq!(reopened.newest_moment().unwrap(), Timestamp(12));
    assert!(reopened.epoch() > store.epoch());
}

#[tokio::test]
async fn many_appends_in_flight_are_stored_in_order_and_each_is_answered() {
    let (store, _directory) = open_new();
    let mut receipts = Vec::new();
    for number in 0..200 {
        let one = append_to(&store, number, vec![entry(number, 1)]);
        receipts.push(store.append(one).await.unwrap());
    }
    let sign_ins = (0..50_u8).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let identity = passerelle_signaling::protocol::Identity::Coordinator;
            store
                .create_session([number; 32], identity, Timestamp(1))
                .await
        })
    });
    for sign_in in sign_ins.collect::<Vec<_>>() {
        sign_in.await.unwrap().unwrap();
    }
    for (number, receipt) in receipts.iter_mut().enumerate() {
        assert_eq!(receipt.durable().await.unwrap(), Version(number as u64 + 1));
    }
    let moments: Vec<u64> = store
        .load_journal()
        .unwrap()
        .iter()
        .map(|entry| entry.at.0)
        .collect();
    assert_eq!(moments, (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_wrong_expected_version_is_refused_and_nothing_of_it_is_written() {
    let (store, _directory) = open_new();
    append(&store, append_to(&store, 0, vec![entry(1, 1)]))
        .await
        .unwrap();
    let mut wrong = append_to(&store, 0, vec![entry(2, 2)]);
    wrong.records.push(record(1, 2));
    let mut refused = store.append(wrong).await.unwrap();
    // Queued behind a refused one, with the version it would have made: refused as well.
    let mut behind = store
        .append(append_to(&store, 2, vec![entry(3, 3)]))
        .await
        .unwrap();
    let error = refused.durable().await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::WrongVersion {
                expected: 0,
                found: 1
            }
        ),
        "{error}"
    );
    assert!(behind.durable().await.is_err());
    assert_eq!(store.load_journal().unwrap(), vec![entry(1, 1)]);
    let records = store
        .records_between(Timestamp(0), Timestamp(1000))
        .await
        .unwrap();
    assert_eq!(records, vec![]);
}

#[tokio::test]
async fn a_writer_whose_epoch_is_past_is_refused() {
    let (store, directory) = open_new();
    journal::lead(&raw(&directory)).unwrap();
    let error = append(&store, append_to(&store, 0, vec![entry(1, 1)]))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::StaleEpoch { .. }), "{error}");
    assert_eq!(store.load_journal().unwrap(), vec![]);
}

#[tokio::test]
async fn an_entry_before_the_newest_is_refused_with_all_that_came_with_it() {
    let (store, _directory) = open_new();
    let entries = vec![entry(5, 1), entry(4, 2)];
    let error = append(&store, append_to(&store, 0, entries))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::OutOfOrder { .. }), "{error}");
    assert_eq!(store.load_journal().unwrap(), vec![]);
}

#[tokio::test]
async fn a_record_is_stored_with_its_events_and_replaced_by_its_next_state() {
    let (store, directory) = open_new();
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
    for (expected, state) in [waiting, connected, ended.clone()].into_iter().enumerate() {
        let mut one = append_to(&store, expected as u64, vec![entry(1000, 1)]);
        one.records = vec![state, record(2, 1001)];
        append(&store, one).await.unwrap();
    }
    let between = |from, to| store.records_between(Timestamp(from), Timestamp(to));
    assert_eq!(
        between(0, 9999).await.unwrap(),
        [record(2, 1001), ended.clone()]
    );
    assert_eq!(
        between(1000, 1001).await.unwrap(),
        [ended],
        "`to` is outside"
    );
    let waits: Vec<Option<i64>> = raw(&directory)
        .prepare("SELECT wait_ms FROM calls ORDER BY call")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(waits, [Some(3000), None]);
}

#[tokio::test]
async fn an_interpreter_in_two_connected_calls_is_refused_by_the_database() {
    let (store, _directory) = open_new();
    let connected = |call| CallRecord {
        accepted_at: Some(Timestamp(1)),
        connected_at: Some(Timestamp(2)),
        interpreter: Some(InterpreterId(9)),
        ..record(call, 1)
    };
    let mut first = append_to(&store, 0, vec![entry(2, 1)]);
    first.records.push(connected(1));
    append(&store, first).await.unwrap();
    let mut second = append_to(&store, 1, vec![entry(2, 2)]);
    second.records.push(connected(2));
    let error = append(&store, second).await.unwrap_err();
    assert!(matches!(error, StoreError::Contradiction(_)), "{error}");
    assert_eq!(store.load_journal().unwrap().len(), 1);
}

#[test]
fn a_second_gateway_on_the_same_directory_is_refused() {
    let (_store, directory) = open_new();
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("another gateway"));
}

#[tokio::test]
async fn a_database_of_a_newer_build_is_refused_and_left_as_it_is() {
    let (store, directory) = open_new();
    store.close().await;
    let newer = SCHEMA_KNOWN + 1;
    raw(&directory)
        .pragma_update(None, "user_version", newer)
        .unwrap();
    let error = Store::open(directory.path()).err().unwrap();
    let StoreError::NewerDatabase { found, known } = error else {
        panic!("{error}");
    };
    assert_eq!((found, known), (newer, SCHEMA_KNOWN));
    let kept: i64 = raw(&directory)
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(kept, newer);
}

#[tokio::test]
async fn a_damaged_entry_is_reported_with_its_number() {
    let (store, directory) = open_new();
    let entries = vec![entry(1, 1), entry(2, 2), entry(3, 3)];
    append(&store, append_to(&store, 0, entries)).await.unwrap();
    raw(&directory)
        .execute("UPDATE journal SET event = '{\"gone' WHERE version = 2", [])
        .unwrap();
    let error = store.load_journal().unwrap_err();
    assert!(
        matches!(error, StoreError::CorruptEntry { version: 2, .. }),
        "{error}"
    );
    let stopped_early = store.read(|entries| entries.next()).unwrap_err();
    assert!(matches!(
        stopped_early,
        StoreError::CorruptEntry { version: 2, .. }
    ));
    raw(&directory)
        .execute("DELETE FROM journal WHERE version = 2", [])
        .unwrap();
    let error = store.load_journal().unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn work_after_closing_is_answered_with_closed() {
    let (store, _directory) = open_new();
    store.close().await;
    store.close().await;
    let late = store.append(append_to(&store, 0, vec![entry(1, 1)])).await;
    assert!(matches!(late, Err(StoreError::Closed)));
}

#[test]
fn the_data_directory_and_the_files_in_it_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("state/passerelle");
    let _store = Store::open(&path).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for file in std::fs::read_dir(&path).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let party = prop_oneof![
        any::<u32>().prop_map(|number| Party::Tablet(TabletId(number))),
        any::<u32>().prop_map(|number| Party::Interpreter(InterpreterId(number))),
    ];
    let tags = prop::collection::btree_set("[a-z]{2,3}", 0..4);
    let configured = (any::<u32>(), any::<u32>(), tags).prop_map(|(tablet, interpreter, tags)| {
        let languages = tags.iter().map(|tag| tag.parse().unwrap());
        let languages: std::collections::BTreeSet<Language> = languages.collect();
        let (tier, modes) = (Tier::LAST, [Mode::Sign, Mode::TextRelay].into());
        let skill = Skill { tier, modes };
        let qualification = Qualification {
            skills: languages.iter().map(|tag| (*tag, skill.clone())).collect(),
            certifications: ["medical".parse().unwrap()].into(),
            ..Qualification::default()
        };
        let rules = LanguageRules::default();
        let site = SiteId(tablet / 2);
        let configuration = Box::new(Configuration {
            languages: languages.iter().map(|tag| (*tag, rules.clone())).collect(),
            sites: [(site, SiteRules::default())].into(),
            tablets: [(TabletId(tablet), site)].into(),
            interpreters: [(InterpreterId(interpreter), qualification)].into(),
            ..Configuration::default()
        });
        Event::Configured { configuration }
    });
    prop_oneof![
        party.clone().prop_map(|party| Event::Connected { party }),
        (party, any::<u64>()).prop_map(|(party, until)| Event::Disconnected {
            party,
            departure: Departure::Lost,
            until: Timestamp(until),
        }),
        configured,
        (0..u64::MAX >> 1).prop_map(|call| Event::CallEnded {
            call: CallId(call),
            outcome: Outcome::TimedOut,
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_sequence_of_appends_is_loaded_back_equal(
        batches in prop::collection::vec(
            prop::collection::vec((0_u64..1000, any_event()), 0..6), 0..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (store, directory) = open_new();
        let mut all: Vec<Entry> = Vec::new();
        let mut at = Timestamp(0);
        for batch in batches {
            let expected = all.len() as u64;
            let entries: Vec<Entry> = batch.into_iter().map(|(later, event)| {
                at.0 += later;
                Entry { at, event }
            }).collect();
            all.extend(entries.iter().cloned());
            let version = runtime.block_on(append(&store, append_to(&store, expected, entries)));
            prop_assert_eq!(version.unwrap(), Version(all.len() as u64));
        }
        prop_assert_eq!(&store.load_journal().unwrap(), &all);
        runtime.block_on(store.close());
        let reopened = Store::open(directory.path()).unwrap();
        prop_assert_eq!(&reopened.load_journal().unwrap(), &all);
    }
}
