//! Calls as they should go: two participants, a late one, a re-join, leaving.

use super::router::{Router, join_through_with};
use super::*;
use std::collections::HashMap;

/// Well below the 20 seconds after which ICE would notice by itself.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_token_of_before_somebody_left_lets_nobody_in() {
    let house = House::start();
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    let later = EPOCH.next();
    // Given before the interpreter was sent away, and used after.
    for leave in [true, false] {
        let given = token(ROOM, INTERPRETER);
        if leave {
            house.sfu.leave(ROOM, INTERPRETER, later);
        } else {
            house.sfu.close_room(ROOM, later);
        }
        let (client, offer) = MediaClient::new(LOOPBACK).await.unwrap();
        let refused = house.sfu.join(given, offer).await;
        assert_eq!(refused, Err(JoinError::NotInRoom));
        client.close().await;
    }
    assert_eq!(house.sfu.stats().await.peers, 0);
    visitor.close().await;
}

#[tokio::test]
async fn two_clients_see_and_hear_each_other_and_media_up_is_said_once() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&interpreter, 5).await);
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 1);
    for participant in [VISITOR, INTERPRETER] {
        assert_eq!(
            house.count(&SfuEvent::Connected {
                room: ROOM,
                participant
            }),
            1
        );
    }
    let stats = house.sfu.stats().await;
    assert_eq!((stats.rooms, stats.peers, stats.peers_connected), (1, 2, 2));
    visitor.close().await;
    interpreter.close().await;
    house.sfu.shut_down().await;
}

#[tokio::test]
async fn one_participant_alone_has_no_media_up() {
    let mut house = House::start();
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    house
        .wait_for(SfuEvent::Connected {
            room: ROOM,
            participant: VISITOR,
        })
        .await;
    house
        .wait_for_stats(|stats| stats.counters.packets_received > 20)
        .await;
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 0);
    visitor.close().await;
}

#[tokio::test]
async fn a_late_joiner_gets_a_keyframe_without_waiting_for_the_next_in_the_stream() {
    let house = House::start();
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    house
        .wait_for_stats(|stats| stats.counters.packets_received > 20)
        .await;
    let joined = now();
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    interpreter
        .wait_for_media(PATIENCE)
        .await
        .expect("the late joiner sees and hears");
    let waited = interpreter.stats().media_at().expect("media") - joined;
    assert!(
        waited < Duration::from_secs(4),
        "the pattern has a keyframe in 8 s: {waited:?}"
    );
    assert!(visitor.stats().keyframe_requests_received >= 1);
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn joining_again_replaces_the_peer_and_media_goes_on_without_a_gap_in_numbers() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let before = interpreter.stats();
    let again = join(&house.sfu, ROOM, VISITOR).await;
    again
        .wait_for_media(PATIENCE)
        .await
        .expect("the new connection sees and hears");
    let keyframe = |stats: &crate::client::media::MediaClientStats| {
        stats.video_keyframes_received > before.video_keyframes_received
    };
    assert!(
        interpreter.wait_until(PATIENCE, keyframe).await,
        "a keyframe of the new connection"
    );
    assert!(media_goes_on(&interpreter, 5).await && media_goes_on(&again, 5).await);
    nothing_is_missing(&interpreter).await;
    let stats = house.wait_for_stats(|stats| stats.peers == 2).await;
    assert_eq!(stats.rooms, 1);
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 1);
    assert_eq!(
        house.count(&SfuEvent::Failed {
            room: ROOM,
            participant: VISITOR
        }),
        0
    );
    for client in [visitor, interpreter, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_third_participant_sees_the_first_and_takes_over_when_another_leaves() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let colleague = join(&house.sfu, ROOM, COLLEAGUE).await;
    colleague
        .wait_for_media(PATIENCE)
        .await
        .expect("the third sees and hears");
    house.sfu.leave(ROOM, INTERPRETER, EPOCH);
    house.wait_for_stats(|stats| stats.peers == 2).await;
    assert!(
        media_goes_on(&visitor, 5).await,
        "the visitor now sees the colleague"
    );
    assert!(media_goes_on(&colleague, 5).await);
    for client in [visitor, interpreter, colleague] {
        client.close().await;
    }
}

#[tokio::test]
async fn the_last_leave_removes_the_room_and_clients_are_told_at_once() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    house.sfu.leave(ROOM, VISITOR, EPOCH);
    house.sfu.leave(ROOM, VISITOR, EPOCH);
    house
        .wait_for_stats(|stats| (stats.rooms, stats.peers) == (1, 1))
        .await;
    house.sfu.leave(ROOM, INTERPRETER, EPOCH);
    let empty = house.wait_for_stats(|stats| stats.rooms == 0).await;
    assert_eq!((empty.peers, empty.addresses), (0, 0));
    for client in [visitor, interpreter] {
        assert!(
            client.wait_until(AT_ONCE, |stats| stats.lost).await,
            "the goodbye came"
        );
        client.close().await;
    }
}

