//! The media engine: a selective forwarding unit (RFC 7667 §3.7) on the sans-I/O `rtc` core. One
//! thread owns one UDP port, all peers and all rooms; the rest of the program holds a handle and
//! reads events. It knows rooms and participants, never languages or queues, and keeps no media.
//!
//! A client offers once, `sendrecv` audio (Opus) and video (VP8) and a data channel for text on a
//! new peer connection, and gets a complete answer. Any of the three may be missing. Joining again
//! replaces the participant's peer; the others' streams go on.

mod answer;
mod bandwidth;
mod collect;
mod command;
mod delay;
mod error;
mod events;
mod flight;
mod forward;
mod ids;
mod keyframe;
mod limits;
mod media_engine;
mod offer;
mod path;
mod peer;
mod peers;
mod quality;
mod relay;
mod rewrite;
mod room;
mod rtp;
mod sequence;
mod shard;
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
mod timers;
mod udp;
mod vp8;
mod world;

pub use bandwidth::PathState;
pub use delay::Delays;
pub use error::{JoinError, SfuError};
pub use events::SfuEvent;
pub use ids::{ParticipantId, RoomId};
pub(crate) use limits::{MAX_NACKS_PER_PACKET, NACK_HISTORY};
pub use limits::{MAX_OFFER_BYTES, MAX_PARTICIPANTS_PER_ROOM, MAX_ROOMS};
pub use quality::{Figures, Motion, Picture, RoomQuality, SoundFigures, Way};
pub use standing::Standing;
pub use stats::{Counters, SfuStats};

// The built-in client speaks the same codecs.
pub(crate) use media_engine::{PayloadTypes, engine, is_codec_of, library_kind, outgoing_track};
pub(crate) use offer::Kind;
pub(crate) use sequence::{SequenceWindow, Verdict};
pub(crate) use text::TEXT_CHANNEL;
pub(crate) use vp8::starts_keyframe;
pub(crate) use world::{now, numbering, stream_id};

use command::{Command, CommandQueue, Refused};
use events::EventOutbox;
use mio::{Poll, Waker};
use path::{Path, Transport};
use shard::Shard;
use socket::{SOCKET, SocketLoop, WAKER};
use standing::Seat;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use streams::Arrival;
use tokio::sync::{mpsc, oneshot};
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
}

/// A handle of the media engine; clones are handles of the same. When the last is dropped without
/// [`shut_down`](Sfu::shut_down), the engine closes its peers and ends by itself.
#[derive(Clone)]
pub struct Sfu {
    shared: Arc<Shared>,
}

struct Shared {
    commands: Arc<CommandQueue>,
    local_addr: SocketAddr,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Refused only when the thread has ended already.
        let _ = self.commands.push(Command::ShutDown { reply: None });
    }
}

impl Sfu {
    /// Binds the media port and starts the thread. `events` may be bounded: the engine keeps what
    /// does not fit and never waits.
    ///
    /// # Errors
    /// See [`SfuError`].
    pub fn start(config: SfuConfig, events: mpsc::Sender<SfuEvent>) -> Result<Self, SfuError> {
        let SfuConfig {
            bind: address,
            announced,
            tcp_port,
        } = config;
        let refused = |source| SfuError::Bind { address, source };
        let mut udp = UdpPort::bind(address).map_err(refused)?;
        let local_addr = udp.local_addr().map_err(refused)?;
        let candidates = candidates(local_addr, tcp_port, &announced)?;
        let poll = Poll::new().map_err(SfuError::Thread)?;
        let registry = poll.registry();
        udp.register(registry, SOCKET).map_err(SfuError::Thread)?;
        let waker = Waker::new(registry, WAKER).map_err(SfuError::Thread)?;
        let commands = Arc::new(CommandQueue::new(waker));
        let shard = Shard::new(candidates, EventOutbox::new(events));
        let socket_loop = SocketLoop::new(poll, udp, Arc::clone(&commands), shard);
        let thread = std::thread::Builder::new()
            .name("media".into())
            .spawn(move || socket_loop.run())
            .map_err(SfuError::Thread)?;
        let thread = Mutex::new(Some(thread));
        Ok(Self {
            shared: Arc::new(Shared {
                commands,
                local_addr,
                thread,
            }),
        })
    }

