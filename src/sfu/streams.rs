//! The TCP connections of the media engine: who they are by address, which have something to read
//! or to send, and which have had their time.

use super::limits::{MAX_STREAMS, STREAM_IDLE, STREAM_PROOF, STREAM_READ_BYTES};
use super::stream::Stream;
use super::timers::Timers;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::sync::oneshot;
use tracing::debug;

/// A connection on its way to the media thread.
pub(super) struct Arrival {
    /// Connected and non-blocking.
    pub(super) socket: std::net::TcpStream,
    /// The client's end.
    pub(super) remote: SocketAddr,
    /// What has been read from it already.
    pub(super) begun: Vec<u8>,
    /// Dropped when the connection has ended.
    pub(super) until_closed: oneshot::Sender<()>,
}

/// One connection.
struct Entry {
    stream: Stream<TcpStream>,
    token: Token,
    /// A peer has claimed it: an ICE user name of ours came by it.
    is_proven: bool,
    /// It has sent something since its timer was set.
    is_alive: bool,
    _until_closed: oneshot::Sender<()>,
}

/// All connections, by the address of their client.
pub(super) struct Streams {
    entries: HashMap<SocketAddr, Entry>,
    by_token: HashMap<Token, SocketAddr>,
    next_token: usize,
    readable: HashSet<SocketAddr>,
    unsent: HashSet<SocketAddr>,
    timers: Timers<SocketAddr>,
    scratch: Vec<u8>,
}

impl Streams {
    /// None yet; tokens are given from `first` on.
    pub(super) fn new(first: Token) -> Self {
        Self {
            entries: HashMap::new(),
            by_token: HashMap::new(),
            next_token: first.0,
            readable: HashSet::new(),
            unsent: HashSet::new(),
            timers: Timers::new(),
            scratch: vec![0; STREAM_READ_BYTES],
        }
    }

    /// Takes a connection in; beyond the limit, or when the system refuses, it is closed.
    pub(super) fn add(&mut self, arrival: Arrival, registry: &Registry, now: Instant) {
        let Arrival {
            socket,
            remote,
            begun,
            until_closed,
        } = arrival;
        if self.entries.len() >= MAX_STREAMS {
            debug!(%remote, "too many media connections over TCP");
            return;
        }
        let token = Token(self.next_token);
        self.next_token += 1;
        let mut socket = TcpStream::from_std(socket);
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = registry.register(&mut socket, token, interest) {
            debug!(%remote, %error, "a media connection over TCP was not taken");
            return;
        }
        let entry = Entry {
            stream: Stream::new(socket, begun),
            token,
            is_proven: false,
            is_alive: false,
            _until_closed: until_closed,
        };
        // The same address again: the connection before has ended, whatever this end knows.
        if let Some(before) = self.entries.insert(remote, entry) {
            self.by_token.remove(&before.token);
        }
        self.by_token.insert(token, remote);
        self.readable.insert(remote);
        self.timers.set(remote, now + STREAM_PROOF);
    }

    /// A readiness event: the connection may have something, and may take something.
    pub(super) fn note_ready(&mut self, token: Token) {
        if let Some(remote) = self.by_token.get(&token) {
            self.readable.insert(*remote);
            self.unsent.insert(*remote);
        }
    }

    /// True while something may be read without another event.
    pub(super) fn is_readable(&self) -> bool {
        !self.readable.is_empty()
    }

    /// When [`close_overdue`](Self::close_overdue) is due.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Reads from every connection that may have something. `take` says whether a datagram was for
    /// a peer. Returns the connections that ended.
    pub(super) fn read(
        &mut self,
        mut take: impl FnMut(SocketAddr, &[u8]) -> bool,
    ) -> Vec<SocketAddr> {
        let mut ended = Vec::new();
        for remote in self.readable.drain().collect::<Vec<_>>() {
            let Some(entry) = self.entries.get_mut(&remote) else {
                continue;
            };
            let (is_proven, is_alive) = (&mut entry.is_proven, &mut entry.is_alive);
            let outcome = entry.stream.read(&mut self.scratch, |datagram| {
                *is_alive = true;
                *is_proven |= take(remote, datagram);
            });
            match outcome {
                Ok(true) => drop(self.readable.insert(remote)),
                Ok(false) => {}
                Err(error) => {
                    debug!(%remote, %error, "media connection over TCP");
                    ended.push(remote);
                }
            }
        }
        for remote in &ended {
            self.remove(*remote);
        }
        ended
    }

    /// Queues a datagram; false when there is no such connection or it takes no more.
    pub(super) fn queue(&mut self, remote: SocketAddr, datagram: &[u8]) -> bool {
        let Some(entry) = self.entries.get_mut(&remote) else {
            return false;
        };
        self.unsent.insert(remote);
        entry.stream.queue(datagram)
    }

    /// Sends what was queued; returns the connections that ended.
    pub(super) fn flush(&mut self) -> Vec<SocketAddr> {
        let mut ended = Vec::new();
        for remote in self.unsent.drain() {
            let entry = self.entries.get_mut(&remote);
            if entry.is_some_and(|entry| entry.stream.flush().is_err()) {
                ended.push(remote);
            }
        }
        for remote in &ended {
            self.remove(*remote);
        }
        ended
    }

    /// Closes the connections that nobody has claimed in time, and those that fell silent.
    pub(super) fn close_overdue(&mut self, now: Instant) -> Vec<SocketAddr> {
        let mut ended = Vec::new();
        while let Some(remote) = self.timers.take_due(now) {
            let Some(entry) = self.entries.get_mut(&remote) else {
                continue;
            };
            if entry.is_proven && std::mem::take(&mut entry.is_alive) {
                self.timers.set(remote, now + STREAM_IDLE);
            } else {
                ended.push(remote);
                self.remove(remote);
            }
        }
        ended
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn remove(&mut self, remote: SocketAddr) {
        if let Some(entry) = self.entries.remove(&remote) {
            self.by_token.remove(&entry.token);
        }
        self.readable.remove(&remote);
        self.timers.remove(remote);
    }
}
