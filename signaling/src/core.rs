//! The core as its driver sees it: one command in, journal entries and effects out.
//!
//! **The one-way invariant**: nothing changes the state but [`State::apply`] of an entry, and every
//! entry applied is handed out to be journaled. So replaying the journal gives the state.
//!
//! The canonical loop of a driver, and the steps of [`Core::handle`]:
//!
//! ```text
//! loop {
//!     command = next input, or Command::Tick at core.next_deadline()
//!     step = core.handle(command, now)      // 1. what is due  2. the command  3. who is rung
//!     journal.append(step.entries)          // durable first,
//!     carry out step.effects                // then seen
//! }
//! ```

use crate::command::{Command, Party, Rejection};
use crate::decide::{decide, due, ring};
use crate::effect::{Effect, effects};
use crate::event::{Entry, Event};
use crate::ids::{CallId, TabletId};
use crate::need::Mode;
use crate::record::CallRecord;
use crate::slots::{Slot, slots};
use crate::state::{Presence, Snapshot, SnapshotError, State};
use crate::tag::Language;
use crate::time::Timestamp;
use crate::waits::Wait;
use std::collections::{BTreeMap, BTreeSet};

/// The state and what the last step finished.
#[derive(Clone, Debug, Default)]
pub struct Core {
    state: State,
    /// Records of calls that ended in the last step, so that the driver can store them.
    finished: Vec<CallRecord>,
    /// The latest moment seen; entries never go back in time.
    latest: Timestamp,
    /// What is said of the waiting calls.
    pub(crate) waits: BTreeMap<CallId, Wait>,
    /// Nothing falls due and nobody is rung: see [`Core::hold`].
    held: bool,
}

/// What one command led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// To be journaled, in this order, all or none.
    pub entries: Vec<Entry>,
    /// To be carried out once the entries are durable; sorted, each once.
    pub effects: Vec<Effect>,
    /// Why the command itself was refused. What was due before it happened all the same.
    pub rejection: Option<Rejection>,
}

impl Core {
    /// An empty core: no directory, no calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// The core after these entries, the same on every machine.
    pub fn replay(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self::new().replayed(entries)
    }

    /// This core after these further entries.
    #[must_use]
    pub fn replayed(mut self, entries: impl IntoIterator<Item = Entry>) -> Self {
        for entry in entries {
            self.state.apply(&entry);
            self.latest = self.latest.max(entry.at);
        }
        self
    }

