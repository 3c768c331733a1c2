//! The store on real files: what is appended is what is loaded, what is refused leaves nothing, and
//! no two gateways ever write the same directory.

mod accounts;
mod backups;
mod crash;
mod devices;
mod export;
mod faults;
mod kept;
mod offers;
mod records;
mod retention;
mod schemas;
mod secrets;
mod self_tests;
mod snapshots;

use super::conformance::{Home, Subject, append, append_to, entry, for_every_promise, record};
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

/// A directory that goes away with the test.
struct Directory(TempDir);

impl Home for Directory {
    type Journal = Store;

    fn open(&self) -> Store {
        Store::open(self.0.path()).unwrap()
    }
}

impl Subject for Store {
    async fn records(&self) -> Vec<CallRecord> {
        let ever = Timestamp(u64::MAX >> 1);
        self.records_between(Timestamp(0), ever).await.unwrap()
    }

    async fn purge(&self, before: Timestamp) -> usize {
        self.purge_journal(before).await.unwrap()
    }

    async fn end(self) {
        self.close().await;
    }
}

for_every_promise!(Directory(tempfile::tempdir().unwrap()));

/// A store in a directory that goes away with the test.
fn open_new() -> (Store, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Store::open(directory.path()).unwrap(), directory)
}

/// A second connection to the file, as another process would have.
fn raw(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("passerelle.sqlite")).unwrap()
}

#[tokio::test]
async fn a_store_that_was_closed_has_everything_in_the_database_itself() {
    let (store, directory) = open_new();
    assert_eq!(store.newest_moment().unwrap(), Timestamp(0));
    append(&store, append_to(&store, 0, vec![entry(12, 1)]))
        .await
        .unwrap();
    assert_eq!(store.newest_moment().unwrap(), Timestamp(12));
    store.close().await;
    let log = directory.path().join("passerelle.sqlite-wal");
    let left = log.metadata().map_or(0, |file| file.len());
    assert_eq!(left, 0);
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
    let stopped_early = store
        .read(Version(0), |entries| entries.next())
        .unwrap_err();
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
