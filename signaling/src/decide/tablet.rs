//! What a tablet may do: place its call, and end it.

use super::end;
use crate::command::Rejection;
use crate::event::Event;
use crate::ids::{CallId, TabletId};
use crate::language::Language;
use crate::record::Outcome;
use crate::state::{Presence, State};
use crate::time::Timestamp;

/// A visitor wants an interpreter. A second tap on the same language is the same call.
pub(super) fn tap(
    state: &State,
    id: TabletId,
    language: Language,
    tapped_at: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    if !state.configuration().languages.contains(&language) {
        return Err(Rejection::UnknownLanguage);
    }
    if let Some(call) = tablet.call.and_then(|call| state.call(call)) {
        let same = call.record.language == language;
        return if same {
            Ok(Vec::new())
        } else {
            Err(Rejection::WrongState)
        };
    }
    if tablet.presence != Presence::Connected {
        // Without a connection nothing would ever end this call.
        return Err(Rejection::WrongState);
    }
    let call = state.next_call();
    let queued = Event::CallQueued {
        call,
        tablet: id,
        site: tablet.site,
        language,
        tapped_at,
    };
    let full = state.waiting_count(language) >= state.configuration().rules.queue_max as usize;
    if full {
        // Refused, but on record: the visitor who was not served is a figure the city must see.
        return Ok(vec![queued, end::ended(call, Outcome::RefusedFull)]);
    }
    Ok(vec![queued])
}

/// The visitor's side leaves; a second time changes nothing.
pub(super) fn hang_up(
    state: &State,
    id: TabletId,
    call: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    match state.call(call).filter(|_| tablet.call == Some(call)) {
        Some(live) => Ok(end::by_visitor(state, call, live, Outcome::Completed, now)),
        None if tablet.last.as_ref().is_some_and(|last| last.call == call) => Ok(Vec::new()),
        None => Err(Rejection::CallGone),
    }
}
