//! What the system says of a process: `/proc/PID`, as Linux documents it in proc(5).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ticks of CPU time in a second (`USER_HZ`), the same on every Linux this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// There is no such process, or it is somebody else's.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct ProcessError {
    /// What was to be read.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// How a process stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Resident memory, in kilobytes.
    pub rss_kb: u64,
    /// Open files, sockets among them.
    pub files: u64,
    /// Threads.
    pub threads: u64,
    /// CPU time since its start, user and system.
    pub cpu: Duration,
}

/// Reads how a process stands.
///
/// # Errors
/// See [`ProcessError`].
pub fn read(process_id: u32) -> Result<Reading, ProcessError> {
    let folder = PathBuf::from(format!("/proc/{process_id}"));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ProcessError { path, source }
    };
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).map_err(failed(&path))
    };
    let files = folder.join("fd");
    let status = text("status")?;
    Ok(Reading {
        rss_kb: field(&status, "VmRSS:"),
        files: std::fs::read_dir(&files).map_err(failed(&files))?.count() as u64,
        threads: field(&status, "Threads:"),
        cpu: cpu(&text("stat")?),
    })
}

/// The number of a line `NAME: NUMBER`; none counts as 0.
fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Fields 14 and 15: user and system time. The name before them may hold anything but its end.
fn cpu(stat: &str) -> Duration {
    let behind_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let times = behind_name.split(' ').skip(11).take(2);
    let ticks: f64 = times.filter_map(|time| time.parse::<f64>().ok()).sum();
    Duration::from_secs_f64(ticks / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_read_as_the_system_shows_it() {
        let reading = read(std::process::id()).unwrap();
        assert!(reading.rss_kb > 1000 && reading.threads >= 1 && reading.files >= 3);
        assert!(read(0).is_err(), "there is no process 0");
    }

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 4 0 1 2 3";
        assert_eq!(cpu(stat), Duration::from_secs(3));
    }
}
