//! All clients in one thread: it sends what is due, reads what has come, and lets time pass, so
//! that sender and receiver of a packet read one clock. It waits for their sockets with the
//! kernel's precision: a pause rounded up to a millisecond would turn an even stream into bursts.

use super::peer::Peer;
use super::tally::Tally;
use passerelle::clock::monotonic;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// Commands that wait; there is one at a time.
const COMMANDS_MAX: usize = 16;

/// How long commands may wait, and timers of connections, which are of tens of milliseconds.
const TURN: Duration = Duration::from_millis(1);

/// A publisher that is further behind leaves packets out: the clients' core is too slow.
const BEHIND_MAX: Duration = Duration::from_millis(100);

/// Packets sent late still arrive within this time, or count as lost.
const ARRIVE_MAX: Duration = Duration::from_millis(500);

/// Sockets that are looked at in one turn.
const EVENTS: usize = 256;

/// How publishers send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Packets a second of each.
    pub(crate) per_second: u32,
    /// Packets that leave at once: one, for an even stream, or those of a frame, as encoders do.
    pub(crate) at_once: u32,
}

/// How the clients stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) peers: usize,
    pub(crate) connected: usize,
    /// Those who receive, of those who are to.
    pub(crate) receiving: usize,
    pub(crate) receivers: usize,
    pub(crate) lost: usize,
}

enum Command {
    Add(Vec<Peer>),
    Begin,
    End(oneshot::Sender<Tally>),
}

/// The thread, as others see it. It ends when this is dropped.
pub(crate) struct Swarm {
    commands: Option<SyncSender<Command>>,
    standing: watch::Receiver<Standing>,
    thread: Option<JoinHandle<()>>,
}

impl Swarm {
    /// A thread without clients.
    pub(crate) fn start(pace: Pace) -> std::io::Result<Self> {
        let poll = epoll::create(CreateFlags::CLOEXEC)?;
        let (commands, received) = sync_channel(COMMANDS_MAX);
        let (shown, standing) = watch::channel(Standing::default());
        let thread = std::thread::Builder::new()
            .name(String::from("clients"))
            .spawn(move || Loop::new(poll, pace, received, shown).run())?;
        Ok(Self {
            commands: Some(commands),
            standing,
            thread: Some(thread),
        })
    }

    /// More clients.
    pub(crate) fn add(&self, peers: Vec<Peer>) {
        self.command(Command::Add(peers));
    }

    /// Packets count from now on.
    pub(crate) fn begin(&self) {
        self.command(Command::Begin);
    }

    /// Packets do not count any more; those on the way are waited for.
    pub(crate) async fn end(&self) -> Option<Tally> {
        let (reply, tally) = oneshot::channel();
        self.command(Command::End(reply));
        tally.await.ok()
    }

    /// How they stand, to be waited for.
    pub(crate) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    fn command(&self, command: Command) {
        // The thread ends only with this.
        if let Some(commands) = &self.commands {
            let _ = commands.send(command);
        }
    }
}

impl Drop for Swarm {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Loop {
    poll: OwnedFd,
    pace: Pace,
    commands: Receiver<Command>,
    shown: watch::Sender<Standing>,
    began: Instant,
    peers: Vec<Peer>,
    /// When each publisher sends next.
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    tally: Option<Tally>,
    /// Where the tally goes, and when.
    asked: Option<(Instant, oneshot::Sender<Tally>)>,
}

impl Loop {
    fn new(
        poll: OwnedFd,
        pace: Pace,
        commands: Receiver<Command>,
        shown: watch::Sender<Standing>,
    ) -> Self {
        Self {
            poll,
            pace,
            commands,
            shown,
            began: monotonic(),
            peers: Vec::new(),
            due: BinaryHeap::new(),
            tally: None,
            asked: None,
        }
    }

