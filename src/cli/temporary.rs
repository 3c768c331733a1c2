//! The data directory of a gateway that is only tried out, removed with everything in it in the
//! end.

use super::error::CliError;
use crate::random;
use std::path::{Path, PathBuf};

/// A directory of our own under the system's temporary one; the store makes it, private.
pub(super) struct TemporaryDirectory {
    path: PathBuf,
}

impl TemporaryDirectory {
    /// A name nobody else has; `purpose` is a part of it.
    pub(super) fn make(purpose: &str) -> Result<Self, CliError> {
        let name = format!("passerelle-{purpose}-{:016x}", random::edge_id()?);
        let path = std::env::temp_dir().join(name);
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which empties its temporary directory.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
