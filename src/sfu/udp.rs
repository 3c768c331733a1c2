//! The media port as one shard has it: what it reads, and a whole frame to one destination in one
//! send (UDP GSO).

use super::endpoint::{Batch, Endpoint};
use super::path::Transport;
use super::peer::Datagram;
use mio::{Registry, Token};
use std::io;
use std::net::SocketAddr;
use tracing::debug;

/// Bytes of one joined send: below the 65,507 of a UDP datagram.
const RUN_BYTES: usize = 60_000;

/// A shard's socket with what it needs to send.
pub(super) struct UdpPort {
    endpoint: Endpoint,
    address: SocketAddr,
    run: Vec<u8>,
}

impl UdpPort {
    /// Binds one port for so many shards; with its address.
    ///
    /// # Errors
    /// Those of the system, such as an address in use.
    pub(super) fn bind(address: SocketAddr, shards: usize) -> io::Result<(SocketAddr, Vec<Self>)> {
        let first = Endpoint::bind(address)?;
        let address = first.local_addr()?;
        let mut endpoints = vec![first];
        if shards > 1 {
            endpoints[0].share()?;
        }
        while endpoints.len() < shards {
            endpoints.push(Endpoint::bind_beside(address)?);
        }
        let port = |endpoint| Self {
            endpoint,
            address,
            run: Vec::with_capacity(RUN_BYTES),
        };
        Ok((address, endpoints.into_iter().map(port).collect()))
    }

    /// The address bound.
    pub(super) const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Lets a poll say when there is something to read.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        self.endpoint.register(registry, token)
    }

    /// A readiness event: there may be something to read.
    pub(super) fn note_ready(&mut self) {
        self.endpoint.is_readable = true;
    }

    /// There may be more to read without another event.
    pub(super) fn is_readable(&self) -> bool {
        self.endpoint.is_readable
    }

    /// Reads once; what came is in `batch`.
    pub(super) fn read(&mut self, batch: &mut Batch) {
        self.endpoint.read(batch);
    }

    /// Sends the first datagrams of `outbox` that can go at once, at least one; returns how many,
    /// and whether the system took them. What it does not take is lost: waiting for buffer space
    /// would delay every other call.
    pub(super) fn send(&mut self, outbox: &[Datagram]) -> (usize, bool) {
        let length = run_length(outbox, self.endpoint.max_segments());
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
        let sent = self.endpoint.send(first.to.address, contents, segment_size);
        if let Err(error) = &sent {
            debug!(to = %first.to.address, %error, "media not sent");
        }
        (length, sent.is_ok())
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
        let mut sender = UdpPort::bind("[::]:0".parse().unwrap(), 1)
            .unwrap()
            .1
            .remove(0);
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
