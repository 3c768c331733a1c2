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
            // A city hall behind one address: a hundred pages with their socket, each of which may
            // fetch six files at a time while it loads (what browsers open to one server).
            connections_per_address: 1_000,
        }
    }
}
