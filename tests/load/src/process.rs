//! The server that is measured: a process of its own on a core of its own, and its end, which comes
//! with the measurement.

use crate::error::LoadError;
use passerelle::process::{self, Reading};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// A start takes about a second on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);

/// Lines of its output that wait to be read; nobody asks for more than one at a time.
const LINES_MAX: usize = 256;

/// The end of its log that a failure shows.
const LOG_LINES_SHOWN: usize = 20;

/// The cores of a measurement. On a machine of one they are the same, and figures mean little.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) clients: usize,
    /// The server may use the clients' as well: a machine of two cores is measured as a whole.
    pub(crate) shared: bool,
}

impl Cores {
    /// The first two that this process may use.
    pub(crate) fn available() -> Result<Self, LoadError> {
        let allowed = sched_getaffinity(None).map_err(|error| LoadError::Pin(error.into()))?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        let server = cores.next().unwrap_or(0);
        let clients = cores.next().unwrap_or(server);
        Ok(Self {
            server,
            clients,
            shared: false,
        })
    }

    /// Those that the server may use.
    fn of_server(self) -> Vec<usize> {
        if self.shared {
            vec![self.server, self.clients]
        } else {
            vec![self.server]
        }
    }
}

/// Moves this thread, and whatever it starts from now on, to these cores.
pub(crate) fn pin(cores: &[usize]) -> Result<(), LoadError> {
    let mut only = CpuSet::new();
    for core in cores {
        only.set(*core);
    }
    sched_setaffinity(None, &only).map_err(|error| LoadError::Pin(error.into()))
}

/// A process that ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Process {
    /// Starts a server on its core; this thread goes on, on the clients'.
    pub(crate) fn start(mut command: Command, log: &Path, cores: Cores) -> Result<Self, LoadError> {
        let opened = File::options().create(true).append(true).open(log);
        let errors = opened.map_err(|source| LoadError::File {
            path: log.to_owned(),
            source,
        })?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors);
        pin(&cores.of_server())?;
        let spawned = command.spawn();
        pin(&[cores.clients])?;
        let mut child = spawned.map_err(|source| LoadError::Spawn {
            program: command.get_program().to_string_lossy().into_owned(),
            source,
        })?;
        let output = child.stdout.take();
        let (sender, lines) = sync_channel(LINES_MAX);
        std::thread::spawn(move || {
            let Some(output) = output else { return };
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody reads any more: the pipe is still emptied.
                let _ = sender.try_send(line);
            }
        });
        Ok(Self {
            child,
            lines,
            log: log.to_owned(),
        })
    }

    /// Waits for a line of its output that `pick` takes.
    pub(crate) fn line_where<T>(
        &self,
        mut pick: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, LoadError> {
        loop {
            let Ok(line) = self.lines.recv_timeout(START_MAX) else {
                return Err(LoadError::Silent {
                    waited: START_MAX,
                    log: self.log_end(),
                });
            };
            if let Some(picked) = pick(&line) {
                return Ok(picked);
            }
        }
    }

    /// Where it reads.
    pub(crate) fn input(&mut self) -> Option<&mut ChildStdin> {
        self.child.stdin.as_mut()
    }

    /// How it stands now.
    pub(crate) fn reading(&self) -> Result<Reading, LoadError> {
        Ok(process::read(self.child.id())?)
    }

    fn log_end(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_runs_on_its_core_and_ends_with_its_measurement() {
        let directory = std::env::temp_dir().join(format!("load-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let cores = Cores::available().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "grep Cpus_allowed_list /proc/self/status; cat"]);
        let process = Process::start(command, &directory.join("log"), cores).unwrap();
        let core = process.line_where(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
        assert_eq!(core.unwrap(), cores.server);
        let id = process.child.id();
        drop(process);
        assert!(process::read(id).is_err(), "it has ended");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
