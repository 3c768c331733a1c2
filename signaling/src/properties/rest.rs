//! Rest (a rule of routing): each person's work counted from the journal alone, so that nobody who
//! owes rest is rung, however wide the search.

use super::legality::accepted;
use super::order::{need, takes_by};
use crate::event::{Entry, Event};
use crate::ids::{CallId, InterpreterId};
use crate::need::Mode;
use crate::state::{Interpreter, State};
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

#[derive(Default)]
struct Worked {
    /// Since the last rest, in calls that are over.
    done: Millis,
    now: Option<(CallId, Timestamp)>,
    ended_at: Timestamp,
}

#[derive(Default)]
pub(super) struct Rest(BTreeMap<InterpreterId, Worked>);

impl Rest {
    /// Before the entry: whoever is rung has worked less than the limit of a mode in which they may
    /// take the call; rest is over when it has lasted as long as the rules say.
    pub(super) fn is_kept(&mut self, state: &State, entry: &Entry) {
        let rest_ms = |id: InterpreterId| {
            let own = state
                .interpreter(id)
                .and_then(|person| person.qualification.rest_ms);
            state
                .configuration()
                .rules
                .rest
                .rest_ms
                .max(own.unwrap_or(Millis(0)))
        };
        match entry.event {
            Event::Offered {
                call, interpreter, ..
            } => {
                let call = state.call(call).expect("a ring is for a call");
                let person = state.interpreter(interpreter).expect("somebody is rung");
                let audio = state
                    .configuration()
                    .step(need(call).language, call.search.step as usize)
                    .audio;
                let modes = takes_by(&person.qualification, &need(call), audio);
                let fresh = modes
                    .iter()
                    .any(|mode| self.done(interpreter) < limit(state, person, *mode));
                assert!(fresh, "{interpreter} owes rest and is rung");
            }
            Event::Rested { interpreter } => {
                let worked = self.0.entry(interpreter).or_default();
                assert_eq!(worked.now, None, "{interpreter} rests in a call");
                let over = worked.ended_at + rest_ms(interpreter) <= entry.at;
                assert!(over, "{interpreter} has not rested");
                worked.done = Millis(0);
            }
            Event::ConnectFailed { call, .. } | Event::CallEnded { call, .. } => {
                self.ended(|_, worked| worked == call, entry.at);
            }
            Event::ColleagueLeft { interpreter, .. }
            | Event::TakenOver {
                from: interpreter, ..
            } => self.ended(|id, _| id == interpreter, entry.at),
            _ => {}
        }
    }

    /// After an accept: work begins.
    pub(super) fn of_accepted(&mut self, state: &State, entry: &Entry) {
        // Whoever leaves the directory and comes back is new to it.
        self.0.retain(|id, _| state.interpreter(*id).is_some());
        let Event::Accepted { offer, .. } = entry.event else {
            return;
        };
        let (call, interpreter) = accepted(state, offer);
        let worked = self.0.entry(interpreter).or_default();
        assert_eq!(worked.now, None, "{interpreter} works twice");
        worked.now = Some((call.record.call, entry.at));
    }

    fn ended(&mut self, is_over: impl Fn(InterpreterId, CallId) -> bool, at: Timestamp) {
        for (id, worked) in &mut self.0 {
            if let Some((_, since)) = worked.now.take_if(|(call, _)| is_over(*id, *call)) {
                worked.done = Millis(worked.done.0 + at.since(since).0);
                worked.ended_at = at;
            }
        }
    }

    fn done(&self, interpreter: InterpreterId) -> Millis {
        let worked = self.0.get(&interpreter);
        worked.map_or(Millis(0), |worked| worked.done)
    }
}

fn limit(state: &State, person: &Interpreter, mode: Mode) -> Millis {
    let rest = &state.configuration().rules.rest;
    let rule = rest.relief_ms.get(&mode).copied();
    let own = &person.qualification;
    let limits = [rule, own.relief_ms, own.stop_ms, Some(rest.stop_ms)];
    limits.into_iter().flatten().min().expect("there is a stop")
}
