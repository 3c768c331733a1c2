//! The bare forwarder (`src/forwarder.rs`) as a process: this very program. It is given an offer a
//! line and gives an answer a line.

use super::{LOOPBACK, Plan};
use crate::client::{Direction, Peer};
use crate::error::LoadError;
use crate::process::Process;
use crate::relay::Way;
use passerelle::process::Reading;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Command;
use tempfile::TempDir;

/// A running forwarder.
pub(crate) struct Bare {
    // Dropped first: its log lies in the directory.
    process: Process,
    _directory: TempDir,
}

impl Bare {
    pub(super) fn start(plan: &Plan<'_>) -> Result<Self, LoadError> {
        let directory = super::directory()?;
        let program = std::env::current_exe().map_err(LoadError::Sockets)?;
        let mut command = Command::new(program);
        command.arg("forwarder");
        let process = Process::start(command, &directory.path().join("log"), plan.cores)?;
        Ok(Self {
            process,
            _directory: directory,
        })
    }

    pub(super) fn reading(&self) -> Result<Reading, LoadError> {
        self.process.reading()
    }

    pub(super) fn place_call(&mut self, number: usize, way: &Way) -> Result<Vec<Peer>, LoadError> {
        (0..2).map(|_| self.join(number, way)).collect()
    }

    fn join(&mut self, room: usize, way: &Way) -> Result<Peer, LoadError> {
        let (pending, offer) = Peer::offering(LOOPBACK, Direction::Both)?;
        let line = json!({ "room": room, "offer": offer });
        if let Some(input) = self.process.input() {
            writeln!(input, "{line}").map_err(LoadError::Sockets)?;
        }
        let answer = self.process.line_where(|line| {
            let answer: Value = serde_json::from_str(line).ok()?;
            answer["answer"].as_str().map(str::to_owned)
        })?;
        Ok(pending.accept(&way.through(&answer)?)?)
    }
}
