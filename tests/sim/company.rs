//! Appointments and onlookers again, from nothing but the journal and the commands: who has which
//! appointment, and to which question the visitor said yes.

use crate::shadow::Shadow;
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::core::Core;
use passerelle_signaling::event::{AppointmentEnd, Entry, Event};
use passerelle_signaling::ids::{CallId, GuestId, InterpreterId};
use passerelle_signaling::state::State;
use passerelle_signaling::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// An appointment as the journal tells it.
#[derive(Debug)]
struct Made {
    starts_at: Timestamp,
    ends_at: Timestamp,
    interpreter: Option<InterpreterId>,
    near: bool,
    /// Somebody who has it is kept free.
    kept_free: bool,
    called: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Company {
    appointments: BTreeMap<CallId, Made>,
    /// Which calls a coordinator has asked to look on in, and whether the visitor has agreed.
    asked: BTreeMap<CallId, bool>,
    asked_once: BTreeSet<CallId>,
    guests: BTreeMap<GuestId, CallId>,
    guests_made: u32,
}

impl Shadow {
    /// One more entry, with the command it follows from.
    pub(crate) fn consent(&mut self, command: &Command, entry: &Entry) {
        self.company.appointment(entry);
        self.company.onlooker(command, entry);
    }

    /// Whoever may connect is who was admitted or invited.
    pub(crate) fn agrees_on_company(&self, core: &Core) {
        let company = &self.company;
        for (id, _) in core.state().calls() {
            let agreed = company.asked.get(&id).copied().unwrap_or(false);
            let may = core.may_join(Party::Coordinator, id);
            assert_eq!(may, agreed, "a coordinator in call {id} (I5)");
        }
        for (guest, call) in &company.guests {
            assert!(core.may_join(Party::Guest(*guest), *call), "guest {guest}");
        }
        let invited = core
            .state()
            .calls()
            .filter(|(_, call)| call.guest.is_some());
        assert_eq!(invited.count(), company.guests.len(), "guests (I5)");
    }

    /// The state knows the same appointments, and keeps the same people free.
    pub(crate) fn agrees_on_appointments(&self, state: &State) {
        let told = &self.company.appointments;
        assert_eq!(told.len(), state.appointments().count(), "appointments");
        for made in state.appointments() {
            let one = &told[&made.record.call];
            let (mine, theirs) = (one.interpreter, made.interpreter);
            assert_eq!((mine, one.near), (theirs, made.may_begin()), "{made:?}");
            assert_eq!(one.kept_free, made.is_held(), "{made:?}");
        }
        for (id, person) in state.interpreters() {
            let theirs = |one: &&Made| one.interpreter == Some(id);
            let all: Vec<&Made> = told.values().filter(theirs).collect();
            assert_eq!(
                person.held,
                all.iter().any(|one| one.kept_free),
                "{id} is kept free"
            );
            for (at, one) in all.iter().enumerate() {
                let apart = |other: &&&Made| {
                    one.ends_at <= other.starts_at || other.ends_at <= one.starts_at
                };
                let clash = all[at + 1..].iter().find(|other| !apart(other));
                assert!(clash.is_none(), "{id} has {one:?} and {clash:?}");
            }
        }
    }
}

impl Company {
    fn of(&mut self, appointment: CallId) -> &mut Made {
        let made = self.appointments.get_mut(&appointment);
        made.unwrap_or_else(|| panic!("appointment {appointment} is over, or never was"))
    }

    fn appointment(&mut self, entry: &Entry) {
        match entry.event {
            Event::AppointmentMade {
                appointment,
                starts_at,
                ends_at,
                ..
            } => {
                assert!(entry.at < starts_at && starts_at < ends_at, "in the past");
                let made = Made {
                    starts_at,
                    ends_at,
                    interpreter: None,
                    near: false,
                    kept_free: false,
                    called: false,
                };
                let again = self.appointments.insert(appointment, made);
                assert!(again.is_none(), "appointment {appointment} was made twice");
            }
            Event::AppointmentTaken {
                appointment,
                interpreter,
            } => self.of(appointment).interpreter = Some(interpreter),
            Event::AppointmentReleased { appointment } => {
                let before = self.of(appointment).interpreter.take();
                assert!(before.is_some(), "nobody had appointment {appointment}");
            }
            Event::AppointmentHeld { appointment } => {
                let made = self.of(appointment);
                assert!(!made.near, "near twice");
                made.near = true;
                made.kept_free = true;
            }
            Event::AppointmentLate { appointment } => {
                let made = self.of(appointment);
                assert!(made.called && made.kept_free, "late for nothing: {made:?}");
                made.kept_free = false;
            }
            Event::AppointmentDue {
                appointment,
                keeps_until,
                ..
            } => {
                let made = self.of(appointment);
                let its_time = made.starts_at <= entry.at && entry.at < made.ends_at;
                assert!(
                    made.near && its_time,
                    "{made:?} is called at {:?}",
                    entry.at
                );
                made.called = true;
                made.kept_free = keeps_until.is_some();
            }
            Event::AppointmentEnded { appointment, end } => {
                let made = self.appointments.remove(&appointment);
                let made = made.expect("an appointment ends once (I6)");
                let lawful = match end {
                    AppointmentEnd::Kept => made.near,
                    AppointmentEnd::NoShow => made.called,
                    AppointmentEnd::Cancelled | AppointmentEnd::Unserved => true,
                };
                assert!(lawful, "{made:?} ended as {end:?}");
            }
            _ => {}
        }
    }

    fn onlooker(&mut self, command: &Command, entry: &Entry) {
        match entry.event {
            Event::ObserverAsked { call, .. } => {
                let again = self.asked.insert(call, false);
                assert_eq!(again, None, "asked twice in call {call}");
                self.asked_once.insert(call);
            }
            Event::ObserverAdmitted { call, .. } => {
                let agreed = self.asked.get_mut(&call).expect("somebody has asked");
                let says_yes = matches!(command, Command::Consent { agree: true, .. });
                assert!(*agreed || says_yes, "no visitor has agreed in call {call}");
                *agreed = true;
            }
            Event::ObserverUp { call } => {
                assert_eq!(self.asked.get(&call), Some(&true), "seen without a yes");
            }
            Event::ObserverLeft { call, .. } => {
                // A visitor may say no after the time to answer, too.
                let no = matches!(command, Command::Consent { agree: false, .. });
                let late_no = no && self.asked_once.contains(&call);
                let ended = self.asked.remove(&call).is_some();
                assert!(ended || late_no, "nobody looked on");
            }
            Event::GuestInvited { call, guest, .. } => {
                assert!(guest.0 > self.guests_made, "a number used again");
                self.guests_made = guest.0;
                let other = self.guests.values().any(|of| *of == call);
                assert!(!other, "two third parties in call {call}");
                self.guests.insert(guest, call);
            }
            Event::GuestLeft { call, guest } => {
                assert_eq!(self.guests.remove(&guest), Some(call), "an unknown guest");
            }
            Event::CallEnded { call, .. } => {
                self.asked.remove(&call);
                self.asked_once.remove(&call);
                self.guests.retain(|_, of| *of != call);
            }
            _ => {}
        }
    }
}
