//! Visitors who come back at a fixed time: promised to somebody who is planned to be there, one at
//! a time, ended once; whoever has one is kept free for it when it is near.

use super::order::takes_by;
use crate::command::Command;
use crate::configuration::Class;
use crate::event::{AppointmentEnd, Entry, Event};
use crate::ids::{CallId, InterpreterId};
use crate::need::Need;
use crate::record::Outcome;
use crate::state::{Appointment, Phase, Presence, Stage, State, Tablet};
use crate::time::{Millis, Timestamp};

/// I8 for appointments.
pub(super) fn is_legal(state: &State, command: &Command, entry: &Entry) -> bool {
    let made = |id: CallId| state.appointment(id);
    let rules = &state.configuration().rules;
    match entry.event {
        Event::AppointmentMade {
            appointment,
            tablet,
            ..
        } => {
            let instead = state
                .call(appointment)
                .map(|call| (call.phase, call.tablet));
            let idle = state.tablet(tablet).is_some_and(|one| one.call.is_none());
            let fresh = appointment == state.next_call() && idle;
            let named = instead == Some((Phase::Waiting, tablet)) || fresh;
            made(appointment).is_none() && named && matches!(command, Command::Book { .. })
        }
        Event::AppointmentTaken { appointment, .. } => {
            matches!(command, Command::TakeAppointment { .. }) && made(appointment).is_some()
        }
        Event::AppointmentReleased { appointment } => {
            made(appointment).is_some_and(|one| one.interpreter.is_some())
        }
        Event::AppointmentHeld { appointment } => made(appointment).is_some_and(|one| {
            let near = one.starts_at <= entry.at + rules.appointment_hold_ms;
            one.stage == Stage::Planned && near
        }),
        Event::AppointmentDue { appointment, .. } => made(appointment).is_some_and(|one| {
            let again = match one.stage {
                // The tablet cannot call or could not for long enough, and has until the end.
                Stage::Due { until, .. } if until <= entry.at => {
                    let can_call = state.tablet(one.tablet).is_some_and(is_idle);
                    !(can_call && was_called(state, one, entry.at))
                }
                Stage::Due { .. } => matches!(command, Command::Restarted | Command::Resumed),
                _ => false,
            };
            let begins = one.stage == Stage::Held && one.starts_at <= entry.at;
            (begins || again) && entry.at < one.ends_at
        }),
        Event::AppointmentLate { appointment } => {
            let kept = |one: &Appointment| match one.stage {
                Stage::Due { keeps_until, .. } => keeps_until,
                _ => None,
            };
            let until = made(appointment).and_then(kept);
            until.is_some_and(|until| until <= entry.at)
        }
        Event::AppointmentEnded { appointment, end } => {
            made(appointment).is_some_and(|one| may_end(state, command, one, end, entry.at))
        }
        _ => false,
    }
}

fn may_end(
    state: &State,
    command: &Command,
    made: &Appointment,
    end: AppointmentEnd,
    at: Timestamp,
) -> bool {
    let tablet = state.tablet(made.tablet);
    let over = matches!(made.stage, Stage::Due { until, .. } if until <= at);
    let called = over && was_called(state, made, at);
    match end {
        AppointmentEnd::Kept => {
            let call = tablet.and_then(|tablet| state.call(tablet.call?));
            call.is_some_and(|call| call.record.origin == Some(made.record.call))
        }
        AppointmentEnd::Cancelled => {
            let by = Some(made.tablet);
            matches!(*command, Command::CancelAppointment { tablet, .. } if tablet == by)
        }
        AppointmentEnd::NoShow => called,
        AppointmentEnd::Unserved => {
            let reconfigured = matches!(command, Command::Configure(_));
            let from_the_board = matches!(command, Command::CancelAppointment { tablet: None, .. });
            (made.ends_at <= at && !called) || reconfigured || from_the_board
        }
    }
}

/// The tablet could call the visitor for half of the time that somebody is waited for.
fn was_called(state: &State, made: &Appointment, at: Timestamp) -> bool {
    let wait = state.configuration().rules.appointment_wait_ms;
    2 * made.called(at).0 + 1 >= wait.min(made.ends_at.since(made.starts_at)).0
}

