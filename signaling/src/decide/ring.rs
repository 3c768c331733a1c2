//! Who is rung next: both choices are the minimum of a lexicographic key, never a weighted sum, so
//! that each can be said in a sentence and computed again by a test.
//!
//! ```text
//! call         (rank, rings it has, not transferred, ticket time, number)
//!              over waiting calls whose tablet is connected, that may have one more ring at their
//!              step, and for whom somebody may be rung
//! interpreter  (missed the last ring, tier, kinds of call they can take, idle since, number)
//!              over free interpreters of the language who are qualified and rested, within the
//!              step's tiers and pools, and not cooling down for this call
//! ```
//!
//! Few kinds of call come first, so that a polyglot is not spent on a call that a specialist can
//! take. Within a rank everybody is rung for once before anybody is rung for twice. A visitor whose
//! tablet is away for a moment keeps the place and is passed over meanwhile: a ring would keep an
//! interpreter from somebody who is there.

use super::callback;
use crate::event::{Event, Why};
use crate::ids::{CallId, InterpreterId};
use crate::need::Need;
use crate::state::{Call, Profile, RingPlace, State, Wanted};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// What is to be done next so that whoever can be rung is: searches that nobody on duty can answer
/// widen at once, assignments to people who left are lifted, then whoever is to be called back has
/// a turn, then the next ring. Empty when there is nothing to do.
pub(crate) fn ring(state: &State, now: Timestamp) -> Vec<Event> {
    let stuck = unanswerable(state);
    if !stuck.is_empty() {
        return stuck;
    }
    // One free interpreter calls one visitor back: whoever is rung for already has a claim.
    let is_somebody_free = |need: &Need| {
        let (wanted, called) = (
            state.wanted_at_last(need),
            state.called_count(need.language),
        );
        candidates(state, wanted).nth(called).is_some()
    };
    callback::turn(state, is_somebody_free, now)
        .or_else(|| next_ring(state, now))
        .into_iter()
        .collect()
}

/// Searches that would wait for nobody: no tier is waited for that is not on duty, or of which
/// everybody on duty has just been tried in vain.
fn unanswerable(state: &State) -> Vec<Event> {
    let mut events = Vec::new();
    for (wanted, queues) in state.ringable() {
        let calls = |queue: &BTreeSet<RingPlace>| queue.iter().map(|place| place.4).collect();
        if let Some(interpreter) = wanted.only {
            let person = state.interpreter(interpreter);
            if !person.is_some_and(|person| person.is_on_duty()) {
                let calls: Vec<CallId> = queues.flat_map(|(_, queue)| calls(queue)).collect();
                events.extend(
                    calls
                        .into_iter()
                        .map(|call| Event::AssignmentEnded { call }),
                );
            }
        } else if !wanted.is_widest(state.configuration()) {
            let on_duty = state.on_duty_within(&wanted);
            for (tried, queue) in queues {
                let in_vain = tried
                    .iter()
                    .filter(|id| state.is_on_duty_within(&wanted, **id));
                if in_vain.count() >= on_duty {
                    let calls: Vec<CallId> = calls(queue);
                    events.extend(calls.into_iter().filter_map(|call| widened(state, call)));
                }
            }
        }
    }
    events
}

fn widened(state: &State, id: CallId) -> Option<Event> {
    let call = state.call(id)?;
    let step = call.search.step;
    let language = call.searched()?.language;
    state
        .configuration()
        .next_step_after(language, step as usize)?;
    Some(Event::Widened {
        call: id,
        step: step + 1,
    })
}

fn next_ring(state: &State, now: Timestamp) -> Option<Event> {
    let (_, call, chosen) = state
        .ringable()
        // Without anybody free there is nothing to look through, however long the queue.
        .filter(|(wanted, _)| candidates(state, *wanted).next().is_some())
        .filter_map(|(wanted, queues)| {
            // The first of each queue stands for all of it; the earliest who can be served is next.
            let live = |place: &&RingPlace| {
                let call = state.call(place.4);
                call.is_some_and(|call| !is_over(state, call, now))
            };
            let mut firsts: Vec<&RingPlace> = queues
                .filter_map(|(_, queue)| queue.iter().find(live))
                .collect();
            firsts.sort_unstable();
            firsts.into_iter().find_map(|place| {
                let call = state.call(place.4)?;
                Some((place, call, choose(state, call, wanted)?))
            })
        })
        .min_by_key(|(place, ..)| *place)?;
    let Chosen {
        profile,
        interpreter,
        idle_since,
        among,
    } = chosen;
    let why = Why {
        step: call.search.step,
        rank: call.search.rank,
        missed: profile.missed,
        tier: profile.tier,
        breadth: profile.breadth,
        idle_ms: now.since(idle_since),
        among,
        assigned: call.search.assigned.is_some(),
    };
    Some(Event::Offered {
        offer: state.next_offer(),
        call: call.record.call,
        interpreter,
        expires_at: now + state.configuration().rules.offer_ms,
        why,
    })
}

/// Has waited as long as the rules allow, and ends with the ring that is under way.
fn is_over(state: &State, call: &Call, now: Timestamp) -> bool {
    let wait_max = state.configuration().wait_max(call.need.language);
    let given_up = call.sought.is_some_and(|sought| sought.until <= now);
    given_up || (call.is_waiting() && call.record.queued_at + wait_max <= now)
}

struct Chosen {
    profile: Profile,
    interpreter: InterpreterId,
    idle_since: Timestamp,
    among: u32,
}

fn candidates(
    state: &State,
    wanted: Wanted,
) -> impl Iterator<Item = (Profile, Timestamp, InterpreterId)> {
    state
        .free(wanted.language)
        .filter(move |(profile, _)| wanted.is_met_by(*profile))
        .flat_map(|(profile, people)| people.iter().map(move |(since, id)| (profile, *since, *id)))
        .filter(move |(_, _, id)| wanted.only.is_none_or(|only| only == *id))
}

/// The least of the interpreters' key for one call.
fn choose(state: &State, call: &Call, wanted: Wanted) -> Option<Chosen> {
    let may_ring = |id: &InterpreterId| !call.search.cooldowns.contains_key(id);
    let met = || {
        state
            .free(wanted.language)
            .filter(|(profile, _)| wanted.is_met_by(*profile))
    };
    // Within a profile people are in order of idleness, so the first who may be rung is the best.
    let (profile, idle_since, interpreter) = met()
        .filter_map(|(profile, people)| {
            let fits = |id: &InterpreterId| wanted.only.is_none_or(|only| only == *id);
            let (since, id) = people.iter().find(|(_, id)| fits(id) && may_ring(id))?;
            Some((profile, *since, *id))
        })
        .min_by_key(|(profile, since, id)| {
            (profile.missed, profile.tier, profile.breadth, *since, *id)
        })?;
    let all: usize = met().map(|(_, people)| people.len()).sum();
    // Whoever cools down could not have been rung; they are few, the free may be many.
    let cools = |id: &&InterpreterId| {
        let since = state.interpreter(**id).map(|person| person.idle_since);
        since.is_some_and(|since| met().any(|(_, people)| people.contains(&(since, **id))))
    };
    let among = match wanted.only {
        Some(_) => 1,
        None => all - call.search.cooldowns.keys().filter(cools).count(),
    };
    Some(Chosen {
        profile,
        interpreter,
        idle_since,
        among: u32::try_from(among).unwrap_or(u32::MAX),
    })
}
