//! Colleagues in a conversation: the search, the arrival, the handover.

use super::super::{Phase, Search, Sought, State};
use crate::configuration::Class;
use crate::event::Event;
use crate::ids::{CallId, InterpreterId};
use crate::need::{Need, Role};
use crate::time::Timestamp;
use std::collections::BTreeMap;

impl State {
    pub(super) fn apply_to_colleague(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::ColleagueSought {
                call,
                role,
                need,
                until,
            } => {
                self.sought(*call, *role, *need, *until, at);
            }
            Event::SearchEnded { call } => self.change_call(*call, |call| {
                call.sought = None;
                call.search.assigned = None;
                call.search.cooldowns.clear();
            }),
            Event::ColleagueUp { call } => self.change_call(*call, |call| {
                if let Some(colleague) = &mut call.colleague {
                    colleague.connect_by = None;
                }
            }),
            Event::ColleagueLeft { call, interpreter } => {
                self.change_call(*call, |call| call.colleague = None);
                self.change_interpreter(*interpreter, |person| person.leave_call(at));
            }
            Event::TakenOver { call, from, .. } => self.taken_over(*call, *from, at),
            _ => {}
        }
    }

    /// A search of its own: nobody is cooling down, and whoever is in a conversation already is not
    /// left to the end of the queue.
    fn sought(&mut self, id: CallId, role: Role, need: Need, until: Timestamp, at: Timestamp) {
        self.change_call(id, |call| {
            call.sought = Some(Sought {
                role,
                need,
                since: at,
                until,
            });
            call.search = Search {
                rank: call.record.class.min(Class::Priority),
                ahead: true,
                ticket: at,
                step: 0,
                assigned: None,
                rings: BTreeMap::new(),
                cooldowns: BTreeMap::new(),
            };
        });
    }

    fn taken_over(&mut self, id: CallId, from: InterpreterId, at: Timestamp) {
        self.change_call(id, |call| {
            let Phase::Active { connected_at, .. } = call.phase else {
                return;
            };
            if let Some(colleague) = call.colleague.take() {
                let (offer, interpreter) = (colleague.offer, colleague.interpreter);
                call.phase = Phase::Active {
                    offer,
                    interpreter,
                    connected_at,
                };
                call.why = Some(colleague.why);
                call.record.interpreter = Some(interpreter);
                call.record.handovers += 1;
            }
        });
        self.change_interpreter(from, |person| person.leave_call(at));
    }
}
