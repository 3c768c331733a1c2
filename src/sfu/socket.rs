//! The socket loop: one UDP port, the TCP connections, one waker, one thread. The only place of the
//! media engine that reads a clock or does I/O.

use super::command::{Command, CommandQueue};
use super::path::{Path, Transport};
use super::shard::Shard;
use super::streams::Streams;
use super::udp::UdpPort;
use super::world;
use mio::{Events, Poll, Token};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::error;

/// The token of the media port.
pub(super) const SOCKET: Token = Token(0);
/// The token of the command queue's waker.
pub(super) const WAKER: Token = Token(1);
/// The first of the TCP connections' tokens.
const STREAMS: Token = Token(2);
/// Readiness events taken in one turn; more wait for the next.
const EVENTS: usize = 256;

/// A shard with its sockets.
pub(super) struct SocketLoop {
    poll: Poll,
    udp: UdpPort,
    streams: Streams,
    commands: Arc<CommandQueue>,
    shard: Shard,
}

/// Ends the queue with the thread, however that ends.
struct StopOnDrop(Arc<CommandQueue>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl SocketLoop {
    /// A loop over a registered port.
    pub(super) fn new(poll: Poll, udp: UdpPort, commands: Arc<CommandQueue>, shard: Shard) -> Self {
        Self {
            poll,
            udp,
            streams: Streams::new(STREAMS),
            commands,
            shard,
        }
    }

    /// Runs until it is told to shut down. Then every peer has been closed and nobody can queue
    /// another command.
    pub(super) fn run(mut self) {
        // Also when something here panics: whoever waits for an answer must learn that none comes.
        let _stop = StopOnDrop(Arc::clone(&self.commands));
        let mut events = Events::with_capacity(EVENTS);
        let mut waiting = Vec::new();
        loop {
            if let Err(error) = self.wait(&mut events) {
                error!(%error, "the media thread cannot wait for its sockets and ends");
                break;
            }
            let now = world::now();
            while let Some(command) = self.commands.pop() {
                match command {
                    Command::Carry(arrival) => {
                        self.streams.add(arrival, self.poll.registry(), now);
                    }
                    command => self.shard.command(command, now),
                }
            }
            self.read(now);
            self.shard.service(now);
            self.write();
            self.shard.streams = self.streams.len();
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
        let deadlines = [self.shard.next_deadline(now), self.streams.next_deadline()];
        let timeout = if self.udp.is_readable || self.streams.is_readable() {
            Some(Duration::ZERO)
        } else {
            let earliest = deadlines.into_iter().flatten().min();
            earliest.map(|at| at.saturating_duration_since(now))
        };
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for event in &*events {
            match event.token() {
                SOCKET => self.udp.is_readable = true,
                WAKER => {}
                token => self.streams.note_ready(token),
            }
        }
        Ok(())
    }

    fn read(&mut self, now: Instant) {
        let Self {
            udp,
            streams,
            shard,
            ..
        } = self;
        udp.read(|address, datagram| {
            let transport = Transport::Udp;
            shard.receive(now, Path { transport, address }, datagram);
        });
        let mut ended = streams.read(|address, datagram| {
            let transport = Transport::Tcp;
            shard.receive(now, Path { transport, address }, datagram)
        });
        ended.extend(streams.close_overdue(now));
        self.forget(&ended);
    }

    fn write(&mut self) {
        let outbox = std::mem::take(&mut self.shard.outbox);
        let mut rest = outbox.as_slice();
        while let Some(first) = rest.first() {
            let (length, taken) = match first.to.transport {
                Transport::Udp => self.udp.send(rest),
                Transport::Tcp => (1, self.streams.queue(first.to.address, &first.bytes)),
            };
            let counters = &mut self.shard.counters;
            if taken {
                counters.datagrams_sent += length as u64;
            } else {
                counters.datagrams_unsent += length as u64;
            }
            rest = &rest[length..];
        }
        // The allocation is kept for the next turn.
        self.shard.outbox = outbox;
        self.shard.outbox.clear();
        let ended = self.streams.flush();
        self.forget(&ended);
    }

    fn forget(&mut self, ended: &[SocketAddr]) {
        for address in ended {
            self.shard.forget_path(Path {
                transport: Transport::Tcp,
                address: *address,
            });
        }
    }
}
