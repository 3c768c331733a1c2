//! Appointments.

use super::super::index::Edit;
use super::super::{Appointment, Stage, State, Tablet};
use crate::event::{AppointmentEnd, Event};
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::need::Need;
use crate::record::{CallRecord, Outcome};
use crate::time::Timestamp;
use crate::view::EndedCall;

impl State {
    pub(super) fn apply_to_appointment(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::AppointmentMade {
                appointment,
                tablet,
                site,
                need,
                starts_at,
                ends_at,
            } => {
                let class = self.configuration().sites.get(site).map(|site| site.class);
                let class = class.unwrap_or_default();
                let fresh = CallRecord::queued(*appointment, *site, *need, class, at, at);
                self.appointment_made(*tablet, *need, fresh, (*starts_at, *ends_at), at);
            }
            Event::AppointmentTaken {
                appointment,
                interpreter,
            } => self.has_appointment(*appointment, Some(*interpreter)),
            Event::AppointmentReleased { appointment } => {
                self.has_appointment(*appointment, None);
            }
            Event::AppointmentHeld { appointment } => self.nearer(*appointment, Stage::Held),
            Event::AppointmentDue {
                appointment,
                until,
                keeps_until,
                called,
            } => {
                let stage = Stage::Due {
                    until: *until,
                    keeps_until: *keeps_until,
                    called: *called,
                    calls_since: None,
                };
                self.nearer(*appointment, stage);
                let tablet = self.appointments.get(appointment).map(|one| one.tablet);
                if let Some(tablet) = tablet {
                    self.calls_or_not(tablet, at);
                }
            }
            Event::AppointmentLate { appointment } => {
                self.change_appointment(*appointment, |appointment| {
                    if let Stage::Due { keeps_until, .. } = &mut appointment.stage {
                        *keeps_until = None;
                    }
                });
                self.keep_free(
                    self.appointments
                        .get(appointment)
                        .and_then(|one| one.interpreter),
                );
            }
            _ => {}
        }
    }

    /// Instead of a waiting call, which ends by an event of its own, or without one: then it has a
    /// record that was never in the queue.
    fn appointment_made(
        &mut self,
        tablet: TabletId,
        need: Need,
        mut record: CallRecord,
        (starts_at, ends_at): (Timestamp, Timestamp),
        at: Timestamp,
    ) {
        let id = record.call;
        if let Some(call) = self.calls.get(&id) {
            record = call.record.clone();
        } else if id.0 > self.calls_made {
            self.calls_made = id.0;
            let outcome = Outcome::ConvertedAppointment;
            record.ended_at = Some(at);
            record.outcome = Some(outcome);
            record.steps = 0;
            let language = need.language;
            self.change_tablet(tablet, |tablet| {
                tablet.last = Some(EndedCall {
                    call: id,
                    language,
                    outcome,
                });
            });
        } else {
            // Delivered a second time.
            return;
        }
        let appointment = Appointment {
            tablet,
            record,
            need,
            starts_at,
            ends_at,
            interpreter: None,
            stage: Stage::Planned,
        };
        self.index
            .appointment(&appointment, &self.configuration.rules, Edit::Add);
        self.appointments.insert(id, appointment);
    }

    fn change_appointment(&mut self, id: CallId, change: impl FnOnce(&mut Appointment)) {
        if let Some(appointment) = self.appointments.get_mut(&id) {
            let rules = &self.configuration.rules;
            self.index.appointment(appointment, rules, Edit::Remove);
            change(appointment);
            self.index.appointment(appointment, rules, Edit::Add);
        }
    }

    fn has_appointment(&mut self, id: CallId, interpreter: Option<InterpreterId>) {
        let before = self.appointments.get(&id).and_then(|one| one.interpreter);
        self.change_appointment(id, |appointment| appointment.interpreter = interpreter);
        self.keep_free(before);
        self.keep_free(interpreter);
    }

    fn nearer(&mut self, id: CallId, stage: Stage) {
        self.change_appointment(id, |appointment| appointment.stage = stage);
        self.keep_free(self.appointments.get(&id).and_then(|one| one.interpreter));
    }

    /// A tablet can call its visitors while it is idle.
    pub(super) fn calls_or_not(&mut self, tablet: TabletId, at: Timestamp) {
        let can = self.tablets.get(&tablet).is_some_and(Tablet::is_idle);
        let due = self.appointments_at(tablet).filter(|one| one.is_due());
        let due: Vec<CallId> = due.map(|one| one.record.call).collect();
        for id in due {
            self.change_appointment(id, |appointment| appointment.calls(can, at));
        }
    }

    /// This person is kept free while an appointment of theirs is near.
    fn keep_free(&mut self, interpreter: Option<InterpreterId>) {
        let Some(interpreter) = interpreter else {
            return;
        };
        let mut near = self.appointments.values().filter(|one| one.is_held());
        let held = near.any(|one| one.interpreter == Some(interpreter));
        self.change_interpreter(interpreter, |person| person.held = held);
    }

    pub(super) fn appointment_ended(
        &mut self,
        id: CallId,
        end: AppointmentEnd,
    ) -> Option<CallRecord> {
        let mut appointment = self.appointments.remove(&id)?;
        let rules = &self.configuration.rules;
        self.index.appointment(&appointment, rules, Edit::Remove);
        self.keep_free(appointment.interpreter);
        appointment.record.appointment = Some(end);
        // A tablet that left the directory may have been kept for this alone.
        self.change_tablet(appointment.tablet, |_| {});
        Some(appointment.record)
    }
}
