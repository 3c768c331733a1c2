//! How each tablet's newest test of itself went. Nothing of anybody.

use super::devices::moment;
use super::error::integer;
use super::{Store, StoreError};
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Row, params};

/// A test of a tablet by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// Which tablet.
    pub tablet: TabletId,
    /// When.
    pub at: Timestamp,
    /// What did not work, by stable names with spaces between; empty when all went well.
    pub faults: String,
    /// The way media took: `udp`, `tcp` or `relay`; `None` for none.
    pub way: Option<String>,
    /// Milliseconds until the connection was up.
    pub opened_ms: Option<u32>,
    /// Frames of the test picture that came back in ten seconds.
    pub frames_in_10: Option<u32>,
    /// Milliseconds that the test picture took there and back.
    pub delay_ms: Option<u32>,
}

impl Store {
    /// Keeps a test in the place of the tablet's last. Durable when this returns.
    pub async fn keep_self_test(&self, test: SelfTest) -> Result<(), StoreError> {
        const KEEP: &str = "INSERT INTO self_tests \
            (tablet, at, faults, way, opened_ms, frames_in_10, delay_ms) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tablet) DO UPDATE SET \
            at = ?2, faults = ?3, way = ?4, opened_ms = ?5, frames_in_10 = ?6, delay_ms = ?7";
        self.writer
            .write(move |connection| {
                let at = integer(test.at.0)?;
                let figures = (test.opened_ms, test.frames_in_10, test.delay_ms);
                let row = params![
                    test.tablet.0,
                    at,
                    test.faults,
                    test.way,
                    figures.0,
                    figures.1,
                    figures.2
                ];
                connection.execute(KEEP, row)?;
                Ok(())
            })
            .await
    }

    /// The newest test of every tablet that has tested itself, by its number.
    pub async fn self_tests(&self) -> Result<Vec<SelfTest>, StoreError> {
        const ALL: &str = "SELECT tablet, at, faults, way, opened_ms, frames_in_10, delay_ms \
                           FROM self_tests ORDER BY tablet";
        self.read_off_thread(move |connection| {
            let mut all = connection.prepare_cached(ALL)?;
            let tests = all.query_map([], self_test)?;
            Ok(tests.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn self_test(row: &Row<'_>) -> rusqlite::Result<SelfTest> {
    Ok(SelfTest {
        tablet: TabletId(row.get(0)?),
        at: moment(row, 1)?,
        faults: row.get(2)?,
        way: row.get(3)?,
        opened_ms: row.get(4)?,
        frames_in_10: row.get(5)?,
        delay_ms: row.get(6)?,
    })
}
