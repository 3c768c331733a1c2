//! The state of every call, tablet and interpreter, and how an event changes it. Nothing here
//! decides anything: `apply` is total, and the same entries always give the same state.
//!
//! ```text
//!  call           queued ⇄ offered ──accept──▶ connecting ──media up──▶ active ──▶ ended
//!                   ▲                              │                       (every phase can end:
//!                   └───── never connected ────────┘                        hang-up, loss, limit)
//!
//!  interpreter    free ──offered──▶ ringing ──accept──▶ in call ──ended──▶ wrap-up ──▶ free
//!                   ▲                  │                   │
//!                   └── decline, miss ─┴── never connected ┘
//! ```
//!
//! A call that goes back to `queued` keeps its ticket time, so it stands where it stood.

mod apply;
mod index;

use crate::command::{Configuration, Party};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::language::Language;
use crate::record::CallRecord;
use crate::time::Timestamp;
use crate::view::{Availability, EndedCall};
pub use index::Deadline;
use index::Index;
use std::collections::{BTreeMap, BTreeSet};

/// Everything the core knows. Ordered maps only: iteration must be the same on every machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    configuration: Configuration,
    tablets: BTreeMap<TabletId, Tablet>,
    interpreters: BTreeMap<InterpreterId, Interpreter>,
    calls: BTreeMap<CallId, Call>,
    /// Which call each live offer rings for.
    offers: BTreeMap<OfferId, CallId>,
    calls_made: u64,
    offers_made: u64,
    index: Index,
}

/// A tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tablet {
    /// The site it is bound to.
    pub site: SiteId,
    /// Its connection.
    pub presence: Presence,
    /// The call it is in.
    pub call: Option<CallId>,
    /// The last call that ended, until the next tap.
    pub last: Option<EndedCall>,
}

/// An interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The languages taken.
    pub languages: BTreeSet<Language>,
    /// The console's connection.
    pub presence: Presence,
    /// Takes calls, or not.
    pub availability: Availability,
    /// What they are doing.
    pub duty: Duty,
    /// Longest idle is rung first; this is where the idle time counts from.
    pub idle_since: Timestamp,
    /// When the state shown to the coordinator last changed.
    pub since: Timestamp,
    /// Offers missed since the last accept or return.
    pub misses: u32,
    /// The last offer declined, so that a second click on it is answered alike.
    pub declined: Option<OfferId>,
}

/// Whether a client is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Never seen, or gone for good.
    Absent,
    /// Connected.
    Connected,
    /// Gone a moment ago and expected back.
    Leaving {
        /// Past this moment it counts as gone.
        until: Timestamp,
    },
}

/// What an interpreter is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Nothing.
    Free,
    /// Being rung.
    Ringing(OfferId),
    /// In a call, or connecting one.
    InCall(CallId),
    /// After a call.
    WrapUp {
        /// The call just ended.
        call: CallId,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
}

/// A call that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where it comes from.
    pub tablet: TabletId,
    /// Its moments so far.
    pub record: CallRecord,
    /// Where it stands.
    pub phase: Phase,
    /// Interpreters not to be rung for this call, and until when.
    pub cooldowns: BTreeMap<InterpreterId, Timestamp>,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waiting.
    Queued,
    /// Ringing at one interpreter.
    Offered {
        /// The ring.
        offer: OfferId,
        /// Who is rung.
        interpreter: InterpreterId,
        /// When the ring ends by itself.
        expires_at: Timestamp,
    },
    /// Accepted; media is being set up.
    Connecting {
        /// The accepted ring.
        offer: OfferId,
        /// Who accepted.
        interpreter: InterpreterId,
        /// When it counts as failed.
        connect_by: Timestamp,
    },
    /// Media flows in both directions.
    Active {
        /// The accepted ring.
        offer: OfferId,
        /// Who interprets.
        interpreter: InterpreterId,
        /// Since when.
        connected_at: Timestamp,
    },
}

impl State {
    /// The directory and the rules in force.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// One tablet.
    pub fn tablet(&self, tablet: TabletId) -> Option<&Tablet> {
        self.tablets.get(&tablet)
    }

