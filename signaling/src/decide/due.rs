//! What happens by itself. Every transient state has a deadline, every deadline has one
//! consequence.

use super::{end, interpreter, presence};
use crate::event::Event;
use crate::record::Outcome;
use crate::state::{Deadline, State};
use crate::time::Timestamp;

/// The consequence of the earliest deadline that has passed; empty when none has.
pub(crate) fn due(state: &State, now: Timestamp) -> Vec<Event> {
    let Some((_, deadline)) = state.next_deadline().filter(|(at, _)| *at <= now) else {
        return Vec::new();
    };
    match deadline {
        Deadline::Presence(party) => presence::gone(state, party, now),
        Deadline::Offer(call) => interpreter::missed(state, call, now),
        Deadline::Connect(call) => vec![end::connect_failed(state, call, now)],
        Deadline::Cooldown(call, interpreter) => vec![Event::CooldownEnded { call, interpreter }],
        Deadline::Wait(call) => vec![end::ended(call, Outcome::TimedOut)],
        Deadline::WrapUp(interpreter) => vec![Event::WrapUpEnded { interpreter }],
    }
}
