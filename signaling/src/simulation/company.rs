//! Appointments, and who else is in a conversation: visitors who come back at a fixed time instead
//! of waiting, interpreters who take them, coordinators who ask to look on, third parties by link.

use super::day::{Act, Run, Watch};
use crate::command::{Command, Departure, Party};
use crate::event::Event;
use crate::ids::{CallId, GuestId, InterpreterId, TabletId};
use crate::record::Outcome;
use crate::time::{Millis, Timestamp};

const MINUTE: u64 = 60_000;

/// An interpreter sees an appointment and takes it within this time, on average; some give it back.
const TAKES: Millis = Millis(20 * MINUTE);
const GIVES_BACK: f64 = 0.15;

/// The share of visitors who come to their appointment; of those the early ones; and how soon.
const COMES: f64 = 0.8;
const EARLY: f64 = 0.3;
const WALKS: (Millis, Millis) = (Millis(5_000), Millis(4 * MINUTE));

/// Who decides otherwise, before or when the tablet calls.
const CANCELS: f64 = 0.1;

/// The share of visitors who let a coordinator look on, and of those who say nothing at all.
const AGREES: f64 = 0.7;
const SILENT: f64 = 0.1;
const ANSWERS: (Millis, Millis) = (Millis(2_000), Millis(40_000));

/// The share of third parties who use their link.
const USES: f64 = 0.85;
const OPENS: (Millis, Millis) = (Millis(10_000), Millis(5 * MINUTE));

/// How long somebody looks on or stays.
const STAYS: (Millis, Millis) = (Millis(20_000), Millis(6 * MINUTE));

/// From the permission to picture and sound; some take too long.
const CONNECTS: (Millis, Millis) = (Millis(500), Millis(18_000));

