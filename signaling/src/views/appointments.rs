//! Appointments on the screens of the counter, of interpreters and of coordinators.

use crate::ids::{InterpreterId, TabletId};
use crate::state::{Appointment, Interpreter, Stage, State};
use crate::view::{AppointmentRow, AppointmentView, HeldFor, OfferedAppointment};
use std::collections::BTreeMap;

/// Those of a tablet, the next one first.
pub(super) fn at_counter(state: &State, tablet: TabletId) -> Vec<AppointmentView> {
    sorted(state.appointments_at(tablet))
        .into_iter()
        .map(view)
        .collect()
}

/// Those an interpreter has taken or could take, the next one first.
pub(super) fn of_interpreter(
    state: &State,
    id: InterpreterId,
    person: &Interpreter,
) -> Vec<OfferedAppointment> {
    let theirs = |one: &&Appointment| match one.interpreter {
        Some(taken_by) => taken_by == id,
        None => person
            .qualification
            .meets(&one.need_by(state.configuration())),
    };
    let offered = |one: &Appointment| OfferedAppointment {
        appointment: one.record.call,
        language: one.need.language,
        mode: one.need.mode,
        subject: one.record.subject,
        site: one.record.site,
        starts_at: one.starts_at,
        ends_at: one.ends_at,
        mine: one.interpreter == Some(id),
        held: one.interpreter == Some(id) && one.is_held(),
    };
    let theirs = sorted(state.appointments().filter(theirs));
    theirs.into_iter().map(offered).collect()
}

/// All of them, the next one first.
pub(super) fn on_board(state: &State) -> Vec<AppointmentRow> {
    let row = |one: &Appointment| AppointmentRow {
        tablet: one.tablet,
        site: one.record.site,
        interpreter: one.interpreter,
        appointment: view(one),
    };
    sorted(state.appointments()).into_iter().map(row).collect()
}

/// Whom the near ones keep free, and the next one of each.
pub(super) fn held_for(state: &State) -> BTreeMap<InterpreterId, HeldFor> {
    let mut held = BTreeMap::new();
    for one in sorted(state.appointments().filter(|one| one.is_held())) {
        let theirs = HeldFor {
            appointment: one.record.call,
            starts_at: one.starts_at,
        };
        if let Some(interpreter) = one.interpreter {
            held.entry(interpreter).or_insert(theirs);
        }
    }
    held
}

fn sorted<'a>(all: impl Iterator<Item = &'a Appointment>) -> Vec<&'a Appointment> {
    let mut all: Vec<&Appointment> = all.collect();
    all.sort_by_key(|one| one.place());
    all
}

fn view(one: &Appointment) -> AppointmentView {
    AppointmentView {
        appointment: one.record.call,
        language: one.need.language,
        mode: one.need.mode,
        starts_at: one.starts_at,
        ends_at: one.ends_at,
        taken: one.interpreter.is_some(),
        may_answer: one.may_begin(),
        calls_until: match one.stage {
            Stage::Due { until, .. } => Some(until),
            Stage::Planned | Stage::Held => None,
        },
    }
}
