//! What the driver must do once the events are durable: tell clients, close rooms. Effects carry
//! numbers only; the driver computes the pictures from the state when it carries them out.

use crate::command::Party;
use crate::event::Event;
use crate::ids::{CallId, InterpreterId};
use crate::state::{Duty, State};
use crate::tag::Language;
use std::collections::BTreeSet;

/// An output of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The call's media ends for everybody in it.
    CloseRoom(CallId),
    /// This party's media in the call ends; the others go on.
    CloseLeg(CallId, Party),
    /// The record of this call has changed; it is stored with the events.
    Record(CallId),
    /// The picture of this client may have changed.
    Show(Party),
    /// Places in this language's queue, or who is on duty for it, have changed: the picture of
    /// everybody in [`crate::core::Core::audience`] may have.
    ShowQueue(Language),
    /// The coordinators' picture has changed.
    ShowBoard,
}

/// Adds what `event` means for everybody concerned in `state`. Called with the state before the
/// event and again with the state after it, because an event changes who is concerned.
pub(crate) fn effects(state: &State, event: &Event, out: &mut BTreeSet<Effect>) {
    out.insert(Effect::ShowBoard);
    match event {
        Event::Configured { .. } | Event::OpeningChanged { .. } | Event::Forced { .. } => {
            out.extend(
                state
                    .tablets()
                    .map(|(id, _)| Effect::Show(Party::Tablet(id))),
            );
            let people = state.interpreters();
            out.extend(people.map(|(id, _)| Effect::Show(Party::Interpreter(id))));
        }
        Event::Connected { party } | Event::Disconnected { party, .. } | Event::Gone { party } => {
            of_party(state, *party, out);
        }
        Event::CallQueued { call, .. }
        | Event::MediaUp { call }
        | Event::Widened { call, .. }
        | Event::Prioritised { call, .. }
        | Event::Assigned { call, .. }
        | Event::AssignmentEnded { call }
        | Event::Moved { call, .. }
        | Event::ColleagueSought { call, .. }
        | Event::SearchEnded { call }
        | Event::ColleagueUp { call }
        | Event::SubjectSet { call, .. } => of_call(state, *call, out),
        Event::CallEnded { call, .. } | Event::ConnectFailed { call, .. } => {
            out.insert(Effect::CloseRoom(*call));
            of_call(state, *call, out);
        }
        Event::Offered {
            call, interpreter, ..
        } => {
            of_call(state, *call, out);
            out.insert(Effect::Show(Party::Interpreter(*interpreter)));
        }
        Event::OfferClosed { offer, .. } | Event::Accepted { offer, .. } => {
            if let Some((call, ..)) = state.ring(*offer) {
                of_call(state, call, out);
            }
        }
        Event::Aged { call } => {
            of_call(state, *call, out);
            let made = state.callback(*call);
            out.extend(made.map(|made| Effect::Show(Party::Tablet(made.tablet))));
        }
        Event::CooldownEnded { .. } => {}
        _ => {
            of_promise(state, event, out);
            of_onlooker(state, event, out);
            of_person(state, event, out);
        }
    }
}

/// Events about visitors who come back.
fn of_promise(state: &State, event: &Event, out: &mut BTreeSet<Effect>) {
    match event {
        Event::CallbackMade { callback, .. }
        | Event::CallbackRung { callback, .. }
        | Event::CallbackMissed { callback, .. }
        | Event::CallbackReady { callback }
        | Event::CallbackChanged { callback, .. }
        | Event::CallbackEnded { callback, .. } => {
            out.insert(Effect::Record(*callback));
            let made = state.callback(*callback);
            out.extend(made.map(|made| Effect::Show(Party::Tablet(made.tablet))));
        }
        Event::AppointmentMade { appointment, .. }
        | Event::AppointmentTaken { appointment, .. }
        | Event::AppointmentReleased { appointment }
        | Event::AppointmentHeld { appointment }
        | Event::AppointmentDue { appointment, .. }
        | Event::AppointmentLate { appointment }
        | Event::AppointmentEnded { appointment, .. } => {
            of_appointment(state, *appointment, out);
        }
        Event::ColleagueLeft { call, interpreter }
        | Event::TakenOver {
            call,
            from: interpreter,
            ..
        } => {
            let party = Party::Interpreter(*interpreter);
            out.insert(Effect::CloseLeg(*call, party));
            out.insert(Effect::Show(party));
            of_call(state, *call, out);
        }
        // The others are dealt with elsewhere.
        _ => {}
    }
}

