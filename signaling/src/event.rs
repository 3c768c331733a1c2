//! What has happened. The journal is a list of these, each with its moment; applying them in order
//! always gives the same state, on any machine.

use crate::command::{Configuration, Departure, Party};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::language::Language;
use crate::protocol::DeclineReason;
use crate::record::Outcome;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened. Never earlier than the entry before.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Something that has happened. Externally tagged in JSON: an inner tag or a flattened field would
/// make serde buffer the value, and maps with number keys do not come back from that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The directory or the rules changed.
    Configured {
        /// As it is from now on.
        configuration: Configuration,
    },
    /// A client connected.
    Connected {
        /// Who.
        party: Party,
    },
    /// A client went away and may come back until the deadline.
    Disconnected {
        /// Who.
        party: Party,
        /// How.
        departure: Departure,
        /// Past this moment the client counts as gone for good.
        until: Timestamp,
    },
    /// A client did not come back.
    Gone {
        /// Who.
        party: Party,
    },
    /// A call entered the queue.
    CallQueued {
        /// The call.
        call: CallId,
        /// Where.
        tablet: TabletId,
        /// The tablet's site at that moment.
        site: SiteId,
        /// The language.
        language: Language,
        /// When the tap arrived.
        tapped_at: Timestamp,
    },
    /// An interpreter is rung.
    Offered {
        /// The ring.
        offer: OfferId,
        /// The call.
        call: CallId,
        /// Who is rung.
        interpreter: InterpreterId,
        /// When the ring ends by itself.
        expires_at: Timestamp,
    },
    /// A ring ended without an accept; the call is back at its place.
    OfferClosed {
        /// The ring.
        offer: OfferId,
        /// Why.
        reason: OfferEnd,
        /// Until when this interpreter is not rung for this call again.
        cooldown_until: Timestamp,
    },
    /// An interpreter took the call.
    Accepted {
        /// The ring.
        offer: OfferId,
        /// Media must be up by then.
        connect_by: Timestamp,
    },
    /// Media flows in both directions.
    MediaUp {
        /// The call.
        call: CallId,
    },
    /// Accepted, but never connected: back to its place.
    ConnectFailed {
        /// The call.
        call: CallId,
        /// Until when this interpreter is not rung for it again.
        cooldown_until: Timestamp,
    },
    /// An interpreter may be rung for this call again.
    CooldownEnded {
        /// The call.
        call: CallId,
        /// Who.
        interpreter: InterpreterId,
    },
    /// The call is over.
    CallEnded {
        /// The call.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
    /// An interpreter takes calls, or not.
    AvailabilitySet {
        /// Who.
        interpreter: InterpreterId,
        /// True to take calls.
        available: bool,
    },
    /// An interpreter missed too many offers in a row and is away until they return.
    SetAwayAfterMisses {
        /// Who.
        interpreter: InterpreterId,
    },
    /// The time after a call has begun.
    WrapUpStarted {
        /// Who.
        interpreter: InterpreterId,
        /// The call.
        call: CallId,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
    /// The time after a call is over.
    WrapUpEnded {
        /// Who.
        interpreter: InterpreterId,
    },
}

/// Why a ring ended without an accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum OfferEnd {
    /// The interpreter left it to a colleague.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// It rang until its deadline.
    Missed,
    /// The call ended while ringing. Never counted as a miss (routing scenario 7).
    CallerLeft,
    /// The interpreter's client went away while ringing.
    InterpreterLost,
    /// The interpreter went away by hand, or no longer takes the language.
    Withdrawn,
}
