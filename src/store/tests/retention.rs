//! What is not kept: purged calls stay in the figures of their month, to the last digit, and an
//! erased person is in no record.

use super::*;
use crate::config::{Config, EXAMPLE_TOML, read_toml};
use passerelle_signaling::event::AppointmentEnd;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::simulation::{Plan, run};
use std::collections::BTreeMap;

const PLAN: &str = include_str!("../../../deploy/scenario.example.toml");

/// Stands for the calendar of a service: months of a hundred seconds.
const MONTH: u64 = 100_000;

fn month_of(at: Timestamp) -> String {
    format!("2026-{:02}", at.0 / MONTH)
}

async fn stored(store: &Store, records: Vec<CallRecord>) {
    let mut one = append_to(store, 0, vec![entry(1, 1)]);
    one.records = records;
    append(store, one).await.unwrap();
}

/// Every month, as a report would ask for it.
async fn months(store: &Store) -> Vec<Month> {
    let mut months = Vec::new();
    for number in 0..12 {
        let (from, to) = (Timestamp(number * MONTH), Timestamp((number + 1) * MONTH));
        months.push(store.month(month_of(from), from, to).await.unwrap());
    }
    months
}

/// The calls of simulated days, put into the months above.
fn a_year_of_calls() -> Vec<CallRecord> {
    let config = Config::from_toml(EXAMPLE_TOML).unwrap();
    let plan: Plan = read_toml(PLAN).unwrap();
    let days = plan.scenarios(&config.configuration()).unwrap();
    let mut records = Vec::new();
    for (seed, scenario) in (1..).zip(days.iter().cycle().take(30)) {
        for record in run(scenario, seed, &mut ()).records {
            let call = records.len() as u64 + 1;
            let begins = call * 131 % (12 * MONTH);
            let moved = |at: Timestamp| Timestamp(begins + at.since(record.tapped_at).0);
            records.push(CallRecord {
                call: CallId(call),
                tapped_at: moved(record.tapped_at),
                queued_at: moved(record.queued_at),
                offered_at: record.offered_at.map(moved),
                accepted_at: record.accepted_at.map(moved),
                connected_at: record.connected_at.map(moved),
                ended_at: record.ended_at.map(moved),
                ..record
            });
        }
    }
    records
}

#[tokio::test]
async fn the_figures_of_every_month_are_the_same_after_every_purge() {
    let (store, directory) = open_new();
    let records = a_year_of_calls();
    let count = records.len();
    assert!(
        count > 1000,
        "{count} calls, so that one transaction is not enough"
    );
    stored(&store, records).await;
    let before = months(&store).await;
    let calls: u64 = before
        .iter()
        .flat_map(BTreeMap::values)
        .map(|sums| sums.calls)
        .sum();
    assert_eq!(calls, count as u64);
    let mut purged = 0;
    // In the middle of months as well, and twice at the same moment.
    for until in [0, MONTH / 3, MONTH, MONTH, 5 * MONTH + 17, 12 * MONTH] {
        purged += store.purge_calls(Timestamp(until), month_of).await.unwrap();
        assert_eq!(months(&store).await, before, "purged until {until}");
    }
    assert_eq!(purged, count);
    assert_eq!(
        store
            .records_between(Timestamp(0), Timestamp(u64::MAX >> 1))
            .await
            .unwrap(),
        []
    );
    store.close().await;
    let again = Store::open(directory.path()).unwrap();
    assert_eq!(months(&again).await, before);
}

fn over(call: u64, queued_at: u64) -> CallRecord {
    CallRecord {
        accepted_at: Some(Timestamp(queued_at + 5)),
        connected_at: Some(Timestamp(queued_at + 10)),
        ended_at: Some(Timestamp(queued_at + 30)),
        outcome: Some(Outcome::Completed),
        interpreter: Some(InterpreterId(9)),
        offers: 2,
        ..record(call, queued_at)
    }
}

