//! Who may be rung, and that both sides of every ring and call say the same (I1 to I5, I11).

use super::order::{need, rested, takes_by};
use crate::command::Party;
use crate::core::Core;
use crate::event::{Entry, Event};
use crate::ids::{InterpreterId, TabletId};
use crate::need::Pool;
use crate::state::{Duty, Phase, Presence, State};
use crate::steps::Width;
use crate::time::Timestamp;
use crate::view::Availability;

/// I1: at the moment of a ring there are fewer than the step's width, and none beside an assigned
/// one. A later configuration may make the step narrower; rings under way then run out.
pub(super) fn nobody_is_rung_beyond_the_width_of_the_step(state: &State, entry: &Entry) {
    let Event::Offered { call, .. } = entry.event else {
        return;
    };
    let call = state.call(call).expect("a ring is for a call");
    let step = call.search.step as usize;
    let width = match state.configuration().step(need(call).language, step).ring {
        Width::Some(width) => width as usize,
        Width::All => usize::MAX,
    };
    let rings = call.search.rings.len();
    assert!(rings < width, "{rings} already ring (I1)");
    let assigned = call.search.assigned.is_some();
    assert!(!assigned || rings == 0, "others ring beside the assigned");
}

/// I4, I11: at the moment of a ring the call waits, its tablet is there, and the person is free,
/// connected, available, qualified and rested, in reach of the step unless assigned.
pub(super) fn only_who_is_there_free_and_qualified_is_rung(state: &State, entry: &Entry) {
    let Event::Offered {
        call, interpreter, ..
    } = entry.event
    else {
        return;
    };
    let call = state.call(call).expect("a ring is for a call");
    let searched = call.phase == Phase::Waiting || call.sought.is_some();
    assert!(searched, "rung for an accepted call (I4)");
    let tablet = state.tablet(call.tablet).map(|tablet| tablet.presence);
    assert_eq!(
        tablet,
        Some(Presence::Connected),
        "the visitor is away (I4)"
    );
    let person = state.interpreter(interpreter).expect("somebody is rung");
    assert_eq!(person.presence, Presence::Connected, "not connected (I4)");
    assert_eq!(person.availability, Availability::Available, "away (I4)");
    assert_eq!(person.duty, Duty::Free, "busy (I2, I4)");
    let configuration = state.configuration();
    let step = configuration.step(need(call).language, call.search.step as usize);
    let qualification = &person.qualification;
    let modes = takes_by(qualification, &need(call), step.audio);
    assert!(
        !modes.is_empty(),
        "unqualified, or by audio too early (I11)"
    );
    let fresh = modes
        .iter()
        .any(|mode| rested(person, *mode, configuration));
    assert!(fresh, "owes rest (I4)");
    match call.search.assigned {
        Some((assigned, _)) => assert_eq!(assigned, interpreter, "not the one assigned"),
        None => {
            let tier = qualification.skills[&need(call).language].tier;
            assert!(tier <= step.tier_max, "a tier too early (I4)");
            let reached = step.overflow || qualification.pool == Pool::Own;
            assert!(reached, "the partner too early (I4)");
        }
    }
}

