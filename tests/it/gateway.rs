//! A gateway process of one test: free ports, its own data directory, ended by its own process id.

use passerelle::client::http::Target;
use passerelle::config::TlsSection;
use passerelle::tls;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;
use tempfile::TempDir;

/// A start takes about a second on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);

/// A stop is promised within this time.
pub(crate) const STOP_MAX: Duration = Duration::from_secs(10);

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_passerelle");

/// A running gateway.
pub(crate) struct Gateway {
    // Dropped first: its log lies in the directory.
    process: Process,
    directory: Option<TempDir>,
    address: SocketAddr,
    encrypted: bool,
}

/// What was left of a gateway that has ended.
pub(crate) struct Remains {
    pub(crate) directory: TempDir,
    pub(crate) address: SocketAddr,
}

impl Remains {
    pub(crate) fn data_dir(&self) -> PathBuf {
        data_dir(&self.directory)
    }
}

impl Gateway {
    /// `passerelle demo` with these settings (`rules.grace_closed_ms`, `300`) over the embedded
    /// ones.
    pub(crate) fn demo(settings: &[(&str, &str)]) -> Self {
        Self::demo_with(settings, &[])
    }

    /// The same, with more arguments.
    pub(crate) fn demo_with(settings: &[(&str, &str)], arguments: &[&str]) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::demo_in(tempfile::tempdir().unwrap(), any, settings, arguments)
    }

    /// The demo again, on the data and the address of one that has ended.
    pub(crate) fn demo_again(remains: Remains, settings: &[(&str, &str)]) -> Self {
        Self::demo_in(remains.directory, remains.address, settings, &[])
    }

    /// The demo on the data in this directory.
    pub(crate) fn demo_on(directory: TempDir) -> Self {
        Self::demo_keeping(directory, &[])
    }

    /// The same with these settings.
    pub(crate) fn demo_keeping(directory: TempDir, settings: &[(&str, &str)]) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::demo_in(directory, any, settings, &[])
    }

    fn demo_in(
        directory: TempDir,
        listen: SocketAddr,
        settings: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let mut command = program(settings);
        command.args(["demo", "--listen", &listen.to_string()]);
        command
            .arg("--data-dir")
            .arg(data_dir(&directory))
            .args(arguments);
        Self::start(command, directory)
    }

    /// `passerelle serve` with this configuration file in the directory.
    pub(crate) fn serve(directory: TempDir, file: &Path) -> Self {
        let mut command = program(&[("listen.address", "127.0.0.1:0")]);
        command.arg("serve").arg("--config").arg(file);
        Self::start(command, directory)
    }

    /// By this command, on the data in the directory.
    pub(crate) fn started_by(command: Command, directory: TempDir) -> Self {
        Self::start(command, directory)
    }

    fn start(command: Command, directory: TempDir) -> Self {
        let log = directory.path().join("log");
        let process = Process::start(command, &log);
        let printed = process.line_where(START_MAX, origin_in);
        let (scheme, address) = printed.split_once("://").unwrap();
        Self {
            address: address.parse().unwrap_or_else(|_| listened_on(&log)),
            encrypted: scheme == "https",
            directory: Some(directory),
            process,
        }
    }

    /// How to reach it.
    pub(crate) fn target(&self) -> Target {
        let served = tls::served_certificate(&TlsSection::default(), &self.data_dir());
        let certificate = if self.encrypted {
            served.unwrap()
        } else {
            None
        };
        Target::new(self.address, certificate).unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        data_dir(self.directory.as_ref().unwrap())
    }

    /// Sends SIGHUP and waits until the gateway has printed a line with this in it.
    pub(crate) fn reload_by_signal(&self, expected: &str) {
        self.process.signal("HUP");
        self.printed(expected);
    }

    /// The memory it has in use, in kilobytes, as Linux counts it.
    pub(crate) fn resident_kb(&self) -> u64 {
        let status = format!("/proc/{}/status", self.process.id);
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Everything it has written to standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.process.log).unwrap()
    }

    /// Sends this signal.
    pub(crate) fn signal(&self, signal: &str) {
        self.process.signal(signal);
    }

    /// Waits until it has printed a line with this in it.
    pub(crate) fn printed(&self, expected: &str) {
        let found = |line: &str| line.contains(expected).then_some(());
        self.process.line_where(STOP_MAX, found);
    }

    /// Sends this signal and waits for the end.
    pub(crate) fn end(self, signal: &str) -> (ExitStatus, Remains) {
        self.process.signal(signal);
        self.ended()
    }

    /// Waits for the end.
    pub(crate) fn ended(mut self) -> (ExitStatus, Remains) {
        let status = self.process.wait(STOP_MAX);
        let remains = Remains {
            directory: self.directory.take().unwrap(),
            address: self.address,
        };
        (status, remains)
    }
}

