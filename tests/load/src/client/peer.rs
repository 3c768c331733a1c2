//! One connection of a client: str0m, which has no I/O, and the socket it is given. A publisher
//! sends packets by the clock of the swarm; a receiver tells which have come.

use super::arrival_time::{Came, note_arrivals, receive};
use super::stamp::{Arrival, Gate, Stamp};
use crate::crypto;
use passerelle::clock::monotonic;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::error::SdpError;
use str0m::format::Codec;
use str0m::media::{Direction as SdpDirection, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig, RtcError};

/// Datagrams taken from one socket before the others have their turn.
const DATAGRAMS_PER_TURN: usize = 32;

/// WebRTC stays below the 1500 bytes of an Ethernet frame.
const DATAGRAM_BYTES: usize = 2048;

/// Packets kept for repair: two seconds of one publisher, as browsers keep.
const REPAIRABLE: usize = 520;
const REPAIRABLE_FOR: Duration = Duration::from_secs(2);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Both,
    Sends,
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PeerError {
    #[error("a client's socket failed: {0}")]
    Socket(#[from] std::io::Error),
    #[error("a client's WebRTC failed: {0}")]
    Rtc(#[from] RtcError),
    #[error("a client cannot read the server's description: {0}")]
    Sdp(#[from] SdpError),
    #[error("a client cannot announce its address: {0}")]
    Candidate(String),
    #[error("the server and a client have no codec in common")]
    NoCodec,
}

/// A connection that waits for its answer.
pub(crate) struct Pending {
    peer: Peer,
    offered: SdpPendingOffer,
}

/// See the module.
pub(crate) struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    mid: Option<Mid>,
    publishes: Option<Publisher>,
    receives: Option<Gate>,
    /// When str0m wants to be called again.
    pub(crate) deadline: Instant,
    pub(crate) connected: bool,
    /// A packet of somebody else has come.
    pub(crate) receiving: bool,
    pub(crate) lost: bool,
}

struct Publisher {
    payload_type: Pt,
    next: u64,
    keyframe_wanted: bool,
}

/// What clients and the bare forwarder have in common: VP8 with repair, packet by packet.
pub(crate) fn configured() -> RtcConfig {
    RtcConfig::new()
        .set_crypto_provider(Arc::new(crypto::provider()))
        .clear_codecs()
        .enable_vp8(true)
        .set_rtp_mode(true)
}

impl Peer {
    /// A connection on a socket of its own at this address, and its offer.
    pub(crate) fn offering(
        ip: IpAddr,
        direction: Direction,
    ) -> Result<(Pending, String), PeerError> {
        let mut peer = Self::new(ip, direction == Direction::Both)?;
        let wanted = match direction {
            Direction::Both => SdpDirection::SendRecv,
            Direction::Sends => SdpDirection::SendOnly,
        };
        let mut changes = peer.rtc.sdp_api();
        peer.mid = Some(changes.add_media(MediaKind::Video, wanted, None, None, None));
        let Some((offer, offered)) = changes.apply() else {
            return Err(PeerError::NoCodec);
        };
        Ok((Pending { peer, offered }, offer.to_sdp_string()))
    }

    /// A connection that only receives, and its answer to the server's offer.
    pub(crate) fn answering(ip: IpAddr, offer: &str) -> Result<(Self, String), PeerError> {
        let mut peer = Self::new(ip, true)?;
        let offer = SdpOffer::from_sdp_string(offer)?;
        let answer = peer.rtc.sdp_api().accept_offer(offer)?;
        Ok((peer, answer.to_sdp_string()))
    }

    fn new(ip: IpAddr, receives: bool) -> Result<Self, PeerError> {
        let socket = UdpSocket::bind((ip, 0))?;
        socket.set_nonblocking(true)?;
        note_arrivals(&socket)?;
        let address = socket.local_addr()?;
        let now = monotonic();
        let mut rtc = configured().build(now);
        let candidate = Candidate::host(address, "udp");
        rtc.add_local_candidate(candidate.map_err(|e| PeerError::Candidate(e.to_string()))?);
        Ok(Self {
            rtc,
            socket,
            address,
            mid: None,
            publishes: None,
            receives: receives.then(Gate::new),
            deadline: now,
            connected: false,
            receiving: false,
            lost: false,
        })
    }

    /// True when it is to send.
    pub(crate) fn is_publisher(&self) -> bool {
        self.publishes.is_some()
    }

    /// True when it is to receive.
    pub(crate) fn is_receiver(&self) -> bool {
        self.receives.is_some()
    }

    /// Sends the next of so many packets a second; false when there is no way to.
    pub(crate) fn publish(&mut self, now: Instant, on_clock: Duration, per_second: u32) -> bool {
        let (Some(publisher), Some(mid)) = (&mut self.publishes, self.mid) else {
            return false;
        };
        let stamp = Stamp {
            number: publisher.next,
            sent_at: on_clock,
        };
        let begins = stamp.place() == 0;
        let keyframe = begins && std::mem::take(&mut publisher.keyframe_wanted);
        let ends = stamp.place() + 1 == u64::from(super::PER_FRAME);
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else {
            return false;
        };
        let packet = RtpWrite::new(
            publisher.payload_type,
            publisher.next.into(),
            stamp.rtp_time(per_second),
            now,
            stamp.write(keyframe),
        );
        stream.write_rtp(packet.marker(ends).nackable(true));
        publisher.next += 1;
        self.input(Input::Timeout(now), now, &mut |_, _| {});
        true
    }

    /// Lets time pass.
    pub(crate) fn tick(&mut self, now: Instant, came: &mut impl FnMut(Stamp, Arrival, Instant)) {
        self.input(Input::Timeout(now), now, &mut |stamp, arrival| {
            came(stamp, arrival, now);
        });
    }

    /// Reads what has come; true when there may be more.
    pub(crate) fn read(&mut self, came: &mut impl FnMut(Stamp, Arrival, Instant)) -> bool {
        let mut buffer = [0; DATAGRAM_BYTES];
        for _ in 0..DATAGRAMS_PER_TURN {
            let Came { length, from, at } = match receive(&self.socket, &mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                // The port of a server that has gone.
                Err(_) => continue,
            };
            let now = monotonic();
            if let Ok(contents) = buffer[..length].try_into() {
                let received = Receive {
                    proto: Protocol::Udp,
                    source: from,
                    destination: self.address,
                    contents,
                };
                self.input(Input::Receive(now, received), now, &mut |stamp, arrival| {
                    came(stamp, arrival, at);
                });
            }
        }
        true
    }

    fn input(&mut self, input: Input, now: Instant, came: &mut impl FnMut(Stamp, Arrival)) {
        if let Err(error) = self.rtc.handle_input(input) {
            self.lose(&error);
            return;
        }
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(datagram)) => {
                    // UDP may lose; the tally shows it.
                    let _ = self
                        .socket
                        .send_to(&datagram.contents, datagram.destination);
                }
                Ok(Output::Event(event)) => self.hear(event, came),
                Ok(Output::Timeout(at)) => {
                    self.deadline = at.max(now);
                    self.lost |= !self.rtc.is_alive();
                    return;
                }
                Err(error) => {
                    self.lose(&error);
                    return;
                }
            }
        }
    }

    fn hear(&mut self, event: Event, came: &mut impl FnMut(Stamp, Arrival)) {
        match event {
            Event::RtpPacket(packet) => {
                if let (Some(gate), Some(stamp)) =
                    (&mut self.receives, Stamp::read(&packet.payload))
                {
                    self.receiving = true;
                    came(stamp, gate.pass(stamp.number));
                }
            }
            Event::KeyframeRequest(_) => {
                if let Some(publisher) = &mut self.publishes {
                    publisher.keyframe_wanted = true;
                }
            }
            Event::Connected => self.connected = true,
            _ => {}
        }
    }

    fn lose(&mut self, error: &RtcError) {
        if !self.lost {
            eprintln!("a client is lost: {error}");
        }
        self.lost = true;
    }
}

impl Pending {
    /// Takes the server's answer.
    pub(crate) fn accept(self, answer: &str) -> Result<Peer, PeerError> {
        let Self { mut peer, offered } = self;
        let answer = SdpAnswer::from_sdp_string(answer)?;
        peer.rtc.sdp_api().accept_answer(offered, answer)?;
        let codec = peer
            .rtc
            .codec_config()
            .find(|params| params.spec().codec == Codec::Vp8)
            .ok_or(PeerError::NoCodec)?;
        peer.publishes = Some(Publisher {
            payload_type: codec.pt(),
            next: 0,
            keyframe_wanted: true,
        });
        let mid = peer.mid.ok_or(PeerError::NoCodec)?;
        let mut direct = peer.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, None);
        stream
            .ok_or(PeerError::NoCodec)?
            .set_rtx_cache(REPAIRABLE, REPAIRABLE_FOR, None);
        Ok(peer)
    }
}

impl AsFd for Peer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
