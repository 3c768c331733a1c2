//! Who is rung next. The call is the one waiting longest that anybody free can take; the
//! interpreter is the one idle longest among those. Both choices are the minimum of a lexicographic
//! key:
//!
//! ```text
//! call         (ticket time, number)      over calls whose tablet is connected, with an eligible
//!                                         interpreter
//! interpreter  (idle since, number)       over interpreters that are free, take the language,
//!                                         and are not cooling down for this call
//! ```
//!
//! A visitor whose tablet is away for a moment keeps the place and is passed over meanwhile: a ring
//! would keep an interpreter from somebody who is there.

use crate::event::Event;
use crate::ids::{CallId, InterpreterId};
use crate::state::{Presence, State};
use crate::time::Timestamp;

/// The next ring, or `None` when nobody free can take anything that waits.
pub(crate) fn ring(state: &State, now: Timestamp) -> Option<Event> {
    let (_, call, interpreter) = state
        .unrung()
        // Without anybody free there is nothing to look through, however long the queue.
        .filter(|(language, _)| state.free(*language).next().is_some())
        .filter_map(|(language, calls)| {
            // Within a language the calls are in order, so the first that can be served is its
            // best.
            calls
                .into_iter()
                .filter(|call| is_there(state, *call))
                .find_map(|call| {
                    let free = state
                        .free(language)
                        .find(|person| may_ring(state, call, *person))?;
                    let ticket = state.call(call)?.record.queued_at;
                    Some(((ticket, call), call, free))
                })
        })
        .min_by_key(|(place, _, _)| *place)?;
    let expires_at = now + state.configuration().rules.offer_ms;
    Some(Event::Offered {
        offer: state.next_offer(),
        call,
        interpreter,
        expires_at,
    })
}

fn is_there(state: &State, call: CallId) -> bool {
    let tablet = state.call(call).and_then(|call| state.tablet(call.tablet));
    tablet.is_some_and(|tablet| tablet.presence == Presence::Connected)
}

fn may_ring(state: &State, call: CallId, interpreter: InterpreterId) -> bool {
    state
        .call(call)
        .is_some_and(|call| !call.cooldowns.contains_key(&interpreter))
}