    /// What the journal amounts to so far, to be kept in the place of its entries.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.state, self.latest)
    }

    /// The core as it was when the snapshot was taken, but for what the step before it had finished
    /// and for what was said of the waits, as after a replay.
    ///
    /// # Errors
    /// When another build has written it in another form.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, SnapshotError> {
        let (state, latest) = snapshot.restore()?;
        Ok(Self {
            state,
            latest,
            ..Self::default()
        })
    }

    /// From now until [`Command::Resumed`] nothing falls due by itself and nobody is rung: what is
    /// handled in between happened while the gateway could decide nothing.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Carries out one command at the moment `now`; a `now` before the last one counts as the last.
    pub fn handle(&mut self, command: &Command, now: Timestamp) -> Step {
        self.finished.clear();
        self.latest = self.latest.max(now);
        let now = self.latest;
        // After an interruption the command comes first: what fell due meanwhile could not be
        // helped.
        let interrupted = matches!(command, Command::Restarted | Command::Resumed);
        self.held &= !interrupted;
        let held = self.held;
        let mut run = Run {
            core: self,
            now,
            entries: Vec::new(),
            effects: BTreeSet::new(),
        };
        // 1. What is due, so that a late click meets the state it would have met on time.
        if !interrupted && !held {
            run.due();
        }
        // 2. The command.
        let rejection = match decide(&run.core.state, command, now) {
            Ok(events) => {
                run.apply(events);
                None
            }
            Err(rejection) => Some(rejection),
        };
        // 3. Whatever the command made due at once (a grace of zero), and who can be rung now.
        if !held {
            run.due();
            run.ring();
        }
        let Run {
            entries, effects, ..
        } = run;
        Step {
            entries,
            effects: effects.into_iter().collect(),
            rejection,
        }
    }

    /// When the driver must send [`Command::Tick`] if nothing happens before.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.state.next_deadline().map(|(at, _)| at)
    }

    /// Whether anybody waits, so that time alone changes what is said of it.
    pub fn is_anybody_waiting(&self) -> bool {
        !self.waits.is_empty()
    }

    /// The state, to be read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The latest moment the core has seen.
    pub fn latest(&self) -> Timestamp {
        self.latest
    }

    /// The record of a call that goes on or is to be called back, or that ended in the last step.
    pub fn record(&self, call: CallId) -> Option<CallRecord> {
        let live = self.state.call(call).map(|call| call.record.clone());
        let callback = || Some(self.state.callback(call)?.record.clone());
        let appointment = || Some(self.state.appointment(call)?.record.clone());
        live.or_else(callback).or_else(appointment).or_else(|| {
            self.finished
                .iter()
                .find(|record| record.call == call)
                .cloned()
        })
    }

    /// When appointments can be made at a tablet, in order; see [`crate::slots`].
    ///
    /// # Errors
    /// [`Rejection::UnknownTablet`] or [`Rejection::UnknownLanguage`].
    pub fn slots(
        &self,
        tablet: TabletId,
        language: Language,
        mode: Option<Mode>,
        now: Timestamp,
    ) -> Result<Vec<Slot>, Rejection> {
        let configuration = self.state.configuration();
        let site = configuration.tablets.get(&tablet);
        let site = *site.ok_or(Rejection::UnknownTablet)?;
        let need = configuration.need(site, language, mode);
        let need = need.ok_or(Rejection::UnknownLanguage)?;
        Ok(slots(&self.state, tablet, &need, self.latest.max(now)))
    }

    /// Whether this party may connect media to this call: it is accepted, and theirs.
    pub fn may_join(&self, party: Party, id: CallId) -> bool {
        let Some(call) = self.state.call(id).filter(|call| !call.is_waiting()) else {
            return false;
        };
        match party {
            Party::Tablet(tablet) => call.tablet == tablet,
            Party::Interpreter(interpreter) => call.role_of(interpreter).is_some(),
            Party::Guest(id) => call.guest.is_some_and(|guest| guest.guest == id),
            Party::Coordinator => call.is_observed(),
        }
    }

    /// Everybody whose picture an [`Effect::ShowQueue`] may have changed: the tablets waiting for
    /// this language and the interpreters who take it and are here.
    pub fn audience(&self, language: Language) -> Vec<Party> {
        let tablets = self
            .state
            .waiting(language)
            .filter_map(|call| Some(Party::Tablet(self.state.call(call)?.tablet)));
        let here = self.state.interpreters().filter(|(_, person)| {
            let takes = person.qualification.skills.contains_key(&language);
            takes && person.presence == Presence::Connected
        });
        tablets
            .chain(here.map(|(id, _)| Party::Interpreter(id)))
            .collect()
    }
}

/// One step under way.
struct Run<'a> {
    core: &'a mut Core,
    now: Timestamp,
    entries: Vec<Entry>,
    effects: BTreeSet<Effect>,
}

impl Run<'_> {
    fn apply(&mut self, events: Vec<Event>) {
        for event in events {
            // Before and after: who was concerned, and who is now.
            effects(&self.core.state, &event, &mut self.effects);
            let entry = Entry {
                at: self.now,
                event,
            };
            self.core.finished.extend(self.core.state.apply(&entry));
            effects(&self.core.state, &entry.event, &mut self.effects);
            self.entries.push(entry);
        }
    }

    /// Ends because each consequence removes its deadline, and what it starts lies ahead of `now`
    /// or is one of the finitely many graces and waits already overdue.
    fn due(&mut self) {
        loop {
            let events = due(&self.core.state, self.now);
            if events.is_empty() {
                break;
            }
            self.apply(events);
        }
    }

    /// Ends because each ring takes one interpreter out of the free ones, and steps and assignments
    /// run out.
    fn ring(&mut self) {
        loop {
            let events = ring(&self.core.state, self.now);
            if events.is_empty() {
                break;
            }
            self.apply(events);
        }
    }
}
