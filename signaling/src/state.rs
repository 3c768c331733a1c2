//! The state of every call, tablet and interpreter, and how an event changes it. Nothing here
//! decides anything: `apply` is total, and the same entries always give the same state.
//!
//! ```text
//!  call           waiting ──accept──▶ connecting ──media up──▶ active ──▶ ended
//!                   ▲  rings: none,        │                    (every phase can end:
//!                   │  one or several      │                     hang-up, loss, limit, hand)
//!                   └─── never connected ──┘
//!
//!  interpreter    free ──offered──▶ ringing ──accept──▶ in call ──ended──▶ wrap-up ──▶ free
//!                   ▲                  │                   │
//!                   └─ decline, miss, ─┴── never connected ┘
//!                      colleague first
//! ```
//!
//! A call that goes back to `waiting` keeps its ticket time, so it stands where it stood.

mod apply;
mod callback;
mod index;

use crate::command::{Counter, Party};
use crate::configuration::{Class, Configuration};
use crate::estimate::history::History;
use crate::event::{OfferEnd, Pause, Why};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Mode, Modes, Need, Qualification};
use crate::protocol::HelpReason;
use crate::record::CallRecord;
use crate::rules::RestRules;
use crate::tag::{Certification, Language};
use crate::time::{Millis, Timestamp};
use crate::view::{Availability, EndedCall};
pub use callback::{Callback, Turn};
pub use index::{CERTIFICATIONS_MAX, Deadline};
use index::{Index, Terms};
pub(crate) use index::{Profile, RingPlace, Wanted};
use std::collections::{BTreeMap, BTreeSet};

/// Everything the core knows. Ordered maps only: iteration must be the same on every machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    configuration: Configuration,
    /// The bit of each certification in the sets that decisions compare.
    certification_bits: Vec<Certification>,
    openings: BTreeMap<Counter, Opening>,
    tablets: BTreeMap<TabletId, Tablet>,
    interpreters: BTreeMap<InterpreterId, Interpreter>,
    calls: BTreeMap<CallId, Call>,
    callbacks: BTreeMap<CallId, Callback>,
    /// What has been learned of each need, for the estimated wait.
    histories: BTreeMap<Need, History>,
    /// Which call each live offer rings for.
    offers: BTreeMap<OfferId, CallId>,
    calls_made: u64,
    offers_made: u64,
    index: Index,
}

/// Whether a site or a language is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// What its hours say.
    pub by_hours: bool,
    /// When its hours change it next.
    pub until: Option<Timestamp>,
    /// What a coordinator says, against the hours.
    pub forced: Option<bool>,
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
    /// What they can do. Empty for somebody who left the directory in the middle of a call.
    pub qualification: Qualification,
    /// The console's connection.
    pub presence: Presence,
    /// Takes calls, or not.
    pub availability: Availability,
    /// Why not, when they or a coordinator said so.
    pub pause: Option<Pause>,
    /// What they are doing.
    pub duty: Duty,
    /// Longest idle is rung first; this is where the idle time counts from.
    pub idle_since: Timestamp,
    /// When the state shown to the coordinator last changed.
    pub since: Timestamp,
    /// Offers missed since the last accept, decline or return.
    pub misses: u32,
    /// The last offer that ended without their accept, so that a late click is answered rightly
    /// and the screen can say what became of it.
    pub last_offer: Option<ClosedOffer>,
    /// How long they have worked without rest.
    pub work: Work,
    /// Asks the coordinators for help.
    pub help: Option<HelpReason>,
}

/// An offer that ended without an accept of this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedOffer {
    /// Which.
    pub offer: OfferId,
    /// How it ended.
    pub end: OfferEnd,
}

/// Work without rest: time in calls since the last gap that was long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// In calls that have ended.
    pub done: Millis,
    /// Of the call under way.
    pub now: Option<Shift>,
    /// When the last call ended.
    pub ended_at: Timestamp,
}

/// Work in the call under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Since when.
    pub since: Timestamp,
    /// In which mode.
    pub mode: Mode,
    /// Relief has been offered.
    pub relief_due: bool,
    /// Nobody may work longer.
    pub stop_reached: bool,
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
        /// When it began.
        began_at: Timestamp,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
}

