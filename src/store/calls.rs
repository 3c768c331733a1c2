//! The projection of calls: one row per call, one column per field of [`CallRecord`], written in
//! the transaction of the events that change it.

use super::error::integer;
use super::{Store, StoreError};
use passerelle_signaling::ids::{CallId, InterpreterId, SiteId};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NameError;

const UPSERT: &str = "
    INSERT INTO calls (call, site, language, tapped_at, queued_at, offered_at, accepted_at,
                       connected_at, ended_at, outcome, interpreter, offers)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    ON CONFLICT (call) DO UPDATE SET
        site = excluded.site, language = excluded.language, tapped_at = excluded.tapped_at,
        queued_at = excluded.queued_at, offered_at = excluded.offered_at,
        accepted_at = excluded.accepted_at, connected_at = excluded.connected_at,
        ended_at = excluded.ended_at, outcome = excluded.outcome,
        interpreter = excluded.interpreter, offers = excluded.offers";

const SELECT_BETWEEN: &str = "
    SELECT call, site, language, tapped_at, queued_at, offered_at, accepted_at, connected_at,
           ended_at, outcome, interpreter, offers
    FROM calls WHERE queued_at >= ?1 AND queued_at < ?2 ORDER BY queued_at DESC, call DESC";

impl Store {
    /// The records of the calls that entered the queue from `from` on and before `to`, the newest
    /// first. All of them: the caller chooses the length of time.
    pub async fn records_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<CallRecord>, StoreError> {
        self.read_off_thread(move |connection| {
            let mut statement = connection.prepare_cached(SELECT_BETWEEN)?;
            let mut rows = statement.query([integer(from.0)?, integer(to.0)?])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(record(row)?);
            }
            Ok(records)
        })
        .await
    }
}

/// Writes a record over the one of the same call.
pub(super) fn upsert(connection: &Connection, record: &CallRecord) -> Result<(), StoreError> {
    let moment = |at: Option<Timestamp>| at.map(|at| integer(at.0)).transpose();
    connection.prepare_cached(UPSERT)?.execute(params![
        integer(record.call.0)?,
        record.site.0,
        record.language.as_str(),
        integer(record.tapped_at.0)?,
        integer(record.queued_at.0)?,
        moment(record.offered_at)?,
        moment(record.accepted_at)?,
        moment(record.connected_at)?,
        moment(record.ended_at)?,
        record.outcome.map(Outcome::as_str),
        record.interpreter.map(|interpreter| interpreter.0),
        record.offers,
    ])?;
    Ok(())
}

fn record(row: &Row<'_>) -> Result<CallRecord, StoreError> {
    let corrupt = |reason: String| StoreError::CorruptRow {
        table: "calls",
        reason,
    };
    let number = |value: i64| u64::try_from(value).map_err(|error| corrupt(error.to_string()));
    let moment = |column: &str| -> Result<Option<Timestamp>, StoreError> {
        let value: Option<i64> = row.get(column)?;
        Ok(value.map(number).transpose()?.map(Timestamp))
    };
    let required = |column: &str| Ok::<_, StoreError>(Timestamp(number(row.get(column)?)?));
    let language: String = row.get("language")?;
    let outcome: Option<String> = row.get("outcome")?;
    let interpreter: Option<u32> = row.get("interpreter")?;
    Ok(CallRecord {
        call: CallId(number(row.get("call")?)?),
        site: SiteId(row.get("site")?),
        language: language
            .parse()
            .map_err(|error| corrupt(format!("{error}")))?,
        tapped_at: required("tapped_at")?,
        queued_at: required("queued_at")?,
        offered_at: moment("offered_at")?,
        accepted_at: moment("accepted_at")?,
        connected_at: moment("connected_at")?,
        ended_at: moment("ended_at")?,
        outcome: outcome
            .map(|name| parse_outcome(&name))
            .transpose()
            .map_err(|error| corrupt(error.to_string()))?,
        interpreter: interpreter.map(InterpreterId),
        offers: row.get("offers")?,
    })
}

/// The outcome of a stable name; the names are those of the wire.
fn parse_outcome(name: &str) -> Result<Outcome, NameError> {
    Outcome::deserialize(name.into_deserializer())
}
