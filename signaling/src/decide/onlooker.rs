//! Who else may be in a conversation. A coordinator looks on in silence, and only while the visitor
//! agrees: the mark stands on every screen from the question on. A no holds for the conversation,
//! whoever asks, until its lead asks for help; silence is no consent either, but no answer. A third
//! party comes by a link that works once and is good for a short time; the tablet or the lead may
//! send either away at any moment.

use crate::command::{Command, Party, Rejection};
use crate::event::{Event, Unwilling};
use crate::ids::{CallId, GuestId, TabletId};
use crate::state::{Call, Guest, Observer, Phase, Presence, State};
use crate::time::Timestamp;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::AskToJoin { call } => ask(state, call, now),
        Command::Consent {
            tablet,
            call,
            agree,
        } => consent(state, tablet, call, agree, now),
        Command::ObserverUp { call, up } => observer_up(state, call, up, now),
        Command::InviteGuest { party, call } => invite(state, party, call, now),
        Command::RemoveGuest { party, call } => {
            let live = asked_by(state, party, call)?;
            Ok(guest_left(live).into_iter().collect())
        }
        Command::GuestUp { call, guest } => guest_up(state, call, guest),
        Command::HangUp { party, call } => hang_up(state, party, call, now),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// Asks the visitor. There is one question, and one who looks on, at a time: of two coordinators
/// who ask at once, one is told no.
fn ask(state: &State, call: CallId, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    let live = talking(state, call)?;
    let unwilling = live.unwilling.is_some_and(|one| match one {
        Unwilling::Refused => true,
        Unwilling::Silent { until } => now < until,
    });
    if live.observer.is_some() || unwilling {
        return Err(Rejection::WrongState);
    }
    let until = now + state.configuration().rules.consent_ms;
    Ok(vec![Event::ObserverAsked { call, until }])
}

/// The visitor's answer, and its withdrawal at any time.
fn consent(
    state: &State,
    tablet: TabletId,
    call: CallId,
    agree: bool,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = asked_by(state, Party::Tablet(tablet), call)?;
    match (live.observer, agree) {
        (Some(Observer::Asked { .. }), true) => Ok(vec![admitted(state, call, now)]),
        (Some(_), true) => Ok(Vec::new()),
        // Also when the question has just ended by itself: a no is never too late to count.
        (None, false) if live.unwilling == Some(Unwilling::Refused) => Ok(Vec::new()),
        (_, false) => Ok(vec![left(call, Some(Unwilling::Refused))]),
        (None, true) => Err(Rejection::WrongState),
    }
}

fn admitted(state: &State, call: CallId, now: Timestamp) -> Event {
    let connect_by = now + state.configuration().rules.connect_ms;
    Event::ObserverAdmitted { call, connect_by }
}

/// The coordinator's connection is there, or is lost and has the time of a connection to come back.
fn observer_up(
    state: &State,
    call: CallId,
    up: bool,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    Ok(match (live.observer, up) {
        (Some(Observer::Coming { .. }), true) => vec![Event::ObserverUp { call }],
        (Some(Observer::There), false) => vec![admitted(state, call, now)],
        _ => Vec::new(),
    })
}

/// Nobody answered the coordinator, or they took the question back: they may ask again once the
/// visitor has had as long without it. Or the coordinator did not come, or has left.
pub(super) fn observer_due(state: &State, call: CallId, now: Timestamp) -> Event {
    let observer = state.call(call).and_then(|live| live.observer);
    let until = now + state.configuration().rules.consent_ms;
    let silent = matches!(observer, Some(Observer::Asked { .. }));
    left(call, silent.then_some(Unwilling::Silent { until }))
}

const fn left(call: CallId, unwilling: Option<Unwilling>) -> Event {
    Event::ObserverLeft { call, unwilling }
}

/// A link for a third party. While it has not been used, asking again is for a new link to the same
/// place, and changes nothing here.
fn invite(
    state: &State,
    party: Party,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = asked_by(state, party, call)?;
    match live.guest.map(|guest| guest.presence) {
        None => Ok(vec![Event::GuestInvited {
            call,
            guest: state.next_guest(),
            until: now + state.configuration().rules.guest_link_ms,
        }]),
        Some(Presence::Absent) => Ok(Vec::new()),
        Some(Presence::Connected | Presence::Leaving { .. }) => Err(Rejection::WrongState),
    }
}

/// The third party is gone, or no longer invited.
pub(super) fn guest_left(call: &Call) -> Option<Event> {
    call.guest.map(|Guest { guest, .. }| Event::GuestLeft {
        call: call.record.call,
        guest,
    })
}

fn guest_up(state: &State, call: CallId, guest: GuestId) -> Result<Vec<Event>, Rejection> {
    let (live, known) = state.guest(guest).ok_or(Rejection::UnknownGuest)?;
    if live.record.call != call {
        return Err(Rejection::CallGone);
    }
    Ok(if known.up {
        Vec::new()
    } else {
        vec![Event::GuestUp { call }]
    })
}

fn hang_up(
    state: &State,
    party: Party,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    match party {
        Party::Coordinator => {
            // A question taken back and asked again would stand for ever.
            let left = live.observer.map(|_| observer_due(state, call, now));
            Ok(left.into_iter().collect())
        }
        Party::Guest(id) if live.guest.is_some_and(|guest| guest.guest == id) => {
            Ok(guest_left(live).into_iter().collect())
        }
        _ => Err(Rejection::CallGone),
    }
}

/// What a restart leaves of those who look on: a coordinator asks anew, a third party has the grace
/// of everybody else.
pub(super) fn restarted(call: &Call) -> Option<Event> {
    let id = call.record.call;
    call.observer.map(|_| left(id, None))
}

/// A conversation under way.
fn talking(state: &State, call: CallId) -> Result<&Call, Rejection> {
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    match live.phase {
        Phase::Active { .. } => Ok(live),
        Phase::Waiting | Phase::Connecting { .. } => Err(Rejection::WrongState),
    }
}

/// A conversation under way in which this side has a say: its tablet, or its lead.
fn asked_by(state: &State, party: Party, call: CallId) -> Result<&Call, Rejection> {
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    let theirs = match party {
        Party::Tablet(id) => live.tablet == id,
        Party::Interpreter(id) => live.interpreter() == Some(id),
        Party::Guest(_) | Party::Coordinator => false,
    };
    if theirs {
        talking(state, call)
    } else {
        Err(Rejection::CallGone)
    }
}
