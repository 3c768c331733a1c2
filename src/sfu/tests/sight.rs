//! A page that nobody looks at is sent no pictures, and costs nobody anything; whoever looks again
//! sees within a second.

use super::virtual_room::{SentTo, VirtualRoom};
use super::{COLLEAGUE, INTERPRETER, OBSERVER, ROOM, SfuEvent, VISITOR};
use crate::sfu::limits::SENT_UNSEEN;
use crate::sfu::{Motion, ParticipantId};
use proptest::prelude::*;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// These are in a room for a while.
fn room_of(people: &[ParticipantId]) -> VirtualRoom {
    let mut room = VirtualRoom::new();
    for participant in people {
        room.join(*participant);
    }
    room.pass(5 * SECOND);
    room
}

/// Its page is hidden until it is sent no pictures.
fn pause(room: &mut VirtualRoom, participant: ParticipantId) {
    room.show(participant, false);
    room.pass(SENT_UNSEEN);
}

/// The packets of pictures sent to somebody meanwhile.
fn sent_meanwhile(
    room: &mut VirtualRoom,
    participant: ParticipantId,
    meanwhile: impl FnOnce(&mut VirtualRoom),
) -> Vec<SentTo> {
    let before = room.seen_by(participant).len();
    meanwhile(room);
    room.seen_by(participant).split_off(before)
}

/// No number is left out on any of its streams, so that nothing is asked for in vain.
pub(super) fn are_continuous(all: &[SentTo]) -> bool {
    all.iter().all(|sent| {
        let mut of_stream = all.iter().filter(|other| other.ssrc == sent.ssrc);
        let first = of_stream.next().map_or(0, |first| first.number);
        of_stream
            .zip(1..)
            .all(|(next, place)| next.number == first.wrapping_add(place))
    })
}

#[test]
fn whoever_is_back_within_ten_seconds_has_missed_nothing() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    let asked = room.traffic_of(VISITOR).requests;
    let sent = sent_meanwhile(&mut room, INTERPRETER, |room| {
        room.show(INTERPRETER, false);
        room.pass(SENT_UNSEEN - MS);
        room.show(INTERPRETER, true);
        room.pass(SENT_UNSEEN);
    });
    assert_eq!(sent.len(), 400 - 1, "20 frames a second, all of them");
    assert_eq!(room.traffic_of(VISITOR).requests, asked);
    assert_eq!(room.counters().pauses, 0);
}

#[test]
fn a_page_that_is_hidden_for_longer_is_sent_sound_and_no_picture() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    pause(&mut room, INTERPRETER);
    let heard = room.heard_by(INTERPRETER);
    let repairs = room.repairs_to(INTERPRETER);
    let sent = sent_meanwhile(&mut room, INTERPRETER, |room| {
        // Nor a repair of what it was sent, nor a probe that repeats it.
        room.miss(INTERPRETER, 200 * MS);
        room.give_way(INTERPRETER, 3e6);
        room.pass(60 * SECOND);
        room.ask_for_all(INTERPRETER);
    });
    assert_eq!(sent.len(), 0);
    assert_eq!(room.repairs_to(INTERPRETER), repairs);
    assert_eq!(room.heard_by(INTERPRETER) - heard, 60 * 20);
    assert_eq!(room.counters().pauses, 1);
}

#[test]
fn whoever_looks_again_sees_a_keyframe_first_within_a_second_and_no_number_is_missing() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    pause(&mut room, INTERPRETER);
    room.pass(30 * SECOND);
    let asked = room.traffic_of(VISITOR).requests;
    let began = room.now();
    let sent = sent_meanwhile(&mut room, INTERPRETER, |room| {
        room.show(INTERPRETER, true);
        room.pass(SECOND);
    });
    let first = sent.first().expect("a picture within a second");
    assert!(first.begins, "a decoder can begin");
    assert!(first.at - began <= 200 * MS, "{:?}", first.at - began);
    assert_eq!(room.traffic_of(VISITOR).requests, asked + 1);
    assert!(are_continuous(&room.seen_by(INTERPRETER)));
}

#[test]
fn the_others_are_sent_what_they_were_and_nobody_is_asked_for_a_keyframe() {
    let mut room = room_of(&[VISITOR, INTERPRETER, COLLEAGUE]);
    let asked = room.traffic_of(VISITOR).requests;
    let sent = sent_meanwhile(&mut room, COLLEAGUE, |room| {
        pause(room, INTERPRETER);
        room.pass(20 * SECOND);
    });
    assert_eq!(sent.len(), 2 * 20 * 30, "two pictures, 20 frames a second");
    assert!(are_continuous(&sent));
    assert_eq!(room.traffic_of(VISITOR).requests, asked);
}

