//! The data directory: made private, locked so that two gateways never share it, and opened as a
//! database that was checked, with the settings that make a commit durable.

use super::{StoreError, offers};
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The database in the data directory.
const DATABASE_NAME: &str = "passerelle.sqlite";

/// A restored copy, before it is the database.
const STAGED_NAME: &str = "passerelle.sqlite.restoring";

/// The file whose lock says that a gateway runs here. Never removed: removing it would let two
/// gateways hold locks on two files of that name.
const LOCK_NAME: &str = "passerelle.lock";

/// How long a connection waits for another one's lock. Only an administrator's shell holds one: two
/// seconds outlast a statement of it, and an answer at a screen comes within twice that.
const BUSY_MAX: Duration = Duration::from_secs(2);

/// The write-ahead log is cut back to this size after a checkpoint: a day's events of the reference
/// city.
const WAL_KEPT_BYTES: i64 = 16 * 1024 * 1024;

/// Statements kept compiled per connection: more than there are different ones.
const STATEMENTS_KEPT: usize = 64;

/// Forward only: a step that was released is never changed, a new one follows it.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first_call.sql")),
    M::up(include_str!("migrations/0002_dispatcher.sql")),
    M::up(include_str!("migrations/0003_appointments_and_guests.sql")),
    M::up(include_str!("migrations/0004_live_offers.sql")),
    M::up(include_str!("migrations/0005_history.sql")),
    M::up(include_str!("migrations/0006_room.sql")),
    M::up(include_str!("migrations/0007_devices.sql")),
    M::up(include_str!("migrations/0008_accounts.sql")),
    M::up(include_str!("migrations/0009_administrators.sql")),
    M::up(include_str!("migrations/0010_providers.sql")),
    M::up(include_str!("migrations/0011_mailed_links.sql")),
    M::up(include_str!("migrations/0012_self_tests.sql")),
];

/// The schema of version 0.1, whose journal has events of another shape.
const SCHEMA_0_1: i64 = 1;

/// The newest schema this build knows.
pub(super) const SCHEMA_KNOWN: i64 = MIGRATIONS.len() as i64;

/// How much of a database is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// Every page and row can be read and has the right form.
    #[default]
    Quick,
    /// The indexes agree with their tables as well; several times as long.
    Full,
}

/// A data directory held by this process until dropped.
#[derive(Debug)]
pub(super) struct DataDirectory {
    path: PathBuf,
    database: PathBuf,
    staged: PathBuf,
    lock: File,
}

impl Drop for DataDirectory {
    fn drop(&mut self) {
        // Closing the file is not enough: a process being started elsewhere in this one shares it
        // for a moment, and the lock with it. An error leaves the lock to the end of the process.
        let _ = self.lock.unlock();
    }
}

impl DataDirectory {
    /// Makes the directory if need be and takes its lock, to open the database.
    pub(super) fn hold(path: &Path) -> Result<Self, StoreError> {
        let directory = Self::hold_for_restore(path)?;
        if directory.staged.exists() && !directory.database.exists() {
            return Err(StoreError::InterruptedRestore {
                staged: directory.staged.clone(),
            });
        }
        // Made here and not by SQLite, so that a directory others may read does not give away the
        // file; SQLite gives the log the same permissions.
        open_private(&directory.database).map_err(|source| directory.unusable(source))?;
        Ok(directory)
    }

    /// Makes the directory if need be and takes its lock, whatever is in it.
    pub(super) fn hold_for_restore(path: &Path) -> Result<Self, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|source| unusable(path, source))?;
        let lock_path = path.join(LOCK_NAME);
        let lock = open_private(&lock_path).map_err(|source| unusable(&lock_path, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(&lock_path, source)),
        }
        Ok(Self {
            path: path.to_owned(),
            database: path.join(DATABASE_NAME),
            staged: path.join(STAGED_NAME),
            lock,
        })
    }

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// Where a restored copy is made.
    pub(super) fn staged(&self) -> &Path {
        &self.staged
    }

    /// Something in the directory could not be made or renamed.
    pub(super) fn unusable(&self, source: std::io::Error) -> StoreError {
        unusable(&self.path, source)
    }

    /// The connection that writes, on a sound database with the schema of this build.
    pub(super) fn open_writer(&self, check: Check) -> Result<Connection, StoreError> {
        let mut connection = open_to_write(&self.database)?;
        self::check(&connection, check)?;
        migrate(&mut connection, self)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // Every commit reaches the disk before it is acknowledged.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
        Ok(connection)
    }

    /// A connection that only reads.
    pub(super) fn open_reader(&self) -> Result<Connection, StoreError> {
        open(&self.database, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }
}

/// A connection that only reads the database of a directory that a gateway may run on.
pub(super) fn open_to_read(data_dir: &Path) -> Result<Connection, StoreError> {
    let database = data_dir.join(DATABASE_NAME);
    if !database.exists() {
        return Err(StoreError::NoDatabase {
            path: data_dir.to_owned(),
        });
    }
    open(&database, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// A connection that writes a database that is there.
pub(super) fn open_to_write(database: &Path) -> Result<Connection, StoreError> {
    open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open(database: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(BUSY_MAX)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// Refuses a damaged database, which may have lost calls without anybody noticing.
pub(super) fn check(connection: &Connection, check: Check) -> Result<(), StoreError> {
    // The first problem is enough to refuse it.
    let pragma = match check {
        Check::Quick => "PRAGMA quick_check(1)",
        Check::Full => "PRAGMA integrity_check(1)",
    };
    let reason: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if reason == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { reason })
    }
}

/// Brings a database to this build's schema: forward only, each step whole or not at all.
pub(super) fn migrate(
    connection: &mut Connection,
    directory: &DataDirectory,
) -> Result<(), StoreError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > SCHEMA_KNOWN {
        return Err(StoreError::NewerDatabase {
            found,
            known: SCHEMA_KNOWN,
        });
    }
    if found == SCHEMA_0_1 && has_journal(connection)? {
        return Err(StoreError::OldJournal {
            path: directory.path.clone(),
        });
    }
    Migrations::from_slice(MIGRATIONS)
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
            other => rusqlite::Error::ToSqlConversionFailure(Box::new(other)).into(),
        })?;
    if found < offers::SINCE_SCHEMA {
        offers::fill(connection)?;
    }
    Ok(())
}

fn unusable(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::DataDirectory {
        path: path.to_owned(),
        source: Arc::new(source),
    }
}

fn has_journal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM journal)", [], |row| {
        row.get(0)
    })
}

/// Makes a file that only its owner can read; an error when there is one of that name.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn open_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_apply_to_an_empty_database() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }
}
