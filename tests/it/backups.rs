//! Backups of a gateway at work, and the gateway that comes back from one.

use crate::gateway::{Gateway, program, run};
use crate::people::{Talk, available, board, connect, ended, position, ring, tablet, tap};
use passerelle::client::http::ClientError;
use passerelle::client::signalling::SignallingClient;
use passerelle::store::Store;
use passerelle_signaling::core::Core;
use passerelle_signaling::event::Entry;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ErrorCode, Identity, Request};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const QUICK: Duration = Duration::from_secs(30);

/// `passerelle NAME FILE` on a data directory: what it says, and whether it failed.
async fn command(data_dir: &Path, name: &str, file: &Path) -> Result<String, String> {
    let mut command = program(&[]);
    command.arg(name).arg(file).arg("--data-dir").arg(data_dir);
    let running = tokio::task::spawn_blocking(|| run(command, QUICK));
    let (code, output, errors) = running.await.unwrap();
    if code == Some(0) {
        Ok(output)
    } else {
        Err(errors)
    }
}

/// Asks until the gateway no longer says that it comes too fast.
async fn insist(client: &mut SignallingClient, request: &Request) {
    while let Err(refused) = client.ask(request.clone()).await {
        let too_fast = ErrorCode::TooFast;
        assert!(
            matches!(&refused, ClientError::RequestRefused { error, .. } if *error == too_fast),
            "{refused}"
        );
    }
}

/// Taps and hangs up until told to stop; how often.
async fn restless(mut client: SignallingClient, done: Arc<AtomicBool>) -> u32 {
    let (language, mode) = ("pt".parse().unwrap(), None);
    let mut taps = 0;
    while !done.load(Ordering::Relaxed) {
        insist(&mut client, &Request::Tap { language, mode }).await;
        let (call, _) = position(&mut client).await;
        insist(&mut client, &Request::HangUp { call }).await;
        ended(&mut client).await;
        taps += 1;
    }
    taps
}

fn journal(data_dir: &Path) -> Vec<Entry> {
    Store::open(data_dir).unwrap().load_journal().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_comes_back_with_the_queue_of_its_moment() {
    let gateway = Gateway::demo(&[]);
    let mut answering = available(&gateway, 5).await;
    let mut talking = connect(&gateway, tablet(20)).await;
    let talk = Talk::begin(&mut talking, &mut answering, "uk").await;
    let numbers = [5, 2, 9];
    let (mut waiting, mut tickets) = (Vec::new(), Vec::new());
    for number in numbers {
        let mut client = connect(&gateway, tablet(number)).await;
        tap(&mut client, "ar").await;
        tickets.push(position(&mut client).await.0);
        waiting.push(client);
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut tapping = Vec::new();
    for number in 10..16 {
        let client = connect(&gateway, tablet(number)).await;
        tapping.push(tokio::spawn(restless(client, Arc::clone(&done))));
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("night");
    let data_dir = gateway.data_dir();
    let said = command(&data_dir, "backup", &file).await.unwrap();
    assert!(said.contains("is written and sound"), "{said}");
    done.store(true, Ordering::Relaxed);
    for task in tapping {
        assert!(task.await.unwrap() > 0, "there was load");
    }
    let exported = home.path().join("journal.jsonl");
    command(&data_dir, "export-journal", &exported)
        .await
        .unwrap();
    // After the backup, which must not have it.
    let mut late = connect(&gateway, tablet(28)).await;
    tap(&mut late, "ar").await;
    let refused = command(&data_dir, "restore", &file).await.unwrap_err();
    assert!(refused.contains("in use by another gateway"), "{refused}");
    let (_, remains) = gateway.end("KILL");

    let other = tempfile::tempdir().unwrap();
    let restored = other.path().join("data");
    let said = command(&restored, "restore", &file).await.unwrap();
    assert!(said.contains("Everybody is signed out"), "{said}");
    let (whole, part) = (journal(&data_dir), journal(&restored));
    assert!(part.len() < whole.len());
    assert_eq!(part, whole[..part.len()], "one moment of the journal");
    let exported = std::fs::read_to_string(&exported).unwrap();
    let exported = exported
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap());
    let exported: Vec<Entry> = exported.collect();
    assert!(part.len() <= exported.len() && exported.len() < whole.len());
    assert_eq!(exported, whole[..exported.len()]);
    let then = Core::replay(part);
    let queue: Vec<CallId> = then.state().waiting("ar".parse().unwrap()).collect();
    assert_eq!(queue, tickets);
    assert!(
        then.state().call(talk.call).is_some(),
        "the conversation goes on"
    );
    talk.close().await;
    drop(remains);

    stands_in_order(Gateway::demo_on(other), &numbers, &tickets).await;
}

/// The queue of a gateway on a restored database, as people find it who come back.
async fn stands_in_order(gateway: Gateway, numbers: &[u32], tickets: &[CallId]) {
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let queue = board(&mut coordinator, "the queue", |board| {
        let arabic = board
            .queue
            .iter()
            .filter(|row| row.language.as_str() == "ar");
        Some(arabic.map(|row| row.call).collect::<Vec<_>>())
    });
    assert_eq!(queue.await, tickets);
    let mut back = Vec::new();
    for number in numbers {
        back.push(connect(&gateway, tablet(*number)).await);
    }
    let mut answering = available(&gateway, 3).await;
    assert_eq!(ring(&mut answering).await.1, tickets[0]);
}
