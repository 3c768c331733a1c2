//! Appointments: visitors who come back at a fixed time.

use crate::configuration::Configuration;
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::need::Need;
use crate::record::CallRecord;
use crate::time::{Millis, Timestamp};
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
        /// Until when whoever has taken it is kept free; `None`: no longer.
        keeps_until: Option<Timestamp>,
        /// How long the tablet could call, before it last could not.
        called: Millis,
        /// It can, since then; `None`: it is in another call, or not connected.
        calls_since: Option<Timestamp>,
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

    /// So near that the visitor may begin.
    pub fn may_begin(&self) -> bool {
        self.stage != Stage::Planned
    }

    /// Whoever has taken it is rung for nothing else.
    pub fn is_held(&self) -> bool {
        match self.stage {
            Stage::Planned => false,
            Stage::Held => true,
            Stage::Due { keeps_until, .. } => keeps_until.is_some(),
        }
    }

    /// How long the tablet could call the visitor so far.
    pub fn called(&self, now: Timestamp) -> Millis {
        match self.stage {
            Stage::Planned | Stage::Held => Millis(0),
            Stage::Due {
                called,
                calls_since,
                ..
            } => Millis(called.0 + calls_since.map_or(0, |since| now.since(since).0)),
        }
    }

    /// How long the tablet could call the visitor before it last could not.
    pub fn called_before(&self) -> Millis {
        match self.stage {
            Stage::Planned | Stage::Held => Millis(0),
            Stage::Due { called, .. } => called,
        }
    }

    /// The tablet can call the visitor from now on, or no longer.
    pub(super) fn calls(&mut self, can: bool, now: Timestamp) {
        let so_far = self.called(now);
        if let Stage::Due {
            called,
            calls_since,
            ..
        } = &mut self.stage
        {
            *called = so_far;
            *calls_since = can.then_some(now);
        }
    }
}