#[tokio::test]
async fn closing_a_room_cleans_everything_and_it_can_be_made_again() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    house.sfu.close_room(ROOM, EPOCH);
    let empty = house.wait_for_stats(|stats| stats.rooms == 0).await;
    assert_eq!((empty.peers, empty.addresses), (0, 0));
    house.heard.clear();
    let (again_visitor, again_interpreter) = call(&mut house).await;
    for client in [visitor, interpreter, again_visitor, again_interpreter] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_client_that_closes_is_reported_as_failed_and_removed() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    visitor.close().await;
    house
        .wait_for(SfuEvent::Failed {
            room: ROOM,
            participant: VISITOR,
        })
        .await;
    house.wait_for_stats(|stats| stats.peers == 1).await;
    interpreter.close().await;
}

#[tokio::test]
async fn shutting_down_frees_the_port_and_refuses_further_joins() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let address = house.sfu.local_addr();
    house.sfu.shut_down().await;
    house.sfu.shut_down().await;
    std::net::UdpSocket::bind(address).expect("the port is free");
    let refused = house
        .sfu
        .join(token(ROOM, VISITOR), "v=0\r\n".to_owned())
        .await;
    assert_eq!(refused, Err(JoinError::Stopped));
    assert_eq!(house.sfu.stats().await, SfuStats::default());
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn a_keyframe_request_reaches_the_publisher_and_its_keyframe_comes_back() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let before = interpreter.stats().video_keyframes_received;
    let asked_before = house.sfu.stats().await.counters.keyframe_requests_received;
    // A keyframe of the start may still be on its way, hence three; the limiter spaces them.
    for asked in 1..=3 {
        assert!(interpreter.request_keyframe().await);
        let answered = |stats: &crate::client::media::MediaClientStats| {
            stats.video_keyframes_received >= before + asked
        };
        assert!(
            interpreter.wait_until(PATIENCE, answered).await,
            "keyframe {asked}"
        );
    }
    let counters = house.sfu.stats().await.counters;
    assert_eq!(counters.keyframe_requests_received, asked_before + 3);
    assert!(visitor.stats().keyframe_requests_received >= 2);
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn a_call_goes_through_an_announced_address() {
    let bind = ([0, 0, 0, 0], 0).into();
    let mut house = House::start_with(SfuConfig {
        bind,
        announced: vec![LOOPBACK],
        tcp_port: None,
        threads: threads(),
    });
    let (visitor, interpreter) = call(&mut house).await;
    visitor.close().await;
    interpreter.close().await;
}

/// Loses the first packets of every stream.
fn without_the_first(count: u32) -> impl FnMut(&[u8]) -> Vec<Vec<u8>> {
    let mut seen = HashMap::new();
    move |datagram| {
        // RTCP shares the first byte with RTP (RFC 5761 §4).
        let is_rtp = datagram[0] >> 6 == 2 && !(192..=223).contains(&datagram[1]);
        if is_rtp {
            let seen: &mut u32 = seen.entry(datagram[8..12].to_vec()).or_default();
            *seen += 1;
            if *seen <= count {
                return vec![];
            }
        }
        vec![datagram.to_vec()]
    }
}

/// mediasoup #1438: nothing tells who misses the first wrap of a stream's numbers that there was
/// one.
#[tokio::test]
async fn streams_that_begin_at_65_530_and_lose_their_first_twenty_packets_are_seen_and_heard() {
    let mut house = House::start();
    let router = Router::tampering(house.sfu.local_addr(), without_the_first(20)).await;
    let config = MediaClientConfig {
        first_number: Some(65_530),
        ..MediaClientConfig::default()
    };
    let visitor = join_through_with(&house, ROOM, &router, config).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
    let refused = house.sfu.stats().await.counters.datagrams_refused;
    assert_eq!(refused, 0);
    visitor.close().await;
    interpreter.close().await;
}

/// Each packet counts once for every subscriber, from when its datagram is taken to when the last
/// one that came of it is handed to the system.
#[tokio::test]
async fn the_delay_of_every_packet_forwarded_is_recorded_from_receiving_to_sending() {
    let mut house = House::start();
    let begun = now();
    let (visitor, interpreter) = call(&mut house).await;
    assert!(media_goes_on(&visitor, 30).await && media_goes_on(&interpreter, 30).await);
    let stats = house.sfu.stats().await;
    let (delays, forwarded) = (stats.delays, stats.counters.packets_forwarded);
    assert!(forwarded > 100, "{forwarded}");
    assert_eq!(delays.count(), forwarded);
    let all = delays.buckets().map(|(_, packets)| packets).sum::<u64>();
    assert_eq!(all, forwarded);
    // None is without a system call between its two ends, and none began before it came.
    let shortest = delays.buckets().find(|(_, packets)| *packets > 0);
    assert!(shortest.is_some_and(|(upper, _)| upper > Duration::from_micros(1)));
    assert!(delays.permille(1000).unwrap() < now() - begun);
    let mean = delays.sum() / u32::try_from(forwarded).unwrap();
    assert!(mean > Duration::from_micros(1), "{mean:?}");
    assert!(mean <= delays.permille(1000).unwrap(), "{mean:?}");
    visitor.close().await;
    interpreter.close().await;
}
