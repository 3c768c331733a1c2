//! Starting without reading the whole history: now and then the state is kept beside the journal,
//! and a start takes the newest that can be read and applies the entries since. One that cannot be
//! read costs time, never truth: the one before it is taken, or the whole journal.

use super::driver::Driver;
use super::limits::SNAPSHOT_SPACING;
use crate::store::{Journal, Snapshot, Store, StoreError, Version};
use passerelle_signaling::core::Core;
use passerelle_signaling::state;

/// What a start has found.
pub struct BroughtBack {
    /// The calls.
    pub core: Core,
    /// The newest entry of the journal.
    pub version: Version,
    /// The snapshot begun with; 0 when the whole journal was read.
    pub snapshot: Version,
}

/// Brings the calls back. Blocks.
///
/// # Errors
/// When an entry is damaged, or the journal begins after every snapshot that can be read.
pub fn bring_back(journal: &impl Journal) -> Result<BroughtBack, StoreError> {
    for Snapshot { version, state } in journal.snapshots()? {
        let core = match read(&state) {
            Ok(core) => core,
            Err(reason) => {
                let version = version.0;
                tracing::warn!(
                    version,
                    reason,
                    "a snapshot cannot be used and is left aside"
                );
                continue;
            }
        };
        let (core, newest) = journal.read(version, |entries| core.replayed(entries))?;
        return Ok(BroughtBack {
            core,
            version: newest,
            snapshot: version,
        });
    }
    let (core, version) = journal.read(Version(0), |entries| Core::replay(entries))?;
    Ok(BroughtBack {
        core,
        version,
        snapshot: Version(0),
    })
}

fn read(state: &str) -> Result<Core, String> {
    let snapshot = serde_json::from_str(state).map_err(|error| error.to_string())?;
    Core::from_snapshot(snapshot).map_err(|error| error.to_string())
}

/// A state to be kept, once the entries it stands for are durable.
pub(super) struct Due {
    version: Version,
    state: state::Snapshot,
}

impl Driver {
    /// The state, when enough has happened since it was last kept. Called when everything in memory
    /// has been sent to the journal, and nothing more.
    pub(super) fn state_when_due(&mut self) -> Option<Due> {
        if self.version < self.snapshot.plus(SNAPSHOT_SPACING) {
            return None;
        }
        self.snapshot = self.version;
        let (version, state) = (self.version, self.core.snapshot());
        Some(Due { version, state })
    }
}

impl Due {
    /// Keeps it, behind the calls' back.
    pub(super) fn keep(self, store: Store) {
        let Self { version, state } = self;
        tokio::spawn(async move {
            // Writing it out takes too long to be done among the calls.
            let written = tokio::task::spawn_blocking(move || serde_json::to_string(&state));
            let state = match written.await {
                Ok(Ok(state)) => state,
                Ok(Err(error)) => return tracing::warn!(%error, "the state was not written out"),
                // The runtime ends.
                Err(_) => return,
            };
            match store.keep_snapshot(Snapshot { version, state }).await {
                Ok(()) => tracing::debug!(version = version.0, "the state is kept"),
                Err(error) => tracing::warn!(%error, "the state was not kept"),
            }
        });
    }
}
