//! What a soak has read, as a table, and the drift of each column: the mean of the last third over
//! that of the first, of the time that counts.

use super::{figures, progress};
use crate::process::Reading;
use crate::store::Contents;
use std::time::Duration;

/// Rows of the printed table.
const ROWS: usize = 15;

/// Percent that memory may grow between the thirds: a leak of 1 % in ten minutes would fill any
/// machine in days.
const DRIFT_MAX: f64 = 2.0;

/// Percent that the bytes of a journal entry, with its part of records and indexes, may grow. Pages
/// of the database are counted whole: 3 % of what a third of half an hour writes.
const BYTES_DRIFT_MAX: f64 = 10.0;

/// Percent of the planned taps that may be missing: calls come by chance, so that of the 460 of
/// half an hour some fewer than planned are no fault; 20 % are four standard deviations.
const MISSING_MAX: f64 = 20.0;

/// One look at the gateway.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) at: Duration,
    pub(super) process: Reading,
    pub(super) tasks: u64,
    pub(super) wal_bytes: u64,
    /// Conversations with picture and sound on both sides.
    pub(super) talking: u64,
}

/// Everything that was read.
#[derive(Default)]
pub(super) struct Table {
    pub(super) samples: Vec<Sample>,
    /// The database at each of the [`bounds`].
    pub(super) copies: Vec<Contents>,
    pub(super) taps: u64,
    /// Connections lost.
    pub(super) losses: u64,
}

/// The numbers of the samples between which the thirds lie. The first sixth counts as warm-up.
pub(super) fn bounds(samples: u32) -> [u32; 4] {
    let third = |number: u32| samples / 6 + samples * 5 / 6 * number / 3;
    [third(0), third(1), third(2), samples]
}

impl Table {
    /// The newest sample as a line, each `every` samples.
    pub(super) fn newest_line(&self, every: u32) -> Option<String> {
        let newest = self.samples.last()?;
        let due = (self.samples.len() - 1).is_multiple_of(every.max(1) as usize);
        due.then(|| newest.line())
    }

    /// With so many calls planned for the whole time.
    pub(super) fn print(&self, planned: f64) {
        progress("minute\trss_kb\tfiles\tthreads\ttasks\tcpu_s\twal_kb\ttalking");
        for rows in self.samples.chunks(self.samples.len().div_ceil(ROWS)) {
            if let Some(first) = rows.first() {
                progress(first.line());
            }
        }
        progress(format!("{} taps of about {planned:.0}", self.taps));
        let missing = 100.0 * (1.0 - self.taps as f64 / planned);
        figures::at_most("soak_taps_missing_pct", missing, "%", MISSING_MAX);
        // A machine that is busy with other things loses some, and the rest is worth less then.
        figures::at_most("soak_connections_lost", self.losses as f64, "1", 0.0);
        self.print_growth();
        // The runtime's threads for blocking work come and go; a leak raises the fewest.
        let [first, last] = self.thirds().map(fewest_threads);
        let name = "soak_threads_drift_pct";
        figures::at_most(name, growth(first, last), "%", DRIFT_MAX);
        let columns: [(&str, Column); 3] = [
            ("rss", |sample| sample.process.rss_kb),
            ("files", |sample| sample.process.files),
            ("tasks", |sample| sample.tasks),
        ];
        for (name, column) in columns {
            let [first, last] = self.thirds().map(|third| mean(third, column));
            let name = format!("soak_{name}_drift_pct");
            figures::at_most(&name, growth(first, last), "%", DRIFT_MAX);
        }
    }

    fn thirds(&self) -> [&[Sample]; 2] {
        let samples = u32::try_from(self.samples.len()).unwrap_or(u32::MAX);
        let [a, b, c, d] = bounds(samples.saturating_sub(1)).map(|bound| bound as usize);
        [&self.samples[a..b], &self.samples[c..d]]
    }

    /// Bytes of the database, journal, records and indexes together. What a call costs depends on
    /// how far it comes; what an entry of the journal costs does not.
    fn print_growth(&self) {
        let per_entry = |pair: &[Contents]| {
            let calls = pair[1].calls.saturating_sub(pair[0].calls).max(1) as f64;
            let bytes = pair[1].size.saturating_sub(pair[0].size) as f64;
            let entries = pair[1].version.0.saturating_sub(pair[0].version.0).max(1) as f64;
            progress(format!(
                "{calls} calls, {:.1} entries and {:.0} bytes each",
                entries / calls,
                bytes / calls
            ));
            bytes / entries
        };
        let grown: Vec<f64> = self.copies.windows(2).map(per_entry).collect();
        if let [first, .., last] = grown.as_slice() {
            let drift = growth(*first, *last);
            figures::at_most(
                "soak_bytes_per_entry_drift_pct",
                drift,
                "%",
                BYTES_DRIFT_MAX,
            );
        }
    }
}

impl Sample {
    fn line(&self) -> String {
        let Reading {
            rss_kb,
            files,
            threads,
            cpu,
        } = self.process;
        format!(
            "{:.1}\t{rss_kb}\t{files}\t{threads}\t{}\t{:.1}\t{}\t{}",
            self.at.as_secs_f64() / 60.0,
            self.tasks,
            cpu.as_secs_f64(),
            self.wal_bytes / 1024,
            self.talking
        )
    }
}

/// One reading of a sample.
type Column = fn(&Sample) -> u64;

fn mean(samples: &[Sample], column: Column) -> f64 {
    let sum: u64 = samples.iter().map(column).sum();
    sum as f64 / samples.len().max(1) as f64
}

fn fewest_threads(samples: &[Sample]) -> f64 {
    let fewest = samples.iter().map(|sample| sample.process.threads).min();
    fewest.unwrap_or(0) as f64
}

/// In percent; negative when it shrank.
fn growth(from: f64, to: f64) -> f64 {
    100.0 * (to - from) / from.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirds_lie_behind_the_warm_up_and_cover_the_rest() {
        assert_eq!(bounds(180), [30, 80, 130, 180]);
    }

    #[test]
    fn drift_is_the_last_third_over_the_first() {
        let sample = |rss_kb| Sample {
            at: Duration::ZERO,
            process: Reading {
                rss_kb,
                ..Reading::default()
            },
            tasks: 0,
            wal_bytes: 0,
            talking: 0,
        };
        // The warm-up is far lower and does not count.
        let rising = (0..=180).map(|number| sample(if number < 30 { 10 } else { 1000 + number }));
        let table = Table {
            samples: rising.collect(),
            ..Table::default()
        };
        let [first, last] = table
            .thirds()
            .map(|third| mean(third, |one| one.process.rss_kb));
        assert!((first - 1054.5).abs() < 1e-9 && (last - 1154.5).abs() < 1e-9);
        assert!((growth(first, last) - 9.483).abs() < 1e-3);
    }
}
