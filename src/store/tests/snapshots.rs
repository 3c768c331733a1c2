//! Snapshots on real files: a damaged one is left aside, whatever is damaged.

use super::*;

fn snapshot(version: u64, state: &str) -> Snapshot {
    let (version, state) = (Version(version), state.to_owned());
    Snapshot { version, state }
}

#[tokio::test]
async fn a_damaged_snapshot_is_left_aside_and_the_one_before_it_is_found() {
    let (store, directory) = open_new();
    let entries = vec![entry(1, 1), entry(2, 2), entry(3, 3)];
    append(&store, append_to(&store, 0, entries)).await.unwrap();
    let states = ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"];
    for (version, state) in (1..).zip(states) {
        store.keep_snapshot(snapshot(version, state)).await.unwrap();
    }
    assert_eq!(store.snapshots().unwrap().len(), 3);
    // One digit, which no parser would notice; and a byte that is no text.
    for (version, damaged) in [(3, "'{\"a\":4}'"), (2, "CAST(x'7BFF7D' AS TEXT)")] {
        let spoil = format!("UPDATE snapshots SET state = {damaged} WHERE version = {version}");
        raw(&directory).execute_batch(&spoil).unwrap();
    }
    assert_eq!(store.snapshots().unwrap(), [snapshot(1, states[0])]);
}

#[tokio::test]
async fn an_export_of_a_purged_journal_begins_with_the_state_of_before() {
    let (store, directory) = open_new();
    let entries = (1..=6).map(|at| entry(at, 1)).collect();
    append(&store, append_to(&store, 0, entries)).await.unwrap();
    for version in [2, 4] {
        store
            .keep_snapshot(snapshot(version, "{\"a\":1}"))
            .await
            .unwrap();
    }
    assert_eq!(store.purge_journal(Timestamp(99)).await.unwrap(), 2);
    let mut text = Vec::new();
    export_journal(directory.path(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"passerelle_journal":1,"first":3,"newest":6}"#);
    assert_eq!(lines[1], r#"{"snapshot":{"a":1}}"#);
    assert_eq!(lines.len(), 2 + 4);
    // And a backup of it can be restored.
    let file = directory.path().join("copy");
    back_up(directory.path(), &file, false, |_| {}).unwrap();
    let place = directory.path().join("elsewhere");
    restore(&place, &file, |_| {}).unwrap();
    let restored = Store::open(&place).unwrap();
    let since = restored.read(Version(2), |entries| entries.count());
    assert_eq!(since.unwrap(), (4, Version(6)));
}
