//! Records of calls: every field comes back as it went in, and what version 0.1 left is either kept
//! or refused as a whole.

use super::*;
use passerelle_signaling::event::{AppointmentEnd, CallbackEnd};

const OUTCOMES: [Outcome; 11] = [
    Outcome::Completed,
    Outcome::AbandonedQueued,
    Outcome::AbandonedConnecting,
    Outcome::TimedOut,
    Outcome::RefusedFull,
    Outcome::RefusedClosed,
    Outcome::Withdrawn,
    Outcome::ConvertedCallback,
    Outcome::ConvertedAppointment,
    Outcome::Transferred,
    Outcome::ConnectionLost,
];

const CLASSES: [Class; 3] = [Class::Emergency, Class::Priority, Class::Normal];

#[tokio::test]
async fn every_field_of_a_record_comes_back_for_every_outcome_mode_class_and_conversion() {
    let (store, _directory) = open_new();
    let ends = [
        CallbackEnd::Answered,
        CallbackEnd::Cancelled,
        CallbackEnd::Unserved,
    ];
    let called_back = ends.map(|end| (Outcome::ConvertedCallback, Some(end), None));
    let ends = [
        AppointmentEnd::Kept,
        AppointmentEnd::Cancelled,
        AppointmentEnd::NoShow,
        AppointmentEnd::Unserved,
    ];
    let booked = ends.map(|end| (Outcome::ConvertedAppointment, None, Some(end)));
    let outcomes = OUTCOMES.map(|outcome| (outcome, None, None));
    let all = outcomes.into_iter().chain(called_back).chain(booked);
    let turn = |number: u64, length: usize| usize::try_from(number).unwrap() % length;
    let records: Vec<CallRecord> = (1..)
        .zip(all)
        .map(|(call, (outcome, callback, appointment))| CallRecord {
            mode: Mode::ALL[turn(call, Mode::ALL.len())],
            class: CLASSES[turn(call, CLASSES.len())],
            origin: (call % 2 == 0).then(|| CallId(call + 100)),
            offered_at: Some(Timestamp(call + 1)),
            accepted_at: Some(Timestamp(call + 2)),
            connected_at: Some(Timestamp(call + 3)),
            ended_at: Some(Timestamp(call + 4)),
            outcome: Some(outcome),
            interpreter: Some(InterpreterId(9)),
            offers: 3,
            callback,
            appointment,
            subject: (call % 3 == 0).then(|| "civil-status".parse().unwrap()),
            steps: u32::try_from(call).unwrap(),
            ..record(call, call)
        })
        .collect();
    let mut all = append_to(&store, 0, vec![entry(1, 1)]);
    all.records.clone_from(&records);
    append(&store, all).await.unwrap();
    let mut stored = store
        .records_between(Timestamp(0), Timestamp(1000))
        .await
        .unwrap();
    stored.reverse();
    assert_eq!(stored, records);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_reported_with_its_column() {
    let (store, directory) = open_new();
    let mut one = append_to(&store, 0, vec![entry(1, 1)]);
    one.records.push(record(1, 1));
    append(&store, one).await.unwrap();
    raw(&directory)
        .execute("UPDATE calls SET mode = 'telepathy'", [])
        .unwrap();
    let error = store.records_between(Timestamp(0), Timestamp(9)).await;
    let message = error.unwrap_err().to_string();
    assert!(
        message.contains("calls") && message.contains("mode"),
        "{message}"
    );
}

#[tokio::test]
async fn only_a_call_converted_to_an_appointment_may_have_an_end_of_one() {
    let (store, _directory) = open_new();
    let mut one = append_to(&store, 0, vec![entry(1, 1)]);
    one.records.push(CallRecord {
        ended_at: Some(Timestamp(2)),
        outcome: Some(Outcome::Completed),
        appointment: Some(AppointmentEnd::Kept),
        ..record(1, 1)
    });
    assert!(append(&store, one).await.is_err());
}

/// A database as version 0.1 left it, with one record of each language.
fn version_0_1(languages: &[&str]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let database = raw(&directory);
    let schema = include_str!("../migrations/0001_first_call.sql");
    database.execute_batch(schema).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    for (call, language) in (1..).zip(languages) {
        let insert = "INSERT INTO calls (call, site, language, tapped_at, queued_at, ended_at, \
                      outcome, offers) VALUES (?1, 3, ?2, 5, 5, 9, 'timed_out', 2)";
        let row: (u32, &str) = (call, language);
        database.execute(insert, row).unwrap();
    }
    directory
}

#[tokio::test]
async fn rows_of_version_0_1_are_kept_and_sign_is_told_from_voice() {
    let directory = version_0_1(&["fsl", "en"]);
    let store = Store::open(directory.path()).unwrap();
    let stored = store.records_between(Timestamp(0), Timestamp(9)).await;
    let kept = |call: u64, language: &str, mode| CallRecord {
        language: language.parse().unwrap(),
        mode,
        ended_at: Some(Timestamp(9)),
        outcome: Some(Outcome::TimedOut),
        offers: 2,
        ..record(call, 5)
    };
    let expected = [kept(2, "en", Mode::SpokenVideo), kept(1, "fsl", Mode::Sign)];
    assert_eq!(stored.unwrap(), expected);
}

#[test]
fn a_journal_of_version_0_1_is_refused_with_what_to_do_and_left_as_it_is() {
    let directory = version_0_1(&["fsl"]);
    let event = r#"{"connected":{"party":{"tablet":1}}}"#;
    let insert = "INSERT INTO journal (version, at, event) VALUES (1, 5, ?1)";
    raw(&directory).execute(insert, [event]).unwrap();
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(error, StoreError::OldJournal { .. }), "{error}");
    let message = error.to_string();
    let path = directory.path().display().to_string();
    assert!(message.contains("0.1") && message.contains(&format!("mv {path}")));
    let left: i64 = raw(&directory)
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(left, 1);
}
