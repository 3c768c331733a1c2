//! What a built-in client offers: what it sends, and how many others it can receive.

use std::net::{IpAddr, Ipv4Addr};

/// What a client offers. The default sends one audio and one video stream and receives one of each,
/// on loopback, without text.
#[derive(Clone, Copy, Debug)]
pub struct MediaClientConfig {
    /// The address to bind. Loopback must be given as such: the library leaves it out of 0.0.0.0
    /// (webrtc 0.21.1).
    pub bind: IpAddr,
    /// Whether it offers to send audio and video, or only to receive them.
    pub publishes: bool,
    /// Streams of each kind it can receive; the first is that of the section it sends on.
    pub receives: usize,
    /// Whether it opens a channel for real-time text.
    pub writes: bool,
    /// What the last byte of every frame sent is, where decoders ignore it: whoever receives the
    /// frame knows by it whose it is. Below 64.
    pub mark: u8,
    /// How many times slower than life it sends: 1 is 15 pictures and 50 sounds a second. A call
    /// with less is as real to everything but a decoder's eye, and many more fit on a machine.
    pub slower: u32,
}

impl Default for MediaClientConfig {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            publishes: true,
            receives: 1,
            writes: false,
            mark: 0,
            slower: 1,
        }
    }
}
