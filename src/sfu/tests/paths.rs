//! Ways to the engine other than a plain datagram from one address: a router that gives another
//! port in the middle of a call, TCP where UDP is blocked, and strangers who speak something else.

use super::router::{Router, join_through};
use super::*;
use crate::client::media::MediaClientStats;
use crate::sfu::limits::SILENCE;
use std::net::{Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Lets connections in at a TCP port, as the gateway's door does.
pub(super) async fn door(sfu: &Sfu) -> (SocketAddr, JoinHandle<()>) {
    door_at(sfu, LOOPBACK).await
}

async fn door_at(sfu: &Sfu, ip: IpAddr) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((ip, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let sfu = sfu.clone();
    let task = tokio::spawn(async move {
        loop {
            let (stream, from) = listener.accept().await.unwrap();
            let (sfu, stream) = (sfu.clone(), stream.into_std().unwrap());
            tokio::spawn(async move { sfu.carry(stream, from).await });
        }
    });
    (address, task)
}

/// A router that loses its mapping costs a gap, never the call.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_on_when_a_router_gives_the_client_another_port() {
    call_over_other_ports(House::start(), 2).await;
}

/// A call goes on while a router gives the visitor another port, so many times.
pub(super) async fn call_over_other_ports(mut house: House, times: usize) {
    let router = Router::over_udp(house.sfu.local_addr()).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    for _ in 0..times {
        router.rebind.send(()).await.unwrap();
        assert!(media_goes_on(&interpreter, 30).await, "the visitor is seen");
        assert!(media_goes_on(&visitor, 30).await, "the visitor sees");
    }
    let lost = SfuEvent::Failed {
        room: ROOM,
        participant: VISITOR,
    };
    assert_eq!(house.count(&lost), 0);
    assert_eq!(house.sfu.stats().await.counters.joins, 2);
}

/// Browsers wait three seconds for repairs before they ask; the built-in client never asks.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_silence_keyframes_are_asked_for_on_both_sides_before_anybody_asks() {
    let mut house = House::start();
    let works = Arc::new(AtomicBool::new(true));
    let router = Router::while_it_works(house.sfu.local_addr(), works.clone()).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
    let both = [&visitor, &interpreter];
    let before = both.map(|client| client.stats().keyframe_requests_received);
    let silent = crate::sfu::now();
    works.store(false, Ordering::Relaxed);
    let long = SILENCE * 2;
    house
        .wait_for_stats(|_| crate::sfu::now() - silent > long)
        .await;
    let meanwhile = both.map(|client| client.stats().keyframe_requests_received);
    assert_eq!(before, meanwhile);
    works.store(true, Ordering::Relaxed);
    for (client, before) in both.into_iter().zip(before) {
        let asked = |stats: &MediaClientStats| stats.keyframe_requests_received > before;
        assert!(client.wait_until(PATIENCE, asked).await);
    }
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
}

/// The built-in client repeats its hello every second, Chromium after 50 ms.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_answer_in_the_handshake_is_lost_twice_gets_it_a_third_time() {
    let mut house = House::start();
    let router = Router::losing_server_hellos(house.sfu.local_addr(), 2).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_tcp_both_ways_and_the_connection_ends_with_the_call() {
    let mut house = House::start_with_tcp();
    let (address, accepting) = door(&house.sfu).await;
    let router = Router::over_tcp(address).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 30).await, "the visitor is seen");
    assert!(media_goes_on(&visitor, 30).await, "the visitor sees");
    assert_eq!(house.sfu.stats().await.streams, 1);
    drop(router);
    house.wait_for_stats(|stats| stats.streams == 0).await;
    accepting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_tcp_by_ipv6_both_ways() {
    let six = IpAddr::from(Ipv6Addr::LOCALHOST);
    let mut house = House::start_with(SfuConfig {
        bind: (six, 0).into(),
        announced: vec![],
        tcp_port: Some(9),
        threads: threads(),
    });
    let (address, accepting) = door_at(&house.sfu, six).await;
    let router = Router::over_tcp(address).await;
    let (visitor, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let answer = house.sfu.join(token(ROOM, VISITOR), offer).await.unwrap();
    // The client speaks IPv4 to the router, which goes on by IPv6.
    let engine = format!(" {six} {} typ host", house.sfu.local_addr().port());
    let routed = format!(" {LOOPBACK} {} typ host", router.address.port());
    assert!(answer.contains(&engine), "{answer}");
    let answer = answer.replace(&engine, &routed);
    visitor.accept_answer(answer).await.unwrap();
    let config = MediaClientConfig {
        bind: six,
        ..MediaClientConfig::default()
    };
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, config).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 30).await, "the visitor is seen");
    assert!(media_goes_on(&visitor, 30).await, "the visitor sees");
    assert_eq!(house.sfu.stats().await.streams, 1);
    accepting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_speaks_something_else_is_closed_and_nobody_is_disturbed() {
    let mut house = House::start_with_tcp();
    let (address, accepting) = door(&house.sfu).await;
    let (visitor, _interpreter) = super::call(&mut house).await;
    for said in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 4096]] {
        let mut stranger = TcpStream::connect(address).await.unwrap();
        stranger.write_all(said).await.unwrap();
        let end = timeout(PATIENCE, stranger.read(&mut [0; 64]))
            .await
            .unwrap();
        assert!(
            matches!(end, Ok(0) | Err(_)),
            "nothing is said to strangers"
        );
    }
    assert!(media_goes_on(&visitor, 15).await);
    house.wait_for_stats(|stats| stats.streams == 0).await;
    accepting.abort();
}
