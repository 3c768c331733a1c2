//! Joining again makes before it breaks: the connection in use goes on until the new one carries,
//! and nobody is gone because a new one never does.

use super::virtual_room::VirtualRoom;
use super::*;
use crate::client::media::MediaClientStats;

const FAILED: SfuEvent = SfuEvent::Failed {
    room: ROOM,
    participant: VISITOR,
};

/// A client that has its answer and does nothing with it.
async fn answered(sfu: &Sfu) -> (MediaClient, String) {
    let (client, offer) = MediaClient::with(marked(9)).await.expect("a client");
    let answer = sfu
        .join(token(ROOM, VISITOR), offer)
        .await
        .expect("the offer is answered");
    (client, answer)
}

fn marked(mark: u8) -> MediaClientConfig {
    MediaClientConfig {
        mark,
        ..MediaClientConfig::default()
    }
}

/// Waits until the newest picture and sound a client has are of the one with this mark.
async fn receives_from(client: &MediaClient, mark: u8) {
    let received = |stats: &MediaClientStats| stats.senders(0) == [Some(mark); 2];
    assert!(client.wait_until(PATIENCE, received).await);
}

#[tokio::test]
async fn a_join_that_never_connects_leaves_the_one_that_works_alone_and_is_forgotten_in_time() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let keyframes = interpreter.stats().video_keyframes_received;
    let (first, _) = answered(&house.sfu).await;
    assert_eq!(house.sfu.stats().await.peers, 3);
    // A further one replaces it.
    let (second, _) = answered(&house.sfu).await;
    assert_eq!(house.sfu.stats().await.peers, 3);
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
    let given_up = now() + crate::sfu::limits::CONNECT_TIMEOUT;
    let mut clock = interval(Duration::from_millis(100));
    while house.sfu.stats().await.peers == 3 {
        clock.tick().await;
        assert!(now() < given_up + PATIENCE, "it is given up some time");
    }
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
    nothing_is_missing(&interpreter).await;
    let stats = house.sfu.stats().await;
    assert_eq!((stats.peers, stats.counters.peers_lost), (2, 1));
    assert_eq!(house.count(&FAILED), 0);
    // The pattern has one every eight seconds.
    assert!(interpreter.stats().video_keyframes_received <= keyframes + 8);
    for client in [visitor, interpreter, first, second] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_new_connection_takes_over_with_its_first_picture_and_the_one_before_is_let_go_after_it()
{
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    receives_from(&interpreter, 0).await;
    let before = interpreter.stats();
    let again = join_with(&house.sfu, ROOM, VISITOR, marked(9)).await;
    again
        .wait_for_media(PATIENCE)
        .await
        .expect("it is sent all");
    receives_from(&interpreter, 9).await;
    let taken = interpreter.stats();
    assert!(!visitor.stats().lost, "it is sent all for a while yet");
    assert!(media_goes_on(&interpreter, 30).await && media_goes_on(&again, 30).await);
    assert_eq!(interpreter.stats().senders(0), [Some(9); 2], "never both");
    let keyframes = taken.video_keyframes_received - before.video_keyframes_received;
    assert!((1..=3).contains(&keyframes), "{keyframes}");
    nothing_is_missing(&interpreter).await;
    assert!(visitor.wait_until(PATIENCE, |stats| stats.lost).await);
    let stats = house.wait_for_stats(|stats| stats.peers == 2).await;
    assert_eq!(stats.counters.peers_lost, 0);
    assert_eq!(house.count(&FAILED), 0);
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 1);
    for client in [visitor, interpreter, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn when_the_old_connection_is_lost_on_the_way_the_place_waits_for_the_new_one() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let (again, answer) = answered(&house.sfu).await;
    visitor.close().await;
    house.wait_for_stats(|stats| stats.peers == 2).await;
    again.accept_answer(answer).await.expect("it is accepted");
    again
        .wait_for_media(PATIENCE)
        .await
        .expect("it is sent all");
    receives_from(&interpreter, 9).await;
    nothing_is_missing(&interpreter).await;
    assert_eq!(house.count(&FAILED), 0);
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 1);
    again.close().await;
    house.wait_for(FAILED).await;
    interpreter.close().await;
}

#[tokio::test]
async fn when_the_new_connection_is_lost_at_once_the_one_before_is_in_use_again() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let again = join_with(&house.sfu, ROOM, VISITOR, marked(9)).await;
    receives_from(&interpreter, 9).await;
    again.close().await;
    receives_from(&interpreter, 0).await;
    assert!(media_goes_on(&interpreter, 15).await && media_goes_on(&visitor, 15).await);
    nothing_is_missing(&interpreter).await;
    assert_eq!(house.count(&FAILED), 0);
    house.wait_for_stats(|stats| stats.peers == 2).await;
    for client in [visitor, interpreter] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_camera_that_sends_nothing_holds_up_no_new_connection() {
    let house = House::start();
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    visitor.wait_for_media(PATIENCE).await.expect("media");
    let (again, answer) = answered(&house.sfu).await;
    again.hold_picture(true);
    again.accept_answer(answer).await.expect("it is accepted");
    assert!(visitor.wait_until(PATIENCE, |stats| stats.lost).await);
    let sound = |stats: &MediaClientStats| stats.senders(0)[0] == Some(9);
    assert!(interpreter.wait_until(PATIENCE, sound).await);
    for client in [visitor, interpreter, again] {
        client.close().await;
    }
}

#[test]
fn a_new_connection_that_falls_silent_as_it_comes_up_takes_the_place_of_none_that_is_heard() {
    let second = Duration::from_secs(1);
    let mut room = VirtualRoom::new();
    room.join(VISITOR);
    room.join(INTERPRETER);
    room.pass(5 * second);
    let seen = room.seen_by(INTERPRETER).len();
    room.join(VISITOR);
    room.fall_silent(VISITOR, 10 * second);
    // 20 frames a second.
    assert!(room.seen_by(INTERPRETER).len() >= seen + 199);
    // Once it sends, it takes over like any other, and the one before is let go.
    room.pass(5 * second);
    assert_eq!(room.connections_of(VISITOR), 1);
    let seen = room.seen_by(INTERPRETER).len() - seen;
    assert!(seen >= 295, "{seen} of 300 frames");
}

#[tokio::test]
async fn whoever_leaves_leaves_with_both_connections() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let (again, _) = answered(&house.sfu).await;
    house.sfu.leave(ROOM, VISITOR, EPOCH);
    house.wait_for_stats(|stats| stats.peers == 1).await;
    let (other, _) = answered(&house.sfu).await;
    house.sfu.close_room(ROOM, EPOCH);
    let empty = house.wait_for_stats(|stats| stats.rooms == 0).await;
    assert_eq!((empty.peers, empty.addresses), (0, 0));
    for client in [visitor, interpreter, again, other] {
        client.close().await;
    }
}
