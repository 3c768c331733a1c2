//! A gateway that is told to stop, by real signals: calls move to the next process or may finish,
//! nothing outside holds it up, and health says what is so.

use crate::gateway::{Gateway, STOP_MAX};
use crate::people::{
    LEAD, SOON, Talk, VISITOR, activity, available, connect, ended, interpreter, join, phase, ring,
    sees, tablet, tap,
};
use passerelle::client::http::{Answer, ClientError};
use passerelle::clock::monotonic;
use passerelle::store::Store;
use passerelle_signaling::event::Event;
use passerelle_signaling::protocol::{ByeReason, Request, View};
use passerelle_signaling::view::{Activity, TabletPhase};
use rusqlite::Connection as Database;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Longer than any of these tests waits for anything.
const LONG: (&str, &str) = ("service.drain_s", "3600");

/// How the gateway says that it is well, and that calls can be sent to it.
async fn health(gateway: &Gateway) -> (Answer, Answer) {
    let target = gateway.target();
    let (alive, ready) = tokio::join!(target.get("/healthz", None), target.get("/readyz", None));
    (alive.unwrap(), ready.unwrap())
}

/// Waits until `/readyz` gives this reason; `/healthz` is well all the while.
async fn until_not_ready(gateway: &Gateway, reason: &str) {
    let expected = format!("\"error\":\"{reason}\"");
    let asking = async {
        loop {
            let (alive, ready) = health(gateway).await;
            assert_eq!((alive.status, alive.body.as_str()), (200, "ok"));
            if ready.status == 503 {
                assert!(ready.body.contains(&expected), "{}", ready.body);
                break;
            }
        }
    };
    tokio::time::timeout(SOON, asking).await.unwrap();
}

const fn in_conversation(view: &View) -> Option<()> {
    match (phase(view), activity(view)) {
        (Some(TabletPhase::Active { .. }), _) | (_, Some(Activity::Active { .. })) => Some(()),
        _ => None,
    }
}

/// So many calls were ever queued, by the journal.
fn calls_in(store: &Store) -> usize {
    let journal = store.load_journal().unwrap();
    let queued = |event: &Event| matches!(event, Event::CallQueued { .. });
    journal.iter().filter(|entry| queued(&entry.event)).count()
}

#[tokio::test]
async fn told_to_stop_in_a_conversation_it_says_so_and_the_next_process_has_the_same_call() {
    let gateway = Gateway::demo(&[]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    let Talk { call, .. } = Talk::begin(&mut calling, &mut answering, "ar").await;
    let ending = std::thread::spawn(move || gateway.end("TERM"));
    for client in [&mut calling, &mut answering] {
        assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::ShuttingDown);
    }
    let (status, remains) = ending.join().unwrap();
    assert!(status.success());

    let gateway = Gateway::demo_again(remains, &[]);
    let up = monotonic();
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = connect(&gateway, interpreter(4)).await;
    let (visitor, lead) = tokio::join!(
        join(&mut calling, call, VISITOR),
        join(&mut answering, call, LEAD)
    );
    sees(&visitor, &[LEAD]).await;
    sees(&lead, &[VISITOR]).await;
    assert!(monotonic() - up < SOON, "{:?}", monotonic() - up);
    calling.ask(Request::HangUp { call }).await.unwrap();
    ended(&mut calling).await;
    let (_, remains) = gateway.end("TERM");
    let store = Store::open(&remains.data_dir()).unwrap();
    assert_eq!(calls_in(&store), 1);
}

