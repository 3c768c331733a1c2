//! A coordinator who steps in now and then: gives a waiting call another class, person or language,
//! ends a wait, sends somebody on a break, opens and closes against the hours.

use super::day::{Act, Run, Watch};
use crate::command::{Command, Counter};
use crate::configuration::Class;
use crate::ids::{CallId, InterpreterId};
use crate::protocol::PauseReason;
use crate::tag::Language;
use crate::time::Millis;

/// What was opened or closed by hand goes by the hours again after this time.
const FORCED: Millis = Millis::from_secs(5 * 60);

/// A break a coordinator asked for.
const BREAK: Millis = Millis::from_secs(10 * 60);

const CLASSES: [Class; 3] = [Class::Emergency, Class::Priority, Class::Normal];

impl<W: Watch> Run<'_, W> {
    pub(super) fn plan_coordination(&mut self) {
        if let Some(every) = self.scenario.coordinator_every {
            let after = self.coordinator.exponential(every.0 as f64);
            self.plan_after(after, Act::Coordinate);
        }
    }

    pub(super) fn coordinate(&mut self) {
        self.plan_coordination();
        let waiting: Vec<CallId> = self
            .core
            .state()
            .calls()
            .filter(|(_, call)| call.is_waiting())
            .map(|(id, _)| id)
            .collect();
        let call = self.coordinator.one_of(&waiting);
        match (self.coordinator.below(12), call) {
            (0..=3, Some(call)) => self.prioritise(call),
            (4..=6, Some(call)) => self.assign(call),
            (7, Some(call)) => self.move_to(call),
            (8, Some(call)) => self.direct(Command::Withdraw { call }),
            (9, _) => self.force(),
            (10, _) => self.cancel_callback(),
            (11, _) => self.send_on_break(),
            _ => {}
        }
    }

    fn prioritise(&mut self, call: CallId) {
        let class = self.coordinator.one_of(&CLASSES).unwrap_or_default();
        self.direct(Command::Prioritise { call, class });
    }

    fn assign(&mut self, call: CallId) {
        if let Some(interpreter) = self.anybody() {
            self.direct(Command::Assign { call, interpreter });
        }
    }

    fn move_to(&mut self, call: CallId) {
        if let Some(language) = self.any_language() {
            self.direct(Command::Move { call, language });
        }
    }

    fn force(&mut self) {
        let Some(language) = self.any_language() else {
            return;
        };
        let counter = Counter::Language(language);
        let open = Some(self.coordinator.happens(0.5));
        self.direct(Command::Force { counter, open });
        let open = None;
        self.plan_after(FORCED, Act::Direct(Command::Force { counter, open }));
    }

    fn cancel_callback(&mut self) {
        let callbacks: Vec<CallId> = self
            .core
            .state()
            .callbacks()
            .map(|callback| callback.record.call)
            .collect();
        if let Some(callback) = self.coordinator.one_of(&callbacks) {
            let tablet = None;
            self.direct(Command::CancelCallback { tablet, callback });
        }
    }

    fn send_on_break(&mut self) {
        if let Some(interpreter) = self.anybody() {
            self.direct(Command::Pause {
                interpreter,
                reason: PauseReason::Break,
                by_coordinator: true,
            });
            self.plan_after(BREAK, Act::Return(interpreter));
        }
    }

    fn anybody(&mut self) -> Option<InterpreterId> {
        let people: Vec<InterpreterId> =
            self.core.state().interpreters().map(|(id, _)| id).collect();
        self.coordinator.one_of(&people)
    }

    fn any_language(&mut self) -> Option<Language> {
        let languages: Vec<Language> = self.scenario.visitors.keys().copied().collect();
        self.coordinator.one_of(&languages)
    }
}
