//! What an interpreter may do: be available, away or in a pause, accept, decline, leave, pass on,
//! end or extend the wrap-up, ask for help.
//! Everything is answered by offer or call number, so that late and double clicks are harmless.

use super::{colleague, end};
use crate::command::{Command, Party, Rejection};
use crate::event::{Event, OfferEnd, Pause};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::need::Role;
use crate::protocol::{DeclineReason, HelpReason, PauseReason};
use crate::record::Outcome;
use crate::state::{ClosedOffer, Duty, Interpreter, Phase, Presence, State};
use crate::tag::Language;
use crate::time::Timestamp;
use crate::view::Availability;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::SetAvailable {
            interpreter,
            available,
        } => set_available(state, interpreter, available, now),
        Command::Pause {
            interpreter,
            reason,
            by_coordinator,
        } => pause(state, interpreter, reason, by_coordinator, now),
        Command::Accept { interpreter, offer } => accept(state, interpreter, offer, now),
        Command::Decline {
            interpreter,
            offer,
            reason,
        } => decline(state, interpreter, offer, reason, now),
        Command::EndWrapUp { interpreter } => end_wrap_up(state, interpreter),
        Command::ExtendWrapUp { interpreter, until } => extend_wrap_up(state, interpreter, until),
        Command::AskHelp {
            interpreter,
            reason,
        } => ask_help(state, interpreter, reason),
        Command::Transfer {
            interpreter,
            call,
            language,
        } => transfer(state, interpreter, call, language, now),
        Command::HangUp {
            party: Party::Interpreter(interpreter),
            call,
        } => hang_up(state, interpreter, call, now),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// Takes calls from now on, or is away. A ring under way is taken back without penalty.
fn set_available(
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
    if available && person.presence == Presence::Absent {
        // To be available is a promise of somebody who is there.
        return Err(Rejection::WrongState);
    }
    let set = Event::AvailabilitySet {
        interpreter: id,
        available,
    };
    Ok(std::iter::once(set)
        .chain(ring_withdrawn(person, now))
        .collect())
}

/// Takes no calls for a while. A ring under way is taken back without penalty.
fn pause(
    state: &State,
    id: InterpreterId,
    reason: PauseReason,
    by_coordinator: bool,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    let pause = Pause {
        reason,
        by_coordinator,
    };
    if person.presence == Presence::Absent {
        return Err(Rejection::WrongState);
    }
    if person.pause == Some(pause) {
        return Ok(Vec::new());
    }
    let paused = Event::Paused {
        interpreter: id,
        pause,
    };
    Ok(std::iter::once(paused)
        .chain(ring_withdrawn(person, now))
        .collect())
}

fn ring_withdrawn(person: &Interpreter, now: Timestamp) -> Option<Event> {
    match person.duty {
        Duty::Ringing(offer) => Some(end::closed(offer, OfferEnd::Withdrawn, now)),
        _ => None,
    }
}

/// Takes the call; whoever else is rung for it is told that a colleague was first. The same accept
/// again is answered alike; a late one is refused.
fn accept(
    state: &State,
    id: InterpreterId,
    offer: OfferId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    match person.duty {
        Duty::Ringing(ringing) if ringing == offer => {
            let (_, call, _) = state.ring(offer).ok_or(Rejection::OfferGone)?;
            let connect_by = now + state.configuration().rules.connect_ms;
            let others = call.search.rings.keys().filter(|other| **other != offer);
            let closed = others.map(|other| end::closed(*other, OfferEnd::LostRace, now));
            Ok(closed
                .chain([Event::Accepted { offer, connect_by }])
                .collect())
        }
        Duty::InCall(call) if accepted_offer(state, call, id) == Some(offer) => Ok(Vec::new()),
        _ => Err(Rejection::OfferGone),
    }
}

fn accepted_offer(state: &State, call: CallId, id: InterpreterId) -> Option<OfferId> {
    let call = state.call(call)?;
    let colleague = call
        .colleague
        .filter(|colleague| colleague.interpreter == id);
    colleague.map_or_else(|| call.offer(), |colleague| Some(colleague.offer))
}

/// Leaves the call to a colleague: no penalty, but this pair is not tried again for a while.
fn decline(
    state: &State,
    id: InterpreterId,
    offer: OfferId,
    reason: DeclineReason,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    if person.duty == Duty::Ringing(offer) {
        return Ok(failed_ring(
            state,
            offer,
            OfferEnd::Declined { reason },
            now,
        ));
    }
    let declined =
        |last: ClosedOffer| last.offer == offer && matches!(last.end, OfferEnd::Declined { .. });
    if person.last_offer.is_some_and(declined) {
        Ok(Vec::new())
    } else {
        Err(Rejection::OfferGone)
    }
}

/// A ring that was declined or missed: the pair cools down, and a call that was assigned to this
/// person is anybody's again.
fn failed_ring(state: &State, offer: OfferId, reason: OfferEnd, now: Timestamp) -> Vec<Event> {
    let cooldown_until = now + state.configuration().rules.cooldown_ms;
    let closed = Event::OfferClosed {
        offer,
        reason,
        cooldown_until,
    };
    let assigned = state
        .ring(offer)
        .filter(|(_, call, _)| call.search.assigned.is_some());
    let freed = assigned.map(|(call, ..)| Event::AssignmentEnded { call });
    std::iter::once(closed).chain(freed).collect()
}

