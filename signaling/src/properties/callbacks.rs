//! Visitors who are called back (scenario 29): one attempt at a time, the ticket kept, one end.

use super::order::{rested, takes_by};
use crate::event::{CallbackEnd, Entry, Event};
use crate::ids::{CallId, TabletId};
use crate::need::{Mode, Need, Pool};
use crate::state::{Appointment, Callback, Interpreter, Presence, Search, State, Tablet, Turn};
use std::collections::BTreeSet;

/// A tablet rings for one visitor at a time, and not for somebody it cannot be heard by.
pub(super) fn one_tablet_rings_for_one_visitor(state: &State) {
    let mut ringing = BTreeSet::new();
    for callback in state.callbacks() {
        if let Turn::Ringing { .. } = callback.turn {
            let first = ringing.insert(callback.tablet);
            assert!(first, "{} rings for two visitors", callback.tablet);
            let can = may_ring(state, callback.tablet);
            assert!(can, "{} rings and nobody can answer", callback.tablet);
        }
    }
}

/// A tablet rings when it is idle and somebody is free; there are no more callbacks and attempts
/// than the rules allow.
pub(super) fn each_step_of_a_callback_is_lawful(state: &State, entry: &Entry) {
    let rules = &state.configuration().rules;
    match entry.event {
        Event::CallbackMade { callback, .. } => {
            let call = state.call(callback).expect("a callback is made of a call");
            let theirs = state.callbacks().filter(|one| one.tablet == call.tablet);
            let made = theirs.count();
            assert!(made < rules.callbacks_max as usize, "one callback too many");
        }
        Event::CallbackRung { callback, .. } => {
            let made = state.callback(callback).expect("a callback that was made");
            assert!(
                made.attempts < rules.callback_attempts_max.max(2),
                "rung too often"
            );
            assert!(may_ring(state, made.tablet), "a busy tablet rings");
            assert!(
                free_for(state, made) > called(state, made),
                "rung for nobody"
            );
            let mut waiting = state
                .calls()
                .filter(|(_, call)| call.is_waiting() && call.need.language == made.need.language)
                .filter(|(_, call)| call.there && is_answered(state, &call.need));
            let before = waiting.any(|(id, call)| {
                let Search {
                    rank,
                    ahead,
                    ticket,
                    ..
                } = call.search;
                (rank, !ahead, ticket, id) < (made.rank, true, made.ticket, callback)
            });
            assert!(
                !before,
                "callback {callback} passes somebody who waits (I12)"
            );
        }
        _ => {}
    }
}

/// I15 for callbacks: whose turn it is, with somebody free and the tablet idle, is rung.
pub(super) fn whoever_can_be_called_back_is(state: &State) {
    let waiting = |callback: &&Callback| callback.turn == Turn::Waiting;
    for callback in state.callbacks().filter(waiting) {
        let busy = |one: &Callback| {
            one.tablet == callback.tablet && matches!(one.turn, Turn::Ringing { .. })
        };
        let first = state.waiting(callback.need.language).next().is_none();
        let could = may_ring(state, callback.tablet)
            && !state.callbacks().any(busy)
            && first
            && free_for(state, callback) > called(state, callback);
        assert!(!could, "{callback:?} could be called back (I15)");
    }
}

/// Idle, and not calling the visitor of an appointment.
fn may_ring(state: &State, id: TabletId) -> bool {
    let idle = |one: &Tablet| one.presence == Presence::Connected && one.call.is_none();
    state.tablet(id).is_some_and(idle) && !state.appointments_at(id).any(Appointment::is_due)
}

/// How many visitors of this language are being called back.
fn called(state: &State, callback: &Callback) -> usize {
    let language = callback.need.language;
    let rings =
        |one: &&Callback| one.need.language == language && matches!(one.turn, Turn::Ringing { .. });
    state.callbacks().filter(rings).count()
}

/// How many free interpreters could take this visitor's call.
fn free_for(state: &State, callback: &Callback) -> usize {
    let configuration = state.configuration();
    let people = reached(state, &callback.need).filter(|(person, modes)| {
        let mut modes = modes.iter();
        person.is_free() && modes.any(|mode| rested(person, *mode, configuration))
    });
    people.count()
}

/// Whether anybody on duty could ever be rung for such a call.
fn is_answered(state: &State, need: &Need) -> bool {
    reached(state, need).any(|(person, _)| person.is_on_duty())
}

/// Whoever the last step reaches, and the modes in which they take such a call.
fn reached<'a>(
    state: &'a State,
    need: &'a Need,
) -> impl Iterator<Item = (&'a Interpreter, Vec<Mode>)> {
    let step = state.configuration().step(need.language, usize::MAX);
    state.interpreters().filter_map(move |(_, person)| {
        let qualification = &person.qualification;
        let skill = qualification.skills.get(&need.language)?;
        let reached = !person.held
            && skill.tier <= step.tier_max
            && (step.overflow || qualification.pool == Pool::Own);
        let modes = takes_by(qualification, need, step.audio);
        (reached && !modes.is_empty()).then_some((person, modes))
    })
}

/// I8 for callbacks.
pub(super) fn is_legal(state: &State, entry: &Entry) -> bool {
    let turn = |id: CallId| state.callback(id).map(|callback| callback.turn);
    match entry.event {
        Event::CallbackMade { callback, .. } => {
            turn(callback).is_none() && state.call(callback).is_some_and(|call| call.is_waiting())
        }
        Event::CallbackRung { callback, .. } => turn(callback) == Some(Turn::Waiting),
        Event::CallbackMissed { callback, .. } => match turn(callback) {
            Some(Turn::Ringing { until }) => until <= entry.at,
            _ => false,
        },
        Event::CallbackReady { callback } => match turn(callback) {
            Some(Turn::Resting { until }) => until <= entry.at,
            // A restart takes the ring back.
            Some(Turn::Ringing { .. }) => true,
            _ => false,
        },
        Event::CallbackChanged { callback, need } => {
            let before = state.callback(callback).map(|callback| callback.need);
            before.is_some_and(|before| before != need && before.language == need.language)
        }
        Event::CallbackEnded { callback, end } => {
            let rules = &state.configuration().rules;
            let in_vain = state.callback(callback).is_some_and(|made| {
                let tried = made.attempts >= rules.callback_attempts_max;
                let languages = &state.configuration().languages;
                let offered = languages.contains_key(&made.need.language);
                tried || made.expires_at <= entry.at || !offered
            });
            turn(callback).is_some() && (end != CallbackEnd::Unserved || in_vain)
        }
        _ => false,
    }
}
