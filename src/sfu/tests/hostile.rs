//! Clients and networks that mean harm: what they send is refused, and nobody else is disturbed.

use super::router::{Router, join_through};
use super::{
    COLLEAGUE, EPOCH, House, INTERPRETER, JoinError, LOOPBACK, MediaClient, ROOM, VISITOR, call,
    join, media_goes_on, nothing_is_missing, token,
};
use crate::sfu::SfuEvent;

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
async fn an_offer_with_thousands_of_candidates_is_refused_and_one_with_hundreds_costs_nobody_else()
{
    let mut house = House::start();
    let (visitor, _interpreter) = call(&mut house).await;
    let (flooding, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let offer_of = |count| with_candidates(&offer, count);
    let thousands = house
        .sfu
        .join(token(ROOM, COLLEAGUE), offer_of(10_000))
        .await;
    assert!(matches!(thousands, Err(JoinError::OfferTooLarge { .. })));
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
    assert_eq!(refused.joins, 3);
    house.sfu.leave(ROOM, VISITOR, EPOCH);
}