/// Leaves a call. Before it is connected, the visitor goes back to the old place in the queue.
fn hang_up(
    state: &State,
    id: InterpreterId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match known(state, id)?.duty {
        Duty::InCall(mine) if mine == call => {
            let live = state.call(call).ok_or(Rejection::CallGone)?;
            Ok(match live.colleague {
                Some(colleague) if colleague.interpreter == id => {
                    colleague::left(state, call, colleague, now)
                }
                // Who came to take over does, also when the lead leaves before it is said.
                Some(colleague)
                    if colleague.role == Role::Relief && live.colleague_up().is_some() =>
                {
                    colleague::take_over(state, colleague.interpreter, call, now)?
                }
                _ => end::by_interpreter(state, call, live, Outcome::Completed, now),
            })
        }
        Duty::WrapUp { call: last, .. } if last == call => Ok(Vec::new()),
        _ => Err(Rejection::CallGone),
    }
}

/// Is free again before the wrap-up's time; only the interpreter can do that.
fn end_wrap_up(state: &State, id: InterpreterId) -> Result<Vec<Event>, Rejection> {
    match known(state, id)?.duty {
        Duty::WrapUp { .. } => Ok(vec![Event::WrapUpEnded { interpreter: id }]),
        Duty::Free | Duty::Ringing(_) => Ok(Vec::new()),
        Duty::InCall(_) => Err(Rejection::WrongState),
    }
}

/// More time after a call than until a moment, up to the limit of the rules. The same wish again
/// changes nothing.
fn extend_wrap_up(
    state: &State,
    id: InterpreterId,
    until: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let Duty::WrapUp {
        began_at, ends_at, ..
    } = known(state, id)?.duty
    else {
        return Err(Rejection::WrongState);
    };
    if until < ends_at {
        return Ok(Vec::new());
    }
    let rules = &state.configuration().rules;
    let longest = began_at + rules.wrap_up_max_ms;
    if until > ends_at || ends_at >= longest {
        return Err(Rejection::WrongState);
    }
    let ends_at = (ends_at + rules.wrap_up_extension_ms).min(longest);
    Ok(vec![Event::WrapUpExtended {
        interpreter: id,
        ends_at,
    }])
}

/// Asks the coordinators for help, or no longer does. The same again changes nothing, unless the
/// visitor has refused a coordinator since: it is how the lead has them asked again.
fn ask_help(
    state: &State,
    id: InterpreterId,
    reason: Option<HelpReason>,
) -> Result<Vec<Event>, Rejection> {
    let person = known(state, id)?;
    let leads = match person.duty {
        Duty::InCall(call) => state.call(call),
        Duty::Free | Duty::Ringing(_) | Duty::WrapUp { .. } => None,
    };
    let leads = leads.filter(|call| call.interpreter() == Some(id));
    let refused = leads.is_some_and(|call| call.unwilling.is_some());
    if person.help == reason && !(reason.is_some() && refused) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::HelpAsked {
        interpreter: id,
        reason,
    }])
}

/// The conversation goes on in another language: this call ends, and the visitor waits at the head
/// of the class for the other. A second time changes nothing.
fn transfer(
    state: &State,
    id: InterpreterId,
    call: CallId,
    language: Language,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match known(state, id)?.duty {
        Duty::InCall(mine) if mine == call => {}
        Duty::WrapUp { call: last, .. } if last == call => return Ok(Vec::new()),
        _ => return Err(Rejection::CallGone),
    }
    let live = state.call(call).ok_or(Rejection::CallGone)?;
    let site = live.record.site;
    let need = state.configuration().need(site, language, None);
    let need = need.ok_or(Rejection::UnknownLanguage)?;
    let is_lead = live.interpreter() == Some(id);
    if !matches!(live.phase, Phase::Active { .. }) || !is_lead || language == live.need.language {
        return Err(Rejection::WrongState);
    }
    if !state.is_open(site, language) {
        return Err(Rejection::Closed);
    }
    if !state.configuration().tablets.contains_key(&live.tablet) {
        // Out of the directory: it may finish this call, and begins no other.
        return Err(Rejection::UnknownTablet);
    }
    let ended = end::conversation_ended(state, call, live, Outcome::Transferred, now);
    let again = end::queued_again(state, call, live, need, now);
    Ok(ended.into_iter().chain([again]).collect())
}

/// A ring nobody answered; after too many in a row the interpreter is set to away.
pub(super) fn missed(state: &State, offer: OfferId, now: Timestamp) -> Vec<Event> {
    let Some((_, _, ring)) = state.ring(offer) else {
        return Vec::new();
    };
    let interpreter = ring.interpreter;
    let misses = state
        .interpreter(interpreter)
        .map_or(0, |person| person.misses)
        + 1;
    let tired = misses >= state.configuration().rules.misses_max;
    let away = tired.then_some(Event::SetAwayAfterMisses { interpreter });
    failed_ring(state, offer, OfferEnd::Missed, now)
        .into_iter()
        .chain(away)
        .collect()
}

fn known(state: &State, id: InterpreterId) -> Result<&Interpreter, Rejection> {
    state.interpreter(id).ok_or(Rejection::UnknownInterpreter)
}
