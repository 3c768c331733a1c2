//! `passerelle load`: what this machine carries, measured with the built-in clients against a
//! gateway that is a process of its own, so that its memory, files and threads are its alone and it
//! can be killed. Figures are lines as `make bench` gathers them (name, value, unit, target, `ok`
//! or `short`, tab-separated); lines that begin with `#` say how far it is.

mod calls;
mod city;
mod crowd;
mod error;
mod figures;
mod gateway;
mod restart;
mod rings;
mod sign_in;
mod soak;
mod table;

pub(super) use error::LoadError;

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::app::files;
use crate::lifecycle::StopSignals;
use clap::Subcommand;
use std::process::ExitCode;

/// What to measure.
#[derive(Subcommand)]
pub(super) enum Load {
    /// How soon an interpreter is rung after a tap, with every tablet busy.
    Rings(rings::Rings),
    /// How soon calls have picture and sound again after the gateway was killed and started.
    Restart(restart::Restart),
    /// Hold calls at a demonstration that runs already, and say when they see and hear.
    Calls(calls::Calls),
    /// Whether memory, files, tasks and the journal stay flat over a long time at a high load.
    Soak(soak::Soak),
}

impl Load {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        // The gateway raises its own; everybody else has their connections here.
        files::raise_limit();
        let runtime = runtime()?;
        let measured = runtime.block_on(async {
            let mut signals = StopSignals::listen().map_err(CliError::Runtime)?;
            let measuring = async {
                match self {
                    Self::Rings(rings) => rings.measure().await,
                    Self::Restart(restart) => restart.measure().await,
                    Self::Calls(calls) => calls.hold().await,
                    Self::Soak(soak) => soak.measure().await,
                }
            };
            tokio::select! {
                measured = measuring => measured.map_err(CliError::Load),
                // Whatever was started ends with what measures it.
                () = signals.received() => Ok(()),
            }
        });
        measured.map(|()| ExitCode::SUCCESS)
    }
}

/// Says how far it is, apart from the figures.
fn progress(line: impl AsRef<str>) {
    say(format!("# {}", line.as_ref()));
}
