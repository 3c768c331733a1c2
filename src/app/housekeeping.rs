//! What is done at the start and each night after local midnight: sessions and invitations that
//! have expired are forgotten, and what is known of single calls and of who did what once it is
//! older than the service wants. A failure is told in the log and tried again the next night; no
//! call depends on it.

use super::shared::Shared;
use crate::audit::{Audit, AuditError};
use crate::auth::BROWSER_KNOWN;
use crate::store::{Store, StoreError};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use passerelle_signaling::time::{Millis, Timestamp};
use tokio::task::JoinHandle;

/// When the local day cannot be told, far beyond the years of calendars, it is tried again after so
/// long.
const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// A device that is a tablet no more is named to coordinators for this long, with the reason.
const ENDED_DEVICES_KEPT: Millis = Millis::from_secs(90 * DAY.0 / 1000);

/// A tablet that was not there for so long has lost its cookie, which lasts a year, by then.
const UNSEEN_DEVICES_KEPT: Millis = Millis::from_secs(400 * DAY.0 / 1000);

/// The task; it ends when this is dropped.
pub(super) struct Housekeeping(JoinHandle<()>);

impl Housekeeping {
    /// Sweeps now and each night.
    pub(super) fn start(shared: Shared, time_zone: TimeZone) -> Self {
        let Shared {
            store,
            audit,
            clock,
            current,
            ..
        } = shared;
        Self(tokio::spawn(async move {
            loop {
                let now = clock.now();
                let kept = current.get().config.retention.clone();
                let before = months_before(now, kept.calls_months, &time_zone);
                if let Err(error) = sweep(&store, now, before, &time_zone).await {
                    tracing::warn!(%error, "what is no longer needed was not all forgotten");
                }
                let before = months_before(now, kept.audit_months, &time_zone);
                if let Err(error) = retire(&audit, before).await {
                    tracing::warn!(%error, "the audit journal's old months were not deleted");
                }
                clock.wait_until(next_midnight(now, &time_zone)).await;
            }
        }))
    }
}

impl Drop for Housekeeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn sweep(
    store: &Store,
    now: Timestamp,
    before: Timestamp,
    time_zone: &TimeZone,
) -> Result<(), StoreError> {
    let ended_before = Timestamp(now.0.saturating_sub(ENDED_DEVICES_KEPT.0));
    let seen_before = Timestamp(now.0.saturating_sub(UNSEEN_DEVICES_KEPT.0));
    let devices = store.purge_devices(now, ended_before, seen_before).await?;
    let used_before = Timestamp(now.0.saturating_sub(BROWSER_KNOWN.0));
    let mailed_before = Timestamp(now.0.saturating_sub(DAY.0));
    let accounts = store.purge_accounts(now, mailed_before, used_before);
    let accounts = accounts.await?;
    let secrets = devices + accounts + store.purge_expired(now).await?;
    let zone = time_zone.clone();
    let month_of = move |at| month_of(at, &zone);
    let calls = store.purge_calls(before, month_of).await?;
    let entries = store.purge_journal(before).await?;
    if secrets + calls + entries > 0 {
        tracing::info!(
            secrets,
            calls,
            entries,
            "what is no longer needed was forgotten"
        );
    }
    Ok(())
}

/// The end of the audit journal is in the log, too, so that whoever keeps logs elsewhere can tell
/// whether the journal was changed since.
async fn retire(audit: &Audit, before: Timestamp) -> Result<(), AuditError> {
    let head = audit.retire(before).await?;
    tracing::info!(%head, "the end of the audit journal");
    Ok(())
}

fn local(at: Timestamp, time_zone: &TimeZone) -> Option<Zoned> {
    let milliseconds = i64::try_from(at.0).ok()?;
    let at = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(at.to_zoned(time_zone.clone()))
}

fn moment(at: &Zoned) -> Timestamp {
    Timestamp(u64::try_from(at.timestamp().as_millisecond()).unwrap_or_default())
}

/// The beginning of the local day so many months ago; the beginning of time where the calendar
/// ends.
fn months_before(now: Timestamp, months: u32, time_zone: &TimeZone) -> Timestamp {
    let then = local(now, time_zone).and_then(|now| {
        let then = now.checked_sub(i64::from(months).months()).ok()?;
        then.start_of_day().ok()
    });
    then.map_or(Timestamp(0), |then| moment(&then))
}

fn next_midnight(now: Timestamp, time_zone: &TimeZone) -> Timestamp {
    let next = local(now, time_zone).and_then(|now| now.tomorrow().ok()?.start_of_day().ok());
    next.map_or(now + DAY, |next| moment(&next))
}

