//! Codecs: each goes through, and what is sent is what those in the room can decode.

use super::*;
use crate::client::media::MediaClientStats;
use Codec::{Av1, H264, Opus, Red, Vp8, Vp9};

/// A client with these codecs of the picture, which sends life a fifth as fast.
fn with(codecs: &[Codec]) -> MediaClientConfig {
    let all = codecs.iter().copied().chain([Opus]);
    MediaClientConfig {
        codecs: Codecs::of(all),
        receives: 2,
        slower: 5,
        ..MediaClientConfig::default()
    }
}

/// Waits until media has come, also of this codec.
async fn sees(client: &MediaClient, codec: Codec) -> bool {
    let media = client.wait_for_media(PATIENCE).await;
    let comes = |stats: &MediaClientStats| stats.codecs.has(codec);
    media.is_ok() && client.wait_until(PATIENCE, comes).await
}

#[tokio::test]
async fn every_codec_goes_through_with_its_keyframes_and_repairs_of_its_own() {
    for codec in [Vp8, H264, Vp9, Av1] {
        let mut house = House::start();
        let visitor = join_with(&house.sfu, ROOM, VISITOR, with(&[codec])).await;
        let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, with(&[codec])).await;
        house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
        for client in [&visitor, &interpreter] {
            assert!(sees(client, codec).await, "{codec:?}: {:?}", client.stats());
            assert!(media_goes_on(client, 5).await);
            nothing_is_missing(client).await;
        }
        visitor.close().await;
        interpreter.close().await;
    }
}

#[tokio::test]
async fn one_who_has_no_vp8_sees_and_is_seen_by_one_who_prefers_it() {
    let house = House::start();
    let visitor = join_with(&house.sfu, ROOM, VISITOR, with(&[H264])).await;
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, with(&[Vp8, H264, Vp9])).await;
    for client in [&visitor, &interpreter] {
        assert!(sees(client, H264).await, "{:?}", client.stats());
        assert!(!client.stats().codecs.has(Vp8));
    }
    visitor.close().await;
    interpreter.close().await;
}

/// Waits until the newest reading of the room says so of everybody's picture.
async fn wait_for_unseen(house: &mut House, unseen: &[(ParticipantId, bool)]) {
    let deadline = now() + PATIENCE;
    let mut clock = interval(Duration::from_millis(20));
    loop {
        clock.tick().await;
        while let Ok(event) = house.events.try_recv() {
            house.heard.push(event);
        }
        let newest = house.heard.iter().rev().find_map(|event| match event {
            SfuEvent::Quality(room) => Some(&room.pictures),
            _ => None,
        });
        let is_said = |(who, said): &(ParticipantId, bool)| {
            let of = newest.and_then(|all| all.iter().find(|one| one.participant == *who));
            of.is_some_and(|picture| picture.unseen == *said)
        };
        if unseen.iter().all(is_said) {
            return;
        }
        assert!(now() < deadline, "{newest:?}");
    }
}

#[tokio::test]
async fn who_joins_without_the_codec_in_use_is_sent_another_once_the_others_connect_anew() {
    let mut house = House::start();
    let all = [Vp8, H264, Vp9, Av1];
    let visitor = join_with(&house.sfu, ROOM, VISITOR, with(&all)).await;
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, with(&all)).await;
    assert!(sees(&visitor, Vp8).await && sees(&interpreter, Vp8).await);
    wait_for_unseen(&mut house, &[(VISITOR, false), (INTERPRETER, false)]).await;

    let colleague = join_with(&house.sfu, ROOM, COLLEAGUE, with(&[H264])).await;
    let unseen = [(VISITOR, true), (INTERPRETER, true), (COLLEAGUE, false)];
    wait_for_unseen(&mut house, &unseen).await;
    assert!(
        sees(&visitor, H264).await,
        "who can decode both is sent both"
    );

    let again = join_with(&house.sfu, ROOM, VISITOR, with(&all)).await;
    wait_for_unseen(&mut house, &[(VISITOR, false), (INTERPRETER, true)]).await;
    assert!(sees(&colleague, H264).await);
    assert!(sees(&interpreter, H264).await);
    assert!(media_goes_on(&interpreter, 5).await && media_goes_on(&colleague, 5).await);
    assert!(!colleague.stats().codecs.has(Vp8));
    for client in [visitor, interpreter, colleague, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn who_only_watches_has_nobody_connect_anew() {
    let mut house = House::start();
    let visitor = join_with(&house.sfu, ROOM, VISITOR, with(&[Vp8, H264])).await;
    let watching = MediaClientConfig {
        publishes: false,
        ..with(&[H264])
    };
    let observer = join_with(&house.sfu, ROOM, OBSERVER, watching).await;
    let connected = SfuEvent::Connected {
        room: ROOM,
        participant: OBSERVER,
    };
    house.wait_for(connected).await;
    wait_for_unseen(&mut house, &[(VISITOR, false)]).await;
    visitor.close().await;
    observer.close().await;
}

#[tokio::test]
async fn redundant_audio_reaches_who_takes_it_and_plain_audio_everybody_else() {
    let house = House::start();
    let visitor = join_with(&house.sfu, ROOM, VISITOR, with(&[Red, Vp8])).await;
    let interpreter = join_with(&house.sfu, ROOM, INTERPRETER, with(&[Red, Vp8])).await;
    let colleague = join_with(&house.sfu, ROOM, COLLEAGUE, with(&[Vp8])).await;
    for client in [&visitor, &interpreter] {
        assert!(sees(client, Red).await && sees(client, Opus).await);
        assert!(client.stats().has_received_from(0));
    }
    assert!(sees(&colleague, Opus).await && media_goes_on(&colleague, 5).await);
    assert!(!colleague.stats().codecs.has(Red));
    for client in [visitor, interpreter, colleague] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_client_without_any_codec_of_ours_is_told_so() {
    let house = House::start();
    let (client, offer) = MediaClient::with(with(&[Vp8])).await.unwrap();
    let offer = offer.replace("VP8/90000", "H265/90000");
    let refused = house.sfu.join(token(ROOM, VISITOR), offer).await;
    assert_eq!(refused, Err(JoinError::UnsupportedMedia));
    client.close().await;
}
