//! The audit journal: who came in, who was let look on, what administrators did. Append-only files
//! of their own, apart from the calls, in which any change shows (`chain`). `passerelle audit
//! verify` reads it; `docs/audit.md` says what is in it and for how long.
//!
//! Whoever must not act unseen waits until the entry is durable ([`Audit::record`]); what has
//! happened already is written behind ([`Audit::note`]).

mod act;
mod chain;
mod folder;
mod newest;
mod verify;
mod writer;

pub use act::{AccountField, Act, SessionMark, SignInBy};
pub use chain::{Broken, Hash, Head, NotAHead};
pub use newest::{Listed, newest};
pub use verify::{VerifyError, Whole, verify};

use crate::clock::Clock;
use folder::{Folder, Month, Tail};
use passerelle_signaling::time::Timestamp;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use writer::{Asked, Writing};

/// Entries that may wait for the disk; beyond it, whoever acts waits. A morning on which everybody
/// signs in has a hundred.
const QUEUED_MAX: usize = 256;

/// Why an entry is not there.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// The disk, or the folder.
    #[error(
        "the audit journal cannot be written ({0}): check the data directory and its free space"
    )]
    Unwritable(#[source] Arc<io::Error>),
    /// Another process writes: the gateway, when a command asks.
    #[error("another process writes the audit journal: a gateway runs on this data directory")]
    InUse,
    /// Nobody writes any more.
    #[error("the audit journal is closed: the gateway is stopping")]
    Closed,
}

impl From<io::Error> for AuditError {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(Arc::new(error))
    }
}

/// The way to the journal of a running gateway, or of a command while none runs. Clones write the
/// same one.
#[derive(Clone, Debug)]
pub struct Audit {
    queue: mpsc::Sender<Asked>,
}

impl Audit {
    /// Opens the journal of a data directory, for this process alone.
    ///
    /// # Errors
    /// When another one has it, or its folder or newest file cannot be used.
    pub fn open(data_dir: &Path, clock: Clock) -> Result<Self, AuditError> {
        let tail = Tail::open(Folder::of(data_dir), clock.now())?;
        let tail = tail.ok_or(AuditError::InUse)?;
        let (queue, asked) = mpsc::channel(QUEUED_MAX);
        let writing = Writing::new(tail, clock);
        std::thread::Builder::new()
            .name("audit-writer".to_owned())
            .spawn(move || writing.run(asked))?;
        Ok(Self { queue })
    }

    /// Writes down what is about to be done, and returns once that is durable.
    ///
    /// # Errors
    /// When it is not: then it must not be done.
    pub async fn record(&self, act: Act, from: Option<IpAddr>) -> Result<(), AuditError> {
        let (reply, written) = oneshot::channel();
        self.ask(Asked::Record { act, from, reply }).await?;
        written.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Writes down what has happened; nobody waits for it. What cannot be written is in the log.
    pub fn note(&self, act: Act) {
        if let Err(error) = self.queue.try_send(Asked::Note(act)) {
            tracing::error!(%error, "an audit entry was not written");
        }
    }

    /// Counts a code that was refused, from this address.
    pub fn refused(&self, from: Option<IpAddr>) {
        // When the disk is behind, the flood is what the next entry counts.
        let _ = self.queue.try_send(Asked::Refused(from));
    }

    /// Deletes the months before this moment's, and says so in the journal; returns its newest
    /// place.
    ///
    /// # Errors
    /// When files cannot be read, deleted or written.
    pub async fn retire(&self, before: Timestamp) -> Result<Head, AuditError> {
        let (reply, retired) = oneshot::channel();
        let month = Month::of(before);
        self.ask(Asked::Retire { month, reply }).await?;
        retired.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Ends the writing for all clones, once everything asked before is durable: then another
    /// process can have the journal.
    pub async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.ask(Asked::Close(reply)).await.is_ok() {
            // An error is that nobody writes any more.
            let _ = closed.await;
        }
    }

    async fn ask(&self, asked: Asked) -> Result<(), AuditError> {
        let sent = self.queue.send(asked).await;
        sent.map_err(|_| AuditError::Closed)
    }
}

#[cfg(test)]
mod tests;
