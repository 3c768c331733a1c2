//! Interpreters: on duty by their roster, they answer, decline or miss a ring, take breaks, extend
//! or end a wrap-up, rest when relief is due, and go home when the last call is over.

use super::day::{Act, Run, Watch, streams};
use super::dice::Dice;
use crate::command::{Command, Departure, Party};
use crate::event::Event;
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::need::Role;
use crate::protocol::{DeclineReason, HelpReason, PauseReason};
use crate::state::{Call, Duty};
use crate::time::{Millis, Timestamp};
use crate::view::Availability;

/// Somebody who waits for the end of a call looks again after this time.
const LOOK_AGAIN: Millis = Millis::from_secs(60);

/// The share who ask for help and rest when relief is due; the others go on.
const SEEKS_RELIEF: f64 = 0.5;

/// Somebody who takes over greets the visitor first.
const GREETING: (Millis, Millis) = (Millis(5_000), Millis(30_000));

/// The share of leads who do without a colleague after all.
const REGRETS: f64 = 0.3;

const DECLINES: [DeclineReason; 5] = [
    DeclineReason::NotQualified,
    DeclineReason::KnowsThePerson,
    DeclineReason::Tired,
    DeclineReason::Technical,
    DeclineReason::Other,
];

const PAUSES: [PauseReason; 4] = [
    PauseReason::Break,
    PauseReason::Rest,
    PauseReason::Technical,
    PauseReason::Other,
];

