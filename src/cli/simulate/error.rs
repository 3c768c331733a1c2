//! Why nothing was simulated.

use passerelle_signaling::simulation::PlanProblems;
use std::path::PathBuf;

/// Why nothing was simulated.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SimulateError {
    #[error(
        "cannot read the scenario {}: {source}; write one with `passerelle simulate --example`",
        path.display()
    )]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the scenario {} cannot be read:\n{problems}", path.display())]
    Malformed { path: PathBuf, problems: String },
    #[error("the scenario {} does not fit the configuration:\n{problems}", path.display())]
    Inconsistent {
        path: PathBuf,
        problems: PlanProblems,
    },
    #[error("cannot write {}: {source}; choose another file", path.display())]
    Unwritable {
        path: PathBuf,
        source: std::io::Error,
    },
}
