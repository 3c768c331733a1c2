//! The journal: what has happened, in order, appended together with the call records it changes.
//! A narrow trait, so that another database can take SQLite's place.

use super::error::integer;
use super::snapshots::{self, Snapshot};
use super::writer::Receipt;
use super::{Store, StoreError, calls, offers};
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// How many entries the journal holds; the newest has this number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

impl Version {
    /// The version after this many further entries.
    pub const fn plus(self, entries: usize) -> Self {
        Self(self.0 + entries as u64)
    }
}

/// Which writer, counted from 1 as gateways open the journal one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// What is to be made durable at once, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The version the writer takes for the newest.
    pub expected_version: Version,
    /// The writer's epoch.
    pub epoch: Epoch,
    /// What has happened.
    pub entries: Vec<Entry>,
    /// The records of the calls changed by it, as they are now.
    pub records: Vec<CallRecord>,
}

/// A durable list of entries with one writer.
pub trait Journal: Send + Sync {
    /// The epoch given to this writer when it opened the journal. An older one is refused from then
    /// on.
    fn epoch(&self) -> Epoch;

    /// Hands every entry after a version, to the newest, to `read`, and returns what it made of
    /// them with the newest version. Refused when some of them are no longer there. Blocks; entries
    /// are not all in memory at once.
    fn read<T>(
        &self,
        after: Version,
        read: impl FnOnce(&mut dyn Iterator<Item = Entry>) -> T,
    ) -> Result<(T, Version), StoreError>;

