//! The one thread that writes: it takes everything that waits, adds it with one flush of the disk,
//! and only then answers.

use super::act::Act;
use super::chain::{self, Head};
use super::folder::{Month, Tail};
use super::{AuditError, QUEUED_MAX};
use crate::clock::Clock;
use passerelle_signaling::time::{Millis, Timestamp};
use std::io;
use std::net::IpAddr;
use tokio::sync::{mpsc, oneshot};

/// Refused codes are written this often at most, with their number: whoever guesses must not fill
/// the disk.
const REFUSED_SPACING: Millis = Millis::from_secs(60);

/// What is asked of the thread.
#[derive(Debug)]
pub(super) enum Asked {
    Record {
        act: Act,
        from: Option<IpAddr>,
        reply: oneshot::Sender<Result<(), AuditError>>,
    },
    Note(Act),
    Refused(Option<IpAddr>),
    Close(oneshot::Sender<()>),
    Retire {
        month: Month,
        reply: oneshot::Sender<Result<Head, AuditError>>,
    },
}

/// Lines that are not on the disk yet.
#[derive(Default)]
struct Batch {
    lines: String,
    month: Option<Month>,
    head: Option<Head>,
    replies: Vec<oneshot::Sender<Result<(), AuditError>>>,
}

/// See the module.
pub(super) struct Writing {
    tail: Tail,
    clock: Clock,
    refused: u64,
    refused_from: Option<IpAddr>,
    refused_written: Option<Timestamp>,
}

impl Writing {
    pub(super) fn new(tail: Tail, clock: Clock) -> Self {
        Self {
            tail,
            clock,
            refused: 0,
            refused_from: None,
            refused_written: None,
        }
    }

    /// Writes until it is closed, or nobody can ask any more.
    pub(super) fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let mut waiting = Vec::new();
        let mut closed = None;
        while closed.is_none() && asked.blocking_recv_many(&mut waiting, QUEUED_MAX) > 0 {
            let mut batch = Batch::default();
            for one in waiting.drain(..) {
                match one {
                    Asked::Record { act, from, reply } => {
                        if act == Act::Stopped {
                            self.add_refused(&mut batch);
                        }
                        self.add(&mut batch, act, from);
                        batch.replies.push(reply);
                    }
                    Asked::Note(act) => self.add(&mut batch, act, None),
                    Asked::Refused(from) => self.count_refused(&mut batch, from),
                    Asked::Close(reply) => closed = Some(reply),
                    Asked::Retire { month, reply } => {
                        self.write(std::mem::take(&mut batch));
                        // Whoever asked may have gone.
                        let _ = reply.send(self.retire(&month).map_err(AuditError::from));
                    }
                }
            }
            self.write(batch);
        }
        drop(self);
        if let Some(closed) = closed {
            // Whoever closed it may have gone.
            let _ = closed.send(());
        }
    }

    fn add(&mut self, batch: &mut Batch, act: Act, from: Option<IpAddr>) {
        let at = self.clock.now();
        let month = Month::of(at);
        if batch.month.as_ref().is_some_and(|begun| *begun != month) {
            self.write(std::mem::take(batch));
        }
        let last = batch.head.unwrap_or_else(|| self.tail.head());
        match chain::link(last, at, act, from) {
            Ok((line, head)) => {
                batch.lines.push_str(&line);
                batch.lines.push('\n');
                (batch.head, batch.month) = (Some(head), Some(month));
            }
            // Numbers and short texts always have a JSON form.
            Err(error) => tracing::error!(%error, "an audit entry has no text"),
        }
    }

    fn count_refused(&mut self, batch: &mut Batch, from: Option<IpAddr>) {
        self.refused += 1;
        self.refused_from = from;
        let now = self.clock.now();
        let written = self.refused_written;
        if written.is_none_or(|written| now.since(written) >= REFUSED_SPACING) {
            self.refused_written = Some(now);
            self.add_refused(batch);
        }
    }

    fn add_refused(&mut self, batch: &mut Batch) {
        let times = std::mem::take(&mut self.refused);
        if times > 0 {
            let from = self.refused_from.take();
            self.add(batch, Act::SignInRefused { times }, from);
        }
    }

    fn write(&mut self, batch: Batch) {
        let written = match (batch.month, batch.head) {
            (Some(month), Some(head)) => self.tail.append(month, &batch.lines, head),
            _ => Ok(()),
        };
        let written = written.map_err(AuditError::from);
        if let Err(error) = &written {
            tracing::error!(%error, "audit entries were not written");
        }
        for reply in batch.replies {
            // Whoever asked may have gone; the entry is there all the same.
            let _ = reply.send(written.clone());
        }
    }

    fn retire(&mut self, before: &Month) -> io::Result<Head> {
        for (path, last) in self.tail.old(before)? {
            // Said before it is done: an entry too many is found by its file, none too few.
            let mut batch = Batch::default();
            let last = last.to_string();
            self.add(&mut batch, Act::Retired { last }, None);
            if let (Some(month), Some(head)) = (batch.month, batch.head) {
                self.tail.append(month, &batch.lines, head)?;
            }
            std::fs::remove_file(path)?;
        }
        Ok(self.tail.head())
    }
}