fn is_idle(tablet: &Tablet) -> bool {
    tablet.presence == Presence::Connected && tablet.call.is_none()
}

/// A time is promised when somebody who may take the call is planned for the whole of it and not
/// promised already, the site and the language are open, and the counter has no other visitor.
pub(super) fn each_appointment_can_be_kept(state: &State, entry: &Entry) {
    let Event::AppointmentMade {
        tablet,
        site,
        need,
        starts_at,
        ends_at,
        ..
    } = entry.event
    else {
        return;
    };
    let configuration = state.configuration();
    let rules = &configuration.rules;
    assert_eq!(ends_at.since(starts_at), rules.appointment_ms);
    assert!(
        starts_at >= entry.at + rules.appointment_lead_ms,
        "too soon"
    );
    let days = Millis::from_secs(u64::from(rules.appointment_days_max) * 24 * 60 * 60);
    assert!(ends_at <= entry.at + days, "too far ahead");
    let here = state.appointments_at(tablet).count();
    assert!(here < rules.appointments_max as usize, "one too many");
    let at_that_time = || {
        let all = state.appointments();
        all.filter(move |one| one.starts_at < ends_at && starts_at < one.ends_at)
    };
    assert!(
        at_that_time().all(|one| one.tablet != tablet),
        "a full counter"
    );
    let last = Timestamp(ends_at.0 - 1);
    let site = &configuration.sites[&site].hours;
    let language = &configuration.languages[&need.language].hours;
    for hours in [site, language] {
        for at in [starts_at, last] {
            assert!(hours.opening(&configuration.zone, at).open, "closed then");
        }
    }
    let planned = state.interpreters().filter(|(_, person)| {
        let roster = person.qualification.roster.as_ref();
        let there = |at| roster.is_some_and(|hours| hours.opening(&configuration.zone, at).open);
        there(starts_at) && there(last)
    });
    let meets = |id: InterpreterId, need: &Need| {
        let person = state.interpreter(id).expect("somebody planned");
        !takes_by(&person.qualification, need, false).is_empty()
    };
    let planned: Vec<InterpreterId> = planned.map(|(id, _)| id).collect();
    let taken: Vec<_> = at_that_time().filter_map(|one| one.interpreter).collect();
    let free = planned.iter().filter(|id| !taken.contains(id));
    let free: Vec<InterpreterId> = free.copied().collect();
    let open = at_that_time().filter(|one| one.interpreter.is_none());
    let before: Vec<Need> = open.map(|one| one.need_by(configuration)).collect();
    // A configuration may have taken away who was to keep the others; this one is kept beside
    // as many of them as before.
    let mut all = before.clone();
    all.push(need);
    let kept = |needs: &[Need]| matched(&free, needs, &meets);
    assert_eq!(kept(&all), kept(&before) + 1, "promised to nobody");
}

/// How many of these needs can be met at once, each by a person of their own.
fn matched(
    people: &[InterpreterId],
    needs: &[Need],
    meets: &impl Fn(InterpreterId, &Need) -> bool,
) -> usize {
    let Some((need, rest)) = needs.split_first() else {
        return 0;
    };
    let without = matched(people, rest, meets);
    let with = people
        .iter()
        .enumerate()
        .filter(|(_, id)| meets(**id, need));
    let with = with.map(|(at, _)| {
        let mut left = people.to_vec();
        left.remove(at);
        1 + matched(&left, rest, meets)
    });
    with.max().unwrap_or(0).max(without)
}

/// Whoever takes an appointment may take such a call, and the first to take it has it.
pub(super) fn the_first_to_take_it_has_it(state: &State, command: &Command, entry: &Entry) {
    let Event::AppointmentTaken {
        appointment,
        interpreter,
    } = entry.event
    else {
        return;
    };
    let made = state.appointment(appointment).expect("one that was made");
    let by_coordinator = true;
    let asked = Command::TakeAppointment {
        interpreter,
        appointment,
        by_coordinator,
    };
    let given = *command == asked;
    assert!(
        made.interpreter.is_none() || given,
        "taken from a colleague"
    );
}

