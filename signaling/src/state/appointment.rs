//! Appointments: visitors who come back at a fixed time.

use crate::configuration::Configuration;
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::need::Need;
use crate::record::CallRecord;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A visitor who comes back at a fixed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Where.
    pub tablet: TabletId,
    /// The call that names it.
    pub record: CallRecord,
    /// What it asks of an interpreter.
    pub need: Need,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is planned to end.
    pub ends_at: Timestamp,
    /// Who has taken it.
    pub interpreter: Option<InterpreterId>,
    /// How near it is.
    pub stage: Stage,
}

/// How near an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Some time ahead.
    Planned,
    /// So near that whoever has taken it is kept free.
    Held,
    /// Its time has come: the tablet calls the visitor.
    Due {
        /// Until when.
        until: Timestamp,
    },
}

impl Appointment {
    /// Its place in the order of time.
    pub fn place(&self) -> (Timestamp, CallId) {
        (self.starts_at, self.record.call)
    }

    /// What it asks where its tablet stands now: a certification may have come or gone since it was
    /// made.
    pub fn need_by(&self, configuration: &Configuration) -> Need {
        let site = configuration.tablets.get(&self.tablet);
        let (language, mode) = (self.need.language, self.need.mode);
        site.and_then(|site| configuration.need(*site, language, Some(mode)))
            .unwrap_or(self.need)
    }

    /// Its time has come: the tablet calls the visitor.
    pub fn is_due(&self) -> bool {
        matches!(self.stage, Stage::Due { .. })
    }

    /// Whoever has taken it is rung for nothing else.
    pub fn is_held(&self) -> bool {
        self.stage != Stage::Planned
    }
}
