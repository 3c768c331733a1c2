//! The projection of calls: one row per call, one column per field of [`CallRecord`], written in
//! the transaction of the events that change it.

use super::error::integer;
use super::{Store, StoreError};
use passerelle_signaling::ids::{CallId, InterpreterId, SiteId};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::tag::Subject;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, Params, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

const UPSERT: &str = "
    INSERT INTO calls (call, site, language, tapped_at, queued_at, offered_at, accepted_at,
                       connected_at, ended_at, outcome, interpreter, offers, mode, class, origin,
                       callback, steps, handovers, appointment, subject)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
            ?20)
    ON CONFLICT (call) DO UPDATE SET
        site = excluded.site, language = excluded.language, tapped_at = excluded.tapped_at,
        queued_at = excluded.queued_at, offered_at = excluded.offered_at,
        accepted_at = excluded.accepted_at, connected_at = excluded.connected_at,
        ended_at = excluded.ended_at, outcome = excluded.outcome,
        interpreter = excluded.interpreter, offers = excluded.offers, mode = excluded.mode,
        class = excluded.class, origin = excluded.origin, callback = excluded.callback,
        steps = excluded.steps, handovers = excluded.handovers,
        appointment = excluded.appointment, subject = excluded.subject";

const SELECT: &str = "
    SELECT call, site, language, tapped_at, queued_at, offered_at, accepted_at, connected_at,
           ended_at, outcome, interpreter, offers, mode, class, origin, callback, steps,
           handovers, appointment, subject
    FROM calls";

impl Store {
    /// The records of the calls that entered the queue from `from` on and before `to`, the newest
    /// first. All of them: the caller chooses the length of time.
    pub async fn records_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<CallRecord>, StoreError> {
        self.read_off_thread(move |connection| between(connection, from, to))
            .await
    }
}

/// See [`Store::records_between`].
pub(super) fn between(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<CallRecord>, StoreError> {
    let those = "WHERE queued_at >= ?1 AND queued_at < ?2 ORDER BY queued_at DESC, call DESC";
    select(connection, those, params![integer(from.0)?, integer(to.0)?])
}

/// Up to so many records of calls over and done with, callback and appointment included, that
/// entered the queue before this moment; the oldest first.
pub(super) fn done_before(
    connection: &Connection,
    before: Timestamp,
    most: u32,
) -> Result<Vec<CallRecord>, StoreError> {
    let those = "WHERE queued_at < ?1 AND ended_at IS NOT NULL
        AND (outcome NOT IN ('converted_callback', 'converted_appointment')
             OR coalesce(callback, appointment) IS NOT NULL)
        ORDER BY queued_at LIMIT ?2";
    select(connection, those, params![integer(before.0)?, most])
}

fn select(
    connection: &Connection,
    those: &str,
    values: impl Params,
) -> Result<Vec<CallRecord>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} {those}"))?;
    let mut rows = statement.query(values)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(record(row)?);
    }
    Ok(records)
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
        written(record.mode),
        written(record.class),
        record.origin.map(|call| integer(call.0)).transpose()?,
        record.callback.map(written),
        record.steps,
        record.handovers,
        record.appointment.map(written),
        record.subject.as_ref().map(Subject::as_str),
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
    let interpreter: Option<u32> = row.get("interpreter")?;
    let origin: Option<i64> = row.get("origin")?;
    Ok(CallRecord {
        call: CallId(number(row.get("call")?)?),
        site: SiteId(row.get("site")?),
        language: language
            .parse()
            .map_err(|error| corrupt(format!("{error}")))?,
        mode: named(row, "mode")?,
        class: named(row, "class")?,
        origin: origin.map(number).transpose()?.map(CallId),
        tapped_at: required("tapped_at")?,
        queued_at: required("queued_at")?,
        offered_at: moment("offered_at")?,
        accepted_at: moment("accepted_at")?,
        connected_at: moment("connected_at")?,
        ended_at: moment("ended_at")?,
        outcome: named(row, "outcome")?,
        interpreter: interpreter.map(InterpreterId),
        offers: row.get("offers")?,
        callback: named(row, "callback")?,
        steps: row.get("steps")?,
        handovers: row.get("handovers")?,
        appointment: named(row, "appointment")?,
        subject: named(row, "subject")?,
    })
}

/// The stable name of a value, that of the wire.
pub(super) fn written(value: impl Serialize) -> Option<String> {
    let name = serde_json::to_value(value).ok()?;
    name.as_str().map(str::to_owned)
}

/// The value of a stable name. NULL only where there may be none.
fn named<T: DeserializeOwned>(row: &Row<'_>, column: &'static str) -> Result<T, StoreError> {
    let name: Option<String> = row.get(column)?;
    serde_json::from_value(name.into()).map_err(|error| StoreError::CorruptRow {
        table: "calls",
        reason: format!("{column}: {error}"),
    })
}
