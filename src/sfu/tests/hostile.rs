//! Clients and networks that mean harm: what they send is refused, and nobody else is disturbed.

use super::router::{Router, join_through};
use super::*;
use crate::sfu::command::Command;
use crate::sfu::events::EventOutbox;
use crate::sfu::limits::MAX_PATHS_TAKEN;
use crate::sfu::path::{Path, Transport};
use crate::sfu::routes::{Receipt, Routes};
use crate::sfu::shard::Shard;
use crate::sfu::stun;
use std::time::Instant;
use tokio::sync::oneshot;

/// SRTP and SRTCP among the protocols of one port (RFC 7983 §7).
const PROTECTED: std::ops::RangeInclusive<u8> = 128..=191;

/// Each protected packet, then the same again, then two forgeries of it.
fn replay_and_forge(datagram: &[u8]) -> Vec<Vec<u8>> {
    let mut sent = vec![datagram.to_vec()];
    if datagram.len() > 20 && PROTECTED.contains(&datagram[0]) {
        let (mut body, mut number) = (datagram.to_vec(), datagram.to_vec());
        // In the ciphertext; and in the sequence number, as if it were a newer packet.
        body[18] ^= 1;
        number[2] ^= 0x10;
        sent.extend([datagram.to_vec(), body, number]);
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_and_forged_packets_reach_nobody_and_break_nothing() {
    let mut house = House::start();
    let router = Router::tampering(house.sfu.local_addr(), replay_and_forge).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 60).await, "the visitor is seen");
    assert!(media_goes_on(&visitor, 15).await, "the visitor sees");
    let received = interpreter.stats();
    let packets = received.video_packets_received + received.audio_packets_received;
    assert!(packets <= visitor.stats().packets_sent, "{received:?}");
    nothing_is_missing(&interpreter).await;
    let refused = house.sfu.stats().await.counters.datagrams_refused;
    assert!(refused > 100, "refused and counted: {refused}");
}