/// A call that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where it comes from.
    pub tablet: TabletId,
    /// The tablet is connected; a visitor who is away for a moment is not rung for.
    pub there: bool,
    /// Its moments so far.
    pub record: CallRecord,
    /// What it asks of an interpreter.
    pub need: Need,
    /// Where it stands.
    pub phase: Phase,
    /// The search for an interpreter; it rests while somebody has accepted.
    pub search: Search,
    /// Why the person who accepted had been rung.
    pub why: Option<Why>,
}

/// The search for an interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The class the call counts as: its own, or a higher one by age.
    pub rank: Class,
    /// Before the others of its rank, whatever their tickets: it was in a conversation already.
    pub ahead: bool,
    /// The moment its place counts from.
    pub ticket: Timestamp,
    /// The step it has reached, counted from 0.
    pub step: u32,
    /// The person it is assigned to, and until when.
    pub assigned: Option<(InterpreterId, Timestamp)>,
    /// Who is rung.
    pub rings: BTreeMap<OfferId, Ring>,
    /// Interpreters not to be rung for this call, and until when.
    pub cooldowns: BTreeMap<InterpreterId, Timestamp>,
}

/// A live offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// Who is rung.
    pub interpreter: InterpreterId,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Why this person.
    pub why: Why,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waiting, rung for or not.
    Waiting,
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

/// A place in the order of service: rank, transferred calls first, ticket time, then number, which
/// breaks ties in the order of the taps.
pub type Place = (Class, bool, Timestamp, CallId);

impl State {
    /// The directory and the rules in force.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Everything with hours, and whether it is open.
    pub fn openings(&self) -> impl Iterator<Item = (Counter, Opening)> {
        self.openings
            .iter()
            .map(|(counter, opening)| (*counter, *opening))
    }

    /// Whether a site or a language is open.
    pub fn opening(&self, counter: Counter) -> Option<Opening> {
        self.openings.get(&counter).copied()
    }

    /// Whether this language can be called from this site now.
    pub fn is_open(&self, site: SiteId, language: Language) -> bool {
        let open = |counter| {
            self.opening(counter)
                .is_some_and(|opening| opening.is_open())
        };
        open(Counter::Site(site)) && open(Counter::Language(language))
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

    /// One visitor to be called back.
    pub fn callback(&self, callback: CallId) -> Option<&Callback> {
        self.callbacks.get(&callback)
    }

    /// Everybody to be called back, oldest call first.
    pub fn callbacks(&self) -> impl Iterator<Item = &Callback> {
        self.callbacks.values()
    }

    /// What has been learned of calls that need this.
    pub fn history(&self, need: &Need) -> Option<&History> {
        self.histories.get(need)
    }

    /// Whoever is to be called back at this tablet, oldest call first.
    pub fn callbacks_at(&self, tablet: TabletId) -> impl Iterator<Item = &Callback> {
        let ids = self.index.callbacks(tablet);
        ids.filter_map(|id| self.callbacks.get(&id))
    }

    /// Callbacks that wait for their turn, by what they need, each group in the order of service.
    pub(crate) fn callable(&self) -> impl Iterator<Item = (Need, impl Iterator<Item = &Callback>)> {
        let of = |id| self.callbacks.get(&id);
        self.index
            .callable()
            .map(move |(need, ids)| (need, ids.filter_map(of)))
    }

    /// The call a live offer rings for, and the ring.
    pub fn ring(&self, offer: OfferId) -> Option<(CallId, &Call, Ring)> {
        let id = *self.offers.get(&offer)?;
        let call = self.calls.get(&id)?;
        Some((id, call, *call.search.rings.get(&offer)?))
    }

    /// The number the next call gets.
    pub fn next_call(&self) -> CallId {
        CallId(self.calls_made + 1)
    }

    /// The number the next offer gets.
    pub fn next_offer(&self) -> OfferId {
        OfferId(self.offers_made + 1)
    }

    /// Calls of one language that wait, in the order they will be served.
    pub fn waiting(&self, language: Language) -> impl Iterator<Item = CallId> {
        self.index.waiting(language)
    }

    /// How many calls of one language wait.
    pub fn waiting_count(&self, language: Language) -> usize {
        self.index.waiting_count(language)
    }

    /// Calls for which one more may be rung, by what they want and whom they have tried in vain,
    /// each queue in the order of rings.
    pub(crate) fn ringable(
        &self,
    ) -> impl Iterator<Item = (Wanted, impl Iterator<Item = &BTreeSet<RingPlace>>)> {
        self.index.ringable()
    }

    /// Who can be rung now for one language, by what decides between them; within a profile the
    /// longest idle first.
    pub(crate) fn free(
        &self,
        language: Language,
    ) -> impl Iterator<Item = (Profile, &BTreeSet<(Timestamp, InterpreterId)>)> {
        self.index.free(language)
    }

    /// Whether anybody on duty, busy or not, will do for a search.
    pub(crate) fn anybody_on_duty(&self, wanted: &Wanted) -> bool {
        self.index
            .on_duty(wanted.language)
            .any(|profile| wanted.is_met_by(profile))
    }

    /// What a search for this need asks for at its last step.
    pub(crate) fn wanted_at_last(&self, need: &Need) -> Wanted {
        let terms = Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        };
        Wanted::of(need, usize::MAX, None, terms)
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
            person.qualification.skills.contains_key(&language) && person.is_on_duty()
        };
        self.interpreters.values().filter(here).count()
    }
}

