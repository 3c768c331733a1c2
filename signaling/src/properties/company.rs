//! The commands of a random day that are about appointments and about who else is in a
//! conversation.

use super::acts::{Act, Pick};
use super::commands::{call, nth};
use crate::command::{Command, Departure, Party};
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::need::Mode;
use crate::slots::slots;
use crate::state::{Appointment, Call, Observer, Phase, Presence, State};
use crate::tag::Language;
use crate::time::Timestamp;

/// The command an act is, if it is one of these.
pub(super) fn command(act: &Act, state: &State, now: Timestamp) -> Option<Command> {
    let tablets = |tablet| state.tablet(tablet).and_then(|tablet| tablet.call);
    let any_call = |pick| call(state, talking(state).map(|(id, _)| id), pick);
    Some(match *act {
        Act::Book(tablet, pick, language, mode, at) => {
            let own = tablets(tablet);
            let named = !matches!(pick, Pick::Live(_)) || own.is_some();
            Command::Book {
                tablet,
                call: named.then(|| call(state, own, pick)),
                language: wanted(state, own, pick).unwrap_or(language),
                mode,
                starts_at: slot(state, tablet, (language, mode), at, now),
            }
        }
        Act::AnswerAppointment(tablet, pick) => Command::AnswerAppointment {
            tablet,
            appointment: appointment(state, pick, |made| made.tablet == tablet),
        },
        Act::CancelAppointment(tablet, pick) => Command::CancelAppointment {
            tablet,
            appointment: appointment(state, pick, |made| {
                tablet.is_none_or(|tablet| tablet == made.tablet)
            }),
        },
        Act::TakeAppointment(interpreter, pick, by_coordinator) => Command::TakeAppointment {
            interpreter,
            appointment: appointment(state, pick, |_| true),
            by_coordinator,
        },
        Act::ReleaseAppointment(interpreter, pick) => Command::ReleaseAppointment {
            interpreter,
            appointment: appointment(state, pick, |made| made.interpreter == Some(interpreter)),
        },
        Act::Meeting => meeting(state).unwrap_or(Command::Tick),
        Act::AskToJoin(pick) => Command::AskToJoin {
            call: any_call(pick),
        },
        Act::Consent(tablet, pick, agree) => Command::Consent {
            tablet,
            call: call(state, tablets(tablet), pick),
            agree,
        },
        Act::ObserverUp(pick, up) => Command::ObserverUp {
            call: any_call(pick),
            up,
        },
        Act::InviteGuest(party, pick) => Command::InviteGuest {
            party,
            call: any_call(pick),
        },
        Act::RemoveGuest(party, pick) => Command::RemoveGuest {
            party,
            call: any_call(pick),
        },
        Act::GuestUp(pick, guest) => Command::GuestUp {
            call: any_call(pick),
            guest,
        },
        Act::HangUp(party @ (Party::Guest(_) | Party::Coordinator), pick) => Command::HangUp {
            party,
            call: any_call(pick),
        },
        Act::Company(observer) => company(state, observer).unwrap_or(Command::Tick),
        _ => return None,
    })
}

fn talking(state: &State) -> Option<(CallId, &Call)> {
    let mut calls = state.calls();
    calls.find(|(_, call)| matches!(call.phase, Phase::Active { .. }))
}

/// Most who wait book for the language they wait for.
fn wanted(state: &State, own: Option<CallId>, pick: Pick) -> Option<Language> {
    let call = state.call(own?)?;
    matches!(pick, Pick::Live(0..=2)).then_some(call.need.language)
}

fn slot(
    state: &State,
    tablet: TabletId,
    (language, mode): (Language, Option<Mode>),
    pick: Pick,
    now: Timestamp,
) -> Timestamp {
    let configuration = state.configuration();
    let need = configuration
        .tablets
        .get(&tablet)
        .and_then(|site| configuration.need(*site, language, mode));
    let found = need.map_or_else(Vec::new, |need| slots(state, tablet, &need, now));
    let picked = match pick {
        Pick::Live(number) => found.get(number),
        Pick::Back(_) => found.last(),
        Pick::Foreign => None,
    };
    picked.map_or(now, |slot| slot.starts_at)
}

fn appointment(state: &State, pick: Pick, is_own: impl Fn(&Appointment) -> bool) -> CallId {
    let ids = |own: bool| {
        let all = state.appointments().filter(|made| !own || is_own(made));
        all.map(|made| made.record.call).collect::<Vec<_>>()
    };
    match pick {
        Pick::Live(number) => nth(&ids(true), number),
        Pick::Back(back) => Some(CallId(state.next_call().0.saturating_sub(1 + back))),
        Pick::Foreign => ids(false).last().copied(),
    }
    .unwrap_or(CallId(9999))
}

/// The next step of the next appointment: somebody takes it, the visitor comes.
fn meeting(state: &State) -> Option<Command> {
    let made = state.appointments().min_by_key(|made| made.place())?;
    let appointment = made.record.call;
    if made.interpreter.is_some() || made.may_begin() {
        return Some(Command::AnswerAppointment {
            tablet: made.tablet,
            appointment,
        });
    }
    let able = |id: &InterpreterId| {
        let person = state.interpreter(*id);
        person.is_some_and(|person| person.qualification.meets(&made.need))
    };
    let interpreter = state.interpreters().map(|(id, _)| id).find(able)?;
    Some(Command::TakeAppointment {
        interpreter,
        appointment,
        by_coordinator: false,
    })
}

/// The next step of a coordinator or a third party into a conversation: of whoever is on the way,
/// or else one of the two begins.
fn company(state: &State, observer: bool) -> Option<Command> {
    let coming = |call: &Call| {
        let looks = matches!(
            call.observer,
            Some(Observer::Asked { .. } | Observer::Coming { .. })
        );
        looks || call.guest.is_some_and(|guest| !guest.up)
    };
    let mut calls = state.calls();
    let found = calls.find(|(_, call)| coming(call));
    let (call, live) = found.or_else(|| talking(state))?;
    let tablet = live.tablet;
    let (party, agree) = (Party::Tablet(tablet), true);
    let guest = live.guest.map(|known| (known.guest, known));
    Some(match (live.observer, guest) {
        (Some(Observer::Asked { .. }), _) => Command::Consent {
            tablet,
            call,
            agree,
        },
        (Some(Observer::Coming { .. }), _) => Command::ObserverUp { call, up: true },
        (_, Some((guest, known))) if known.presence != Presence::Connected => {
            Command::Connected(Party::Guest(guest))
        }
        (_, Some((guest, known))) if !known.up => Command::GuestUp { call, guest },
        (None, _) if observer => Command::AskToJoin { call },
        (Some(Observer::There), _) if observer => Command::ObserverUp { call, up: false },
        (_, None) => Command::InviteGuest { party, call },
        (_, Some((guest, _))) => Command::Disconnected(Party::Guest(guest), Departure::Lost),
    })
}
