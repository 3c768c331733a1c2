//! The media engine: a selective forwarding unit (RFC 7667 §3.7) on the sans-I/O `rtc` core. A
//! shard is a thread with its own rooms and their peers; all shards have one UDP port. The rest of
//! the program holds a handle and reads events. The engine knows rooms and participants, never
//! languages or queues, and keeps no media.
//!
//! A client offers once, `sendrecv` audio and video and a data channel for text on a new peer
//! connection, and gets a complete answer. Any of the three may be missing. Joining again
//! replaces the participant's peer once the new one carries; the others' streams go on.

mod allowance;
mod answer;
mod association;
mod bandwidth;
mod codec;
mod collect;
mod command;
mod delay;
mod directory;
mod endpoint;
mod error;
mod events;
mod flight;
mod forward;
#[cfg(any(test, passerelle_fuzz))]
pub(crate) mod fuzz;
mod handover;
mod hello;
mod ids;
mod join_token;
mod keyframe;
mod layer;
mod limits;
mod lines;
mod media_engine;
mod offer;
mod path;
mod peer;
mod peers;
mod preference;
mod published;
mod quality;
mod quirks;
mod records;
mod relay;
mod rewrite;
mod room;
mod routes;
mod rtp;
mod sabotage;
mod sequence;
mod shard;
mod sight;
mod socket;
mod standing;
mod stats;
mod stream;
mod streams;
mod stun;
#[cfg(test)]
mod tests;
mod text;
mod text_line;
mod text_relay;
mod text_terms;
mod timers;
mod udp;
mod usher;
mod world;

pub use bandwidth::PathState;
pub use codec::{Codec, Codecs};
pub use delay::Delays;
pub use error::{JoinError, SfuError};
pub use events::SfuEvent;
pub use ids::{ParticipantId, RoomId};
pub use join_token::{Epoch, JoinToken};
pub use limits::{MAX_MEDIA_THREADS, MAX_OFFER_BYTES, MAX_PARTICIPANTS_PER_ROOM, MAX_ROOMS};
pub(crate) use limits::{MAX_NACKS_PER_PACKET, NACK_HISTORY};
pub use quality::{Camera, Figures, Motion, Picture, RoomQuality, SoundFigures, Way};
pub use standing::Standing;
pub use stats::{Counters, SfuStats};

// The built-in client speaks the same codecs.
#[cfg(test)]
pub(crate) use association::meddling;
pub(crate) use codec::{CodecLine, Formats, lines_of, starts_keyframe};
pub(crate) use media_engine::{engine, library_kind, outgoing_track};
pub(crate) use offer::Kind;
pub use offer::Offer;
pub use quirks::Quirks;
pub(crate) use sequence::{SequenceWindow, Verdict};
pub(crate) use text::{TEXT_CHANNEL, TEXT_PROTOCOL};
pub(crate) use world::{now, numbering, stream_id};

use command::{Command, CommandQueue, Refused};
use directory::{Directory, ShardNumber};
use events::EventOutbox;
use mio::{Poll, Waker};
use path::{Path, Transport};
use routes::Routes;
use shard::Shard;
use socket::{SOCKET, SocketLoop, WAKER};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use streams::Arrival;
use tokio::sync::{mpsc, oneshot};
use tracing::debug;
use udp::UdpPort;

/// How the engine is reached.
#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// The UDP address of all media; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// Addresses clients reach this host by, put into every answer as ICE candidates with the
    /// media port. Empty: the address of `bind`.
    pub announced: Vec<IpAddr>,
    /// The TCP port at which clients reach whoever hands connections to [`Sfu::carry`]; announced
    /// with the same addresses. `None`: media over UDP only.
    pub tcp_port: Option<u16>,
    /// Threads that carry media, [`MAX_MEDIA_THREADS`] at most; a room is on one of them.
    pub threads: NonZeroUsize,
}

/// A handle of the media engine; clones are handles of the same. When the last is dropped without
/// [`shut_down`](Sfu::shut_down), the engine closes its peers and ends by itself.
#[derive(Clone)]
pub struct Sfu {
    shared: Arc<Shared>,
}

struct Shared {
    /// Of each shard, in order; at least one.
    queues: Vec<Arc<CommandQueue>>,
    directory: Arc<Directory>,
    local_addr: SocketAddr,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        for queue in &self.queues {
            // Refused only when the thread has ended already.
            let _ = queue.push(Command::ShutDown { reply: None });
        }
    }
}

