//! What each screen shows, computed from the state alone. A view is a whole picture, not a change:
//! a client that missed any number of messages is right again after the next one.

use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::language::Language;
use crate::record::Outcome;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The tablet's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TabletView {
    /// The site this tablet stands at.
    pub site: SiteId,
    /// What the tablet is doing.
    pub phase: TabletPhase,
    /// How the tablet's last call ended, until the next tap.
    pub last: Option<EndedCall>,
}

/// The end of a call, for the closing screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndedCall {
    /// The call.
    pub call: CallId,
    /// Its language, for calling again.
    pub language: Language,
    /// How it ended.
    pub outcome: Outcome,
}

/// What a tablet is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TabletPhase {
    /// Languages are shown; a tap starts a call.
    Idle,
    /// In the queue.
    Waiting {
        /// The call.
        call: CallId,
        /// The language tapped.
        language: Language,
        /// Place among the waiting calls of this language; 1 is next.
        position: u32,
        /// The ticket time; the wait shown counts from here.
        queued_at: Timestamp,
        /// An interpreter is being rung for this call now.
        ringing: bool,
        /// Interpreters of this language who are signed in and not away, busy ones included.
        /// Zero means that nobody can answer for the moment.
        on_duty: u32,
    },
    /// Accepted; media is being set up.
    Connecting {
        /// The call.
        call: CallId,
        /// The language.
        language: Language,
        /// The ticket time.
        queued_at: Timestamp,
    },
    /// Media flows in both directions.
    Active {
        /// The call.
        call: CallId,
        /// The language.
        language: Language,
        /// When media was up in both directions.
        connected_at: Timestamp,
        /// The interpreter's connection is lost and may come back.
        other_lost: bool,
    },
}

/// The interpreter's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InterpreterView {
    /// The languages this interpreter takes.
    pub languages: Vec<Language>,
    /// Takes calls, or away and why.
    pub availability: Availability,
    /// The last call and its ring, connection or wrap-up.
    pub activity: Activity,
    /// Calls waiting in this interpreter's languages, the ringing one included.
    pub waiting: u32,
}

/// Whether an interpreter takes calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes calls.
    Available,
    /// Away by own choice, or not yet available since signing in.
    Away,
    /// Set to away by the gateway after too many missed offers; one tap returns.
    AwayAfterMisses,
}

/// What an interpreter is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Activity {
    /// Neither ringing nor in a call.
    Idle,
    /// An offer is ringing: the briefing card. No names, by design.
    Ringing {
        /// The offer to accept or decline.
        offer: OfferId,
        /// The call offered.
        call: CallId,
        /// Its language.
        language: Language,
        /// Where the visitor stands.
        site: SiteId,
        /// The ticket time; the wait shown counts from here.
        queued_at: Timestamp,
        /// When the ring ends by itself.
        expires_at: Timestamp,
    },
    /// Accepted; media is being set up.
    Connecting {
        /// The call.
        call: CallId,
        /// Its language.
        language: Language,
        /// Where the visitor stands.
        site: SiteId,
    },
    /// Media flows in both directions.
    Active {
        /// The call.
        call: CallId,
        /// Its language.
        language: Language,
        /// Where the visitor stands.
        site: SiteId,
        /// When media was up in both directions.
        connected_at: Timestamp,
        /// The tablet's connection is lost and may come back.
        other_lost: bool,
    },
    /// After a call: notes, breath. Ends by itself, or earlier by the interpreter's hand.
    WrapUp {
        /// The call just ended.
        call: CallId,
        /// When wrap-up ends by itself.
        ends_at: Timestamp,
    },
}

/// The coordinator's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoardView {
    /// Calls not yet connected, in the order they will be served.
    pub queue: Vec<QueueRow>,
    /// Calls in progress, longest first.
    pub active: Vec<ActiveRow>,
    /// Every interpreter of the directory.
    pub interpreters: Vec<InterpreterRow>,
    /// Every tablet of the directory.
    pub tablets: Vec<TabletRow>,
}

/// A call that is not connected yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueueRow {
    /// The call.
    pub call: CallId,
    /// Its language.
    pub language: Language,
    /// Where the visitor stands.
    pub site: SiteId,
    /// The ticket time.
    pub queued_at: Timestamp,
    /// Where the call stands on its way.
    pub phase: QueuePhase,
    /// The interpreter being rung, or who has accepted.
    pub interpreter: Option<InterpreterId>,
}

/// Where a waiting call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QueuePhase {
    /// Waiting for an interpreter to be free.
    Queued,
    /// An interpreter is being rung.
    Offered,
    /// Accepted; media is being set up.
    Connecting,
}

/// A call in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ActiveRow {
    /// The call.
    pub call: CallId,
    /// Its language.
    pub language: Language,
    /// Where the visitor stands.
    pub site: SiteId,
    /// Who interprets.
    pub interpreter: InterpreterId,
    /// When media was up in both directions.
    pub connected_at: Timestamp,
}

/// An interpreter on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InterpreterRow {
    /// Who; the name is in the directory.
    pub interpreter: InterpreterId,
    /// The languages taken.
    pub languages: Vec<Language>,
    /// The state, as one word.
    pub status: InterpreterStatus,
    /// Since when.
    pub since: Timestamp,
}

/// The state of an interpreter in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InterpreterStatus {
    /// Not signed in.
    Offline,
    /// Signed in, takes no calls.
    Away,
    /// Set to away after too many missed offers.
    AwayAfterMisses,
    /// Takes calls.
    Available,
    /// Being rung.
    Offered,
    /// In a call, or connecting one.
    Busy,
    /// After a call.
    WrapUp,
    /// Connection lost a moment ago; not rung meanwhile.
    Unreachable,
}

/// A tablet on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TabletRow {
    /// Which; its name is in the directory.
    pub tablet: TabletId,
    /// The site it is bound to.
    pub site: SiteId,
    /// Connected now.
    pub connected: bool,
    /// The call it is in, if any.
    pub call: Option<CallId>,
}
