//! Two states are the same for a model when nothing that can follow differs: moments count relative
//! to now, past ones by their order only, and ids by their order.

use crate::service::Service;
use passerelle_signaling::core::Core;
use passerelle_signaling::event::Unwilling;
use passerelle_signaling::ids::{CallId, InterpreterId};
use passerelle_signaling::state::{
    Appointment, Call, Callback, Colleague, Duty, Interpreter, Observer, Phase, Presence, Stage,
    State, Turn,
};
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::Availability;
use std::collections::BTreeSet;

/// A state as a model tells it from others.
pub(crate) type Key = Vec<u8>;

/// The key of a state.
pub(crate) fn key(core: &Core) -> Key {
    let state = core.state();
    let mut key = Keyed {
        now: core.latest(),
        idle: state
            .interpreters()
            .filter_map(|(_, one)| idle(state, one))
            .collect(),
        tickets: tickets(state),
        calls: ids(state),
        out: Vec::with_capacity(96),
    };
    for (_, tablet) in state.tablets() {
        key.presence(tablet.presence);
        key.call_number(tablet.call);
    }
    for (id, person) in state.interpreters() {
        key.presence(person.presence);
        key.out.push(person.availability as u8);
        let is_available = person.availability == Availability::Available;
        key.out
            .push(if is_available { person.misses as u8 } else { 0 });
        let since = idle(state, person);
        let place = since.and_then(|since| key.idle.iter().position(|at| *at == since));
        key.number(place);
        key.duty(state, id, person.duty);
    }
    for call in key
        .calls
        .clone()
        .into_iter()
        .filter_map(|id| state.call(id))
    {
        key.call(call);
    }
    key.out.push(u8::MAX);
    for callback in state.callbacks() {
        key.callback(callback);
    }
    for made in state.appointments() {
        key.appointment(made);
    }
    key.out
}

/// The idle time of a person as far as it will be compared: it counts anew after a conversation and
/// on return.
fn idle(state: &State, person: &Interpreter) -> Option<Timestamp> {
    let counts = match person.duty {
        Duty::Free | Duty::Ringing(_) => true,
        Duty::InCall(call) => state.call(call).is_some_and(|call| {
            let comes = |colleague: Colleague| colleague.connect_by.is_some();
            !is_active(call) || call.colleague.is_some_and(comes)
        }),
        Duty::WrapUp { .. } => false,
    };
    let is_available = person.availability == Availability::Available;
    (counts && is_available).then_some(person.idle_since)
}

fn is_active(call: &Call) -> bool {
    matches!(call.phase, Phase::Active { .. })
}

/// A conversation that looks for nobody is compared with none.
fn rests(call: &Call) -> bool {
    is_active(call) && call.sought.is_none()
}

/// Ticket times of calls that have or may have a place in the queue, earliest first.
fn tickets(state: &State) -> BTreeSet<Timestamp> {
    let calls = state.calls().filter(|(_, call)| !rests(call));
    let calls = calls.map(|(_, call)| call.search.ticket);
    calls
        .chain(state.callbacks().map(|one| one.ticket))
        .collect()
}

/// All calls, those to be called back included, in the order of age; conversations at rest last.
fn ids(state: &State) -> Vec<CallId> {
    let calls = state.calls().map(|(id, call)| (rests(call), id));
    let callbacks = state.callbacks().map(|one| (false, one.record.call));
    let ids: BTreeSet<(bool, CallId)> = calls.chain(callbacks).collect();
    ids.into_iter().map(|(_, id)| id).collect()
}

struct Keyed {
    now: Timestamp,
    idle: BTreeSet<Timestamp>,
    tickets: BTreeSet<Timestamp>,
    calls: Vec<CallId>,
    out: Key,
}

impl Keyed {
    fn number(&mut self, number: Option<usize>) {
        self.out.push(number.map_or(0, |number| 1 + number as u8));
    }

    fn call_number(&mut self, id: Option<CallId>) {
        let number = id.and_then(|id| self.calls.iter().position(|one| *one == id));
        self.number(number);
    }

    /// How far a moment lies ahead; everything in a model is a few units long.
    fn ahead(&mut self, at: Timestamp) {
        self.out.push(at.since(self.now).0.min(200) as u8);
    }

    fn presence(&mut self, presence: Presence) {
        match presence {
            Presence::Absent => self.out.push(0),
            Presence::Connected => self.out.push(1),
            Presence::Leaving { until } => {
                self.out.push(2);
                self.ahead(until);
            }
        }
    }

