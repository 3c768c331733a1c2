//! Appointments, the last step before a visitor leaves unserved. The times are computed from who is
//! planned to be on duty; whoever may take such a call sees the appointment ahead of time and the
//! first to take it has it; shortly before, that person is kept free; when the time has come the
//! tablet calls the visitor, whose call goes before everybody but emergencies, to that person
//! first.

use super::{callback, end};
use crate::command::{Command, Rejection};
use crate::configuration::{Class, Configuration};
use crate::event::{AppointmentEnd, Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::need::{Mode, Need};
use crate::record::Outcome;
use crate::slots::{Slot, slot_at};
use crate::state::{Appointment, Interpreter, Stage, State, Tablet};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Book {
            tablet,
            call,
            language,
            mode,
            starts_at,
        } => book(state, (tablet, call), (language, mode), starts_at, now),
        Command::AnswerAppointment {
            tablet,
            appointment,
        } => answer(state, tablet, appointment, now),
        Command::CancelAppointment {
            tablet,
            appointment,
        } => {
            let made = state.appointment(appointment).ok_or(Rejection::CallGone)?;
            if tablet.is_some_and(|tablet| tablet != made.tablet) {
                return Err(Rejection::CallGone);
            }
            // The visitor's own wish at the counter; the service's failure from the board.
            let end = match tablet {
                Some(_) => AppointmentEnd::Cancelled,
                None => AppointmentEnd::Unserved,
            };
            Ok(vec![ended(appointment, end)])
        }
        Command::TakeAppointment {
            interpreter,
            appointment,
            by_coordinator,
        } => take(state, interpreter, appointment, by_coordinator),
        Command::ReleaseAppointment {
            interpreter,
            appointment,
        } => {
            let made = state.appointment(appointment).ok_or(Rejection::CallGone)?;
            let theirs = made.interpreter == Some(interpreter);
            let released = theirs.then_some(Event::AppointmentReleased { appointment });
            Ok(released.into_iter().collect())
        }
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// A visitor makes an appointment, instead of waiting or without. The same wish again changes
/// nothing.
fn book(
    state: &State,
    (id, call): (TabletId, Option<CallId>),
    (language, mode): (Language, Option<Mode>),
    starts_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let configuration = state.configuration();
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    if !configuration.tablets.contains_key(&id) {
        return Err(Rejection::UnknownTablet);
    }
    // Who does without a picture for now does not so at a time of their choice: `mode` says it.
    let need = configuration.need(tablet.site, language, mode);
    let need = need.ok_or(Rejection::UnknownLanguage)?;
    let same = |made: &Appointment| {
        let named = call.is_none_or(|call| made.record.call == call);
        let asked = (made.need.language, made.need.mode) == (language, need.mode);
        named && made.starts_at == starts_at && asked
    };
    if state.appointments_at(id).any(same) {
        return Ok(Vec::new());
    }
    let closed = given_up(state, tablet, call, language, now)?;
    if state.appointments_at(id).count() >= configuration.rules.appointments_max as usize {
        return Err(Rejection::WrongState);
    }
    let slot = slot_at(state, id, &need, starts_at, now);
    let Slot { ends_at, .. } = slot.ok_or(Rejection::SlotGone)?;
    let made = Event::AppointmentMade {
        appointment: call.unwrap_or_else(|| state.next_call()),
        tablet: id,
        site: tablet.site,
        need,
        starts_at,
        ends_at,
    };
    let left = call.map(|call| end::ended(call, Outcome::ConvertedAppointment));
    Ok(closed.into_iter().chain([made]).chain(left).collect())
}

/// The rings of the waiting call that is given up for an appointment; without one the tablet is
/// idle.
fn given_up(
    state: &State,
    tablet: &Tablet,
    call: Option<CallId>,
    language: Language,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let Some(call) = call else {
        return match tablet.call {
            None => Ok(Vec::new()),
            Some(_) => Err(Rejection::WrongState),
        };
    };
    let live = state.call(call).filter(|_| tablet.call == Some(call));
    let live = live.ok_or(Rejection::CallGone)?;
    if !live.is_waiting() || live.need.language != language {
        return Err(Rejection::WrongState);
    }
    Ok(end::rings_closed(live, OfferEnd::CallerLeft, now).collect())
}

/// The visitor is there, called or a little early: a call before everybody but emergencies, to
/// whoever has taken the appointment first.
pub(super) fn answer(
    state: &State,
    id: TabletId,
    appointment: CallId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let tablet = state.tablet(id).ok_or(Rejection::UnknownTablet)?;
    let again = tablet.call.and_then(|call| state.call(call));
    if again.is_some_and(|call| call.record.origin == Some(appointment)) {
        return Ok(Vec::new());
    }
    let made = state
        .appointment(appointment)
        .filter(|made| made.tablet == id);
    let made = made.ok_or(Rejection::CallGone)?;
    if !made.may_begin() || !tablet.is_idle() {
        return Err(Rejection::WrongState);
    }
    let (call, need) = (state.next_call(), made.need_by(state.configuration()));
    let queued = Event::CallQueued {
        call,
        tablet: id,
        site: tablet.site,
        need,
        class: made.record.class.min(Class::Priority),
        tapped_at: now,
        origin: Some(appointment),
        ahead: true,
        ticket: now,
        subject: made.record.subject,
    };
    let rules = &state.configuration().rules;
    let ready = made.interpreter.filter(|id| {
        let person = state.interpreter(*id);
        // A visitor on time waits a little for whoever is still in a conversation, a late one not;
        // nor is a late one for somebody who is kept free for the next.
        let there = |one: &Interpreter| match made.is_held() {
            true => one.is_on_duty(),
            false => one.is_free() && !one.held,
        };
        person.is_some_and(|one| there(one) && one.may_take(&need, &rules.rest))
    });
    let assigned = ready.map(|interpreter| Event::Assigned {
        call,
        interpreter,
        until: now + rules.assignment_ms,
    });
    // A busy tablet cannot ring for somebody else.
    let quiet = callback::rings_taken_back(state.callbacks_at(id));
    Ok(quiet
        .chain([queued])
        .chain(assigned)
        .chain([ended(appointment, AppointmentEnd::Kept)])
        .collect())
}

/// The first to take it has it; a coordinator gives it to whom they like.
fn take(
    state: &State,
    id: InterpreterId,
    appointment: CallId,
    by_coordinator: bool,
) -> Result<Vec<Event>, Rejection> {
    let person = state.interpreter(id).ok_or(Rejection::UnknownInterpreter)?;
    let made = state.appointment(appointment).ok_or(Rejection::CallGone)?;
    if made.interpreter == Some(id) {
        return Ok(Vec::new());
    }
    let need = made.need_by(state.configuration());
    if !person.qualification.meets(&need) {
        return Err(Rejection::NotQualified);
    }
    let slot = Slot {
        starts_at: made.starts_at,
        ends_at: made.ends_at,
    };
    let mut others = state
        .appointments()
        .filter(|other| other.interpreter == Some(id));
    if others.any(|other| slot.overlaps(other.starts_at, other.ends_at)) {
        return Err(Rejection::WrongState);
    }
    if made.interpreter.is_some() && !by_coordinator {
        return Err(Rejection::OfferGone);
    }
    Ok(vec![Event::AppointmentTaken {
        appointment,
        interpreter: id,
    }])
}

/// It comes nearer, begins, or nobody came.
pub(super) fn due(state: &State, id: CallId, now: Timestamp) -> Vec<Event> {
    let Some(made) = state.appointment(id) else {
        return Vec::new();
    };
    match made.stage {
        Stage::Planned => vec![Event::AppointmentHeld { appointment: id }],
        Stage::Held => {
            // Somebody who is not here keeps nobody else from it.
            let away = made.interpreter.is_some_and(|id| {
                let person = state.interpreter(id);
                !person.is_some_and(|person| person.is_on_duty())
            });
            let released = away.then_some(Event::AppointmentReleased { appointment: id });
            // The appointment goes first: its tablet rings for nobody else meanwhile.
            let quiet = callback::rings_taken_back(state.callbacks_at(made.tablet));
            let keeps_until = now + state.configuration().rules.appointment_keep_ms;
            let called = called(state, made, Some(keeps_until), now);
            released.into_iter().chain(quiet).chain([called]).collect()
        }
        Stage::Due { until, .. } if now < until => {
            vec![Event::AppointmentLate { appointment: id }]
        }
        Stage::Due { .. } => vec![unanswered(state, made, now)],
    }
}

/// Nobody answered the tablet in time. Where it cannot call at this moment, or could not for half
/// of the time that a visitor is waited for, because of another conversation or the network, it has
/// until the end of the appointment. Only a visitor who was called for that half has not come.
fn unanswered(state: &State, made: &Appointment, now: Timestamp) -> Event {
    let appointment = made.record.call;
    let called = made.called(now);
    let wait = state.configuration().rules.appointment_wait_ms;
    let length = made.ends_at.since(made.starts_at);
    let enough = Millis(wait.min(length).0.div_ceil(2));
    let can_call = state.tablet(made.tablet).is_some_and(Tablet::is_idle);
    if now < made.ends_at && !(can_call && called >= enough) {
        return Event::AppointmentDue {
            appointment,
            until: made.ends_at,
            keeps_until: None,
            called,
        };
    }
    let end = if called >= enough {
        AppointmentEnd::NoShow
    } else {
        AppointmentEnd::Unserved
    };
    ended(appointment, end)
}

/// The tablet calls the visitor, from now: also when the gateway was away at the time, since the
/// visitor waits for it. Once the appointment would be over nobody does.
fn called(
    state: &State,
    made: &Appointment,
    keeps_until: Option<Timestamp>,
    now: Timestamp,
) -> Event {
    let appointment = made.record.call;
    if now >= made.ends_at {
        return ended(appointment, AppointmentEnd::Unserved);
    }
    let until = now + state.configuration().rules.appointment_wait_ms;
    Event::AppointmentDue {
        appointment,
        // The counter may have another appointment then.
        until: until.min(made.ends_at),
        keeps_until: keeps_until.map(|until| until.min(made.ends_at)),
        called: made.called_before(),
    }
}

/// Visitors who were being called when the gateway went away are called anew. Whoever was no longer
/// kept free for them is not so again, and the time away does not count as calling.
pub(super) fn restarted(state: &State, now: Timestamp) -> impl Iterator<Item = Event> {
    let keeps_until = now + state.configuration().rules.appointment_keep_ms;
    let due = state.appointments().filter(|made| made.is_due());
    due.map(move |made| called(state, made, made.is_held().then_some(keeps_until), now))
}

/// What another configuration does to appointments: those that can no longer take place here end,
/// on record, and whoever may no longer take theirs gives it back.
pub(super) fn configured(
    state: &State,
    configuration: &Configuration,
) -> impl Iterator<Item = Event> {
    state.appointments().filter_map(move |made| {
        let appointment = made.record.call;
        let Need { language, mode, .. } = made.need;
        let site = configuration.tablets.get(&made.tablet);
        let need = site.and_then(|site| configuration.need(*site, language, Some(mode)));
        let Some(need) = need else {
            return Some(ended(appointment, AppointmentEnd::Unserved));
        };
        let person = configuration.interpreters.get(&made.interpreter?);
        let able = person.is_some_and(|person| person.meets(&need));
        (!able).then_some(Event::AppointmentReleased { appointment })
    })
}

const fn ended(appointment: CallId, end: AppointmentEnd) -> Event {
    Event::AppointmentEnded { appointment, end }
}