    fn run(mut self) {
        let mut looked = self.began;
        let mut ready = Vec::with_capacity(EVENTS);
        loop {
            let now = monotonic();
            if now >= looked + TURN {
                looked = now;
                if !self.obey(now) {
                    return;
                }
                self.tick(now);
            }
            self.send_due(now);
            ready.clear();
            let until = self
                .due
                .peek()
                .map_or(looked + TURN, |Reverse((at, _))| *at);
            let pause = until
                .min(looked + TURN)
                .saturating_duration_since(monotonic());
            let pause = Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(pause.subsec_nanos()),
            };
            let spare = rustix::buffer::spare_capacity(&mut ready);
            // Interrupted, say: the next turn is soon.
            let _ = epoll::wait(&self.poll, spare, Some(&pause));
            for event in &ready {
                self.read(event.data.u64() as usize);
            }
        }
    }

    /// Carries out commands; false when there will be no more.
    fn obey(&mut self, now: Instant) -> bool {
        loop {
            match self.commands.try_recv() {
                Ok(Command::Add(peers)) => peers.into_iter().for_each(|peer| self.add(peer, now)),
                Ok(Command::Begin) => self.tally = Some(Tally::begin(now - self.began)),
                Ok(Command::End(reply)) => {
                    if let Some(tally) = &mut self.tally {
                        tally.end(now - self.began);
                    }
                    self.asked = Some((now + ARRIVE_MAX, reply));
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        if let Some((_, reply)) = self.asked.take_if(|(at, _)| *at <= now)
            && let Some(tally) = self.tally.take()
        {
            // Whoever asked may have given up.
            let _ = reply.send(tally);
        }
        self.show();
        true
    }

    fn add(&mut self, mut peer: Peer, now: Instant) {
        let index = self.peers.len();
        let data = EventData::new_u64(index as u64);
        if epoll::add(&self.poll, &peer, data, EventFlags::IN).is_err() {
            peer.lost = true;
        }
        if peer.is_publisher() {
            // Publishers are spread over the interval by the golden ratio, however many there are.
            let share = (index as f64 * 0.618_033_988_75).fract();
            self.due
                .push(Reverse((now + self.interval().mul_f64(share), index)));
        }
        self.peers.push(peer);
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(1) * self.pace.at_once / self.pace.per_second
    }

    fn send_due(&mut self, now: Instant) {
        let interval = self.interval();
        while let Some(Reverse((at, index))) = self.due.peek().copied() {
            if at > now {
                return;
            }
            self.due.pop();
            let overdue = now.saturating_duration_since(at) > BEHIND_MAX;
            let next = if overdue { now } else { at } + interval;
            self.due.push(Reverse((next, index)));
            let peer = &mut self.peers[index];
            if !peer.connected || peer.lost {
                continue;
            }
            for _ in 0..self.pace.at_once {
                // The time is read for each, so that the clients' own work does not count.
                let now = monotonic();
                if peer.publish(now, now - self.began, self.pace.per_second)
                    && let Some(tally) = &mut self.tally
                {
                    tally.count_sent();
                }
            }
        }
    }

    fn read(&mut self, index: usize) {
        let (began, tally) = (self.began, &mut self.tally);
        if let Some(peer) = self.peers.get_mut(index) {
            // What is left makes the socket ready again.
            peer.read(&mut |stamp, arrival, at| {
                if let Some(tally) = tally {
                    tally.count_received(stamp, arrival, at.saturating_duration_since(began));
                }
            });
        }
    }

    fn tick(&mut self, now: Instant) {
        let (began, tally) = (self.began, &mut self.tally);
        for peer in &mut self.peers {
            if peer.deadline <= now && !peer.lost {
                peer.tick(now, &mut |stamp, arrival, at| {
                    if let Some(tally) = tally {
                        tally.count_received(stamp, arrival, at.saturating_duration_since(began));
                    }
                });
            }
        }
    }

    fn show(&self) {
        let count = |holds: fn(&Peer) -> bool| self.peers.iter().filter(|one| holds(one)).count();
        let standing = Standing {
            peers: self.peers.len(),
            connected: count(|one| one.connected),
            receiving: count(|one| one.receiving),
            receivers: count(Peer::is_receiver),
            lost: count(|one| one.lost),
        };
        self.shown
            .send_if_modified(|shown| std::mem::replace(shown, standing) != standing);
    }
}
