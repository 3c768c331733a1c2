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
mod appointment;
mod call;
mod callback;
mod index;
mod interpreter;
mod profile;
mod snapshot;

use crate::command::{Counter, Party};
use crate::configuration::Configuration;
use crate::estimate::history::History;
use crate::ids::{CallId, GuestId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::Need;
use crate::tag::{Certification, Language};
use crate::time::Timestamp;
use crate::view::EndedCall;
pub use appointment::{Appointment, Stage};
pub use call::{Call, Colleague, Guest, Observer, Phase, Place, Ring, Search, Sought};
pub use callback::{Callback, Turn};
pub use index::Deadline;
use index::Index;
pub(crate) use index::{RingPlace, Tried};
pub use interpreter::{ClosedOffer, Duty, Interpreter, Shift, Work};
pub use profile::CERTIFICATIONS_MAX;
use profile::Terms;
pub(crate) use profile::{Profile, Wanted};
use serde::{Deserialize, Serialize};
pub use snapshot::{SNAPSHOT_FORMAT, Snapshot, SnapshotError};
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
    appointments: BTreeMap<CallId, Appointment>,
    /// Which call each third party is invited to.
    guests: BTreeMap<GuestId, CallId>,
    /// What has been learned of each need, for the estimated wait.
    histories: BTreeMap<Need, History>,
    /// Which call each live offer rings for.
    offers: BTreeMap<OfferId, CallId>,
    calls_made: u64,
    offers_made: u64,
    guests_made: u32,
    index: Index,
}

/// Whether a site or a language is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What its hours say.
    pub by_hours: bool,
    /// When its hours change it next.
    pub until: Option<Timestamp>,
    /// What a coordinator says, against the hours.
    pub forced: Option<bool>,
}

/// A tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Whether a client is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// One appointment.
    pub fn appointment(&self, appointment: CallId) -> Option<&Appointment> {
        self.appointments.get(&appointment)
    }

    /// All appointments that lie ahead or are due, oldest first.
    pub fn appointments(&self) -> impl Iterator<Item = &Appointment> {
        self.appointments.values()
    }

    /// The appointments at this tablet, oldest first.
    pub fn appointments_at(&self, tablet: TabletId) -> impl Iterator<Item = &Appointment> {
        let ids = self.index.appointments(tablet);
        ids.filter_map(|id| self.appointments.get(&id))
    }

    /// The call a third party is invited to or in, and what is known of them.
    pub fn guest(&self, guest: GuestId) -> Option<(&Call, Guest)> {
        let call = self.calls.get(self.guests.get(&guest)?)?;
        Some((call, call.guest?))
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
    pub(crate) fn called_count(&self, language: Language) -> usize {
        self.index.called_count(language)
    }

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

    /// The number the next third party gets.
    pub fn next_guest(&self) -> GuestId {
        GuestId(self.guests_made + 1)
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
    ) -> impl Iterator<Item = (Wanted, impl Iterator<Item = (&Tried, &BTreeSet<RingPlace>)>)> {
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

    /// How many on duty, busy or not, will do for a search.
    pub(crate) fn on_duty_within(&self, wanted: &Wanted) -> usize {
        let profiles = self.index.on_duty_counts(wanted.language);
        let met = profiles.filter(|(profile, _)| wanted.is_met_by(*profile));
        met.map(|(_, count)| count as usize).sum()
    }

    /// Whether this person is on duty and will do for a search.
    pub(crate) fn is_on_duty_within(&self, wanted: &Wanted, id: InterpreterId) -> bool {
        let person = self
            .interpreters
            .get(&id)
            .filter(|person| person.is_on_duty());
        let profile =
            person.and_then(|person| profile::profile(person, wanted.language, self.terms()));
        profile.is_some_and(|profile| wanted.is_met_by(profile))
    }

    /// What the indexes read of the configuration.
    fn terms(&self) -> Terms<'_> {
        Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        }
    }

    /// What a search for this need asks for at its last step.
    pub(crate) fn wanted_at_last(&self, need: &Need) -> Wanted {
        Wanted::of(need, usize::MAX, None, self.terms())
    }

    /// The earliest moment at which something is due, and what.
    pub fn next_deadline(&self) -> Option<(Timestamp, Deadline)> {
        self.index.next_deadline()
    }

    /// The connection of a party; `None` for one that is not in the directory, and for
    /// coordinators, whose place nobody keeps.
    pub fn presence(&self, party: Party) -> Option<Presence> {
        match party {
            Party::Tablet(id) => self.tablets.get(&id).map(|tablet| tablet.presence),
            Party::Interpreter(id) => self.interpreters.get(&id).map(|person| person.presence),
            Party::Guest(id) => self.guest(id).map(|(_, guest)| guest.presence),
            Party::Coordinator => None,
        }
    }

    /// Interpreters of one language who are signed in and not away, busy ones included, and kept
    /// free for no appointment.
    pub fn on_duty(&self, language: Language) -> usize {
        let counts = self.index.on_duty_counts(language);
        let open = counts.filter(|(profile, _)| !profile.held);
        open.map(|(_, count)| count as usize).sum()
    }
}

impl Tablet {
    /// Connected and in no call: it can ring, or call a visitor.
    pub fn is_idle(&self) -> bool {
        self.presence == Presence::Connected && self.call.is_none()
    }
}

impl Opening {
    /// Open, by hand or by hours.
    pub fn is_open(self) -> bool {
        self.forced.unwrap_or(self.by_hours)
    }
}