/// The local month of a moment, `2026-11`.
fn month_of(at: Timestamp, time_zone: &TimeZone) -> String {
    // Calls have moments of this century.
    let at = local(at, time_zone).unwrap_or_default();
    format!("{:04}-{:02}", at.year(), at.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{Config, Current};
    use crate::store::{Append, Journal, Version};
    use passerelle_signaling::event::{Entry, Event};
    use passerelle_signaling::protocol::Identity;
    use passerelle_signaling::record::{CallRecord, Outcome};
    use std::time::Duration;

    /// An ended call that was tapped then.
    fn ended(call: u64, queued_at: Timestamp) -> CallRecord {
        let moment = queued_at.0;
        let record = serde_json::json!({
            "call": call, "site": 1, "language": "fsl", "mode": "sign", "class": "normal",
            "origin": null, "tapped_at": moment, "queued_at": moment, "offered_at": null,
            "accepted_at": null, "connected_at": null, "ended_at": moment + 5,
            "outcome": Outcome::TimedOut, "interpreter": null, "offers": 0, "handovers": 0,
            "callback": null, "appointment": null, "subject": null, "steps": 1,
        });
        serde_json::from_value(record).unwrap()
    }

    /// Waits until so many calls are left; nothing but the store is asked.
    async fn until_left(store: &Store, calls: usize) {
        let left = async {
            let ever = Timestamp(u64::MAX >> 1);
            while store
                .records_between(Timestamp(0), ever)
                .await
                .unwrap()
                .len()
                != calls
            {
                tokio::task::yield_now().await;
            }
        };
        let patience = Duration::from_secs(20);
        tokio::time::timeout(patience, left)
            .await
            .expect("they are purged");
    }

    #[tokio::test]
    async fn each_night_what_is_a_year_old_goes_and_its_month_stays() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let (old, next) = (at("2025-11-20T09:00:00Z"), at("2025-11-22T09:00:00Z"));
        let now = at("2026-11-22T08:00:00Z");
        let event = Event::Rested {
            interpreter: passerelle_signaling::ids::InterpreterId(1),
        };
        let append = Append {
            expected_version: Version(0),
            epoch: store.epoch(),
            entries: vec![Entry { at: now, event }],
            records: vec![ended(1, old), ended(2, next), ended(3, now)],
        };
        store.append(append).await.unwrap().durable().await.unwrap();
        store
            .create_session([1; 32], Identity::Coordinator, now)
            .await
            .unwrap();
        let (clock, hand) = Clock::manual(now);
        let current = Current::new(Config::demo().unwrap());
        let audit = Audit::open(directory.path(), clock.clone()).unwrap();
        let shared = Shared {
            store: store.clone(),
            audit,
            clock,
            current,
            sign_outs: crate::auth::SignOuts::default(),
            post: None,
        };
        let house = Housekeeping::start(shared, paris());
        until_left(&store, 2).await;
        hand.move_to(at("2026-11-22T23:00:00Z"));
        until_left(&store, 1).await;
        assert_eq!(
            store.purge_expired(now).await.unwrap(),
            0,
            "the session had gone before"
        );
        let none = (Timestamp(0), Timestamp(0));
        let month = store
            .month("2025-11".to_owned(), none.0, none.1)
            .await
            .unwrap();
        assert_eq!(month.values().map(|sums| sums.calls).sum::<u64>(), 2);
        drop(house);
    }

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().unwrap();
        Timestamp(at.as_millisecond().try_into().unwrap())
    }

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    #[test]
    fn a_year_ago_begins_at_local_midnight_also_across_clock_changes_and_leap_days() {
        let cases = [
            ("2026-11-22T08:00:00Z", 12, "2025-11-21T23:00:00Z"),
            ("2026-07-01T00:30:00Z", 12, "2025-06-30T22:00:00Z"),
            ("2026-03-31T12:00:00Z", 1, "2026-02-27T23:00:00Z"),
            ("2028-02-29T12:00:00Z", 12, "2027-02-27T23:00:00Z"),
        ];
        for (now, months, then) in cases {
            assert_eq!(months_before(at(now), months, &paris()), at(then), "{now}");
        }
    }

    #[test]
    fn the_night_and_the_month_are_local() {
        assert_eq!(
            next_midnight(at("2026-11-22T22:59:59Z"), &paris()),
            at("2026-11-22T23:00:00Z")
        );
        assert_eq!(month_of(at("2026-10-31T22:59:59Z"), &paris()), "2026-10");
        assert_eq!(month_of(at("2026-10-31T23:00:00Z"), &paris()), "2026-11");
    }
}
