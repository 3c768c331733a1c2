//! Keeps a certificate in force, and warns before it ends: looks at one's own files every few
//! seconds and when asked to; renews an authority's. Connections that are open go on with the one
//! they began with.

mod renewed;

use crate::clock::Clock;
use crate::tls::{Changing, Look, OwnFiles};
use passerelle_signaling::time::{Millis, Timestamp};
use tokio::task::JoinHandle;

/// The files are looked at so often: two small ones, and whoever has renewed them sees it at once.
const LOOK_EVERY: Millis = Millis::from_secs(10);

/// Before its end, whoever runs the gateway is warned for so long: automatic renewals come a month
/// before, so that it has failed for two weeks by then.
const WARN_BEFORE: Millis = Millis::from_secs(14 * DAY_S);

/// And so often.
const WARN_EVERY: Millis = Millis::from_secs(DAY_S);

const DAY_S: u64 = 24 * 60 * 60;

/// The task that looks, or renews; it ends when this is dropped.
pub(super) struct Renewal(JoinHandle<()>);

impl Renewal {
    /// From now on.
    pub(super) fn start(certificate: Changing, clock: Clock) -> Self {
        Self(match certificate {
            Changing::Files(files) => tokio::spawn(look_at(files, clock)),
            Changing::Acme(acme) => tokio::spawn(renewed::keep(acme, clock)),
        })
    }
}

async fn look_at(files: OwnFiles, clock: Clock) {
    let mut warning = Warning::default();
    let mut complaints = Complaints::default();
    loop {
        let now = clock.now();
        warning.look(files.ends_at(), WARN_BEFORE, now);
        clock.wait_until(now + LOOK_EVERY).await;
        let problem = match look(&files).await {
            Ok(Look::Same) => None,
            Ok(Look::Replaced) => {
                warning = Warning::default();
                tell_of_replaced(files.ends_at());
                None
            }
            Ok(Look::Unusable(error)) => Some(error.to_string()),
            Err(error) => Some(error),
        };
        if let Some(problem) = complaints.about(problem) {
            tell_of_unusable(&problem);
        }
    }
}

/// Says that a certificate ends, once a day.
#[derive(Default)]
struct Warning {
    at: Timestamp,
}

impl Warning {
    fn look(&mut self, ends_at: Option<Timestamp>, before: Millis, now: Timestamp) {
        if let Some(days) = days_left(ends_at, before, now)
            && now >= self.at
        {
            tracing::warn!(days, "the certificate ends soon, or has: renew it");
            self.at = now + WARN_EVERY;
        }
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks now, and says what there is, for an administrator.
pub(super) async fn looked_at(certificate: &Changing, now: Timestamp) -> String {
    match certificate {
        Changing::Files(files) => files_looked_at(files).await,
        Changing::Acme(acme) => renewed::asked_about(acme, now),
    }
}

async fn files_looked_at(files: &OwnFiles) -> String {
    let problem = match look(files).await {
        Ok(Look::Same) => return format!("The certificate is the same{}.", until(files)),
        Ok(Look::Replaced) => {
            tell_of_replaced(files.ends_at());
            let path = files.path().display();
            return format!("{path} is in force for new connections{}.", until(files));
        }
        Ok(Look::Unusable(error)) => error.to_string(),
        Err(error) => error,
    };
    tell_of_unusable(&problem);
    format!("The certificate stays the one that was in force: {problem}.")
}

/// On a thread that may wait for the disk.
async fn look(files: &OwnFiles) -> Result<Look, String> {
    let files = files.clone();
    let looked = tokio::task::spawn_blocking(move || files.look()).await;
    looked.map_err(|error| error.to_string())
}

fn tell_of_replaced(ends_at: Option<Timestamp>) {
    let until = day_of(ends_at);
    tracing::info!(until, "another certificate is in force for new connections");
}

fn tell_of_unusable(problem: &str) {
    tracing::warn!(problem, "the certificate stays the one that was in force");
}

fn until(files: &OwnFiles) -> String {
    let day = day_of(files.ends_at());
    day.map_or_else(String::new, |day| format!(", until {day}"))
}

/// Such as `2026-12-24`, in universal time as certificates are.
fn day_of(moment: Option<Timestamp>) -> Option<String> {
    let milliseconds = i64::try_from(moment?.0).ok()?;
    let moment = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(moment.strftime("%Y-%m-%d").to_string())
}

/// Whole days until this end, when they are few.
fn days_left(ends_at: Option<Timestamp>, few: Millis, now: Timestamp) -> Option<u64> {
    let left = ends_at?.since(now);
    (left <= few).then_some(left.0 / WARN_EVERY.0)
}

/// What is wrong with the files, said once. Not at first sight: whoever renews them writes one
/// after the other.
#[derive(Default)]
struct Complaints {
    seen: Option<String>,
    said: Option<String>,
}

impl Complaints {
    /// What is to be said of what a look has found.
    fn about(&mut self, problem: Option<String>) -> Option<String> {
        let again = problem.is_some() && self.seen == problem;
        self.seen = problem;
        if self.seen.is_none() {
            self.said = None;
        }
        if !again || self.said == self.seen {
            return None;
        }
        self.said.clone_from(&self.seen);
        self.said.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_begins_two_weeks_before_the_end_and_does_not_stop_at_it() {
        let end = Timestamp(1_790_000_000_000);
        let day = |days: u64| Timestamp(end.0 - days * WARN_EVERY.0);
        assert_eq!(days_left(Some(end), WARN_BEFORE, day(15)), None);
        assert_eq!(days_left(Some(end), WARN_BEFORE, day(14)), Some(14));
        assert_eq!(days_left(Some(end), WARN_BEFORE, day(1)), Some(1));
        assert_eq!(days_left(Some(end), WARN_BEFORE, end + WARN_EVERY), Some(0));
        assert_eq!(days_left(None, WARN_BEFORE, end), None);
        assert_eq!(day_of(Some(end)).as_deref(), Some("2026-09-21"));
    }

    #[test]
    fn what_is_wrong_is_said_once_and_not_of_half_a_renewal() {
        let mut complaints = Complaints::default();
        let mut about = |problem: Option<&str>| complaints.about(problem.map(str::to_owned));
        assert_eq!(about(Some("half")), None);
        assert_eq!(about(None), None);
        assert_eq!(about(Some("half")), None);
        assert_eq!(about(Some("half")).as_deref(), Some("half"));
        assert_eq!(about(Some("half")), None);
        assert_eq!(about(Some("gone")), None);
        assert_eq!(about(Some("gone")).as_deref(), Some("gone"));
        assert_eq!(about(None), None);
        assert_eq!(about(Some("gone")), None);
        assert_eq!(about(Some("gone")).as_deref(), Some("gone"));
    }
}
