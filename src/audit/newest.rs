//! The newest entries, for an administrator who looks what has happened. Needs no lock, so that it
//! works while the gateway goes on, and checks nothing: that is `verify`'s.

use super::act::Act;
use super::chain;
use super::folder::Folder;
use super::verify::VerifyError;
use passerelle_signaling::time::Timestamp;
use serde::Serialize;
use std::path::Path;

/// An entry as it is shown: who, what and when; where from stays in the file.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    n: u64,
    at: Timestamp,
    act: Act,
}

/// So many of the newest entries, the newest first. Lines that are no entries are left out.
///
/// # Errors
/// When a file cannot be read.
pub fn newest(data_dir: &Path, count: usize) -> Result<Vec<Listed>, VerifyError> {
    let mut listed = Vec::new();
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| VerifyError::Unreadable { path, source }
    };
    let folder = Folder::of(data_dir);
    let months = folder.months().map_err(unreadable(data_dir))?;
    for (_, path) in months.into_iter().rev() {
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let left = count - listed.len();
        let entries = text.lines().rev().filter_map(|line| {
            let (entry, _) = chain::follow(None, line).ok()?;
            let (n, at, act) = (entry.n, entry.at, entry.act);
            Some(Listed { n, at, act })
        });
        listed.extend(entries.take(left));
        if listed.len() == count {
            break;
        }
    }
    Ok(listed)
}