fn with_candidates(offer: &str, count: u32) -> String {
    let lines: String = (0..count)
        .map(|n| {
            let [_, a, b, c] = n.to_be_bytes();
            format!("a=candidate:{n} 1 udp 2130706431 10.{a}.{b}.{c} 9 typ host\r\n")
        })
        .collect();
    let first = offer.find("a=ice-ufrag").expect("an offer for ICE");
    format!("{}{lines}{}", &offer[..first], &offer[first..])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_of_a_megabyte_is_refused_and_one_with_hundreds_of_candidates_costs_nobody_else() {
    let mut house = House::start();
    let (visitor, _interpreter) = call(&mut house).await;
    let (flooding, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let offer_of = |count| with_candidates(&offer, count);
    let megabyte = "v".repeat(1 << 20);
    for too_large in [
        offer_of(10_000),
        megabyte.clone(),
        offer.clone() + &megabyte,
    ] {
        let refused = house.sfu.join(token(ROOM, COLLEAGUE), too_large).await;
        assert!(matches!(refused, Err(JoinError::OfferTooLarge { .. })));
    }
    let hundreds = house
        .sfu
        .join(token(ROOM, COLLEAGUE), offer_of(600))
        .await
        .unwrap();
    flooding.accept_answer(hundreds).await.unwrap();
    let connected = SfuEvent::Connected {
        room: ROOM,
        participant: COLLEAGUE,
    };
    house.wait_for(connected).await;
    assert!(media_goes_on(&visitor, 15).await);
    let refused = house.sfu.stats().await.counters;
    assert_eq!((refused.joins, refused.joins_refused), (3, 3));
    house.sfu.leave(ROOM, VISITOR, EPOCH);
}

/// The lines of an answer that begin so are exchanged for others.
pub(super) fn with_line(answer: &str, begin: &str, other: &str) -> String {
    let lines = answer.lines().map(|line| match line.strip_prefix(begin) {
        Some(_) => format!("{begin}{other}\r\n"),
        None => format!("{line}\r\n"),
    });
    let changed: String = lines.collect();
    assert_ne!(changed, answer, "{begin} stands in {answer}");
    changed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_the_password_is_refused_and_counted_and_disturbs_nobody() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let before = house.sfu.stats().await;
    let (stranger, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let answer = house.sfu.join(token(ROOM, COLLEAGUE), offer).await.unwrap();
    let wrong = with_line(&answer, "a=ice-pwd:", "nobodyhasgivenmethispassword1234");
    stranger.accept_answer(wrong).await.unwrap();
    // A client checks its pair several times before it gives up.
    let refused = |stats: &SfuStats| stats.counters.checks_refused >= 3;
    let stats = house.wait_for_stats(refused).await;
    assert_eq!(stats.addresses, before.addresses, "it leads nowhere");
    assert_eq!(stats.peers_connected, 2);
    assert_eq!(before.counters.checks_refused, 0);
    assert!(stranger.stats().connected_at.is_none());
    assert!(media_goes_on(&visitor, 15).await && media_goes_on(&interpreter, 15).await);
    nothing_is_missing(&interpreter).await;
    for client in [visitor, interpreter, stranger] {
        client.close().await;
    }
}

/// A shard in which these have joined, and the name and password of each.
fn shard_with<const N: usize>(now: Instant, who: [ParticipantId; N]) -> (Shard, [[String; 2]; N]) {
    const OFFER: &str = include_str!("../../../tests/fuzz/corpus/offer/webrtc-rs");
    let events = EventOutbox::new(mpsc::channel(64).0);
    let own = Path {
        transport: Transport::Udp,
        address: ([192, 0, 2, 1], 1).into(),
    };
    let mut shard = Shard::new(vec![own], Routes::default(), events);
    let credentials = who.map(|participant| {
        let (reply, mut answered) = oneshot::channel();
        let standing = standing_of(participant);
        let token = JoinToken::new(ROOM, participant, standing, EPOCH, now);
        let offer = OFFER.to_owned().into();
        let join = Command::Join {
            token,
            offer,
            reply,
        };
        shard.command(join, now);
        let answer = answered.try_recv().unwrap().unwrap();
        ["a=ice-ufrag:", "a=ice-pwd:"].map(|begin| {
            let mut lines = answer.lines();
            lines
                .find_map(|line| line.strip_prefix(begin))
                .unwrap()
                .to_owned()
        })
    });
    (shard, credentials)
}

/// Whoever can send from another's address and has a name of its own would else take it over.
#[test]
fn an_address_follows_no_name_without_its_password() {
    let start = now();
    let (mut shard, [visitor, stranger]) = shard_with(start, [VISITOR, COLLEAGUE]);
    let address = ([192, 0, 2, 7], 5000).into();
    let transport = Transport::Udp;
    let from = Path { transport, address };
    let request = |[name, password]: &[String; 2]| {
        let name = format!("{name}:theirs");
        let named = stun::tests::message(0x0001, [7; 12], &[(0x0006, name.as_bytes())]);
        let signed = stun::tests::signed(named.clone(), password);
        (named, signed)
    };
    let (unsigned, signed) = request(&visitor);
    assert_eq!(shard.receive(start, from, &unsigned), Receipt::Forged);
    assert_eq!(shard.routes.by_path(from), None);
    assert_eq!(shard.receive(start, from, &signed), Receipt::Taken);
    let own = shard.routes.by_path(from);
    assert!(own.is_some());
    let [name, _] = stranger.clone();
    let [_, password] = visitor;
    for forged in [request(&stranger).0, request(&[name, password]).1] {
        assert_eq!(shard.receive(start, from, &forged), Receipt::Forged);
        assert_eq!(shard.routes.by_path(from), own);
    }
    let (_, moved) = request(&stranger);
    assert_eq!(shard.receive(start, from, &moved), Receipt::Taken);
    assert_ne!(shard.routes.by_path(from), own, "it has the password");
    assert_eq!(shard.counters.checks_refused, 3);
}

/// The library keeps each address for good, and looks through all of them for every check.
#[test]
fn a_client_that_comes_from_thousands_of_addresses_is_no_longer_followed_but_keeps_its_last() {
    let start = now();
    let (mut shard, [[name, password]]) = shard_with(start, [VISITOR]);
    let name = format!("{name}:theirs");
    let check = stun::tests::message(0x0001, [7; 12], &[(0x0006, name.as_bytes())]);
    let check = stun::tests::signed(check, &password);
    let from = |port| Path {
        transport: Transport::Udp,
        address: ([192, 0, 2, 7], port).into(),
    };
    let first = 5000;
    let beyond = first + MAX_PATHS_TAKEN as u16;
    for port in first..beyond {
        assert_eq!(shard.receive(start, from(port), &check), Receipt::Taken);
    }
    for port in beyond..beyond + 100 {
        assert_eq!(shard.receive(start, from(port), &check), Receipt::Forged);
    }
    assert_eq!(
        shard.receive(start, from(beyond - 1), &check),
        Receipt::Taken
    );
    assert_eq!(shard.counters.checks_refused, 100);
}

/// Our own client obeys the answer and sends nothing longer; this one was given another.
#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_data_channel_above_the_limit_reach_nobody_and_disturb_nobody() {
    let writes = MediaClientConfig {
        writes: true,
        ..MediaClientConfig::default()
    };
    let mut house = House::start();
    let visitor = join_with(&house.sfu, ROOM, VISITOR, writes).await;
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, writes).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    let (flooder, offer) = MediaClient::with(writes).await.unwrap();
    let answer = house.sfu.join(token(ROOM, COLLEAGUE), offer).await.unwrap();
    let boundless = with_line(&answer, "a=max-message-size:", "16777216");
    flooder.accept_answer(boundless).await.unwrap();
    for writer in [&visitor, &interpreter, &flooder] {
        let is_open = writer.wait_for_text(PATIENCE, |text| text.is_open).await;
        assert!(is_open.is_some());
    }
    for (dropped, bytes) in [2049, 10_000, 60_000].into_iter().enumerate() {
        assert!(flooder.write(&"z".repeat(bytes)).await, "{bytes}");
        let counted = |stats: &SfuStats| stats.counters.texts_dropped == dropped as u64 + 1;
        house.wait_for_stats(counted).await;
    }
    assert!(visitor.write("bonjour").await);
    let said = |text: &crate::client::media::ReceivedText| text.of(VISITOR.0) == "bonjour";
    assert!(interpreter.wait_for_text(PATIENCE, said).await.is_some());
    assert!(media_goes_on(&visitor, 15).await && media_goes_on(&interpreter, 15).await);
    let counters = house.sfu.stats().await.counters;
    let texts = (counters.texts_received, counters.texts_dropped);
    assert_eq!((texts, counters.peers_panicked), ((1, 3), 0));
    assert_eq!(interpreter.text().of(COLLEAGUE.0), "\u{FFFD}");
    for client in [visitor, interpreter, flooder] {
        client.close().await;
    }
}
