//! A new directory, new rules, new hours, while calls wait: nobody who waits is stranded.

use super::{appointment, callback, end};
use crate::command::Counter;
use crate::configuration::Configuration;
use crate::event::{Event, OfferEnd};
use crate::hours::Hours;
use crate::ids::{InterpreterId, SiteId};
use crate::need::{Mode, Need, Qualification};
use crate::state::{Opening, Ring, State};
use crate::time::Timestamp;

/// Rings of people who may no longer take the call are taken back first; everybody who waits keeps
/// the place, and calls in progress go on.
pub(super) fn configure(
    state: &State,
    configuration: &Configuration,
    now: Timestamp,
) -> Vec<Event> {
    let mut events = Vec::new();
    if state.configuration() != configuration {
        for (id, call) in state.calls() {
            let need = call.searched().unwrap_or(&call.need);
            let step = configuration.step(need.language, call.search.step as usize);
            let may = |id: &InterpreterId| {
                let person = configuration.interpreters.get(id);
                person.is_some_and(|person| may_answer(person, need, step.audio))
            };
            for (offer, ring) in &call.search.rings {
                if !may(&ring.interpreter) {
                    events.push(end::closed(*offer, OfferEnd::Withdrawn, now));
                }
            }
            if call.search.assigned.is_some_and(|(id, _)| !may(&id)) {
                events.push(Event::AssignmentEnded { call: id });
            }
        }
        events.extend(appointment::configured(state, configuration));
        let changed = Box::new(configuration.clone());
        events.push(Event::Configured {
            configuration: changed,
        });
        events.extend(needs_changed(state, configuration, now));
        events.extend(callbacks_changed(state, configuration));
    }
    let sites = configuration.sites.iter();
    let languages = configuration.languages.iter();
    let counters = sites
        .map(|(site, rules)| (Counter::Site(*site), &rules.hours))
        .chain(languages.map(|(language, rules)| (Counter::Language(*language), &rules.hours)));
    events.extend(counters.filter_map(|(counter, hours)| {
        let known = state.opening(counter);
        opening_changed(configuration, counter, hours, known, now)
    }));
    events
}

/// A waiting call asks for what its language and site ask for now: a mode or a certification that
/// is no more would be waited for in vain.
fn needs_changed(
    state: &State,
    configuration: &Configuration,
    now: Timestamp,
) -> impl Iterator<Item = Event> {
    let waiting = state.calls().filter(|(_, call)| call.is_waiting());
    waiting.flat_map(move |(id, call)| {
        let before = call.need;
        let need = need_now(configuration, call.record.site, &before);
        let changed = need.filter(|need| *need != before);
        let mut events = Vec::new();
        if let Some(need) = changed {
            let may = |ring: &Ring| {
                let person = configuration.interpreters.get(&ring.interpreter);
                let step = configuration.step(before.language, call.search.step as usize);
                person.is_some_and(|person| may_answer(person, &before, step.audio))
            };
            // The others have been taken back already.
            let left = call.search.rings.iter().filter(|(_, ring)| may(ring));
            let reason = OfferEnd::Reassigned;
            events.extend(left.map(|(offer, _)| end::closed(*offer, reason, now)));
            events.push(Event::Moved { call: id, need });
        }
        events
    })
}

/// Whoever is to be called back asks for the same; where the language is no more, nobody would ever
/// be called back, and that is said.
fn callbacks_changed(state: &State, configuration: &Configuration) -> impl Iterator<Item = Event> {
    state.callbacks().filter_map(move |callback| {
        let id = callback.record.call;
        match need_now(configuration, callback.record.site, &callback.need) {
            None => Some(callback::unserved(id)),
            Some(need) => {
                (need != callback.need).then_some(Event::CallbackChanged { callback: id, need })
            }
        }
    })
}

/// What was asked for, as the language and the site ask for it now; `None` when the language is no
/// more.
fn need_now(configuration: &Configuration, site: SiteId, before: &Need) -> Option<Need> {
    let as_before = configuration.need(site, before.language, Some(before.mode));
    as_before.or_else(|| configuration.need(site, before.language, None))
}

/// Hours change a counter now, or its deadline has come.
pub(super) fn opening_due(state: &State, counter: Counter, now: Timestamp) -> Option<Event> {
    let configuration = state.configuration();
    let hours = match counter {
        Counter::Site(site) => &configuration.sites.get(&site)?.hours,
        Counter::Language(language) => &configuration.languages.get(&language)?.hours,
    };
    opening_changed(configuration, counter, hours, state.opening(counter), now)
}

fn opening_changed(
    configuration: &Configuration,
    counter: Counter,
    hours: &Hours,
    known: Option<Opening>,
    now: Timestamp,
) -> Option<Event> {
    let opening = hours.opening(&configuration.zone, now);
    let changed =
        known.is_none_or(|known| (known.by_hours, known.until) != (opening.open, opening.until));
    changed.then_some(Event::OpeningChanged {
        counter,
        open: opening.open,
        until: opening.until,
    })
}

/// Qualified for such a call, by a voice alone where that will do.
fn may_answer(person: &Qualification, need: &Need, audio_will_do: bool) -> bool {
    let voice = Need {
        mode: Mode::SpokenAudio,
        ..*need
    };
    person.meets(need) || (audio_will_do && need.mode.may_fall_to_audio() && person.meets(&voice))
}
