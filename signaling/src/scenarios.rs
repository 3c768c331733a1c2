//! What the service promises, told as short stories over the core, one file per topic. Each test is
//! one sentence; the moments are in seconds of a made-up day. Where a story comes from somebody
//! else's bug, the comment names the thread.

use crate::command::{Command, Counter, Departure, Party, Rejection};
use crate::configuration::{Class, Configuration, LanguageRules, SiteRules};
use crate::core::{Core, Step};
use crate::effect::Effect;
use crate::event::{CallbackEnd, Entry, Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Mode, Pool, Qualification, Skill, Tier};
use crate::protocol::{DeclineReason, PauseReason};
use crate::record::{CallRecord, Outcome};
use crate::state::{Call, Duty, Interpreter};
use crate::steps::Steps;
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use crate::view::{Activity, Availability, QueuePhase, TabletPhase};
use std::collections::BTreeMap;

mod accounting;
mod appointments;
mod asked;
mod booking;
mod callback;
mod colleagues;
mod coordinator;
mod directory;
mod ends;
mod fairness;
mod guests;
mod kept;
mod learned;
mod limits;
mod near;
mod not_there;
mod onlookers;
mod opening;
mod people;
mod presence;
mod races;
mod refusals;
mod reload;
mod rest;
mod rings;
mod strangers;
mod stuck;
mod transfer;
mod widening;
mod wishes;

use directory::{configuration, language, person, steps, tag};

const ANNA: InterpreterId = InterpreterId(1);
const BORIS: InterpreterId = InterpreterId(2);
const CHLOE: InterpreterId = InterpreterId(3);
const HALL: TabletId = TabletId(1);
const MUSEUM: TabletId = TabletId(2);
const CLINIC: TabletId = TabletId(3);

/// A service whose clients are all connected; the interpreters became available in the order of
/// their numbers, one second apart, so that the lowest number is idle longest.
struct Service {
    core: Core,
    now: Timestamp,
    /// Everything since the beginning.
    journal: Vec<Entry>,
    /// The records of the calls that ended, the newest last.
    records: Vec<CallRecord>,
}

impl Service {
    /// Anna and Boris, who sign, and three tablets.
    fn open() -> Self {
        Self::with(configuration(&[ANNA, BORIS]))
    }

    /// Three people who sign, searched for by these steps.
    fn searching(steps: &[&str]) -> Self {
        let mut three = configuration(&[ANNA, BORIS, CHLOE]);
        language(&mut three, "fsl").steps = self::steps(steps);
        Self::with(three)
    }

    fn with(configuration: Configuration) -> Self {
        Self::at(configuration, Timestamp(0))
    }

    fn at(configuration: Configuration, now: Timestamp) -> Self {
        let mut service = Self {
            core: Core::new(),
            now,
            journal: Vec::new(),
            records: Vec::new(),
        };
        let tablets: Vec<TabletId> = configuration.tablets.keys().copied().collect();
        let people: Vec<InterpreterId> = configuration.interpreters.keys().copied().collect();
        service.configure(configuration);
        for tablet in tablets {
            service.run(Command::Connected(Party::Tablet(tablet)));
        }
        for interpreter in people {
            service.run(Command::Connected(Party::Interpreter(interpreter)));
            service.set_available(interpreter, true);
            service.after(1);
        }
        service
    }

