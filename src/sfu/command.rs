//! Commands to the media thread: a queue with a waker, the only way in besides the socket.

use super::error::JoinError;
use super::ids::{ParticipantId, RoomId};
use super::limits::MAX_QUEUED_JOINS;
use super::standing::Seat;
use super::stats::SfuStats;
use super::streams::Arrival;
use mio::Waker;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What the rest of the program asks of the media thread. A reply that nobody awaits is dropped.
pub(super) enum Command {
    Join {
        seat: Seat,
        offer: String,
        reply: oneshot::Sender<Result<String, JoinError>>,
    },
    Leave {
        room: RoomId,
        participant: ParticipantId,
    },
    CloseRoom {
        room: RoomId,
    },
    /// A connection over TCP; the socket loop takes it.
    Carry(Arrival),
    Stats {
        reply: oneshot::Sender<SfuStats>,
    },
    ShutDown {
        reply: Option<oneshot::Sender<()>>,
    },
    /// Makes the service of a peer panic, to show that the others go on.
    #[cfg(test)]
    Sabotage {
        room: RoomId,
        participant: ParticipantId,
    },
}

/// Why a command was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many joins wait.
    Busy,
    /// The thread has ended.
    Stopped,
}

/// The queue, shared by the handles and the thread. Joins are bounded; the others cost next to
/// nothing and must not get lost: a leave that is refused would leave a camera streaming.
pub(super) struct CommandQueue {
    state: Mutex<State>,
    waker: Waker,
}

#[derive(Default)]
struct State {
    commands: VecDeque<Command>,
    joins: usize,
    stopped: bool,
}

impl CommandQueue {
    /// An empty queue that wakes the poll of `waker`.
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            state: Mutex::default(),
            waker,
        }
    }

    /// Queues a command and wakes the thread.
    pub(super) fn push(&self, command: Command) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.stopped {
            return Err(Refused::Stopped);
        }
        if matches!(command, Command::Join { .. }) {
            if state.joins >= MAX_QUEUED_JOINS {
                return Err(Refused::Busy);
            }
            state.joins += 1;
        }
        state.commands.push_back(command);
        drop(state);
        // It fails only when the thread's poll is gone, and then `stop` has or will run.
        self.waker.wake().map_err(|_| Refused::Stopped)
    }

    /// The next command.
    pub(super) fn pop(&self) -> Option<Command> {
        let mut state = self.lock();
        let command = state.commands.pop_front()?;
        if matches!(command, Command::Join { .. }) {
            state.joins -= 1;
        }
        Some(command)
    }

    /// Refuses everything from now on and drops what waits, which ends the waiting callers.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.commands.clear();
    }

    /// No code panics while it holds the lock, and if it did the queue would still be whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::Standing;

    fn queue() -> (mio::Poll, CommandQueue) {
        let poll = mio::Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), mio::Token(0)).unwrap();
        (poll, CommandQueue::new(waker))
    }

    fn join() -> Command {
        Command::Join {
            seat: Seat {
                room: RoomId(1),
                participant: ParticipantId(1),
                standing: Standing {
                    precedence: 0,
                    silent: false,
                },
            },
            offer: String::new(),
            reply: oneshot::channel().0,
        }
    }

    #[test]
    fn joins_beyond_the_limit_are_refused_and_leaves_never() {
        let (_poll, queue) = queue();
        for _ in 0..MAX_QUEUED_JOINS {
            assert_eq!(queue.push(join()), Ok(()));
        }
        assert_eq!(queue.push(join()), Err(Refused::Busy));
        assert_eq!(queue.push(Command::CloseRoom { room: RoomId(1) }), Ok(()));
        assert!(queue.pop().is_some());
        assert_eq!(queue.push(join()), Ok(()));
    }

    #[test]
    fn a_stopped_queue_ends_those_who_wait() {
        let (_poll, queue) = queue();
        let (reply, mut waiting) = oneshot::channel();
        queue.push(Command::Stats { reply }).unwrap();
        queue.stop();
        assert_eq!(
            waiting.try_recv(),
            Err(oneshot::error::TryRecvError::Closed)
        );
        assert_eq!(queue.push(join()), Err(Refused::Stopped));
    }
}