    fn duty(&mut self, state: &State, id: InterpreterId, duty: Duty) {
        match duty {
            Duty::Free => self.out.push(0),
            // The call says which ring.
            Duty::Ringing(offer) => {
                self.out.push(1);
                let ring = state
                    .ring(offer)
                    .filter(|(.., ring)| ring.interpreter == id);
                self.call_number(ring.map(|(call, ..)| call));
            }
            Duty::InCall(call) => {
                self.out.push(2);
                self.call_number(Some(call));
            }
            Duty::WrapUp { ends_at, .. } => {
                self.out.push(3);
                self.ahead(ends_at);
            }
        }
    }

    fn call(&mut self, call: &Call) {
        self.call_number(Some(call.record.call));
        self.out.push(u8::from(call.there));
        match call.phase {
            Phase::Waiting => self.out.push(0),
            Phase::Connecting {
                interpreter,
                connect_by,
                ..
            } => {
                self.out.extend([1, interpreter.0 as u8]);
                self.ahead(connect_by);
            }
            // It never waits again: another call goes on from it.
            Phase::Active { interpreter, .. } => {
                self.out.extend([2, interpreter.0 as u8]);
                self.company(call);
                return self.colleague(call);
            }
        }
        self.search(call);
    }

    fn company(&mut self, call: &Call) {
        match call.observer {
            None => self.out.push(0),
            Some(Observer::Asked { until }) => {
                self.out.push(1);
                self.ahead(until);
            }
            Some(Observer::Coming { connect_by }) => {
                self.out.push(2);
                self.ahead(connect_by);
            }
            Some(Observer::There) => self.out.push(3),
        }
        match call.unwilling {
            Some(Unwilling::Refused) => self.out.push(u8::MAX),
            Some(Unwilling::Silent { until }) => self.ahead(until),
            None => self.out.push(0),
        }
        // Its number is never used again.
        if let Some(guest) = call.guest {
            self.out.push(u8::from(guest.up));
            self.presence(guest.presence);
            if guest.presence == Presence::Absent {
                self.ahead(guest.until);
            }
        }
        self.out.push(u8::MAX);
    }

    fn colleague(&mut self, call: &Call) {
        if let Some(colleague) = call.colleague {
            let (interpreter, role) = (colleague.interpreter.0 as u8, colleague.role as u8);
            self.out.extend([3, interpreter, role]);
            self.ahead(colleague.connect_by.unwrap_or(self.now));
        }
        if let Some(sought) = call.sought {
            self.out.extend([4, sought.role as u8]);
            self.ahead(sought.until);
            self.search(call);
        }
        self.out.push(u8::MAX);
    }

    fn search(&mut self, call: &Call) {
        let search = &call.search;
        let ticket = self.tickets.iter().position(|at| *at == search.ticket);
        self.number(ticket);
        self.out.push(u8::from(search.ahead));
        // Past the longest wait, it no longer matters by how much.
        if !is_active(call) {
            self.ahead(call.record.queued_at + Service::rules().wait_max_ms);
        }
        self.out.push(search.rings.len() as u8);
        for ring in search.rings.values() {
            self.out.push(ring.interpreter.0 as u8);
            self.ahead(ring.expires_at);
        }
        self.out.push(search.cooldowns.len() as u8);
        for (interpreter, until) in &search.cooldowns {
            self.out.push(interpreter.0 as u8);
            self.ahead(*until);
        }
        if let Some((interpreter, until)) = search.assigned {
            self.out.push(interpreter.0 as u8);
            self.ahead(until);
        }
        self.out.push(u8::MAX);
    }

    fn appointment(&mut self, made: &Appointment) {
        self.out.push(made.tablet.0 as u8);
        self.out.push(made.interpreter.map_or(0, |id| id.0 as u8));
        match made.stage {
            Stage::Planned => self.out.push(0),
            Stage::Held => self.out.push(1),
            Stage::Due {
                until,
                keeps_until,
                calls_since,
                ..
            } => {
                let called = made.called(self.now).0.min(200) as u8;
                self.out
                    .extend([2, called, u8::from(calls_since.is_some())]);
                self.ahead(until);
                self.ahead(keeps_until.unwrap_or(self.now));
            }
        }
        self.ahead(made.starts_at);
        self.ahead(made.ends_at);
        self.out.push(u8::MAX);
    }

    fn callback(&mut self, callback: &Callback) {
        self.call_number(Some(callback.record.call));
        self.out.push(callback.tablet.0 as u8);
        let ticket = self.tickets.iter().position(|at| *at == callback.ticket);
        self.number(ticket);
        self.out.push(callback.attempts as u8);
        match callback.turn {
            Turn::Waiting => self.out.push(0),
            Turn::Ringing { until } => {
                self.out.push(1);
                self.ahead(until);
            }
            Turn::Resting { until } => {
                self.out.push(2);
                self.ahead(until);
            }
        }
        self.ahead(callback.expires_at);
    }
}
