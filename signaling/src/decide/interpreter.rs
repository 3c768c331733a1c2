//! What an interpreter may do: be available or away, accept, decline, leave, end the wrap-up.
//! Everything is answered by offer or call number, so that late and double clicks are harmless.

use super::end;
use crate::command::Rejection;
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::protocol::DeclineReason;
use crate::record::Outcome;
use crate::state::{Duty, Interpreter, Phase, State};
use crate::time::Timestamp;
use crate::view::Availability;

/// Takes calls from now on, or is away. A ring under way is taken back without penalty.
pub(super) fn set_available(
    state: &State,
    id: InterpreterId,
    available: bool,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    let wanted = if available {
        Availability::Available
    } else {
        Availability::Away
    };
    if person.availability == wanted {
        return Ok(Vec::new());
    }
    let mut events = vec![Event::AvailabilitySet {
        interpreter: id,
        available,
    }];
    if let Duty::Ringing(offer) = person.duty {
        let reason = OfferEnd::Withdrawn;
        events.push(Event::OfferClosed {
            offer,
            reason,
            cooldown_until: now,
        });
    }
    Ok(events)
}

/// Takes the call. The same accept again is answered alike; a late one is refused.
pub(super) fn accept(
    state: &State,
    id: InterpreterId,
    offer: OfferId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    match person.duty {
        Duty::Ringing(ringing) if ringing == offer => {
            let connect_by = now + state.configuration().rules.connect_ms;
            Ok(vec![Event::Accepted { offer, connect_by }])
        }
        Duty::InCall(call) if state.call(call).and_then(|call| call.offer()) == Some(offer) => {
            Ok(Vec::new())
        }
        _ => Err(Rejection::OfferGone),
    }
}

/// Leaves the call to a colleague: no penalty, but this pair is not tried again for a while.
pub(super) fn decline(
    state: &State,
    id: InterpreterId,
    offer: OfferId,
    reason: DeclineReason,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    if person.duty == Duty::Ringing(offer) {
        let reason = OfferEnd::Declined { reason };
        let cooldown_until = now + state.configuration().rules.cooldown_ms;
        return Ok(vec![Event::OfferClosed {
            offer,
            reason,
            cooldown_until,
        }]);
    }
    if person.declined == Some(offer) {
        Ok(Vec::new())
    } else {
        Err(Rejection::OfferGone)
    }
}

/// Leaves a call. Before it is connected, the visitor goes back to the old place in the queue.
pub(super) fn hang_up(
    state: &State,
    id: InterpreterId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match known(state, id)?.duty {
        Duty::InCall(mine) if mine == call => {
            let live = state.call(call).ok_or(Rejection::CallGone)?;
            Ok(end::by_interpreter(
                state,
                call,
                live,
                Outcome::Completed,
                now,
            ))
        }
        Duty::WrapUp { call: last, .. } if last == call => Ok(Vec::new()),
        _ => Err(Rejection::CallGone),
    }
}

/// Is free again before the wrap-up's time; only the interpreter can do that.
pub(super) fn end_wrap_up(state: &State, id: InterpreterId) -> Result<Vec<Event>, Rejection> {
    match known(state, id)?.duty {
        Duty::WrapUp { .. } => Ok(vec![Event::WrapUpEnded { interpreter: id }]),
        Duty::Free | Duty::Ringing(_) => Ok(Vec::new()),
        Duty::InCall(_) => Err(Rejection::WrongState),
    }
}

/// A ring nobody answered; after too many in a row the interpreter is set to away.
pub(super) fn missed(state: &State, call: CallId, now: Timestamp) -> Vec<Event> {
    let rules = &state.configuration().rules;
    let Some(Phase::Offered {
        offer, interpreter, ..
    }) = state.call(call).map(|call| call.phase)
    else {
        return Vec::new();
    };
    let reason = OfferEnd::Missed;
    let cooldown_until = now + rules.cooldown_ms;
    let closed = Event::OfferClosed {
        offer,
        reason,
        cooldown_until,
    };
    let misses = state
        .interpreter(interpreter)
        .map_or(0, |person| person.misses)
        + 1;
    let away = (misses >= rules.misses_max).then_some(Event::SetAwayAfterMisses { interpreter });
    std::iter::once(closed).chain(away).collect()
}

fn known(state: &State, id: InterpreterId) -> Result<&Interpreter, Rejection> {
    state.interpreter(id).ok_or(Rejection::UnknownInterpreter)
}
