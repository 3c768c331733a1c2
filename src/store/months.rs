//! Figures of a month: its calls, counted by everything a figure may ask for. Those that are still
//! there one by one are counted now; those that were purged were counted then, in the transaction
//! that took them away, so that the sum never changes.

use super::calls::{self, written};
use super::error::integer;
use super::{Store, StoreError};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::time::{Millis, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeMap;

/// Calls of one kind. Names are the stable ones of the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The number of the site.
    pub site: u32,
    /// The language tapped.
    pub language: String,
    /// How it was interpreted.
    pub mode: String,
    /// The class.
    pub class: String,
    /// How they ended.
    pub outcome: String,
    /// What became of the callback; empty for none.
    pub callback: String,
    /// What became of the appointment; empty for none.
    pub appointment: String,
    /// What it was about; empty where nobody said so.
    pub subject: String,
    /// Media had come up in both directions.
    pub connected: bool,
}

/// What calls of one kind add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many there were.
    pub calls: u64,
    /// How many interpreters were rung.
    pub offers: u64,
    /// How often a colleague took a conversation over.
    pub handovers: u64,
    /// From media up to the end, added up.
    pub handling: Millis,
    /// From entering the queue to media up, or where that never came, to the end; the shortest
    /// first.
    pub waits: Vec<Millis>,
}

/// The calls of a month.
pub type Month = BTreeMap<Kind, Sums>;

/// Of an ended call; `None` for one that goes on.
fn kind(record: &CallRecord) -> Option<Kind> {
    let text = |name: Option<String>| name.unwrap_or_default();
    Some(Kind {
        site: record.site.0,
        language: record.language.as_str().to_owned(),
        mode: text(written(record.mode)),
        class: text(written(record.class)),
        outcome: record.outcome.map(Outcome::as_str)?.to_owned(),
        callback: text(record.callback.and_then(written)),
        appointment: text(record.appointment.and_then(written)),
        subject: text(record.subject.as_ref().map(|subject| subject.to_string())),
        connected: record.connected_at.is_some(),
    })
}

impl Sums {
    fn of(record: &CallRecord) -> Self {
        let ended = record.ended_at.unwrap_or(record.queued_at);
        let handling = record.connected_at.map_or(Millis(0), |up| ended.since(up));
        let wait = record
            .wait()
            .unwrap_or_else(|| ended.since(record.queued_at));
        Self {
            calls: 1,
            offers: record.offers.into(),
            handovers: record.handovers.into(),
            handling,
            waits: vec![wait],
        }
    }

    fn add(&mut self, mut more: Self) {
        self.calls += more.calls;
        self.offers += more.offers;
        self.handovers += more.handovers;
        self.handling = Millis(self.handling.0 + more.handling.0);
        self.waits.append(&mut more.waits);
        self.waits.sort_unstable();
    }
}

impl Store {
    /// The ended calls that entered the queue in a month: those purged under its name (`2026-11`),
    /// and those that are there from `from` on and before `to`, the month's beginning and end.
    pub async fn month(
        &self,
        name: String,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Month, StoreError> {
        self.read_off_thread(move |connection| {
            // Both tables as of one moment: a purge in between moves calls from one to the other.
            let moment = connection.unchecked_transaction()?;
            let mut month = purged(&moment, &name)?;
            for record in calls::between(&moment, from, to)? {
                if let Some(kind) = kind(&record) {
                    month.entry(kind).or_default().add(Sums::of(&record));
                }
            }
            Ok(month)
        })
        .await
    }
}

/// Adds records that are about to be deleted to their months.
pub(super) fn keep(
    connection: &Connection,
    records: &[CallRecord],
    month_of: impl Fn(Timestamp) -> String,
) -> Result<(), StoreError> {
    let mut months: BTreeMap<(String, Kind), Sums> = BTreeMap::new();
    for record in records {
        if let Some(kind) = kind(record) {
            let key = (month_of(record.queued_at), kind);
            months.entry(key).or_default().add(Sums::of(record));
        }
    }
    for ((month, kind), sums) in months {
        let mut all = stored(connection, &month, &kind)?.unwrap_or_default();
        all.add(sums);
        write(connection, &month, &kind, &all)?;
    }
    Ok(())
}

const COLUMNS: &str = "calls, offers, handovers, handling_ms, waits_ms, site, language, mode, \
                       class, outcome, callback, appointment, subject, connected";

fn purged(connection: &Connection, month: &str) -> Result<Month, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM monthly WHERE month = ?1");
    let mut statement = connection.prepare_cached(&select)?;
    let mut rows = statement.query([month])?;
    let mut found = Month::new();
    while let Some(row) = rows.next()? {
        let kind = Kind {
            site: row.get("site")?,
            language: row.get("language")?,
            mode: row.get("mode")?,
            class: row.get("class")?,
            outcome: row.get("outcome")?,
            callback: row.get("callback")?,
            appointment: row.get("appointment")?,
            subject: row.get("subject")?,
            connected: row.get("connected")?,
        };
        found.insert(kind, sums(row)?);
    }
    Ok(found)
}

fn stored(connection: &Connection, month: &str, kind: &Kind) -> Result<Option<Sums>, StoreError> {
    let select = format!(
        "SELECT {COLUMNS} FROM monthly WHERE month = ?1 AND site = ?2 AND language = ?3
         AND mode = ?4 AND class = ?5 AND outcome = ?6 AND callback = ?7 AND appointment = ?8
         AND subject = ?9 AND connected = ?10"
    );
    let key = params![
        month,
        kind.site,
        kind.language,
        kind.mode,
        kind.class,
        kind.outcome,
        kind.callback,
        kind.appointment,
        kind.subject,
        kind.connected
    ];
    let mut statement = connection.prepare_cached(&select)?;
    let found = statement.query_row(key, |row| Ok(sums(row))).optional()?;
    found.transpose()
}

fn sums(row: &Row<'_>) -> Result<Sums, StoreError> {
    let corrupt = |reason: String| StoreError::CorruptRow {
        table: "monthly",
        reason,
    };
    let number = |column: &str| {
        let value: i64 = row.get(column)?;
        u64::try_from(value).map_err(|error| corrupt(format!("{column}: {error}")))
    };
    let waits: String = row.get("waits_ms")?;
    Ok(Sums {
        calls: number("calls")?,
        offers: number("offers")?,
        handovers: number("handovers")?,
        handling: Millis(number("handling_ms")?),
        waits: serde_json::from_str(&waits).map_err(|error| corrupt(error.to_string()))?,
    })
}

fn write(connection: &Connection, month: &str, kind: &Kind, sums: &Sums) -> Result<(), StoreError> {
    const REPLACE: &str = "
        INSERT OR REPLACE INTO monthly (month, site, language, mode, class, outcome, callback,
            appointment, subject, connected, calls, offers, handovers, handling_ms, waits_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    let waits: Vec<u64> = sums.waits.iter().map(|wait| wait.0).collect();
    let waits = serde_json::to_string(&waits)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection.prepare_cached(REPLACE)?.execute(params![
        month,
        kind.site,
        kind.language,
        kind.mode,
        kind.class,
        kind.outcome,
        kind.callback,
        kind.appointment,
        kind.subject,
        kind.connected,
        integer(sums.calls)?,
        integer(sums.offers)?,
        integer(sums.handovers)?,
        integer(sums.handling.0)?,
        waits,
    ])?;
    Ok(())
}
