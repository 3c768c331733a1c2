//! Several media threads on one port: whichever socket the system brings a client to, its call is
//! as any other, and a thread that ends takes no other with it.

use super::paths::{call_over_other_ports, door};
use super::router::{Router, join_room_through};
use super::*;
use crate::sfu::SfuError;
use crate::sfu::command::Command;
use std::net::{Ipv6Addr, SocketAddr};

const THREADS: NonZeroUsize = NonZeroUsize::new(3).unwrap();
/// Each client comes to its own thread's socket by chance, one time in three: that all do is as
/// likely as 1 to 3¹².
const ROOMS: u64 = 6;

fn config(bind: SocketAddr, announced: Vec<IpAddr>) -> SfuConfig {
    SfuConfig {
        bind,
        announced,
        tcp_port: Some(9),
        threads: THREADS,
    }
}

fn house_of_three() -> House {
    House::start_with(config((LOOPBACK, 0).into(), vec![]))
}

/// A call in each room, placed at once.
async fn calls(sfu: &Sfu, bind_of: fn(RoomId) -> IpAddr) -> Vec<(RoomId, [MediaClient; 2])> {
    let mut placing = tokio::task::JoinSet::new();
    for room in (1..=ROOMS).map(RoomId) {
        let sfu = sfu.clone();
        placing.spawn(async move {
            let config = MediaClientConfig {
                bind: bind_of(room),
                ..MediaClientConfig::default()
            };
            let visitor = join_with(&sfu, room, VISITOR, config).await;
            let interpreter = join_with(&sfu, room, INTERPRETER, config).await;
            (room, [visitor, interpreter])
        });
    }
    placing.join_all().await
}

