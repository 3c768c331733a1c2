//! The run of one day: what people are about to do, in order of time, between the core's own
//! deadlines; and what they see of each step. What they do about it is in `visitors`, `people` and
//! `coordinator`; connections are in `links`, and what goes wrong in `faults`.

use super::dice::Dice;
use super::links::Links;
use super::scenario::Scenario;
use super::visitors::Visits;
use crate::command::{Command, Party};
use crate::core::{Core, Step};
use crate::event::{Entry, Event};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::record::CallRecord;
use crate::state::Duty;
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// A day.
const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// Somebody who looks on, such as a test. Does nothing unless told to.
pub trait Watch {
    /// A command was carried out.
    fn step(&mut self, _core: &Core, _command: &Command, _step: &Step, _now: Timestamp) {}

    /// The gateway crashed: what it knew that was durable, and what the journal gave back.
    fn crashed(&mut self, _before: &Core, _replayed: &Core) {}
}

impl Watch for () {}

/// What became of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    /// Everything that happened.
    pub journal: Vec<Entry>,
    /// Every call that ended, by number.
    pub records: Vec<CallRecord>,
    /// What each interpreter did.
    pub service: BTreeMap<InterpreterId, Service>,
    /// Commands carried out, refused ones and ticks included.
    pub commands: u64,
    /// Commands refused.
    pub rejected: u64,
    /// Crashes survived.
    pub crashes: u64,
    /// Visitors who found no free tablet within half an hour.
    pub turned_away: u64,
}

/// What an interpreter did in a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Time in calls (connecting included) and in wrap-up.
    pub busy: Millis,
    /// Time in which they were busy, rung, or could have been rung.
    pub on_duty: Millis,
}

/// Something somebody is about to do.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A client sends a message.
    Say(Party, Command),
    /// A coordinator, or the operator, sends one.
    Direct(Command),
    /// Media come up.
    MediaUp(CallId, OfferId),
    /// A visitor comes to a counter.
    Arrive(usize),
    /// A visitor has waited long enough.
    LosePatience(usize, CallId),
    /// A visitor who was never noticed leaves.
    LeaveCounter(usize),
    /// A client's page connects (again).
    Back(Party),
    /// An interpreter comes on duty.
    SignIn(InterpreterId),
    /// An interpreter's duty ends.
    SignOff(InterpreterId),
    /// An interpreter goes home once nothing is under way.
    Leave(InterpreterId),
    /// An interpreter takes a break.
    Break(InterpreterId),
    /// An interpreter rests as soon as the call is over.
    Rest(InterpreterId),
    /// An interpreter is back from a break.
    Return(InterpreterId),
    /// A coordinator looks at the board.
    Coordinate,
    /// A connection is lost.
    Lose,
    /// A page is closed or reloaded.
    Close,
    /// The gateway crashes now, or in the middle of the next message.
    Crash {
        /// In the middle of it.
        midway: bool,
    },
    /// The gateway is back.
    Restart,
}

/// Streams of chance; each interpreter has one of their own behind these.
pub(super) mod streams {
    pub(in crate::simulation) const NETWORK: u64 = 1;
    pub(in crate::simulation) const COORDINATOR: u64 = 2;
    pub(in crate::simulation) const PLACES: u64 = 3;
    pub(in crate::simulation) const COMPANY: u64 = 4;
    pub(in crate::simulation) const INTERPRETERS: u64 = 1 << 32;
    pub(in crate::simulation) const VISITORS: u64 = 1 << 33;
}

/// A day under way.
pub(super) struct Run<'a, W> {
    pub(super) scenario: &'a Scenario,
    pub(super) seed: u64,
    pub(super) core: Core,
    pub(super) now: Timestamp,
    /// In order of time; the number keeps what is planned first, first.
    plan: BTreeMap<(Timestamp, u64), Act>,
    planned: u64,
    pub(super) day: Day,
    records: BTreeMap<CallId, CallRecord>,
    pub(super) visits: Visits,
    pub(super) links: Links,
    pub(super) network: Dice,
    pub(super) coordinator: Dice,
    pub(super) company: Dice,
    pub(super) people: BTreeMap<InterpreterId, Dice>,
    /// The next message meets a crash.
    pub(super) crash_midway: bool,
    pub(super) watch: &'a mut W,
}

