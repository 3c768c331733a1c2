//! Who comes first (I10, I12 to I15): an oracle that knows nothing of the indexes and goes through
//! every pair of a call and a person.

use crate::configuration::{Class, Configuration};
use crate::event::{Entry, Event, OfferEnd, Why};
use crate::ids::{CallId, InterpreterId};
use crate::need::{Mode, Need, Pool, Qualification, Tier};
use crate::state::{Call, Interpreter, Presence, State};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// The modes in which somebody may take such a call: the one asked for, and a voice alone where
/// that will do. None when they lack the language or the certification.
pub(super) fn takes_by(person: &Qualification, need: &Need, audio: bool) -> Vec<Mode> {
    let Some(skill) = person.skills.get(&need.language) else {
        return Vec::new();
    };
    let certified = need.certification;
    if certified.is_some_and(|one| !person.certifications.contains(&one)) {
        return Vec::new();
    }
    let voice = (audio && need.mode == Mode::SpokenVideo).then_some(Mode::SpokenAudio);
    let modes = std::iter::once(need.mode).chain(voice);
    modes.filter(|mode| skill.modes.contains(mode)).collect()
}

/// Whether somebody has worked less than this mode's limit since their last rest.
pub(super) fn rested(person: &Interpreter, mode: Mode, configuration: &Configuration) -> bool {
    let rest = &configuration.rules.rest;
    let own = &person.qualification;
    let limits = [
        rest.relief_ms.get(&mode).copied(),
        own.relief_ms,
        own.stop_ms,
        Some(rest.stop_ms),
    ];
    let limit = limits.into_iter().flatten().min();
    limit.is_some_and(|limit| person.work.done < limit)
}

/// What somebody is sought for: the call itself, or a colleague in it.
pub(super) fn need(call: &Call) -> Need {
    call.sought.map_or(call.need, |sought| sought.need)
}

/// Whether somebody could be rung for this call were they free, at this step of the search.
fn in_reach(state: &State, call: &Call, id: InterpreterId, person: &Interpreter) -> bool {
    let configuration = state.configuration();
    let step = configuration.step(need(call).language, call.search.step as usize);
    let qualification = &person.qualification;
    let tier = qualification.skills.get(&need(call).language);
    let reached = match call.search.assigned {
        Some((assigned, _)) => assigned == id,
        None => {
            // Whoever is kept free for an appointment is called by name alone.
            !person.held
                && tier.is_some_and(|skill| skill.tier <= step.tier_max)
                && (step.overflow || qualification.pool == Pool::Own)
        }
    };
    reached && !takes_by(qualification, &need(call), step.audio).is_empty()
}

/// Whether this person may be rung for this call now.
fn may_ring(
    state: &State,
    call: &Call,
    id: InterpreterId,
    person: &Interpreter,
    now: Timestamp,
) -> bool {
    let longest = state.configuration().wait_max(need(call).language);
    let given_up = call.sought.is_some_and(|sought| sought.until <= now);
    let over = given_up || (call.is_waiting() && now >= call.record.queued_at + longest);
    let configuration = state.configuration();
    let step = configuration.step(need(call).language, call.search.step as usize);
    let modes = takes_by(&person.qualification, &need(call), step.audio);
    searches(state, call)
        && !over
        && person.is_free()
        && in_reach(state, call, id, person)
        && modes
            .iter()
            .any(|mode| rested(person, *mode, configuration))
        && !call.search.cooldowns.contains_key(&id)
}

/// Whether one more may be rung for this call.
fn searches(state: &State, call: &Call) -> bool {
    let tablet = state.tablet(call.tablet).map(|tablet| tablet.presence);
    let step = call.search.step as usize;
    let width = state.configuration().step(need(call).language, step).ring;
    let rings = call.search.rings.len();
    let assigned = call.search.assigned.is_some();
    (call.is_waiting() || call.sought.is_some())
        && tablet == Some(Presence::Connected)
        && width.admits(rings)
        && (!assigned || rings == 0)
}

type CallKey = (Class, usize, bool, Timestamp, CallId);
type PersonKey = (bool, Tier, usize, Timestamp, InterpreterId);

fn call_key(id: CallId, call: &Call) -> CallKey {
    let search = &call.search;
    (
        search.rank,
        search.rings.len(),
        !search.ahead,
        search.ticket,
        id,
    )
}

fn person_key(call: &Call, id: InterpreterId, person: &Interpreter) -> PersonKey {
    let skills = &person.qualification.skills;
    let tier = skills[&need(call).language].tier;
    let kinds = skills.values().map(|skill| skill.modes.len()).sum();
    (person.misses > 0, tier, kinds, person.idle_since, id)
}

/// I14: the ring, and the reason given for it, is what going through every pair finds.
pub(super) fn every_ring_is_the_least_of_the_documented_key(state: &State, entry: &Entry) {
    let Event::Offered {
        call,
        interpreter,
        why,
        ..
    } = entry.event
    else {
        return;
    };
    let pairs = state.calls().flat_map(|(call_id, call)| {
        let people = state.interpreters();
        people
            .filter(move |(id, person)| may_ring(state, call, *id, person, entry.at))
            .map(move |(id, person)| (call_key(call_id, call), person_key(call, id, person)))
    });
    let pairs: Vec<(CallKey, PersonKey)> = pairs.collect();
    let (call_key, person_key) = *pairs.iter().min().expect("nobody could be rung (I14)");
    assert_eq!((call_key.4, person_key.4), (call, interpreter), "(I14)");
    let search = &state.call(call).expect("a ring is for a call").search;
    let among = pairs.iter().filter(|(key, _)| *key == call_key).count();
    let expected = Why {
        step: search.step,
        rank: call_key.0,
        missed: person_key.0,
        tier: person_key.1,
        breadth: u16::try_from(person_key.2).unwrap(),
        idle_ms: entry.at.since(person_key.3),
        among: u32::try_from(among).unwrap(),
        assigned: search.assigned.is_some(),
    };
    assert_eq!(why, expected, "another reason than the real one (I14)");
}

