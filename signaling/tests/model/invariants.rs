//! What must hold in every state of a model and on every way into it. Numbers in brackets are those
//! of the invariants in the property tests.

use crate::service::Service;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::core::{Core, Step};
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::ids::{CallId, GuestId, InterpreterId};
use passerelle_signaling::state::{
    Appointment, Call, Duty, Interpreter, Observer, Phase, Presence, State,
};
use passerelle_signaling::view::Availability;

/// The promise that is broken, in words.
pub(crate) type Broken = Option<&'static str>;

/// Checks one step: the command, the core before it and after it.
pub(crate) fn of_step(command: &Command, before: &Core, after: &Core, step: &Step) -> Broken {
    of_way(before.state(), after.state(), step)
        .or_else(|| of_consent(command, before.state(), step))
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
            Event::Offered {
                call, interpreter, ..
            } if state.interpreter(*interpreter).is_some_and(|one| one.held) => {
                // Whoever is kept free for an appointment is called by name alone.
                let assigned = state.call(*call).and_then(|call| call.search.assigned);
                assigned.is_some_and(|(only, _)| only == *interpreter)
            }
            Event::Offered { call, .. }
            | Event::Assigned { call, .. }
            | Event::AssignmentEnded { call }
            | Event::Widened { call, .. }
            | Event::CooldownEnded { call, .. }
            | Event::SearchEnded { call } => state
                .call(*call)
                .is_some_and(|call| call.searched().is_some()),
            Event::ColleagueUp { call } | Event::ColleagueLeft { call, .. } => state
                .call(*call)
                .is_some_and(|call| call.colleague.is_some()),
            Event::TakenOver { call, .. } => state
                .call(*call)
                .is_some_and(|call| call.colleague_up().is_some()),
            Event::MediaUp { call } | Event::ConnectFailed { call, .. } => {
                matches!(phase(&state, call), Some(Phase::Connecting { .. }))
            }
            Event::AppointmentTaken { appointment, .. }
            | Event::AppointmentReleased { appointment }
            | Event::AppointmentHeld { appointment }
            | Event::AppointmentDue { appointment, .. }
            | Event::AppointmentEnded { appointment, .. } => {
                state.appointment(*appointment).is_some()
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
            Event::Accepted { .. } => {
                let call = ringing.and_then(|call| state.call(call));
                call.is_some_and(|call| {
                    matches!(call.phase, Phase::Connecting { .. }) || call.colleague.is_some()
                })
            }
            Event::MediaUp { call } => matches!(phase(&state, call), Some(Phase::Active { .. })),
            _ => true,
        };
        if !arrived {
            return Some("an event does not lead where it says (I8)");
        }
    }
    (state != *after).then_some("the entries of the step do not give its state (I23)")
}