impl<W: Watch> Run<'_, W> {
    pub(super) fn plan_rosters(&mut self) {
        let scenario = self.scenario;
        for (interpreter, spans) in &scenario.rosters {
            for (from, until) in spans {
                self.plan(*from, Act::SignIn(*interpreter));
                self.plan(*until, Act::SignOff(*interpreter));
            }
        }
    }

    fn is_rostered(&self, interpreter: InterpreterId) -> bool {
        let now = self.now;
        let spans = self.scenario.rosters.get(&interpreter);
        spans.is_some_and(|spans| {
            spans
                .iter()
                .any(|(from, until)| (*from..*until).contains(&now))
        })
    }

    fn dice(&mut self, interpreter: InterpreterId) -> &mut Dice {
        let seed = self.seed;
        let stream = streams::INTERPRETERS + u64::from(interpreter.0);
        self.people
            .entry(interpreter)
            .or_insert_with(|| Dice::new(seed, stream))
    }

    fn duty(&self, interpreter: InterpreterId) -> Duty {
        let person = self.core.state().interpreter(interpreter);
        person.map_or(Duty::Free, |person| person.duty)
    }

    fn availability(&self, interpreter: InterpreterId) -> Option<Availability> {
        let person = self.core.state().interpreter(interpreter);
        person.map(|person| person.availability)
    }

    pub(super) fn sign_in(&mut self, interpreter: InterpreterId) {
        let party = Party::Interpreter(interpreter);
        if self.links.is_up(party) {
            self.set_available(interpreter, Millis(0), true);
        } else {
            self.come(party, Millis(0));
        }
        self.plan_break(interpreter, Millis(0));
    }

    /// Connected (again): whoever the gateway takes to be away takes calls again.
    pub(super) fn resume(&mut self, interpreter: InterpreterId) {
        let away = self.availability(interpreter) == Some(Availability::Away);
        if away && self.is_rostered(interpreter) {
            self.set_available(interpreter, Millis(0), true);
        }
    }

    fn set_available(&mut self, interpreter: InterpreterId, after: Millis, available: bool) {
        let set = Command::SetAvailable {
            interpreter,
            available,
        };
        self.send(after, Party::Interpreter(interpreter), set);
    }

    pub(super) fn sign_off(&mut self, interpreter: InterpreterId) {
        if !self.is_rostered(interpreter) {
            self.set_available(interpreter, Millis(0), false);
            self.plan_after(Millis(1_000), Act::Leave(interpreter));
        }
    }

    pub(super) fn leave(&mut self, interpreter: InterpreterId) {
        if self.is_rostered(interpreter) {
            return;
        }
        let gone = self.links.down_until.is_none()
            && self.duty(interpreter) == Duty::Free
            && self.availability(interpreter) != Some(Availability::Available);
        if gone {
            self.part(Party::Interpreter(interpreter), Departure::SignedOut, None);
        } else {
            self.plan_after(LOOK_AGAIN, Act::Leave(interpreter));
        }
    }

    fn plan_break(&mut self, interpreter: InterpreterId, after: Millis) {
        if let Some(every) = self.scenario.answers.break_every {
            let until = self.dice(interpreter).length(every);
            self.plan_after(Millis(after.0 + until.0), Act::Break(interpreter));
        }
    }

    pub(super) fn take_break(&mut self, interpreter: InterpreterId) {
        if !self.is_rostered(interpreter) {
            return;
        }
        let length = self.scenario.answers.break_length;
        let dice = self.dice(interpreter);
        let (length, reason) = (dice.length(length), dice.one_of(&PAUSES));
        self.pause(interpreter, reason.unwrap_or(PauseReason::Break), length);
        self.plan_break(interpreter, length);
    }

    fn pause(&mut self, interpreter: InterpreterId, reason: PauseReason, length: Millis) {
        let pause = Command::Pause {
            interpreter,
            reason,
            by_coordinator: false,
        };
        self.send(Millis(0), Party::Interpreter(interpreter), pause);
        self.plan_after(length, Act::Return(interpreter));
    }

    pub(super) fn return_from_break(&mut self, interpreter: InterpreterId) {
        if !self.is_rostered(interpreter) {
            return;
        }
        match self.duty(interpreter) {
            // The break begins when the work is over.
            Duty::InCall(_) | Duty::WrapUp { .. } => {
                self.plan_after(LOOK_AGAIN, Act::Return(interpreter));
            }
            Duty::Free | Duty::Ringing(_) => self.set_available(interpreter, Millis(0), true),
        }
    }

    /// Rests once the call is over.
    pub(super) fn rest(&mut self, interpreter: InterpreterId) {
        if !self.is_rostered(interpreter) {
            return;
        }
        if matches!(self.duty(interpreter), Duty::InCall(_)) {
            self.plan_after(LOOK_AGAIN, Act::Rest(interpreter));
            return;
        }
        let asks = Command::AskHelp {
            interpreter,
            reason: None,
        };
        self.send(Millis(0), Party::Interpreter(interpreter), asks);
        let rest = self.scenario.configuration.rules.rest.rest_ms;
        self.pause(interpreter, PauseReason::Rest, rest);
    }

    pub(super) fn interpreters_see(&mut self, event: &Event) {
        match *event {
            Event::Offered {
                offer, interpreter, ..
            } => self.answer(interpreter, offer),
            Event::Accepted { offer, .. } => self.connect(offer),
            Event::WrapUpStarted {
                interpreter,
                ends_at,
                ..
            } => self.wrap_up(interpreter, ends_at),
            Event::SetAwayAfterMisses { interpreter } => {
                let away = self.scenario.answers.away;
                let away = self.dice(interpreter).length(away);
                self.plan_after(away, Act::Return(interpreter));
            }
            Event::ReliefDue { interpreter } => self.relief_due(interpreter),
            Event::StopReached { interpreter } => self.stop_reached(interpreter),
            _ => {}
        }
    }

    /// Asks for help and rests after the call, or goes on.
    fn relief_due(&mut self, interpreter: InterpreterId) {
        if self.dice(interpreter).happens(SEEKS_RELIEF) {
            let reason = Some(HelpReason::Relief);
            let asks = Command::AskHelp {
                interpreter,
                reason,
            };
            self.send(Millis(5_000), Party::Interpreter(interpreter), asks);
            self.plan_after(LOOK_AGAIN, Act::Rest(interpreter));
            if let Duty::InCall(call) = self.duty(interpreter) {
                self.invite(Millis(10_000), interpreter, call, Role::Relief);
            }
        }
    }

    /// Nobody works longer: relief is sought by itself, and without it the call ends.
    fn stop_reached(&mut self, interpreter: InterpreterId) {
        if let Duty::InCall(call) = self.duty(interpreter) {
            let party = Party::Interpreter(interpreter);
            let after = self.scenario.configuration.rules.search_max_ms;
            self.send(after, party, Command::HangUp { party, call });
        }
    }

    /// It rings: looks at the card, then accepts or declines, or does not see it at all.
    fn answer(&mut self, interpreter: InterpreterId, offer: OfferId) {
        let answers = self.scenario.answers;
        let dice = self.dice(interpreter);
        if dice.happens(answers.miss) {
            return;
        }
        let delay = dice.length(answers.delay);
        let party = Party::Interpreter(interpreter);
        if dice.happens(answers.decline) {
            let reason = dice.one_of(&DECLINES).unwrap_or(DeclineReason::Other);
            let decline = Command::Decline {
                interpreter,
                offer,
                reason,
            };
            self.send(delay, party, decline);
        } else {
            self.send(delay, party, Command::Accept { interpreter, offer });
        }
    }

    /// Accepted: media come up on both sides, or never.
    fn connect(&mut self, offer: OfferId) {
        let state = self.core.state();
        let by = |(id, call): (CallId, &Call)| Some((id, accepted_by(call, offer)?));
        let accepted = state.calls().find_map(by);
        let Some((call, interpreter)) = accepted else {
            return;
        };
        let answers = self.scenario.answers;
        let dice = self.dice(interpreter);
        if !dice.happens(answers.connect_failure) {
            let after = dice.length(answers.connect);
            self.plan_after(after, Act::MediaUp(call, offer));
        }
    }

    /// Media are up, when both sides are still there.
    pub(super) fn media_up(&mut self, id: CallId, offer: OfferId) {
        let Some(call) = self.core.state().call(id) else {
            return;
        };
        let Some(interpreter) = accepted_by(call, offer) else {
            return;
        };
        let tablet = Party::Tablet(call.tablet);
        let colleague = call.colleague.filter(|one| one.offer == offer);
        let here = self.links.is_up(Party::Interpreter(interpreter));
        if !here || !self.links.is_up(tablet) {
            return;
        }
        match colleague {
            None => {
                self.handle(&Command::MediaUp { call: id });
                self.perhaps_invite(interpreter, id);
            }
            Some(colleague) => {
                let call = id;
                self.handle(&Command::ColleagueUp { call, interpreter });
                if colleague.role == Role::Relief {
                    let after = self.dice(interpreter).between(GREETING.0, GREETING.1);
                    let take = Command::TakeOver { interpreter, call };
                    self.send(after, Party::Interpreter(interpreter), take);
                }
            }
        }
    }

    /// Some conversations need two; some of these wishes are taken back.
    fn perhaps_invite(&mut self, interpreter: InterpreterId, call: CallId) {
        let share = self.scenario.answers.invite;
        let dice = self.dice(interpreter);
        if !dice.happens(share) {
            return;
        }
        let role = dice.one_of(&[Role::Relief, Role::Second]);
        let after = dice.between(Millis(10_000), Millis(120_000));
        let regrets = dice.happens(REGRETS);
        self.invite(after, interpreter, call, role.unwrap_or(Role::Second));
        if regrets {
            let cancel = Command::CancelInvite { interpreter, call };
            let after = Millis(after.0 * 2);
            self.send(after, Party::Interpreter(interpreter), cancel);
        }
    }

    fn invite(&mut self, after: Millis, interpreter: InterpreterId, call: CallId, role: Role) {
        let invite = Command::Invite {
            interpreter,
            call,
            role,
            language: None,
            to: None,
        };
        self.send(after, Party::Interpreter(interpreter), invite);
    }

    fn wrap_up(&mut self, interpreter: InterpreterId, ends_at: Timestamp) {
        let answers = self.scenario.answers;
        let left = ends_at.since(self.now);
        let party = Party::Interpreter(interpreter);
        let dice = self.dice(interpreter);
        if dice.happens(answers.end_wrap_up) {
            let after = dice.between(Millis(0), left);
            self.send(after, party, Command::EndWrapUp { interpreter });
        } else if dice.happens(answers.extend_wrap_up) {
            let after = Millis(left.0.saturating_sub(2_000));
            let until = ends_at;
            self.send(after, party, Command::ExtendWrapUp { interpreter, until });
        }
    }
}

/// Who accepted this offer, as the lead of the call or as a colleague in it.
fn accepted_by(call: &Call, offer: OfferId) -> Option<InterpreterId> {
    let colleague = call.colleague.filter(|one| one.offer == offer);
    let lead = || call.interpreter().filter(|_| call.offer() == Some(offer));
    colleague.map(|one| one.interpreter).or_else(lead)
}
