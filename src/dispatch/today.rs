//! The calls of today, kept in memory for the coordinators: those that entered the queue since
//! local midnight. Loaded from the store at start; afterwards every stored change of a record comes
//! by.

use super::error::DispatchError;
use crate::store::Store;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use passerelle_signaling::figures;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::TODAY_RECORDS_MAX;
use passerelle_signaling::record::{CallRecord, LanguageFigures};
use passerelle_signaling::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What coordinators see of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TodayPicture {
    /// The newest calls first, at most [`TODAY_RECORDS_MAX`].
    pub records: Vec<CallRecord>,
    /// Figures per language over all calls of today.
    pub figures: Vec<LanguageFigures>,
    /// The local day, `YYYY-MM-DD`.
    pub day: String,
}

/// The records of one local day.
pub(super) struct Today {
    time_zone: TimeZone,
    date: Date,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// By number, which is the order in which they entered the queue.
    records: BTreeMap<CallId, CallRecord>,
}

impl Today {
    /// The day `now` lies in, without records. After midnight that is the whole truth: the driver
    /// begins the new day before it decides anything that belongs to it.
    pub(super) fn beginning(time_zone: TimeZone, now: Timestamp) -> Result<Self, DispatchError> {
        let milliseconds = i64::try_from(now.0).unwrap_or(i64::MAX);
        let local = jiff::Timestamp::from_millisecond(milliseconds)?.to_zoned(time_zone.clone());
        let starts_at = moment(local.start_of_day()?.timestamp());
        let ends_at = moment(local.tomorrow()?.start_of_day()?.timestamp());
        Ok(Self {
            time_zone,
            date: local.date(),
            starts_at,
            ends_at,
            records: BTreeMap::new(),
        })
    }

    /// The day `now` lies in, with the records stored so far.
    pub(super) async fn load(
        store: &Store,
        time_zone: TimeZone,
        now: Timestamp,
    ) -> Result<Self, DispatchError> {
        let mut today = Self::beginning(time_zone, now)?;
        let stored = store.records_between(today.starts_at, today.ends_at);
        today.update(stored.await?);
        Ok(today)
    }

    /// The day after this one has begun, `now` being in it.
    pub(super) fn next(&self, now: Timestamp) -> Result<Self, DispatchError> {
        Self::beginning(self.time_zone.clone(), now)
    }

    /// The next local midnight.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// Takes in records as they are now; those of another day are left aside. True when one was
    /// taken in.
    pub(super) fn update(&mut self, records: impl IntoIterator<Item = CallRecord>) -> bool {
        let days = self.starts_at..self.ends_at;
        let before = |record: &CallRecord| days.contains(&record.queued_at);
        let mut changed = false;
        for record in records.into_iter().filter(before) {
            self.records.insert(record.call, record);
            changed = true;
        }
        changed
    }

    /// What coordinators see.
    pub(super) fn picture(&self) -> Arc<TodayPicture> {
        let newest = self.records.values().rev().take(TODAY_RECORDS_MAX);
        Arc::new(TodayPicture {
            records: newest.cloned().collect(),
            figures: figures(self.records.values()),
            day: self.date.to_string(),
        })
    }
}

fn moment(at: jiff::Timestamp) -> Timestamp {
    // Days before 1970 do not come up: service time starts there.
    Timestamp(u64::try_from(at.as_millisecond()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::time::Millis;

    fn paris_day(now: &str) -> (String, Millis) {
        let now: jiff::Timestamp = now.parse().unwrap();
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let today = Today::beginning(paris, moment(now)).unwrap();
        (today.date.to_string(), today.ends_at.since(today.starts_at))
    }

    #[test]
    fn a_day_begins_at_local_midnight_and_may_have_23_or_25_hours() {
        let hours = |count: u64| Millis::from_secs(count * 3600);
        let cases = [
            ("2026-11-21T22:59:59Z", "2026-11-21", 24),
            ("2026-11-21T23:00:00Z", "2026-11-22", 24),
            ("2026-03-29T12:00:00Z", "2026-03-29", 23),
            ("2026-10-25T12:00:00Z", "2026-10-25", 25),
        ];
        for (now, date, length) in cases {
            assert_eq!(paris_day(now), (date.to_owned(), hours(length)), "{now}");
        }
    }
}
