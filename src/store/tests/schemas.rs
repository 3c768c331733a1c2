//! What a start finds: a database of an older build, which it brings forward, or a damaged one,
//! which it refuses.

use super::*;
use passerelle_signaling::core::Core;
use std::fs;

/// A backup that the build of schema 2 took of a demonstration at work: three calls waiting, a
/// conversation, fifteen calls that had ended.
const SCHEMA_2: &[u8] = include_bytes!("schema-2.sqlite");

fn directory_with(database: &[u8]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("passerelle.sqlite"), database).unwrap();
    directory
}

/// Everything an interpreter may be in: offer, call, person, place, accepted.
pub(super) type LiveOffer = (i64, i64, u32, String, bool);

pub(super) fn signed(number: u64) -> i64 {
    number.try_into().unwrap()
}

pub(super) fn live_offers(connection: &Connection) -> Vec<LiveOffer> {
    let select = "SELECT offer, call, interpreter, place, accepted FROM live_offers ORDER BY offer";
    let mut statement = connection.prepare_cached(select).unwrap();
    let rows = statement.query_map([], |row| row.try_into()).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_database_of_schema_2_is_brought_forward_with_all_it_holds() {
    let directory = directory_with(SCHEMA_2);
    let store = Store::open(directory.path()).unwrap();
    let journal = store.load_journal().unwrap();
    assert_eq!(journal.len(), 119);
    let records = store
        .records_between(Timestamp(0), Timestamp(u64::MAX >> 1))
        .await;
    let records = records.unwrap();
    assert_eq!(records.len(), 19);
    let core = Core::replay(journal);
    let live: Vec<_> = core
        .state()
        .calls()
        .map(|(_, call)| call.record.clone())
        .collect();
    let mut going_on: Vec<_> = records
        .into_iter()
        .filter(|record| record.outcome.is_none())
        .collect();
    going_on.reverse();
    assert_eq!(live, going_on, "the records are those of the journal");
    let (talk, call) = core
        .state()
        .calls()
        .find(|(_, call)| !call.is_waiting())
        .unwrap();
    let (offer, person) = (call.offer().unwrap(), call.interpreter().unwrap());
    let lead = (
        signed(offer.0),
        signed(talk.0),
        person.0,
        String::from("lead"),
        true,
    );
    assert_eq!(live_offers(&raw(&directory)), [lead]);
    // And it can be written.
    let at = core.latest().0;
    append(&store, append_to(&store, 119, vec![entry(at, 1)]))
        .await
        .unwrap();
}

#[tokio::test]
async fn bringing_a_database_forward_twice_changes_nothing() {
    let directory = directory_with(SCHEMA_2);
    let mut before = None;
    for _ in 0..2 {
        let store = Store::open(directory.path()).unwrap();
        store.close().await;
        let found = (
            live_offers(&raw(&directory)),
            Contents::of(&raw(&directory)).unwrap(),
        );
        let first = before.get_or_insert_with(|| found.clone());
        assert_eq!(*first, found);
    }
}

#[test]
fn a_damaged_database_is_refused_with_what_to_do() {
    let directory = directory_with(SCHEMA_2);
    let database = directory.path().join("passerelle.sqlite");
    backups::damage(&database);
    let bytes = fs::read(&database).unwrap();
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("passerelle restore"), "{error}");
    assert_eq!(fs::read(&database).unwrap(), bytes, "nothing was changed");
    let directory = directory_with(b"This is no database, and long enough not to be an empty one.");
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn an_index_that_lies_is_found_by_the_full_check() {
    let directory = directory_with(SCHEMA_2);
    let database = raw(&directory);
    // The index claims to be of another column than it was filled from.
    database
        .execute_batch(
            "PRAGMA writable_schema = on;
             UPDATE sqlite_schema SET sql = replace(sql, '(queued_at)', '(tapped_at)')
                 WHERE name = 'calls_by_queued_at';
             PRAGMA writable_schema = reset;
             UPDATE calls SET tapped_at = tapped_at - 1 WHERE call = 1;",
        )
        .unwrap();
    let spoil = "PRAGMA writable_schema = on;
         UPDATE sqlite_schema SET sql = replace(sql, '(tapped_at)', '(queued_at)')
             WHERE name = 'calls_by_queued_at';";
    database.execute_batch(spoil).unwrap();
    drop(database);
    let error = Store::open_checked(directory.path(), Check::Full)
        .err()
        .unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let store = Store::open(directory.path()).unwrap();
    store.close().await;
}
