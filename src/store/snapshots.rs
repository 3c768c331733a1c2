//! States to start from: what the journal amounts to after so many entries, so that a start reads
//! one of them and the few entries since. Their text is the core's; here it is only kept whole.

use super::error::integer;
use super::{StoreError, Version, journal};
use ring::digest::{SHA256, digest};
use rusqlite::{Connection, params};

/// Snapshots kept: should the newest not be readable, the one before is.
pub const SNAPSHOTS_KEPT: u32 = 3;

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// After how many entries.
    pub version: Version,
    /// The state, as the core writes it.
    pub state: String,
}

/// Writes a snapshot and forgets the oldest. Refused when the journal is not that far: then what
/// the state says has not happened.
pub(super) fn keep(connection: &Connection, snapshot: &Snapshot) -> Result<(), StoreError> {
    const KEEP: &str =
        "INSERT OR REPLACE INTO snapshots (version, hash, state) VALUES (?1, ?2, ?3)";
    const FORGET: &str = "DELETE FROM snapshots WHERE version NOT IN \
                          (SELECT version FROM snapshots ORDER BY version DESC LIMIT ?1)";
    let (newest, _) = journal::newest(connection)?;
    if newest < snapshot.version {
        return Err(StoreError::WrongVersion {
            expected: snapshot.version.0,
            found: newest.0,
        });
    }
    let version = integer(snapshot.version.0)?;
    connection.prepare_cached(KEEP)?.execute(params![
        version,
        hash(&snapshot.state),
        snapshot.state
    ])?;
    connection
        .prepare_cached(FORGET)?
        .execute([SNAPSHOTS_KEPT])?;
    Ok(())
}

/// The snapshots, the newest first; one that was damaged is left out, with a warning.
pub(super) fn all(connection: &Connection) -> Result<Vec<Snapshot>, StoreError> {
    let select = "SELECT version, hash, state FROM snapshots ORDER BY version DESC";
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let version = journal::unsigned("snapshots", row.get(0)?)?;
        let stored: [u8; 32] = row.get(1)?;
        // Not every damage leaves text.
        let state: Option<String> = row.get(2).ok();
        match state {
            Some(state) if hash(&state) == stored => {
                let version = Version(version);
                found.push(Snapshot { version, state });
            }
            _ => tracing::warn!(version, "a snapshot is damaged and left aside"),
        }
    }
    Ok(found)
}

fn hash(state: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, state.as_bytes()).as_ref());
    hash
}
