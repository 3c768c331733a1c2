//! When a datagram came: the system's own time stamp, so that a reader who is busy with others does
//! not count as delay.

use nix::cmsg_space;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use passerelle::clock::monotonic;
use rustix::time::{ClockId, clock_gettime};
use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// Between two readings of a clock; they take a tenth of a microsecond.
const APART_MAX: Duration = Duration::from_micros(20);
const TRIES_MAX: usize = 100;

/// A datagram that was read.
pub(super) struct Came {
    pub(super) length: usize,
    pub(super) from: SocketAddr,
    /// When the system took it for this socket.
    pub(super) at: Instant,
}

/// From now on the system notes when a datagram comes.
pub(super) fn note_arrivals(socket: &UdpSocket) -> io::Result<()> {
    Ok(setsockopt(socket, ReceiveTimestampns, &true)?)
}

/// Reads one datagram.
pub(super) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Came> {
    let mut notes = cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(buffer)];
    let read = recvmsg::<SockaddrStorage>(
        socket.as_raw_fd(),
        &mut parts,
        Some(&mut notes),
        MsgFlags::empty(),
    )?;
    let from = read.address.as_ref().and_then(address);
    let stamped = read.cmsgs()?.find_map(|note| match note {
        ControlMessageOwned::ScmTimestampns(at) => Some(Duration::from(at)),
        _ => None,
    });
    let (now, real) = clocks();
    Ok(Came {
        length: read.bytes,
        from: from.ok_or_else(|| io::Error::from(ErrorKind::InvalidData))?,
        at: stamped.map_or(now, |at| now - real.saturating_sub(at)),
    })
}

/// Our clock, and that of the system's stamps, at the same moment: read again where something else
/// ran between the two.
fn clocks() -> (Instant, Duration) {
    let mut tries = 0;
    loop {
        let (before, real, after) = (monotonic(), real_time(), monotonic());
        tries += 1;
        if after - before <= APART_MAX || tries == TRIES_MAX {
            return (before, real);
        }
    }
}

/// The clock that the system's stamps are of.
fn real_time() -> Duration {
    let now = clock_gettime(ClockId::Realtime);
    Duration::try_from(now).unwrap_or_default()
}

fn address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address
        .as_sockaddr_in()
        .map(|v4| SocketAddr::V4((*v4).into()));
    v4.or_else(|| {
        address
            .as_sockaddr_in6()
            .map(|v6| SocketAddr::V6((*v6).into()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_that_waits_to_be_read_came_when_it_was_sent() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        note_arrivals(&socket).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let before = monotonic();
        sender
            .send_to(b"one", socket.local_addr().unwrap())
            .unwrap();
        let sent = monotonic();
        while monotonic() < sent + Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        let mut buffer = [0; 16];
        let came = receive(&socket, &mut buffer).unwrap();
        assert_eq!((came.length, came.from), (3, sender.local_addr().unwrap()));
        let slack = Duration::from_millis(1);
        assert!(came.at + slack >= before && came.at <= sent + slack);
    }
}
