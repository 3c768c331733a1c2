//! Backups and restores: one moment of a database that is being written, checked before it counts,
//! and nothing lost whatever goes wrong.

use super::*;
use passerelle_signaling::protocol::Identity;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where SQLite says in a file how it is written: 1 with a rollback journal, 2 with a log.
const WRITE_VERSION_AT: usize = 18;

fn file_in(directory: &TempDir, name: &str) -> PathBuf {
    directory.path().join(name)
}

fn backed_up(from: &TempDir, to: &Path) -> Contents {
    back_up(from.path(), to, false, |_| {}).unwrap()
}

/// A closed store with three entries, a record, a session and an invitation, and its backup.
async fn closed_with_backup() -> (TempDir, PathBuf) {
    let (store, directory) = open_new();
    let mut one = append_to(&store, 0, vec![entry(1, 1), entry(2, 2), entry(3, 3)]);
    one.records.push(record(1, 2));
    append(&store, one).await.unwrap();
    let (who, until) = (Identity::Coordinator, Timestamp(9));
    store.create_session([1; 32], who, until).await.unwrap();
    store.create_invite([2; 32], who, until).await.unwrap();
    store.close().await;
    let file = file_in(&directory, "copy");
    let contents = backed_up(&directory, &file);
    assert_eq!((contents.version, contents.calls), (Version(3), 1));
    assert_eq!(contents.newest, Timestamp(3));
    (directory, file)
}

async fn journal_in(directory: &Path) -> Vec<Entry> {
    let store = Store::open(directory).unwrap();
    let journal = store.load_journal().unwrap();
    // So that the next step finds the directory free.
    store.close().await;
    journal
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_store_that_is_being_written_is_one_moment_of_it() {
    let (store, directory) = open_new();
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (store, done) = (store.clone(), Arc::clone(&done));
        async move {
            let mut version = 0;
            while !done.load(Ordering::Relaxed) {
                let mut one = append_to(&store, version, vec![entry(version, 1)]);
                one.records.push(record(version + 1, version));
                version = append(&store, one).await.unwrap().0;
            }
        }
    });
    let home = tempfile::tempdir().unwrap();
    for number in 0..5 {
        let file = file_in(&home, &format!("copy-{number}"));
        let (from, to) = (directory.path().to_owned(), file.clone());
        let copied = tokio::task::spawn_blocking(move || back_up(&from, &to, false, |_| {}));
        let contents = copied.await.unwrap().unwrap();
        // Each entry came with one record: the copy has neither without the other.
        assert_eq!(contents.calls, contents.version.0);
        let place = file_in(&home, &format!("data-{number}"));
        restore(&place, &file, |_| {}).unwrap();
        let journal = journal_in(&place).await;
        assert_eq!(journal.len() as u64, contents.version.0);
        let expected: Vec<_> = (0..contents.version.0).map(|at| entry(at, 1)).collect();
        assert_eq!(journal, expected);
    }
    done.store(true, Ordering::Relaxed);
    writing.await.unwrap();
}

