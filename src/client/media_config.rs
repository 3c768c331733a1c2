//! What a built-in client offers: what it sends, and how many others it can receive.

use crate::sfu::{Codec, CodecLine, Codecs};
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
    /// Whether what it sends is the picture it receives, and no synthetic one, nor sound.
    pub mirrors: bool,
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
    /// The number its streams begin with; none: any, as is usual (RFC 3550 §5.1).
    pub first_number: Option<u16>,
    /// The SRTP profiles it offers by their numbers (RFC 5764 §4.1.2), the one it likes best first;
    /// none: the library's.
    pub srtp: &'static [u16],
    /// What it can encode and decode.
    pub codecs: Codecs,
    /// What it makes of each SCTP packet before it is encrypted, if it means harm.
    #[cfg(test)]
    pub(crate) meddle: Option<fn(&mut [u8])>,
}

impl Default for MediaClientConfig {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            publishes: true,
            mirrors: false,
            receives: 1,
            writes: false,
            mark: 0,
            slower: 1,
            first_number: None,
            srtp: &[],
            codecs: Codecs::USUAL,
            #[cfg(test)]
            meddle: None,
        }
    }
}

impl MediaClientConfig {
    /// One picture on this address, in the codec that every client has, and no sound: for tests of
    /// a way.
    pub fn picture(bind: IpAddr) -> Self {
        Self {
            bind,
            codecs: Codecs::of([Codec::Vp8]),
            ..Self::default()
        }
    }

    /// Its codecs with Firefox's payload types, so that the server's mapping between differing ones
    /// is exercised.
    pub(super) fn lines(&self) -> Vec<CodecLine> {
        let of = |codec| self.codecs.has(codec).then(|| line(codec));
        Codec::ALL.into_iter().filter_map(of).collect()
    }
}

fn line(codec: Codec) -> CodecLine {
    let (payload_type, repair) = match codec {
        Codec::Red => (110, None),
        Codec::Opus => (109, None),
        Codec::Vp8 => (120, Some(124)),
        Codec::H264 => (126, Some(127)),
        Codec::Vp9 => (121, Some(125)),
        Codec::Av1 => (99, Some(100)),
    };
    let mut line = CodecLine::new(codec, payload_type, repair);
    if codec == Codec::Red {
        "109/109".clone_into(&mut line.parameters);
    }
    line
}
