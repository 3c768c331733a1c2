//! The media port: many datagrams in one read, and a whole frame to one destination in one send
//! (UDP GRO and GSO). Measured on a plain virtual machine, a datagram costs 1.1 µs of system time
//! when it is sent alone and 0.35 µs in a run of four.

use super::limits::{MEDIA_BUFFER_BYTES, READS_PER_TURN};
use super::path::Transport;
use super::peer::Datagram;
use mio::Registry;
use mio::net::UdpSocket;
use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use tracing::debug;

/// Buffers filled by one read.
const BUFFERS: usize = 16;
/// Bytes of each: the most that the system joins into one (UDP GRO).
const BUFFER_BYTES: usize = 64 * 1024;
/// Bytes of one joined send: below the 65,507 of a UDP datagram.
const RUN_BYTES: usize = 60_000;

/// The socket with its buffers.
pub(super) struct UdpPort {
    socket: UdpSocket,
    state: UdpSocketState,
    /// Bound to IPv6: IPv4 addresses are mapped (RFC 4291 §2.5.5.2).
    is_v6: bool,
    buffers: Vec<u8>,
    run: Vec<u8>,
    /// There may be more to read; mio says so only once (edge-triggered).
    pub(super) is_readable: bool,
}

impl UdpPort {
    /// Binds the port; `[::]` takes IPv4 as well.
    ///
    /// # Errors
    /// Those of the system, such as an address in use.
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        if address.is_ipv6() {
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        // The system gives what it allows (net.core.rmem_max, wmem_max); it is enough for a start.
        socket.set_recv_buffer_size(MEDIA_BUFFER_BYTES)?;
        socket.set_send_buffer_size(MEDIA_BUFFER_BYTES)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let socket = UdpSocket::from_std(socket.into());
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        Ok(Self {
            socket,
            state,
            is_v6: address.is_ipv6(),
            buffers: vec![0; BUFFERS * BUFFER_BYTES],
            run: Vec::with_capacity(RUN_BYTES),
            is_readable: true,
        })
    }