#[tokio::test]
async fn a_backup_is_one_private_file_and_says_how_far_it_is() {
    let (directory, file) = closed_with_backup().await;
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let bytes = fs::read(&file).unwrap();
    assert_eq!(bytes[WRITE_VERSION_AT], 1, "it needs no log beside it");
    let names = fs::read_dir(directory.path()).unwrap();
    let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
    let beside: Vec<_> = names.filter(|name| name.starts_with("copy")).collect();
    assert_eq!(beside, ["copy"]);
    let mut words = Vec::new();
    let again = file_in(&directory, "again");
    back_up(directory.path(), &again, false, |word| words.push(word)).unwrap();
    let last = words.last().unwrap();
    assert_eq!(last.copied, last.total);
    assert_eq!(last.total, bytes.len() as u64);
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_by_force() {
    let (directory, file) = closed_with_backup().await;
    fs::write(&file, "precious").unwrap();
    let refused = back_up(directory.path(), &file, false, |_| {}).unwrap_err();
    assert!(
        matches!(refused, BackupError::File(NewFileError::Exists { .. })),
        "{refused}"
    );
    assert!(refused.to_string().contains("--force"));
    assert_eq!(fs::read(&file).unwrap(), b"precious");
    let left = file_in(&directory, "copy.partial");
    fs::write(&left, "half").unwrap();
    let other = file_in(&directory, "copy");
    fs::remove_file(&other).unwrap();
    let refused = back_up(directory.path(), &file, false, |_| {}).unwrap_err();
    assert!(
        matches!(refused, BackupError::File(NewFileError::UnderWay { .. })),
        "{refused}"
    );
    back_up(directory.path(), &file, true, |_| {}).unwrap();
    assert!(!left.exists());
    restore(&file_in(&directory, "new"), &file, |_| {}).unwrap();
}

#[tokio::test]
async fn there_is_no_backup_of_nothing_nor_of_a_damaged_database() {
    let empty = tempfile::tempdir().unwrap();
    let file = file_in(&empty, "copy");
    let refused = back_up(empty.path(), &file, false, |_| {}).unwrap_err();
    let none = matches!(refused, BackupError::Store(StoreError::NoDatabase { .. }));
    assert!(none, "{refused}");
    let (directory, _) = closed_with_backup().await;
    damage(&directory.path().join("passerelle.sqlite"));
    let refused = back_up(directory.path(), &file, false, |_| {}).unwrap_err();
    let damaged = matches!(refused, BackupError::Store(StoreError::Damaged { .. }));
    assert!(damaged, "{refused}");
    assert_eq!(
        fs::read_dir(empty.path()).unwrap().count(),
        0,
        "nothing is left"
    );
}

/// Overwrites the second half of each page but the first.
pub(super) fn damage(database: &Path) {
    const PAGE: usize = 4096;
    let mut bytes = fs::read(database).unwrap();
    for page in bytes.chunks_mut(PAGE).skip(1) {
        page[PAGE / 2..].fill(0xA5);
        // The header of the page: how many cells it has.
        page[3..5].fill(0xA5);
    }
    fs::write(database, bytes).unwrap();
}

#[tokio::test]
async fn a_restore_brings_journal_and_records_and_signs_everybody_out() {
    let (_directory, file) = closed_with_backup().await;
    let home = tempfile::tempdir().unwrap();
    let place = file_in(&home, "data");
    let restored = restore(&place, &file, |_| {}).unwrap();
    assert_eq!(
        (restored.contents.version, restored.kept),
        (Version(3), None)
    );
    let store = Store::open(&place).unwrap();
    assert_eq!(
        store.load_journal().unwrap(),
        [entry(1, 1), entry(2, 2), entry(3, 3)]
    );
    let records = store.records_between(Timestamp(0), Timestamp(9)).await;
    assert_eq!(records.unwrap(), [record(1, 2)]);
    assert_eq!(store.session([1; 32], Timestamp(0)).await.unwrap(), None);
    assert_eq!(store.invited([2; 32], Timestamp(0)).await.unwrap(), None);
    append(&store, append_to(&store, 3, vec![entry(4, 4)]))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_restore_keeps_the_database_of_before_with_what_its_log_held() {
    let (_directory, file) = closed_with_backup().await;
    let (store, running) = open_new();
    append(&store, append_to(&store, 0, vec![entry(7, 7)]))
        .await
        .unwrap();
    // What a killed gateway leaves: the newest entry is in the log only.
    let killed = tempfile::tempdir().unwrap();
    for name in ["passerelle.sqlite", "passerelle.sqlite-wal"] {
        fs::copy(file_in(&running, name), file_in(&killed, name)).unwrap();
    }
    let restored = restore(killed.path(), &file, |_| {}).unwrap();
    assert_eq!(journal_in(killed.path()).await.len(), 3);
    let kept = restored.kept.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    for log in ["", "-wal"] {
        let from = PathBuf::from(format!("{}{log}", kept.display()));
        fs::rename(
            from,
            file_in(&elsewhere, &format!("passerelle.sqlite{log}")),
        )
        .unwrap();
    }
    assert_eq!(journal_in(elsewhere.path()).await, [entry(7, 7)]);
    // The name is free again; the next one gets its own.
    let again = restore(killed.path(), &file, |_| {}).unwrap().kept.unwrap();
    let more = restore(killed.path(), &file, |_| {}).unwrap().kept.unwrap();
    assert!(again == kept && more != kept && more.exists());
}

#[tokio::test]
async fn a_restore_that_is_refused_changes_nothing() {
    let (directory, file) = closed_with_backup().await;
    let (store, place) = open_new();
    append(&store, append_to(&store, 0, vec![entry(7, 7)]))
        .await
        .unwrap();
    let running = restore(place.path(), &file, |_| {}).unwrap_err();
    assert!(
        matches!(running, RestoreError::Store(StoreError::InUse { .. })),
        "{running}"
    );
    store.close().await;

    let text = file_in(&directory, "text");
    fs::write(&text, "dear diary").unwrap();
    let stranger = file_in(&directory, "stranger");
    Connection::open(&stranger)
        .unwrap()
        .execute_batch("CREATE TABLE journal (a)")
        .unwrap();
    let newer = file_in(&directory, "newer");
    fs::copy(&file, &newer).unwrap();
    let next = SCHEMA_KNOWN + 1;
    Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", next)
        .unwrap();
    let damaged = file_in(&directory, "damaged");
    fs::copy(&file, &damaged).unwrap();
    damage(&damaged);
    let unreadable = file_in(&directory, "unreadable");
    fs::copy(&file, &unreadable).unwrap();
    let spoil = "UPDATE journal SET event = '{' WHERE version = 3";
    Connection::open(&unreadable)
        .unwrap()
        .execute_batch(spoil)
        .unwrap();
    let missing = file_in(&directory, "missing");
    let expected = [
        (text, "no backup of Passerelle"),
        (stranger, "its tables are others"),
        (newer, "install the newer build"),
        (damaged, "is damaged"),
        (unreadable, "entry 3"),
        (missing, "no backup of Passerelle"),
    ];
    for (bad, why) in expected {
        let refused = restore(place.path(), &bad, |_| {}).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
        assert_eq!(
            journal_in(place.path()).await,
            [entry(7, 7)],
            "after {}",
            bad.display()
        );
        let left = fs::read_dir(place.path()).unwrap();
        let mut names = left.map(|name| name.unwrap().file_name().into_string().unwrap());
        assert!(
            names.all(|name| !name.contains("restor")),
            "{}",
            bad.display()
        );
    }
}

#[tokio::test]
async fn an_interrupted_restore_is_noticed_by_the_start_and_ended_by_the_next() {
    let (_directory, file) = closed_with_backup().await;
    let (store, place) = open_new();
    append(&store, append_to(&store, 0, vec![entry(7, 7)]))
        .await
        .unwrap();
    store.close().await;
    // Cut off after the first renaming: the log is still under its old name.
    let (database, kept) = ("passerelle.sqlite", "passerelle.sqlite.before-restore-1");
    fs::rename(file_in(&place, database), file_in(&place, kept)).unwrap();
    fs::write(file_in(&place, "passerelle.sqlite-wal"), "log").unwrap();
    fs::copy(&file, file_in(&place, "passerelle.sqlite.restoring")).unwrap();
    let error = Store::open(place.path()).err().unwrap();
    assert!(
        matches!(error, StoreError::InterruptedRestore { .. }),
        "{error}"
    );
    assert!(!file_in(&place, database).exists(), "no empty one was made");
    let restored = restore(place.path(), &file, |_| {}).unwrap();
    assert_eq!(restored.kept, Some(file_in(&place, kept)));
    let log = fs::read(file_in(&place, &format!("{kept}-wal"))).unwrap();
    assert_eq!(log, b"log", "the log went to its database");
    assert_eq!(journal_in(place.path()).await.len(), 3);
}