/// The visitor of an appointment is a call for whoever has it, before everybody but emergencies.
pub(super) fn a_kept_appointment_is_the_call_it_promised(
    state: &State,
    command: &Command,
    entry: &Entry,
) {
    let Event::CallQueued {
        origin: Some(origin),
        tablet,
        class,
        need,
        ahead,
        subject,
        ..
    } = entry.event
    else {
        return;
    };
    let Some(made) = state.appointment(origin) else {
        return;
    };
    let asked = Command::AnswerAppointment {
        tablet,
        appointment: origin,
    };
    // Whoever taps the language when somebody is kept free for the appointment is the one waited
    // for.
    let tap = matches!(*command, Command::Tap { tablet: at, .. } if at == tablet);
    let waited_for = made.is_due() || made.interpreter.is_some();
    assert!(
        made.may_begin() && (tap && waited_for || *command == asked),
        "a call by itself"
    );
    assert_eq!(made.tablet, tablet, "another counter's");
    assert!(ahead && class <= Class::Priority, "behind others");
    let kept = (made.record.subject, made.need_by(state.configuration()));
    assert_eq!((subject, need), kept, "something else than was promised");
}

/// After each step: nobody and no counter has two at the same time, none is left that cannot take
/// place, whoever has one could take it, and is kept free exactly while one of theirs is near.
pub(super) fn appointments_agree_with_everybody(state: &State, now: Timestamp) {
    let configuration = state.configuration();
    let all: Vec<&Appointment> = state.appointments().collect();
    for (at, one) in all.iter().enumerate() {
        let id = one.record.call;
        let outcome = one.record.outcome;
        assert_eq!(outcome, Some(Outcome::ConvertedAppointment), "{id}");
        assert_eq!(one.record.appointment, None, "{id} is over (I6)");
        let site = configuration.tablets.get(&one.tablet);
        let site = *site.expect("a tablet of the directory");
        let (language, mode) = (one.need.language, one.need.mode);
        let need = configuration.need(site, language, Some(mode));
        let need = need.expect("an appointment that cannot take place");
        for other in &all[at + 1..] {
            let apart = one.ends_at <= other.starts_at || other.ends_at <= one.starts_at;
            let same = one.interpreter.is_some() && one.interpreter == other.interpreter;
            assert!(apart || !same, "{:?} has two at once", one.interpreter);
        }
        if let Some(interpreter) = one.interpreter {
            let person = state.interpreter(interpreter).expect("whoever has it");
            let modes = takes_by(&person.qualification, &need, false);
            assert!(!modes.is_empty(), "{interpreter} may not take {id} (I11)");
        }
        let near = one.starts_at <= now + configuration.rules.appointment_hold_ms;
        assert_eq!(near, one.may_begin(), "how near {id} is (I16)");
        let late = |kept: Option<Timestamp>| kept.is_none_or(|until| until <= now);
        let late = matches!(one.stage, Stage::Due { keeps_until, .. } if late(keeps_until));
        assert_eq!(
            one.is_held(),
            near && !late,
            "who keeps free for {id} (I16)"
        );
    }
    for (id, person) in state.interpreters() {
        let near = |one: &&Appointment| one.interpreter == Some(id) && one.is_held();
        let held = state.appointments().any(|one| near(&one));
        assert_eq!(person.held, held, "{id} is kept free");
    }
}

/// I2, I4: whoever is kept free is rung for nothing but what is theirs by name.
pub(super) fn whoever_is_kept_free_is_rung_by_name_alone(state: &State, entry: &Entry) {
    let Event::Offered {
        call, interpreter, ..
    } = entry.event
    else {
        return;
    };
    let person = state.interpreter(interpreter).expect("somebody is rung");
    let assigned = state.call(call).and_then(|call| call.search.assigned);
    let by_name = assigned.is_some_and(|(id, _)| id == interpreter);
    assert!(by_name || !person.held, "{interpreter} is kept free (I4)");
}
