//! Whatever happens in a room, a publisher is asked for keyframes through its one limiter, and
//! whoever begins to see somebody sees them soon.

use super::virtual_room::VirtualRoom;
use super::{COLLEAGUE, GUEST, INTERPRETER, VISITOR};
use crate::sfu::limits::KEYFRAME_INTERVAL;
use proptest::prelude::*;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

/// A layer that fell silent is noticed after half a second (`published::LAYER_SILENT`), the request
/// for another waits for its interval at the longest, and its answer for the client; two frames of
/// the virtual cameras on top.
const SEEN_WITHIN: Duration = Duration::from_millis(500 + 300 + 100 + 2 * 50);

/// What can happen, to one of those in the room.
#[derive(Clone, Debug)]
enum Happens {
    /// It joins; again, if it is there, upon which it has two connections.
    Joins(usize),
    Leaves(usize),
    /// Its connection is lost.
    IsLost(usize),
    /// It asks for keyframes of everything it is sent, so often in a row.
    Storms(usize, u8),
    /// Nothing comes of it for some time, but then.
    FallsSilent(usize),
    /// The way to it carries so much.
    HasWay(usize, u32),
    /// It sends these layers from now on.
    Sends(usize, [bool; 3]),
    /// Its numbering begins anew.
    BeginsAnew(usize),
    /// Its page is shown, or goes out of sight.
    IsShown(usize, bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    let who = 0..4_usize;
    prop_oneof![
        2 => who.clone().prop_map(Happens::Joins),
        1 => who.clone().prop_map(Happens::Leaves),
        1 => who.clone().prop_map(Happens::IsLost),
        4 => (who.clone(), 1..20_u8).prop_map(|(who, times)| Happens::Storms(who, times)),
        1 => who.clone().prop_map(Happens::FallsSilent),
        3 => (who.clone(), 40_000..2_000_000_u32).prop_map(|(who, bps)| Happens::HasWay(who, bps)),
        2 => (who.clone(), any::<[bool; 2]>())
            .prop_map(|(who, [middle, large])| Happens::Sends(who, [true, middle, large])),
        1 => who.clone().prop_map(Happens::BeginsAnew),
        2 => (who, any::<bool>()).prop_map(|(who, shown)| Happens::IsShown(who, shown)),
    ]
}

fn let_happen(room: &mut VirtualRoom, happens: &Happens) {
    const PEOPLE: [crate::sfu::ParticipantId; 4] = [VISITOR, INTERPRETER, COLLEAGUE, GUEST];
    match *happens {
        Happens::Joins(who) => room.join(PEOPLE[who]),
        Happens::Leaves(who) => room.leave(PEOPLE[who]),
        Happens::IsLost(who) => room.lose(PEOPLE[who]),
        Happens::Storms(who, times) => {
            for _ in 0..times {
                room.ask_for_all(PEOPLE[who]);
                room.pass(20 * MS);
            }
        }
        Happens::FallsSilent(who) => room.fall_silent(PEOPLE[who], 1200 * MS),
        Happens::HasWay(who, bps) => room.give_way(PEOPLE[who], bps.into()),
        Happens::Sends(who, layers) => room.send_layers(PEOPLE[who], layers),
        Happens::BeginsAnew(who) => room.begin_numbering_anew(PEOPLE[who]),
        Happens::IsShown(who, shown) => room.show(PEOPLE[who], shown),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_requests_keep_their_distance_and_whoever_begins_to_see_sees(
        story in proptest::collection::vec((happens(), 0_u64..900), 1..40)
    ) {
        let mut room = VirtualRoom::new();
        room.join(VISITOR);
        room.join(INTERPRETER);
        for (happens, then) in &story {
            let_happen(&mut room, happens);
            room.pass(Duration::from_millis(*then));
            prop_assert!(room.longest_wait() <= SEEN_WITHIN, "{:?}", room.longest_wait());
        }
        room.pass(3000 * MS);
        prop_assert!(room.longest_wait() <= SEEN_WITHIN, "{:?}", room.longest_wait());
        for asked in room.asked() {
            let mut pairs = asked.windows(2);
            prop_assert!(pairs.all(|pair| pair[1] - pair[0] >= KEYFRAME_INTERVAL), "{asked:?}");
        }
        let asked: usize = room.asked().map(<[_]>::len).sum();
        prop_assert_eq!(room.requests_counted(), asked as u64);
    }
}

#[test]
fn three_who_ask_five_times_a_second_for_a_minute_cost_a_publisher_little() {
    let mut room = VirtualRoom::new();
    for participant in [VISITOR, INTERPRETER, COLLEAGUE, GUEST] {
        room.join(participant);
        room.send_layers(participant, [true; 3]);
    }
    // Until the keyframes of the beginning are old.
    room.pass(10_000 * MS);
    let (before, wait) = (room.traffic_of(VISITOR), room.longest_wait());
    assert!(wait > Duration::ZERO && wait <= SEEN_WITHIN, "{wait:?}");
    for _ in 0..300 {
        for participant in [INTERPRETER, COLLEAGUE, GUEST] {
            room.ask_for_all(participant);
            room.pass(200 * MS / 3);
        }
    }
    let after = room.traffic_of(VISITOR);
    let requests = after.requests - before.requests;
    let share =
        (after.keyframe_bytes - before.keyframe_bytes) as f64 / (after.bytes - before.bytes) as f64;
    assert!((10..=30).contains(&requests), "{requests} in 60 s");
    assert!(share <= 0.10, "{share} of the bytes are keyframes'");
    assert_eq!(room.longest_wait(), wait, "every picture goes on");
}

/// A visitor whose large picture the interpreter has seen for a while.
fn watched_visitor() -> VirtualRoom {
    let mut room = VirtualRoom::new();
    room.join(VISITOR);
    room.join(INTERPRETER);
    room.send_layers(VISITOR, [true; 3]);
    room.pass(10_000 * MS);
    room
}

#[test]
fn who_misses_more_than_can_be_repaired_soon_sees_a_keyframe_next_which_is_asked_for_at_once() {
    let mut room = watched_visitor();
    let before = room.traffic_of(VISITOR).requests;
    room.miss(INTERPRETER, 2000 * MS);
    assert_eq!(room.traffic_of(VISITOR).requests, before + 1);
    // What is still missed of the time before is no reason to ask again, nor is it repaired.
    let repairs = room.repairs_to(INTERPRETER);
    room.miss(INTERPRETER, 2000 * MS);
    assert_eq!(room.repairs_to(INTERPRETER), repairs);
    room.pass(3000 * MS);
    assert_eq!(room.traffic_of(VISITOR).requests, before + 1);
    assert!(
        room.longest_wait() <= SEEN_WITHIN,
        "{:?}",
        room.longest_wait()
    );
    assert_eq!(room.begun_anew(), 1);
}

#[test]
fn what_can_be_repaired_soon_is_repaired_and_costs_no_keyframe() {
    let mut room = watched_visitor();
    let before = room.traffic_of(VISITOR).requests;
    room.miss(INTERPRETER, 100 * MS);
    assert_eq!(room.repairs_to(INTERPRETER), 2);
    room.pass(3000 * MS);
    assert_eq!(room.traffic_of(VISITOR).requests, before);
    assert_eq!(room.begun_anew(), 0);
}
