//! Reading the whole journal and finding any change: `passerelle audit verify`. Needs no lock, so
//! that it works while the gateway goes on.

use super::act::Act;
use super::chain::{self, Broken, Head};
use super::folder::Folder;
use passerelle_signaling::time::Timestamp;
use std::io;
use std::path::{Path, PathBuf};

/// A journal that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The oldest entry's moment, where there is one.
    pub oldest: Option<Timestamp>,
    /// The newest entry's.
    pub newest: Option<Timestamp>,
    /// Entries read.
    pub entries: u64,
    /// The newest entry's place.
    pub head: Head,
}

/// Why a journal is not whole, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file or the folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not as it was written.
    #[error(
        "{file}, line {line}: {broken}. Keep the files as they are, compare them with a copy, and \
         find out who could write them", file = file.display()
    )]
    Broken {
        /// The file.
        file: PathBuf,
        /// The line in it, from 1 on.
        line: usize,
        /// What is wrong.
        broken: Broken,
    },
    /// Older entries are gone, and no entry says that they grew old.
    #[error(
        "the journal begins after entry {after}, and no entry says that older ones were deleted \
         because of their age: files were taken away"
    )]
    BeginningGone {
        /// The number of the last entry that is gone.
        after: u64,
    },
    /// Newer entries were there once.
    #[error(
        "the journal ends with {found}, but {known} was written: its end was cut off or changed"
    )]
    EndGone {
        /// The newest entry found.
        found: Head,
        /// What is known to have been written.
        known: Head,
    },
}

/// Reads every entry in the data directory. `known` is an entry that somebody has noted elsewhere,
/// which must still be there.
///
/// # Errors
/// With the first change found.
pub fn verify(data_dir: &Path, known: Option<Head>) -> Result<Whole, VerifyError> {
    let folder = Folder::of(data_dir);
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| VerifyError::Unreadable { path, source }
    };
    // Before the entries: what is written meanwhile is no change.
    let written_down = folder.head().map_err(unreadable(data_dir))?;
    let mut reading = Reading::new([known, written_down]);
    for (_, path) in folder.months().map_err(unreadable(data_dir))? {
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        for (at, line) in text.split_inclusive('\n').enumerate() {
            // It is being written, or a power cut left it: the next start cuts it off.
            let Some(line) = line.strip_suffix('\n') else {
                continue;
            };
            reading.take(line).map_err(|broken| VerifyError::Broken {
                file: path.clone(),
                line: at + 1,
                broken,
            })?;
        }
    }
    reading.finish()
}

struct Reading {
    known: Vec<Head>,
    last: Option<Head>,
    /// The place before the first entry.
    begins_after: Option<Head>,
    retired: Vec<Head>,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
    entries: u64,
}

impl Reading {
    fn new(known: [Option<Head>; 2]) -> Self {
        Self {
            known: known.into_iter().flatten().collect(),
            last: None,
            begins_after: None,
            retired: Vec::new(),
            oldest: None,
            newest: None,
            entries: 0,
        }
    }

    fn take(&mut self, line: &str) -> Result<(), Broken> {
        let (entry, head) = chain::follow(self.last, line)?;
        if self.last.is_none() {
            let hash = entry.before.parse().map_err(|_| Broken::NoEntry)?;
            let number = entry.n.checked_sub(1).ok_or(Broken::NoEntry)?;
            self.begins_after = Some(Head { number, hash });
            self.oldest = Some(entry.at);
        }
        if let Act::Retired { last } = &entry.act {
            self.retired.extend(last.parse::<Head>());
        }
        self.known.retain(|known| *known != head);
        (self.last, self.newest) = (Some(head), Some(entry.at));
        self.entries += 1;
        Ok(())
    }

    fn finish(self) -> Result<Whole, VerifyError> {
        let head = self.last.unwrap_or(Head::START);
        let begins_after = self.begins_after.unwrap_or(Head::START);
        if begins_after != Head::START && !self.retired.contains(&begins_after) {
            let after = begins_after.number;
            return Err(VerifyError::BeginningGone { after });
        }
        // What was noted long ago may have grown old since.
        let gone = self.known.into_iter().find(|known| {
            let is_old = known.number < begins_after.number || *known == begins_after;
            !is_old
        });
        match gone {
            Some(known) => Err(VerifyError::EndGone { found: head, known }),
            None => Ok(Whole {
                oldest: self.oldest,
                newest: self.newest,
                entries: self.entries,
                head,
            }),
        }
    }
}
