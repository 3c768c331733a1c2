//! Section `listen`: the TCP address of pages, HTTP and WebSockets, and the proxies in front of it.

use super::TlsMode;
use super::network::Network;
use super::problems::Problems;
use super::sentence::{Sentence, check_list, meanings};
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
    /// Connections taken from one address at once; more are turned away. Not counted for a trusted
    /// proxy, nor with `tls.mode = "off"`: everybody comes from its address. As many pages of one
    /// address may be opened at once, and again each minute.
    pub connections_per_address: u32,
    /// Addresses and networks of the proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Sentence<Network>>,
    /// Where they say it.
    pub forwarded_header: ForwardedHeader,
}

/// The header in which proxies say for whom they ask. One of them only: a proxy writes the one it
/// knows, and passes on whatever a visitor has written into the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// What nearly every proxy writes.
    #[default]
    XForwardedFor,
    /// The standard's (RFC 7239).
    Forwarded,
}

impl Default for ListenSection {
    fn default() -> Self {
        // A port above 1024, so that the gateway needs no privilege.
        Self {
            address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            // A quarter of all: no address alone takes the places of the others, and a large city
            // behind one address has room for 4,000 open pages.
            connections_per_address: 4_000,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
        }
    }
}

impl ListenSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        if self.connections_per_address == 0 {
            let message = "is 0, so nobody could connect: leave it out for 4000, or give a number";
            problems.add("listen.connections_per_address", message);
        }
        check_list(&self.trusted_proxies, "listen.trusted_proxies", problems);
    }

    /// The proxies whose word is taken.
    pub fn proxies(&self) -> Vec<Network> {
        meanings(&self.trusted_proxies)
    }

    /// What is probably not meant.
    pub(super) fn remarks(&self, tls: TlsMode) -> Vec<String> {
        let unknown = tls == TlsMode::Off && self.trusted_proxies.is_empty();
        let nobody = unknown.then(|| {
            String::from(
                "listen: with `tls.mode = \"off\"` everybody comes from the proxy's address, and \
                 `trusted_proxies` is empty: nobody is limited by address, and the audit journal \
                 does not say from where. Name the proxy (docs/doors.md)",
            )
        });
        nobody.into_iter().chain(self.few()).collect()
    }

    fn few(&self) -> Option<String> {
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
