//! Clients that mean harm beneath media and text, in the DTLS and SCTP of the library: nobody else
//! notices.

use super::hostile::with_line;
use super::router::{Router, join_through};
use super::*;
use crate::sfu::association::COMMON_HEADER;
use crate::sfu::limits::{HANDSHAKE_PIECES, SCTP_RECEIVE_BUFFER};

/// Pieces of the attack below, and how many of them are in a datagram.
const PIECES: u32 = 100_000;
const TOGETHER: u32 = 40;

/// A record with a piece of one byte of the first message of a handshake, which has millions.
fn piece(place: u32) -> Vec<u8> {
    let [_, high, middle, low] = (PIECES - place).to_be_bytes();
    let record = [22, 254, 253, 0, 0, 0, 0, 9, high, middle, low, 0, 13];
    let [_, high, middle, low] = place.to_be_bytes();
    let message = [11, 0xff, 0xff, 0xff, 0, 0, high, middle, low, 0, 0, 1, b'c'];
    [record, message].concat()
}

/// The last piece comes first, and before the client's hello. The library puts all of them together
/// as soon as the first is there, each within the other, and the stack of its thread, and with it
/// the process, ends (rtc-dtls, `append_message`).
#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_in_a_hundred_thousand_pieces_is_refused_and_ends_nothing() {
    let house = House::start();
    let sees_all = MediaClientConfig {
        receives: 2,
        ..MediaClientConfig::default()
    };
    let colleague = join_with(&house.sfu, ROOM, COLLEAGUE, sees_all).await;
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, sees_all).await;
    let mut places = (0..PIECES).rev();
    let shatter = move |datagram: &[u8]| {
        let mut sent = Vec::new();
        while datagram[0] == 22 && places.len() > 0 {
            let pieces = places.by_ref().take(TOGETHER as usize);
            sent.push(pieces.flat_map(piece).collect());
        }
        sent.push(datagram.to_vec());
        sent
    };
    let router = Router::tampering(house.sfu.local_addr(), shatter).await;
    let _shattered = join_through(&house, &router).await;
    let refused = u64::from((PIECES - HANDSHAKE_PIECES) / TOGETHER);
    house
        .wait_for_stats(|stats| stats.counters.datagrams_refused >= refused)
        .await;
    for client in [&colleague, &interpreter] {
        assert!(media_goes_on(client, 15).await);
    }
}

/// A call, and a third who writes and whose packets are made so.
async fn call_and_meddler(meddle: fn(&mut [u8])) -> (House, [MediaClient; 2], MediaClient) {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let config = MediaClientConfig {
        writes: true,
        meddle: Some(meddle),
        ..MediaClientConfig::default()
    };
    let (meddler, offer) = MediaClient::with(config).await.unwrap();
    let answer = house.sfu.join(token(ROOM, COLLEAGUE), offer).await.unwrap();
    let boundless = with_line(&answer, "a=max-message-size:", "16777216");
    meddler.accept_answer(boundless).await.unwrap();
    let is_open = meddler.wait_for_text(PATIENCE, |text| text.is_open).await;
    assert!(is_open.is_some());
    (house, [visitor, interpreter], meddler)
}

/// The word at which harm begins.
const SIGN: &str = "now";

/// The chunk of a packet whose message has the sign in it.
fn chunk_with_sign(packet: &mut [u8]) -> Option<&mut [u8]> {
    let sign = SIGN.as_bytes();
    let is_there = packet.windows(sign.len()).any(|bytes| bytes == sign);
    packet.get_mut(COMMON_HEADER..).filter(|_| is_there)
}

/// CRC-32C (RFC 9260 appendix A), bit by bit.
fn sum_up(packet: &mut [u8]) {
    packet[8..COMMON_HEADER].fill(0);
    let sum = packet.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum: u32, _| {
            sum >> 1 ^ if sum & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    });
    packet[8..COMMON_HEADER].copy_from_slice(&(!sum).to_le_bytes());
}

/// Makes of a message a chunk that tells the gateway to take the next two thousand million chunks
/// for received (FORWARD-TSN, RFC 3758 §3.2).
fn move_the_count(packet: &mut [u8]) {
    let Some(chunk) = chunk_with_sign(packet) else {
        return;
    };
    let length = (chunk.len() as u16).to_be_bytes();
    let number = u32::from_be_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    chunk[..4].copy_from_slice(&[192, 0, length[0], length[1]]);
    chunk[4..8].copy_from_slice(&number.wrapping_add(0x7fff_0000).to_be_bytes());
    sum_up(packet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_a_client_moves_two_thousand_million_ahead_stops_nobody() {
    let (house, call, meddler) = call_and_meddler(move_the_count).await;
    let before = house.sfu.stats().await.counters.datagrams_refused;
    assert!(meddler.write(SIGN).await);
    let refused = |stats: &SfuStats| stats.counters.datagrams_refused > before;
    house.wait_for_stats(refused).await;
    for client in &call {
        assert!(media_goes_on(client, 15).await);
    }
}

/// Takes its end from a message.
fn leave_open(packet: &mut [u8]) {
    const END: u8 = 1;
    let Some(chunk) = chunk_with_sign(packet) else {
        return;
    };
    chunk[1] &= !END;
    sum_up(packet);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_without_an_end_end_their_sender_alone_once_there_is_no_room_for_more() {
    let (house, call, meddler) = call_and_meddler(leave_open).await;
    let part = SIGN.repeat(300);
    let mut sent = 0;
    while sent <= 2 * SCTP_RECEIVE_BUFFER as usize && meddler.write(&part).await {
        sent += part.len();
    }
    assert!(sent > SCTP_RECEIVE_BUFFER as usize);
    let is_out = |stats: &SfuStats| stats.counters.peers_lost == 1;
    let stats = house.wait_for_stats(is_out).await;
    assert_eq!((stats.peers, stats.counters.peers_panicked), (2, 0));
    for client in &call {
        assert!(media_goes_on(client, 15).await);
    }
}
