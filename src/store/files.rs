//! The data directory: made private, locked so that two gateways never share it, and opened as a
//! database with the settings that make a commit durable.

use super::StoreError;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The database in the data directory.
const DATABASE_NAME: &str = "passerelle.sqlite";

/// The file whose lock says that a gateway runs here. Never removed: removing it would let two
/// gateways hold locks on two files of that name.
const LOCK_NAME: &str = "passerelle.lock";

/// How long a connection waits for another one's lock. Only a backup or an administrator's shell
/// holds one; five seconds outlast both without hiding a stuck process.
const BUSY_MAX: Duration = Duration::from_secs(5);

/// The write-ahead log is cut back to this size after a checkpoint: a day's events of the reference
/// city.
const WAL_KEPT_BYTES: i64 = 16 * 1024 * 1024;

/// Statements kept compiled per connection: more than there are different ones.
const STATEMENTS_KEPT: usize = 32;

/// Forward only: a step that was released is never changed, a new one follows it.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first_call.sql")),
    M::up(include_str!("migrations/0002_dispatcher.sql")),
    M::up(include_str!("migrations/0003_appointments_and_guests.sql")),
];

/// The schema of version 0.1, whose journal has events of another shape.
const SCHEMA_0_1: i64 = 1;

/// The newest schema this build knows.
pub(super) const SCHEMA_KNOWN: i64 = MIGRATIONS.len() as i64;

/// A data directory held by this process until dropped.
#[derive(Debug)]
pub(super) struct DataDirectory {
    path: PathBuf,
    database: PathBuf,
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
    /// Makes the directory if need be and takes its lock.
    pub(super) fn hold(path: &Path) -> Result<Self, StoreError> {
        let unusable = |path: &Path, source: std::io::Error| StoreError::DataDirectory {
            path: path.to_owned(),
            source: Arc::new(source),
        };
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
        let database = path.join(DATABASE_NAME);
        // Made here and not by SQLite, so that a directory others may read does not give away the
        // file; SQLite gives the log the same permissions.
        open_private(&database).map_err(|source| unusable(&database, source))?;
        Ok(Self {
            path: path.to_owned(),
            database,
            lock,
        })
    }

    /// The connection that writes, with the schema of this build.
    pub(super) fn open_writer(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = self.open(flags)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > SCHEMA_KNOWN {
            return Err(StoreError::NewerDatabase {
                found,
                known: SCHEMA_KNOWN,
            });
        }
        if found == SCHEMA_0_1 && has_journal(&connection)? {
            return Err(StoreError::OldJournal {
                path: self.path.clone(),
            });
        }
        connection.pragma_update(None, "journal_mode", "wal")?;
        // Every commit reaches the disk before it is acknowledged.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut connection)
            .map_err(|error| match error {
                rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
                other => rusqlite::Error::ToSqlConversionFailure(Box::new(other)).into(),
            })?;
        Ok(connection)
    }

    /// A connection that only reads.
    pub(super) fn open_reader(&self) -> Result<Connection, StoreError> {
        self.open(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    fn open(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        let connection = Connection::open_with_flags(&self.database, flags)?;
        connection.busy_timeout(BUSY_MAX)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        Ok(connection)
    }
}

fn has_journal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM journal)", [], |row| {
        row.get(0)
    })
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
