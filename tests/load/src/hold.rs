//! `passerelle-load hold`: a city's calls at once for a while, on a server with two cores, which
//! the clients share. What is no record of the calls stays as it was after the first span of time.

use crate::client::Pace;
use crate::error::LoadError;
use crate::figures::{at_least, at_most, progress, remark};
use crate::measure::Bench;
use crate::relay::Conditions;
use crate::servers::{Kind, Plan};
use passerelle::process::Reading;
use std::time::Duration;

/// The targets of the project (BENCHMARKS.md).
const DRIFT_MAX_PCT: f64 = 2.0;
const DELIVERED_MIN_PCT: f64 = 99.9;

/// What is written although nobody comes or goes: that each of the two in a call is still there,
/// once in five minutes (`seen_at` of their sessions), in one page of the database's log with its
/// header (sqlite.org/fileformat2.html §4).
const NOTED_EVERY: Duration = Duration::from_secs(5 * 60);
const NOTE_BYTES: usize = 4096 + 24;

/// Holds the plan's calls for so many spans, after one in which everything settles.
pub(crate) async fn measure(
    plan: &Plan<'_>,
    span: Duration,
    spans: usize,
    pace: Pace,
) -> Result<(), LoadError> {
    let plain = (Conditions::default(), 0);
    let mut bench = Bench::start(Kind::Passerelle, plan, pace, plain).await?;
    bench.grow_to(plan.calls).await?;
    bench.measure(span).await?;
    let (first, written_before) = bench.standing()?;
    let mut readings = Vec::new();
    let (mut sent, mut received) = (0, 0);
    for number in 1..=spans {
        progress(&format!("{number} of {spans}, {} s each", span.as_secs()));
        let outcome = bench.measure(span).await?;
        outcome.print("hold");
        let (now, _) = bench.standing()?;
        remark("hold_rss", now.rss_kb as f64, "kB");
        sent += outcome.tally.sent;
        received += outcome.tally.received;
        readings.push(now);
    }
    let (_, written) = bench.standing()?;
    let delivered = 100.0 * received as f64 / (sent.max(1) as f64);
    at_least("hold_delivered_pct", delivered, "%", DELIVERED_MIN_PCT);
    let drift = |name: &str, of: fn(&Reading) -> u64| {
        let name = format!("hold_{name}_drift_pct");
        let drift = drift_pct(of(&first), &readings, of);
        at_most(&name, drift, "%", DRIFT_MAX_PCT);
    };
    drift("rss", |reading| reading.rss_kb);
    drift("files", |reading| reading.files);
    drift("threads", |reading| reading.threads);
    let written = written.saturating_sub(written_before);
    let notes = 2 * plan.calls * notes_of_each(span, spans);
    let target = (notes * NOTE_BYTES) as f64;
    at_most("hold_written_bytes", written as f64, "bytes", target);
    Ok(())
}

/// How often each session is noted at most while so many spans pass.
fn notes_of_each(span: Duration, spans: usize) -> usize {
    let noted = span.as_secs_f64() * spans as f64 / NOTED_EVERY.as_secs_f64();
    noted.ceil() as usize
}

/// The mean of the last third over what it was at first.
fn drift_pct(first: u64, readings: &[Reading], of: fn(&Reading) -> u64) -> f64 {
    let last = &readings[readings.len() - readings.len().div_ceil(3)..];
    let mean = last.iter().map(|one| of(one) as f64).sum::<f64>() / last.len().max(1) as f64;
    100.0 * (mean / first.max(1) as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_told_in_per_cent_of_what_it_was() {
        let readings = [100, 100, 100, 100, 103, 105].map(|rss_kb| Reading {
            rss_kb,
            ..Reading::default()
        });
        let drift = drift_pct(100, &readings, |reading| reading.rss_kb);
        assert!((drift - 4.0).abs() < 1e-9, "{drift}");
    }
}