    fn handle(&mut self, command: &Command) -> Step {
        let step = self.core.handle(command, self.now);
        for entry in &step.entries {
            if let Event::CallEnded { call, .. } = entry.event {
                self.records.extend(self.core.record(call));
            }
        }
        self.journal.extend(step.entries.iter().cloned());
        step
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without a reference before each command"
    )]
    fn run(&mut self, command: Command) -> Step {
        let step = self.handle(&command);
        assert_eq!(step.rejection, None, "{command:?} was refused");
        step
    }

    /// The refusal of a command, which has changed nothing for anybody.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without a reference before each command"
    )]
    fn refused(&mut self, command: Command) -> Rejection {
        let mut without = self.core.clone();
        let due = without.handle(&Command::Tick, self.now);
        let step = self.handle(&command);
        assert_eq!(step.entries, due.entries, "{command:?} left something");
        assert_eq!(self.core.state(), without.state());
        step.rejection.expect("the command was not refused")
    }

    /// Lets time pass, carrying out what falls due on the way.
    fn after(&mut self, seconds: u64) {
        let end = Timestamp(self.now.0 + seconds * 1000);
        while let Some(at) = self.core.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.run(Command::Tick);
        }
        self.now = end;
    }

    fn configure(&mut self, configuration: Configuration) -> Step {
        self.run(Command::Configure(Box::new(configuration)))
    }

    fn set_available(&mut self, interpreter: InterpreterId, available: bool) {
        self.run(Command::SetAvailable {
            interpreter,
            available,
        });
    }

    fn tap(&mut self, tablet: TabletId) -> CallId {
        self.tap_for(tablet, "fsl")
    }

    fn tap_for(&mut self, tablet: TabletId, language: &str) -> CallId {
        self.run(Command::Tap {
            tablet,
            language: tag(language),
            mode: None,
            tapped_at: self.now,
        });
        self.core.state().tablet(tablet).unwrap().call.unwrap()
    }

    /// The outcome of a tap that is refused on record.
    fn tap_in_vain(&mut self, tablet: TabletId, language: &str) -> Option<Outcome> {
        let mode = None;
        let (language, tapped_at) = (tag(language), self.now);
        self.run(Command::Tap {
            tablet,
            language,
            mode,
            tapped_at,
        });
        self.outcome(tablet)
    }

    fn ringing(&self, interpreter: InterpreterId) -> Option<(OfferId, CallId)> {
        match self.core.interpreter_view(interpreter)?.activity {
            Activity::Ringing { offer, call, .. } => Some((offer, call)),
            _ => None,
        }
    }

    /// The call somebody is rung for.
    fn rung(&self, interpreter: InterpreterId) -> Option<CallId> {
        self.ringing(interpreter).map(|(_, call)| call)
    }

    /// Who is rung for a call, by number.
    fn rung_for(&self, call: CallId) -> Vec<InterpreterId> {
        let rings = self.call(call).search.rings.values();
        let mut people: Vec<_> = rings.map(|ring| ring.interpreter).collect();
        people.sort_unstable();
        people
    }

    fn accept(&mut self, interpreter: InterpreterId) {
        let (offer, _) = self.ringing(interpreter).expect("nothing rings");
        self.run(Command::Accept { interpreter, offer });
    }

    fn decline(&mut self, interpreter: InterpreterId) {
        let (offer, _) = self.ringing(interpreter).expect("nothing rings");
        self.run(Command::Decline {
            interpreter,
            offer,
            reason: DeclineReason::Other,
        });
    }

    /// Accepts, and media comes up.
    fn answer(&mut self, interpreter: InterpreterId) -> CallId {
        let call = self.rung(interpreter).expect("nothing rings");
        self.accept(interpreter);
        self.run(Command::MediaUp { call });
        call
    }

    fn hang_up(&mut self, party: Party, call: CallId) -> Step {
        self.run(Command::HangUp { party, call })
    }

    fn lose(&mut self, party: Party) -> Step {
        self.run(Command::Disconnected(party, Departure::Lost))
    }

    /// A call in which Anna and the hall talk.
    fn talking() -> (Self, CallId) {
        let mut service = Self::open();
        service.tap(HALL);
        let call = service.answer(ANNA);
        (service, call)
    }

    fn call(&self, call: CallId) -> &Call {
        self.core.state().call(call).expect("the call goes on")
    }

    fn person(&self, interpreter: InterpreterId) -> &Interpreter {
        self.core.state().interpreter(interpreter).unwrap()
    }

    fn last_end(&self, interpreter: InterpreterId) -> Option<OfferEnd> {
        self.person(interpreter).last_offer.map(|last| last.end)
    }

    fn phase(&self, tablet: TabletId) -> TabletPhase {
        self.core.tablet_view(tablet).unwrap().phase
    }

    fn outcome(&self, tablet: TabletId) -> Option<Outcome> {
        let last = self.core.tablet_view(tablet).unwrap().last;
        last.map(|last| last.outcome)
    }
}
