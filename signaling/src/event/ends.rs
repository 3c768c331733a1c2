//! How rings, callbacks, appointments and questions to the visitor end, and why somebody pauses.

use crate::protocol::{DeclineReason, PauseReason};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a callback ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallbackEnd {
    /// The visitor was there; a call follows.
    Answered,
    /// The visitor or a coordinator gave it up.
    Cancelled,
    /// Nobody was there, as often as the rules try, or it became too late.
    Unserved,
}

/// How an appointment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentEnd {
    /// The visitor was there; a call follows.
    Kept,
    /// The visitor gave it up.
    Cancelled,
    /// The tablet called, and the visitor was not there.
    NoShow,
    /// The service failed the visitor: the tablet could not call, the language is no longer offered
    /// here, or a coordinator gave it up.
    Unserved,
}

/// Why no coordinator may ask the visitor (again) to look on. A yes leaves no trace: it ends with
/// the looking on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unwilling {
    /// The visitor said no, or took the consent back: for this conversation, whoever asks.
    Refused,
    /// The visitor did not answer, and is not asked again at once.
    Silent {
        /// Not before this moment.
        until: Timestamp,
    },
}

/// A pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// A coordinator asked for it.
    pub by_coordinator: bool,
}

/// Why a ring ended without an accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// A colleague accepted first (routing scenario 1).
    LostRace,
    /// A coordinator gave the call another language, class or person.
    Reassigned,
    /// The interpreter's client went away while ringing.
    InterpreterLost,
    /// The interpreter went away by hand, or may no longer take the call.
    Withdrawn,
}
