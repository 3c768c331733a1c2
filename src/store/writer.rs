//! The one writer thread and its group commit: it takes everything that is queued, does it in one
//! transaction, commits, and only then answers. Under load one flush of the disk serves many;
//! alone, a piece of work waits for its own flush only.

use super::StoreError;
use super::files::DataDirectory;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

/// Work that may wait for the writer; beyond it, callers wait. Several times what the driver of the
/// calls ever has under way, so that a burst of sign-ins does not hold up a call.
const QUEUED_MAX: usize = 256;

/// One piece of work for the writer.
trait Job: Send {
    /// Writes, inside the common transaction. An error when this piece failed and must be undone
    /// alone.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// Tells whoever asked, once it is known whether the transaction is durable.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<F, T> {
    work: Option<F>,
    /// `None` before it has run.
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Job for Task<F, T>
where
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        let result = work(connection);
        let ran = result.as_ref().map(drop).map_err(StoreError::clone);
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed),
            // Its own failure says more than the transaction's.
            (Err(_), Some(Err(own))) if !own.can_wait() => Err(own),
            (Err(error), _) => Err(error),
        };
        // Whoever asked may have gone; the work is done all the same.
        let _ = self.reply.send(answer);
    }
}

enum Message {
    Job(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// The way to the writer thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

/// The answer to queued work, given once it is durable. Dropping it does not undo the work.
#[derive(Debug)]
pub struct Receipt<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Receipt<T> {
    /// Waits until the work is durable, or has failed. May be cancelled and called again.
    pub async fn durable(&mut self) -> Result<T, StoreError> {
        (&mut self.0).await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Writer {
    /// Starts the thread. It holds the directory's lock until it has closed the database.
    pub(super) fn start(
        directory: DataDirectory,
        connection: Connection,
    ) -> Result<Self, StoreError> {
        let (queue, messages) = mpsc::channel(QUEUED_MAX);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(directory, connection, messages))
            .map_err(|error| StoreError::Thread(error.into()))?;
        Ok(Self { queue })
    }

    /// Queues work; pieces are done in the order in which this returns. Waits while the queue is
    /// full.
    pub(super) async fn queue<F, T>(&self, work: F) -> Result<Receipt<T>, StoreError>
    where
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, receipt) = oneshot::channel();
        let task = Task {
            work: Some(work),
            result: None,
            reply,
        };
        let message = Message::Job(Box::new(task));
        self.queue
            .send(message)
            .await
            .map_err(|_| StoreError::Closed)?;
        Ok(Receipt(receipt))
    }

    /// Queues work and waits until it is durable.
    pub(super) async fn write<F, T>(&self, work: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.queue(work).await?.durable().await
    }

    /// Ends the thread after everything queued before; returns when the database is closed and the
    /// lock released.
    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Message::Close(reply)).await.is_ok() {
            let _ = closed.await;
        } else {
            // Closed already: wait for that to be complete.
            self.queue.closed().await;
        }
    }
}

fn write_all(
    directory: DataDirectory,
    mut connection: Connection,
    mut messages: mpsc::Receiver<Message>,
) {
    let mut closed = None;
    while closed.is_none()
        && let Some(first) = messages.blocking_recv()
    {
        let mut jobs = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Close(reply) => {
                    closed = Some(reply);
                    break;
                }
            }
            next = messages.try_recv().ok();
        }
        commit(&mut connection, jobs);
    }
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "truncate") {
        // Nothing is lost: the next start reads the log.
        tracing::warn!(%error, "the write-ahead log could not be folded into the database");
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the database did not close cleanly");
    }
    drop(directory);
    drop(messages);
    if let Some(reply) = closed {
        let _ = reply.send(());
    }
}

/// Does the jobs in one transaction and answers each, in order.
fn commit(connection: &mut Connection, mut jobs: Vec<Box<dyn Job>>) {
    if jobs.is_empty() {
        return;
    }
    let committed = run_together(connection, &mut jobs);
    match &committed {
        // Whoever asked tells it, once.
        Err(error) if error.can_wait() => {
            tracing::debug!(%error, jobs = jobs.len(), "a transaction was not possible");
        }
        Err(error) => {
            let jobs = jobs.len();
            tracing::error!(%error, jobs, "a transaction failed; nothing of it is stored");
        }
        Ok(()) => {}
    }
    for job in jobs {
        job.answer(committed.clone());
    }
}

/// All of it or nothing. An error that can wait means that nothing is written and nothing is open:
/// SQLite has no transaction under way.
fn run_together(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let done = run_in_transaction(connection, jobs);
    if done.is_err() && !connection.is_autocommit() {
        // It should have been undone when it was dropped.
        return Err(StoreError::NotUndone);
    }
    done
}

fn run_in_transaction(
    connection: &mut Connection,
    jobs: &mut [Box<dyn Job>],
) -> Result<(), StoreError> {
    let mut transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    for job in jobs {
        let savepoint = transaction.savepoint()?;
        match job.run(&savepoint) {
            Ok(()) => savepoint.commit()?,
            // A full or failing disk makes SQLite end the transaction by itself, and the savepoint
            // with it: nobody is told that lost work is durable.
            Err(error) if savepoint.is_autocommit() => return Err(error),
            Err(_) => savepoint.finish()?,
        }
    }
    Ok(transaction.commit()?)
}
