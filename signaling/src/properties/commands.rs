//! The command that an act of a random day is, in the state it meets.

use super::acts::{Act, Pick};
use super::company;
use super::service::configuration;
use crate::command::{Command, Party};
use crate::ids::{CallId, InterpreterId, OfferId, TabletId};
use crate::need::Role;
use crate::protocol::{DeclineReason, HelpReason, PauseReason};
use crate::state::{Call, Duty, Phase, State};
use crate::time::Timestamp;

impl Act {
    /// The command this act is in this state.
    pub(super) fn command(&self, state: &State, now: Timestamp) -> Command {
        let tablets = |tablet| state.tablet(tablet).and_then(|tablet| tablet.call);
        let any_call = |pick| call(state, None, pick);
        match *self {
            Self::Come(party) => Command::Connected(party),
            Self::Leave(party, how) => Command::Disconnected(party, how),
            Self::Tap(tablet, language, mode) => Command::Tap {
                tablet,
                language,
                mode,
                tapped_at: now,
            },
            Self::RequestCallback(tablet, pick) => Command::RequestCallback {
                tablet,
                call: call(state, tablets(tablet), pick),
            },
            Self::AnswerCallback(tablet, pick) => Command::AnswerCallback {
                tablet,
                callback: callback(state, Some(tablet), pick),
            },
            Self::CancelCallback(tablet, pick) => Command::CancelCallback {
                tablet,
                callback: callback(state, tablet, pick),
            },
            Self::ChangeMode(tablet, pick, mode) => Command::ChangeMode {
                tablet,
                call: call(state, tablets(tablet), pick),
                mode,
            },
            Self::SetSubject(tablet, pick, subject) => Command::SetSubject {
                tablet,
                call: call(state, tablets(tablet), pick),
                subject,
            },
            Self::HangUp(Party::Tablet(tablet), pick) => Command::HangUp {
                party: Party::Tablet(tablet),
                call: call(state, tablets(tablet), pick),
            },
            Self::Prioritise(pick, class) => Command::Prioritise {
                call: any_call(pick),
                class,
            },
            Self::Assign(pick, interpreter) => Command::Assign {
                call: any_call(pick),
                interpreter,
            },
            Self::Withdraw(pick) => Command::Withdraw {
                call: any_call(pick),
            },
            Self::Move(pick, language) => Command::Move {
                call: any_call(pick),
                language,
            },
            Self::MediaUp(pick) => {
                let mut calls = state.calls();
                let connects =
                    calls.find(|(_, call)| matches!(call.phase, Phase::Connecting { .. }));
                let connecting = connects.map(|(id, _)| id);
                let call = call(state, connecting, pick);
                Command::MediaUp { call }
            }
            Self::Force(counter, open) => Command::Force { counter, open },
            Self::Configure(variant) => Command::Configure(Box::new(configuration(variant))),
            Self::Restart => Command::Restarted,
            Self::Resume => Command::Resumed,
            Self::Wait => Command::Tick,
            _ => company::command(self, state, now).unwrap_or_else(|| self.by_interpreter(state)),
        }
    }

    fn by_interpreter(&self, state: &State) -> Command {
        let rings = |duty: Duty| matches!(duty, Duty::Ringing(_));
        let wraps_up = |duty: Duty| matches!(duty, Duty::WrapUp { .. });
        let talks = |duty: Duty| matches!(duty, Duty::InCall(_));
        let own = Pick::Live(0);
        match *self {
            Self::Available(interpreter, available) => Command::SetAvailable {
                interpreter,
                available,
            },
            Self::Pause(interpreter, by_coordinator) => Command::Pause {
                interpreter,
                reason: PauseReason::Meal,
                by_coordinator,
            },
            Self::HangUp(Party::Interpreter(named), pick) => {
                let interpreter = somebody(state, named, pick, talks);
                Command::HangUp {
                    party: Party::Interpreter(interpreter),
                    call: call(state, own_call(state, interpreter), pick),
                }
            }
            Self::Transfer(named, pick, language) => {
                let interpreter = somebody(state, named, pick, talks);
                Command::Transfer {
                    interpreter,
                    call: call(state, own_call(state, interpreter), pick),
                    language,
                }
            }
            Self::Accept(named, pick) => {
                let interpreter = somebody(state, named, pick, rings);
                let offer = offer(state, interpreter, pick);
                Command::Accept { interpreter, offer }
            }
            Self::Decline(named, pick) => {
                let interpreter = somebody(state, named, pick, rings);
                Command::Decline {
                    interpreter,
                    offer: offer(state, interpreter, pick),
                    reason: DeclineReason::Tired,
                }
            }
            Self::EndWrapUp(named) => Command::EndWrapUp {
                interpreter: somebody(state, named, own, wraps_up),
            },
            Self::ExtendWrapUp(named) => {
                let interpreter = somebody(state, named, own, wraps_up);
                let until = match state.interpreter(interpreter).map(|person| person.duty) {
                    Some(Duty::WrapUp { ends_at, .. }) => ends_at,
                    _ => Timestamp(0),
                };
                Command::ExtendWrapUp { interpreter, until }
            }
            Self::Help(interpreter, asks) => Command::AskHelp {
                interpreter,
                reason: asks.then_some(HelpReason::Difficult),
            },
            _ => self.of_colleagues(state),
        }
    }

