//! The addresses of this machine: binding the port, and what stands for `0.0.0.0` where a real
//! address is needed.

use super::StartError;
use crate::config::MediaSection;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

/// Binds the TCP port, so that a taken one is noticed before anything is started; with the address
/// that this gave.
pub(super) fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(address).map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => StartError::PortInUse { address },
        _ => StartError::Listen { address, source },
    })?;
    // The async runtime takes non-blocking sockets only.
    listener
        .set_nonblocking(true)
        .and_then(|()| listener.local_addr())
        .map(|bound| (listener, bound))
        .map_err(|source| StartError::Listen { address, source })
}

/// The addresses told to browsers: those configured, or when media is bound to all addresses, the
/// ones by which the network knows this machine.
pub(super) fn announced(media: &MediaSection) -> Vec<IpAddr> {
    let ip = media.bind.ip();
    if !media.announced.is_empty() || !ip.is_unspecified() {
        return media.announced.clone();
    }
    let mut own = vec![reachable_ip(ip)];
    if ip.is_ipv6() {
        // `[::]` takes both; a machine without a network in one of them is reached by the other.
        own.push(reachable_ip(Ipv4Addr::UNSPECIFIED.into()));
        if own.iter().any(|ip| !ip.is_loopback()) {
            own.retain(|ip| !ip.is_loopback());
        }
    }
    tracing::info!(
        ?own,
        "media.announced is empty: telling browsers this machine's own address"
    );
    own
}

/// This address, or for `0.0.0.0` and `[::]` the one this machine sends from; loopback when it has
/// no network.
pub(super) fn reachable_ip(ip: IpAddr) -> IpAddr {
    match ip {
        // Addresses reserved for documentation (RFC 5737, RFC 3849): asking for a route to them
        // sends nothing.
        IpAddr::V4(any) if any.is_unspecified() => {
            source_towards(ip, Ipv4Addr::new(192, 0, 2, 1).into())
                .unwrap_or(Ipv4Addr::LOCALHOST.into())
        }
        IpAddr::V6(any) if any.is_unspecified() => {
            let documentation = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
            source_towards(ip, documentation.into()).unwrap_or(Ipv6Addr::LOCALHOST.into())
        }
        _ => ip,
    }
}

fn source_towards(any: IpAddr, destination: IpAddr) -> Option<IpAddr> {
    // Port 9, discard: connecting a UDP socket only asks the routing table.
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((destination, 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_all_becomes_one_that_can_be_reached() {
        assert!(!reachable_ip(Ipv4Addr::UNSPECIFIED.into()).is_unspecified());
        assert!(!reachable_ip(Ipv6Addr::UNSPECIFIED.into()).is_unspecified());
        let own = IpAddr::from([10, 1, 2, 3]);
        assert_eq!(reachable_ip(own), own);
    }

    #[test]
    fn a_taken_port_is_named_with_what_to_do() {
        let taken = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let holder = TcpListener::bind(taken).unwrap();
        let message = listen(taken).unwrap_err().to_string();
        assert!(message.contains(&taken.port().to_string()) && message.contains("--listen"));
        drop(holder);
    }
}
