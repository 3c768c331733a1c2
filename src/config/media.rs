//! Section `media`: the one UDP port of all audio and video, the addresses told to browsers, and
//! the threads that carry it.
//! Where no UDP gets through, media goes over TCP, by the port of the pages.

use super::{Problems, TlsMode};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;

/// The most addresses announced: two families, a public and a private one each, and room to spare.
const ANNOUNCED_MAX: usize = 8;

/// The most threads for media, which is the media engine's own limit.
const THREADS_MAX: usize = 8;

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
    /// Threads that carry media. One fills one core with 140 calls of two at 2 × 2.5 Mb/s, more
    /// than a city's interpreters take at once, and serves everybody by one socket. With several,
    /// most clients have a socket of their own, which costs a file each, and on Linux up to 6.12
    /// time for each packet that grows with their number.
    pub threads: NonZeroUsize,
}

impl Default for MediaSection {
    fn default() -> Self {
        // The number of the HTTPS port: the firewall request of IT has one number, TCP and UDP.
        Self {
            bind: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            announced: Vec::new(),
            tcp_port: None,
            threads: NonZeroUsize::MIN,
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
        if self.threads.get() > THREADS_MAX {
            let message = format!("is {}: at most {THREADS_MAX}", self.threads);
            problems.add("media.threads", message);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_takes_as_many_threads_as_its_engine_can_have_and_no_more() {
        assert_eq!(THREADS_MAX, crate::sfu::MAX_MEDIA_THREADS);
        for (threads, problems_found) in [(THREADS_MAX, 0), (THREADS_MAX + 1, 1)] {
            let section = MediaSection {
                threads: NonZeroUsize::new(threads).unwrap(),
                ..MediaSection::default()
            };
            let mut problems = Problems::default();
            section.check(TlsMode::Development, &mut problems);
            assert_eq!(problems.0.len(), problems_found, "{threads}");
        }
    }
}
