//! Interpreters: availability, wrap-up, work and rest.

use super::super::{Duty, Shift, State};
use crate::event::Event;
use crate::ids::InterpreterId;
use crate::need::Mode;
use crate::time::{Millis, Timestamp};
use crate::view::Availability;

impl State {
    pub(super) fn apply_to_interpreter(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::AvailabilitySet {
                interpreter,
                available,
            } => {
                self.availability_set(*interpreter, *available, at);
            }
            Event::Paused { interpreter, pause } => {
                self.change_interpreter(*interpreter, |person| {
                    person.availability = Availability::Paused;
                    person.pause = Some(*pause);
                    person.misses = 0;
                    person.since = at;
                });
            }
            Event::SetAwayAfterMisses { interpreter } => {
                self.change_interpreter(*interpreter, |person| {
                    person.availability = Availability::AwayAfterMisses;
                    person.since = at;
                });
            }
            Event::WrapUpStarted {
                interpreter,
                call,
                ends_at,
            } => {
                let (call, ends_at) = (*call, *ends_at);
                self.change_interpreter(*interpreter, |person| {
                    person.duty = Duty::WrapUp {
                        call,
                        began_at: at,
                        ends_at,
                    };
                    person.since = at;
                });
            }
            Event::WrapUpExtended {
                interpreter,
                ends_at,
            } => {
                self.change_interpreter(*interpreter, |person| {
                    if let Duty::WrapUp { ends_at: end, .. } = &mut person.duty {
                        // Stored, and monotonic.
                        *end = (*end).max(*ends_at);
                    }
                });
            }
            Event::WrapUpEnded { interpreter } => self.set_free(*interpreter, at),
            Event::ReliefDue { interpreter } => {
                self.change_shift(*interpreter, |shift| shift.relief_due = true);
            }
            Event::StopReached { interpreter } => {
                self.change_shift(*interpreter, |shift| shift.stop_reached = true);
            }
            Event::Rested { interpreter } => {
                self.change_interpreter(*interpreter, |person| person.work.done = Millis(0));
            }
            Event::HelpAsked {
                interpreter,
                reason,
            } => {
                self.change_interpreter(*interpreter, |person| person.help = *reason);
                if reason.is_some() {
                    self.may_be_asked_again(*interpreter);
                }
            }
            _ => {}
        }
    }

    /// Whoever leads a conversation wants a coordinator: the visitor may be asked again.
    fn may_be_asked_again(&mut self, lead: InterpreterId) {
        let duty = self.interpreters.get(&lead).map(|person| person.duty);
        if let Some(Duty::InCall(call)) = duty {
            self.change_call(call, |call| {
                if call.interpreter() == Some(lead) {
                    call.unwilling = None;
                }
            });
        }
    }

    fn availability_set(&mut self, interpreter: InterpreterId, available: bool, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.pause = None;
            person.misses = 0;
            person.since = at;
            person.availability = if available {
                person.idle_since = at;
                Availability::Available
            } else {
                Availability::Away
            };
        });
    }

    fn change_shift(&mut self, interpreter: InterpreterId, change: impl FnOnce(&mut Shift)) {
        self.change_interpreter(interpreter, |person| {
            if let Some(shift) = &mut person.work.now {
                change(shift);
            }
        });
    }

    /// Work begins with the accept: setting up the connection is part of it.
    pub(super) fn begin_work(&mut self, interpreter: InterpreterId, mode: Mode, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.work.now = Some(Shift {
                since: at,
                mode,
                relief_due: false,
                stop_reached: false,
            });
        });
    }

    /// Free without having talked or after a wrap-up; the idle time counts from now.
    pub(super) fn set_free(&mut self, interpreter: InterpreterId, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.idle_since = at;
            person.leave_call(at);
        });
    }
}

impl super::super::Interpreter {
    /// Out of whatever they were in; work under way is added up.
    pub(super) fn leave_call(&mut self, at: Timestamp) {
        self.duty = Duty::Free;
        self.since = at;
        if let Some(shift) = self.work.now.take() {
            self.work.done = Millis(self.work.done.0 + at.since(shift.since).0);
            self.work.ended_at = at;
        }
    }
}
