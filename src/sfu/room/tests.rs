//! Rooms by their rules: places, who sees whom, when media counts as up, two peers of one.

use super::*;

const VIDEO: usize = 1;
const TABLET: u64 = 1;
const LEAD: u64 = 2;
const COLLEAGUE: u64 = 3;
const GUEST: u64 = 4;
const OBSERVER: u64 = 5;

/// A member whose peer has the participant's number.
fn member(participant: u64) -> Member {
    let (precedence, silent) = match participant {
        TABLET => (0, false),
        GUEST => (Standing::GUEST, false),
        OBSERVER => (Standing::GUEST + 1, true),
        _ => (1, false),
    };
    Member {
        participant: ParticipantId(participant),
        standing: Standing { precedence, silent },
        peer: PeerKey(participant),
        publishes: [!silent; 2],
        writes: true,
    }
}

fn room(participants: &[u64]) -> Room {
    let mut room = Room::default();
    for participant in participants {
        room.put(member(*participant));
    }
    room
}

/// Whom a peer's streams carry, as many as a room can have.
fn seen_by(room: &Room, peer: u64) -> Vec<Option<u64>> {
    let numbers = 0..MAX_PARTICIPANTS_PER_ROOM - 1;
    let mut seen: Vec<_> = numbers
        .map(|number| room.source(PeerKey(peer), VIDEO, number))
        .map(|key| key.map(|key| key.0))
        .collect();
    while seen.last() == Some(&None) {
        seen.pop();
    }
    seen
}

#[test]
fn joining_again_replaces_the_peer_and_keeps_the_place() {
    let mut room = room(&[LEAD, COLLEAGUE, TABLET]);
    let again = Member {
        peer: PeerKey(9),
        ..member(LEAD)
    };
    assert_eq!(room.put(again), Some(PeerKey(LEAD)));
    assert_eq!(seen_by(&room, TABLET), [Some(9), Some(COLLEAGUE)]);
}

#[test]
fn a_second_peer_receives_and_is_not_received_before_it_takes_over() {
    let mut room = room(&[LEAD, COLLEAGUE, TABLET]);
    let lead = ParticipantId(LEAD);
    let next = Member {
        peer: PeerKey(9),
        ..member(LEAD)
    };
    assert_eq!(room.put_beside(next), None);
    assert_eq!(seen_by(&room, TABLET), [Some(LEAD), Some(COLLEAGUE)]);
    assert_eq!(seen_by(&room, 9), seen_by(&room, LEAD));
    assert_eq!(room.take_over(lead), Some(PeerKey(LEAD)));
    assert_eq!(seen_by(&room, TABLET), [Some(9), Some(COLLEAGUE)]);
    assert_eq!(room.second_of(lead), Some(PeerKey(LEAD)));
    room.drop_second(PeerKey(LEAD));
    assert_eq!((room.take_over(lead), room.peers().count()), (None, 3));
}

#[test]
fn whoever_takes_over_with_another_standing_changes_place() {
    let mut room = room(&[TABLET, LEAD, GUEST]);
    let next = Member {
        peer: PeerKey(9),
        standing: member(LEAD).standing,
        ..member(GUEST)
    };
    room.put_beside(next);
    room.leave(ParticipantId(LEAD));
    assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
    room.take_over(ParticipantId(GUEST));
    assert_eq!(seen_by(&room, TABLET), [Some(9)]);
}

#[test]
fn a_full_room_has_a_place_only_for_its_own() {
    let room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER, 6]);
    assert!(room.has_place_for(ParticipantId(TABLET)));
    assert!(!room.has_place_for(ParticipantId(99)));
}

#[test]
fn the_lost_make_room_for_whoever_comes() {
    let mut room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER, 6]);
    room.lose(PeerKey(LEAD));
    for stranger in 10..30 {
        assert!(room.has_place_for(ParticipantId(stranger)));
        room.put(member(stranger));
        room.lose(PeerKey(stranger));
    }
    assert_eq!(room.places.len(), MAX_PARTICIPANTS_PER_ROOM);
    assert_eq!(room.peers().count(), MAX_PARTICIPANTS_PER_ROOM - 1);
}

#[test]
fn media_comes_up_once_when_every_publisher_is_received() {
    let mut room = room(&[TABLET, LEAD]);
    assert!(!room.take_media_up(|peer| peer == PeerKey(TABLET)));
    assert!(room.take_media_up(|_| true));
    assert!(!room.take_media_up(|_| true));
}

#[test]
fn one_participant_alone_or_watched_or_with_a_guest_has_no_media_up() {
    assert!(!room(&[TABLET]).take_media_up(|_| true));
    assert!(!room(&[TABLET, OBSERVER]).take_media_up(|_| true));
    assert!(!room(&[TABLET, GUEST]).take_media_up(|_| true));
}

#[test]
fn media_waits_for_neither_guest_nor_observer() {
    let mut room = room(&[TABLET, LEAD, GUEST, OBSERVER]);
    assert!(room.take_media_up(|peer| [TABLET, LEAD].contains(&peer.0)));
}