fn data_dir(directory: &TempDir) -> PathBuf {
    directory.path().join("data")
}

/// The program with settings in its environment.
pub(crate) fn program(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    for (key, value) in settings {
        let name = key.replace('.', "__").to_uppercase();
        command.env(format!("PASSERELLE__{name}"), value);
    }
    command
}

/// Where a gateway listens that prints another address, by which people reach it.
fn listened_on(log: &Path) -> SocketAddr {
    let log = std::fs::read_to_string(log).unwrap();
    let (_, rest) = log.rsplit_once("serving address=").unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// The origin in a printed line.
fn origin_in(line: &str) -> Option<String> {
    let start = line.find("https://").or(line.find("http://"))?;
    let rest = &line[start..];
    let host = rest.find("://").unwrap() + 3;
    let end = rest[host..]
        .find(['/', ',', ' '])
        .map_or(rest.len(), |at| host + at);
    Some(rest[..end].to_owned())
}

/// A child process, its printed lines and its end.
struct Process {
    id: u32,
    lines: Receiver<String>,
    end: Receiver<ExitStatus>,
    ended: Option<ExitStatus>,
    log: PathBuf,
}

impl Process {
    fn start(mut command: Command, log: &Path) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::options().create(true).append(true).open(log).unwrap());
        let mut child = command.spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let (line_sender, lines) = sync_channel(1024);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody reads any more: the pipe is still emptied.
                let _ = line_sender.try_send(line);
            }
        });
        let id = child.id();
        Self {
            id,
            lines,
            end: wait_in_thread(child),
            ended: None,
            log: log.to_owned(),
        }
    }

    fn line_where<T>(&self, limit: Duration, mut pick: impl FnMut(&str) -> Option<T>) -> T {
        loop {
            match self.lines.recv_timeout(limit) {
                Ok(line) => {
                    if let Some(picked) = pick(&line) {
                        return picked;
                    }
                }
                Err(error) => panic!("the gateway did not print what was waited for: {error}"),
            }
        }
    }

    /// By process id, through the shell's own `kill`.
    fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.id);
        let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(status.success(), "{kill}");
    }

    fn wait(&mut self, limit: Duration) -> ExitStatus {
        let status = self.end.recv_timeout(limit).unwrap_or_else(|_| {
            panic!("the gateway was still running {limit:?} after it was told to end")
        });
        self.ended = Some(status);
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let ended = self.ended.or_else(|| self.end.try_recv().ok());
        if ended.is_none() {
            self.signal("KILL");
            let _ = self.end.recv_timeout(STOP_MAX);
        }
        if std::thread::panicking() {
            let mut log = String::new();
            let _ = File::open(&self.log).and_then(|mut file| file.read_to_string(&mut log));
            eprintln!("log of the gateway:\n{log}");
        }
    }
}

fn wait_in_thread(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = sender.send(status);
        }
    });
    receiver
}

/// Runs a command to its end and gives back its exit code and both outputs.
pub(crate) fn run(mut command: Command, limit: Duration) -> (Option<i32>, String, String) {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let id = child.id();
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    let Ok(output) = receiver.recv_timeout(limit) else {
        let kill = format!("kill -KILL {id}");
        let _ = Command::new("sh").args(["-c", &kill]).status();
        panic!("a command did not end within {limit:?}");
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}
