//! Whose data a command works on, and how it says what is there and how far it is.

use super::error::CliError;
use super::print::complain;
use crate::clock::monotonic;
use crate::config::Config;
use crate::store::{Contents, Progress};
use clap::Args;
use passerelle_signaling::time::Timestamp;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The data directory, by the configuration or by itself.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Place {
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory itself, when there is no configuration to read it from (the demo's, say).
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl Place {
    pub(super) fn data_dir(&self) -> Result<PathBuf, CliError> {
        match (&self.config, &self.data_dir) {
            (Some(config), _) => Ok(Config::from_file(config)?.data_dir),
            (None, Some(data_dir)) => Ok(data_dir.clone()),
            // The command line is refused without either.
            (None, None) => Ok(PathBuf::new()),
        }
    }
}

/// `3 calls, 70 journal entries up to 2026-11-22T02:14:03.120Z, 0.1 MB`.
pub(super) fn described(contents: &Contents) -> String {
    let Contents {
        version,
        newest,
        calls,
        size,
    } = contents;
    let (entries, newest) = (version.0, moment(*newest));
    format!(
        "{calls} calls, {entries} journal entries up to {newest}, {}",
        megabytes(*size)
    )
}

/// In UTC, to the millisecond.
pub(super) fn moment(at: Timestamp) -> String {
    let milliseconds = i64::try_from(at.0).unwrap_or(i64::MAX);
    // Beyond the year 9999 the number says as much.
    jiff::Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| format!("{milliseconds} ms"), |at| at.to_string())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// How often a long copy says how far it is, on standard error.
const WORD_SPACING: Duration = Duration::from_secs(2);

/// Says how far a copy is; nothing about one that is done within [`WORD_SPACING`].
pub(super) struct Meter {
    said: Instant,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { said: monotonic() }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        let now = monotonic();
        if now.duration_since(self.said) < WORD_SPACING {
            return;
        }
        self.said = now;
        let Progress { copied, total } = progress;
        let percent = copied * 100 / total.max(1);
        complain(&format!("{percent} % of {}", megabytes(total)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Version;

    #[test]
    fn contents_are_said_with_a_moment_that_can_be_read() {
        let contents = Contents {
            version: Version(70),
            newest: Timestamp(1_795_301_940_120),
            calls: 3,
            size: 98_304,
        };
        assert_eq!(
            described(&contents),
            "3 calls, 70 journal entries up to 2026-11-21T22:59:00.12Z, 0.1 MB"
        );
    }
}
