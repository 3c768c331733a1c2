//! What a built-in client offers: what it sends, and how many others it can receive.

use std::net::{IpAddr, Ipv4Addr};

/// What a client offers. The default sends one audio and one video stream and receives one of each,
/// on loopback.
#[derive(Clone, Copy, Debug)]
pub struct MediaClientConfig {
    /// The address to bind. Loopback must be given as such: the library leaves it out of 0.0.0.0
    /// (webrtc 0.21.1).
    pub bind: IpAddr,
    /// Whether it offers to send audio and video, or only to receive them.
    pub publishes: bool,
    /// Receive-only sections of each kind beside the first.
    pub further: usize,
    /// What the last byte of every frame sent is, where decoders ignore it: whoever receives the
    /// frame knows by it whose it is. Below 64.
    pub mark: u8,
}

impl Default for MediaClientConfig {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            publishes: true,
            further: 0,
            mark: 0,
        }
    }
}
