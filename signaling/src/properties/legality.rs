//! What may happen when (I6 to I9, I11): the table of transitions, deadlines, and who may change a
//! call's class and place.

use super::order::{rested, takes_by};
use super::{appointments, callbacks};
use crate::command::Command;
use crate::configuration::Class;
use crate::core::Core;
use crate::event::{Entry, Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::need::{Mode, Role};
use crate::record::Outcome;
use crate::state::{Call, Duty, Phase, Presence, State};
use crate::time::{Millis, Timestamp};
use crate::view::Availability;

/// I6, I8: every event meets the state it belongs to; nothing happens to a call that has ended.
pub(super) fn only_legal_transitions_happen(state: &State, command: &Command, entry: &Entry) {
    let legal = match &entry.event {
        Event::Configured { .. } | Event::OpeningChanged { .. } | Event::Forced { .. } => true,
        Event::Connected { party } => state
            .presence(*party)
            .is_some_and(|presence| presence != Presence::Connected),
        Event::Disconnected { party, .. } => state
            .presence(*party)
            .is_some_and(|presence| presence != Presence::Absent),
        Event::Gone { party } => {
            let leaving = |presence| match presence {
                Presence::Leaving { until } => until <= entry.at,
                Presence::Absent | Presence::Connected => false,
            };
            state.presence(*party).is_some_and(leaving)
        }
        Event::CallbackMade { .. }
        | Event::CallbackRung { .. }
        | Event::CallbackMissed { .. }
        | Event::CallbackReady { .. }
        | Event::CallbackChanged { .. }
        | Event::CallbackEnded { .. } => callbacks::is_legal(state, entry),
        Event::AppointmentMade { .. }
        | Event::AppointmentTaken { .. }
        | Event::AppointmentReleased { .. }
        | Event::AppointmentHeld { .. }
        | Event::AppointmentDue { .. }
        | Event::AppointmentLate { .. }
        | Event::AppointmentEnded { .. } => appointments::is_legal(state, command, entry),
        Event::ObserverAsked { call, .. }
        | Event::ObserverAdmitted { call, .. }
        | Event::ObserverUp { call }
        | Event::ObserverLeft { call, .. }
        | Event::GuestInvited { call, .. }
        | Event::GuestUp { call }
        | Event::GuestLeft { call, .. } => {
            let live = state.call(*call);
            live.is_some_and(|live| matches!(live.phase, Phase::Active { .. }))
        }
        Event::SubjectSet { call, .. } => state.call(*call).is_some(),
        Event::AvailabilitySet { .. }
        | Event::Paused { .. }
        | Event::SetAwayAfterMisses { .. }
        | Event::WrapUpStarted { .. }
        | Event::WrapUpExtended { .. }
        | Event::WrapUpEnded { .. }
        | Event::ReliefDue { .. }
        | Event::StopReached { .. }
        | Event::Rested { .. }
        | Event::HelpAsked { .. } => of_people(state, entry),
        _ => of_calls(state, entry),
    };
    assert!(legal, "{:?} is not legal here (I8)", entry.event);
}

fn of_calls(state: &State, entry: &Entry) -> bool {
    let phase = |id: CallId| state.call(id).map(|call| call.phase);
    let waiting = |id: CallId| phase(id) == Some(Phase::Waiting);
    let sought = |id: CallId| state.call(id).and_then(|call| call.sought);
    let searching = |id: CallId| waiting(id) || sought(id).is_some();
    let connecting = |id: CallId| matches!(phase(id), Some(Phase::Connecting { .. }));
    let search = |id: CallId| state.call(id).map(|call| &call.search);
    match entry.event {
        Event::CallQueued {
            call,
            tablet,
            origin,
            ahead,
            ..
        } => {
            let idle = state
                .tablet(tablet)
                .is_some_and(|tablet| tablet.call.is_none());
            // Whoever left the directory may finish, and begins nothing new.
            let known = state.configuration().tablets.contains_key(&tablet);
            call == state.next_call() && idle && (known || (origin.is_some() && !ahead))
        }
        Event::Widened { call, step } => {
            searching(call) && search(call).is_some_and(|search| step == search.step + 1)
        }
        Event::Aged { call } => {
            let rank = search(call)
                .filter(|_| waiting(call))
                .map(|search| search.rank);
            let called_back = state.callback(call).map(|callback| callback.rank);
            rank.or(called_back) == Some(Class::Normal)
        }
        Event::Prioritised { call, .. } => waiting(call),
        Event::Assigned { call, .. } => searching(call),
        Event::AssignmentEnded { call } => {
            searching(call) && search(call).is_some_and(|search| search.assigned.is_some())
        }
        Event::Moved { call, .. } => {
            waiting(call) && search(call).is_some_and(|search| search.rings.is_empty())
        }
        Event::Offered { offer, call, .. } => searching(call) && offer == state.next_offer(),
        Event::OfferClosed { offer, reason, .. } => state.ring(offer).is_some_and(|(.., ring)| {
            (reason == OfferEnd::Missed) == (ring.expires_at <= entry.at)
                || reason != OfferEnd::Missed
        }),
        Event::Accepted { offer, .. } => state.ring(offer).is_some_and(|(_, call, ring)| {
            call.search.rings.len() == 1 && ring.expires_at > entry.at
        }),
        Event::MediaUp { call } | Event::ConnectFailed { call, .. } => connecting(call),
        Event::CooldownEnded { call, interpreter } => search(call)
            .and_then(|search| search.cooldowns.get(&interpreter))
            .is_some_and(|until| *until <= entry.at),
        Event::CallEnded { call, outcome } => ends_as(state, call, outcome, entry.at),
        _ => of_colleagues(state, entry),
    }
}

/// Who may come into a conversation, and how they leave it.
fn of_colleagues(state: &State, entry: &Entry) -> bool {
    let talking = |id: CallId| {
        let call = state.call(id);
        call.filter(|call| matches!(call.phase, Phase::Active { .. }))
    };
    match entry.event {
        Event::ColleagueSought { call, role, .. } => talking(call).is_some_and(|call| {
            role != Role::Lead && call.sought.is_none() && call.colleague.is_none()
        }),
        Event::SearchEnded { call } => {
            talking(call).is_some_and(|call| call.sought.is_some() && call.search.rings.is_empty())
        }
        Event::ColleagueUp { call } => {
            let coming = talking(call).and_then(|call| call.colleague?.connect_by);
            coming.is_some_and(|by| entry.at < by)
        }
        Event::ColleagueLeft { call, interpreter } => talking(call)
            .and_then(|call| call.colleague)
            .is_some_and(|colleague| colleague.interpreter == interpreter),
        Event::TakenOver { call, from, to } => talking(call).is_some_and(|call| {
            let there = call.colleague_up().map(|colleague| colleague.interpreter);
            (call.interpreter(), there) == (Some(from), Some(to))
        }),
        _ => false,
    }
}

/// I6: which outcome a call may have, from where it stands.
fn ends_as(state: &State, id: CallId, outcome: Outcome, at: Timestamp) -> bool {
    let Some(call) = state.call(id) else {
        return false;
    };
    let waiting = call.is_waiting() && call.search.rings.is_empty();
    let new = waiting && call.record.offers == 0 && call.record.queued_at == at;
    let longest = state.configuration().wait_max(call.need.language);
    match outcome {
        Outcome::Completed | Outcome::Transferred | Outcome::ConnectionLost => {
            matches!(call.phase, Phase::Active { .. })
        }
        Outcome::AbandonedConnecting => matches!(call.phase, Phase::Connecting { .. }),
        Outcome::AbandonedQueued | Outcome::Withdrawn => waiting,
        Outcome::ConvertedCallback => waiting && state.callback(id).is_some(),
        Outcome::ConvertedAppointment => waiting && state.appointment(id).is_some(),
        Outcome::TimedOut => waiting && call.record.queued_at + longest <= at,
        Outcome::RefusedFull | Outcome::RefusedClosed => new,
    }
}

fn of_people(state: &State, entry: &Entry) -> bool {
    let person = |id: InterpreterId| state.interpreter(id);
    let duty = |id: InterpreterId| person(id).map(|person| person.duty);
    let shift = |id: InterpreterId| person(id).and_then(|person| person.work.now);
    match entry.event {
        Event::AvailabilitySet { interpreter, .. } | Event::HelpAsked { interpreter, .. } => {
            person(interpreter).is_some()
        }
        Event::Paused { interpreter, .. } => {
            person(interpreter).is_some_and(|person| person.presence != Presence::Absent)
        }
        Event::SetAwayAfterMisses { interpreter } => person(interpreter).is_some_and(|person| {
            let missed = person.misses >= state.configuration().rules.misses_max;
            missed && person.availability == Availability::Available
        }),
        // Somebody who left the directory is gone once the call has ended.
        Event::WrapUpStarted {
            interpreter, call, ..
        } => {
            let goes_on = state.call(call).and_then(|call| call.role_of(interpreter));
            goes_on.is_none() && duty(interpreter).is_none_or(|duty| duty == Duty::Free)
        }
        Event::WrapUpExtended { interpreter, .. } | Event::WrapUpEnded { interpreter } => {
            matches!(duty(interpreter), Some(Duty::WrapUp { .. }))
        }
        Event::ReliefDue { interpreter } => {
            shift(interpreter).is_some_and(|shift| !shift.relief_due)
        }
        Event::StopReached { interpreter } => {
            shift(interpreter).is_some_and(|shift| !shift.stop_reached)
        }
        Event::Rested { interpreter } => {
            person(interpreter).is_some_and(|person| person.work.done > Millis(0))
                && shift(interpreter).is_none()
        }
        _ => false,
    }
}

/// I9: whatever lasts only for a while says until when, and not beyond the rules.
pub(super) fn every_transient_state_has_a_deadline(state: &State, entry: &Entry) {
    let rules = &state.configuration().rules;
    let (until, longest) = match entry.event {
        Event::Offered { expires_at, .. } => (expires_at, rules.offer_ms),
        Event::ColleagueSought { until, need, .. } => {
            let longest = state.configuration().search_max(need.language);
            (until, longest)
        }
        Event::Accepted { connect_by, .. } => (connect_by, rules.connect_ms),
        Event::WrapUpStarted { ends_at, .. } => (ends_at, rules.wrap_up_ms),
        Event::Assigned { until, .. } => (until, rules.assignment_ms),
        Event::AppointmentDue { until, .. } => {
            (until, rules.appointment_wait_ms.max(rules.appointment_ms))
        }
        Event::ObserverAsked { until, .. } => (until, rules.consent_ms),
        Event::ObserverAdmitted { connect_by, .. } => (connect_by, rules.connect_ms),
        Event::GuestInvited { until, .. } => (until, rules.guest_link_ms),
        Event::CallbackMade { expires_at, .. } => (expires_at, rules.callback_max_ms),
        Event::CallbackRung { until, .. } => (until, rules.callback_ring_ms),
        Event::CallbackMissed { again_at, .. } => (again_at, rules.callback_retry_ms),
        Event::Disconnected { until, .. } => {
            (until, rules.grace_lost_ms.max(rules.grace_closed_ms))
        }
        Event::OfferClosed { cooldown_until, .. } | Event::ConnectFailed { cooldown_until, .. } => {
            (cooldown_until, rules.cooldown_ms)
        }
        _ => return,
    };
    let lasts = (entry.at..=entry.at + longest).contains(&until);
    assert!(lasts, "{:?} lasts until {until:?} (I9)", entry.event);
}

/// I8: the time after a conversation begins with its end, for everybody who was in it.
pub(super) fn whoever_talked_has_time_to_wrap_up(before: &Core, entries: &[Entry]) {
    let talking = before
        .state()
        .calls()
        .filter(|(_, call)| matches!(call.phase, Phase::Active { .. }));
    for (id, call) in talking {
        let there = call.colleague_up().map(|colleague| colleague.interpreter);
        for person in call.interpreter().into_iter().chain(there) {
            let leaves = |entry: &Entry| match entry.event {
                Event::CallEnded { call, .. } => call == id,
                Event::TakenOver { call, from, .. } => call == id && from == person,
                Event::ColleagueLeft { call, interpreter } => call == id && interpreter == person,
                _ => false,
            };
            let wraps_up = |entry: &Entry| {
                matches!(entry.event, Event::WrapUpStarted { call, interpreter, .. }
                    if call == id && interpreter == person)
            };
            let left = entries.iter().any(leaves);
            assert!(
                !left || entries.iter().any(wraps_up),
                "no wrap-up for {person} after call {id}"
            );
        }
    }
}

/// I9: no call is rung for once it has waited as long as the rules allow.
pub(super) fn no_ring_begins_after_the_longest_wait(state: &State, entry: &Entry) {
    let Event::Offered { call: id, .. } = entry.event else {
        return;
    };
    let call = state.call(id).expect("a ring is for a call");
    if call.sought.is_some() {
        return;
    }
    let longest = state.configuration().wait_max(call.need.language);
    let over = call.record.queued_at + longest;
    assert!(entry.at < over, "call {id} is over and rung for (I9)");
}

/// Scenario 26: the end of a wrap-up only moves on, to the limit, and comes early by its own
/// interpreter's hand alone.
pub(super) fn a_wrap_up_ends_early_by_its_interpreters_hand_only(
    state: &State,
    command: &Command,
    entry: &Entry,
) {
    let wrap_up = |id: InterpreterId| match state.interpreter(id).map(|person| person.duty) {
        Some(Duty::WrapUp {
            began_at, ends_at, ..
        }) => (began_at, ends_at),
        _ => panic!("{id} does not wrap up"),
    };
    match entry.event {
        Event::WrapUpExtended {
            interpreter,
            ends_at,
        } => {
            let (began_at, end) = wrap_up(interpreter);
            let longest = began_at + state.configuration().rules.wrap_up_max_ms;
            assert!(
                (end..=longest).contains(&ends_at),
                "wrap-up until {ends_at:?}"
            );
        }
        Event::WrapUpEnded { interpreter } => {
            let by_hand = *command == Command::EndWrapUp { interpreter };
            let over = wrap_up(interpreter).1 <= entry.at;
            assert!(by_hand || over, "{interpreter}'s wrap-up is cut short");
        }
        _ => {}
    }
}

/// I7: a call's class changes by a coordinator's own command; a call that goes on keeps its class,
/// and the place it had when it was called back.
pub(super) fn class_and_place_change_by_a_coordinators_hand_only(command: &Command, entry: &Entry) {
    match entry.event {
        Event::Prioritised { call, class } => {
            let asked = *command == Command::Prioritise { call, class };
            assert!(asked, "call {call} became {class:?} by itself (I7)");
        }
        Event::Moved { call, need } => {
            let language = need.language;
            let mode = need.mode;
            let by_visitor = matches!(command, Command::ChangeMode { call: one, mode: wanted, .. }
                if (*one, *wanted) == (call, mode));
            let asked = by_visitor
                || *command == Command::Move { call, language }
                || matches!(command, Command::Configure(_));
            assert!(asked, "call {call} was moved by itself (I7)");
        }
        Event::CallQueued {
            origin: Some(origin),
            ahead: false,
            ..
        } => {
            let answered =
                matches!(command, Command::AnswerCallback { callback, .. } if *callback == origin);
            assert!(answered, "callback {origin} became a call by itself");
        }
        _ => {}
    }
}

/// I11: whoever accepts works in a mode they have and are rested for; a voice alone only where it
/// is spoken and the step says so.
pub(super) fn an_audio_call_is_one_that_may_be(state: &State, entry: &Entry) {
    let Event::Accepted { offer, .. } = entry.event else {
        return;
    };
    let (call, interpreter) = accepted(state, offer);
    let configuration = state.configuration();
    let person = state.interpreter(interpreter);
    let person = person.expect("an accept is somebody's");
    let shift = person.work.now.expect("whoever accepted works");
    let colleague = call.colleague.filter(|one| one.interpreter == interpreter);
    let need = colleague.map_or(call.need, |one| one.need);
    let step = configuration.step(need.language, call.search.step as usize);
    let modes = takes_by(&person.qualification, &need, step.audio);
    let mode = shift.mode;
    assert!(modes.contains(&mode), "accepted as {mode:?} (I11)");
    let fresh = |mode: &Mode| rested(person, *mode, configuration);
    // A shorter limit may have come while it rang; then nobody is sent away.
    let kept = fresh(&mode) || !modes.iter().any(fresh);
    assert!(kept, "works as {mode:?}, for which rest is owed (I11)");
}

/// The call an offer was accepted for, and by whom.
pub(super) fn accepted(state: &State, offer: OfferId) -> (&Call, InterpreterId) {
    let of = |call: &Call| {
        let colleague = call.colleague.filter(|colleague| colleague.offer == offer);
        let lead = call.interpreter().filter(|_| call.offer() == Some(offer));
        colleague.map(|colleague| colleague.interpreter).or(lead)
    };
    let mut calls = state.calls();
    let found = calls.find_map(|(_, call)| Some((call, of(call)?)));
    found.expect("an accept is of a call")
}
