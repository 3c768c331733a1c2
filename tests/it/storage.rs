//! Storage that fails for a while, and storage that is tidied up.

use crate::gateway::Gateway;
use crate::people::{Talk, available, connect, ended, position, refusal, tablet, tap};
use passerelle::config::Config;
use passerelle::store::{Append, Journal, Month, Snapshot, Store, Version};
use passerelle_signaling::Core;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::effect::Effect;
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::protocol::{ErrorCode, Request};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::time::{Millis, Timestamp};
use rusqlite::Connection as Database;
use std::time::Duration;

/// Far above the second between two attempts to write.
const GOES_ON_MAX: Duration = Duration::from_secs(20);

/// Waits until `/readyz` answers so.
async fn until_ready(gateway: &Gateway, status: u16) -> String {
    let target = gateway.target();
    let asking = async {
        loop {
            let answer = target.get("/readyz", None).await.unwrap();
            if answer.status == status {
                return answer.body;
            }
        }
    };
    let answered = tokio::time::timeout(GOES_ON_MAX, asking).await;
    answered.expect("the gateway notices")
}

#[tokio::test]
async fn while_another_process_holds_the_database_calls_go_on_and_nothing_untrue_is_said() {
    let gateway = Gateway::demo(&[]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    let talk = Talk::begin(&mut calling, &mut answering, "ar").await;
    let call = talk.call;
    let mut waiting = connect(&gateway, tablet(1)).await;
    tap(&mut waiting, "uk").await;
    let place = position(&mut waiting).await;
    let mut other = connect(&gateway, tablet(2)).await;
    until_ready(&gateway, 200).await;

    let database = Database::open(gateway.data_dir().join("passerelle.sqlite")).unwrap();
    database.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let asked = Request::Tap {
        language: "uk".parse().unwrap(),
        mode: None,
    };
    let refused = refusal(&mut other, asked.clone()).await;
    assert_eq!(refused, ErrorCode::Unavailable);
    let told = until_ready(&gateway, 503).await;
    assert!(told.contains("another process"), "{told}");
    let hang_up = Request::HangUp { call };
    assert_eq!(
        refusal(&mut calling, hang_up.clone()).await,
        ErrorCode::Unavailable
    );
    // The conversation goes on: what was sent after the refusal arrives.
    let before = talk.visitor.stats();
    let flows = talk.visitor.wait_until(GOES_ON_MAX, |now| {
        now.video_packets_received > before.video_packets_received
            && now.audio_packets_received > before.audio_packets_received
    });
    assert!(flows.await);
    assert_eq!(position(&mut waiting).await, place);

    database.execute_batch("ROLLBACK").unwrap();
    until_ready(&gateway, 200).await;
    other.ask(asked).await.unwrap();
    assert_eq!(position(&mut other).await.1, 2);
    assert_eq!(position(&mut waiting).await, place);
    calling.ask(hang_up).await.unwrap();
    assert_eq!(ended(&mut calling).await.outcome, Outcome::Completed);
    talk.close().await;
    let log = gateway.log();
    for line in [
        "nothing can be stored: another process",
        "storing works again",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line}: {log}");
    }
    let (_, remains) = gateway.end("KILL");
    let store = Store::open(&remains.data_dir()).unwrap();
    let journal = store.load_journal().unwrap();
    let taps = journal.iter().filter_map(|entry| match entry.event {
        Event::CallQueued { tablet, .. } => Some(tablet),
        _ => None,
    });
    assert_eq!(taps.collect::<Vec<_>>(), [3, 1, 2].map(TabletId));
}

/// 10 March 2020, and its month in Paris.
const LONG_AGO: Timestamp = Timestamp(1_583_838_000_000);
const MONTH: (&str, Timestamp, Timestamp) = (
    "2020-03",
    Timestamp(1_583_017_200_000),
    Timestamp(1_585_692_000_000),
);

async fn month(store: &Store) -> Month {
    let (name, from, to) = MONTH;
    store.month(name.to_owned(), from, to).await.unwrap()
}

/// A journal of calls of long ago, as the gateway of then has left it, with the state it had kept.
/// Returns the figures of that month.
async fn long_ago(store: &Store) -> Month {
    let configuration = Config::demo().unwrap().configuration();
    let (mut core, mut version, mut now) = (Core::new(), Version(0), LONG_AGO);
    let tablet = TabletId(1);
    let party = Party::Tablet(tablet);
    let first = [
        Command::Configure(Box::new(configuration)),
        Command::Connected(party),
    ];
    let calls = (1..=5).flat_map(|call| {
        let tap = Command::Tap {
            tablet,
            language: "uk".parse().unwrap(),
            mode: None,
            tapped_at: LONG_AGO,
        };
        let call = passerelle_signaling::ids::CallId(call);
        [tap, Command::HangUp { party, call }]
    });
    for command in first.into_iter().chain(calls) {
        now = now + Millis::from_secs(40);
        let step = core.handle(&command, now);
        assert_eq!(step.rejection, None, "{command:?}");
        let records = step.effects.iter().filter_map(|effect| match effect {
            Effect::Record(call) => core.record(*call),
            _ => None,
        });
        let append = Append {
            expected_version: version,
            epoch: store.epoch(),
            records: records.collect(),
            entries: step.entries,
        };
        version = store.append(append).await.unwrap().durable().await.unwrap();
    }
    let state = serde_json::to_string(&core.snapshot()).unwrap();
    store
        .keep_snapshot(Snapshot { version, state })
        .await
        .unwrap();
    month(store).await
}

#[tokio::test]
async fn calls_older_than_the_service_wants_are_forgotten_and_their_month_says_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let store = Store::open(&data).unwrap();
    let before = long_ago(&store).await;
    assert_eq!(before.values().map(|sums| sums.calls).sum::<u64>(), 5);
    store.close().await;
    drop(store);
    let gateway = Gateway::demo_keeping(directory, &[("retention.calls_months", "1")]);
    let database = Database::open(data.join("passerelle.sqlite")).unwrap();
    let count = |table: &str| -> i64 {
        let select = format!("SELECT count(*) FROM {table}");
        database.query_row(&select, [], |row| row.get(0)).unwrap()
    };
    let forgotten = async {
        while count("calls WHERE queued_at < 1600000000000") > 0
            || count("journal WHERE version = 1") > 0
        {
            tokio::task::yield_now().await;
        }
    };
    let forgotten = tokio::time::timeout(GOES_ON_MAX, forgotten).await;
    forgotten.expect("old calls and their entries go");
    // It goes on as ever.
    let mut calling = connect(&gateway, tablet(1)).await;
    tap(&mut calling, "uk").await;
    let (call, _) = position(&mut calling).await;
    assert_eq!(call.0, 6, "numbers go on");
    let (_, remains) = gateway.end("TERM");
    let store = Store::open(&remains.data_dir()).unwrap();
    assert_eq!(month(&store).await, before);
    assert!(store.load_journal().is_err(), "its beginning is gone");
    let back = passerelle::dispatch::bring_back(&store).unwrap();
    assert!(back.core.state().call(call).is_some());
}
