//! What happens by itself. Every transient state has a deadline, every deadline has one
//! consequence.

use super::{appointment, callback, colleague, configure, end, interpreter, onlooker, presence};
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
        Deadline::Opening(counter) => configure::opening_due(state, counter, now)
            .into_iter()
            .collect(),
        Deadline::Presence(party) => presence::gone(state, party, now),
        Deadline::Offer(offer) => interpreter::missed(state, offer, now),
        Deadline::Connect(call) => vec![end::connect_failed(state, call, now)],
        Deadline::Search(id) => state.call(id).map_or_else(Vec::new, |call| {
            let again = colleague::relief_again(state, call, now);
            let ended = colleague::search_ended(call, now);
            ended.into_iter().chain(again).collect()
        }),
        Deadline::Colleague(id) => {
            let coming = state
                .call(id)
                .and_then(|call| Some((call, call.colleague?)));
            coming.map_or_else(Vec::new, |(call, colleague)| {
                let again = colleague::relief_again(state, call, now);
                let left = colleague::left(state, id, colleague, now);
                left.into_iter().chain(again).collect()
            })
        }
        Deadline::Cooldown(call, interpreter) => vec![Event::CooldownEnded { call, interpreter }],
        Deadline::Step(call) => {
            let step = state.call(call).map_or(0, |call| call.search.step + 1);
            vec![Event::Widened { call, step }]
        }
        Deadline::Age(call) | Deadline::CallbackAge(call) => vec![Event::Aged { call }],
        Deadline::Assignment(call) => vec![Event::AssignmentEnded { call }],
        Deadline::Wait(call) => vec![end::ended(call, Outcome::TimedOut)],
        Deadline::Callback(id) => callback::due(state, id, now),
        Deadline::CallbackExpiry(callback) => vec![callback::unserved(callback)],
        Deadline::Appointment(id) => appointment::due(state, id, now),
        Deadline::Observer(call) => vec![onlooker::observer_due(state, call, now)],
        Deadline::Guest(id) => {
            let left = state.call(id).and_then(onlooker::guest_left);
            left.into_iter().collect()
        }
        Deadline::WrapUp(interpreter) => vec![Event::WrapUpEnded { interpreter }],
        Deadline::Relief(interpreter) => vec![Event::ReliefDue { interpreter }],
        Deadline::Stop(interpreter) => {
            let relief = colleague::relief_due(state, interpreter, now);
            std::iter::once(Event::StopReached { interpreter })
                .chain(relief)
                .collect()
        }
        Deadline::Rested(interpreter) => vec![Event::Rested { interpreter }],
    }
}
