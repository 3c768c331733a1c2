//! Rooms of more than two: who sees whom, guests, silent observers, coming and going.

use super::*;
use crate::client::media::MediaClientStats;
use crate::sfu::MAX_PARTICIPANTS_PER_ROOM;

/// A client that can receive everybody, whose frames bear its participant's number.
async fn arrive(sfu: &Sfu, participant: ParticipantId) -> MediaClient {
    let config = MediaClientConfig {
        receives: MAX_PARTICIPANTS_PER_ROOM - 1,
        mark: mark_of(participant),
        ..MediaClientConfig::default()
    };
    join_with(sfu, ROOM, participant, config).await
}

fn mark_of(participant: ParticipantId) -> u8 {
    u8::try_from(participant.0).unwrap()
}

/// Waits until exactly these are seen and heard, each on its stream.
async fn assert_sees(client: &MediaClient, expected: &[ParticipantId]) {
    let sees = |stats: &MediaClientStats| {
        let mut streams = expected.iter().enumerate();
        streams.all(|(stream, sender)| stats.senders(stream) == [Some(mark_of(*sender)); 2])
    };
    let seen = client.wait_until(PATIENCE, sees).await;
    let stats = client.stats();
    assert!(seen, "expected {expected:?}, saw {stats:?}");
    assert_eq!(stats.senders(expected.len()), [None; 2], "nobody else");
}

/// Waits until `client` has received this much more from anybody, so that what is looked at then
/// is of after this call.
async fn go_on(client: &MediaClient) {
    assert!(media_goes_on(client, 5).await);
}

#[tokio::test]
async fn five_in_a_room_see_exactly_whom_they_should_and_nobody_receives_the_observer() {
    let mut house = House::start();
    // The guest comes before the interpreters, and the observer sends although it should not.
    let guest = arrive(&house.sfu, GUEST).await;
    let observer = arrive(&house.sfu, OBSERVER).await;
    let visitor = arrive(&house.sfu, VISITOR).await;
    let lead = arrive(&house.sfu, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    let colleague = arrive(&house.sfu, COLLEAGUE).await;
    assert_sees(&visitor, &[INTERPRETER, COLLEAGUE, GUEST]).await;
    assert_sees(&lead, &[VISITOR, COLLEAGUE, GUEST]).await;
    assert_sees(&colleague, &[VISITOR, INTERPRETER, GUEST]).await;
    assert_sees(&guest, &[VISITOR, INTERPRETER, COLLEAGUE]).await;
    assert_sees(&observer, &[VISITOR, INTERPRETER, COLLEAGUE, GUEST]).await;
    let tries = |stats: &MediaClientStats| stats.packets_sent > 20;
    let tried = observer.wait_until(PATIENCE, tries).await;
    assert!(tried, "it tried to be seen");
    for client in [&visitor, &lead, &colleague, &guest] {
        go_on(client).await;
        assert!(!client.stats().has_received_from(mark_of(OBSERVER)));
    }
    for participant in [VISITOR, INTERPRETER, COLLEAGUE, GUEST, OBSERVER] {
        let room = ROOM;
        house
            .wait_for(SfuEvent::Connected { room, participant })
            .await;
        let received = house.count(&SfuEvent::Received { room, participant });
        assert_eq!(received, usize::from(participant != OBSERVER));
    }
    for client in [visitor, lead, colleague, guest, observer] {
        client.close().await;
    }
}

#[tokio::test]
async fn leaving_moves_nobodys_main_picture_and_joining_again_replaces() {
    let house = House::start();
    let visitor = arrive(&house.sfu, VISITOR).await;
    let lead = arrive(&house.sfu, INTERPRETER).await;
    let guest = arrive(&house.sfu, GUEST).await;
    let colleague = arrive(&house.sfu, COLLEAGUE).await;
    assert_sees(&visitor, &[INTERPRETER, COLLEAGUE, GUEST]).await;
    house.sfu.leave(ROOM, COLLEAGUE, EPOCH);
    let moved = |stats: &MediaClientStats| stats.senders(1) == [Some(mark_of(GUEST)); 2];
    assert!(visitor.wait_until(PATIENCE, moved).await);
    house.sfu.leave(ROOM, GUEST, EPOCH);
    house.wait_for_stats(|stats| stats.peers == 2).await;
    go_on(&visitor).await;
    let main = [Some(mark_of(INTERPRETER)); 2];
    assert_eq!(visitor.stats().senders(0), main);
    nothing_is_missing(&visitor).await;
    // A new connection of the lead, with another mark to tell it by.
    let config = MediaClientConfig {
        mark: 9,
        ..MediaClientConfig::default()
    };
    let again = join_with(&house.sfu, ROOM, INTERPRETER, config).await;
    let replaced = |stats: &MediaClientStats| stats.senders(0) == [Some(9); 2];
    assert!(visitor.wait_until(PATIENCE, replaced).await);
    house.wait_for_stats(|stats| stats.peers == 2).await;
    for client in [visitor, lead, guest, colleague, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn while_the_lead_is_lost_the_guest_does_not_become_the_main_picture() {
    let mut house = House::start();
    let visitor = arrive(&house.sfu, VISITOR).await;
    let guest = arrive(&house.sfu, GUEST).await;
    let lead = arrive(&house.sfu, INTERPRETER).await;
    assert_sees(&visitor, &[INTERPRETER, GUEST]).await;
    lead.close().await;
    let (room, participant) = (ROOM, INTERPRETER);
    house.wait_for(SfuEvent::Failed { room, participant }).await;
    go_on(&visitor).await;
    let main = [Some(mark_of(INTERPRETER)); 2];
    assert_eq!(visitor.stats().senders(0), main, "nobody took the place");
    let again = arrive(&house.sfu, INTERPRETER).await;
    assert_sees(&again, &[VISITOR, GUEST]).await;
    assert_sees(&visitor, &[INTERPRETER, GUEST]).await;
    for client in [visitor, guest, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn an_observer_who_offers_to_send_nothing_sees_all_and_holds_no_call_up() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let config = MediaClientConfig {
        publishes: false,
        receives: 4,
        ..MediaClientConfig::default()
    };
    let observer = join_with(&house.sfu, ROOM, OBSERVER, config).await;
    observer.wait_for_media(PATIENCE).await.unwrap();
    house.sfu.leave(ROOM, INTERPRETER, EPOCH);
    house.heard.clear();
    // One who counts was left: with the interpreter back, media comes up anew.
    let again = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    house.sfu.leave(ROOM, OBSERVER, EPOCH);
    house.wait_for_stats(|stats| stats.peers == 2).await;
    go_on(&visitor).await;
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 1);
    for client in [visitor, interpreter, again, observer] {
        client.close().await;
    }
}
