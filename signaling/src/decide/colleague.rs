//! A colleague in a conversation: to take it over (the lead asks, the colleague takes: both sides
//! of the handshake, and the visitor sees the lead until the colleague has it) or to work beside
//! the lead. The same search as for a waiting call, with rings, steps, rest and all.

use super::end;
use crate::command::{Command, Rejection};
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId};
use crate::need::Role;
use crate::state::{Call, Colleague, Duty, Phase, State};
use crate::tag::Language;
use crate::time::Timestamp;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Invite {
            interpreter,
            call,
            role,
            language,
            to,
        } => invite(state, interpreter, call, (role, language, to), now),
        Command::CancelInvite { interpreter, call } => cancel(state, interpreter, call, now),
        Command::TakeOver { interpreter, call } => take_over(state, interpreter, call, now),
        Command::ColleagueUp { call, interpreter } => up(state, call, interpreter),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// The lead wants a colleague. The same wish again changes nothing.
fn invite(
    state: &State,
    id: InterpreterId,
    call: CallId,
    wish: (Role, Option<Language>, Option<InterpreterId>),
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let (role, language, to) = wish;
    let live = led_by(state, id, call)?;
    let language = language.unwrap_or(live.need.language);
    let need = if language == live.need.language {
        live.need
    } else {
        let need = state.configuration().need(live.record.site, language, None);
        need.ok_or(Rejection::UnknownLanguage)?
    };
    if let Some(sought) = live.sought {
        let same = (sought.role, sought.need) == (role, need);
        return if same {
            Ok(Vec::new())
        } else {
            Err(Rejection::WrongState)
        };
    }
    if live.colleague.is_some() || role == Role::Lead {
        return Err(Rejection::WrongState);
    }
    let rules = &state.configuration().rules;
    let assigned = match to {
        None => None,
        Some(to) => {
            let person = state.interpreter(to).ok_or(Rejection::UnknownInterpreter)?;
            if !person.may_take(&need, &rules.rest) {
                return Err(Rejection::NotQualified);
            }
            if to == id || !person.is_on_duty() {
                return Err(Rejection::WrongState);
            }
            let until = now + rules.assignment_ms;
            Some(Event::Assigned {
                call,
                interpreter: to,
                until,
            })
        }
    };
    Ok(std::iter::once(sought(state, call, role, need, now))
        .chain(assigned)
        .collect())
}

/// Relief that nobody asked for: the lead has worked as long as anybody may.
pub(super) fn relief_due(state: &State, id: InterpreterId, now: Timestamp) -> Option<Event> {
    let Duty::InCall(call) = state.interpreter(id)?.duty else {
        return None;
    };
    let live = led_by(state, id, call).ok()?;
    let alone = live.sought.is_none() && live.colleague.is_none();
    alone.then(|| sought(state, call, Role::Relief, live.need, now))
}

/// The next search for relief, once one was in vain: whoever has worked as long as anybody may does
/// not stay without.
pub(super) fn relief_again(state: &State, call: &Call, now: Timestamp) -> Option<Event> {
    let lead = state.interpreter(call.interpreter()?)?;
    let stop_reached = lead.work.now.is_some_and(|shift| shift.stop_reached);
    stop_reached.then(|| sought(state, call.record.call, Role::Relief, call.need, now))
}

fn sought(
    state: &State,
    call: CallId,
    role: Role,
    need: crate::need::Need,
    now: Timestamp,
) -> Event {
    let until = now + state.configuration().search_max(need.language);
    Event::ColleagueSought {
        call,
        role,
        need,
        until,
    }
}

/// The lead does without: the search ends, or the colleague leaves.
fn cancel(
    state: &State,
    id: InterpreterId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = led_by(state, id, call)?;
    if live.sought.is_some() {
        return Ok(search_ended(live, now));
    }
    Ok(live
        .colleague
        .map_or_else(Vec::new, |colleague| left(state, call, colleague, now)))
}

/// Nobody came in time, or nobody is wanted any more.
pub(super) fn search_ended(call: &Call, now: Timestamp) -> Vec<Event> {
    let closed = end::rings_closed(call, OfferEnd::Withdrawn, now);
    closed
        .chain([Event::SearchEnded {
            call: call.record.call,
        }])
        .collect()
}

/// The colleague leaves the conversation, and wraps up when they were in it.
pub(super) fn left(
    state: &State,
    call: CallId,
    colleague: Colleague,
    now: Timestamp,
) -> Vec<Event> {
    let interpreter = colleague.interpreter;
    let gone = Event::ColleagueLeft { call, interpreter };
    let was_there = colleague.connect_by.is_none();
    let wrap_up = was_there.then(|| end::wrap_up(state, interpreter, call, now));
    std::iter::once(gone).chain(wrap_up).collect()
}

/// The colleague's media has arrived.
fn up(state: &State, call: CallId, interpreter: InterpreterId) -> Result<Vec<Event>, Rejection> {
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    let theirs = live
        .colleague
        .filter(|colleague| colleague.interpreter == interpreter);
    match theirs.ok_or(Rejection::WrongState)?.connect_by {
        Some(_) => Ok(vec![Event::ColleagueUp { call }]),
        None => Ok(Vec::new()),
    }
}

/// The colleague takes the call over, once seen; the lead wraps up. A second time changes nothing.
pub(super) fn take_over(
    state: &State,
    id: InterpreterId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = state.interpreter(id).ok_or(Rejection::UnknownInterpreter)?;
    let live = state
        .call(call)
        .filter(|_| person.duty == Duty::InCall(call));
    let live = live.ok_or(Rejection::CallGone)?;
    if live.interpreter() == Some(id) {
        return Ok(Vec::new());
    }
    let there = live
        .colleague_up()
        .filter(|colleague| colleague.role == Role::Relief);
    match (there, live.interpreter()) {
        (Some(colleague), Some(from)) => Ok(taken_over(state, call, from, colleague, now)),
        _ => Err(Rejection::WrongState),
    }
}

/// The colleague is the lead from now on; the old lead wraps up.
pub(super) fn taken_over(
    state: &State,
    call: CallId,
    from: InterpreterId,
    colleague: Colleague,
    now: Timestamp,
) -> Vec<Event> {
    let to = colleague.interpreter;
    vec![
        Event::TakenOver { call, from, to },
        end::wrap_up(state, from, call, now),
    ]
}

fn led_by(state: &State, id: InterpreterId, call: CallId) -> Result<&Call, Rejection> {
    state.interpreter(id).ok_or(Rejection::UnknownInterpreter)?;
    let live = state
        .call(call)
        .filter(|live| live.interpreter() == Some(id));
    let live = live.ok_or(Rejection::CallGone)?;
    match live.phase {
        Phase::Active { .. } => Ok(live),
        Phase::Waiting | Phase::Connecting { .. } => Err(Rejection::WrongState),
    }
}
