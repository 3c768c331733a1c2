//! The socket loop: a shard's socket on the UDP port, the TCP connections, one waker, one thread.
//! The only place of the media engine that reads a clock or does I/O.

use super::command::{Command, CommandQueue, Handed, Refused};
use super::directory::ShardNumber;
use super::endpoint::{Arrived, Batch};
use super::limits::{DATAGRAMS_PER_WRITE, READS_PER_TURN};
use super::lines::Lines;
use super::path::{Path, Transport};
use super::routes::Receipt;
use super::shard::Shard;
use super::streams::Streams;
use super::udp::UdpPort;
use super::world;
use mio::{Events, Poll, Token};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tracing::error;

/// The token of the media port.
pub(super) const SOCKET: Token = Token(0);
/// The token of the command queue's waker.
pub(super) const WAKER: Token = Token(1);
/// The first of the TCP connections' tokens, which count up.
const STREAMS: Token = Token(2);
/// The first of the lines' tokens, which count up, above any the connections can reach.
const LINES: Token = Token(usize::MAX / 2);
/// Readiness events taken in one turn; more wait for the next.
const EVENTS: usize = 256;
/// Commands carried out in one turn, where those left can wait.
const COMMANDS: usize = 256;

/// A shard with its sockets.
pub(super) struct SocketLoop {
    poll: Poll,
    udp: UdpPort,
    lines: Lines,
    streams: Streams,
    batch: Batch,
    /// Datagrams since the shard was last served, and when the first of them was taken.
    taken: usize,
    taken_since: Option<Instant>,
    /// Commands may wait without another event.
    commands_wait: bool,
    number: ShardNumber,
    /// The queues of all shards, ours among them.
    queues: Vec<Arc<CommandQueue>>,
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
    /// A loop over a registered port; `queues` are those of all shards.
    pub(super) fn new(
        poll: Poll,
        udp: UdpPort,
        number: ShardNumber,
        queues: Vec<Arc<CommandQueue>>,
        shard: Shard,
    ) -> Self {
        Self {
            poll,
            udp,
            lines: Lines::new(LINES),
            streams: Streams::new(STREAMS),
            batch: Batch::new(),
            taken: 0,
            taken_since: None,
            commands_wait: false,
            number,
            queues,
            shard,
        }
    }

    /// Runs until it is told to shut down. Then every peer has been closed and nobody can queue
    /// another command. When it panics instead, those it served are reported as lost, and the other
    /// shards go on.
    pub(super) fn run(mut self) {
        let commands = Arc::clone(&self.queues[self.number.0]);
        // Whoever waits for an answer must learn that none comes.
        let stop = StopOnDrop(Arc::clone(&commands));
        // Nothing of the shard is used after a panic but the names of whom it served.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.turns(&commands)));
        drop(stop);
        let waiting = match outcome {
            Ok(Ok(waiting)) => waiting,
            Ok(Err(error)) => {
                error!(%error, "a media thread cannot wait for its sockets and ends");
                self.shard.give_up();
                Vec::new()
            }
            Err(_) => {
                error!("a media thread panicked and ends");
                self.shard.give_up();
                Vec::new()
            }
        };
        drop(self);
        for reply in waiting {
            // Whoever asked may have gone; the end does not depend on it.
            let _ = reply.send(());
        }
    }

