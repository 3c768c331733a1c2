//! Why the store could not do something: a variant per thing the caller can do about it.

use passerelle_signaling::time::Timestamp;
use rusqlite::ErrorCode;
use std::path::PathBuf;
use std::sync::Arc;

/// A failure of the store. Cloned to everybody whose work shared the failed transaction.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory cannot be made or written.
    #[error("the data directory {} cannot be used ({source}): check that it exists, belongs to the \
             gateway's account and has free space", path.display())]
    DataDirectory {
        /// The directory or the file in it.
        path: PathBuf,
        /// What the operating system said.
        source: Arc<std::io::Error>,
    },
    /// Another gateway runs on the same directory.
    #[error("the data directory {} is in use by another gateway: stop it, or give this one its own \
             directory", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// There is nothing to copy or export.
    #[error("there is no database in {}: check `data_dir`", path.display())]
    NoDatabase {
        /// The directory.
        path: PathBuf,
    },
    /// The database has lost something.
    #[error(
        "the database is damaged ({reason}): check the disk, then put a sound backup in its place \
         with `passerelle restore FILE`, which keeps the damaged one"
    )]
    Damaged {
        /// The first thing found.
        reason: String,
    },
    /// A restore was cut short between setting the old database aside and putting the new one in
    /// its place.
    #[error(
        "a restore was interrupted: run `passerelle restore FILE` again; the database of before is \
         beside {}, under a name that ends in `before-restore` and a number", staged.display()
    )]
    InterruptedRestore {
        /// The restored copy.
        staged: PathBuf,
    },
    /// The database was written by a newer build.
    #[error(
        "the database has schema {found} and this build knows schemas up to {known}: install the \
             newer build again, or restore the backup made before the upgrade; nothing was changed"
    )]
    NewerDatabase {
        /// The schema of the file.
        found: i64,
        /// The newest schema of this build.
        known: i64,
    },
    /// The journal was written by version 0.1. Nothing was released then, so nothing converts it.
    #[error(
        "the data directory {} holds the journal of version 0.1, which this version cannot read: \
         set it aside (`mv {} {}-0.1`) and start again, with an empty one; nothing in it was \
         changed", path.display(), path.display(), path.display()
    )]
    OldJournal {
        /// The data directory.
        path: PathBuf,
    },
    /// The journal has grown since the writer last looked: somebody else wrote.
    #[error(
        "the journal stands at version {found}, not {expected}: nothing was written; load it \
             again before writing"
    )]
    WrongVersion {
        /// The version the writer took for the newest.
        expected: u64,
        /// The newest version.
        found: u64,
    },
    /// Another gateway has taken over as the one writer.
    #[error(
        "a newer gateway (epoch {current}) writes this journal and this one (epoch {ours}) no \
             longer may: stop this process"
    )]
    StaleEpoch {
        /// The writer's epoch.
        ours: u64,
        /// The epoch in the database.
        current: u64,
    },
    /// An entry would lie before the one it follows.
    #[error("an entry at {} ms lies before the journal's newest, at {} ms: nothing was written; \
             check the clock the gateway was started with", at.0, newest.0)]
    OutOfOrder {
        /// The moment of the entry refused.
        at: Timestamp,
        /// The moment of the entry before it.
        newest: Timestamp,
    },
    /// The beginning of the journal is gone, as it should be, but so is the state in its place.
    #[error(
        "the journal begins at entry {begins} and no snapshot of what was before can be read: \
             restore the latest backup"
    )]
    JournalCut {
        /// The first entry there is.
        begins: u64,
    },
    /// An entry of the journal cannot be read.
    #[error("entry {version} of the journal cannot be read ({reason}): restore the latest backup")]
    CorruptEntry {
        /// Which.
        version: u64,
        /// Why.
        reason: String,
    },
    /// A row of another table cannot be read.
    #[error("a row of `{table}` cannot be read ({reason}): restore the latest backup")]
    CorruptRow {
        /// Which table.
        table: &'static str,
        /// Why.
        reason: String,
    },
    /// The store has been closed, or its thread has ended.
    #[error("the store is closed: the gateway is shutting down")]
    Closed,
    /// The store's own thread could not be started.
    #[error("the store's thread could not be started ({0}): check the limit on threads")]
    Thread(Arc<std::io::Error>),
    /// The last guard: what was to be written contradicts what is there.
    #[error(
        "what was to be written contradicts the database ({0}) and was not; this is a fault of \
         Passerelle: keep a backup and report it"
    )]
    Contradiction(Arc<rusqlite::Error>),
    /// No space is left for what was to be written, and nothing of it is: see
    /// [`StoreError::can_wait`].
    #[error(
        "the disk of the data directory is full: nothing was written; free space on it \
             (backups beside the database may be moved away, its own files may not)"
    )]
    Full,
    /// Somebody else held the database for longer than is waited, and nothing was written: see
    /// [`StoreError::can_wait`].
    #[error(
        "another process holds the database: nothing was written; end that process (`fuser` or \
             `lsof` on the database's file names it)"
    )]
    Locked,
    /// A transaction that failed could not be undone.
    #[error("a transaction failed and could not be undone: check the disk of the data directory")]
    NotUndone,
    /// The database failed: a broken disk, most often.
    #[error("the database failed ({0}): check the disk of the data directory")]
    Database(Arc<rusqlite::Error>),
}

impl StoreError {
    /// Nothing was written, nothing will be of this, and the same may be tried again once space is
    /// free or the lock is gone. Of every other failure of the disk nothing is certain: what a
    /// failed flush has or has not written shows at the next start only.
    ///
    /// SQLite gives `SQLITE_BUSY` where a transaction begins, and `SQLITE_FULL` where a frame of
    /// the write-ahead log does not fit: before its last frame, which commits it, is whole. A
    /// failed flush is `SQLITE_IOERR_FSYNC` (wal.c, `sqlite3WalFrames`).
    pub const fn can_wait(&self) -> bool {
        matches!(self, Self::Full | Self::Locked)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                reason: error.to_string(),
            },
            Some(ErrorCode::ConstraintViolation) => Self::Contradiction(Arc::new(error)),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => Self::Database(Arc::new(error)),
        }
    }
}

/// A number as SQLite keeps it. Times and ids lie far below the limit; beyond it, an error.
pub(super) fn integer(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)).into())
}
