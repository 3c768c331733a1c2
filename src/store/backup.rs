//! Backups: a copy of the database as it stood at one moment, taken while a gateway writes it. The
//! copy is one file of its own, checked before it gets its name.
//!
//! The pages are copied inside one read transaction. In the write-ahead log's mode that holds
//! nobody up, and the copy never has to begin again because somebody wrote; only the log grows
//! until it is done.

use super::files::{self, Check};
use super::journal;
use super::new_file::{NewFile, NewFileError};
use super::{StoreError, Version};
use passerelle_signaling::time::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// Pages copied between two words about how far it is: 4 MiB, a few hundredths of a second.
const PAGES_PER_STEP: i32 = 1024;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The backup's file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// The database, or its copy.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody holds the copy.
    #[error(
        "{} is held by another program: leave it alone until the command is done", path.display()
    )]
    Held {
        /// The unfinished file.
        path: PathBuf,
    },
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes copied.
    pub copied: u64,
    /// Bytes in all.
    pub total: u64,
}

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The newest entry of the journal.
    pub version: Version,
    /// Its moment.
    pub newest: Timestamp,
    /// Records of calls.
    pub calls: u64,
    /// The size in bytes.
    pub size: u64,
}

impl Contents {
    /// Of an open database.
    pub(super) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let (version, newest) = journal::newest(connection)?;
        let count = |sql| {
            let number: i64 = connection.query_row(sql, [], |row| row.get(0))?;
            Ok::<_, StoreError>(u64::try_from(number).unwrap_or_default())
        };
        let calls = count("SELECT count(*) FROM calls")?;
        let size = count("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?;
        Ok(Self {
            version,
            newest,
            calls,
            size,
        })
    }
}

/// Copies the database of a data directory to a file, whether a gateway runs on it or not. Says how
/// far it is after each few megabytes. The file is there under its name only when everything of it
/// is on the disk and SQLite's whole integrity check has found nothing. Blocks.
///
/// # Errors
/// When there is no database, the file is there already (unless `replace`), or the copy is not
/// sound. Then there is no file.
pub fn back_up(
    data_dir: &Path,
    target: &Path,
    replace: bool,
    progress: impl FnMut(Progress),
) -> Result<Contents, BackupError> {
    let source = files::open_to_read(data_dir)?;
    let (file, _) = NewFile::begin(target, replace)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(file.path(), flags)?;
    copy_pages(&source, &mut copy, file.path(), progress)?;
    // One file, which can be read from a read-only disk: without a log of its own.
    copy.pragma_update(None, "journal_mode", "delete")?;
    files::check(&copy, Check::Full)?;
    let contents = Contents::of(&copy)?;
    copy.close().map_err(|(_, error)| error)?;
    file.finish()?;
    Ok(contents)
}

/// Looks at the database of a data directory, whether a gateway runs on it or not: whether it is
/// whole, and what it holds. Blocks.
///
/// # Errors
/// When there is none, or it is damaged.
pub fn looked_at(data_dir: &Path) -> Result<Contents, StoreError> {
    let database = files::open_to_read(data_dir)?;
    files::check(&database, Check::Quick)?;
    Contents::of(&database)
}

/// Copies one moment of a database, page by page.
pub(super) fn copy_pages(
    source: &Connection,
    copy: &mut Connection,
    path: &Path,
    mut progress: impl FnMut(Progress),
) -> Result<(), BackupError> {
    // The first read fixes the moment.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let page: i64 = moment.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let bytes = |pages: i32| u64::try_from(i64::from(pages) * page).unwrap_or_default();
    let pages = Backup::new(&moment, copy)?;
    loop {
        let step = pages.step(PAGES_PER_STEP)?;
        let rusqlite::backup::Progress {
            remaining,
            pagecount,
        } = pages.progress();
        progress(Progress {
            copied: bytes(pagecount - remaining),
            total: bytes(pagecount),
        });
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => {
                let path = path.to_owned();
                return Err(BackupError::Held { path });
            }
        }
    }
}
