//! Section `listen`: the TCP address of pages, HTTP and WebSockets.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// Where browsers connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenSection {
    /// Address and port. Port 0 takes a free one, which is printed at start.
    pub address: SocketAddr,
    /// Connections taken from one address at once; more are turned away. Not counted with `tls.mode
    /// = "off"`, where everybody comes from the proxy's address.
    pub connections_per_address: u32,
}

impl Default for ListenSection {
    fn default() -> Self {
        // A port above 1024, so that the gateway needs no privilege.
        Self {
            address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            // A quarter of all: no address alone takes the places of the others, and a large city
            // behind one address has room for 4,000 open pages.
            connections_per_address: 4_000,
        }
    }
}