impl<W: Watch> Run<'_, W> {
    /// A visitor who goes wants another time; false when there is none.
    pub(super) fn book(&mut self, visit: usize, tablet: TabletId, call: Option<CallId>) -> bool {
        let language = self.visits.language(visit);
        let slots = self.core.slots(tablet, language, None, self.now);
        let slots: Vec<Timestamp> = slots
            .unwrap_or_default()
            .iter()
            .take(6)
            .map(|slot| slot.starts_at)
            .collect();
        let Some(starts_at) = self.company.one_of(&slots) else {
            return false;
        };
        self.visits.books(tablet, visit);
        let book = Command::Book {
            tablet,
            call,
            language,
            mode: None,
            starts_at,
        };
        self.send(Millis(3_000), Party::Tablet(tablet), book);
        true
    }

    pub(super) fn company_sees(&mut self, event: &Event) {
        match *event {
            Event::AppointmentMade {
                appointment,
                tablet,
                ..
            } => {
                self.visits.booked(tablet, appointment);
                self.offered(appointment);
            }
            Event::AppointmentReleased { appointment } => self.offered(appointment),
            Event::AppointmentTaken {
                appointment,
                interpreter,
            } => self.taken(appointment, interpreter),
            Event::AppointmentHeld { appointment } => self.near(appointment, EARLY),
            Event::AppointmentDue { appointment, .. } => self.near(appointment, COMES),
            Event::MediaUp { call } => self.talking(call),
            Event::ObserverAsked { call, .. } => self.asked(call),
            Event::ObserverAdmitted { call, .. } => {
                let after = self.company.between(CONNECTS.0, CONNECTS.1);
                let up = Command::ObserverUp { call, up: true };
                self.plan_after(after, Act::Direct(up));
            }
            Event::ObserverUp { call } => self.looks_on(call),
            Event::GuestInvited { guest, .. } => self.invited(guest),
            Event::Connected {
                party: Party::Guest(guest),
            } => self.guest_came(guest),
            Event::GuestLeft { guest, .. } => self.forget(Party::Guest(guest)),
            Event::CallEnded { call, outcome } => self.ended(call, outcome),
            _ => {}
        }
    }

    /// Somebody who could take it does after a while, or a coordinator gives it to them.
    fn offered(&mut self, appointment: CallId) {
        let Some(need) = self
            .core
            .state()
            .appointment(appointment)
            .map(|one| one.need)
        else {
            return;
        };
        let able = self.core.state().interpreters();
        let able = able.filter(|(_, person)| person.qualification.meets(&need));
        let able: Vec<InterpreterId> = able.map(|(id, _)| id).collect();
        let after = self.company.exponential(TAKES.0 as f64);
        let by_coordinator = self.company.happens(0.2);
        if let Some(interpreter) = self.company.one_of(&able) {
            let take = Command::TakeAppointment {
                interpreter,
                appointment,
                by_coordinator,
            };
            if by_coordinator {
                self.plan_after(after, Act::Direct(take));
            } else {
                self.send(after, Party::Interpreter(interpreter), take);
            }
        }
    }

    /// Some find that they cannot.
    fn taken(&mut self, appointment: CallId, interpreter: InterpreterId) {
        if self.company.happens(GIVES_BACK) {
            let release = Command::ReleaseAppointment {
                interpreter,
                appointment,
            };
            self.send(TAKES, Party::Interpreter(interpreter), release);
        }
    }

    /// The visitor comes, gives it up or is not there.
    fn near(&mut self, appointment: CallId, share: f64) {
        let Some(made) = self.core.state().appointment(appointment) else {
            return;
        };
        let tablet = made.tablet;
        let after = self.company.between(WALKS.0, WALKS.1);
        let party = Party::Tablet(tablet);
        if self.company.happens(share) {
            let answer = Command::AnswerAppointment {
                tablet,
                appointment,
            };
            self.send(after, party, answer);
        } else if self.company.happens(CANCELS) {
            let cancel = Command::CancelAppointment {
                tablet: Some(tablet),
                appointment,
            };
            self.send(after, party, cancel);
        }
    }

    /// Some conversations have company.
    fn talking(&mut self, call: CallId) {
        let share = self.scenario.answers.company;
        let Some(live) = self.core.state().call(call) else {
            return;
        };
        let tablet = Party::Tablet(live.tablet);
        let lead = live.interpreter().map_or(tablet, Party::Interpreter);
        if self.company.happens(share) {
            let after = self.company.between(ANSWERS.0, ANSWERS.1);
            self.plan_after(after, Act::Direct(Command::AskToJoin { call }));
        }
        if self.company.happens(share) {
            let party = self.company.one_of(&[tablet, lead]).unwrap_or(tablet);
            let after = self.company.between(ANSWERS.0, ANSWERS.1);
            self.send(after, party, Command::InviteGuest { party, call });
            if self.company.happens(0.2) {
                let after = Millis(after.0 + STAYS.1.0);
                self.send(after, party, Command::RemoveGuest { party, call });
            }
        }
    }

    fn asked(&mut self, call: CallId) {
        let Some(tablet) = self.core.state().call(call).map(|call| call.tablet) else {
            return;
        };
        if self.company.happens(SILENT) {
            return;
        }
        let agree = self.company.happens(AGREES);
        let after = self.company.between(ANSWERS.0, ANSWERS.1);
        let consent = Command::Consent {
            tablet,
            call,
            agree,
        };
        self.send(after, Party::Tablet(tablet), consent);
    }

    /// Leaves, loses the connection, or is sent away.
    fn looks_on(&mut self, call: CallId) {
        let Some(tablet) = self.core.state().call(call).map(|call| call.tablet) else {
            return;
        };
        let after = self.company.between(STAYS.0, STAYS.1);
        let party = Party::Coordinator;
        let agree = false;
        match self.company.below(3) {
            0 => self.plan_after(after, Act::Direct(Command::HangUp { party, call })),
            1 => {
                let lost = Command::ObserverUp { call, up: false };
                self.plan_after(after, Act::Direct(lost));
            }
            _ => {
                let consent = Command::Consent {
                    tablet,
                    call,
                    agree,
                };
                self.send(after, Party::Tablet(tablet), consent);
            }
        }
    }

    fn invited(&mut self, guest: GuestId) {
        if self.company.happens(USES) {
            let after = self.company.between(OPENS.0, OPENS.1);
            self.come(Party::Guest(guest), after);
        }
    }

    fn guest_came(&mut self, guest: GuestId) {
        let known = self.core.state().guest(guest);
        let Some(call) = known.map(|(call, _)| call.record.call) else {
            return;
        };
        let after = self.company.between(CONNECTS.0, CONNECTS.1);
        self.plan_after(after, Act::Direct(Command::GuestUp { call, guest }));
        let party = Party::Guest(guest);
        let after = self.company.between(STAYS.0, STAYS.1);
        if self.company.happens(0.5) {
            self.send(after, party, Command::HangUp { party, call });
        }
    }

    /// The pages of third parties close with the call; whoever was not served makes an appointment.
    fn ended(&mut self, call: CallId, outcome: Outcome) {
        let gone = |run: &Self, party: &Party| match party {
            Party::Guest(guest) => run.core.state().guest(*guest).is_none(),
            _ => false,
        };
        for party in self.links.up() {
            if gone(self, &party) {
                self.forget(party);
            }
        }
        let in_vain = matches!(
            outcome,
            Outcome::TimedOut | Outcome::RefusedClosed | Outcome::RefusedFull
        );
        if let Some((visit, tablet)) = self.visits.unserved(call).filter(|_| in_vain) {
            self.book(visit, tablet, None);
        }
    }

    /// A page that is closed for good.
    fn forget(&mut self, party: Party) {
        self.part(party, Departure::SignedOut, None);
    }
}