/// I2, I3: one live offer or call per interpreter, one accepted offer per call, and both sides name
/// each other.
pub(super) fn rings_and_calls_agree_on_both_sides(state: &State) {
    for (id, call) in state.calls() {
        let tablet = state.tablet(call.tablet);
        let tablet = tablet.unwrap_or_else(|| panic!("call {id} has lost its tablet"));
        assert_eq!(tablet.call, Some(id), "call {id} is not its tablet's");
        assert_eq!(
            call.there,
            tablet.presence == Presence::Connected,
            "call {id} and its tablet disagree on its presence"
        );
        for (offer, ring) in &call.search.rings {
            let person = state.interpreter(ring.interpreter);
            let duty = person.map(|person| person.duty);
            assert_eq!(duty, Some(Duty::Ringing(*offer)), "a ring nobody hears");
            assert_eq!(state.ring(*offer).map(|(call, ..)| call), Some(id));
        }
        match call.phase {
            Phase::Waiting => assert_eq!(call.record.connected_at, None),
            Phase::Connecting { interpreter, .. } | Phase::Active { interpreter, .. } => {
                let quiet = call.search.rings.is_empty() || call.sought.is_some();
                assert!(quiet, "rings on after an accept (I3)");
                let colleague = call.colleague.map(|colleague| colleague.interpreter);
                for person in [Some(interpreter), colleague].into_iter().flatten() {
                    let duty = state.interpreter(person).map(|person| person.duty);
                    assert_eq!(duty, Some(Duty::InCall(id)), "accepted by nobody (I3)");
                }
                assert_ne!(colleague, Some(interpreter), "a colleague of oneself");
            }
        }
    }
    for (id, person) in state.interpreters() {
        let agreed = match person.duty {
            Duty::Ringing(offer) => state.ring(offer).map(|(.., ring)| ring.interpreter),
            Duty::InCall(call) => {
                let role = state.call(call).and_then(|call| call.role_of(id));
                role.map(|_| id)
            }
            Duty::Free | Duty::WrapUp { .. } => Some(id),
        };
        assert_eq!(agreed, Some(id), "{id} is busy with nothing (scenario 6)");
        let working = matches!(person.duty, Duty::InCall(_));
        assert_eq!(person.work.now.is_some(), working, "{id} works in no call");
    }
}

/// I5: media is for the tablet and the interpreters of an accepted call, and nobody else.
pub(super) fn only_the_two_sides_of_an_accepted_call_may_join(core: &Core) {
    let state = core.state();
    let people = || (1..=6).map(InterpreterId).map(Party::Interpreter);
    let tablets = || (1..=4).map(TabletId).map(Party::Tablet);
    for number in 1..state.next_call().0 + 1 {
        let id = crate::ids::CallId(number);
        let allowed: Vec<Party> = tablets()
            .chain(people())
            .filter(|party| core.may_join(*party, id))
            .collect();
        let sides = state.call(id).and_then(|call| {
            let interpreter = call.interpreter()?;
            let colleague = call.colleague.map(|colleague| colleague.interpreter);
            let mut people: Vec<_> = colleague.into_iter().chain([interpreter]).collect();
            people.sort_unstable();
            let people = people.into_iter().map(Party::Interpreter);
            let tablet = [Party::Tablet(call.tablet)];
            Some(tablet.into_iter().chain(people).collect::<Vec<_>>())
        });
        assert_eq!(allowed, sides.unwrap_or_default(), "call {id} (I5)");
    }
}

/// I9, I16: no call waits past its longest wait unless somebody is just rung, nor at a step whose
/// successor has begun.
pub(super) fn no_call_waits_past_its_moments(state: &State, now: Timestamp) {
    let configuration = state.configuration();
    for (id, call) in state.calls().filter(|(_, call)| call.is_waiting()) {
        let (language, queued_at) = (call.need.language, call.record.queued_at);
        let over = queued_at + configuration.wait_max(language) <= now;
        assert!(
            !over || !call.search.rings.is_empty(),
            "call {id} is over (I9)"
        );
        let next = configuration.next_step_after(language, call.search.step as usize);
        let begun = next.is_some_and(|after| queued_at + after <= now);
        assert!(!begun, "call {id} has not widened (I16)");
    }
}

/// Whoever has left the directory stays only for a call or a callback, and nothing else is kept.
pub(super) fn nothing_is_kept_without_a_reason(state: &State) {
    let directory = state.configuration();
    for (id, tablet) in state.tablets() {
        let awaited = state.callbacks().any(|callback| callback.tablet == id);
        let kept = directory.tablets.contains_key(&id) || tablet.call.is_some() || awaited;
        assert!(kept, "tablet {id} left the directory and is still here");
    }
    for (id, person) in state.interpreters() {
        let kept = directory.interpreters.contains_key(&id) || person.duty != Duty::Free;
        assert!(
            kept,
            "interpreter {id} left the directory and is still here"
        );
    }
    for callback in state.callbacks() {
        let tablet = state.tablet(callback.tablet);
        assert!(tablet.is_some(), "a callback to a tablet that is gone");
    }
}
