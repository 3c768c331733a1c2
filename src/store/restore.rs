//! Restoring a backup: copied beside the database, checked and brought to this build's schema
//! there, and only then put in its place. The database that was there is kept.
//!
//! A start between the first and the last renaming would find no database and make an empty one; so
//! [`super::files`] refuses to start while a restored copy waits and no database is there.

use super::backup::{BackupError, Contents, copy_pages};
use super::files::{self, Check, DataDirectory};
use super::journal;
use super::new_file::sync_folder_of;
use super::{StoreError, Version, backup};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Old databases that may be kept in one directory. Whoever restores more often has to look at them
/// first: each is as large as the service's history.
const KEPT_MAX: u32 = 100;

/// Why a backup was not restored. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The data directory, or what the backup holds.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is something else.
    #[error("{} is no backup of Passerelle ({reason}): give a file that `passerelle backup` wrote",
            path.display())]
    NotABackup {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file has lost something.
    #[error("{} is damaged ({reason}): use another backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first thing found.
        reason: String,
    },
    /// The copy could not be made.
    #[error(transparent)]
    Copy(BackupError),
    /// Too many old databases.
    #[error("{} and {} more databases of before are kept: delete those you no longer need",
            path.display(), KEPT_MAX - 1)]
    TooManyKept {
        /// The first.
        path: PathBuf,
    },
}

impl From<rusqlite::Error> for RestoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What a restore has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the database holds now.
    pub contents: Contents,
    /// Where the database is that was there before; `None` when there was none.
    pub kept: Option<PathBuf>,
}

/// Puts a backup in the place of the database of a data directory, which is made when missing.
/// Everybody has to sign in anew: a session ended since the backup must not come to life again, and
/// which those are is not known. Accounts are as they were, so that people can. Blocks.
///
/// # Errors
/// When a gateway runs on the directory, or the file is no sound backup that this build can read.
pub fn restore(
    data_dir: &Path,
    from: &Path,
    progress: impl FnMut(backup::Progress),
) -> Result<Restored, RestoreError> {
    let directory = DataDirectory::hold_for_restore(data_dir)?;
    let staged = Staged::begin(&directory)?;
    let copy = copied(from, &staged.path, &directory, progress);
    let copy = copy.map_err(|error| match error {
        RestoreError::Store(StoreError::Damaged { reason })
        | RestoreError::Copy(BackupError::Store(StoreError::Damaged { reason })) => {
            let path = from.to_owned();
            RestoreError::Damaged { path, reason }
        }
        other => other,
    })?;
    // Before the copy is put in place it must be one file, without a log beside it.
    copy.pragma_update(None, "journal_mode", "delete")?;
    let contents = Contents::of(&copy)?;
    copy.close().map_err(|(_, error)| error)?;
    let kept = staged.take_place(&directory)?;
    Ok(Restored { contents, kept })
}

/// Copies a backup, checks the copy and brings it to this build's schema.
fn copied(
    from: &Path,
    to: &Path,
    directory: &DataDirectory,
    progress: impl FnMut(backup::Progress),
) -> Result<Connection, RestoreError> {
    let source = open_backup(from)?;
    let mut copy = files::open_to_write(to)?;
    copy_pages(&source, &mut copy, to, progress).map_err(RestoreError::Copy)?;
    files::check(&copy, Check::Full)?;
    files::migrate(&mut copy, directory)?;
    // A start reads all of it; better to learn now that it could not.
    journal::read_after(&copy, Version(journal::first(&copy)? - 1), |_| ())?;
    copy.execute_batch(
        "DELETE FROM sessions; DELETE FROM invites; \
         DELETE FROM account_links; DELETE FROM mailed_links; DELETE FROM account_browsers; \
         DELETE FROM devices; DELETE FROM pairing_codes",
    )?;
    Ok(copy)
}

/// Opens a file that should be a backup.
fn open_backup(path: &Path) -> Result<Connection, RestoreError> {
    let not_a_backup = |reason: String| RestoreError::NotABackup {
        path: path.to_owned(),
        reason,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let unreadable = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => error.into(),
        _ => not_a_backup(error.to_string()),
    };
    let source = Connection::open_with_flags(path, flags).map_err(unreadable)?;
    let tables = "SELECT count(*) FROM sqlite_schema \
                  WHERE type = 'table' AND name IN ('journal', 'leader', 'calls')";
    let tables: i64 = source
        .query_row(tables, [], |row| row.get(0))
        .map_err(unreadable)?;
    if tables != 3 {
        return Err(not_a_backup(String::from("its tables are others")));
    }
    Ok(source)
}

/// The copy beside the database; removed when dropped before it takes its place.
struct Staged {
    path: PathBuf,
    takes_place: bool,
}

impl Staged {
    fn begin(directory: &DataDirectory) -> Result<Self, RestoreError> {
        let path = directory.staged().to_owned();
        // What an interrupted restore has left; its backup is still where it was.
        let made = [&path, &with(&path, JOURNAL), &with(&path, LOG)]
            .into_iter()
            .try_for_each(|left| remove(left))
            .and_then(|()| files::create_private(&path));
        made.map_err(|source| directory.unusable(source))?;
        Ok(Self {
            path,
            takes_place: false,
        })
    }

    /// Sets the old database aside, its log with it, and gives the copy its name. Returns the old
    /// one's new name.
    fn take_place(mut self, directory: &DataDirectory) -> Result<Option<PathBuf>, RestoreError> {
        let database = directory.database();
        let kept = name_to_keep(database)?;
        if database.exists() {
            std::fs::rename(database, &kept).map_err(|source| directory.unusable(source))?;
        }
        // From here on the copy is the database: should the rest fail, the next restore ends it.
        self.takes_place = true;
        self.finish(database, &kept)
            .map_err(|source| directory.unusable(source))?;
        Ok(kept.exists().then_some(kept))
    }

    fn finish(&self, database: &Path, kept: &Path) -> io::Result<()> {
        // A log that stayed would be read into the copy.
        for beside in [LOG, JOURNAL] {
            let (from, to) = (with(database, beside), with(kept, beside));
            if from.exists() {
                std::fs::rename(from, to)?;
            }
        }
        remove(&with(database, INDEX_OF_LOG))?;
        std::fs::rename(&self.path, database)?;
        sync_folder_of(database)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.takes_place {
            // Left behind, it is removed by the next attempt.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// What SQLite puts beside a database, by its name.
const LOG: &str = "-wal";
const JOURNAL: &str = "-journal";
const INDEX_OF_LOG: &str = "-shm";

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A name that is free for the database; where that has been set aside already, by a restore that
/// was interrupted, the name it has, so that its log gets to it.
fn name_to_keep(database: &Path) -> Result<PathBuf, RestoreError> {
    let name = |number: u32| with(database, &format!(".before-restore-{number}"));
    let free = (1..=KEPT_MAX).find(|number| !name(*number).exists());
    match free {
        Some(number) if database.exists() => Ok(name(number)),
        Some(number) => Ok(name(number.saturating_sub(1).max(1))),
        None => Err(RestoreError::TooManyKept { path: name(1) }),
    }
}
