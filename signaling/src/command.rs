//! Everything that can happen to the core, as one closed `enum`, and the refusals it can answer.

use crate::ids::SiteId;
use crate::ids::{CallId, InterpreterId, OfferId, TabletId};
use crate::language::Language;
use crate::protocol::{DeclineReason, ErrorCode};
use crate::rules::Rules;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the core knows of the directory: numbers and languages, no names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Deadlines and limits.
    pub rules: Rules,
    /// The languages that can be called.
    pub languages: BTreeSet<Language>,
    /// Which site each tablet is bound to.
    pub tablets: BTreeMap<TabletId, SiteId>,
    /// Which languages each interpreter takes.
    pub interpreters: BTreeMap<InterpreterId, BTreeSet<Language>>,
}

/// One side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The visitor and the reception agent.
    Tablet(TabletId),
    /// The interpreter.
    Interpreter(InterpreterId),
}

/// How a client went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// Its page was closed or reloaded (a WebSocket close frame arrived).
    Closed,
    /// It fell silent.
    Lost,
    /// It signed out; it will not come back by itself.
    SignedOut,
}

/// An input of the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The directory or the rules are as follows. Unchanged ones make no event; nobody who waits is
    /// stranded by a change.
    Configure(Configuration),
    /// A client has connected (again).
    Connected(Party),
    /// A client has gone.
    Disconnected(Party, Departure),
    /// A visitor wants an interpreter.
    Tap {
        /// Where.
        tablet: TabletId,
        /// Which language.
        language: Language,
        /// When the message arrived at the server.
        tapped_at: Timestamp,
    },
    /// One side leaves the call.
    HangUp {
        /// Who.
        party: Party,
        /// Which call.
        call: CallId,
    },
    /// An interpreter takes calls, or not.
    SetAvailable {
        /// Who.
        interpreter: InterpreterId,
        /// True to take calls.
        available: bool,
    },
    /// An interpreter takes the call.
    Accept {
        /// Who.
        interpreter: InterpreterId,
        /// Which ring.
        offer: OfferId,
    },
    /// An interpreter leaves the call to a colleague.
    Decline {
        /// Who.
        interpreter: InterpreterId,
        /// Which ring.
        offer: OfferId,
        /// Why.
        reason: DeclineReason,
    },
    /// An interpreter ends wrap-up early.
    EndWrapUp {
        /// Who.
        interpreter: InterpreterId,
    },
    /// The SFU forwards media in both directions.
    MediaUp {
        /// Which call.
        call: CallId,
    },
    /// The gateway has come back, and every connection is new. Nobody pays for the time it was
    /// away: rings end without a miss, and every client has the full grace to come back.
    Restarted,
    /// Time has passed: carry out whatever is due.
    Tick,
}

/// Why a command changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The tablet is not in the directory.
    #[error("this tablet is not in the directory: enrol it first")]
    UnknownTablet,
    /// The interpreter is not in the directory.
    #[error("this interpreter is not in the directory: add the person first")]
    UnknownInterpreter,
    /// The language is not offered.
    #[error("no such language is offered: take one of the directory's languages")]
    UnknownLanguage,
    /// The call is over, or belongs to others.
    #[error("this call is over or is not yours: go by the newest state")]
    CallGone,
    /// The offer is no longer open.
    #[error("this offer is no longer open: go by the newest state")]
    OfferGone,
    /// Not now.
    #[error("not possible in the present state: go by the newest state")]
    WrongState,
}

impl Rejection {
    /// The stable name on the wire.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::UnknownTablet | Self::UnknownInterpreter => ErrorCode::NotAllowed,
            Self::UnknownLanguage => ErrorCode::UnknownLanguage,
            Self::CallGone => ErrorCode::CallGone,
            Self::OfferGone => ErrorCode::OfferGone,
            Self::WrongState => ErrorCode::WrongState,
        }
    }
}
