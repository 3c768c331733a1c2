//! A call: where it stands, the search for an interpreter, the colleagues in it.

use crate::configuration::Class;
use crate::event::{Unwilling, Why};
use crate::ids::{CallId, GuestId, InterpreterId, OfferId, TabletId};
use crate::need::{Need, Role};
use crate::record::CallRecord;
use crate::state::Presence;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A call that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// During a conversation: a colleague is sought.
    pub sought: Option<Sought>,
    /// During a conversation: a colleague is coming or there.
    pub colleague: Option<Colleague>,
    /// During a conversation: a coordinator looks on, or would like to.
    pub observer: Option<Observer>,
    /// Why no coordinator may ask to.
    pub unwilling: Option<Unwilling>,
    /// During a conversation: a third party is invited or there.
    pub guest: Option<Guest>,
}

/// A coordinator who looks on with the visitor's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Observer {
    /// Has asked.
    Asked {
        /// Past this moment silence counts as no.
        until: Timestamp,
    },
    /// The visitor agreed.
    Coming {
        /// The connection must be up by then.
        connect_by: Timestamp,
    },
    /// Sees and hears.
    There,
}

/// A third party, invited by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Who.
    pub guest: GuestId,
    /// The connection; absent until the link is used.
    pub presence: Presence,
    /// Past this moment the link is no longer good, unless it has been used.
    pub until: Timestamp,
    /// Has been seen or heard.
    pub up: bool,
}

/// A colleague the lead of a conversation wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    /// What for.
    pub role: Role,
    /// What is asked of them.
    pub need: Need,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// A second interpreter in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Who.
    pub interpreter: InterpreterId,
    /// The accepted ring.
    pub offer: OfferId,
    /// What for.
    pub role: Role,
    /// What was asked of them.
    pub need: Need,
    /// Why they were rung.
    pub why: Why,
    /// Media must be up by then; `None` once it is.
    pub connect_by: Option<Timestamp>,
}

/// The search for an interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Who is rung.
    pub interpreter: InterpreterId,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Why this person.
    pub why: Why,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Call {
    /// What an interpreter is searched for, if one is.
    pub fn searched(&self) -> Option<&Need> {
        match self.phase {
            Phase::Waiting => Some(&self.need),
            Phase::Connecting { .. } => None,
            Phase::Active { .. } => self.sought.as_ref().map(|sought| &sought.need),
        }
    }

    /// The colleague who is there, seen or heard.
    pub fn colleague_up(&self) -> Option<Colleague> {
        self.colleague
            .filter(|colleague| colleague.connect_by.is_none())
    }

    /// A coordinator may be connected to it.
    pub fn is_observed(&self) -> bool {
        matches!(
            self.observer,
            Some(Observer::Coming { .. } | Observer::There)
        )
    }

    /// What this person is in the call, once accepted.
    pub fn role_of(&self, interpreter: InterpreterId) -> Option<Role> {
        if self.interpreter() == Some(interpreter) {
            return Some(Role::Lead);
        }
        let colleague = self
            .colleague
            .filter(|colleague| colleague.interpreter == interpreter);
        colleague.map(|colleague| colleague.role)
    }

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