    /// One turn after another, until the end is asked for; by whom.
    fn turns(&mut self, commands: &CommandQueue) -> io::Result<Vec<oneshot::Sender<()>>> {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            self.wait(&mut events)?;
            self.carry_out(commands, world::now());
            self.read_datagrams(commands);
            let now = world::now();
            self.read_streams(now);
            self.serve(now);
            for address in self.shard.routes.take_gone() {
                self.lines.close(address);
            }
            self.shard.streams = self.streams.len();
            self.shard.lines = self.lines.len();
            if let Some(waiting) = self.shard.take_shut_down() {
                return Ok(waiting);
            }
        }
    }

    fn wait(&mut self, events: &mut Events) -> io::Result<()> {
        let now = world::now();
        let deadlines = [self.shard.next_deadline(now), self.streams.next_deadline()];
        let is_busy = self.commands_wait
            || self.udp.is_readable()
            || self.streams.is_readable()
            || self.lines.readable() > 0;
        let timeout = if is_busy {
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
                SOCKET => self.udp.note_ready(),
                WAKER => {}
                token if token >= LINES => self.lines.note_ready(token),
                token => self.streams.note_ready(token),
            }
        }
        Ok(())
    }

    /// Carries out the commands that have come. Where only joins and datagrams are left, they wait
    /// while media passes; whoever leaves has left before anything further is heard of them.
    fn carry_out(&mut self, commands: &CommandQueue, now: Instant) {
        self.commands_wait = false;
        let mut count = 0;
        while let Some(command) = commands.pop() {
            count += 1;
            let is_join = matches!(command, Command::Join { .. });
            match command {
                Command::Carry(arrival) => {
                    self.streams.add(arrival, self.poll.registry(), now);
                }
                Command::Take(handed) => self.take_handed(&handed, now),
                command => self.shard.command(command, now),
            }
            if (is_join || count >= COMMANDS) && commands.can_wait() {
                self.commands_wait = true;
                return;
            }
        }
    }

    fn carry_out_pressing(&mut self, commands: &CommandQueue) {
        if !commands.can_wait() {
            self.carry_out(commands, world::now());
        }
    }

    /// A datagram that came to another shard. Once its client has settled on the way it came by, a
    /// line is opened, so that the next come straight here.
    fn take_handed(&mut self, handed: &Handed, now: Instant) {
        let Handed { from, to, bytes } = handed;
        let path = Path {
            transport: Transport::Udp,
            address: *from,
        };
        // It is not sent round: whoever sent it here knew no better a moment ago.
        if matches!(self.shard.receive(now, path, bytes), Receipt::Elsewhere(_)) {
            self.shard.counters.datagrams_unknown += 1;
        }
        if let Some(to) = to
            && self.shard.is_settled_on(*from)
        {
            let own = SocketAddr::new(*to, self.udp.local_addr().port());
            self.lines.open(*from, own, self.poll.registry());
        }
        self.serve_after(1, now);
    }

    /// Reads what has come. Whoever leaves and then says goodbye by the network has left: so what
    /// is pressing among the commands comes between a read and what it brought.
    fn read_datagrams(&mut self, commands: &CommandQueue) {
        let mut batch = std::mem::take(&mut self.batch);
        for _ in 0..READS_PER_TURN {
            if self.udp.is_readable() {
                self.udp.read(&mut batch);
                self.carry_out_pressing(commands);
                self.take(&batch, true);
            }
        }
        for _ in 0..self.lines.readable() {
            self.lines.read_next(&mut batch);
            self.carry_out_pressing(commands);
            self.take(&batch, false);
        }
        self.batch = batch;
    }

    /// Takes what a read brought, or hands it over; sends what came of it before it is too much.
    fn take(&mut self, batch: &Batch, is_everybodys: bool) {
        let now = world::now();
        for arrived in batch.arrived() {
            let mut count = 0;
            for datagram in arrived.datagrams() {
                self.take_one(arrived, datagram, is_everybodys, now);
                count += 1;
            }
            self.serve_after(count, now);
        }
    }

    fn take_one(
        &mut self,
        arrived: Arrived<'_>,
        datagram: &[u8],
        is_everybodys: bool,
        now: Instant,
    ) {
        let path = Path {
            transport: Transport::Udp,
            address: arrived.from,
        };
        let Receipt::Elsewhere(owner) = self.shard.receive(now, path, datagram) else {
            return;
        };
        let handed = Handed {
            from: arrived.from,
            to: arrived.to.filter(|_| is_everybodys),
            bytes: datagram.into(),
        };
        let counters = &mut self.shard.counters;
        match self.queues[owner.0].push(Command::Take(handed)) {
            Ok(()) => counters.datagrams_handed_over += 1,
            Err(Refused::Busy) => counters.datagrams_not_handed_over += 1,
            // Its peers are gone with it.
            Err(Refused::Stopped) => counters.datagrams_unknown += 1,
        }
    }

    fn read_streams(&mut self, now: Instant) {
        let Self { streams, shard, .. } = self;
        let mut ended = streams.read(|address, datagram| {
            let transport = Transport::Tcp;
            shard.receive(now, Path { transport, address }, datagram) == Receipt::Taken
        });
        ended.extend(streams.close_overdue(now));
        self.forget(&ended);
    }

    /// So many more datagrams have been taken: serves, once they are enough.
    fn serve_after(&mut self, more: usize, now: Instant) {
        self.taken_since.get_or_insert(now);
        self.taken += more;
        if self.taken >= DATAGRAMS_PER_WRITE {
            self.serve(now);
        }
    }

    /// Lets the shard do what is due and sends what it has.
    fn serve(&mut self, now: Instant) {
        self.taken = 0;
        let since = self.taken_since.take().unwrap_or(now);
        let before = self.shard.counters.packets_forwarded;
        self.shard.service(now);
        self.write();
        self.note_delay(since, before);
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

    /// One reading of the clock for all packets sent together, since the first of them was taken.
    /// What a datagram waited in the system's buffer is not known here.
    fn note_delay(&mut self, since: Instant, forwarded_before: u64) {
        let packets = self.shard.counters.packets_forwarded - forwarded_before;
        if packets > 0 {
            let delay = world::now().saturating_duration_since(since);
            self.shard.delays.record(delay, packets);
        }
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
