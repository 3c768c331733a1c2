//! Clients that come and go. A place is kept over a reload, a lost Wi-Fi and a restart: the client
//! has a grace to come back, and only then does its call end.

use super::{appointment, callback, colleague, end, onlooker};
use crate::command::{Command, Departure, Party, Rejection};
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId};
use crate::record::Outcome;
use crate::state::{Call, Colleague, Duty, Phase, Presence, State};
use crate::time::{Millis, Timestamp};

/// The commands of this file.
pub(super) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match *command {
        Command::Connected(party) => connected(state, party),
        Command::Disconnected(party, how) => disconnected(state, party, how, now),
        Command::Restarted => Ok(interrupted(state, Interruption::Restart, now)),
        Command::Resumed => Ok(interrupted(state, Interruption::Stall, now)),
        // The others are dealt with by the caller.
        _ => Ok(Vec::new()),
    }
}

/// A client has connected; a second time changes nothing.
fn connected(state: &State, party: Party) -> Result<Vec<Event>, Rejection> {
    match known(state, party)? {
        Presence::Connected => Ok(Vec::new()),
        Presence::Absent | Presence::Leaving { .. } => Ok(vec![Event::Connected { party }]),
    }
}

/// A client has gone. Its ring is taken back at once; its call waits for the grace.
fn disconnected(
    state: &State,
    party: Party,
    departure: Departure,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    if known(state, party)? != Presence::Connected {
        return Ok(Vec::new());
    }
    let rules = &state.configuration().rules;
    let grace = match departure {
        Departure::Closed => rules.grace_closed_ms,
        Departure::Lost => rules.grace_lost_ms,
        Departure::SignedOut => Millis(0),
    };
    let mut events = vec![Event::Disconnected {
        party,
        departure,
        until: now + grace,
    }];
    if let Party::Interpreter(interpreter) = party
        && let Some(Duty::Ringing(offer)) = state.interpreter(interpreter).map(|person| person.duty)
    {
        events.push(end::closed(offer, OfferEnd::InterpreterLost, now));
    }
    if let Party::Tablet(tablet) = party {
        events.extend(callback::rings_taken_back(state.callbacks_at(tablet)));
    }
    Ok(events)
}

/// Why nobody could reach the gateway for a while.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Interruption {
    /// Every connection ended with it.
    Restart,
    /// It could decide nothing; whoever was connected still is, and so is media.
    Stall,
}

impl Interruption {
    /// Whether this client has to come back.
    fn sent_away(self, presence: Presence) -> bool {
        match presence {
            Presence::Connected => self == Self::Restart,
            Presence::Leaving { .. } => true,
            Presence::Absent => false,
        }
    }

    /// Whether media that had to be up by then no longer counts as coming.
    fn ends_connecting(self, by: Timestamp, now: Timestamp) -> bool {
        self == Self::Restart || by <= now
    }
}

/// The grace begins anew for all who were sent away or expected back; rings are taken back, since
/// nobody could have answered them, and calls that were connecting return to their place without a
/// cooldown, since nobody failed.
fn interrupted(state: &State, how: Interruption, now: Timestamp) -> Vec<Event> {
    let departure = Departure::Lost;
    let until = now + state.configuration().rules.grace_lost_ms;
    let tablets = state
        .tablets()
        .map(|(id, tablet)| (Party::Tablet(id), tablet.presence));
    let people = state
        .interpreters()
        .map(|(id, person)| (Party::Interpreter(id), person.presence));
    let guests = state.calls().filter_map(|(_, call)| {
        let guest = call.guest?;
        Some((Party::Guest(guest.guest), guest.presence))
    });
    let lost = tablets
        .chain(people)
        .chain(guests)
        .filter(|(_, presence)| how.sent_away(*presence))
        .map(|(party, _)| Event::Disconnected {
            party,
            departure,
            until,
        });
    let restart = how == Interruption::Restart;
    let late = |by: Timestamp| how.ends_connecting(by, now);
    let under_way = state.calls().flat_map(|(id, call)| {
        let fails = matches!(call.phase, Phase::Connecting { connect_by, .. } if late(connect_by));
        let failed = fails.then_some(Event::ConnectFailed {
            call: id,
            cooldown_until: now,
        });
        let coming = call
            .colleague
            .filter(|colleague| colleague.connect_by.is_some_and(late));
        let gone = coming.map(|colleague| Event::ColleagueLeft {
            call: id,
            interpreter: colleague.interpreter,
        });
        end::rings_closed(call, OfferEnd::InterpreterLost, now)
            .chain(failed)
            .chain(gone)
            .chain(restart.then(|| onlooker::restarted(call)).flatten())
    });
    let unheard = callback::rings_taken_back(state.callbacks());
    lost.chain(under_way)
        .chain(unheard)
        .chain(appointment::restarted(state, now))
        .collect()
}

/// The grace is over. A visitor who loses the interpreter in the middle of a conversation goes on
/// waiting, at the head of the queue.
pub(super) fn gone(state: &State, party: Party, now: Timestamp) -> Vec<Event> {
    let call = match party {
        Party::Tablet(id) => state.tablet(id).and_then(|tablet| tablet.call),
        Party::Interpreter(id) => match state.interpreter(id).map(|person| person.duty) {
            Some(Duty::InCall(call)) => Some(call),
            _ => None,
        },
        Party::Guest(id) => {
            let left = state
                .guest(id)
                .and_then(|(call, _)| onlooker::guest_left(call));
            return left.into_iter().collect();
        }
        Party::Coordinator => None,
    };
    let gone = std::iter::once(Event::Gone { party });
    let Some((id, call)) = call.and_then(|id| Some((id, state.call(id)?))) else {
        return gone.collect();
    };
    let of_call = match party {
        Party::Tablet(_) => end::by_visitor(state, id, call, Outcome::ConnectionLost, now),
        Party::Interpreter(lost) => interpreter_lost(state, id, call, lost, now),
        Party::Guest(_) | Party::Coordinator => Vec::new(),
    };
    gone.chain(of_call).collect()
}

/// A colleague who is there and can do the whole of it goes on alone; without one the visitor is at
/// the head of the queue.
fn interpreter_lost(
    state: &State,
    id: CallId,
    call: &Call,
    lost: InterpreterId,
    now: Timestamp,
) -> Vec<Event> {
    if let Some(colleague) = call.colleague.filter(|one| one.interpreter == lost) {
        return colleague::left(state, id, colleague, now);
    }
    let able = |one: &Colleague| {
        let person = state.interpreter(one.interpreter);
        person.is_some_and(|person| person.qualification.meets(&call.need))
    };
    if let Some(colleague) = call.colleague_up().filter(able) {
        return colleague::taken_over(state, id, lost, colleague, now);
    }
    let left = end::by_interpreter(state, id, call, Outcome::ConnectionLost, now);
    let talked = matches!(call.phase, Phase::Active { .. });
    // A tablet that left the directory may finish its call, and begins no other.
    let known = state.configuration().tablets.contains_key(&call.tablet);
    let again = (talked && known).then(|| end::queued_again(state, id, call, call.need, now));
    left.into_iter().chain(again).collect()
}

fn known(state: &State, party: Party) -> Result<Presence, Rejection> {
    state.presence(party).ok_or(match party {
        Party::Tablet(_) => Rejection::UnknownTablet,
        Party::Interpreter(_) => Rejection::UnknownInterpreter,
        Party::Guest(_) => Rejection::UnknownGuest,
        // Their place is kept by nobody.
        Party::Coordinator => Rejection::WrongState,
    })
}