#[test]
fn in_a_call_of_text_alone_media_is_up_when_every_channel_is_open() {
    let mut room = Room::default();
    for participant in [TABLET, LEAD] {
        room.put(Member {
            publishes: [false; 2],
            ..member(participant)
        });
    }
    assert!(!room.take_media_up(|peer| peer == PeerKey(TABLET)));
    assert!(room.take_media_up(|_| true));
}

#[test]
fn who_neither_publishes_nor_writes_is_not_waited_for() {
    let mut room = room(&[TABLET, LEAD]);
    room.put(Member {
        publishes: [false; 2],
        writes: false,
        ..member(COLLEAGUE)
    });
    assert!(room.take_media_up(|peer| peer != PeerKey(COLLEAGUE)));
}

#[test]
fn text_is_remembered_over_a_new_connection_but_not_over_leaving() {
    let mut room = room(&[TABLET, LEAD]);
    let (tablet, lead) = (PeerKey(TABLET), PeerKey(LEAD));
    assert!(!room.note_text_open(lead));
    assert!(room.note_written(lead, false));
    room.lose(lead);
    let again = Member {
        peer: PeerKey(9),
        ..member(LEAD)
    };
    room.put(again);
    assert!(room.note_text_open(PeerKey(9)));
    assert_eq!(room.writers_but(tablet), [ParticipantId(LEAD)]);
    assert!(room.writers_but(PeerKey(9)).is_empty());
    room.leave(ParticipantId(LEAD));
    room.put(again);
    assert!(!room.note_text_open(PeerKey(9)) && room.writers_but(tablet).is_empty());
}

#[test]
fn of_several_drops_in_a_row_the_first_is_told() {
    let mut room = room(&[TABLET]);
    let drops = [true, true, false, true, true];
    let told = drops.map(|is_dropped| room.note_written(PeerKey(TABLET), is_dropped));
    assert_eq!(told, [true, false, true, true, false]);
}

#[test]
fn a_new_epoch_begins_when_fewer_than_two_who_count_are_left() {
    let mut room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER]);
    assert!(room.take_media_up(|_| true));
    assert!(!room.leave(ParticipantId(COLLEAGUE)));
    assert!(!room.take_media_up(|_| true));
    assert!(room.lose(PeerKey(LEAD)));
    room.put(Member {
        peer: PeerKey(7),
        ..member(LEAD)
    });
    assert!(room.take_media_up(|_| true));
}

#[test]
fn everybody_sees_the_others_by_precedence_and_then_in_the_order_of_joining() {
    let room = room(&[GUEST, OBSERVER, LEAD, TABLET, COLLEAGUE]);
    let (tablet, lead, colleague, guest) = (Some(TABLET), Some(LEAD), Some(COLLEAGUE), Some(GUEST));
    assert_eq!(seen_by(&room, TABLET), [lead, colleague, guest]);
    assert_eq!(seen_by(&room, LEAD), [tablet, colleague, guest]);
    assert_eq!(seen_by(&room, COLLEAGUE), [tablet, lead, guest]);
    assert_eq!(seen_by(&room, GUEST), [tablet, lead, colleague]);
    assert_eq!(seen_by(&room, OBSERVER), [tablet, lead, colleague, guest]);
}

#[test]
fn a_lost_lead_keeps_the_main_picture_until_it_leaves() {
    let mut room = room(&[TABLET, LEAD, GUEST, COLLEAGUE]);
    room.lose(PeerKey(LEAD));
    let (colleague, guest) = (Some(COLLEAGUE), Some(GUEST));
    assert_eq!(seen_by(&room, TABLET), [None, colleague, guest]);
    room.put(Member {
        peer: PeerKey(9),
        ..member(LEAD)
    });
    assert_eq!(seen_by(&room, TABLET), [Some(9), colleague, guest]);
    room.lose(PeerKey(9));
    room.leave(ParticipantId(LEAD));
    assert_eq!(seen_by(&room, TABLET), [colleague, guest]);
}

#[test]
fn a_guest_is_nobodys_main_picture() {
    let mut room = room(&[GUEST, TABLET]);
    assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
    room.put(member(LEAD));
    assert_eq!(seen_by(&room, TABLET), [Some(LEAD), Some(GUEST)]);
    room.leave(ParticipantId(LEAD));
    assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
}

#[test]
fn whoever_sends_no_picture_keeps_the_place_of_it_so_that_voices_and_pictures_agree() {
    let mut room = room(&[TABLET, GUEST]);
    room.put(Member {
        publishes: [true, false],
        ..member(LEAD)
    });
    assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
    let heard = (0..2).map(|number| room.source(PeerKey(TABLET), 0, number));
    let expected = [LEAD, GUEST].map(|peer| Some(PeerKey(peer)));
    assert!(heard.eq(expected));
}

#[test]
fn whoever_changes_standing_changes_place() {
    let mut room = room(&[TABLET, LEAD, GUEST]);
    room.put(Member {
        standing: member(LEAD).standing,
        ..member(GUEST)
    });
    room.put(Member {
        standing: member(GUEST).standing,
        ..member(LEAD)
    });
    assert_eq!(seen_by(&room, TABLET), [Some(GUEST), Some(LEAD)]);
}
