//! Commands to a media thread: a queue with a waker, the only way in besides the sockets.

use super::bandwidth::PathState;
use super::error::JoinError;
use super::ids::{ParticipantId, RoomId};
use super::join_token::{Epoch, JoinToken};
use super::limits::{MAX_HANDED_OVER, MAX_QUEUED_JOINS};
use super::offer::Offer;
use super::quality::Camera;
use super::stats::SfuStats;
use super::streams::Arrival;
use mio::Waker;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// A datagram that came to another shard's socket.
pub(super) struct Handed {
    pub(super) from: SocketAddr,
    /// The address of ours it was sent to, when it came by the socket for everybody.
    pub(super) to: Option<IpAddr>,
    pub(super) bytes: Box<[u8]>,
}

/// Who waits for the answer to an offer.
pub(super) type Joined = oneshot::Sender<Result<String, JoinError>>;

/// What the rest of the program asks of a media thread. A reply that nobody awaits is dropped.
pub(super) enum Command {
    Join {
        token: JoinToken,
        offer: Offer,
        reply: Joined,
    },
    Leave {
        room: RoomId,
        participant: ParticipantId,
        epoch: Epoch,
    },
    Camera {
        room: RoomId,
        participant: ParticipantId,
        camera: Camera,
    },
    Sight {
        room: RoomId,
        participant: ParticipantId,
        shown: bool,
    },
    CloseRoom {
        room: RoomId,
        epoch: Epoch,
    },
    /// A connection over TCP; the socket loop takes it.
    Carry(Arrival),
    /// From another shard; the socket loop takes it.
    Take(Handed),
    Path {
        room: RoomId,
        participant: ParticipantId,
        reply: oneshot::Sender<Option<PathState>>,
    },
    Stats {
        reply: oneshot::Sender<SfuStats>,
    },
    ShutDown {
        reply: Option<oneshot::Sender<()>>,
    },
    /// Makes the whole shard panic, to show that the others go on.
    #[cfg(test)]
    SabotageShard,
    /// Makes the service of a peer panic at this place, to show that the others go on.
    #[cfg(test)]
    Sabotage {
        room: RoomId,
        participant: ParticipantId,
        place: super::sabotage::Place,
    },
}

/// Why a command was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many joins wait, or too many datagrams.
    Busy,
    /// The thread has ended.
    Stopped,
}

/// The queue, shared by the handles and the threads. Joins and datagrams are bounded; the others
/// cost next to nothing and must not get lost: a leave that is refused would leave a camera
/// streaming.
pub(super) struct CommandQueue {
    state: Mutex<State>,
    /// How many wait, so that a turn without any takes no lock.
    waiting: AtomicUsize,
    /// Those that cannot wait, so that the packet path can ask without the lock.
    pressing: AtomicUsize,
    waker: Waker,
}

#[derive(Default)]
struct State {
    commands: VecDeque<Command>,
    joins: usize,
    /// Since the start, because too many waited.
    joins_refused: u64,
    handed_over: usize,
    stopped: bool,
}

impl State {
    /// How many commands of a bounded kind wait, and how many may.
    fn bound(&mut self, command: &Command) -> Option<(&mut usize, usize)> {
        match command {
            Command::Join { .. } => Some((&mut self.joins, MAX_QUEUED_JOINS)),
            Command::Take(_) => Some((&mut self.handed_over, MAX_HANDED_OVER)),
            _ => None,
        }
    }
}

impl CommandQueue {
    /// An empty queue that wakes the poll of `waker`.
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            state: Mutex::default(),
            waiting: AtomicUsize::new(0),
            pressing: AtomicUsize::new(0),
            waker,
        }
    }

    /// Queues a command and wakes the thread.
    pub(super) fn push(&self, command: Command) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.stopped {
            return Err(Refused::Stopped);
        }
        if let Some((waiting, most)) = state.bound(&command) {
            if *waiting >= most {
                state.joins_refused += u64::from(matches!(command, Command::Join { .. }));
                return Err(Refused::Busy);
            }
            *waiting += 1;
        }
        state.commands.push_back(command);
        self.count(&state);
        drop(state);
        // It fails only when the thread's poll is gone, and then `stop` has or will run.
        self.waker.wake().map_err(|_| Refused::Stopped)
    }

    /// The next command.
    pub(super) fn pop(&self) -> Option<Command> {
        // Whoever pushes counts first and then wakes the thread, which comes here once more.
        if self.waiting.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut state = self.lock();
        let command = state.commands.pop_front()?;
        if let Some((waiting, _)) = state.bound(&command) {
            *waiting -= 1;
        }
        self.count(&state);
        Some(command)
    }

    /// True when only joins and datagrams are left, which nobody counts on having been taken.
    pub(super) fn can_wait(&self) -> bool {
        self.pressing.load(Ordering::Acquire) == 0
    }

    fn count(&self, state: &State) {
        let pressing = state.commands.len() - state.joins - state.handed_over;
        self.pressing.store(pressing, Ordering::Release);
        self.waiting.store(state.commands.len(), Ordering::Release);
    }

    /// Joins that were refused here, until the thread has ended.
    pub(super) fn joins_refused(&self) -> u64 {
        self.lock().joins_refused
    }

    /// True once the thread has ended.
    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// Refuses everything from now on and drops what waits, which ends the waiting callers.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.commands.clear();
        (state.joins, state.joins_refused, state.handed_over) = (0, 0, 0);
        self.count(&state);
    }

    /// No code panics while it holds the lock, and if it did the queue would still be whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::monotonic;
    use crate::sfu::Standing;

    fn queue() -> (mio::Poll, CommandQueue) {
        let poll = mio::Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), mio::Token(0)).unwrap();
        (poll, CommandQueue::new(waker))
    }

    fn join() -> Command {
        Command::Join {
            token: JoinToken::new(
                RoomId(1),
                ParticipantId(1),
                Standing {
                    precedence: 0,
                    silent: false,
                },
                Epoch(0),
                monotonic(),
            ),
            offer: Offer::default(),
            reply: oneshot::channel().0,
        }
    }

    fn close_room() -> Command {
        let (room, epoch) = (RoomId(1), Epoch(0));
        Command::CloseRoom { room, epoch }
    }

    #[test]
    fn joins_beyond_the_limit_are_refused_and_leaves_never() {
        let (_poll, queue) = queue();
        for _ in 0..MAX_QUEUED_JOINS {
            assert_eq!(queue.push(join()), Ok(()));
        }
        assert_eq!(queue.push(join()), Err(Refused::Busy));
        assert_eq!(queue.joins_refused(), 1);
        assert_eq!(queue.push(close_room()), Ok(()));
        assert!(queue.pop().is_some());
        assert_eq!(queue.push(join()), Ok(()));
    }

    #[test]
    fn datagrams_beyond_the_limit_are_refused_and_joins_are_not_for_them() {
        let (_poll, queue) = queue();
        let datagram = || {
            Command::Take(Handed {
                from: SocketAddr::from(([192, 0, 2, 7], 5000)),
                to: None,
                bytes: Box::default(),
            })
        };
        for _ in 0..MAX_HANDED_OVER {
            assert_eq!(queue.push(datagram()), Ok(()));
        }
        assert_eq!(queue.push(datagram()), Err(Refused::Busy));
        assert_eq!(queue.push(join()), Ok(()));
        assert!(queue.can_wait());
        queue.push(close_room()).unwrap();
        assert!(!queue.can_wait(), "a room that is closed must not");
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