impl Opening {
    /// Open, by hand or by hours.
    pub fn is_open(self) -> bool {
        self.forced.unwrap_or(self.by_hours)
    }
}

impl Interpreter {
    /// Can be rung now, for whatever their rest allows.
    pub fn is_free(&self) -> bool {
        self.presence == Presence::Connected
            && self.availability == Availability::Available
            && self.duty == Duty::Free
    }

    /// Signed in and not away, busy or not.
    pub fn is_on_duty(&self) -> bool {
        self.availability == Availability::Available && self.presence != Presence::Absent
    }

    /// The modes they are rested enough to work in.
    pub fn rested_modes(&self, rest: &RestRules) -> Modes {
        Mode::ALL
            .into_iter()
            .filter(|mode| self.work.done < self.limit(*mode, rest))
            .collect()
    }

    /// Whether they may be rung for such a call, were they free: qualified and rested.
    pub fn may_take(&self, need: &Need, rest: &RestRules) -> bool {
        self.qualification.meets(need) && self.rested_modes(rest).contains(need.mode)
    }

    /// Consecutive work after which rest is owed before the next call of this mode.
    pub fn limit(&self, mode: Mode, rest: &RestRules) -> Millis {
        let rule = rest.relief_ms.get(&mode).copied().unwrap_or(rest.stop_ms);
        rule.min(self.qualification.relief_ms.unwrap_or(rule))
            .min(rest.stop_ms)
    }

    /// Work without rest until now.
    pub fn consecutive_work(&self, now: Timestamp) -> Millis {
        let running = self
            .work
            .now
            .map_or(Millis(0), |shift| now.since(shift.since));
        Millis(self.work.done.0 + running.0)
    }
}

impl Call {
    /// Has a place in the queue.
    pub fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    /// Its place in the order of service.
    pub fn place(&self) -> Place {
        let Search {
            rank,
            ahead,
            ticket,
            ..
        } = self.search;
        (rank, !ahead, ticket, self.record.call)
    }

    /// Who connects or interprets.
    pub fn interpreter(&self) -> Option<InterpreterId> {
        match self.phase {
            Phase::Waiting => None,
            Phase::Connecting { interpreter, .. } | Phase::Active { interpreter, .. } => {
                Some(interpreter)
            }
        }
    }

    /// The accepted offer.
    pub fn offer(&self) -> Option<OfferId> {
        match self.phase {
            Phase::Waiting => None,
            Phase::Connecting { offer, .. } | Phase::Active { offer, .. } => Some(offer),
        }
    }
}