    /// All tablets, by number.
    pub fn tablets(&self) -> impl Iterator<Item = (TabletId, &Tablet)> {
        self.tablets.iter().map(|(id, tablet)| (*id, tablet))
    }

    /// One interpreter.
    pub fn interpreter(&self, interpreter: InterpreterId) -> Option<&Interpreter> {
        self.interpreters.get(&interpreter)
    }

    /// All interpreters, by number.
    pub fn interpreters(&self) -> impl Iterator<Item = (InterpreterId, &Interpreter)> {
        self.interpreters
            .iter()
            .map(|(id, interpreter)| (*id, interpreter))
    }

    /// One call that has not ended.
    pub fn call(&self, call: CallId) -> Option<&Call> {
        self.calls.get(&call)
    }

    /// All calls that have not ended, oldest first.
    pub fn calls(&self) -> impl Iterator<Item = (CallId, &Call)> {
        self.calls.iter().map(|(id, call)| (*id, call))
    }

    /// The call a live offer rings for.
    pub fn offered_call(&self, offer: OfferId) -> Option<(CallId, &Call)> {
        let call = *self.offers.get(&offer)?;
        Some((call, self.calls.get(&call)?))
    }

    /// The number the next call gets.
    pub fn next_call(&self) -> CallId {
        CallId(self.calls_made + 1)
    }

    /// The number the next offer gets.
    pub fn next_offer(&self) -> OfferId {
        OfferId(self.offers_made + 1)
    }

    /// Calls of one language that wait or ring, in the order they will be served.
    pub fn waiting(&self, language: Language) -> impl Iterator<Item = CallId> {
        self.index.waiting(language)
    }

    /// How many calls of one language wait or ring.
    pub fn waiting_count(&self, language: Language) -> usize {
        self.index.waiting_count(language)
    }

    /// The languages somebody waits for without being rung for, each with its calls in order.
    pub fn unrung(&self) -> impl Iterator<Item = (Language, impl Iterator<Item = CallId>)> {
        self.index.unrung()
    }

    /// Interpreters of one language who can be rung now, longest idle first.
    pub fn free(&self, language: Language) -> impl Iterator<Item = InterpreterId> {
        self.index.free(language)
    }

    /// The earliest moment at which something is due, and what.
    pub fn next_deadline(&self) -> Option<(Timestamp, Deadline)> {
        self.index.next_deadline()
    }

    /// The connection of a party; `None` for one that is not in the directory.
    pub fn presence(&self, party: Party) -> Option<Presence> {
        match party {
            Party::Tablet(id) => self.tablets.get(&id).map(|tablet| tablet.presence),
            Party::Interpreter(id) => self.interpreters.get(&id).map(|person| person.presence),
        }
    }

    /// Interpreters of one language who are signed in and not away, busy ones included.
    pub fn on_duty(&self, language: Language) -> usize {
        let here = |person: &&Interpreter| {
            person.languages.contains(&language)
                && person.availability == Availability::Available
                && person.presence != Presence::Absent
        };
        self.interpreters.values().filter(here).count()
    }
}

impl Interpreter {
    /// Can be rung now.
    pub fn is_free(&self) -> bool {
        self.presence == Presence::Connected
            && self.availability == Availability::Available
            && self.duty == Duty::Free
    }
}

impl Call {
    /// Waits or rings: has a place in the queue.
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Queued | Phase::Offered { .. })
    }

    /// Who is rung, connects or interprets.
    pub fn interpreter(&self) -> Option<InterpreterId> {
        match self.phase {
            Phase::Queued => None,
            Phase::Offered { interpreter, .. }
            | Phase::Connecting { interpreter, .. }
            | Phase::Active { interpreter, .. } => Some(interpreter),
        }
    }

    /// The live or accepted offer.
    pub fn offer(&self) -> Option<OfferId> {
        match self.phase {
            Phase::Queued => None,
            Phase::Offered { offer, .. }
            | Phase::Connecting { offer, .. }
            | Phase::Active { offer, .. } => Some(offer),
        }
    }
}
