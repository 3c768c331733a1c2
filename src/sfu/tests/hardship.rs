//! Bad offers, stray datagrams, full rooms and a panic: nobody else may notice.

use super::*;
use crate::sfu::command::Command;
use crate::sfu::sabotage::Place;
use crate::sfu::{MAX_OFFER_BYTES, MAX_PARTICIPANTS_PER_ROOM, SfuError, numbering};

#[tokio::test]
async fn a_garbage_offer_is_refused_and_disturbs_nobody() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let (extra, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let without_codecs = offer.replace("VP8", "H264").replace("opus", "PCMU");
    let without_ice = offer.replace("a=ice-", "a=nice-");
    let cut = offer[..offer.len() / 2].to_owned();
    let garbage = [
        "".into(),
        "garbage".into(),
        "v=0\r\nm=audio".into(),
        cut,
        without_ice,
    ];
    for (participant, offer) in (1..).map(ParticipantId).zip(garbage) {
        let refused = house
            .sfu
            .join(token(ROOM, participant), offer.clone())
            .await;
        let is_invalid = matches!(refused, Err(JoinError::InvalidOffer { .. }));
        assert!(is_invalid, "{refused:?} for {offer:?}");
    }
    let refused = house.sfu.join(token(ROOM, COLLEAGUE), without_codecs).await;
    assert_eq!(refused, Err(JoinError::UnsupportedMedia));
    let refused = house
        .sfu
        .join(token(ROOM, COLLEAGUE), "v".repeat(MAX_OFFER_BYTES + 1))
        .await;
    assert!(matches!(refused, Err(JoinError::OfferTooLarge { .. })));
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&interpreter, 5).await);
    let stats = house.sfu.stats().await;
    assert_eq!((stats.peers, stats.counters.joins_refused), (2, 7));
    for client in [visitor, interpreter, extra] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_room_takes_no_participant_too_many_but_lets_one_of_its_own_join_again() {
    let house = House::start();
    let mut clients = Vec::new();
    for participant in 0..MAX_PARTICIPANTS_PER_ROOM as u64 {
        clients.push(join(&house.sfu, ROOM, ParticipantId(participant)).await);
    }
    let (extra, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let refused = house.sfu.join(token(ROOM, ParticipantId(99)), offer).await;
    assert_eq!(refused, Err(JoinError::RoomFull));
    assert_eq!(house.sfu.stats().await.counters.joins_refused, 1);
    clients.push(extra);
    clients.push(join(&house.sfu, ROOM, ParticipantId(0)).await);
    for client in clients {
        client.close().await;
    }
}

#[tokio::test]
async fn random_datagrams_disturb_nobody() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let stranger = tokio::net::UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
    let before = house.sfu.stats().await.counters.datagrams_unknown;
    for number in 0..2000u32 {
        let mut datagram: Vec<u8> = (0..number % 200)
            .flat_map(|_| numbering().0.to_be_bytes())
            .collect();
        // Every class of RFC 7983: STUN, DTLS, RTP and neither.
        if let Some(first) = datagram.first_mut() {
            *first = [0, 1, 22, 128, 200, 255][number as usize % 6];
        }
        stranger
            .send_to(&datagram, house.sfu.local_addr())
            .await
            .unwrap();
        if number % 50 == 0 {
            // Lets the engine read, so that its buffer does not overflow.
            house.sfu.stats().await;
        }
    }
    house
        .wait_for_stats(|stats| stats.counters.datagrams_unknown > before + 500)
        .await;
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&interpreter, 5).await);
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn garbage_under_a_known_user_fragment_disturbs_nobody() {
    let mut house = House::start();
    let (visitor, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let answer = house.sfu.join(token(ROOM, VISITOR), offer).await.unwrap();
    let ufrag = answer
        .lines()
        .find_map(|line| line.strip_prefix("a=ice-ufrag:"))
        .unwrap();
    let mut message = vec![
        0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ];
    let name = format!("{ufrag}:theirs");
    message.extend([0, 6, 0, name.len() as u8]);
    message.extend(name.as_bytes());
    message.resize(message.len().next_multiple_of(4), 0);
    message[3] = (message.len() - 20) as u8;
    for _ in 0..40 {
        let stranger = tokio::net::UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
        stranger
            .send_to(&message, house.sfu.local_addr())
            .await
            .unwrap();
        stranger
            .send_to(&[22; 100], house.sfu.local_addr())
            .await
            .unwrap();
        stranger
            .send_to(&[128; 100], house.sfu.local_addr())
            .await
            .unwrap();
    }
    let stats = house
        .wait_for_stats(|stats| stats.counters.datagrams_received >= 120)
        .await;
    assert_eq!((stats.addresses, stats.counters.checks_refused), (0, 40));
    visitor.accept_answer(answer).await.unwrap();
    house
        .wait_for(SfuEvent::Connected {
            room: ROOM,
            participant: VISITOR,
        })
        .await;
    visitor.close().await;
}

#[tokio::test]
async fn a_panic_while_anything_is_done_for_one_peer_ends_that_peer_only() {
    let places = [
        Place::Receive,
        Place::Collect,
        Place::Timeout,
        Place::FanOut,
        Place::Forward,
        Place::Transmit,
        Place::RelayText,
        Place::ChooseLayers,
        Place::ReadQuality,
    ];
    let config = MediaClientConfig {
        writes: true,
        receives: 2,
        ..MediaClientConfig::default()
    };
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    for (room, place) in (2..).map(RoomId).zip(places) {
        let mut clients = Vec::new();
        for participant in [VISITOR, INTERPRETER, COLLEAGUE] {
            clients.push(join_with(&house.sfu, room, participant, config).await);
        }
        house.wait_for(SfuEvent::MediaUp { room }).await;
        let is_open = |text: &crate::client::media::ReceivedText| text.is_open;
        clients[0].wait_for_text(PATIENCE, is_open).await.unwrap();
        let participant = VISITOR;
        let sabotage = Command::Sabotage {
            room,
            participant,
            place,
        };
        house.sfu.send(room, sabotage);
        assert!(clients[0].write("bonjour").await);
        house.wait_for(SfuEvent::Failed { room, participant }).await;
        let stats = house.sfu.stats().await;
        assert_eq!((stats.rooms, stats.peers), (2, 4), "{place:?}");
        assert_eq!(stats.counters.peers_panicked, room.0 - 1, "{place:?}");
        // The two others of its room see and hear each other.
        for left in &clients[1..] {
            assert!(media_goes_on(left, 5).await, "{place:?}");
        }
        house.sfu.close_room(room, EPOCH);
        for client in clients {
            client.close().await;
        }
    }
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&interpreter, 5).await);
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn an_engine_that_could_announce_nothing_does_not_start() {
    let (sender, _events) = mpsc::channel(1);
    let everywhere = SfuConfig {
        bind: ([0, 0, 0, 0], 0).into(),
        announced: vec![],
        tcp_port: None,
        threads: threads(),
    };
    let refused = Sfu::start(everywhere.clone(), sender.clone()).err();
    assert!(matches!(refused, Some(SfuError::NothingToAnnounce)));
    let announced = SfuConfig {
        announced: vec![LOOPBACK],
        tcp_port: None,
        ..everywhere
    };
    assert!(Sfu::start(announced, sender).is_ok());
}

#[tokio::test]
async fn a_damaged_offer_is_answered_or_refused_and_leaves_nothing_behind() {
    let house = House::start();
    let (client, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let lines: Vec<&str> = offer.lines().collect();
    for number in 0..300 {
        let (damage, at) = numbering();
        let at = at as usize % lines.len();
        let other = (at * 5 + 1) % lines.len();
        let mut lines = lines.clone();
        match damage % 4 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other]),
            2 => lines[at] = &lines[at][..lines[at].len() / 2],
            _ => lines.swap(at, other),
        }
        let room = RoomId(number);
        // Any answer will do but a panic, which the join reports as internal.
        let answered = house
            .sfu
            .join(token(room, VISITOR), lines.join("\r\n") + "\r\n")
            .await;
        assert!(
            !matches!(answered, Err(JoinError::Internal { .. })),
            "{answered:?}: {lines:#?}"
        );
        house.sfu.close_room(room, EPOCH);
    }
    let stats = house.sfu.stats().await;
    assert_eq!(
        (stats.rooms, stats.peers, stats.counters.peers_panicked),
        (0, 0, 0)
    );
    client.close().await;
}