#[test]
fn a_paused_page_neither_holds_a_picture_down_nor_lets_it_grow() {
    let mut room = room_of(&[VISITOR, INTERPRETER, COLLEAGUE]);
    room.give_way(COLLEAGUE, 2e6);
    room.give_way(INTERPRETER, 500_000.0);
    room.pass(SECOND);
    let limit = |room: &mut VirtualRoom| room.limit_of(VISITOR).expect("a limit");
    let narrow = limit(&mut room);
    assert!(narrow < 500_000.0, "{narrow}");
    pause(&mut room, INTERPRETER);
    let wide = limit(&mut room);
    assert!((600_000.0..2e6).contains(&wide), "{wide}");
    for bps in [100_000.0, 5e6] {
        room.give_way(INTERPRETER, bps);
        room.pass(2 * SECOND);
        room.give_way(COLLEAGUE, 2e6);
        assert_eq!(limit(&mut room), wide, "whatever its own way carries");
    }
    room.give_way(INTERPRETER, 500_000.0);
    room.show(INTERPRETER, true);
    assert_eq!(limit(&mut room), narrow, "it counts again at once");
}

#[test]
fn where_nobody_looks_the_publisher_goes_on_as_it_was_told() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    room.give_way(INTERPRETER, 1e6);
    room.pass(SECOND);
    let before = room.limit_of(VISITOR);
    pause(&mut room, INTERPRETER);
    room.give_way(INTERPRETER, 100_000.0);
    room.pass(10 * SECOND);
    assert_eq!(room.limit_of(VISITOR), before);
}

#[test]
fn a_paused_page_takes_part_in_no_choice_of_layers_and_comes_back_to_what_its_way_carries() {
    let mut room = room_of(&[VISITOR, INTERPRETER, COLLEAGUE]);
    room.send_layers(VISITOR, [true; 3]);
    room.pass(5 * SECOND);
    pause(&mut room, INTERPRETER);
    let asked = room.traffic_of(VISITOR).requests;
    for bps in [40_000.0, 3e6, 200_000.0] {
        room.give_way(INTERPRETER, bps);
        room.pass(5 * SECOND);
    }
    assert_eq!(room.traffic_of(VISITOR).requests, asked);
    let back = sent_meanwhile(&mut room, INTERPRETER, |room| {
        room.show(INTERPRETER, true);
        room.pass(2 * SECOND);
    });
    assert!(back.first().is_some_and(|first| first.begins));
    assert!(room.traffic_of(VISITOR).requests <= asked + 1);
}

#[test]
fn nobody_stands_because_nobody_looks() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    room.told();
    pause(&mut room, INTERPRETER);
    pause(&mut room, VISITOR);
    room.pass(30 * SECOND);
    room.show(INTERPRETER, true);
    room.pass(SECOND);
    assert_eq!(room.counters().standstills, 0);
    let told = room.told();
    let motions = told.iter().filter_map(|event| match event {
        SfuEvent::Quality(room) => Some(&room.pictures),
        _ => None,
    });
    let mut motions = motions.flatten().map(|picture| picture.motion);
    assert!(motions.all(|motion| motion == Motion::Moving));
}

#[test]
fn a_new_connection_is_shown_pictures_whatever_was_said_of_the_last() {
    let mut room = room_of(&[VISITOR, INTERPRETER]);
    pause(&mut room, INTERPRETER);
    room.lose(INTERPRETER);
    room.join(INTERPRETER);
    room.pass(SECOND);
    assert!(!room.seen_by(INTERPRETER).is_empty());
    // One that takes the place of another while it works is, too.
    pause(&mut room, INTERPRETER);
    room.join(INTERPRETER);
    room.pass(5 * SECOND);
    assert!(!room.seen_by(INTERPRETER).is_empty());
}

#[test]
fn a_call_comes_up_although_a_page_is_out_of_sight() {
    let mut room = room_of(&[INTERPRETER]);
    pause(&mut room, INTERPRETER);
    room.join(VISITOR);
    room.pass(SECOND);
    let up = SfuEvent::MediaUp { room: ROOM };
    assert!(room.told().contains(&up));
}

#[test]
fn an_observer_in_a_background_tab_is_sent_sound_alone() {
    let mut room = room_of(&[VISITOR, INTERPRETER, OBSERVER]);
    pause(&mut room, OBSERVER);
    let heard = room.heard_by(OBSERVER);
    let sent = sent_meanwhile(&mut room, OBSERVER, |room| room.pass(5 * SECOND));
    assert_eq!(sent.len(), 0);
    assert!(room.heard_by(OBSERVER) > heard);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn however_often_pages_come_and_go_those_in_sight_see_and_numbers_stay_whole(
        story in proptest::collection::vec((0_usize..3, any::<bool>(), 0_u64..15_000), 1..20)
    ) {
        const PEOPLE: [ParticipantId; 3] = [VISITOR, INTERPRETER, COLLEAGUE];
        let mut room = room_of(&PEOPLE);
        for (who, shown, then) in story {
            room.show(PEOPLE[who], shown);
            room.pass(Duration::from_millis(then));
        }
        for participant in PEOPLE {
            room.show(participant, true);
        }
        let seen = PEOPLE.map(|participant| room.seen_by(participant).len());
        room.pass(SECOND);
        prop_assert!(room.longest_wait() <= SECOND, "{:?}", room.longest_wait());
        for (participant, before) in PEOPLE.into_iter().zip(seen) {
            let all = room.seen_by(participant);
            prop_assert!(all.len() > before);
            prop_assert!(are_continuous(&all));
        }
    }
}