/// A coordinator looks on after the visitor's yes to the last question, and comes back after it.
fn of_consent(command: &Command, before: &State, step: &Step) -> Broken {
    let looked_on = |call| {
        let observer = before.call(call).and_then(|call| call.observer);
        observer == Some(Observer::There)
    };
    let strange = |entry: &Entry| match entry.event {
        Event::ObserverAdmitted { call, .. } => match *command {
            Command::Consent { agree, .. } => !agree,
            Command::ObserverUp { up, .. } => up || !looked_on(call),
            _ => true,
        },
        Event::ObserverUp { call } => !before.call(call).is_some_and(Call::is_observed),
        _ => false,
    };
    let strange = step.entries.iter().any(strange);
    strange.then_some("somebody looks on without the visitor's yes (I5)")
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

/// Nobody ends or answers what is not theirs, however they come by its number.
pub(crate) fn of_strangers(core: &Core) -> Broken {
    let state = core.state();
    let mut foreign = Vec::new();
    for (call, live) in state.calls() {
        let tablets = state.tablets().map(|(id, _)| id);
        let tablets = tablets.filter(|id| *id != live.tablet).map(Party::Tablet);
        let people = || state.interpreters().map(|(id, _)| id);
        let others = people().filter(|id| live.role_of(*id).is_none());
        let parties = tablets.chain(others.map(Party::Interpreter));
        let parties: Vec<Party> = parties.chain([Party::Guest(GuestId(0))]).collect();
        for party in parties {
            foreign.extend([
                Command::HangUp { party, call },
                Command::InviteGuest { party, call },
                Command::RemoveGuest { party, call },
            ]);
            if let Party::Tablet(tablet) = party {
                let agree = live.observer.is_some();
                foreign.push(Command::Consent {
                    tablet,
                    call,
                    agree,
                });
            }
        }
        for (offer, ring) in &live.search.rings {
            let others = people().filter(|id| *id != ring.interpreter);
            foreign.extend(others.map(|interpreter| Command::Accept {
                interpreter,
                offer: *offer,
            }));
        }
    }
    let changes = |command: &Command| {
        let step = core.clone().handle(command, core.latest());
        !step.entries.is_empty()
    };
    let acts = foreign.iter().any(changes);
    acts.then_some("somebody ends or answers what is not theirs")
}

fn of_state(core: &Core) -> Broken {
    let state = core.state();
    let now = core.latest();
    if core.next_deadline().is_some_and(|at| at <= now) {
        return Some("a deadline that has passed was not carried out (I16)");
    }
    let seen = state.calls().any(|(id, call)| {
        let asks = matches!(call.observer, Some(Observer::Asked { .. }) | None);
        asks && core.may_join(Party::Coordinator, id)
    });
    if seen {
        return Some("a coordinator looks on without the visitor's yes (I5)");
    }
    let kept = |id| {
        let near = |made: &Appointment| made.interpreter == Some(id) && made.is_held();
        state.appointments().any(near)
    };
    if state.interpreters().any(|(id, one)| one.held != kept(id)) {
        return Some("somebody is kept free for nothing, or not for an appointment");
    }
    let calls = state.calls().find_map(|(id, call)| of_call(core, id, call));
    let people = || {
        state
            .interpreters()
            .find_map(|(id, one)| of_person(core, id, one))
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
    if call.searched().is_some() {
        if let broken @ Some(_) = of_search(core, call) {
            return broken;
        }
    } else if !rings.is_empty() {
        return Some("a call that looks for nobody still rings (I3)");
    }
    let in_it = call.colleague.map(|colleague| colleague.interpreter);
    let Some(interpreter) = call.interpreter() else {
        return in_it.map(|_| "a call that waits has a colleague (I3)");
    };
    let is_here = |id| {
        state
            .interpreter(id)
            .is_some_and(|one| one.duty == Duty::InCall(call.record.call))
    };
    if in_it == Some(interpreter) || !in_it.is_none_or(is_here) {
        return Some("a call and its colleague do not agree (I2)");
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
fn of_search(core: &Core, call: &Call) -> Broken {
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
                && search.assigned.map_or(!person.held, |(only, _)| only == id)
                && !search.cooldowns.contains_key(&id)
        });
    could.then_some("a call waits beside a free interpreter (I15)")
}

fn may_answer(person: &Interpreter) -> bool {
    person.presence == Presence::Connected && person.availability == Availability::Available
}

/// I2, I9 from the interpreter's side.
fn of_person(core: &Core, id: InterpreterId, person: &Interpreter) -> Broken {
    let (state, now) = (core.state(), core.latest());
    match person.duty {
        Duty::Free => None,
        Duty::Ringing(offer) => state
            .ring(offer)
            .is_none()
            .then_some("an interpreter is rung by nothing (I2)"),
        Duty::InCall(call) => state
            .call(call)
            .is_none_or(|call| call.role_of(id).is_none())
            .then_some("an interpreter is in a call that is over or not theirs (I2)"),
        Duty::WrapUp { ends_at, .. } => {
            let late = ends_at > now + Service::rules().wrap_up_ms;
            (ends_at <= now || late).then_some("a wrap-up without an end in time (I9)")
        }
    }
}