impl Sfu {
    /// Binds the media port and starts the threads. `events` may be bounded: the engine keeps what
    /// does not fit and never waits.
    ///
    /// # Errors
    /// See [`SfuError`].
    pub fn start(config: SfuConfig, events: mpsc::Sender<SfuEvent>) -> Result<Self, SfuError> {
        let SfuConfig {
            bind: address,
            announced,
            tcp_port,
            threads,
        } = config;
        let count = threads.get().min(MAX_MEDIA_THREADS);
        let refused = |source| SfuError::Bind { address, source };
        let (local_addr, ports) = UdpPort::bind(address, count).map_err(refused)?;
        let candidates = candidates(local_addr, tcp_port, &announced)?;
        let mut polls = Vec::new();
        let mut queues = Vec::new();
        for _ in &ports {
            let poll = Poll::new().map_err(SfuError::Thread)?;
            let waker = Waker::new(poll.registry(), WAKER).map_err(SfuError::Thread)?;
            queues.push(Arc::new(CommandQueue::new(waker)));
            polls.push(poll);
        }
        // From here on, dropping it ends what has been started.
        let sfu = Self {
            shared: Arc::new(Shared {
                queues,
                directory: Arc::default(),
                local_addr,
                threads: Mutex::default(),
            }),
        };
        let parts = polls.into_iter().zip(ports);
        let parts = parts.zip(std::iter::repeat_n(events, count));
        for (number, ((poll, mut udp), events)) in parts.enumerate() {
            let (queues, number) = (sfu.shared.queues.clone(), ShardNumber(number));
            let registered = udp.register(poll.registry(), SOCKET);
            registered.map_err(SfuError::Thread)?;
            let routes = if count == 1 {
                Routes::default()
            } else {
                Routes::among(number, Arc::clone(&sfu.shared.directory))
            };
            let shard = Shard::new(candidates.clone(), routes, EventOutbox::new(events));
            let socket_loop = SocketLoop::new(poll, udp, number, queues, shard);
            let thread = std::thread::Builder::new()
                .name(format!("media-{}", number.0))
                .spawn(move || socket_loop.run())
                .map_err(SfuError::Thread)?;
            sfu.threads().push(thread);
        }
        Ok(sfu)
    }

