//! Clients that come back and say what they have seen: they are told what they have missed, and
//! nothing twice; over a lost network, a killed gateway, and the restore of an older backup.

use crate::gateway::{Gateway, STOP_MAX, program, run};
use crate::people::{SOON, connect, interpreter, position, sign_in, tablet, tap};
use passerelle::auth::Role;
use passerelle::client::http::{Cookie, Target};
use passerelle::client::signalling::{Introduction, Memory, SignallingClient};
use passerelle_signaling::protocol::{Identity, Request, Resumed, ServerMessage, View};
use std::path::Path;

/// Comes back with this session and this memory.
async fn back(target: &Target, role: Role, cookie: &Cookie, memory: Memory) -> SignallingClient {
    let introduction = Introduction::of_page(target, role, cookie).remembering(memory);
    SignallingClient::introduce(target, &introduction)
        .await
        .unwrap()
}

/// Waits for the first picture of a connection.
async fn pictured(client: &mut SignallingClient) -> View {
    let any = |view: &View| Some(view.clone());
    client.view_where("a picture", SOON, any).await.unwrap()
}

#[tokio::test]
async fn a_client_is_told_whether_anything_has_happened_while_it_was_away() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let mut first = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    assert_eq!(first.resumed(), Resumed::New);
    pictured(&mut first).await;
    // The gateway has not noticed that the network is gone, and nothing else happens.
    let memory = first.memory();
    let mut second = back(&target, Role::Tablet, &cookie, memory).await;
    assert_eq!(second.resumed(), Resumed::NothingMissed);
    pictured(&mut second).await;
    assert_eq!(second.memory().seq, memory.seq);
    tap(&mut second, "pt").await;
    let place = position(&mut second).await;
    let mut third = back(&target, Role::Tablet, &cookie, memory).await;
    assert_eq!(third.resumed(), Resumed::Fresh);
    assert_eq!(position(&mut third).await, place);
    assert!(third.memory().seq > memory.seq);
}

#[tokio::test]
async fn after_a_kill_everybody_sees_the_same_again_at_a_later_entry() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let mut calling = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    tap(&mut calling, "pt").await;
    let place = position(&mut calling).await;
    let memory = calling.memory();
    let (_, remains) = gateway.end("KILL");

    let gateway = Gateway::demo_again(remains, &[]);
    let target = gateway.target();
    let mut calling = back(&target, Role::Tablet, &cookie, memory).await;
    assert_eq!(calling.resumed(), Resumed::Fresh);
    assert_eq!(position(&mut calling).await, place);
    assert!(calling.memory().seq > memory.seq, "the entry only grows");
    assert!(calling.memory().run > memory.run, "another run");
    let log = gateway.log();
    assert!(!log.contains("older than the service"), "{log}");
}

