//! The state as it is kept between two starts. What can be computed from the rest (the indexes) is
//! not in it, so that it can never contradict the rest.

use super::index::Index;
use super::{Appointment, Call, Callback, Interpreter, Opening, State, Tablet};
use crate::command::Counter;
use crate::configuration::Configuration;
use crate::estimate::history::History;
use crate::ids::{CallId, GuestId, InterpreterId, OfferId, TabletId};
use crate::need::Need;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised with every change of what a snapshot says or means: a field of the state that may be
/// missing (`Option`) would otherwise be read as not there. Whoever raises it goes on reading the
/// form of before, since a service whose journal has been purged has nothing else to start from;
/// `scenarios/kept.rs` holds a state of each form.
pub const SNAPSHOT_FORMAT: u32 = 2;

/// A state and the moment of its last entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    format: u32,
    latest: Timestamp,
    configuration: Box<Configuration>,
    openings: Vec<(Counter, Opening)>,
    tablets: BTreeMap<TabletId, Tablet>,
    interpreters: BTreeMap<InterpreterId, Interpreter>,
    calls: BTreeMap<CallId, Call>,
    callbacks: BTreeMap<CallId, Callback>,
    appointments: BTreeMap<CallId, Appointment>,
    guests: BTreeMap<GuestId, CallId>,
    histories: Vec<(Need, History)>,
    offers: BTreeMap<OfferId, CallId>,
    calls_made: u64,
    offers_made: u64,
    guests_made: u32,
}

/// Why a snapshot cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Another build has written it.
    #[error("it has form {found} and this build knows form {SNAPSHOT_FORMAT}")]
    OtherFormat {
        /// The form of the snapshot.
        found: u32,
    },
}

impl Snapshot {
    pub(crate) fn of(state: &State, latest: Timestamp) -> Self {
        // Each field by name: a new one must be thought of here.
        let State {
            configuration,
            certification_bits: _,
            openings,
            tablets,
            interpreters,
            calls,
            callbacks,
            appointments,
            guests,
            histories,
            offers,
            calls_made,
            offers_made,
            guests_made,
            index: _,
        } = state.clone();
        Self {
            format: SNAPSHOT_FORMAT,
            latest,
            configuration: Box::new(configuration),
            openings: openings.into_iter().collect(),
            tablets,
            interpreters,
            calls,
            callbacks,
            appointments,
            guests,
            histories: histories.into_iter().collect(),
            offers,
            calls_made,
            offers_made,
            guests_made,
        }
    }

    pub(crate) fn restore(self) -> Result<(State, Timestamp), SnapshotError> {
        if self.format != SNAPSHOT_FORMAT {
            return Err(SnapshotError::OtherFormat { found: self.format });
        }
        let mut state = State {
            certification_bits: self.configuration.certifications().into_iter().collect(),
            configuration: *self.configuration,
            openings: self.openings.into_iter().collect(),
            tablets: self.tablets,
            interpreters: self.interpreters,
            calls: self.calls,
            callbacks: self.callbacks,
            appointments: self.appointments,
            guests: self.guests,
            histories: self.histories.into_iter().collect(),
            offers: self.offers,
            calls_made: self.calls_made,
            offers_made: self.offers_made,
            guests_made: self.guests_made,
            index: Index::default(),
        };
        state.index = state.indexed();
        Ok((state, self.latest))
    }
}
