//! Hundreds of calls one after another, a few at a time, and among them clients that are answered
//! and never come, or stop half way: the engine, alone in a process of its own, must not grow from
//! the middle to the end. `make joins` makes it ten thousand joins and more.

use super::*;
use crate::client::media::MediaClientError;
use crate::process::{self, Reading};
use crate::sfu::limits::{CONNECT_TIMEOUT, STREAM_IDLE, STREAM_PROOF};
use crate::sfu::stun;
use apart::{Apart, Figures};
use std::ops::Range;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod apart;

/// Without more being asked for.
const CALLS: u64 = 200;
const MORE: &str = "PASSERELLE_CALLS";
/// Of so many calls one has a third who never connects. Its room stands until that is given up:
/// fewer than rooms may be.
const HALF_OPEN: u64 = 10;
/// Calls at the same time; two cores carry the clients' handshakes too.
const AT_ONCE: u64 = 10;
/// So many who never come at once, in the first half: more than come together in the second, on
/// however quick a machine, so that what is held for them is no growth.
const BURST: u64 = 128;
const BURST_ROOM: u64 = u64::MAX / 2;
/// What the second half may add to resident memory, in percent. A peer that is not freed costs some
/// 200 kB: of two hundred calls, a leak in every tenth would add five percent.
const MAX_GROWTH_PCT: f64 = 2.0;

fn is_half_open(room: u64) -> bool {
    room.is_multiple_of(HALF_OPEN)
}

/// A client that is answered and closes, by turns before it has tried anything, so that the gateway
/// is told nothing, in the middle of connecting, or after its first check over TCP.
async fn half_open(engine: &Apart, room: u64) {
    let (client, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let name = line_of(&offer, "a=ice-ufrag:").to_owned();
    let answer = engine.join(room, COLLEAGUE, offer).await;
    match room / HALF_OPEN % 3 {
        0 => client.accept_answer(answer).await.unwrap(),
        1 => check_once_over_tcp(engine, &name, &answer).await,
        _ => {}
    }
    client.close().await;
}

fn line_of<'a>(sdp: &'a str, begin: &str) -> &'a str {
    let mut lines = sdp.lines();
    lines.find_map(|line| line.strip_prefix(begin)).unwrap()
}

/// Shows the gateway whose connection it is, and stops; it is left open until the gateway ends it.
async fn check_once_over_tcp(engine: &Apart, own_name: &str, answer: &str) {
    let name = format!("{}:{own_name}", line_of(answer, "a=ice-ufrag:"));
    let check = stun::tests::message(0x0001, [7; 12], &[(0x0006, name.as_bytes())]);
    let check = stun::tests::signed(check, line_of(answer, "a=ice-pwd:"));
    let mut socket = TcpStream::connect(engine.door().await).await.unwrap();
    socket.write_u16(check.len() as u16).await.unwrap();
    socket.write_all(&check).await.unwrap();
    tokio::spawn(async move {
        let mut said = Vec::new();
        // However the gateway ends it.
        let _ = socket.read_to_end(&mut said).await;
    });
}

async fn burst(engine: &Apart) {
    for room in BURST_ROOM..BURST_ROOM + BURST {
        half_open(engine, room).await;
    }
}

async fn joined(engine: &Apart, room: u64, participant: ParticipantId) -> MediaClient {
    let (client, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let answer = engine.join(room, participant, offer).await;
    client.accept_answer(answer).await.unwrap();
    client
}

async fn one_call(engine: Arc<Apart>, room: u64) -> Result<(), MediaClientError> {
    let visitor = joined(&engine, room, VISITOR).await;
    let interpreter = joined(&engine, room, INTERPRETER).await;
    let both = tokio::join!(
        visitor.wait_for_media(PATIENCE),
        interpreter.wait_for_media(PATIENCE)
    );
    if is_half_open(room) {
        half_open(&engine, room).await;
        engine.leave(room, VISITOR).await;
        engine.leave(room, INTERPRETER).await;
    } else {
        engine.close_room(room).await;
    }
    visitor.close().await;
    interpreter.close().await;
    both.0.and(both.1).map(drop)
}

/// Makes these calls. Returns how the engine stands when nobody is there any more.
async fn calls(engine: &Arc<Apart>, mut rooms: Range<u64>) -> (Figures, Reading) {
    let mut running = tokio::task::JoinSet::new();
    for room in rooms.by_ref().take(AT_ONCE as usize) {
        running.spawn(one_call(Arc::clone(engine), room));
    }
    while let Some(ended) = running.join_next().await {
        ended
            .expect("a call does not panic")
            .expect("a call has media both ways");
        if let Some(room) = rooms.next() {
            running.spawn(one_call(Arc::clone(engine), room));
        }
    }
    // Whoever never comes is waited for.
    let limit = now() + CONNECT_TIMEOUT.max(STREAM_PROOF + STREAM_IDLE) + PATIENCE;
    let mut clock = interval(Duration::from_millis(100));
    loop {
        clock.tick().await;
        let figures = engine.figures().await;
        if figures.is_empty() {
            return (figures, process::read(engine.id()).unwrap());
        }
        assert!(now() < limit, "{figures:?}");
    }
}

/// Its own process runs the same test, and finds that it is the engine.
#[test]
fn hundreds_of_calls_leave_nothing_behind_in_the_engine() {
    if Apart::is_here() {
        return apart::serve();
    }
    let name = "sfu::tests::many_calls::hundreds_of_calls_leave_nothing_behind_in_the_engine";
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(Arc::new(Apart::start(name))));
}

async fn measure(engine: Arc<Apart>) {
    let start = now();
    let in_all = std::env::var(MORE).map_or(CALLS, |more| more.parse().unwrap());
    burst(&engine).await;
    let (_, middle) = calls(&engine, 0..in_all / 2).await;
    let (figures, end) = calls(&engine, in_all / 2..in_all).await;
    let seconds = (now() - start).as_secs_f64();
    let pct = (end.rss_kb as f64 / middle.rss_kb as f64 - 1.0) * 100.0;
    let joins = figures.joins;
    eprintln!("{in_all} calls, {joins} joins in {seconds:.0} s; {middle:?}, then {end:?}");
    let verdict = if pct <= MAX_GROWTH_PCT { "ok" } else { "short" };
    eprintln!("joins_{joins}_rss_drift_pct\t{pct:.1}\t%\t{MAX_GROWTH_PCT}\t{verdict}");
    let half_open = BURST + (0..in_all).filter(|room| is_half_open(*room)).count() as u64;
    assert_eq!(figures.media_ups, in_all);
    assert_eq!(figures.peers_lost, half_open);
    assert_eq!(figures.joins, 2 * in_all + half_open);
    assert_eq!((end.files, end.threads), (middle.files, middle.threads));
    assert!(pct <= MAX_GROWTH_PCT, "grew by {pct:.1} %");
}
