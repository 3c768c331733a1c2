//! The coordinator's hand: class, person, language and end of a waiting call; opening and closing
//! against the hours. Whatever is changed, the ticket stays.

use super::end;
use crate::command::{Command, Counter, Rejection};
use crate::configuration::Class;
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId};
use crate::record::Outcome;
use crate::state::{Call, State};
use crate::tag::Language;
use crate::time::Timestamp;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Prioritise { call, class } => prioritise(state, call, class),
        Command::Assign { call, interpreter } => assign(state, call, interpreter, now),
        Command::Withdraw { call } => withdraw(state, call, now),
        Command::Move { call, language } => move_to(state, call, language, now),
        Command::Force { counter, open } => force(state, counter, open),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// Gives a waiting call another class. A normal call that has waited long counts as a priority call
/// again at once.
fn prioritise(state: &State, id: CallId, class: Class) -> Result<Vec<Event>, Rejection> {
    let call = waiting(state, id)?;
    let unchanged = call.record.class == class && call.search.rank == class;
    if unchanged {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Prioritised { call: id, class }])
}

/// Gives a waiting call to one person who may take it; rings at others are taken back. A second
/// time changes nothing, the time for it included.
fn assign(
    state: &State,
    id: CallId,
    interpreter: InterpreterId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let call = waiting(state, id)?;
    let person = state
        .interpreter(interpreter)
        .ok_or(Rejection::UnknownInterpreter)?;
    let rules = &state.configuration().rules;
    if !person.may_take(&call.need, &rules.rest) {
        return Err(Rejection::NotQualified);
    }
    if !person.is_on_duty() {
        return Err(Rejection::WrongState);
    }
    let already = call.search.assigned.map(|(already, _)| already);
    if already == Some(interpreter) {
        return Ok(Vec::new());
    }
    let others = call
        .search
        .rings
        .iter()
        .filter(|(_, ring)| ring.interpreter != interpreter);
    let closed = others.map(|(offer, _)| end::closed(*offer, OfferEnd::Reassigned, now));
    let until = now + rules.assignment_ms;
    Ok(closed
        .chain([Event::Assigned {
            call: id,
            interpreter,
            until,
        }])
        .collect())
}

/// Ends a waiting call.
fn withdraw(state: &State, id: CallId, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    let call = waiting(state, id)?;
    let closed = end::rings_closed(call, OfferEnd::Withdrawn, now);
    Ok(closed.chain([end::ended(id, Outcome::Withdrawn)]).collect())
}

/// The visitor meant another language.
fn move_to(
    state: &State,
    id: CallId,
    language: Language,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let call = waiting(state, id)?;
    let need = state
        .configuration()
        .need(call.record.site, language, None)
        .ok_or(Rejection::UnknownLanguage)?;
    if need == call.need {
        return Ok(Vec::new());
    }
    let closed = end::rings_closed(call, OfferEnd::Reassigned, now);
    Ok(closed.chain([Event::Moved { call: id, need }]).collect())
}

/// Opens or closes against the hours, or goes by the hours again. Calls that wait already are
/// served to their end.
fn force(state: &State, counter: Counter, open: Option<bool>) -> Result<Vec<Event>, Rejection> {
    let opening = state.opening(counter).ok_or(match counter {
        Counter::Site(_) => Rejection::UnknownSite,
        Counter::Language(_) => Rejection::UnknownLanguage,
    })?;
    if opening.forced == open {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Forced { counter, open }])
}

fn waiting(state: &State, id: CallId) -> Result<&Call, Rejection> {
    let call = state.call(id).ok_or(Rejection::CallGone)?;
    if call.is_waiting() {
        Ok(call)
    } else {
        Err(Rejection::WrongState)
    }
}
