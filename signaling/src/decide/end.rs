//! The ways a call ends or goes back to its place, shared by hang-ups, losses and deadlines. One
//! function per side, so that every path closes the rings, gives the wrap-up and keeps the ticket.

use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::record::Outcome;
use crate::state::{Call, Phase, State};
use crate::time::Timestamp;

/// The visitor's side ends the call: `active` is the outcome if the conversation was under way.
pub(super) fn by_visitor(
    state: &State,
    id: CallId,
    call: &Call,
    active: Outcome,
    now: Timestamp,
) -> Vec<Event> {
    match call.phase {
        Phase::Waiting => {
            let closed = rings_closed(call, OfferEnd::CallerLeft, now);
            closed
                .chain([ended(id, Outcome::AbandonedQueued)])
                .collect()
        }
        Phase::Connecting { .. } => vec![ended(id, Outcome::AbandonedConnecting)],
        Phase::Active { .. } => conversation_ended(state, id, call, active, now),
    }
}

/// The interpreter's side leaves a call it had accepted. A call that was not yet connected goes
/// back to its place and is rung elsewhere; a conversation is over.
pub(super) fn by_interpreter(
    state: &State,
    id: CallId,
    call: &Call,
    active: Outcome,
    now: Timestamp,
) -> Vec<Event> {
    match call.phase {
        Phase::Connecting { .. } => vec![connect_failed(state, id, now)],
        Phase::Active { .. } => conversation_ended(state, id, call, active, now),
        Phase::Waiting => Vec::new(),
    }
}

/// Back to the queue at the old place; the pair that failed is not tried again at once.
pub(super) fn connect_failed(state: &State, call: CallId, now: Timestamp) -> Event {
    let cooldown_until = now + state.configuration().rules.cooldown_ms;
    Event::ConnectFailed {
        call,
        cooldown_until,
    }
}

/// The conversation is over: a search under way ends, and everybody who was in it wraps up.
pub(super) fn conversation_ended(
    state: &State,
    id: CallId,
    call: &Call,
    outcome: Outcome,
    now: Timestamp,
) -> Vec<Event> {
    let colleague = call.colleague_up().map(|colleague| colleague.interpreter);
    let wrap_ups = call
        .interpreter()
        .into_iter()
        .chain(colleague)
        .map(|interpreter| wrap_up(state, interpreter, id, now));
    rings_closed(call, OfferEnd::CallerLeft, now)
        .chain([ended(id, outcome)])
        .chain(wrap_ups)
        .collect()
}

/// Time after a call for one interpreter.
pub(super) fn wrap_up(
    state: &State,
    interpreter: InterpreterId,
    call: CallId,
    now: Timestamp,
) -> Event {
    let ends_at = now + state.configuration().rules.wrap_up_ms;
    Event::WrapUpStarted {
        interpreter,
        call,
        ends_at,
    }
}

/// Every ring of a call ends for this reason, without a cooldown.
pub(super) fn rings_closed(
    call: &Call,
    reason: OfferEnd,
    now: Timestamp,
) -> impl Iterator<Item = Event> {
    call.search
        .rings
        .keys()
        .map(move |offer| closed(*offer, reason, now))
}

/// A ring ends without a cooldown: nobody failed.
pub(super) const fn closed(offer: OfferId, reason: OfferEnd, now: Timestamp) -> Event {
    Event::OfferClosed {
        offer,
        reason,
        cooldown_until: now,
    }
}

pub(super) const fn ended(call: CallId, outcome: Outcome) -> Event {
    Event::CallEnded { call, outcome }
}

/// The visitor goes on waiting in a call of its own, at the head of its class: after a transfer, or
/// when the interpreter was lost in the middle of a conversation.
pub(super) fn queued_again(
    state: &State,
    id: CallId,
    call: &Call,
    need: crate::need::Need,
    now: Timestamp,
) -> Event {
    Event::CallQueued {
        call: state.next_call(),
        tablet: call.tablet,
        site: call.record.site,
        need,
        class: call.record.class,
        tapped_at: now,
        origin: Some(id),
        ahead: true,
        ticket: now,
        subject: call.record.subject,
    }
}
