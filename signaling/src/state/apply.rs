//! How each event changes the state. Total: an event about something unknown changes nothing, so
//! that replaying a prefix, or an entry twice, can never panic. Here is the table; what changes is
//! in `calls`, `people` and `directory`.

mod appointments;
mod callbacks;
mod calls;
mod colleagues;
mod directory;
mod learn;
mod onlookers;
mod people;

use super::index::{Edit, Index};
use super::profile::Terms;
use super::{Call, Interpreter, State, Tablet};
use crate::event::{Entry, Event};
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::record::CallRecord;

impl State {
    /// Applies one journal entry. Returns the finished record when the entry ended a call or
    /// a callback.
    pub fn apply(&mut self, entry: &Entry) -> Option<CallRecord> {
        let at = entry.at;
        match &entry.event {
            Event::CallEnded { call, outcome } => return self.ended(*call, *outcome, at),
            Event::CallbackEnded { callback, end } => return self.callback_ended(*callback, *end),
            Event::AppointmentEnded { appointment, end } => {
                return self.appointment_ended(*appointment, *end);
            }
            Event::Configured { configuration } => self.configure(configuration),
            Event::OpeningChanged {
                counter,
                open,
                until,
            } => {
                self.opening_changed(*counter, *open, *until);
            }
            Event::Forced { counter, open } => self.forced(*counter, *open),
            Event::Connected { party } => self.connected(*party, at),
            Event::Disconnected { party, until, .. } => self.disconnected(*party, *until, at),
            Event::Gone { party } => self.gone(*party, at),
            Event::AvailabilitySet { .. }
            | Event::Paused { .. }
            | Event::SetAwayAfterMisses { .. }
            | Event::WrapUpStarted { .. }
            | Event::WrapUpExtended { .. }
            | Event::WrapUpEnded { .. }
            | Event::ReliefDue { .. }
            | Event::StopReached { .. }
            | Event::Rested { .. }
            | Event::HelpAsked { .. } => self.apply_to_interpreter(&entry.event, at),
            Event::CallbackMade { .. }
            | Event::CallbackRung { .. }
            | Event::CallbackMissed { .. }
            | Event::CallbackChanged { .. }
            | Event::CallbackReady { .. } => self.apply_to_callback(&entry.event),
            Event::AppointmentMade { .. }
            | Event::AppointmentTaken { .. }
            | Event::AppointmentReleased { .. }
            | Event::AppointmentHeld { .. }
            | Event::AppointmentDue { .. }
            | Event::AppointmentLate { .. } => self.apply_to_appointment(&entry.event, at),
            Event::ObserverAsked { .. }
            | Event::ObserverAdmitted { .. }
            | Event::ObserverUp { .. }
            | Event::ObserverLeft { .. }
            | Event::GuestInvited { .. }
            | Event::GuestUp { .. }
            | Event::GuestLeft { .. } => self.apply_to_onlooker(&entry.event),
            Event::ColleagueSought { .. }
            | Event::SearchEnded { .. }
            | Event::ColleagueUp { .. }
            | Event::ColleagueLeft { .. }
            | Event::TakenOver { .. } => self.apply_to_colleague(&entry.event, at),
            Event::CallQueued { .. }
            | Event::Widened { .. }
            | Event::Aged { .. }
            | Event::Prioritised { .. }
            | Event::Assigned { .. }
            | Event::AssignmentEnded { .. }
            | Event::Moved { .. }
            | Event::SubjectSet { .. }
            | Event::Offered { .. }
            | Event::OfferClosed { .. }
            | Event::Accepted { .. }
            | Event::MediaUp { .. }
            | Event::ConnectFailed { .. }
            | Event::CooldownEnded { .. } => self.apply_to_call(&entry.event, at),
        }
        None
    }

    /// The indexes computed from nothing but the state.
    pub(super) fn indexed(&self) -> Index {
        let mut index = Index::default();
        let terms = self.terms();
        for (id, call) in &self.calls {
            index.call(*id, call, terms, Edit::Add);
        }
        for (id, person) in &self.interpreters {
            index.interpreter(*id, person, terms, Edit::Add);
        }
        for (id, tablet) in &self.tablets {
            index.tablet(*id, tablet, Edit::Add);
        }
        for callback in self.callbacks.values() {
            index.callback(callback, terms, Edit::Add);
        }
        for appointment in self.appointments.values() {
            index.appointment(appointment, &self.configuration.rules, Edit::Add);
        }
        for (counter, opening) in &self.openings {
            index.opening(*counter, *opening, Edit::Add);
        }
        index
    }

    /// True when the indexes say what the state says; checked by the property tests.
    #[cfg(test)]
    pub(crate) fn index_is_true(&self) -> bool {
        self.index == self.indexed()
    }

    fn change_call(&mut self, id: CallId, change: impl FnOnce(&mut Call)) {
        let Self {
            index,
            configuration,
            certification_bits,
            calls,
            ..
        } = self;
        let Some(call) = calls.get_mut(&id) else {
            return;
        };
        let terms = Terms {
            configuration,
            certification_bits,
        };
        index.call(id, call, terms, Edit::Remove);
        change(call);
        index.call(id, call, terms, Edit::Add);
    }

    fn change_interpreter(&mut self, id: InterpreterId, change: impl FnOnce(&mut Interpreter)) {
        let Self {
            index,
            configuration,
            certification_bits,
            interpreters,
            ..
        } = self;
        let Some(person) = interpreters.get_mut(&id) else {
            return;
        };
        let terms = Terms {
            configuration,
            certification_bits,
        };
        index.interpreter(id, person, terms, Edit::Remove);
        change(person);
        if directory::is_kept(configuration, id, person) {
            index.interpreter(id, person, terms, Edit::Add);
        } else {
            interpreters.remove(&id);
        }
    }

    fn change_tablet(&mut self, id: TabletId, change: impl FnOnce(&mut Tablet)) {
        let Some(tablet) = self.tablets.get_mut(&id) else {
            return;
        };
        self.index.tablet(id, tablet, Edit::Remove);
        change(tablet);
        let kept = tablet.call.is_some() || self.index.is_awaited(id);
        if kept || self.configuration.tablets.contains_key(&id) {
            self.index.tablet(id, tablet, Edit::Add);
        } else {
            self.tablets.remove(&id);
        }
    }
}
