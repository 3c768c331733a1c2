//! A real relay (coturn) of one test, on an address of this machine, ended by its own process id.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// What the gateway and the relay both know.
pub(crate) const SECRET: &str = "secret-of-the-integration-tests";

/// From start to the first connection taken; a busy machine needs a second.
const START_MAX: Duration = Duration::from_secs(15);

/// Between two tries to connect: it says nothing when it listens.
const TRY_EVERY: Duration = Duration::from_millis(50);

pub(crate) struct Relay {
    process: Child,
    pub(crate) address: SocketAddr,
    _directory: TempDir,
}

impl Relay {
    /// Starts it, and returns when it listens.
    pub(crate) async fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let directory = tempfile::tempdir().unwrap();
        let file = |name| directory.path().join(name).display().to_string();
        let process = Command::new("turnserver")
            .args([
                "-n",
                "--no-cli",
                "--no-tls",
                "--no-dtls",
                "--log-file=stdout",
            ])
            .arg(format!("--pidfile={}", file("pid")))
            .arg(format!("--userdb={}", file("users")))
            .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"])
            .arg(format!("--listening-port={}", address.port()))
            .args(["--allow-loopback-peers", "--realm=test", "--fingerprint"])
            .args([
                "--use-auth-secret",
                &format!("--static-auth-secret={SECRET}"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("turnserver of coturn");
        let relay = Self {
            process,
            address,
            _directory: directory,
        };
        tokio::time::timeout(START_MAX, relay.listens())
            .await
            .expect("the relay listens");
        relay
    }

    async fn listens(&self) {
        let mut clock = tokio::time::interval(TRY_EVERY);
        while TcpStream::connect(self.address).is_err() {
            clock.tick().await;
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