#[tokio::test]
async fn sums_are_those_of_the_calls() {
    let (store, _directory) = open_new();
    let slow = CallRecord {
        connected_at: Some(Timestamp(70)),
        ended_at: Some(Timestamp(75)),
        ..over(2, 20)
    };
    let given_up = CallRecord {
        outcome: Some(Outcome::AbandonedQueued),
        ended_at: Some(Timestamp(52)),
        ..record(3, 40)
    };
    stored(&store, vec![slow, over(1, 10), given_up]).await;
    let until = Timestamp(MONTH);
    assert_eq!(store.purge_calls(until, month_of).await.unwrap(), 3);
    let month = store
        .month("2026-00".to_owned(), Timestamp(0), until)
        .await
        .unwrap();
    let sums: Vec<_> = month.values().cloned().collect();
    let waits = |waits: &[u64]| waits.iter().map(|wait| millis(*wait)).collect();
    let abandoned = Sums {
        calls: 1,
        waits: waits(&[12]),
        ..Sums::default()
    };
    let completed = Sums {
        calls: 2,
        offers: 4,
        handovers: 0,
        handling: millis(25),
        waits: waits(&[10, 50]),
    };
    assert_eq!(sums, [abandoned, completed]);
}

fn millis(length: u64) -> passerelle_signaling::time::Millis {
    passerelle_signaling::time::Millis(length)
}

#[tokio::test]
async fn a_call_that_is_not_over_is_never_purged() {
    let (store, _directory) = open_new();
    let booked = |call, appointment| CallRecord {
        ended_at: Some(Timestamp(30)),
        outcome: Some(Outcome::ConvertedAppointment),
        appointment,
        ..record(call, 10)
    };
    let (going_on, awaited) = (record(1, 10), booked(2, None));
    let kept = booked(3, Some(AppointmentEnd::Kept));
    stored(&store, vec![going_on.clone(), awaited.clone(), kept]).await;
    assert_eq!(
        store.purge_calls(Timestamp(MONTH), month_of).await.unwrap(),
        1
    );
    let left = store
        .records_between(Timestamp(0), Timestamp(MONTH))
        .await
        .unwrap();
    assert_eq!(left, [awaited, going_on]);
}

#[tokio::test]
async fn an_erased_person_is_in_no_record_and_signed_out_and_no_figure_changes() {
    let (store, directory) = open_new();
    let person = InterpreterId(9);
    let going_on = CallRecord {
        interpreter: Some(person),
        ..record(3, 90)
    };
    let colleague = CallRecord {
        interpreter: Some(InterpreterId(8)),
        ..over(4, 50)
    };
    stored(
        &store,
        vec![over(1, 10), over(2, 20), going_on, colleague.clone()],
    )
    .await;
    let who = Identity::Interpreter {
        interpreter: person,
    };
    store
        .create_session([1; 32], who, Timestamp(99))
        .await
        .unwrap();
    store
        .create_invite([2; 32], who, Timestamp(99))
        .await
        .unwrap();
    let before = months(&store).await;
    let erased = store.erase_interpreter(person).await.unwrap();
    assert_eq!(
        erased,
        Erased {
            records: 2,
            going_on: 1
        }
    );
    assert_eq!(months(&store).await, before);
    assert_eq!(store.session([1; 32], Timestamp(0)).await.unwrap(), None);
    assert_eq!(store.invited([2; 32], Timestamp(0)).await.unwrap(), None);
    // Over now; the second attempt takes it too.
    let mut end = append_to(&store, 1, vec![entry(2, 1)]);
    end.records.push(over(3, 90));
    append(&store, end).await.unwrap();
    let erased = store.erase_interpreter(person).await.unwrap();
    assert_eq!(
        erased,
        Erased {
            records: 1,
            going_on: 0
        }
    );
    let left = "SELECT group_concat(interpreter) FROM calls";
    let left: String = raw(&directory)
        .query_row(left, [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, "8");
}
