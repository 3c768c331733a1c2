//! Reads a scenario and plays its days, on every core of the machine.

use super::error::SimulateError;
use super::report::Played;
use crate::config;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::simulation::{Plan, Scenario, Summary, run};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Progress lines of one scenario.
const PROGRESS_LINES: u32 = 10;

/// A scenario that can be played.
pub(super) struct Ready {
    name: String,
    days: Vec<Scenario>,
}

/// Reads a scenario.
pub(super) fn read(path: &Path) -> Result<Plan, SimulateError> {
    let text = std::fs::read_to_string(path).map_err(|source| SimulateError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    config::read_toml(&text).map_err(|problems| SimulateError::Malformed {
        path: path.to_owned(),
        problems,
    })
}

/// Checks a scenario against the configuration. Without a name it goes by its file's.
pub(super) fn ready(
    plan: Plan,
    path: &Path,
    configuration: &Configuration,
) -> Result<Ready, SimulateError> {
    let days = plan
        .scenarios(configuration)
        .map_err(|problems| SimulateError::Inconsistent {
            path: path.to_owned(),
            problems,
        })?;
    let name = if plan.name.is_empty() {
        let stem = path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    } else {
        plan.name
    };
    Ok(Ready { name, days })
}

/// Plays so many days, the days of the week in turn, from this seed on.
pub(super) fn play(ready: Ready, days: u32, seed: u64) -> Played {
    let Ready {
        name,
        days: scenarios,
    } = ready;
    let next = AtomicU32::new(0);
    let work = || {
        let mut summary = Summary::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= days {
                return summary;
            }
            let scenario = &scenarios[number as usize % scenarios.len()];
            let day = run(scenario, seed.wrapping_add(u64::from(number)), &mut ());
            summary.add(scenario.begins_at, &day);
            progress(&name, number + 1, days);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let summary = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut summary = work();
        for other in others {
            // A panic of the core is a bug and stays one.
            match other.join() {
                Ok(part) => summary.join(&part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        summary
    });
    Played {
        name,
        summary: summary.done(),
    }
}

/// A line after every tenth of the days. Whoever does not read it misses nothing.
fn progress(name: &str, done: u32, days: u32) {
    if done.is_multiple_of(days.div_ceil(PROGRESS_LINES)) {
        let _ = writeln!(std::io::stderr().lock(), "  {name}: {done} / {days}");
    }
}
