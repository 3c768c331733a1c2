//! Being called back: the visitor leaves the counter and keeps the ticket. When the turn comes and
//! somebody is free, the tablet rings; whoever answers is a call again, at the old place. One
//! attempt at a time (routing scenario 29), a few in all, and whoever was not found is on record as
//! unserved.

use super::end;
use crate::command::{Command, Rejection};
use crate::event::{CallbackEnd, Event, OfferEnd};
use crate::ids::{CallId, TabletId};
use crate::need::Need;
use crate::record::Outcome;
use crate::state::{Appointment, Call, Callback, Place, State, Tablet, Turn};
use crate::tag::Language;
use crate::time::Timestamp;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::RequestCallback { tablet, call } => request(state, tablet, call, now),
        Command::AnswerCallback { tablet, callback } => answer(state, tablet, callback, now),
        Command::CancelCallback { tablet, callback } => cancel(state, tablet, callback),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// A waiting call becomes a callback. A second time changes nothing.
fn request(
    state: &State,
    id: TabletId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    if state
        .callback(call)
        .is_some_and(|callback| callback.tablet == id)
    {
        return Ok(Vec::new());
    }
    let live = state
        .call(call)
        .filter(|_| tablet.call == Some(call))
        .ok_or(Rejection::CallGone)?;
    if !live.is_waiting() || !may_request(state, id) {
        return Err(Rejection::WrongState);
    }
    let expires_at = now + state.configuration().rules.callback_max_ms;
    let made = Event::CallbackMade {
        callback: call,
        expires_at,
    };
    let closed = end::rings_closed(live, OfferEnd::CallerLeft, now);
    Ok(closed
        .chain([made, end::ended(call, Outcome::ConvertedCallback)])
        .collect())
}

/// Whether one more visitor of this tablet may be called back.
pub(crate) fn may_request(state: &State, tablet: TabletId) -> bool {
    let made = state.callbacks_at(tablet).count();
    made < state.configuration().rules.callbacks_max as usize
}

/// The visitor is there, called or not: a call again, at the old place.
fn answer(
    state: &State,
    id: TabletId,
    callback: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    let again = tablet.call.and_then(|call| state.call(call));
    if again.is_some_and(|call| call.record.origin == Some(callback)) {
        return Ok(Vec::new());
    }
    let made = of_tablet(state, Some(id), callback)?;
    if !tablet.is_idle() {
        return Err(Rejection::WrongState);
    }
    let queued = Event::CallQueued {
        call: state.next_call(),
        tablet: id,
        site: tablet.site,
        need: made.need,
        class: made.record.class,
        tapped_at: now,
        origin: Some(callback),
        ahead: false,
        ticket: made.ticket,
        subject: made.record.subject,
    };
    // In this order, so that a tablet that has left the directory is kept for the call.
    let answered = [queued, ended(callback, CallbackEnd::Answered)];
    // Whoever else the tablet was ringing for has another turn.
    let others = rings_taken_back(state.callbacks_at(id)).filter(
        |event| !matches!(event, Event::CallbackReady { callback: other } if *other == callback),
    );
    Ok(others.chain(answered).collect())
}

/// No longer wanted.
fn cancel(
    state: &State,
    tablet: Option<TabletId>,
    callback: CallId,
) -> Result<Vec<Event>, Rejection> {
    of_tablet(state, tablet, callback)?;
    Ok(vec![ended(callback, CallbackEnd::Cancelled)])
}

/// Nobody answered, or the pause after that is over.
pub(super) fn due(state: &State, id: CallId, now: Timestamp) -> Vec<Event> {
    let Some(callback) = state.callback(id) else {
        return Vec::new();
    };
    match callback.turn {
        Turn::Waiting => Vec::new(),
        Turn::Resting { .. } => vec![Event::CallbackReady { callback: id }],
        Turn::Ringing { .. } => {
            let rules = &state.configuration().rules;
            let again_at = now + rules.callback_retry_ms;
            let missed = Event::CallbackMissed {
                callback: id,
                again_at,
            };
            let last = callback.attempts + 1 >= rules.callback_attempts_max;
            std::iter::once(missed)
                .chain(last.then(|| unserved(id)))
                .collect()
        }
    }
}

/// Rings for these visitors end without counting: nobody could have answered.
pub(super) fn rings_taken_back<'a>(
    callbacks: impl Iterator<Item = &'a Callback>,
) -> impl Iterator<Item = Event> {
    callbacks
        .filter(|callback| matches!(callback.turn, Turn::Ringing { .. }))
        .map(|callback| Event::CallbackReady {
            callback: callback.record.call,
        })
}

pub(super) const fn unserved(callback: CallId) -> Event {
    ended(callback, CallbackEnd::Unserved)
}

/// Whose turn it is: the earliest callback whose tablet is there and idle and calls no visitor of
/// an appointment, for whom somebody is free, and before whom nobody of the language waits who
/// could be rung for.
pub(super) fn turn(
    state: &State,
    is_somebody_free: impl Fn(&Need) -> bool,
    now: Timestamp,
) -> Option<Event> {
    let next = state
        .callable()
        .filter(|(need, _)| is_somebody_free(need))
        .filter_map(|(need, callbacks)| {
            let first = first_waiting(state, need.language);
            callbacks
                .take_while(|callback| first.is_none_or(|first| callback.place() < first))
                .find(|callback| may_ring(state, callback.tablet))
        })
        .min_by_key(|callback| callback.place())?;
    let until = now + state.configuration().rules.callback_ring_ms;
    Some(Event::CallbackRung {
        callback: next.record.call,
        until,
    })
}

fn may_ring(state: &State, id: TabletId) -> bool {
    let rings = |callback: &Callback| matches!(callback.turn, Turn::Ringing { .. });
    state.tablet(id).is_some_and(Tablet::is_idle)
        && !state.callbacks_at(id).any(rings)
        && !state.appointments_at(id).any(Appointment::is_due)
}

/// The first who could be rung for: whoever is away, or waits for nobody on duty, holds nobody up.
fn first_waiting(state: &State, language: Language) -> Option<Place> {
    let mut waiting = state.waiting(language).filter_map(|call| state.call(call));
    waiting
        .find(|call| call.there && state.anybody_on_duty(&state.wanted_at_last(&call.need)))
        .map(Call::place)
}

fn of_tablet(
    state: &State,
    tablet: Option<TabletId>,
    callback: CallId,
) -> Result<&Callback, Rejection> {
    let made = state.callback(callback).ok_or(Rejection::CallGone)?;
    if tablet.is_none_or(|tablet| tablet == made.tablet) {
        Ok(made)
    } else {
        Err(Rejection::CallGone)
    }
}

const fn ended(callback: CallId, end: CallbackEnd) -> Event {
    Event::CallbackEnded { callback, end }
}
