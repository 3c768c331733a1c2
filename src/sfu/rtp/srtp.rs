//! SRTP (RFC 3711), sealed and opened where the packet lies, by the profile of the handshake
//! (`cipher`). Our own, since the library's copies every packet some ten times on its way. Pure.

use super::cipher::{Cipher, Master, RTCP, RTCP_CLEAR, RTCP_ENCRYPTED, RTP};
use super::packet::Header;
use bytes::BytesMut;

/// Streams of one direction: voice and picture with repairs, of as many as a room can have.
const MAX_STREAMS: usize = 32;

/// Indices behind the highest that are told apart: four seconds at 2.5 Mb/s.
const WINDOW: u64 = 1024;

/// A stream's numbers before they wrap, and half of them: more are never lost in a row.
const NUMBERS: u64 = 1 << 16;
const HALF: u64 = NUMBERS / 2;

/// What is wrong with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Cut, or no packet at all.
    Malformed,
    /// Not sealed by the other end, or changed on its way.
    Forged,
    /// Came before, or long after its like.
    Replayed,
    /// Of a stream too many.
    Streams,
}

/// The keys of one direction.
struct Keys {
    rtp: Cipher,
    rtcp: Cipher,
}

/// One stream and its numbering of 48 bits: rollovers and number (RFC 3711 §3.3.1).
struct Stream {
    ssrc: u32,
    taken: Taken,
}

/// Indices taken, each once (RFC 3711 §3.3.2). What is far behind counts as taken.
#[derive(Default)]
struct Taken {
    /// One above the highest.
    next: u64,
    seen: [u64; WINDOW as usize / 64],
}

/// Opens what the other end has sealed.
pub(super) struct Opener {
    keys: Keys,
    streams: Vec<Stream>,
    /// Reports count by sender.
    reporters: Vec<Stream>,
}

/// Seals what we send.
pub(super) struct Sealer {
    keys: Keys,
    streams: Vec<Stream>,
    rtcp_next: u32,
}

impl Keys {
    fn new(master: &Master<'_>) -> Option<Self> {
        Some(Self {
            rtp: Cipher::new(master, RTP)?,
            rtcp: Cipher::new(master, RTCP)?,
        })
    }
}

impl Taken {
    /// The index of a number: the one nearest to the highest taken (RFC 3711 appendix A).
    fn index_of(&self, number: u16) -> u64 {
        let Some(highest) = self.next.checked_sub(1) else {
            return u64::from(number);
        };
        let ahead = number.wrapping_sub(highest as u16);
        if ahead < 1 << 15 {
            return highest + u64::from(ahead);
        }
        let behind = u64::from((highest as u16).wrapping_sub(number));
        // Nothing is behind the first numbering.
        highest.checked_sub(behind).unwrap_or(u64::from(number))
    }

    /// Takes an index; false when it was taken before, or may have been.
    fn take(&mut self, index: u64) -> bool {
        if index + WINDOW < self.next {
            return false;
        }
        for skipped in self.next.max(index.saturating_sub(WINDOW))..index {
            let (word, bit) = place(skipped);
            self.seen[word] &= !bit;
        }
        let (word, bit) = place(index);
        let is_seen = index < self.next && self.seen[word] & bit != 0;
        self.seen[word] |= bit;
        self.next = self.next.max(index + 1);
        !is_seen
    }
}

/// Where an index is noted.
fn place(index: u64) -> (usize, u64) {
    let slot = index % WINDOW;
    ((slot / 64) as usize, 1 << (slot % 64))
}

/// The index a packet of a known stream has.
fn index_in(streams: &[Stream], header: &Header) -> Option<u64> {
    let known = streams.iter().find(|stream| stream.ssrc == header.ssrc);
    known.map(|stream| stream.taken.index_of(header.sequence_number))
}

/// The stream, which begins now if it is unknown; `None` when there are as many as may be.
fn stream_in(streams: &mut Vec<Stream>, ssrc: u32) -> Option<&mut Stream> {
    let known = streams.iter().position(|stream| stream.ssrc == ssrc);
    if known.is_none() && streams.len() < MAX_STREAMS {
        let taken = Taken::default();
        streams.push(Stream { ssrc, taken });
        return streams.last_mut();
    }
    streams.get_mut(known?)
}

