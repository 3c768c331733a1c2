//! Journals in directories of their own, by a clock that is moved by hand.

use super::*;
use crate::clock::{Clock, ClockHand};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Millis;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// 2026-11-22T21:00:00Z.
const BEGIN: Timestamp = Timestamp(1_795_381_200_000);

const DAY: Millis = Millis::from_secs(24 * 60 * 60);

fn directory() -> (TempDir, Clock, ClockHand) {
    let (clock, hand) = Clock::manual(BEGIN);
    (tempfile::tempdir().unwrap(), clock, hand)
}

/// Somebody looks on in so many calls.
async fn look_on(audit: &Audit, calls: std::ops::Range<u64>) {
    for call in calls {
        let call = CallId(call);
        audit.record(Act::LooksOn { call }, None).await.unwrap();
    }
}

fn only_file(directory: &TempDir) -> PathBuf {
    directory.path().join("audit/2026-11.jsonl")
}

#[tokio::test]
async fn what_is_recorded_is_there_in_order_and_the_journal_is_whole() {
    let (directory, clock, _hand) = directory();
    let audit = Audit::open(directory.path(), clock.clone()).unwrap();
    look_on(&audit, 1..4).await;
    let whole = verify(directory.path(), None).unwrap();
    assert_eq!((whole.entries, whole.head.number), (3, 3));
    assert_eq!((whole.oldest, whole.newest), (Some(BEGIN), Some(BEGIN)));
    let second = Audit::open(directory.path(), clock.clone()).unwrap_err();
    assert!(matches!(second, AuditError::InUse));
    // Opened again it goes on, and what was noted before is still in it.
    audit.close().await;
    let audit = Audit::open(directory.path(), clock).unwrap();
    look_on(&audit, 4..6).await;
    let later = verify(directory.path(), Some(whole.head)).unwrap();
    assert_eq!((later.entries, later.head.number), (5, 5));
    let empty = verify(&directory.path().join("nowhere"), None).unwrap();
    assert_eq!((empty.entries, empty.head), (0, Head::START));
}

#[tokio::test]
async fn a_changed_line_is_named_with_its_file() {
    let (directory, clock, _hand) = directory();
    look_on(&Audit::open(directory.path(), clock).unwrap(), 1..9).await;
    let file = only_file(&directory);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace(r#""call":5}"#, r#""call":6}"#)).unwrap();
    let error = verify(directory.path(), None).unwrap_err();
    let VerifyError::Broken { line, broken, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!((*line, broken), (5, &Broken::Changed));
    assert!(error.to_string().contains("2026-11.jsonl, line 5"));
}

#[tokio::test]
async fn a_cut_off_end_is_found_and_so_is_one_that_somebody_noted_elsewhere() {
    let (directory, clock, _hand) = directory();
    look_on(&Audit::open(directory.path(), clock).unwrap(), 1..5).await;
    let known = verify(directory.path(), None).unwrap().head;
    let file = only_file(&directory);
    let text = fs::read_to_string(&file).unwrap();
    let cut: String = text.split_inclusive('\n').take(3).collect();
    fs::write(&file, &cut).unwrap();
    let by_our_note = verify(directory.path(), None).unwrap_err();
    assert!(matches!(by_our_note, VerifyError::EndGone { .. }));
    // Whoever can write the folder can write our note, too; not that of somebody else.
    fs::remove_file(directory.path().join("audit/head")).unwrap();
    assert_eq!(verify(directory.path(), None).unwrap().entries, 3);
    let by_theirs = verify(directory.path(), Some(known)).unwrap_err();
    assert!(by_theirs.to_string().contains(&known.to_string()));
}

#[tokio::test]
async fn what_a_power_cut_left_of_an_entry_is_cut_off_and_the_chain_goes_on() {
    let (directory, clock, _hand) = directory();
    let audit = Audit::open(directory.path(), clock.clone()).unwrap();
    look_on(&audit, 1..3).await;
    audit.close().await;
    let file = only_file(&directory);
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str(r#"{"n":3,"at":17953"#);
    fs::write(&file, text).unwrap();
    assert_eq!(verify(directory.path(), None).unwrap().entries, 2);
    look_on(&Audit::open(directory.path(), clock).unwrap(), 3..5).await;
    assert_eq!(verify(directory.path(), None).unwrap().entries, 4);
}

#[tokio::test]
async fn each_month_has_its_file_and_old_ones_go_with_an_entry_that_says_so() {
    let (directory, clock, hand) = directory();
    let audit = Audit::open(directory.path(), clock.clone()).unwrap();
    for month in 0..4 {
        look_on(&audit, 10 * month..10 * month + 2).await;
        hand.advance(Millis(31 * DAY.0));
    }
    let before_january = Timestamp(1_798_761_600_000);
    let head = audit.retire(before_january).await.unwrap();
    let left = fs::read_dir(directory.path().join("audit")).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(
        left,
        [
            "2027-01.jsonl",
            "2027-02.jsonl",
            "2027-03.jsonl",
            "head",
            "lock"
        ]
    );
    let whole = verify(directory.path(), Some(head)).unwrap();
    assert_eq!((whole.entries, whole.head.number), (6, 10));
    // Taken away by somebody, without that entry.
    fs::remove_file(directory.path().join("audit/2027-01.jsonl")).unwrap();
    let error = verify(directory.path(), None).unwrap_err();
    assert!(matches!(error, VerifyError::BeginningGone { after: 6 }));
}

#[tokio::test]
async fn whoever_guesses_fills_no_disk_and_is_counted() {
    let (directory, clock, hand) = directory();
    let audit = Audit::open(directory.path(), clock).unwrap();
    let from = Some("192.0.2.7".parse().unwrap());
    let guess = async |times: u64| {
        for _ in 0..times {
            audit.refused(from);
            tokio::task::yield_now().await;
        }
        // Whatever was asked before is done when this is.
        look_on(&audit, 1..2).await;
    };
    guess(100).await;
    hand.advance(Millis::from_secs(61));
    guess(1).await;
    guess(20).await;
    audit.record(Act::Stopped, None).await.unwrap();
    let text = fs::read_to_string(only_file(&directory)).unwrap();
    let counted: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("sign_in_refused\":{\"times\":"))
        .filter_map(|(_, times)| times.split_once('}').map(|(times, _)| times))
        .collect();
    assert_eq!(counted, ["1", "100", "20"]);
    assert!(text.contains(r#""from":"192.0.2.7""#));
}

#[tokio::test]
async fn a_session_is_marked_by_what_opens_nothing() {
    let (directory, clock, _hand) = directory();
    let audit = Audit::open(directory.path(), clock).unwrap();
    let session = SessionMark::of(&[0xab; 32]);
    let (who, by) = (Identity::Coordinator, SignInBy::Invitation);
    let act = Act::SignedIn {
        who,
        session,
        by,
        account: None,
    };
    audit.record(act, None).await.unwrap();
    let text = fs::read_to_string(only_file(&directory)).unwrap();
    assert!(text.contains(r#""session":"abababab""#));
    assert!(!text.contains("ababababab"));
}
