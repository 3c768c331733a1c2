//! An address as it is counted.

use std::net::{IpAddr, Ipv6Addr};

/// All who come from one IPv4 address, or from one network of IPv6: a subscriber has at least a
/// whole /64 of them (RFC 6177), and could come from another address each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// Where this address belongs.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}
