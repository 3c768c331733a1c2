//! The gateway that is measured: a process of its own, started from this very program on free
//! ports and a temporary directory, to be killed and started again. It ends with the measurement.

use super::city::City;
use super::error::LoadError;
use super::sign_in;
use crate::cli::temporary::TemporaryDirectory;
use crate::client::http::{Cookie, Target};
use crate::config::TlsSection;
use crate::tls;
use passerelle_signaling::protocol::Identity;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tokio::sync::mpsc;

/// A start takes about a second on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);

/// Lines of the gateway's output that wait to be read; it prints one at its start.
const LINES_MAX: usize = 64;

/// The end of its log that a failure shows.
const LOG_LINES_SHOWN: usize = 20;

/// Our own variables, which would change its configuration.
const ENVIRONMENT_PREFIX: &str = "PASSERELLE__";

/// See the module.
pub(super) struct Gateway {
    // Dropped first: its files lie in the directory.
    process: Option<Process>,
    directory: TemporaryDirectory,
    address: SocketAddr,
    log_filter: &'static str,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Gateway {
    /// Signs everybody of the city in, and starts its gateway.
    pub(super) async fn start(
        city: &City,
        log_filter: &'static str,
    ) -> Result<(Self, Vec<(Identity, Cookie)>), LoadError> {
        let directory = TemporaryDirectory::make("load")
            .map_err(|error| LoadError::Directory(Box::new(error)))?;
        let (address, media) = free_ports().map_err(LoadError::Spawn)?;
        let mut gateway = Self {
            process: None,
            directory,
            address,
            log_filter,
        };
        let passes = sign_in::in_store(&gateway.data_dir(), &city.everybody()).await?;
        let configuration = city.configuration(&gateway.data_dir(), address, media);
        let path = gateway.path("config.toml");
        std::fs::write(&path, configuration).map_err(|source| LoadError::File { path, source })?;
        gateway.start_again().await?;
        Ok((gateway, passes))
    }

    /// Starts it on the same ports and data. Returns when it serves.
    pub(super) async fn start_again(&mut self) -> Result<(), LoadError> {
        let log = self.path("log");
        let opened = File::options().create(true).append(true).open(&log);
        let stderr = opened.map_err(|source| LoadError::File { path: log, source })?;
        let program = std::env::current_exe().map_err(LoadError::Spawn)?;
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(ENVIRONMENT_PREFIX) {
                command.env_remove(name);
            }
        }
        command
            .args(["--log", self.log_filter, "serve", "--config"])
            .arg(self.path("config.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr);
        let mut child = command.spawn().map_err(LoadError::Spawn)?;
        let output = child.stdout.take();
        self.process = Some(Process(child));
        let mut lines = lines_of(output);
        // It prints its one line when it serves.
        match tokio::time::timeout(START_MAX, lines.recv()).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(LoadError::Ended {
                log: self.log_end(),
            }),
            Err(_) => Err(LoadError::NotStarted {
                waited: START_MAX,
                log: self.log_end(),
            }),
        }
    }

    /// Ends it without a word (SIGKILL), as a power cut would.
    pub(super) fn kill(&mut self) {
        self.process = None;
    }

    /// How it is reached.
    pub(super) fn target(&self) -> Result<Target, LoadError> {
        let served = tls::served_certificate(&TlsSection::default(), &self.data_dir())?;
        Ok(Target::new(self.address, served)?)
    }

    /// Its process id; `None` while it is killed.
    pub(super) fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.0.id())
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// A file beside its data.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Everything it has logged.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let shown = lines.len().saturating_sub(LOG_LINES_SHOWN);
        lines[shown..].join("\n")
    }
}

/// The lines a process prints; closed when it ends.
fn lines_of(output: Option<ChildStdout>) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        let Some(output) = output else { return };
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody reads any more: the pipe is still emptied.
            let _ = sender.try_send(line);
        }
    });
    lines
}

/// A TCP and a UDP port on loopback that nobody uses at this moment.
fn free_ports() -> io::Result<(SocketAddr, SocketAddr)> {
    let any = (Ipv4Addr::LOCALHOST, 0);
    let (pages, media) = (TcpListener::bind(any)?, UdpSocket::bind(any)?);
    Ok((pages.local_addr()?, media.local_addr()?))
}

/// Bytes of a file; none when it is not there.
pub(super) fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
