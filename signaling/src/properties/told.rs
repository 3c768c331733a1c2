//! What clients are told: every change is announced, a refusal changes nothing, media ends for
//! whoever may no longer join.

use super::service::{INTERPRETERS, TABLETS};
use crate::command::{Command, Party};
use crate::core::{Core, Step};
use crate::effect::Effect;
use crate::ids::{CallId, GuestId, InterpreterId, TabletId};
use crate::state::Presence;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A command that is refused does what letting the time pass does, and nothing else; the same of
/// its second delivery.
pub(super) fn a_refusal_changes_nothing(
    before: &Core,
    command: &Command,
    now: Timestamp,
    step: &Step,
    after: &Core,
) {
    if step.rejection.is_none() {
        return;
    }
    let mut without = before.clone();
    let due = without.handle(&Command::Tick, now);
    assert_eq!(
        step.entries, due.entries,
        "{command:?} was refused and left"
    );
    assert_eq!(
        step.effects, due.effects,
        "{command:?} was refused and told"
    );
    assert_eq!(after.state(), without.state());
}

/// A client that is told nothing shows an old picture: so every change is announced.
pub(super) fn every_changed_picture_and_record_is_announced(
    before: &Core,
    after: &Core,
    effects: &[Effect],
) {
    let mut announced: BTreeSet<Party> = BTreeSet::new();
    for effect in effects {
        match effect {
            Effect::Show(party) => drop(announced.insert(*party)),
            Effect::ShowQueue(language) => announced.extend(after.audience(*language)),
            Effect::CloseRoom(_) | Effect::CloseLeg(..) | Effect::Record(_) | Effect::ShowBoard => {
            }
        }
    }
    for id in (1..=TABLETS).map(TabletId) {
        let told = announced.contains(&Party::Tablet(id));
        let same = before.tablet_view(id) == after.tablet_view(id);
        assert!(told || same, "tablet {id} not told");
    }
    for id in (1..=INTERPRETERS).map(InterpreterId) {
        let here = after.state().presence(Party::Interpreter(id)) == Some(Presence::Connected);
        let told = announced.contains(&Party::Interpreter(id));
        let same = before.interpreter_view(id) == after.interpreter_view(id);
        assert!(told || same || !here, "interpreter {id} not told");
    }
    for id in (1..after.state().next_guest().0).map(GuestId) {
        let told = announced.contains(&Party::Guest(id));
        let same = before.guest_view(id) == after.guest_view(id);
        assert!(told || same, "guest {id} not told");
    }
    let board = effects.contains(&Effect::ShowBoard);
    let same = before.board_view() == after.board_view();
    assert!(board || same, "coordinators not told");
    for id in (1..after.state().next_call().0).map(CallId) {
        let stored = effects.contains(&Effect::Record(id));
        let ended_before = before.record(id).is_some() && after.record(id).is_none();
        let same = before.record(id) == after.record(id) || ended_before;
        assert!(stored || same, "call {id}: a changed record is not stored");
    }
}

/// I5: when somebody may no longer join a call, its room is closed.
pub(super) fn media_ends_for_whoever_may_no_longer_join(
    before: &Core,
    after: &Core,
    effects: &[Effect],
) {
    for (id, call) in before.state().calls() {
        let closed = effects.contains(&Effect::CloseRoom(id));
        let colleague = call.colleague.map(|colleague| colleague.interpreter);
        let people = call.interpreter().into_iter().chain(colleague);
        let people = people.map(Party::Interpreter);
        let guest = call.guest.map(|guest| Party::Guest(guest.guest));
        let others = [Party::Tablet(call.tablet), Party::Coordinator];
        for party in people.chain(others).chain(guest) {
            let lost = before.may_join(party, id) && !after.may_join(party, id);
            let left = closed || effects.contains(&Effect::CloseLeg(id, party));
            assert!(left || !lost, "{party:?} still hears call {id} (I5)");
        }
    }
}