    fn of_colleagues(&self, state: &State) -> Command {
        let of = |id: InterpreterId| state.call(own_call(state, id)?);
        let leads = |id: InterpreterId| of(id).is_some_and(|call| call.interpreter() == Some(id));
        let comes = |id: InterpreterId| {
            let colleague = of(id).and_then(|call| call.colleague);
            colleague.is_some_and(|colleague| colleague.interpreter == id)
        };
        let who = |named, pick, is: &dyn Fn(InterpreterId) -> bool| match pick {
            Pick::Live(_) => {
                let mut people = state.interpreters().map(|(id, _)| id);
                people.find(|id| is(*id)).unwrap_or(named)
            }
            Pick::Back(_) | Pick::Foreign => named,
        };
        match *self {
            Self::Invite(named, pick, relief, language, to) => {
                let interpreter = who(named, pick, &leads);
                Command::Invite {
                    interpreter,
                    call: call(state, own_call(state, interpreter), pick),
                    role: if relief { Role::Relief } else { Role::Second },
                    language,
                    to,
                }
            }
            Self::CancelInvite(named, pick) => {
                let interpreter = who(named, pick, &leads);
                let call = call(state, own_call(state, interpreter), pick);
                Command::CancelInvite { interpreter, call }
            }
            Self::TakeOver(named, pick) => {
                let interpreter = who(named, pick, &comes);
                let call = call(state, own_call(state, interpreter), pick);
                Command::TakeOver { interpreter, call }
            }
            Self::ColleagueUp(named, pick) => {
                let interpreter = who(named, pick, &comes);
                let call = call(state, own_call(state, interpreter), pick);
                Command::ColleagueUp { call, interpreter }
            }
            Self::Together(relief) => together(state, relief).unwrap_or(Command::Tick),
            _ => Command::Tick,
        }
    }
}

/// The next step of a colleague into the first conversation there is.
fn together(state: &State, relief: bool) -> Option<Command> {
    let mut calls = state.calls();
    let talking = |call: &Call| matches!(call.phase, Phase::Active { .. });
    let (call, live) = calls.find(|(_, live)| talking(live))?;
    if let Some(colleague) = live.colleague {
        let interpreter = colleague.interpreter;
        return Some(match colleague.connect_by {
            Some(_) => Command::ColleagueUp { call, interpreter },
            None => Command::TakeOver { interpreter, call },
        });
    }
    if let Some((offer, ring)) = live.search.rings.first_key_value() {
        let (offer, interpreter) = (*offer, ring.interpreter);
        return Some(Command::Accept { interpreter, offer });
    }
    Some(Command::Invite {
        interpreter: live.interpreter()?,
        call,
        role: if relief { Role::Relief } else { Role::Second },
        language: None,
        to: None,
    })
}

/// The person named if they do such a thing, or else the next who does: so that most accepts are of
/// a ring, and most hang-ups of a call. Under a stale or made-up number, the person named.
fn somebody(
    state: &State,
    named: InterpreterId,
    pick: Pick,
    does: impl Fn(Duty) -> bool,
) -> InterpreterId {
    let Pick::Live(_) = pick else {
        return named;
    };
    let busy = || state.interpreters().filter(|(_, person)| does(person.duty));
    let after = busy().find(|(id, _)| *id >= named);
    after.or_else(|| busy().next()).map_or(named, |(id, _)| id)
}

fn own_call(state: &State, interpreter: InterpreterId) -> Option<CallId> {
    match state.interpreter(interpreter)?.duty {
        Duty::InCall(call) | Duty::WrapUp { call, .. } => Some(call),
        Duty::Free | Duty::Ringing(_) => None,
    }
}

pub(super) fn call(state: &State, own: Option<CallId>, pick: Pick) -> CallId {
    match pick {
        Pick::Live(number) => {
            let live = state.calls().map(|(id, _)| id);
            own.or_else(|| nth(&live.collect::<Vec<_>>(), number))
                .unwrap_or(CallId(9999))
        }
        Pick::Back(back) => CallId(state.next_call().0.saturating_sub(1 + back)),
        Pick::Foreign => CallId(9999),
    }
}

fn callback(state: &State, tablet: Option<TabletId>, pick: Pick) -> CallId {
    let theirs = state
        .callbacks()
        .filter(|callback| tablet.is_none_or(|tablet| tablet == callback.tablet));
    let ids: Vec<CallId> = theirs.map(|one| one.record.call).collect();
    let others = state.callbacks().map(|one| one.record.call);
    match pick {
        Pick::Live(number) => nth(&ids, number),
        Pick::Back(_) => others.last(),
        Pick::Foreign => None,
    }
    .unwrap_or(CallId(9999))
}

fn offer(state: &State, interpreter: InterpreterId, pick: Pick) -> OfferId {
    let duty = state.interpreter(interpreter).map(|person| person.duty);
    match (pick, duty) {
        (Pick::Live(_), Some(Duty::Ringing(offer))) => offer,
        (Pick::Foreign, _) => OfferId(9999),
        (Pick::Live(_), _) => OfferId(state.next_offer().0.saturating_sub(1)),
        (Pick::Back(back), _) => OfferId(state.next_offer().0.saturating_sub(1 + back)),
    }
}

pub(super) fn nth(all: &[CallId], number: usize) -> Option<CallId> {
    all.get(number % all.len().max(1)).copied()
}