/// How many UDP sockets this machine has on a port (proc(5): the second column, in hexadecimal).
fn sockets_on(port: u16) -> usize {
    let tables = ["/proc/self/net/udp", "/proc/self/net/udp6"];
    let all = tables.map(|table| std::fs::read_to_string(table).unwrap());
    let is_ours = |line: &&str| {
        let local = line.split_whitespace().nth(1);
        local.is_some_and(|local| local.ends_with(&format!(":{port:04X}")))
    };
    all.iter()
        .flat_map(|table| table.lines())
        .filter(is_ours)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_on_three_threads_miss_nothing_over_both_families_and_leave_no_socket_behind() {
    let announced = vec![LOOPBACK, Ipv6Addr::LOCALHOST.into()];
    let house = House::start_with(config("[::]:0".parse().unwrap(), announced));
    let port = house.sfu.local_addr().port();
    assert_eq!(sockets_on(port), THREADS.get());
    let calls = calls(&house.sfu, |room| match room.0 % 2 {
        0 => LOOPBACK,
        _ => Ipv6Addr::LOCALHOST.into(),
    });
    let calls = calls.await;
    for client in calls.iter().flat_map(|(_, clients)| clients) {
        client.wait_for_media(PATIENCE).await.unwrap();
        assert!(media_goes_on(client, 15).await);
        nothing_is_missing(client).await;
    }
    let stats = house.sfu.stats().await;
    assert_eq!((stats.rooms, stats.peers_connected), (6, 12));
    assert!(stats.counters.datagrams_handed_over > 0, "{stats:?}");
    assert_eq!(stats.counters.datagrams_not_handed_over, 0);
    assert!((1..=12).contains(&stats.lines), "{stats:?}");
    assert_eq!(sockets_on(port), THREADS.get() + stats.lines);
    // What has a line is handed over no more.
    let before = stats.counters;
    for client in calls.iter().flat_map(|(_, clients)| clients) {
        assert!(media_goes_on(client, 15).await);
    }
    let after = house.sfu.stats().await.counters;
    let handed_over = after.datagrams_handed_over - before.datagrams_handed_over;
    let received = after.datagrams_received - before.datagrams_received;
    assert!(handed_over * 20 < received, "{handed_over} of {received}");
    for (room, _) in &calls {
        house.sfu.close_room(*room, EPOCH);
    }
    let is_empty = |stats: &SfuStats| (stats.peers, stats.addresses, stats.lines) == (0, 0, 0);
    house.wait_for_stats(is_empty).await;
    assert_eq!(sockets_on(port), THREADS.get());
    house.sfu.shut_down().await;
    assert_eq!(sockets_on(port), 0);
}

/// Each new port may lead to another socket.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_port_changes_stays_with_its_thread() {
    call_over_other_ports(house_of_three(), 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_over_tcp_comes_to_the_thread_of_its_call() {
    let mut house = house_of_three();
    let (address, accepting) = door(&house.sfu).await;
    let mut calls = Vec::new();
    for room in (1..=3).map(RoomId) {
        let router = Router::over_tcp(address).await;
        let visitor = join_room_through(&house, room, &router).await;
        let interpreter = join(&house.sfu, room, INTERPRETER).await;
        calls.push((room, router, visitor, interpreter));
    }
    for (room, _, visitor, interpreter) in &calls {
        house.wait_for(SfuEvent::MediaUp { room: *room }).await;
        assert!(media_goes_on(interpreter, 15).await, "the visitor is seen");
        assert!(media_goes_on(visitor, 15).await, "the visitor sees");
    }
    assert_eq!(house.sfu.stats().await.streams, 3);
    drop(calls);
    house.wait_for_stats(|stats| stats.streams == 0).await;
    accepting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_panics_ends_its_calls_with_a_word_and_no_others_and_they_can_be_made_anew() {
    let mut house = house_of_three();
    let calls = calls(&house.sfu, |_| LOOPBACK).await;
    for (room, _) in &calls {
        house.wait_for(SfuEvent::MediaUp { room: *room }).await;
    }
    let is_hit = |room: RoomId| room.0 % 3 == ROOM.0 % 3;
    house.sfu.send(ROOM, Command::SabotageShard);
    for (room, _) in &calls {
        for participant in [VISITOR, INTERPRETER] {
            let (room, lost) = (*room, is_hit(*room));
            let failed = SfuEvent::Failed { room, participant };
            if lost {
                house.wait_for(failed).await;
            } else {
                assert_eq!(house.count(&failed), 0, "{room}");
            }
        }
    }
    for (_, [visitor, interpreter]) in calls.iter().filter(|(room, _)| !is_hit(*room)) {
        assert!(media_goes_on(visitor, 15).await && media_goes_on(interpreter, 15).await);
    }
    house.heard.clear();
    let (visitor, interpreter) = call(&mut house).await;
    assert!(media_goes_on(&visitor, 15).await && media_goes_on(&interpreter, 15).await);
    let address = house.sfu.local_addr();
    house.sfu.shut_down().await;
    std::net::UdpSocket::bind(address).expect("the port is free");
}

#[tokio::test]
async fn a_port_that_several_threads_share_is_still_refused_to_a_second_gateway() {
    let house = house_of_three();
    let (sender, _events) = mpsc::channel(1);
    for threads in [NonZeroUsize::MIN, THREADS] {
        let config = SfuConfig {
            threads,
            ..config(house.sfu.local_addr(), vec![])
        };
        let refused = Sfu::start(config, sender.clone()).err();
        assert!(
            matches!(refused, Some(SfuError::Bind { .. })),
            "{refused:?}"
        );
    }
    let address = house.sfu.local_addr();
    house.sfu.shut_down().await;
    assert!(Sfu::start(config(address, vec![]), sender).is_ok());
}

/// Whoever knows a name can send under it from anywhere, and costs no socket.
#[tokio::test]
async fn a_name_without_its_password_opens_no_socket() {
    let house = house_of_three();
    let (visitor, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let join = house.sfu.join(token(ROOM, VISITOR), offer);
    let answer = join.await.unwrap();
    let mut lines = answer.lines();
    let ufrag = lines.find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    let name = format!("{}:theirs", ufrag.unwrap());
    let user_name: &[(u16, &[u8])] = &[(0x0006, name.as_bytes()), (0x0025, &[])];
    let message = crate::sfu::stun::tests::message(0x0001, [7; 12], user_name);
    for _ in 0..40 {
        let stranger = std::net::UdpSocket::bind((LOOPBACK, 0)).unwrap();
        for datagram in [&message[..], &[22; 100], &[128; 100]] {
            stranger.send_to(datagram, house.sfu.local_addr()).unwrap();
        }
    }
    let all_came = |stats: &SfuStats| stats.counters.datagrams_received >= 120;
    let stats = house.wait_for_stats(all_came).await;
    assert!(stats.counters.datagrams_handed_over > 0, "{stats:?}");
    assert_eq!((stats.addresses, stats.lines), (0, 0));
    assert_eq!(stats.counters.checks_refused, 40);
    assert_eq!(sockets_on(house.sfu.local_addr().port()), THREADS.get());
    visitor.close().await;
}
