//! The pictures of the three screens, computed from the state.

use crate::command::Party;
use crate::core::Core;
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::state::{Call, Duty, Interpreter, Phase, Presence, State};
use crate::view::{
    ActiveRow, Activity, Availability, BoardView, InterpreterRow, InterpreterStatus,
    InterpreterView, QueuePhase, QueueRow, TabletPhase, TabletRow, TabletView,
};

impl Core {
    /// The picture of one tablet; `None` for one that is not in the directory.
    pub fn tablet_view(&self, id: TabletId) -> Option<TabletView> {
        let state = self.state();
        let tablet = state.tablet(id)?;
        let call = tablet.call.and_then(|call| Some((call, state.call(call)?)));
        let phase = call.map_or(TabletPhase::Idle, |(id, call)| {
            tablet_phase(state, id, call)
        });
        Some(TabletView {
            site: tablet.site,
            phase,
            last: tablet.last.clone(),
        })
    }

    /// The picture of one interpreter; `None` for one that is not in the directory.
    pub fn interpreter_view(&self, id: InterpreterId) -> Option<InterpreterView> {
        let state = self.state();
        let person = state.interpreter(id)?;
        let waiting: usize = person
            .languages
            .iter()
            .map(|tag| state.waiting_count(*tag))
            .sum();
        Some(InterpreterView {
            languages: person.languages.iter().copied().collect(),
            availability: person.availability,
            activity: activity(state, person),
            waiting: count(waiting),
        })
    }

    /// The coordinators' picture.
    pub fn board_view(&self) -> BoardView {
        let state = self.state();
        let mut queue: Vec<QueueRow> = state
            .calls()
            .filter_map(|(id, call)| queue_row(id, call))
            .collect();
        queue.sort_by_key(|row| (row.queued_at, row.call));
        let mut active: Vec<ActiveRow> = state
            .calls()
            .filter_map(|(id, call)| active_row(id, call))
            .collect();
        active.sort_by_key(|row| (row.connected_at, row.call));
        let interpreters = state.interpreters().map(|(id, person)| InterpreterRow {
            interpreter: id,
            languages: person.languages.iter().copied().collect(),
            status: status(person),
            since: person.since,
        });
        let tablets = state.tablets().map(|(id, tablet)| TabletRow {
            tablet: id,
            site: tablet.site,
            connected: tablet.presence == Presence::Connected,
            call: tablet.call,
        });
        BoardView {
            queue,
            active,
            interpreters: interpreters.collect(),
            tablets: tablets.collect(),
        }
    }
}

fn tablet_phase(state: &State, id: CallId, call: &Call) -> TabletPhase {
    let record = &call.record;
    let (language, queued_at) = (record.language, record.queued_at);
    match call.phase {
        Phase::Queued | Phase::Offered { .. } => {
            let ahead = state
                .waiting(language)
                .take_while(|waiting| *waiting != id)
                .count();
            TabletPhase::Waiting {
                call: id,
                language,
                position: count(ahead + 1),
                queued_at,
                ringing: matches!(call.phase, Phase::Offered { .. }),
                on_duty: count(state.on_duty(language)),
            }
        }
        Phase::Connecting { .. } => TabletPhase::Connecting {
            call: id,
            language,
            queued_at,
        },
        Phase::Active {
            interpreter,
            connected_at,
            ..
        } => TabletPhase::Active {
            call: id,
            language,
            connected_at,
            other_lost: is_lost(state, Party::Interpreter(interpreter)),
        },
    }
}

fn activity(state: &State, person: &Interpreter) -> Activity {
    match person.duty {
        Duty::Free => Activity::Idle,
        Duty::WrapUp { call, ends_at } => Activity::WrapUp { call, ends_at },
        Duty::Ringing(offer) => {
            let Some((id, call)) = state.offered_call(offer) else {
                return Activity::Idle;
            };
            let Phase::Offered { expires_at, .. } = call.phase else {
                return Activity::Idle;
            };
            let record = &call.record;
            let (language, site, queued_at) = (record.language, record.site, record.queued_at);
            Activity::Ringing {
                offer,
                call: id,
                language,
                site,
                queued_at,
                expires_at,
            }
        }
        Duty::InCall(id) => {
            let Some(call) = state.call(id) else {
                return Activity::Idle;
            };
            let (language, site) = (call.record.language, call.record.site);
            match call.phase {
                Phase::Active { connected_at, .. } => {
                    let other_lost = is_lost(state, Party::Tablet(call.tablet));
                    Activity::Active {
                        call: id,
                        language,
                        site,
                        connected_at,
                        other_lost,
                    }
                }
                _ => Activity::Connecting {
                    call: id,
                    language,
                    site,
                },
            }
        }
    }
}

fn status(person: &Interpreter) -> InterpreterStatus {
    match (person.presence, person.duty, person.availability) {
        (_, Duty::InCall(_), _) => InterpreterStatus::Busy,
        (Presence::Absent, ..) => InterpreterStatus::Offline,
        (Presence::Leaving { .. }, ..) => InterpreterStatus::Unreachable,
        (_, Duty::Ringing(_), _) => InterpreterStatus::Offered,
        (_, Duty::WrapUp { .. }, _) => InterpreterStatus::WrapUp,
        (.., Availability::Available) => InterpreterStatus::Available,
        (.., Availability::Away) => InterpreterStatus::Away,
        (.., Availability::AwayAfterMisses) => InterpreterStatus::AwayAfterMisses,
    }
}

fn queue_row(id: CallId, call: &Call) -> Option<QueueRow> {
    let phase = match call.phase {
        Phase::Queued => QueuePhase::Queued,
        Phase::Offered { .. } => QueuePhase::Offered,
        Phase::Connecting { .. } => QueuePhase::Connecting,
        Phase::Active { .. } => return None,
    };
    let record = &call.record;
    Some(QueueRow {
        call: id,
        language: record.language,
        site: record.site,
        queued_at: record.queued_at,
        phase,
        interpreter: call.interpreter(),
    })
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
    let (language, site) = (call.record.language, call.record.site);
    Some(ActiveRow {
        call: id,
        language,
        site,
        interpreter,
        connected_at,
    })
}

fn is_lost(state: &State, party: Party) -> bool {
    state.presence(party) != Some(Presence::Connected)
}

/// Counts on the wire are 32 bits; no queue of this service comes near.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
