//! How a running gateway is told to stop: Ctrl-C or SIGTERM stops it cleanly, where
//! `service.drain_s` says so once nobody talks; a further one ends each wait at once. SIGHUP tells
//! it to read its configuration again.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for the signals that stop the process.
#[derive(Debug)]
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Takes over SIGINT and SIGTERM. Done before anything is started, so that a signal during the
    /// start is not lost.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends when the process is asked to stop.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Listens for the signal that asks for the configuration to be read again.
#[derive(Debug)]
pub struct ReloadSignal(Signal);

impl ReloadSignal {
    /// Takes over SIGHUP. Done before anything is started, since SIGHUP ends a process otherwise.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn listen() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Ends when the process is asked to reload.
    pub async fn received(&mut self) {
        self.0.recv().await;
    }
}
