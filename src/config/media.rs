//! Section `media`: the one UDP port of all audio and video, and the addresses told to browsers.
//! Where no UDP gets through, media goes over TCP, by the port of the pages.

use super::{Problems, TlsMode};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The most addresses announced: two families, a public and a private one each, and room to spare.
const ANNOUNCED_MAX: usize = 8;

/// Where audio and video flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaSection {
    /// UDP address and port. Port 0 takes a free one; `[::]` takes IPv4 and IPv6.
    pub bind: SocketAddr,
    /// The addresses at which browsers reach that port; needed behind address translation. Empty:
    /// the bound address, or this machine's own addresses when bound to all of them.
    pub announced: Vec<IpAddr>,
    /// The TCP port told to browsers for media where UDP is blocked, when a router maps another to
    /// the one of `listen.address`. 0: no media over TCP. With `tls.mode = "off"` there is none.
    pub tcp_port: Option<u16>,
}

impl Default for MediaSection {
    fn default() -> Self {
        // The number of the HTTPS port: the firewall request of IT has one number, TCP and UDP.
        Self {
            bind: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            announced: Vec::new(),
            tcp_port: None,
        }
    }
}

impl MediaSection {
    pub(super) fn check(&self, tls: TlsMode, problems: &mut Problems) {
        if tls == TlsMode::Off && self.tcp_port.is_some_and(|port| port != 0) {
            let message = "is only used when browsers reach this program itself: media over TCP \
                           does not pass a proxy, so leave it out with `tls.mode = \"off\"`";
            problems.add("media.tcp_port", message);
        }
        let takes_both = self.bind.is_ipv6() && self.bind.ip().is_unspecified();
        if self.announced.len() > ANNOUNCED_MAX {
            let message = format!("lists too many addresses: at most {ANNOUNCED_MAX}");
            problems.add("media.announced", message);
        }
        for (index, address) in self.announced.iter().enumerate() {
            let key = format!("media.announced[{}]", index + 1);
            if address.is_unspecified() || address.is_multicast() {
                let message = format!("`{address}` cannot be reached: give a real address");
                problems.add(&key, message);
            } else if !takes_both && self.bind.is_ipv4() != address.is_ipv4() {
                let message = format!(
                    "`{address}` and `media.bind` ({}) must both be IPv4 or both be IPv6, or bind \
                     to `[::]`, which takes both",
                    self.bind
                );
                problems.add(&key, message);
            }
        }
    }
}
