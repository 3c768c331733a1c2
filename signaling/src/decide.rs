//! What follows from a command: events, or a refusal. Reads the state, changes nothing. One file
//! per kind of command; what happens by itself when its time comes is in `due`, who is rung in
//! `ring`.

mod due;
mod end;
mod interpreter;
mod presence;
mod ring;
mod tablet;

use crate::command::{Command, Configuration, Party, Rejection};
use crate::event::{Event, OfferEnd};
use crate::ids::CallId;
use crate::state::{Phase, State};
use crate::time::Timestamp;
pub(crate) use due::due;
pub(crate) use ring::ring;

/// Decides one command. Deadlines that have passed are the business of `due`, which the core asks
/// first, so that a late click meets the state it would have met had the timer fired on time.
///
/// # Errors
/// A [`Rejection`] when the command is not possible in this state; nothing changes then.
pub(crate) fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Configure(configuration) => Ok(configure(state, configuration, now)),
        Command::Connected(party) => presence::connected(state, *party),
        Command::Disconnected(party, departure) => {
            presence::disconnected(state, *party, *departure, now)
        }
        Command::Tap {
            tablet,
            language,
            tapped_at,
        } => tablet::tap(state, *tablet, *language, *tapped_at),
        Command::HangUp {
            party: Party::Tablet(tablet),
            call,
        } => tablet::hang_up(state, *tablet, *call, now),
        Command::HangUp {
            party: Party::Interpreter(interpreter),
            call,
        } => interpreter::hang_up(state, *interpreter, *call, now),
        Command::SetAvailable {
            interpreter,
            available,
        } => interpreter::set_available(state, *interpreter, *available, now),
        Command::Accept { interpreter, offer } => {
            interpreter::accept(state, *interpreter, *offer, now)
        }
        Command::Decline {
            interpreter,
            offer,
            reason,
        } => interpreter::decline(state, *interpreter, *offer, *reason, now),
        Command::EndWrapUp { interpreter } => interpreter::end_wrap_up(state, *interpreter),
        Command::MediaUp { call } => media_up(state, *call),
        Command::Restarted => Ok(presence::restarted(state, now)),
        Command::Tick => Ok(Vec::new()),
    }
}

/// Rings of people who no longer take the language are taken back first; everybody who waits keeps
/// the place, and calls in progress go on.
fn configure(state: &State, configuration: &Configuration, now: Timestamp) -> Vec<Event> {
    if state.configuration() == configuration {
        return Vec::new();
    }
    let mut events = Vec::new();
    for (_, call) in state.calls() {
        let Phase::Offered {
            offer, interpreter, ..
        } = call.phase
        else {
            continue;
        };
        let languages = configuration.interpreters.get(&interpreter);
        if !languages.is_some_and(|languages| languages.contains(&call.record.language)) {
            let reason = OfferEnd::Withdrawn;
            events.push(Event::OfferClosed {
                offer,
                reason,
                cooldown_until: now,
            });
        }
    }
    events.push(Event::Configured {
        configuration: configuration.clone(),
    });
    events
}

fn media_up(state: &State, call: CallId) -> Result<Vec<Event>, Rejection> {
    match state.call(call).map(|call| call.phase) {
        Some(Phase::Connecting { .. }) => Ok(vec![Event::MediaUp { call }]),
        Some(Phase::Active { .. }) => Ok(Vec::new()),
        Some(Phase::Queued | Phase::Offered { .. }) => Err(Rejection::WrongState),
        None => Err(Rejection::CallGone),
    }
}