    /// Queues an append; they are carried out in the order in which this returns. The receipt says
    /// when it is durable. One that is refused or fails makes those queued behind it fail too,
    /// since their expected version is never reached.
    fn append(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Receipt<Version>, StoreError>> + Send;

    /// The kept snapshots that are undamaged, the newest first. Blocks.
    fn snapshots(&self) -> Result<Vec<Snapshot>, StoreError>;

    /// Keeps a snapshot, and forgets the oldest beyond [`SNAPSHOTS_KEPT`](super::SNAPSHOTS_KEPT).
    /// Durable when it returns. Refused when the journal has not come so far.
    fn keep_snapshot(
        &self,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Journal for Store {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn read<T>(
        &self,
        after: Version,
        read: impl FnOnce(&mut dyn Iterator<Item = Entry>) -> T,
    ) -> Result<(T, Version), StoreError> {
        read_after(&self.reader(), after, read)
    }

    fn snapshots(&self) -> Result<Vec<Snapshot>, StoreError> {
        snapshots::all(&self.reader())
    }

    async fn append(&self, append: Append) -> Result<Receipt<Version>, StoreError> {
        let work = move |connection: &Connection| write(connection, &append);
        self.writer.queue(work).await
    }

    async fn keep_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let work = move |connection: &Connection| snapshots::keep(connection, &snapshot);
        self.writer.write(work).await
    }
}

/// Raises the epoch and returns it: whoever wrote before may no longer.
pub(super) fn lead(connection: &Connection) -> Result<Epoch, StoreError> {
    let epoch = connection.query_row(
        "UPDATE leader SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch",
        [],
        |row| row.get(0),
    )?;
    Ok(Epoch(unsigned("leader", epoch)?))
}

/// The number and the moment of the newest entry.
pub(super) fn newest(connection: &Connection) -> Result<(Version, Timestamp), StoreError> {
    let row = connection
        .prepare_cached("SELECT version, at FROM journal ORDER BY version DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (version, at) = row.unwrap_or((0, 0));
    Ok((
        Version(unsigned("journal", version)?),
        Timestamp(unsigned("journal", at)?),
    ))
}

fn write(connection: &Connection, append: &Append) -> Result<Version, StoreError> {
    let current: i64 = connection
        .prepare_cached("SELECT epoch FROM leader WHERE id = 1")?
        .query_row([], |row| row.get(0))?;
    let current = unsigned("leader", current)?;
    if current != append.epoch.0 {
        return Err(StoreError::StaleEpoch {
            ours: append.epoch.0,
            current,
        });
    }
    let (mut version, mut newest) = newest(connection)?;
    if version != append.expected_version {
        return Err(StoreError::WrongVersion {
            expected: append.expected_version.0,
            found: version.0,
        });
    }
    let mut insert = connection
        .prepare_cached("INSERT INTO journal (version, at, event) VALUES (?1, ?2, ?3)")?;
    for Entry { at, event } in &append.entries {
        if *at < newest {
            return Err(StoreError::OutOfOrder { at: *at, newest });
        }
        newest = *at;
        version.0 += 1;
        let text = serde_json::to_string(event)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        insert.execute(params![integer(version.0)?, integer(at.0)?, text])?;
        offers::project(connection, event)?;
    }
    for record in &append.records {
        calls::upsert(connection, record)?;
    }
    Ok(version)
}

/// Hands the entries after a version to `read`, one by one.
pub(super) fn read_after<T>(
    connection: &Connection,
    after: Version,
    read: impl FnOnce(&mut dyn Iterator<Item = Entry>) -> T,
) -> Result<(T, Version), StoreError> {
    let (newest, _) = newest(connection)?;
    if newest < after {
        return Err(StoreError::WrongVersion {
            expected: after.0,
            found: newest.0,
        });
    }
    let begins = first(connection)?;
    if after.0 + 1 < begins {
        return Err(StoreError::JournalCut { begins });
    }
    let select = "SELECT version, at, event FROM journal WHERE version > ?1 ORDER BY version";
    let mut statement = connection.prepare(select)?;
    let mut rows = statement.query([integer(after.0)?])?;
    let mut version = after.0;
    let mut failure = None;
    let mut entries = std::iter::from_fn(|| {
        let entry = next_entry(&mut rows, version).transpose()?;
        match entry {
            Ok(entry) => {
                version += 1;
                Some(entry)
            }
            Err(error) => {
                failure = Some(error);
                None
            }
        }
    })
    .fuse();
    let made = read(&mut entries);
    // Whatever `read` left is read to its end, so that a damaged entry never goes unnoticed.
    entries.by_ref().for_each(drop);
    drop(entries);
    failure.map_or(Ok((made, Version(version))), Err)
}

/// The number of the oldest entry that is there; 1 when there is none.
pub(super) fn first(connection: &Connection) -> Result<u64, StoreError> {
    let oldest = "SELECT coalesce(min(version), 1) FROM journal";
    unsigned(
        "journal",
        connection.query_row(oldest, [], |row| row.get(0))?,
    )
}

/// Deletes up to so many entries from before this moment, the oldest first, and none that a kept
/// snapshot needs. The newest always stays, because it carries the journal's number and moment.
pub(super) fn purge(
    connection: &Connection,
    before: Timestamp,
    most: u32,
) -> Result<usize, StoreError> {
    const OLD: &str = "
        SELECT coalesce(max(version), 0)
        FROM (SELECT version, at FROM journal ORDER BY version LIMIT ?2) WHERE at < ?1";
    const DELETE: &str = "
        DELETE FROM journal WHERE version <= ?1
            AND version <= (SELECT min(version) FROM snapshots)
            AND version < (SELECT max(version) FROM journal)";
    let old: i64 = connection
        .prepare_cached(OLD)?
        .query_row(params![integer(before.0)?, most], |row| row.get(0))?;
    Ok(connection.prepare_cached(DELETE)?.execute([old])?)
}

fn next_entry(rows: &mut rusqlite::Rows<'_>, before: u64) -> Result<Option<Entry>, StoreError> {
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let version = before + 1;
    let corrupt = |reason: String| StoreError::CorruptEntry { version, reason };
    let found: i64 = row.get(0)?;
    if found != integer(version)? {
        return Err(corrupt(format!("it is missing; the next is {found}")));
    }
    let at: i64 = row.get(1)?;
    let at = u64::try_from(at).map_err(|error| corrupt(error.to_string()))?;
    let text = row
        .get_ref(2)?
        .as_str()
        .map_err(|error| corrupt(error.to_string()))?;
    let event: Event = serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    Ok(Some(Entry {
        at: Timestamp(at),
        event,
    }))
}

pub(super) fn unsigned(table: &'static str, value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|error| StoreError::CorruptRow {
        table,
        reason: error.to_string(),
    })
}