/// I12: of two calls that ask for the same at the same step and class, the one with the earlier
/// place is rung for first, unless this person was tried for it already.
pub(super) fn calls_of_one_need_are_rung_for_in_order(state: &State, entry: &Entry) {
    let Event::Offered {
        call: id,
        interpreter,
        ..
    } = entry.event
    else {
        return;
    };
    let rung = state.call(id).expect("a ring is for a call");
    let person = state.interpreter(interpreter).expect("somebody is rung");
    for (other, call) in state.calls() {
        let alike = need(call) == need(rung)
            && call.search.rank == rung.search.rank
            && call.search.step == rung.search.step
            && call.search.rings.len() == rung.search.rings.len();
        let earlier = call.place() < rung.place();
        assert!(
            !(alike && earlier && may_ring(state, call, interpreter, person, entry.at)),
            "call {id} is served before call {other} (I12)"
        );
    }
}

/// I13: once a call has waited as long as the ageing takes, nothing that came later passes it but
/// an emergency or a conversation that goes on.
pub(super) fn no_call_is_overtaken_once_it_has_aged(state: &State, entry: &Entry) {
    let Event::Offered {
        call: id,
        interpreter,
        ..
    } = entry.event
    else {
        return;
    };
    let ageing = state.configuration().rules.ageing_ms;
    let rung = state.call(id).expect("a ring is for a call");
    let person = state.interpreter(interpreter).expect("somebody is rung");
    if rung.search.rank == Class::Emergency || rung.search.ahead {
        return;
    }
    for (other, call) in state.calls() {
        let aged = call.search.ticket + ageing <= entry.at && call.search.rings.is_empty();
        let earlier = call.search.ticket < rung.search.ticket;
        assert!(
            !(aged && earlier && may_ring(state, call, interpreter, person, entry.at)),
            "call {other} has aged and is overtaken by call {id} (I13)"
        );
    }
}

/// I15: after every step, whoever can be rung is.
pub(super) fn nobody_waits_beside_a_free_interpreter(state: &State, now: Timestamp) {
    for (id, call) in state.calls() {
        for (person_id, person) in state.interpreters() {
            assert!(
                !may_ring(state, call, person_id, person, now),
                "call {id} waits although interpreter {person_id} is free (I15)"
            );
        }
    }
}

/// A search reaches as far as somebody on duty who has not just been tried, or as it can.
pub(super) fn no_search_waits_for_a_tier_that_is_not_on_duty(state: &State) {
    let configuration = state.configuration();
    for (id, call) in state.calls().filter(|(_, call)| searches(state, call)) {
        let next = configuration.next_step_after(need(call).language, call.search.step as usize);
        let somebody = state
            .interpreters()
            .filter(|(id, _)| !call.search.cooldowns.contains_key(id))
            .any(|(id, person)| person.is_on_duty() && in_reach(state, call, id, person));
        assert!(
            somebody || (next.is_none() && call.search.assigned.is_none()),
            "call {id} waits for nobody (scenario 23)"
        );
    }
}

/// I7, I13: a call counts as its class, or as a priority call once it has aged.
pub(super) fn ranks_are_classes_or_age(state: &State, now: Timestamp) {
    let ageing = state.configuration().rules.ageing_ms;
    for (id, call) in state.calls().filter(|(_, call)| call.is_waiting()) {
        let (class, rank) = (call.record.class, call.search.rank);
        let aged = call.search.ticket + ageing <= now;
        assert!(!aged || rank < Class::Normal, "call {id} has not aged");
        let by_age = (class, rank) == (Class::Normal, Class::Priority);
        assert!(rank == class || by_age, "call {id} counts as {rank:?}");
    }
}

/// I10: pairs that did not work, and until when they are not tried again.
#[derive(Default)]
pub(super) struct Cooldowns(BTreeMap<(CallId, InterpreterId), Timestamp>);

impl Cooldowns {
    pub(super) fn hold(&mut self, state: &State, entry: &Entry) {
        let until = entry.at + state.configuration().rules.cooldown_ms;
        match entry.event {
            Event::OfferClosed { offer, reason, .. } => {
                let failed = matches!(reason, OfferEnd::Declined { .. } | OfferEnd::Missed);
                let (call, _, ring) = state.ring(offer).expect("a live ring is closed");
                if failed {
                    self.0.insert((call, ring.interpreter), until);
                }
            }
            Event::ConnectFailed {
                call,
                cooldown_until,
            } if cooldown_until > entry.at => {
                let interpreter = state.call(call).and_then(Call::interpreter);
                let interpreter = interpreter.expect("somebody had accepted");
                self.0.insert((call, interpreter), until);
            }
            // The coordinator knows better.
            Event::Assigned {
                call, interpreter, ..
            } => drop(self.0.remove(&(call, interpreter))),
            // A search of its own.
            Event::ColleagueSought { call, .. } | Event::SearchEnded { call } => {
                self.0.retain(|(cooling, _), _| *cooling != call);
            }
            // In another language everybody is asked anew.
            Event::Moved { call, need } => {
                let before = state.call(call).map(|call| call.need.language);
                let same = before == Some(need.language);
                self.0.retain(|(cooling, _), _| same || *cooling != call);
            }
            Event::Offered {
                call, interpreter, ..
            } => {
                let until = self.0.get(&(call, interpreter)).copied();
                let over = until.is_none_or(|until| until <= entry.at);
                assert!(over, "rung again at once (I10)");
            }
            _ => {}
        }
    }
}