    /// The address of the media port, with the port the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        self.shared.local_addr
    }

    /// Lets the participant of a token join with an SDP offer and returns the complete SDP answer.
    /// The first join makes the room. A participant who is in the room already gets a new peer
    /// connection, and the old one is closed; when the new offer is refused the old one stays. One
    /// whose connection was lost keeps its place among the others' streams until it leaves.
    ///
    /// # Errors
    /// See [`JoinError`]; nobody else is affected by any of them.
    pub async fn join(
        &self,
        token: JoinToken,
        offer: impl Into<Offer>,
    ) -> Result<String, JoinError> {
        let offer = offer.into();
        let (reply, answer) = oneshot::channel();
        let queue = self.queue_of(token.seat.room);
        let queued = queue.push(Command::Join {
            token,
            offer,
            reply,
        });
        queued.map_err(|refused| match refused {
            Refused::Busy => JoinError::Busy,
            Refused::Stopped => JoinError::Stopped,
        })?;
        answer.await.unwrap_or(Err(JoinError::Stopped))
    }

    /// Lets a participant leave: the connection is closed. The last leave removes the room. Leaving
    /// a room one is not in does nothing.
    /// What was given to it before that decision lets nobody in any more.
    pub fn leave(&self, room: RoomId, participant: ParticipantId, epoch: Epoch) {
        let command = Command::Leave {
            room,
            participant,
            epoch,
        };
        self.send(room, command);
    }

    /// A participant has turned the camera off or on: no picture of it then stands, or may; or the
    /// page sees that it shows nothing: it stands, whatever is sent. Forgotten with the connection.
    pub fn set_camera(&self, room: RoomId, participant: ParticipantId, camera: Camera) {
        let command = Command::Camera {
            room,
            participant,
            camera,
        };
        self.send(room, command);
    }

    /// A participant's page shows its pictures, or is out of sight: then it is soon sent none,
    /// until it shows them again. Sound and text go on. Forgotten with the connection, which
    /// begins as shown.
    pub fn set_sight(&self, room: RoomId, participant: ParticipantId, shown: bool) {
        let command = Command::Sight {
            room,
            participant,
            shown,
        };
        self.send(room, command);
    }

    /// Closes every connection of a room and removes it. What was given for it before that decision
    /// lets nobody in any more.
    pub fn close_room(&self, room: RoomId, epoch: Epoch) {
        self.send(room, Command::CloseRoom { room, epoch });
    }

    /// Carries media over a TCP connection that a client has opened (RFC 6544), until it ends; then
    /// this returns. The connection must show within seconds that it is for a participant.
    pub async fn carry(&self, socket: std::net::TcpStream, remote: SocketAddr) {
        let (until_closed, closed) = oneshot::channel();
        let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
        let queues = &self.shared.queues;
        let (socket, begun, shard) = if queues.len() == 1 {
            (socket, Vec::new(), ShardNumber(0))
        } else {
            match usher::receive(socket, &self.shared.directory).await {
                Ok(received) => received,
                Err(error) => {
                    debug!(%remote, %error, "media connection over TCP");
                    return;
                }
            }
        };
        // A stopped engine drops the connection, which is its end.
        let _ = queues[shard.0].push(Command::Carry(Arrival {
            socket,
            remote,
            begun,
            until_closed,
        }));
        // Nothing is ever sent: the end is that the other half is gone.
        let _ = closed.await;
    }

    /// What is known of the path to a participant; `None` before its first reports, or without it.
    pub async fn path(&self, room: RoomId, participant: ParticipantId) -> Option<PathState> {
        let (reply, path) = oneshot::channel();
        let command = Command::Path {
            room,
            participant,
            reply,
        };
        self.send(room, command);
        path.await.ok().flatten()
    }

    /// A reading of the engine; all zero once it has stopped.
    pub async fn stats(&self) -> SfuStats {
        let mut sum = SfuStats::default();
        for stats in self.ask_all(|reply| Command::Stats { reply }) {
            sum += stats.await.unwrap_or_default();
        }
        // Those that did not even come to a media thread.
        for queue in &self.shared.queues {
            sum.counters.joins_refused += queue.joins_refused();
        }
        sum
    }

    /// Closes every peer, with a DTLS close_notify so that clients know at once, and ends the
    /// threads. Returns when the port is free. Again: does nothing.
    pub async fn shut_down(&self) {
        for done in self.ask_all(|reply| Command::ShutDown { reply: Some(reply) }) {
            // An error means that it had ended before.
            let _ = done.await;
        }
        // The reply was a thread's last act, so that joining it does not hold up the runtime.
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            let _ = thread.join();
        }
    }

    /// Asks every shard for the same, all at once.
    fn ask_all<T>(
        &self,
        command: impl Fn(oneshot::Sender<T>) -> Command,
    ) -> Vec<oneshot::Receiver<T>> {
        let ask = |queue: &Arc<CommandQueue>| {
            let (reply, answer) = oneshot::channel();
            // A stopped one drops the reply, which is an answer too.
            let _ = queue.push(command(reply));
            answer
        };
        self.shared.queues.iter().map(ask).collect()
    }

    /// A stopped engine has no rooms to leave: refusal is success.
    fn send(&self, room: RoomId, command: Command) {
        let _ = self.queue_of(room).push(command);
    }

    /// The shard that has a room. Rooms are numbered one after another, and so take turns. Where a
    /// shard has ended unasked, the next takes its rooms, which then begin anew.
    fn queue_of(&self, room: RoomId) -> &CommandQueue {
        let queues = &self.shared.queues;
        // Below the number of shards.
        let first = (room.0 % queues.len() as u64) as usize;
        let mut in_turn = queues[first..].iter().chain(&queues[..first]);
        in_turn
            .find(|queue| !queue.is_stopped())
            .unwrap_or(&queues[first])
    }

    /// Nothing panics while the lock is held.
    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        let threads = &self.shared.threads;
        threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The candidates of every answer: the announced addresses with our ports, UDP first.
fn candidates(
    local: SocketAddr,
    tcp_port: Option<u16>,
    announced: &[IpAddr],
) -> Result<Vec<Path>, SfuError> {
    let takes_both = local.is_ipv6() && local.ip().is_unspecified();
    let addresses = if announced.is_empty() {
        vec![local.ip()]
    } else {
        let is_reached = |ip: &&IpAddr| takes_both || ip.is_ipv4() == local.is_ipv4();
        announced.iter().filter(is_reached).copied().collect()
    };
    if addresses.iter().any(IpAddr::is_unspecified) {
        return Err(SfuError::NothingToAnnounce);
    }
    if addresses.is_empty() {
        return Err(SfuError::FamilyMismatch);
    }
    let with = |transport, port: u16| {
        addresses.iter().map(move |ip| Path {
            transport,
            address: SocketAddr::new(*ip, port),
        })
    };
    let over_udp = with(Transport::Udp, local.port());
    let over_tcp = tcp_port
        .into_iter()
        .flat_map(|port| with(Transport::Tcp, port));
    Ok(over_udp.chain(over_tcp).collect())
}
