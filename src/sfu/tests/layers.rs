//! A picture whose layers come and go, as browsers drop and take up those that their way up
//! carries: whoever is shown one that falls silent is shown another within a second.

use super::sight::are_continuous;
use super::virtual_room::VirtualRoom;
use super::{INTERPRETER, VISITOR};
use crate::sfu::layer::LAYERS;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// After so long without decoded frames something else is to be shown.
const GAP_MAX: Duration = SECOND;

/// All ways in which a picture can be sent: any of its layers, but one at least.
fn ways() -> impl Iterator<Item = [bool; LAYERS]> {
    (1..1u8 << LAYERS).map(|bits| std::array::from_fn(|layer| bits >> layer & 1 == 1))
}

#[test]
fn whichever_layers_fall_silent_another_is_shown_within_a_second_and_begins_with_a_keyframe() {
    for (before, after) in ways().flat_map(|one| ways().map(move |other| (one, other))) {
        let change = format!("from {before:?} to {after:?}");
        let mut room = VirtualRoom::new();
        room.join(VISITOR);
        room.join(INTERPRETER);
        room.send_layers(VISITOR, before);
        room.pass(5 * SECOND);
        let so_far = room.seen_by(INTERPRETER).len();
        let changed_at = room.now();
        room.send_layers(VISITOR, after);
        room.pass(5 * SECOND);
        let all = room.seen_by(INTERPRETER);
        assert!(are_continuous(&all), "{change}");
        let sent = &all[so_far..];
        let times = sent.iter().map(|packet| packet.at);
        let times: Vec<_> = [changed_at].into_iter().chain(times).collect();
        let gap = times.windows(2).map(|two| two[1] - two[0]).max();
        assert!(gap.is_some_and(|gap| gap <= GAP_MAX), "{change}: {gap:?}");
        let last = sent.last().expect("what was just looked at");
        assert!(room.now() - last.at < GAP_MAX, "{change}");
        let first = &sent[0];
        let shown_went = first.at - changed_at > Duration::from_millis(100);
        assert!(!shown_went || first.begins, "{change}");
    }
}
