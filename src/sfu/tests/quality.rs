//! How pictures arrive, told in time: figures of a living picture, one that stands, one that is
//! off.

use super::*;
use crate::sfu::{Camera, Figures, Motion, Picture, RoomQuality, Way};
use std::sync::Arc;
use std::time::Instant;

/// From a held camera to the event: two seconds, and what a busy machine takes.
const STILL_MAX: Duration = Duration::from_millis(3000);

impl House {
    /// Waits until this is told of a participant's picture; the moment it came.
    async fn wait_for_picture(
        &mut self,
        participant: ParticipantId,
        wanted: impl Fn(&Picture) -> bool,
    ) -> (Picture, Instant) {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await.ok().flatten();
            let Some(event) = event else {
                unreachable!("nothing was told of the picture; heard: {:?}", self.heard)
            };
            if let SfuEvent::Quality(room) = &event {
                let of = |picture: &&Picture| picture.participant == participant;
                if let Some(picture) = room.pictures.iter().find(of).filter(|p| wanted(p)) {
                    return (*picture, now());
                }
            }
            self.heard.push(event);
        }
    }

    /// Waits until this is told of all pictures of a room at once.
    async fn wait_for_pictures(&mut self, wanted: impl Fn(&[Picture]) -> bool) {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await.ok().flatten();
            let Some(event) = event else {
                unreachable!("that was never told; heard: {:?}", self.heard)
            };
            if matches!(&event, SfuEvent::Quality(room) if wanted(&room.pictures)) {
                return;
            }
            self.heard.push(event);
        }
    }

    async fn wait_for_motion(&mut self, participant: ParticipantId, motion: Motion) -> Instant {
        let picture = self.wait_for_picture(participant, |picture| picture.motion == motion);
        picture.await.1
    }
}

#[tokio::test]
async fn a_living_picture_is_read_as_it_is_sent() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    let lively = |picture: &Picture| {
        let figures = picture.figures.unwrap_or_default();
        (14..=16).contains(&figures.fps)
    };
    let (picture, _) = house.wait_for_picture(VISITOR, lively).await;
    let Figures {
        width,
        height,
        lost_permille,
        ..
    } = picture.figures.unwrap();
    assert_eq!((width, height, lost_permille), (160, 120, 0));
    assert_eq!(picture.motion, Motion::Moving);
    for client in [visitor, interpreter] {
        client.close().await;
    }
}

/// Everything that is known of a stream, of a call as it should be: each comes within the first
/// seconds, since reports come once a second, and stays.
#[tokio::test]
async fn every_figure_of_a_stream_is_told_of_a_real_call() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    // A second in which this machine has time for all of them.
    let whole = |picture: &Picture| {
        let Some((figures, sound)) = picture.figures.zip(picture.sound) else {
            return false;
        };
        let Way {
            round_trip_ms: Some(round_trip),
            lost_permille: Some(lost),
            sync_ms: Some(sync),
        } = picture.way
        else {
            return false;
        };
        // The pattern has 30 kb/s, and a keyframe in eight seconds.
        (14..=16).contains(&figures.fps)
            && (10..=90).contains(&figures.kbps)
            && (figures.width, figures.height) == (160, 120)
            && (figures.missing_permille, figures.lost_permille) == (0, 0)
            && (figures.frozen_ms, sound.lost_permille, lost) == (0, 0, 0)
            && figures.score > 0
            && (figures.jitter_ms < 67 && sound.jitter_ms < 67)
            && round_trip < 200
            && sync.unsigned_abs() < 100
    };
    let both = |pictures: &[Picture]| pictures.len() == 2 && pictures.iter().all(whole);
    house.wait_for_pictures(both).await;
    visitor.hold_picture(true);
    house.wait_for_motion(VISITOR, Motion::StillCamera).await;
    visitor.hold_picture(false);
    let frozen = |picture: &Picture| picture.figures.is_some_and(|figures| figures.frozen_ms > 0);
    house.wait_for_picture(VISITOR, frozen).await;
    for client in [visitor, interpreter] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_picture_that_stops_is_told_within_two_seconds_and_moves_again_by_itself() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    house.wait_for_motion(VISITOR, Motion::Moving).await;
    let held = now();
    visitor.hold_picture(true);
    // Its sound goes on: so it is the camera.
    let told = house.wait_for_motion(VISITOR, Motion::StillCamera).await;
    assert!(told.duration_since(held) <= STILL_MAX, "{:?}", told - held);
    assert_eq!(house.sfu.stats().await.counters.standstills, 1);
    let released = now();
    visitor.hold_picture(false);
    let told = house.wait_for_motion(VISITOR, Motion::Moving).await;
    assert!(told.duration_since(released) <= Duration::from_secs(1));
    assert!(media_goes_on(&interpreter, 5).await);
    for client in [visitor, interpreter] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_camera_turned_off_by_hand_is_told_as_such_and_never_stands() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    visitor.hold_picture(true);
    house.sfu.set_camera(ROOM, VISITOR, Camera::Off);
    house.wait_for_motion(VISITOR, Motion::Off).await;
    visitor.hold_picture(false);
    house.sfu.set_camera(ROOM, VISITOR, Camera::On);
    house.wait_for_motion(VISITOR, Motion::Moving).await;
    assert_eq!(house.sfu.stats().await.counters.standstills, 0);
    for client in [visitor, interpreter] {
        client.close().await;
    }
}

#[tokio::test]
async fn nothing_is_told_of_a_room_once_everybody_has_left() {
    let mut house = House::start();
    let (visitor, interpreter) = call(&mut house).await;
    house.wait_for_motion(VISITOR, Motion::Moving).await;
    house.sfu.close_room(ROOM, EPOCH);
    let gone = RoomQuality {
        room: ROOM,
        pictures: Vec::new(),
    };
    house.wait_for(SfuEvent::Quality(Arc::new(gone))).await;
    for client in [visitor, interpreter] {
        client.close().await;
    }
}
