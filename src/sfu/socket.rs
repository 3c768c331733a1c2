//! The socket loop: one UDP port, one waker, one thread. The only place of the media engine that
//! reads a clock or does I/O.

use super::command::CommandQueue;
use super::limits::{DATAGRAM_BYTES, DATAGRAMS_PER_TURN};
use super::shard::Shard;
use super::world;
use mio::net::UdpSocket;
use mio::{Events, Poll, Token};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::{debug, error};

/// The token of the media port.
pub(super) const SOCKET: Token = Token(0);
/// The token of the command queue's waker.
pub(super) const WAKER: Token = Token(1);

/// A shard with its socket.
pub(super) struct SocketLoop {
    poll: Poll,
    socket: UdpSocket,
    commands: Arc<CommandQueue>,
    shard: Shard,
    /// The socket may have more to read; mio says so only once (edge-triggered).
    readable: bool,
}

/// Ends the queue with the thread, however that ends.
struct StopOnDrop(Arc<CommandQueue>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl SocketLoop {
    /// A loop over a registered socket.
    pub(super) fn new(
        poll: Poll,
        socket: UdpSocket,
        commands: Arc<CommandQueue>,
        shard: Shard,
    ) -> Self {
        Self {
            poll,
            socket,
            commands,
            shard,
            readable: true,
        }
    }

    /// Runs until it is told to shut down. Then every peer has been closed and nobody can queue
    /// another command.
    pub(super) fn run(mut self) {
        // Also when something here panics: whoever waits for an answer must learn that none comes.
        let _stop = StopOnDrop(Arc::clone(&self.commands));
        let mut events = Events::with_capacity(4);
        let mut waiting = Vec::new();
        loop {
            if let Err(error) = self.wait(&mut events) {
                error!(%error, "the media thread cannot wait for its socket and ends");
                break;
            }
            let now = world::now();
            while let Some(command) = self.commands.pop() {
                self.shard.command(command, now);
            }
            self.read(now);
            self.shard.service(now);
            self.write();
            if let Some(replies) = self.shard.take_shut_down() {
                waiting = replies;
                break;
            }
        }
        self.commands.stop();
        drop(self);
        for reply in waiting {
            // Whoever asked may have gone; the end does not depend on it.
            let _ = reply.send(());
        }
    }

    fn wait(&mut self, events: &mut Events) -> std::io::Result<()> {
        let now = world::now();
        let deadline = self.shard.next_deadline(now);
        let timeout = match (self.readable, deadline) {
            (true, _) => Some(Duration::ZERO),
            (false, deadline) => deadline.map(|at| at.saturating_duration_since(now)),
        };
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        self.readable |= events.iter().any(|event| event.token() == SOCKET);
        Ok(())
    }

    fn read(&mut self, now: Instant) {
        let mut buffer = [0; DATAGRAM_BYTES];
        for _ in 0..DATAGRAMS_PER_TURN {
            if !self.readable {
                return;
            }
            match self.socket.recv_from(&mut buffer) {
                Ok((length, from)) => self.shard.receive(now, from, &buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.readable = false,
                // An ICMP error of an earlier datagram: its peer has gone, ICE will notice.
                Err(error) => debug!(%error, "media port"),
            }
        }
    }

    fn write(&mut self) {
        for datagram in self.shard.outbox.drain(..) {
            match self.socket.send_to(&datagram.bytes, datagram.to) {
                Ok(_) => self.shard.counters.datagrams_sent += 1,
                // UDP may lose; waiting for buffer space would delay every other call.
                Err(_) => self.shard.counters.datagrams_unsent += 1,
            }
        }
    }
}