/// The whole promise: clients that say and take nothing, a relay that answers nobody, a database
/// that cannot be written, in the middle of a conversation.
#[tokio::test]
async fn neither_clients_nor_relay_nor_database_hold_up_a_stop_or_make_it_fail() {
    let relay = TcpListener::bind("127.0.0.1:0").unwrap();
    relay.set_nonblocking(true).unwrap();
    let url = format!("[\"turn:{}?transport=tcp\"]", relay.local_addr().unwrap());
    let secret = "0123456789abcdef0123456789abcdef";
    let gateway = Gateway::demo(&[("relay.urls", &url), ("relay.secret", secret), LONG]);
    let silent: Vec<_> = (0..20)
        .map(|_| TcpStream::connect(gateway.address()).unwrap())
        .collect();
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    let talk = Talk::begin(&mut calling, &mut answering, "ar").await;
    let (alive, ready) = health(&gateway).await;
    assert_eq!((alive.status, ready.status), (200, 200));

    let database = Database::open(gateway.data_dir().join("passerelle.sqlite")).unwrap();
    database.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let call = talk.call;
    assert!(calling.ask(Request::HangUp { call }).await.is_err());
    until_not_ready(&gateway, "not_stored").await;
    // Who talks cannot hang up now: the second signal ends the wait for that.
    gateway.signal("TERM");
    gateway.printed("a second signal stops at once");
    // `end` allows no more than the promise.
    let (status, remains) = gateway.end("TERM");
    assert!(status.success());
    let asked = relay.accept().unwrap_err();
    assert_eq!(asked.kind(), std::io::ErrorKind::WouldBlock);
    drop((silent, database));

    let gateway = Gateway::demo_again(remains, &[]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let still = calling.view_where("the call", SOON, in_conversation);
    still.await.unwrap();
}

#[tokio::test]
async fn conversations_may_finish_calls_are_taken_meanwhile_and_the_last_hang_up_ends_the_process()
{
    let gateway = Gateway::demo(&[LONG, ("rules.wrap_up_ms", "0")]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    let first = Talk::begin(&mut calling, &mut answering, "ar").await;
    gateway.signal("TERM");
    until_not_ready(&gateway, "draining").await;
    let mut next = connect(&gateway, tablet(7)).await;
    let mut free = available(&gateway, 5).await;
    let second = Talk::begin(&mut next, &mut free, "uk").await;

    let hang_up = Request::HangUp { call: first.call };
    calling.ask(hang_up).await.unwrap();
    ended(&mut calling).await;
    // Somebody still talks, and a visitor who waits is rung for: that alone would hold up nothing.
    tap(&mut calling, "ar").await;
    let (_, waiting) = ring(&mut answering).await;
    let ending = std::thread::spawn(move || gateway.ended());
    let hang_up = Request::HangUp { call: second.call };
    let told = next.ask(hang_up).await;
    // The goodbye may overtake the answer.
    let is_told = matches!(
        told,
        Ok(_) | Err(ClientError::Closed(Some(ByeReason::ShuttingDown)))
    );
    assert!(is_told, "{told:?}");
    for client in [&mut calling, &mut answering, &mut free] {
        assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::ShuttingDown);
    }
    let (status, remains) = ending.join().unwrap();
    assert!(status.success());

    let gateway = Gateway::demo_again(remains, &[]);
    let _calling = connect(&gateway, tablet(3)).await;
    let mut answering = connect(&gateway, interpreter(4)).await;
    assert_eq!(ring(&mut answering).await.1, waiting, "is rung anew");
    first.close().await;
    second.close().await;
}

#[tokio::test]
async fn a_conversation_that_goes_on_is_not_waited_for_longer_than_configured() {
    const MOST: Duration = Duration::from_secs(2);
    let seconds = MOST.as_secs().to_string();
    let gateway = Gateway::demo(&[("service.drain_s", &seconds)]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let mut answering = available(&gateway, 4).await;
    let talk = Talk::begin(&mut calling, &mut answering, "ar").await;
    let told = monotonic();
    let (status, remains) = gateway.end("TERM");
    let took = monotonic() - told;
    assert!(status.success());
    assert!(took >= MOST && took < MOST + STOP_MAX, "{took:?}");
    let gateway = Gateway::demo_again(remains, &[]);
    let mut calling = connect(&gateway, tablet(3)).await;
    let still = calling.view_where("the call", SOON, in_conversation);
    still.await.unwrap();
    talk.close().await;
}

#[tokio::test]
async fn where_nobody_talks_nothing_is_waited_for() {
    let gateway = Gateway::demo(&[LONG]);
    let mut calling = connect(&gateway, tablet(3)).await;
    tap(&mut calling, "ar").await;
    assert!(gateway.end("TERM").0.success());
    assert_eq!(calling.bye(SOON).await.unwrap(), ByeReason::ShuttingDown);
}

#[test]
fn the_systemd_unit_waits_for_longer_than_a_stop_takes() {
    let unit = include_str!("../../deploy/passerelle.service");
    let mut lines = unit.lines();
    let seconds = lines.find_map(|line| line.strip_prefix("TimeoutStopSec="));
    assert!(Duration::from_secs(seconds.unwrap().parse().unwrap()) > STOP_MAX);
}