/// Who a compound packet of RTCP is from.
fn sender_of(packet: &[u8]) -> Option<u32> {
    let clear = packet.first_chunk::<RTCP_CLEAR>()?;
    clear.last_chunk().copied().map(u32::from_be_bytes)
}

impl Opener {
    /// With the other end's master key and salt.
    pub(super) fn new(master: &Master<'_>) -> Option<Self> {
        Some(Self {
            keys: Keys::new(master)?,
            streams: Vec::new(),
            reporters: Vec::new(),
        })
    }

    /// Opens an RTP packet in place: where its payload ends, padding and all.
    ///
    /// # Errors
    /// What is wrong with it; nothing is remembered of it then.
    pub(super) fn open(
        &mut self,
        datagram: &mut [u8],
        header: &Header,
        begin: usize,
    ) -> Result<usize, Refused> {
        let (index, end) = match index_in(&self.streams, header) {
            Some(index) => {
                let rtp = &mut self.keys.rtp;
                (index, rtp.open_rtp(datagram, begin, header.ssrc, index)?)
            }
            None => self.open_first(datagram, header, begin)?,
        };
        let stream = stream_in(&mut self.streams, header.ssrc).ok_or(Refused::Streams)?;
        let is_new = stream.taken.take(index);
        is_new.then_some(end).ok_or(Refused::Replayed)
    }

    /// Opens the first packet that comes of a stream: its index, and where its payload ends. When
    /// all before the first wrap was lost, nothing in the packet tells of it: a number of the lower
    /// half is tried as of before and as of after, so that no stream is refused for ever. A forged
    /// packet costs two attempts at most.
    fn open_first(
        &mut self,
        datagram: &mut [u8],
        header: &Header,
        begin: usize,
    ) -> Result<(u64, usize), Refused> {
        let (rtp, ssrc) = (&mut self.keys.rtp, header.ssrc);
        let index = u64::from(header.sequence_number);
        // Of those that could not be opened, nothing is left.
        let kept = (index < HALF).then(|| datagram.to_vec());
        let outcome = rtp.open_rtp(datagram, begin, ssrc, index);
        let Some(kept) = kept.filter(|_| outcome == Err(Refused::Forged)) else {
            return Ok((index, outcome?));
        };
        datagram.copy_from_slice(&kept);
        let index = index + NUMBERS;
        Ok((index, rtp.open_rtp(datagram, begin, ssrc, index)?))
    }

    /// Opens a compound RTCP packet in place: how long it is.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Refused> {
        let sender = sender_of(datagram).ok_or(Refused::Malformed)?;
        let (index, end) = self.keys.rtcp.open_rtcp(datagram, sender)?;
        let stream = stream_in(&mut self.reporters, sender);
        let is_new = stream.ok_or(Refused::Streams)?.taken.take(index.into());
        is_new.then_some(end).ok_or(Refused::Replayed)
    }
}

impl Sealer {
    /// With our master key and salt.
    pub(super) fn new(master: &Master<'_>) -> Option<Self> {
        Some(Self {
            keys: Keys::new(master)?,
            streams: Vec::new(),
            rtcp_next: 0,
        })
    }

    /// Seals an RTP packet whose payload begins at `begin`. False: it must not be sent, because its
    /// number was used before, and a number used twice gives what is sealed away, with AES-GCM even
    /// the key (RFC 3711 §9.1, RFC 7714 §8.1).
    pub(super) fn seal(&mut self, packet: &mut BytesMut, header: &Header, begin: usize) -> bool {
        // What begins is before its first wrap.
        let begins = u64::from(header.sequence_number);
        let index = index_in(&self.streams, header).unwrap_or(begins);
        let stream = stream_in(&mut self.streams, header.ssrc);
        let is_new = stream.is_some_and(|stream| stream.taken.take(index));
        let rtp = &mut self.keys.rtp;
        is_new && rtp.seal_rtp(packet, begin, header.ssrc, index)
    }

    /// Seals a compound RTCP packet. False: it is none, or the key has sealed as many as it may
    /// (2³¹, RFC 3711 §9.2).
    pub(super) fn seal_rtcp(&mut self, packet: &mut BytesMut) -> bool {
        let index = self.rtcp_next;
        let Some(sender) = sender_of(packet).filter(|_| index & RTCP_ENCRYPTED == 0) else {
            return false;
        };
        self.rtcp_next += 1;
        self.keys.rtcp.seal_rtcp(packet, sender, index)
    }
}

#[cfg(test)]
mod tests;