    /// The address bound.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Lets a poll say when there is something to read.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn register(&mut self, registry: &Registry, token: mio::Token) -> io::Result<()> {
        registry.register(&mut self.socket, token, mio::Interest::READABLE)
    }

    /// Gives what has come to `take`, up to a bound.
    pub(super) fn read(&mut self, mut take: impl FnMut(SocketAddr, &[u8])) {
        for _ in 0..READS_PER_TURN {
            if !self.is_readable {
                return;
            }
            let mut metas = [RecvMeta::default(); BUFFERS];
            let read = {
                let mut parts = self.buffers.chunks_exact_mut(BUFFER_BYTES);
                let mut slices: [IoSliceMut<'_>; BUFFERS] =
                    std::array::from_fn(|_| IoSliceMut::new(parts.next().unwrap_or_default()));
                let socket = UdpSockRef::from(&self.socket);
                self.state.recv(socket, &mut slices, &mut metas)
            };
            match read {
                Ok(read) => {
                    let parts = self.buffers.chunks_exact(BUFFER_BYTES);
                    for (part, meta) in parts.zip(&metas[..read]) {
                        let from = canonical(meta.addr);
                        let whole = &part[..meta.len.min(BUFFER_BYTES)];
                        for datagram in whole.chunks(meta.stride.max(1)) {
                            take(from, datagram);
                        }
                    }
                    // The system had no more when this was asked.
                    self.is_readable = read == BUFFERS;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.is_readable = false,
                // An ICMP error of an earlier datagram: its peer has gone, ICE will notice.
                Err(error) => debug!(%error, "media port"),
            }
        }
    }

    /// Sends the first datagrams of `outbox` that can go at once, at least one; returns how many,
    /// and whether the system took them. What it does not take is lost: waiting for buffer space
    /// would delay every other call.
    pub(super) fn send(&mut self, outbox: &[Datagram]) -> (usize, bool) {
        let length = run_length(outbox, self.state.max_gso_segments());
        let Some(first) = outbox.first() else {
            return (0, true);
        };
        let (contents, segment_size) = if length == 1 {
            (first.bytes.as_ref(), None)
        } else {
            self.run.clear();
            for datagram in &outbox[..length] {
                self.run.extend_from_slice(&datagram.bytes);
            }
            (self.run.as_slice(), Some(first.bytes.len()))
        };
        let transmit = Transmit {
            destination: self.destination(first.to.address),
            ecn: None,
            contents,
            segment_size,
            src_ip: None,
        };
        let socket = UdpSockRef::from(&self.socket);
        let sent = self.state.try_send(socket, &transmit);
        if let Err(error) = &sent {
            debug!(to = %first.to.address, %error, "media not sent");
        }
        (length, sent.is_ok())
    }

    fn destination(&self, address: SocketAddr) -> SocketAddr {
        match address.ip() {
            IpAddr::V4(ip) if self.is_v6 => (ip.to_ipv6_mapped(), address.port()).into(),
            _ => address,
        }
    }
}

/// How many of the first datagrams can go in one send: one destination, one size but the last,
/// which may be shorter.
fn run_length(outbox: &[Datagram], most: usize) -> usize {
    let Some(first) = outbox.first() else {
        return 0;
    };
    let size = first.bytes.len();
    let mut bytes = size;
    let mut length = 1;
    for pair in outbox.windows(2).take(most.saturating_sub(1)) {
        let [before, next] = pair else { break };
        bytes += next.bytes.len();
        let fits = next.to == first.to
            && next.to.transport == Transport::Udp
            && before.bytes.len() == size
            && next.bytes.len() <= size
            && !next.bytes.is_empty()
            && bytes <= RUN_BYTES;
        if !fits {
            break;
        }
        length += 1;
    }
    length
}

/// The address as everything else knows it: IPv4 when it is IPv4.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::path::Path;
    use bytes::BytesMut;
    use proptest::prelude::*;

    fn datagram(port: u16, length: usize) -> Datagram {
        let to = Path {
            transport: Transport::Udp,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let bytes = BytesMut::zeroed(length);
        Datagram { to, bytes }
    }

    #[test]
    fn a_frame_to_one_destination_goes_at_once_up_to_its_shorter_last_packet() {
        let frame = [1200, 1200, 1200, 400, 1200].map(|length| datagram(9, length));
        assert_eq!(run_length(&frame, 64), 4);
        assert_eq!(run_length(&frame, 2), 2);
        assert_eq!(run_length(&frame[3..], 64), 1);
        assert_eq!(run_length(&[datagram(1, 9), datagram(2, 9)], 64), 1);
    }

    #[test]
    fn everything_sent_arrives_as_it_was_sent_over_both_families() {
        let mut sender = UdpPort::bind("[::]:0".parse().unwrap()).unwrap();
        for own in ["127.0.0.1:0", "[::1]:0"] {
            let receiver = std::net::UdpSocket::bind(own).unwrap();
            let address = receiver.local_addr().unwrap();
            let to = Path {
                transport: Transport::Udp,
                address,
            };
            let outbox: Vec<_> = [1200, 1200, 1200, 7, 900]
                .into_iter()
                .map(|length| Datagram {
                    to,
                    bytes: BytesMut::zeroed(length),
                })
                .collect();
            let mut rest = outbox.as_slice();
            while !rest.is_empty() {
                let (length, taken) = sender.send(rest);
                assert!(taken);
                rest = &rest[length..];
            }
            for datagram in &outbox {
                let (length, _) = receiver.recv_from(&mut [0; 2048]).unwrap();
                assert_eq!(length, datagram.bytes.len());
            }
        }
    }

    proptest! {
        #[test]
        fn a_run_is_what_the_system_can_cut_again(
            lengths in proptest::collection::vec((1_u16..3, 1_usize..1300), 1..100)
        ) {
            let outbox: Vec<_> = lengths.iter().map(|(port, length)| datagram(*port, *length))
                .collect();
            let run = &outbox[..run_length(&outbox, 64)];
            let size = run[0].bytes.len();
            let (last, others) = run.split_last().unwrap();
            prop_assert!(others.iter().all(|one| one.bytes.len() == size));
            prop_assert!(last.bytes.len() <= size && run.len() <= 64);
            prop_assert!(run.iter().all(|one| one.to == run[0].to));
        }
    }
}
