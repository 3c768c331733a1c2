//! Section `media`: the one UDP port of all audio and video, and the addresses told to browsers.

use super::Problems;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The most addresses announced: two families, a public and a private one each, and room to spare.
const ANNOUNCED_MAX: usize = 8;

/// Where audio and video flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaSection {
    /// UDP address and port. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// The addresses at which browsers reach that port; needed behind address translation. Empty:
    /// the bound address, or this machine's own addresses when bound to all of them.
    pub announced: Vec<IpAddr>,
}

impl Default for MediaSection {
    fn default() -> Self {
        // The number of the HTTPS port: the firewall request of IT has one number, TCP and UDP.
        Self {
            bind: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            announced: Vec::new(),
        }
    }
}

impl MediaSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        if self.announced.len() > ANNOUNCED_MAX {
            let message = format!("lists too many addresses: at most {ANNOUNCED_MAX}");
            problems.add("media.announced", message);
        }
        for (index, address) in self.announced.iter().enumerate() {
            let key = format!("media.announced[{}]", index + 1);
            if address.is_unspecified() || address.is_multicast() {
                let message = format!("`{address}` cannot be reached: give a real address");
                problems.add(&key, message);
            } else if self.bind.is_ipv4() != address.is_ipv4() {
                let message = format!(
                    "`{address}` and `media.bind` ({}) must both be IPv4 or both be IPv6: media \
                     uses one of them",
                    self.bind
                );
                problems.add(&key, message);
            }
        }
    }
}