/// The day of this seed.
pub fn run(scenario: &Scenario, seed: u64, watch: &mut impl Watch) -> Day {
    let mut run = Run {
        scenario,
        seed,
        core: Core::new(),
        now: scenario.begins_at,
        plan: BTreeMap::new(),
        planned: 0,
        day: Day::default(),
        records: BTreeMap::new(),
        visits: Visits::drawn(scenario, seed),
        links: Links::default(),
        network: Dice::new(seed, streams::NETWORK),
        coordinator: Dice::new(seed, streams::COORDINATOR),
        company: Dice::new(seed, streams::COMPANY),
        people: BTreeMap::new(),
        crash_midway: false,
        watch,
    };
    run.open();
    run.play(scenario.begins_at + DAY);
    run.day.records = run.records.into_values().collect();
    run.day
}

impl<W: Watch> Run<'_, W> {
    fn open(&mut self) {
        let scenario = self.scenario;
        self.handle(&Command::Configure(Box::new(
            scenario.configuration.clone(),
        )));
        for tablet in scenario.configuration.tablets.keys() {
            self.come(Party::Tablet(*tablet), Millis(0));
        }
        self.plan_visits();
        self.plan_rosters();
        self.plan_faults();
        for (at, configuration) in &scenario.reloads {
            let configure = Command::Configure(Box::new(configuration.clone()));
            self.plan(*at, Act::Direct(configure));
        }
        self.plan_coordination();
    }

    fn play(&mut self, end: Timestamp) {
        loop {
            let next = self.plan.keys().next().copied();
            let deadline = self.core.next_deadline();
            // A gateway that is down misses its deadlines.
            let deadline = deadline.filter(|_| self.links.down_until.is_none());
            let act_at = next.map_or(Timestamp(u64::MAX), |(at, _)| at);
            let at = deadline.map_or(act_at, |deadline| deadline.min(act_at));
            if at > end {
                break;
            }
            self.pass_to(at);
            if deadline.is_some_and(|deadline| deadline <= act_at) {
                self.handle(&Command::Tick);
            } else if let Some((_, act)) = self.plan.pop_first() {
                self.carry_out(act);
            }
        }
        self.pass_to(end);
    }

    /// Time passes; what each interpreter does meanwhile is added up.
    fn pass_to(&mut self, at: Timestamp) {
        let length = at.since(self.now);
        self.now = self.now.max(at);
        if length == Millis(0) {
            return;
        }
        for (id, person) in self.core.state().interpreters() {
            let busy = matches!(person.duty, Duty::InCall(_) | Duty::WrapUp { .. });
            if busy || person.is_on_duty() {
                let service = self.day.service.entry(id).or_default();
                service.on_duty.0 += length.0;
                service.busy.0 += if busy { length.0 } else { 0 };
            }
        }
    }

    pub(super) fn plan(&mut self, at: Timestamp, act: Act) {
        self.planned += 1;
        self.plan.insert((at.max(self.now), self.planned), act);
    }

    pub(super) fn plan_after(&mut self, length: Millis, act: Act) {
        self.plan(self.now + length, act);
    }

    /// Carries a command out, and lets people see what happened.
    pub(super) fn handle(&mut self, command: &Command) -> Step {
        let step = self.core.handle(command, self.now);
        self.day.commands += 1;
        self.day.rejected += u64::from(step.rejection.is_some());
        self.watch.step(&self.core, command, &step, self.now);
        for entry in &step.entries {
            if let Event::CallEnded { call, .. }
            | Event::CallbackEnded { callback: call, .. }
            | Event::AppointmentEnded {
                appointment: call, ..
            } = entry.event
            {
                self.records
                    .extend(self.core.record(call).map(|record| (call, record)));
            }
        }
        self.day.journal.extend_from_slice(&step.entries);
        for entry in &step.entries {
            self.visitors_see(&entry.event);
            self.interpreters_see(&entry.event);
            self.company_sees(&entry.event);
        }
        step
    }

    fn carry_out(&mut self, act: Act) {
        match act {
            Act::Say(party, command) => self.say(party, command),
            Act::Direct(command) => self.direct(command),
            Act::MediaUp(call, offer) => self.media_up(call, offer),
            Act::Arrive(visit) => self.arrive(visit),
            Act::LosePatience(visit, call) => self.lose_patience(visit, call),
            Act::LeaveCounter(visit) => self.leave_counter(visit),
            Act::Back(party) => self.back(party),
            Act::SignIn(interpreter) => self.sign_in(interpreter),
            Act::SignOff(interpreter) => self.sign_off(interpreter),
            Act::Leave(interpreter) => self.leave(interpreter),
            Act::Break(interpreter) => self.take_break(interpreter),
            Act::Rest(interpreter) => self.rest(interpreter),
            Act::Return(interpreter) => self.return_from_break(interpreter),
            Act::Coordinate => self.coordinate(),
            Act::Lose => self.lose_connection(),
            Act::Close => self.close_page(),
            Act::Crash { midway } => self.crash_due(midway),
            Act::Restart => self.restart(),
        }
    }
}
