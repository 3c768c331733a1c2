//! Callbacks: visitors who stopped waiting at the counter and keep their ticket.

use super::Place;
use crate::configuration::Class;
use crate::ids::TabletId;
use crate::need::Need;
use crate::record::CallRecord;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A visitor to be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Where.
    pub tablet: TabletId,
    /// The call it was converted from.
    pub record: CallRecord,
    /// What it asks of an interpreter.
    pub need: Need,
    /// The class it counted as.
    pub rank: Class,
    /// The moment its place counts from.
    pub ticket: Timestamp,
    /// Rung in vain so often.
    pub attempts: u32,
    /// What is done about it.
    pub turn: Turn,
    /// Past this moment it is too late.
    pub expires_at: Timestamp,
}

/// What is done about a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    /// Waits for its turn.
    Waiting,
    /// The tablet rings. There is one attempt at a time (routing scenario 29).
    Ringing {
        /// When it stops by itself.
        until: Timestamp,
    },
    /// Nobody was there; waits a while.
    Resting {
        /// Until when.
        until: Timestamp,
    },
}

impl Callback {
    /// Its place in the order of service: behind whoever was transferred or has an appointment.
    pub fn place(&self) -> Place {
        (self.rank, true, self.ticket, self.record.call)
    }
}
