//! What must hold in every state of a model and on every way into it. Numbers in brackets are those
//! of the invariants in the property tests.

use crate::service::Service;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::core::{Core, Step};
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::state::{Call, Duty, Interpreter, Phase, Presence, State};
use passerelle_signaling::view::Availability;

/// The promise that is broken, in words.
pub(crate) type Broken = Option<&'static str>;

/// Checks one step: the command, the core before it and after it.
pub(crate) fn of_step(command: &Command, before: &Core, after: &Core, step: &Step) -> Broken {
    of_way(before.state(), after.state(), step)
        .or_else(|| of_state(after))
        .or_else(|| of_repetition(command, after))
}

/// I6, I8, I23: each event does what it says, from a state it may happen in, and all of them
/// together are the step.
fn of_way(before: &State, after: &State, step: &Step) -> Broken {
    let mut state = before.clone();
    for entry in &step.entries {
        let phase = |state: &State, id: &CallId| state.call(*id).map(|call| call.phase);
        let ringing = match &entry.event {
            Event::Accepted { offer, .. } => state.ring(*offer).map(|(id, ..)| id),
            _ => None,
        };
        let legal = match &entry.event {
            Event::CallQueued { call, .. } => phase(&state, call).is_none(),
            Event::CallEnded { call, .. } => phase(&state, call).is_some(),
            Event::Accepted { .. } => ringing.is_some(),
            Event::OfferClosed { offer, .. } => state.ring(*offer).is_some(),
            Event::Offered { call, .. }
            | Event::Assigned { call, .. }
            | Event::AssignmentEnded { call }
            | Event::Widened { call, .. }
            | Event::CooldownEnded { call, .. } => phase(&state, call) == Some(Phase::Waiting),
            Event::MediaUp { call } | Event::ConnectFailed { call, .. } => {
                matches!(phase(&state, call), Some(Phase::Connecting { .. }))
            }
            Event::CallbackRung { callback, .. } | Event::CallbackEnded { callback, .. } => {
                state.callback(*callback).is_some()
            }
            _ => true,
        };
        if !legal {
            return Some("an event happens in a state it cannot happen in (I8)");
        }
        state.apply(entry);
        let arrived = match &entry.event {
            Event::CallQueued { call, .. } | Event::ConnectFailed { call, .. } => {
                phase(&state, call) == Some(Phase::Waiting)
            }
            Event::CallEnded { call, .. } => phase(&state, call).is_none(),
            Event::Accepted { .. } => ringing
                .is_some_and(|call| matches!(phase(&state, &call), Some(Phase::Connecting { .. }))),
            Event::MediaUp { call } => matches!(phase(&state, call), Some(Phase::Active { .. })),
            _ => true,
        };
        if !arrived {
            return Some("an event does not lead where it says (I8)");
        }
    }
    (state != *after).then_some("the entries of the step do not give its state (I23)")
}

/// Twice is once: the same command again changes nothing, or is refused.
fn of_repetition(command: &Command, after: &Core) -> Broken {
    let anew = matches!(command, Command::Restarted | Command::Tick);
    let again = !anew
        && !after
            .clone()
            .handle(command, after.latest())
            .entries
            .is_empty();
    again.then_some("the same command again changes something")
}

fn of_state(core: &Core) -> Broken {
    let state = core.state();
    let now = core.latest();
    if core.next_deadline().is_some_and(|at| at <= now) {
        return Some("a deadline that has passed was not carried out (I16)");
    }
    let calls = state.calls().find_map(|(id, call)| of_call(core, id, call));
    let people = || {
        state
            .interpreters()
            .find_map(|(_, one)| of_person(core, one))
    };
    calls.or_else(people)
}

/// I1, I2, I3, I9, I15 from the call's side.
fn of_call(core: &Core, id: CallId, call: &Call) -> Broken {
    let (state, now, rules) = (core.state(), core.latest(), Service::rules());
    let step = state
        .configuration()
        .step(call.need.language, call.search.step as usize);
    let rings = &call.search.rings;
    if state
        .tablet(call.tablet)
        .is_none_or(|tablet| tablet.call != Some(id))
    {
        return Some("a call is not its tablet's");
    }
    let narrower = call.search.assigned.is_some() && rings.len() > 1;
    if narrower || (!rings.is_empty() && !step.ring.admits(rings.len() - 1)) {
        return Some("more interpreters are rung than the step says (I1)");
    }
    for (offer, ring) in rings {
        let rung = state.interpreter(ring.interpreter);
        if !rung.is_some_and(|one| one.duty == Duty::Ringing(*offer) && may_answer(one)) {
            return Some("somebody is rung who cannot answer (I4)");
        }
        if call.search.cooldowns.contains_key(&ring.interpreter) {
            return Some("somebody is rung again before the cooldown is over (I10)");
        }
        if ring.expires_at <= now || ring.expires_at > now + rules.offer_ms {
            return Some("a ring without an end in time (I9)");
        }
    }
    let Some(interpreter) = call.interpreter() else {
        return of_waiting(core, call);
    };
    if !rings.is_empty() {
        return Some("a call that is accepted still rings (I3)");
    }
    if state
        .interpreter(interpreter)
        .is_none_or(|one| one.duty != Duty::InCall(id))
    {
        return Some("a call and its interpreter do not agree (I2)");
    }
    match call.phase {
        Phase::Connecting { connect_by, .. }
            if connect_by <= now || connect_by > now + rules.connect_ms =>
        {
            Some("a connection without an end in time (I9)")
        }
        _ => None,
    }
}

/// I15: whoever can be rung is rung.
fn of_waiting(core: &Core, call: &Call) -> Broken {
    let state = core.state();
    let search = &call.search;
    let step = state
        .configuration()
        .step(call.need.language, search.step as usize);
    let there = state.presence(Party::Tablet(call.tablet)) == Some(Presence::Connected);
    let full = !step.ring.admits(search.rings.len())
        || (search.assigned.is_some() && !search.rings.is_empty());
    let could = there
        && !full
        && state.interpreters().any(|(id, person)| {
            may_answer(person)
                && person.duty == Duty::Free
                && search.assigned.is_none_or(|(only, _)| only == id)
                && !search.cooldowns.contains_key(&id)
        });
    could.then_some("a call waits beside a free interpreter (I15)")
}

fn may_answer(person: &Interpreter) -> bool {
    person.presence == Presence::Connected && person.availability == Availability::Available
}

/// I2, I9 from the interpreter's side.
fn of_person(core: &Core, person: &Interpreter) -> Broken {
    let (state, now) = (core.state(), core.latest());
    match person.duty {
        Duty::Free => None,
        Duty::Ringing(offer) => state
            .ring(offer)
            .is_none()
            .then_some("an interpreter is rung by nothing (I2)"),
        Duty::InCall(call) => state
            .call(call)
            .is_none()
            .then_some("an interpreter is in a call that is over (I2)"),
        Duty::WrapUp { ends_at, .. } => {
            let late = ends_at > now + Service::rules().wrap_up_ms;
            (ends_at <= now || late).then_some("a wrap-up without an end in time (I9)")
        }
    }
}
