//! Connections that cost and ask nothing: too many from one address, thousands that say nothing,
//! requests that never end. They are cut off, and everybody else is served meanwhile.

use crate::gateway::Gateway;
use crate::overload::{Desk, report};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use passerelle::clock::monotonic;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Whoever has a place and says nothing keeps it for so long.
const FIRST_BYTE: Duration = Duration::from_secs(10);

/// Handshakes and heads of requests have ten seconds; the rest is for a busy machine.
const CUT_OFF: Duration = Duration::from_secs(20);

/// Connects from an address of this machine that nobody else uses.
async fn from(address: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((address, 0))).unwrap();
    socket.connect(to).await.unwrap()
}

/// Reads until the gateway ends the connection.
async fn ended(mut stream: impl AsyncRead + Unpin) {
    let mut bytes = [0; 1024];
    while matches!(stream.read(&mut bytes).await, Ok(read) if read > 0) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_opens_too_many_connections_is_turned_away_and_others_are_not() {
    const TAKEN: usize = 40;
    const TRIED: usize = 200;
    let limit = TAKEN.to_string();
    let gateway = Gateway::demo(&[("listen.connections_per_address", &limit)]);
    let mut open = JoinSet::new();
    for _ in 0..TRIED {
        let began = monotonic();
        let stream = from([127, 0, 0, 66], gateway.address()).await;
        open.spawn(async move {
            ended(stream).await;
            monotonic() - began
        });
    }
    let mut desk = Desk::open(&gateway, 1).await;
    desk.round().await;
    // Those that have a place say nothing, and lose it, but never before their time.
    let mut had_place = 0;
    while let Some(lasted) = timeout(CUT_OFF, open.join_next()).await.unwrap() {
        had_place += usize::from(lasted.unwrap() >= FIRST_BYTE);
    }
    assert!(had_place >= TAKEN, "only {had_place} have had a place");
    let log = gateway.log();
    let said = "connections from one address are turned away";
    let lines: Vec<_> = log.lines().filter(|line| line.contains(said)).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("per_address=40"), "{log}");
}

/// The usual limit of a shell is 1,024 files for this process, too.
fn open_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let highest = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, highest).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_connections_that_say_nothing_keep_nobody_waiting() {
    let gateway = Gateway::demo(&[]);
    let before = gateway.resident_kb();
    open_many_files();
    let mut open = FuturesUnordered::new();
    for number in 0..2000 {
        // Below what one address may have.
        let address = [127, 0, 1, 1 + (number % 4) as u8];
        open.push(ended(from(address, gateway.address()).await));
    }
    let mut desk = Desk::open(&gateway, 5).await;
    println!(
        "{}",
        report("tap_to_ring_beside_2000_idle", desk.rounds(20).await)
    );
    let grown = gateway.resident_kb().saturating_sub(before);
    println!("idle_2000_connections_kb\t{grown}");
    assert!(grown < 64 * 1024, "{grown} kB");
    while timeout(CUT_OFF, open.next()).await.unwrap().is_some() {}
}

/// Sends this and then letters, one at a time, without end.
async fn dribbles(mut stream: impl AsyncRead + AsyncWrite + Unpin, beginning: &str) {
    let mut drip = tokio::time::interval(Duration::from_millis(200));
    let mut bytes = [0; 1024];
    stream.write_all(beginning.as_bytes()).await.unwrap();
    loop {
        tokio::select! {
            _ = drip.tick() => if stream.write_all(b"x").await.is_err() {
                return;
            },
            read = stream.read(&mut bytes) => if !matches!(read, Ok(read) if read > 0) {
                return;
            },
        }
    }
}

/// The head of a request whose body is to come.
fn without_body(gateway: &Gateway) -> String {
    format!(
        "POST /api/invite HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
        gateway.address(),
        gateway.target().origin()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_bodies_that_come_letter_by_letter_keep_nobody_waiting() {
    let gateway = Gateway::demo(&[("tls.mode", "off")]);
    let before = gateway.resident_kb();
    open_many_files();
    let head = without_body(&gateway);
    let mut open = FuturesUnordered::new();
    for number in 0..1000_u16 {
        // Few enough of each address that all are let in and read.
        let address = [127, 0, 2, 1 + (number % 250) as u8];
        open.push(dribbles(from(address, gateway.address()).await, &head));
    }
    let cut_off = async { while open.next().await.is_some() {} };
    let served = async {
        let mut desk = Desk::open(&gateway, 5).await;
        let rounds = desk.rounds(20).await;
        println!("{}", report("tap_to_ring_beside_1000_slow_bodies", rounds));
        gateway.resident_kb().saturating_sub(before)
    };
    let both = async { tokio::join!(cut_off, served) };
    let ((), grown) = timeout(3 * CUT_OFF, both).await.unwrap();
    println!("slow_bodies_1000_kb\t{grown}");
    assert!(grown < 64 * 1024, "{grown} kB");
}

async fn sends(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: String) {
    stream.write_all(request.as_bytes()).await.unwrap();
    ended(stream).await;
}

async fn all_are_cut_off(gateway: &Gateway) {
    let target = gateway.target();
    let host = gateway.address();
    let (silent, slow_head, slow_body, idle, halting) = (
        target.connect().await.unwrap(),
        target.connect().await.unwrap(),
        target.connect().await.unwrap(),
        target.connect().await.unwrap(),
        target.connect().await.unwrap(),
    );
    let whole = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let without_body = without_body(gateway);
    let all = async {
        tokio::join!(
            ended(silent),
            dribbles(slow_head, "GET / HTTP/1.1\r\nX: "),
            dribbles(slow_body, &without_body),
            sends(idle, whole),
            sends(halting, without_body.clone()),
        )
    };
    timeout(CUT_OFF, all).await.expect("all are cut off");
}

#[tokio::test]
async fn a_request_that_does_not_come_is_not_waited_for_over_tls() {
    all_are_cut_off(&Gateway::demo(&[])).await;
}

#[tokio::test]
async fn a_request_that_does_not_come_is_not_waited_for_behind_a_proxy() {
    all_are_cut_off(&Gateway::demo(&[("tls.mode", "off")])).await;
}
