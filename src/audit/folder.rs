//! The journal's files: one a month (UTC), `2026-11.jsonl`, in `audit/` of the data directory, and
//! `head`, where its newest entry is written down so that a cut-off end is noticed. One process
//! writes at a time, the one that holds the folder's lock.

use super::chain::{self, Head};
use passerelle_signaling::time::Timestamp;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The folder in the data directory.
const FOLDER_NAME: &str = "audit";

/// The newest entry's place.
const HEAD_NAME: &str = "head";

/// The file whose lock says that somebody writes.
const LOCK_NAME: &str = "lock";

/// How the files of the months end.
const EXTENSION: &str = "jsonl";

/// A month as the name of its file: `2026-11`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(String);

impl Month {
    /// The month of a moment, in UTC.
    pub(super) fn of(at: Timestamp) -> Self {
        let milliseconds = i64::try_from(at.0).unwrap_or(i64::MAX);
        // Beyond the calendar's end is a month, too: the first of all.
        let at = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
        Self(at.strftime("%Y-%m").to_string())
    }

    fn of_file(path: &Path) -> Option<Self> {
        let is_ours = path.extension().is_some_and(|ending| ending == EXTENSION);
        let name = path.file_stem().filter(|_| is_ours)?.to_str()?;
        Some(Self(name.to_owned()))
    }
}

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// That of a data directory, which need not exist.
    pub(super) fn of(data_dir: &Path) -> Self {
        Self(data_dir.join(FOLDER_NAME))
    }

    /// Makes it, for its owner only.
    pub(super) fn make(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
    }

    /// Takes its lock, so that two never write; `None` while another one has it.
    fn lock(&self) -> io::Result<Option<File>> {
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.0.join(LOCK_NAME))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Its months with their files, the oldest first; none where there is no folder.
    pub(super) fn months(&self) -> io::Result<Vec<(Month, PathBuf)>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut months = Vec::new();
        for entry in entries {
            let path = entry?.path();
            months.extend(Month::of_file(&path).map(|month| (month, path)));
        }
        months.sort_unstable();
        Ok(months)
    }

    /// What is written down as the newest entry.
    pub(super) fn head(&self) -> io::Result<Option<Head>> {
        match fs::read_to_string(self.0.join(HEAD_NAME)) {
            Ok(text) => Ok(text.parse().ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes down the newest entry: the new file takes the old one's place whole.
    fn write_head(&self, head: Head) -> io::Result<()> {
        let partial = self.0.join(format!("{HEAD_NAME}.partial"));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)?;
        writeln!(file, "{head}")?;
        file.sync_data()?;
        fs::rename(&partial, self.0.join(HEAD_NAME))
    }

    fn file_of(&self, month: &Month) -> PathBuf {
        self.0.join(format!("{}.{EXTENSION}", month.0))
    }

    /// Makes the names of new files durable.
    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

/// The end of the journal, where entries are added.
#[derive(Debug)]
pub(super) struct Tail {
    folder: Folder,
    month: Month,
    file: File,
    length: u64,
    /// Something may stand behind `length` that could not be written whole.
    is_torn: bool,
    head: Head,
    lock: File,
}

impl Drop for Tail {
    fn drop(&mut self) {
        // Closing the file is not enough: a process being started elsewhere in this one shares it
        // for a moment. An error leaves the lock to the end of the process.
        let _ = self.lock.unlock();
    }
}

impl Tail {
    /// Finds the end; `None` while another process writes. What a power cut left of an entry whose
    /// writing nobody was told of is cut off.
    pub(super) fn open(folder: Folder, now: Timestamp) -> io::Result<Option<Self>> {
        folder.make()?;
        let Some(lock) = folder.lock()? else {
            return Ok(None);
        };
        let (month, path) = match folder.months()?.pop() {
            Some(newest) => newest,
            None => {
                let month = Month::of(now);
                let path = folder.file_of(&month);
                (month, path)
            }
        };
        let file = open_to_append(&path)?;
        folder.sync_names()?;
        let text = fs::read(&path)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |end| end + 1);
        if whole < text.len() {
            let bytes = text.len() - whole;
            tracing::warn!(bytes, "an unfinished audit entry was cut off");
            file.set_len(whole as u64)?;
        }
        let lines = String::from_utf8_lossy(&text[..whole]);
        let newest = lines
            .lines()
            .next_back()
            .and_then(|line| chain::follow(None, line).ok());
        let written_down = folder.head()?;
        let head = newest.map(|(_, head)| head).or(written_down);
        if whole > 0 && newest_is_not(&written_down, head) {
            tracing::error!(
                "the audit journal does not end as it was written: see `passerelle audit verify`"
            );
        }
        Ok(Some(Self {
            folder,
            month,
            file,
            length: whole as u64,
            is_torn: false,
            head: head.unwrap_or(Head::START),
            lock,
        }))
    }

    /// The newest entry.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Adds lines of this month and makes them durable; `head` is then the newest. What an
    /// error leaves of them is cut off before others are added.
    pub(super) fn append(&mut self, month: Month, lines: &str, head: Head) -> io::Result<()> {
        // The clock never goes back, but an older build's months may lie ahead of it.
        if month > self.month {
            self.file = open_to_append(&self.folder.file_of(&month))?;
            self.folder.sync_names()?;
            (self.month, self.length) = (month, self.file.metadata()?.len());
            self.is_torn = false;
        }
        if self.is_torn {
            self.file.set_len(self.length)?;
        }
        self.is_torn = true;
        self.file.write_all(lines.as_bytes())?;
        self.file.sync_data()?;
        self.is_torn = false;
        self.length += lines.len() as u64;
        self.head = head;
        self.folder.write_head(head)
    }

    /// The files of months before this one, but never the newest, each with the place of its last
    /// entry.
    pub(super) fn old(&self, before: &Month) -> io::Result<Vec<(PathBuf, Head)>> {
        let mut old = Vec::new();
        for (month, path) in self.folder.months()? {
            if month >= *before || month >= self.month {
                break;
            }
            let text = fs::read_to_string(&path)?;
            let last = text.lines().next_back();
            let last = last.and_then(|line| chain::follow(None, line).ok());
            // A file that cannot be read is left for whoever looks into it.
            let Some((_, head)) = last else { break };
            old.push((path, head));
        }
        Ok(old)
    }
}

fn newest_is_not(written_down: &Option<Head>, found: Option<Head>) -> bool {
    // A power cut between an entry and its being written down leaves the entry.
    let ahead = |found: Head| written_down.is_none_or(|known| found.number > known.number);
    found != *written_down && !found.is_some_and(ahead)
}

fn open_to_append(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}