/// `passerelle NAME FILE` on a data directory.
fn command(data_dir: &Path, name: &str, file: &Path) {
    let mut command = program(&[]);
    command.arg(name).arg(file).arg("--data-dir").arg(data_dir);
    let (code, _, errors) = run(command, STOP_MAX);
    assert_eq!(code, Some(0), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_older_backup_clients_are_told_and_the_log_says_it_once() {
    let gateway = Gateway::demo(&[]);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("night");
    let mut calling = connect(&gateway, tablet(1)).await;
    pictured(&mut calling).await;
    let before = calling.memory();
    command(&gateway.data_dir(), "backup", &file);
    tap(&mut calling, "pt").await;
    position(&mut calling).await;
    let seen = calling.memory();
    assert!(gateway.end("KILL").1.data_dir().exists());

    let other = tempfile::tempdir().unwrap();
    command(&other.path().join("data"), "restore", &file);
    let gateway = Gateway::demo_on(other);
    let target = gateway.target();
    // Others come first, so that the journal grows beyond what was seen.
    let mut newcomers = Vec::new();
    for number in 2..12 {
        newcomers.push(connect(&gateway, tablet(number)).await);
        pictured(newcomers.last_mut().unwrap()).await;
    }
    assert!(newcomers.last().unwrap().memory().seq > seen.seq);
    // The restore has signed everybody out.
    let (as_tablet, as_coordinator) = (
        sign_in(&target, tablet(1)).await,
        sign_in(&target, Identity::Coordinator).await,
    );
    for _ in 0..2 {
        let mut calling = back(&target, Role::Tablet, &as_tablet, seen).await;
        assert_eq!(calling.resumed(), Resumed::Restored);
        let View::Tablet(picture) = pictured(&mut calling).await else {
            panic!("not a tablet's picture")
        };
        assert_eq!(picture.phase, passerelle_signaling::view::TabletPhase::Idle);
        // From now on it goes by what the restored gateway has told.
        let memory = calling.memory();
        let again = back(&target, Role::Tablet, &as_tablet, memory).await;
        assert_ne!(again.resumed(), Resumed::Restored);
    }
    let board = back(&target, Role::Coordinator, &as_coordinator, seen).await;
    assert_eq!(board.resumed(), Resumed::Restored);
    let older = back(&target, Role::Coordinator, &as_coordinator, before).await;
    assert_eq!(
        older.resumed(),
        Resumed::Fresh,
        "it has seen nothing that is lost"
    );
    let log = gateway.log();
    assert_eq!(log.matches("older than the service").count(), 1, "{log}");
}

/// The next coordinators' text, and how the client stands after it.
async fn notice(client: &mut SignallingClient) -> String {
    let text = |message: &ServerMessage| match message {
        ServerMessage::Notice { text, .. } => Some(text.reveal().clone()),
        _ => None,
    };
    client.message_where("a text", SOON, text).await.unwrap()
}

/// What a page remembers that was open for a moment.
async fn seen_once(target: &Target, role: Role, cookie: &Cookie) -> Memory {
    let there = SignallingClient::connect(target, role, cookie).await;
    there.unwrap().memory()
}

async fn broadcast(coordinator: &mut SignallingClient, text: &str) {
    let text = text.to_owned();
    coordinator
        .ask(Request::Broadcast { text: text.into() })
        .await
        .unwrap();
}

#[tokio::test]
async fn texts_that_came_meanwhile_are_shown_once_to_who_comes_back_and_to_no_newcomer() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    broadcast(&mut coordinator, "before anybody").await;
    let cookie = sign_in(&target, interpreter(5)).await;
    let role = Role::Interpreter;
    let mut there = SignallingClient::connect(&target, role, &cookie)
        .await
        .unwrap();
    broadcast(&mut coordinator, "one").await;
    assert_eq!(notice(&mut there).await, "one");
    let memory = there.memory();
    drop(there);
    for text in ["two", "three"] {
        broadcast(&mut coordinator, text).await;
    }
    let mut there = back(&target, role, &cookie, memory).await;
    assert_eq!(notice(&mut there).await, "two");
    assert_eq!(notice(&mut there).await, "three");
    let memory = there.memory();
    drop(there);
    let mut there = back(&target, role, &cookie, memory).await;
    let mut newcomer = connect(&gateway, interpreter(6)).await;
    pictured(&mut newcomer).await;
    broadcast(&mut coordinator, "four").await;
    assert_eq!(notice(&mut there).await, "four", "nothing a second time");
    assert_eq!(
        notice(&mut newcomer).await,
        "four",
        "nothing from before it came"
    );
}

#[tokio::test]
async fn who_had_seen_no_text_is_shown_those_since_the_first_welcome() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let (cookie, role) = (sign_in(&target, interpreter(5)).await, Role::Interpreter);
    let memory = seen_once(&target, role, &cookie).await;
    broadcast(&mut coordinator, "one").await;
    let mut there = back(&target, role, &cookie, memory).await;
    assert_eq!(notice(&mut there).await, "one");
}

#[tokio::test]
async fn a_page_whose_memory_is_of_the_future_is_shown_what_is_said_from_now_on() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let (cookie, role) = (sign_in(&target, interpreter(5)).await, Role::Interpreter);
    let mut memory = seen_once(&target, role, &cookie).await;
    memory.noticed = passerelle_signaling::time::Timestamp(u64::MAX);
    let mut there = back(&target, role, &cookie, memory).await;
    broadcast(&mut coordinator, "one").await;
    assert_eq!(notice(&mut there).await, "one");
}
