//! What a tablet may do: place its call, say more about it, and end it.

use super::{appointment, callback, end};
use crate::command::{Command, Party, Rejection};
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, TabletId};
use crate::need::{Mode, Need};
use crate::record::Outcome;
use crate::state::{Presence, State};
use crate::tag::{Language, Subject};
use crate::time::Timestamp;

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Tap {
            tablet,
            language,
            mode,
            tapped_at,
        } => tap(state, tablet, language, mode, tapped_at, now),
        Command::ChangeMode { tablet, call, mode } => change_mode(state, tablet, call, mode, now),
        Command::SetSubject {
            tablet,
            call,
            subject,
        } => set_subject(state, tablet, call, subject),
        Command::HangUp {
            party: Party::Tablet(tablet),
            call,
        } => hang_up(state, tablet, call, now),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// A visitor wants an interpreter. A second tap on the same language is the same call.
fn tap(
    state: &State,
    id: TabletId,
    language: Language,
    mode: Option<Mode>,
    tapped_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    let (configuration, site) = (state.configuration(), tablet.site);
    if tablet.call.is_none() && !configuration.tablets.contains_key(&id) {
        // Kept for a visitor who is to be called back; it begins nothing new.
        return Err(Rejection::UnknownTablet);
    }
    let live = tablet.call.and_then(|call| state.call(call));
    let is_same =
        |need: &Need| need.language == language && mode.is_none_or(|mode| mode == need.mode);
    if live.is_some_and(|call| is_same(&call.need)) {
        return Ok(Vec::new());
    }
    let need = configuration
        .need(site, language, mode)
        .ok_or(Rejection::UnknownLanguage)?;
    if live.is_some() {
        return Err(Rejection::WrongState);
    }
    if tablet.presence != Presence::Connected {
        // Without a connection nothing would ever end this call.
        return Err(Rejection::WrongState);
    }
    // Whoever has an appointment now and taps the language instead of answering is the one waited
    // for: a call beside it would find that interpreter kept free for somebody else. So it would
    // for a visitor who is a little early. Of two, the later one's time is now.
    let near = state.appointments_at(id).filter(|made| {
        let kept_free = made.may_begin() && made.interpreter.is_some();
        made.is_due() || kept_free
    });
    let same = near.filter(|made| is_same(&made.need));
    if let Some(made) = same.max_by_key(|made| made.place()) {
        return appointment::answer(state, id, made.record.call, now);
    }
    let call = state.next_call();
    let class = configuration
        .sites
        .get(&site)
        .map(|site| site.class)
        .unwrap_or_default();
    let queued = Event::CallQueued {
        call,
        tablet: id,
        site,
        need,
        class,
        tapped_at,
        origin: None,
        ahead: false,
        ticket: now,
        subject: None,
    };
    // Refused, but on record: the visitor who was not served is a figure the city must see.
    let refused = if !state.is_open(site, language) {
        Some(Outcome::RefusedClosed)
    } else if state.waiting_count(language) >= configuration.queue_max(language) {
        Some(Outcome::RefusedFull)
    } else {
        None
    };
    let ended = refused.map(|outcome| end::ended(call, outcome));
    // A busy tablet cannot ring for somebody else.
    let quiet = callback::rings_taken_back(state.callbacks_at(id));
    Ok(quiet.chain(std::iter::once(queued)).chain(ended).collect())
}

/// A waiting visitor is content with another mode; the ticket stays.
fn change_mode(
    state: &State,
    id: TabletId,
    call: CallId,
    mode: Mode,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let live = state.call(call).filter(|live| live.tablet == id);
    let live = live.ok_or(Rejection::CallGone)?;
    let (site, language) = (live.record.site, live.need.language);
    let need = state.configuration().need(site, language, Some(mode));
    let need = need.ok_or(Rejection::UnknownLanguage)?;
    if need == live.need {
        return Ok(Vec::new());
    }
    if !live.is_waiting() {
        return Err(Rejection::WrongState);
    }
    let closed = end::rings_closed(live, OfferEnd::Reassigned, now);
    Ok(closed.chain([Event::Moved { call, need }]).collect())
}

/// What the conversation is about, for the interpreter's briefing.
fn set_subject(
    state: &State,
    id: TabletId,
    call: CallId,
    subject: Option<Subject>,
) -> Result<Vec<Event>, Rejection> {
    let live = state.call(call).filter(|live| live.tablet == id);
    let live = live.ok_or(Rejection::CallGone)?;
    let known = &state.configuration().subjects;
    if subject.is_some_and(|subject| !known.contains(&subject)) {
        return Err(Rejection::UnknownSubject);
    }
    let changed = live.record.subject != subject;
    Ok(changed
        .then_some(Event::SubjectSet { call, subject })
        .into_iter()
        .collect())
}

/// The visitor's side leaves; a second time changes nothing.
fn hang_up(
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
