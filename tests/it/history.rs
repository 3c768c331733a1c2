//! A person who leaves the service leaves its records, while the gateway goes on.

use crate::gateway::{Gateway, program, run};
use crate::service::write;
use passerelle::config::DEMO_TOML;
use passerelle::store::{Append, Journal, Store, Version};
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::time::Timestamp;
use std::path::Path;
use std::time::Duration;

const QUICK: Duration = Duration::from_secs(30);

const LEFT: InterpreterId = InterpreterId(77);

/// A call that this interpreter answered.
fn answered(call: u64, interpreter: InterpreterId) -> CallRecord {
    let record = serde_json::json!({
        "call": call, "site": 1, "language": "fsl", "mode": "sign", "class": "normal",
        "origin": null, "tapped_at": 1, "queued_at": 1, "offered_at": 2, "accepted_at": 3,
        "connected_at": 4, "ended_at": 5, "outcome": "completed", "interpreter": interpreter,
        "offers": 1, "handovers": 0, "callback": null, "appointment": null, "subject": null,
        "steps": 1,
    });
    serde_json::from_value(record).unwrap()
}

/// `passerelle erase-person` with this configuration: what it says, and whether it failed.
async fn erase(person: InterpreterId, config: &Path) -> Result<String, String> {
    let mut command = program(&[]);
    command
        .args(["erase-person", &person.to_string(), "--config"])
        .arg(config);
    let running = tokio::task::spawn_blocking(|| run(command, QUICK));
    let (code, output, errors) = running.await.unwrap();
    if code == Some(0) {
        Ok(output)
    } else {
        Err(errors)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_has_left_is_erased_by_the_running_gateway_and_without_one() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().join("data");
    let config = directory.path().join("config.toml");
    write(&config, &data_dir, DEMO_TOML);
    let store = Store::open(&data_dir).unwrap();
    let here = InterpreterId(3);
    let at = Timestamp(9);
    let append = Append {
        expected_version: Version(0),
        epoch: store.epoch(),
        entries: vec![Entry {
            at,
            event: Event::Rested { interpreter: here },
        }],
        records: vec![answered(1, LEFT), answered(2, here), answered(3, LEFT)],
    };
    store.append(append).await.unwrap().durable().await.unwrap();
    store.close().await;
    // Without a gateway, so that the nightly purge cannot be what took the number away.
    let said = erase(LEFT, &config).await.unwrap();
    assert!(said.contains("in no record any more (2 changed)"), "{said}");
    let refused = erase(here, &config).await.unwrap_err();
    assert!(refused.contains("still in the configuration"), "{refused}");
    let store = Store::open(&data_dir).unwrap();
    let ever = Timestamp(u64::MAX >> 1);
    let stored = store.records_between(Timestamp(0), ever).await.unwrap();
    let people: Vec<_> = stored.iter().map(|record| record.interpreter).collect();
    assert_eq!(people, [None, Some(here), None]);
    store.close().await;

    let gateway = Gateway::serve(directory, &config);
    let said = erase(LEFT, &config).await.unwrap();
    assert!(said.contains("in no record any more"), "{said}");
    let refused = erase(here, &config).await.unwrap_err();
    assert!(refused.contains("still in the configuration"), "{refused}");
    drop(gateway);
}