    /// The address of the media port, with the port the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        self.shared.local_addr
    }

    /// Lets a participant join with an SDP offer and returns the complete SDP answer. The first
    /// join makes the room. A participant who is in the room already gets a new peer connection,
    /// and the old one is closed; when the new offer is refused the old one stays. One whose
    /// connection was lost keeps its place among the others' streams until it leaves.
    ///
    /// # Errors
    /// See [`JoinError`]; nobody else is affected by any of them.
    pub async fn join(
        &self,
        room: RoomId,
        participant: ParticipantId,
        standing: Standing,
        offer: String,
    ) -> Result<String, JoinError> {
        if offer.len() > MAX_OFFER_BYTES {
            return Err(JoinError::OfferTooLarge {
                bytes: offer.len(),
                limit: MAX_OFFER_BYTES,
            });
        }
        let (reply, answer) = oneshot::channel();
        let seat = Seat {
            room,
            participant,
            standing,
        };
        let command = Command::Join { seat, offer, reply };
        self.shared
            .commands
            .push(command)
            .map_err(|refused| match refused {
                Refused::Busy => JoinError::Busy,
                Refused::Stopped => JoinError::Stopped,
            })?;
        answer.await.unwrap_or(Err(JoinError::Stopped))
    }

    /// Lets a participant leave: the connection is closed. The last leave removes the room. Leaving
    /// a room one is not in does nothing.
    pub fn leave(&self, room: RoomId, participant: ParticipantId) {
        self.send(Command::Leave { room, participant });
    }

    /// A participant has turned the camera off or on: no picture of it then stands, or may. It is
    /// forgotten with the connection.
    pub fn set_camera(&self, room: RoomId, participant: ParticipantId, off: bool) {
        self.send(Command::Camera {
            room,
            participant,
            off,
        });
    }

    /// Closes every connection of a room and removes it.
    pub fn close_room(&self, room: RoomId) {
        self.send(Command::CloseRoom { room });
    }

    /// Carries media over a TCP connection that a client has opened (RFC 6544), until it ends; then
    /// this returns. The connection must show within seconds that it is for a participant.
    pub async fn carry(&self, socket: std::net::TcpStream, remote: SocketAddr) {
        let (until_closed, closed) = oneshot::channel();
        let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
        self.send(Command::Carry(Arrival {
            socket,
            remote,
            until_closed,
        }));
        // Nothing is ever sent: the end is that the other half is gone.
        let _ = closed.await;
    }

    /// What is known of the path to a participant; `None` before its first reports, or without it.
    pub async fn path(&self, room: RoomId, participant: ParticipantId) -> Option<PathState> {
        let (reply, path) = oneshot::channel();
        self.send(Command::Path {
            room,
            participant,
            reply,
        });
        path.await.ok().flatten()
    }

    /// A reading of the engine; all zero once it has stopped.
    pub async fn stats(&self) -> SfuStats {
        let (reply, stats) = oneshot::channel();
        self.send(Command::Stats { reply });
        stats.await.unwrap_or_default()
    }

    /// Closes every peer, with a DTLS close_notify so that clients know at once, and ends the
    /// thread. Returns when the port is free. Again: does nothing.
    pub async fn shut_down(&self) {
        let (reply, done) = oneshot::channel();
        self.send(Command::ShutDown { reply: Some(reply) });
        // An error means that it had ended before.
        let _ = done.await;
        // Nothing panics while the lock is held. The reply was the thread's last act, so that
        // joining it does not hold up the runtime.
        let thread = self
            .shared
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    /// A stopped engine has no rooms to leave, no stats and no thread to end: refusal is success.
    fn send(&self, command: Command) {
        let _ = self.shared.commands.push(command);
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
