//! Section `listen`: the TCP address of pages, HTTP and WebSockets.

use super::problems::Problems;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// Fewer connections from one address are remarked on. A page has a WebSocket, and up to six
/// connections while it loads (what browsers open to one server): the 28 tablets of the reference
/// city behind one router, all loading at once, need 196.
const PER_ADDRESS_FEW: u32 = 200;

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

impl ListenSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        if self.connections_per_address == 0 {
            let message = "is 0, so nobody could connect: leave it out for 4000, or give a number";
            problems.add("listen.connections_per_address", message);
        }
    }

    /// What is probably not meant.
    pub(super) fn remark(&self) -> Option<String> {
        let few = self.connections_per_address;
        (few < PER_ADDRESS_FEW).then(|| {
            format!(
                "listen: `connections_per_address` is {few}: a browser opens several connections \
                 at a time, and people and tablets behind one router share one address; below \
                 {PER_ADDRESS_FEW} some of them may be turned away"
            )
        })
    }
}
