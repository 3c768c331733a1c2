//! The coordinators' picture.

use super::{appointments, callback_view, colleague, onlookers, work};
use crate::core::Core;
use crate::ids::{CallId, InterpreterId};
use crate::state::{Call, Callback, Duty, Interpreter, Phase, Presence, State};
use crate::view::{
    ActiveRow, Availability, BoardView, CallbackRow, CounterRow, HeldFor, InterpreterRow,
    InterpreterStatus, QueuePhase, QueueRow, RingRow, SkillRow, TabletRow,
};
use crate::waits::Wait;

impl Core {
    /// The coordinators' picture.
    pub fn board_view(&self) -> BoardView {
        let state = self.state();
        let mut waiting: Vec<&Call> = state
            .calls()
            .map(|(_, call)| call)
            .filter(|call| !matches!(call.phase, Phase::Active { .. }))
            .collect();
        // Whoever has an interpreter already needs no place, and is shown where it stood.
        waiting.sort_by_key(|call| call.place());
        let mut active: Vec<ActiveRow> = state
            .calls()
            .filter_map(|(id, call)| active_row(id, call))
            .collect();
        active.sort_by_key(|row| (row.connected_at, row.call));
        let held = appointments::held_for(state);
        let interpreters = state
            .interpreters()
            .map(|(id, person)| interpreter_row(state, id, person, held.get(&id).copied()));
        let tablets = state.tablets().map(|(id, tablet)| TabletRow {
            tablet: id,
            site: tablet.site,
            connected: tablet.presence == Presence::Connected,
            call: tablet.call,
        });
        let counters = state.openings().map(|(counter, opening)| CounterRow {
            counter,
            open: opening.is_open(),
            forced: opening.forced.is_some(),
            until: opening.until,
        });
        BoardView {
            queue: waiting
                .into_iter()
                .map(|call| queue_row(self, call))
                .collect(),
            active,
            interpreters: interpreters.collect(),
            tablets: tablets.collect(),
            counters: counters.collect(),
            callbacks: callbacks(state),
            appointments: appointments::on_board(state),
        }
    }
}

fn callbacks(state: &State) -> Vec<CallbackRow> {
    let mut all: Vec<&Callback> = state.callbacks().collect();
    all.sort_by_key(|callback| callback.place());
    let row = |callback: &Callback| CallbackRow {
        tablet: callback.tablet,
        site: callback.record.site,
        callback: callback_view(callback),
    };
    all.into_iter().map(row).collect()
}

fn queue_row(core: &Core, call: &Call) -> QueueRow {
    let (record, search) = (&call.record, &call.search);
    let phase = match call.phase {
        Phase::Waiting if search.rings.is_empty() => QueuePhase::Queued,
        Phase::Waiting => QueuePhase::Offered,
        Phase::Connecting { .. } | Phase::Active { .. } => QueuePhase::Connecting,
    };
    let rings = search.rings.values().map(|ring| RingRow {
        interpreter: ring.interpreter,
        expires_at: ring.expires_at,
        why: ring.why,
    });
    QueueRow {
        call: record.call,
        language: record.language,
        site: record.site,
        queued_at: record.queued_at,
        estimate: core.waits.get(&record.call).and_then(Wait::estimate),
        phase,
        mode: record.mode,
        class: record.class,
        rank: search.rank,
        step: search.step,
        rings: rings.collect(),
        assigned: search.assigned.map(|(interpreter, _)| interpreter),
        interpreter: call.interpreter(),
        there: call.there,
        subject: record.subject,
    }
}

fn active_row(id: CallId, call: &Call) -> Option<ActiveRow> {
    let Phase::Active {
        interpreter,
        connected_at,
        ..
    } = call.phase
    else {
        return None;
    };
    let record = &call.record;
    Some(ActiveRow {
        call: id,
        language: record.language,
        site: record.site,
        mode: record.mode,
        interpreter,
        why: call.why,
        colleague: colleague(call),
        observer: onlookers::observer(call),
        unwilling: call.unwilling,
        guest: onlookers::guest(call),
        connected_at,
    })
}

fn interpreter_row(
    state: &State,
    id: InterpreterId,
    person: &Interpreter,
    held: Option<HeldFor>,
) -> InterpreterRow {
    let skills = person
        .qualification
        .skills
        .iter()
        .map(|(language, skill)| SkillRow {
            language: *language,
            tier: skill.tier,
            modes: skill.modes.iter().copied().collect(),
        });
    InterpreterRow {
        interpreter: id,
        skills: skills.collect(),
        pool: person.qualification.pool,
        pause: person.pause,
        help: person.help,
        work: work(state, person),
        status: status(state, person),
        held,
        since: person.since,
    }
}

fn status(state: &State, person: &Interpreter) -> InterpreterStatus {
    let rested = person.rested_modes(&state.configuration().rules.rest);
    let modes = || {
        person
            .qualification
            .skills
            .values()
            .flat_map(|skill| &skill.modes)
    };
    let resting = modes().next().is_some() && !modes().any(|mode| rested.contains(*mode));
    match (person.presence, person.duty, person.availability) {
        (_, Duty::InCall(_), _) => InterpreterStatus::Busy,
        (Presence::Absent, ..) => InterpreterStatus::Offline,
        (Presence::Leaving { .. }, ..) => InterpreterStatus::Unreachable,
        (_, Duty::Ringing(_), _) => InterpreterStatus::Offered,
        (_, Duty::WrapUp { .. }, _) => InterpreterStatus::WrapUp,
        (.., Availability::Available) if resting => InterpreterStatus::Resting,
        (.., Availability::Available) => InterpreterStatus::Available,
        (.., Availability::Away) => InterpreterStatus::Away,
        (.., Availability::Paused) => InterpreterStatus::Paused,
        (.., Availability::AwayAfterMisses) => InterpreterStatus::AwayAfterMisses,
    }
}