/// Events about who else is in a conversation.
fn of_onlooker(state: &State, event: &Event, out: &mut BTreeSet<Effect>) {
    match event {
        Event::ObserverAsked { call, .. }
        | Event::ObserverAdmitted { call, .. }
        | Event::ObserverUp { call }
        | Event::GuestInvited { call, .. }
        | Event::GuestUp { call } => of_call(state, *call, out),
        Event::ObserverLeft { call, .. } => {
            out.insert(Effect::CloseLeg(*call, Party::Coordinator));
            of_call(state, *call, out);
        }
        Event::GuestLeft { call, guest } => {
            let party = Party::Guest(*guest);
            out.insert(Effect::CloseLeg(*call, party));
            out.insert(Effect::Show(party));
            of_call(state, *call, out);
        }
        // The others are dealt with elsewhere.
        _ => {}
    }
}

/// Events about one interpreter.
fn of_person(state: &State, event: &Event, out: &mut BTreeSet<Effect>) {
    match event {
        Event::AvailabilitySet { interpreter, .. }
        | Event::Paused { interpreter, .. }
        | Event::SetAwayAfterMisses { interpreter }
        | Event::WrapUpStarted { interpreter, .. }
        | Event::WrapUpExtended { interpreter, .. }
        | Event::WrapUpEnded { interpreter }
        | Event::ReliefDue { interpreter }
        | Event::StopReached { interpreter }
        | Event::Rested { interpreter }
        | Event::HelpAsked { interpreter, .. } => of_interpreter(state, *interpreter, out),
        // The others are dealt with elsewhere.
        _ => {}
    }
}

/// The counter, and everybody who could take it or has.
fn of_appointment(state: &State, id: CallId, out: &mut BTreeSet<Effect>) {
    let Some(made) = state.appointment(id) else {
        return;
    };
    out.insert(Effect::Record(id));
    out.insert(Effect::Show(Party::Tablet(made.tablet)));
    out.insert(Effect::ShowQueue(made.need.language));
    // Whoever is kept free is on duty for nothing else meanwhile.
    if let Some(interpreter) = made.interpreter {
        of_interpreter(state, interpreter, out);
    }
}

fn of_call(state: &State, id: CallId, out: &mut BTreeSet<Effect>) {
    let Some(call) = state.call(id) else { return };
    out.insert(Effect::Record(id));
    out.insert(Effect::Show(Party::Tablet(call.tablet)));
    out.insert(Effect::ShowQueue(call.record.language));
    let rung = call.search.rings.values().map(|ring| ring.interpreter);
    let colleague = call.colleague.map(|colleague| colleague.interpreter);
    let concerned = rung.chain(call.interpreter()).chain(colleague);
    out.extend(concerned.map(|interpreter| Effect::Show(Party::Interpreter(interpreter))));
    out.extend(
        call.guest
            .map(|guest| Effect::Show(Party::Guest(guest.guest))),
    );
}

/// A party that comes or goes: its own picture, that of the other side of its call, and for an
/// interpreter who is on duty.
fn of_party(state: &State, party: Party, out: &mut BTreeSet<Effect>) {
    out.insert(Effect::Show(party));
    match party {
        Party::Tablet(id) => {
            let call = state.tablet(id).and_then(|tablet| state.call(tablet.call?));
            if let Some(call) = call {
                of_call(state, call.record.call, out);
            }
        }
        Party::Interpreter(id) => of_interpreter(state, id, out),
        Party::Guest(id) => {
            if let Some((call, _)) = state.guest(id) {
                of_call(state, call.record.call, out);
            }
        }
        Party::Coordinator => {}
    }
}

fn of_interpreter(state: &State, id: InterpreterId, out: &mut BTreeSet<Effect>) {
    out.insert(Effect::Show(Party::Interpreter(id)));
    let Some(person) = state.interpreter(id) else {
        return;
    };
    out.extend(
        person
            .qualification
            .skills
            .keys()
            .map(|language| Effect::ShowQueue(*language)),
    );
    if let Duty::InCall(call) = person.duty {
        of_call(state, call, out);
    }
}
