//! What is not kept: calls and journal entries older than the service wants them, and the number of
//! a person who is to be forgotten. Figures of past months stay as they are.

use super::error::integer;
use super::{Store, StoreError, calls, journal, months};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, params};

/// Calls purged in one transaction: a few milliseconds of the writer, so that a tap does not wait
/// for a year of history.
const CALLS_MAX: u32 = 500;

/// Entries purged in one transaction, for the same reason.
const ENTRIES_MAX: u32 = 5_000;

/// What erasing a person has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Records that no longer say who interpreted.
    pub records: usize,
    /// Records of calls that go on, which still do.
    pub going_on: usize,
}

impl Store {
    /// Deletes the records of calls that are over and entered the queue before this moment, each
    /// added to the figures of its month in the same transaction. `month_of` names the month of a
    /// moment, `2026-11`. Returns how many.
    pub async fn purge_calls(
        &self,
        before: Timestamp,
        month_of: impl Fn(Timestamp) -> String + Clone + Send + 'static,
    ) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let month_of = month_of.clone();
            let work = move |connection: &Connection| purge_some(connection, before, month_of);
            let purged = self.writer.write(work).await?;
            all += purged;
            if purged < CALLS_MAX as usize {
                return Ok(all);
            }
        }
    }

    /// Deletes the entries of the journal from before this moment, as far as a state to start from
    /// is kept in their place. Returns how many.
    pub async fn purge_journal(&self, before: Timestamp) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let work =
                move |connection: &Connection| journal::purge(connection, before, ENTRIES_MAX);
            let purged = self.writer.write(work).await?;
            all += purged;
            if purged < ENTRIES_MAX as usize {
                return Ok(all);
            }
        }
    }

    /// Takes an interpreter's number out of every record of an ended call, and their account,
    /// sessions and invitations with it. Nothing that is counted changes.
    pub async fn erase_interpreter(&self, person: InterpreterId) -> Result<Erased, StoreError> {
        const ERASE: &str = "UPDATE calls SET interpreter = NULL \
                             WHERE interpreter = ?1 AND ended_at IS NOT NULL";
        const LEFT: &str = "SELECT count(*) FROM calls WHERE interpreter = ?1";
        self.writer
            .write(move |connection| {
                let number = [person.0];
                for table in ["sessions", "invites", "accounts"] {
                    let forget =
                        format!("DELETE FROM {table} WHERE role = 'interpreter' AND subject = ?1");
                    connection.execute(&forget, number)?;
                }
                let records = connection.execute(ERASE, number)?;
                let left: u32 = connection.query_row(LEFT, number, |row| row.get(0))?;
                let going_on = left as usize;
                Ok(Erased { records, going_on })
            })
            .await
    }
}

fn purge_some(
    connection: &Connection,
    before: Timestamp,
    month_of: impl Fn(Timestamp) -> String,
) -> Result<usize, StoreError> {
    let old = calls::done_before(connection, before, CALLS_MAX)?;
    months::keep(connection, &old, month_of)?;
    let mut delete = connection.prepare_cached("DELETE FROM calls WHERE call = ?1")?;
    for record in &old {
        delete.execute(params![integer(record.call.0)?])?;
    }
    Ok(old.len())
}
