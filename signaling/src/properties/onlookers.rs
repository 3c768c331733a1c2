//! Who else is in a conversation: a coordinator after the visitor's own yes and not a moment
//! longer, a third party under one number that is never used again. What was asked and answered is
//! remembered here from the commands, not read from the state.

use crate::command::{Command, Party};
use crate::core::Core;
use crate::event::{Entry, Event, Unwilling};
use crate::ids::{CallId, GuestId};
use crate::state::{Call, Observer, Phase, Presence, State};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the visitor of a call has said to the last question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    None,
    Yes,
}

#[derive(Default)]
pub(super) struct Onlookers {
    asked: BTreeMap<CallId, Answer>,
    /// Who said no, or nothing; that may be asked again only then.
    unwilling: BTreeMap<CallId, Unwilling>,
    guests: BTreeMap<GuestId, CallId>,
    gone: BTreeSet<GuestId>,
}

impl Onlookers {
    /// Takes an entry with the command it follows from and the state before it. I6, I8: each step
    /// follows from the one before it.
    pub(super) fn take(&mut self, state: &State, command: &Command, entry: &Entry) {
        let at = entry.at;
        let answer = |call| self.asked.get(&call).copied();
        match entry.event {
            Event::ObserverAsked { call, .. } => {
                assert_eq!(*command, Command::AskToJoin { call }, "asked by nobody");
                assert_eq!(answer(call), None, "asked twice");
                let again = match self.unwilling.get(&call) {
                    Some(Unwilling::Refused) => false,
                    Some(Unwilling::Silent { until }) => *until <= at,
                    None => true,
                };
                assert!(again, "asked again after {:?}", self.unwilling.get(&call));
                self.asked.insert(call, Answer::None);
            }
            Event::ObserverAdmitted { call, .. } => {
                let yes = match *command {
                    Command::Consent { tablet, agree, .. } => {
                        agree && state.call(call).is_some_and(|live| live.tablet == tablet)
                    }
                    Command::ObserverUp { up: false, .. } => answer(call) == Some(Answer::Yes),
                    _ => false,
                };
                assert!(yes && answer(call).is_some(), "no visitor has agreed");
                self.asked.insert(call, Answer::Yes);
            }
            Event::ObserverUp { call } => {
                assert_eq!(answer(call), Some(Answer::Yes), "seen without consent");
            }
            Event::ObserverLeft { call, unwilling } => {
                let late_no = matches!(command, Command::Consent { agree: false, .. });
                assert!(
                    late_no || answer(call).is_some(),
                    "nobody was there to leave"
                );
                self.asked.remove(&call);
                let said = why_not(state, command, call, at);
                assert_eq!(unwilling, said, "what the visitor said in call {call}");
                self.unwilling.extend(said.map(|said| (call, said)));
            }
            Event::HelpAsked {
                interpreter,
                reason: Some(_),
            } => {
                let leads = |id: &CallId| {
                    let call = state.call(*id);
                    call.is_some_and(|call| call.interpreter() == Some(interpreter))
                };
                self.unwilling.retain(|call, _| !leads(call));
            }
            Event::CallEnded { call, .. } => {
                self.asked.remove(&call);
                self.unwilling.remove(&call);
                self.gone.extend(
                    self.guests
                        .iter()
                        .filter(|(_, of)| **of == call)
                        .map(|one| one.0),
                );
                self.guests.retain(|_, of| *of != call);
            }
            _ => self.take_of_guest(state, command, entry),
        }
    }

    fn take_of_guest(&mut self, state: &State, command: &Command, entry: &Entry) {
        let at = entry.at;
        match entry.event {
            Event::GuestInvited { call, guest, .. } => {
                assert!(self.guests.values().all(|one| *one != call), "two guests");
                let new = !self.gone.contains(&guest) && guest == state.next_guest();
                assert!(new, "a number used again");
                self.guests.insert(guest, call);
            }
            Event::GuestUp { call } => {
                let guest = state.call(call).and_then(|call| call.guest);
                assert!(guest.is_some_and(|guest| !guest.up), "nobody comes up");
            }
            Event::GuestLeft { call, guest } => {
                let live = state.call(call).expect("a call that goes on");
                let over = is_over(live, guest, at);
                let by_hand = matches!(
                    command,
                    Command::RemoveGuest { .. } | Command::HangUp { .. }
                );
                assert!(over || by_hand, "{guest} is sent away by nobody");
                assert_eq!(self.guests.remove(&guest), Some(call), "an unknown guest");
                self.gone.insert(guest);
            }
            _ => {}
        }
    }

    /// I5: media is for the tablet and the interpreters of an accepted call, for its third party,
    /// and for a coordinator after the visitor's yes; for nobody else.
    pub(super) fn may_join(&self, core: &Core) {
        let state = core.state();
        for id in (1..state.next_call().0 + 1).map(CallId) {
            let looks_on = self.asked.get(&id) == Some(&Answer::Yes);
            let may = core.may_join(Party::Coordinator, id);
            assert_eq!(may, looks_on, "a coordinator in call {id} (I5)");
            for guest in (0..=state.next_guest().0).map(GuestId) {
                let invited = self.guests.get(&guest) == Some(&id);
                let may = core.may_join(Party::Guest(guest), id);
                assert_eq!(may, invited, "guest {guest} in call {id} (I5)");
            }
        }
        for guest in (0..=state.next_guest().0).map(GuestId) {
            let sees = core.guest_view(guest).map(|view| view.call);
            assert_eq!(sees, self.guests.get(&guest).copied(), "guest {guest} (I5)");
        }
    }
}

/// What a visitor says who lets a question pass, or says no to it or to whoever looks on.
fn why_not(state: &State, command: &Command, call: CallId, at: Timestamp) -> Option<Unwilling> {
    let observer = state.call(call).and_then(|call| call.observer);
    let rules = &state.configuration().rules;
    match (observer, command) {
        (_, Command::Restarted) => None,
        (_, Command::Consent { agree: false, .. }) => Some(Unwilling::Refused),
        (Some(Observer::Asked { until }), command)
            if until <= at || is_taken_back(command, call) =>
        {
            Some(Unwilling::Silent {
                until: at + rules.consent_ms,
            })
        }
        _ => None,
    }
}

fn is_taken_back(command: &Command, asked: CallId) -> bool {
    let party = Party::Coordinator;
    *command == Command::HangUp { party, call: asked }
}

/// The link is too old and was not used, or the grace is over.
fn is_over(call: &Call, guest: GuestId, at: Timestamp) -> bool {
    let known = call.guest.filter(|one| one.guest == guest);
    known.is_some_and(|known| match known.presence {
        Presence::Absent => known.until <= at,
        Presence::Leaving { until } => until <= at,
        Presence::Connected => false,
    })
}

/// Onlookers are of conversations.
pub(super) fn onlookers_are_of_conversations(state: &State) {
    for (id, call) in state.calls() {
        let talks = matches!(call.phase, Phase::Active { .. });
        let alone = call.observer.is_none() && call.guest.is_none();
        assert!(
            talks || alone,
            "somebody looks on in call {id}, which is none"
        );
    }
}
