//! SRTP with AES-GCM (RFC 3711, RFC 7714), sealed and opened where the packet lies. Our own, since
//! the library's copies every packet some ten times on its way. Pure.

use super::packet::{self, Header};
use bytes::BytesMut;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rtc::crypto::providers::RingCrypto;
use rtc::crypto::{BlockCipherAlgorithm, RTCCrypto};

/// Master key and salt of one direction (RFC 7714 §12).
pub(super) const KEY: usize = 16;
pub(super) const SALT: usize = 12;
/// The authentication tag (RFC 7714 §13.2).
const TAG: usize = 16;
/// RTCP's part in the clear: its first header and sender (RFC 3711 §3.4).
const RTCP_CLEAR: usize = 8;
/// The word behind the tag: whether RTCP is encrypted, and its index.
const RTCP_WORD: usize = 4;
const RTCP_ENCRYPTED: u32 = 1 << 31;
/// Labels of the key derivation (RFC 3711 §4.3.1).
const RTP_KEY: u8 = 0;
const RTP_SALT: u8 = 2;
const RTCP_KEY: u8 = 3;
const RTCP_SALT: u8 = 5;

/// Streams of one direction: voice and picture with repairs, of as many as a room can have.
const MAX_STREAMS: usize = 32;

/// Indices behind the highest that are told apart: four seconds at 2.5 Mb/s.
const WINDOW: u64 = 1024;

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
    rtp: LessSafeKey,
    rtp_salt: [u8; SALT],
    rtcp: LessSafeKey,
    rtcp_salt: [u8; SALT],
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
    fn new(key: &[u8; KEY], salt: &[u8; SALT]) -> Option<Self> {
        let derive = |label| derived(key, salt, label);
        let sealing = |label| {
            let key = UnboundKey::new(&AES_128_GCM, &derive(label)?).ok()?;
            Some(LessSafeKey::new(key))
        };
        Some(Self {
            rtp: sealing(RTP_KEY)?,
            rtp_salt: *derive(RTP_SALT)?.first_chunk()?,
            rtcp: sealing(RTCP_KEY)?,
            rtcp_salt: *derive(RTCP_SALT)?.first_chunk()?,
        })
    }

    /// RFC 7714 §8.1.
    fn rtp_nonce(&self, ssrc: u32, index: u64) -> Nonce {
        // The index has 48 bits.
        let index = index.to_be_bytes();
        let mut nonce = self.rtp_salt;
        mix(&mut nonce[2..6], &ssrc.to_be_bytes());
        mix(&mut nonce[6..], &index[2..]);
        Nonce::assume_unique_for_key(nonce)
    }

    /// RFC 7714 §9.1.
    fn rtcp_nonce(&self, ssrc: [u8; 4], index: u32) -> Nonce {
        let mut nonce: [u8; NONCE_LEN] = self.rtcp_salt;
        mix(&mut nonce[2..6], &ssrc);
        mix(&mut nonce[8..], &index.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }
}

fn mix(into: &mut [u8], other: &[u8]) {
    for (byte, other) in into.iter_mut().zip(other) {
        *byte ^= other;
    }
}

/// A session key or salt (RFC 3711 §4.3.1, §4.3.3): one block is enough for either. The shorter
/// salts of AES-GCM are filled up with zeros (RFC 7714 §11).
fn derived(key: &[u8; KEY], salt: &[u8], label: u8) -> Option<[u8; KEY]> {
    let mut block = [0; KEY];
    block.get_mut(..salt.len())?.copy_from_slice(salt);
    block[7] ^= label;
    let aes = BlockCipherAlgorithm::Aes128;
    RingCrypto.block_encrypt(aes, key, &mut block).ok()?;
    Some(block)
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

/// The index a packet of a stream has.
fn index_in(streams: &[Stream], header: &Header) -> u64 {
    let number = header.sequence_number;
    let known = streams.iter().find(|stream| stream.ssrc == header.ssrc);
    known.map_or(u64::from(number), |stream| stream.taken.index_of(number))
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

impl Opener {
    /// With the other end's master key and salt.
    pub(super) fn new(key: &[u8; KEY], salt: &[u8; SALT]) -> Option<Self> {
        Some(Self {
            keys: Keys::new(key, salt)?,
            streams: Vec::new(),
            reporters: Vec::new(),
        })
    }

    /// Opens an RTP packet in place: where its payload lies, padding and all.
    ///
    /// # Errors
    /// What is wrong with it; nothing is remembered of it then.
    pub(super) fn open(
        &mut self,
        datagram: &mut [u8],
        header: &Header,
        begin: usize,
    ) -> Result<usize, Refused> {
        let index = index_in(&self.streams, header);
        let nonce = self.keys.rtp_nonce(header.ssrc, index);
        let (clear, sealed) = datagram.split_at_mut(begin);
        let opened = self
            .keys
            .rtp
            .open_in_place(nonce, Aad::from(&*clear), sealed);
        let end = begin + opened.map_err(|_| Refused::Forged)?.len();
        let stream = stream_in(&mut self.streams, header.ssrc).ok_or(Refused::Streams)?;
        stream
            .taken
            .take(index)
            .then_some(end)
            .ok_or(Refused::Replayed)
    }

    /// Opens a compound RTCP packet in place: how long it is.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Refused> {
        let length = datagram.len().checked_sub(RTCP_WORD);
        let length = length.filter(|length| *length >= RTCP_CLEAR + TAG);
        let (packet, word) = datagram.split_at_mut(length.ok_or(Refused::Malformed)?);
        let word = word.first_chunk().copied().ok_or(Refused::Malformed)?;
        let index = u32::from_be_bytes(word) & !RTCP_ENCRYPTED;
        if word[0] & 0x80 == 0 {
            return Err(Refused::Malformed);
        }
        let mut clear = [0; RTCP_CLEAR + RTCP_WORD];
        clear[..RTCP_CLEAR].copy_from_slice(&packet[..RTCP_CLEAR]);
        clear[RTCP_CLEAR..].copy_from_slice(&word);
        let ssrc = [clear[4], clear[5], clear[6], clear[7]];
        let nonce = self.keys.rtcp_nonce(ssrc, index);
        let sealed = &mut packet[RTCP_CLEAR..];
        let opened = self
            .keys
            .rtcp
            .open_in_place(nonce, Aad::from(clear), sealed);
        let end = RTCP_CLEAR + opened.map_err(|_| Refused::Forged)?.len();
        let stream = stream_in(&mut self.reporters, u32::from_be_bytes(ssrc));
        let is_new = stream.ok_or(Refused::Streams)?.taken.take(index.into());
        is_new.then_some(end).ok_or(Refused::Replayed)
    }
}

impl Sealer {
    /// With our master key and salt.
    pub(super) fn new(key: &[u8; KEY], salt: &[u8; SALT]) -> Option<Self> {
        Some(Self {
            keys: Keys::new(key, salt)?,
            streams: Vec::new(),
            rtcp_next: 0,
        })
    }

    /// Seals an RTP packet whose payload begins at `begin`. False: it must not be sent, because its
    /// number was used before, and a number used twice gives the key away (RFC 7714 §8.1).
    pub(super) fn seal(&mut self, packet: &mut BytesMut, header: &Header, begin: usize) -> bool {
        let index = index_in(&self.streams, header);
        let stream = stream_in(&mut self.streams, header.ssrc);
        if !stream.is_some_and(|stream| stream.taken.take(index)) {
            return false;
        }
        let nonce = self.keys.rtp_nonce(header.ssrc, index);
        let (clear, body) = packet.split_at_mut(begin);
        let sealing = &self.keys.rtp;
        let Ok(tag) = sealing.seal_in_place_separate_tag(nonce, Aad::from(&*clear), body) else {
            return false;
        };
        packet.extend_from_slice(tag.as_ref());
        true
    }

    /// Seals a compound RTCP packet. False: it is none, or the key has sealed as many as it may
    /// (2³¹, RFC 3711 §9.2).
    pub(super) fn seal_rtcp(&mut self, packet: &mut BytesMut) -> bool {
        if packet.len() < RTCP_CLEAR || self.rtcp_next & RTCP_ENCRYPTED != 0 {
            return false;
        }
        let index = self.rtcp_next;
        self.rtcp_next += 1;
        let word = (index | RTCP_ENCRYPTED).to_be_bytes();
        let mut clear = [0; RTCP_CLEAR + RTCP_WORD];
        clear[..RTCP_CLEAR].copy_from_slice(&packet[..RTCP_CLEAR]);
        clear[RTCP_CLEAR..].copy_from_slice(&word);
        let nonce = self
            .keys
            .rtcp_nonce([clear[4], clear[5], clear[6], clear[7]], index);
        let body = &mut packet[RTCP_CLEAR..];
        let sealing = &self.keys.rtcp;
        let Ok(tag) = sealing.seal_in_place_separate_tag(nonce, Aad::from(clear), body) else {
            return false;
        };
        packet.extend_from_slice(tag.as_ref());
        packet.extend_from_slice(&word);
        true
    }
}

/// Bytes that sealing adds to a packet.
pub(super) const SEAL: usize = TAG;

/// A packet that is whole under its seal.
pub(super) fn read_sealed(datagram: &[u8]) -> Result<(Header, usize), Refused> {
    let read = packet::read_header(datagram);
    let whole = read.filter(|(_, begin)| datagram.len() >= begin + TAG);
    whole.ok_or(Refused::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pairs = digits.chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        pairs.map(|pair| byte(pair).unwrap()).collect()
    }

    fn ends() -> (Sealer, Opener) {
        let (key, salt) = ([7; KEY], [9; SALT]);
        let ends = (Sealer::new(&key, &salt), Opener::new(&key, &salt));
        (ends.0.unwrap(), ends.1.unwrap())
    }

    fn sealed(sealer: &mut Sealer, number: u16) -> Option<BytesMut> {
        let header = Header {
            payload_type: 96,
            sequence_number: number,
            ssrc: 5,
            ..Header::default()
        };
        let mut packet = BytesMut::new();
        packet::put_header(&mut packet, &header, Some((3, number)));
        let begin = packet.len();
        packet.extend_from_slice(b"picture");
        sealer.seal(&mut packet, &header, begin).then_some(packet)
    }

    fn open(opener: &mut Opener, datagram: &[u8]) -> Result<Vec<u8>, Refused> {
        let mut datagram = datagram.to_vec();
        let (header, begin) = read_sealed(&datagram)?;
        let end = opener.open(&mut datagram, &header, begin)?;
        Ok(datagram[begin..end].to_vec())
    }

    #[test]
    fn session_keys_are_derived_as_the_standard_shows() {
        // RFC 3711 appendix B.3.
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        let derive = |label| derived(key.first_chunk().unwrap(), &salt, label).unwrap();
        assert_eq!(derive(RTP_KEY)[..], hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assert_eq!(derive(RTP_SALT)[..14], hex("30CBBC08863D8C85D49DB34A9AE1"));
    }

    #[test]
    fn a_packet_is_sealed_as_the_standard_shows() {
        // RFC 7714 §16.1.1, whose keys are those of the session.
        let key = || {
            let key = hex("000102030405060708090a0b0c0d0e0f");
            LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap())
        };
        let salt = hex("517569642070726f2071756f").try_into().unwrap();
        let keys = Keys {
            rtp: key(),
            rtp_salt: salt,
            rtcp: key(),
            rtcp_salt: salt,
        };
        let mut sealer = Sealer {
            keys,
            streams: Vec::new(),
            rtcp_next: 0,
        };
        let mut packet = BytesMut::from(&hex("8040f17b8041f8d35501a0b2")[..]);
        packet.extend_from_slice(b"Gallia est omnis divisa in partes tres");
        let (header, begin) = packet::read_header(&packet).unwrap();
        assert!(sealer.seal(&mut packet, &header, begin));
        let expected = "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f\
                        42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce";
        assert_eq!(packet[..], hex(expected));
    }

    #[test]
    fn numbers_go_on_over_the_wrap_and_each_is_sealed_and_opened_once() {
        let (mut sealer, mut opener) = ends();
        for number in (65_000..=u16::MAX).chain(0..2000) {
            let packet = sealed(&mut sealer, number).unwrap();
            assert_eq!(open(&mut opener, &packet).unwrap(), b"picture");
            assert_eq!(open(&mut opener, &packet), Err(Refused::Replayed));
            assert!(sealed(&mut sealer, number).is_none());
        }
        assert_eq!(sealer.streams[0].taken.next, 65_536 + 2000);
        assert!(sealed(&mut sealer, 500).is_none(), "too far behind to tell");
    }

    #[test]
    fn what_was_changed_does_not_open_and_leaves_no_trace() {
        let (mut sealer, mut opener) = ends();
        let packet = sealed(&mut sealer, 40_000).unwrap();
        for place in 0..packet.len() {
            let mut changed = packet.clone();
            changed[place] ^= 1;
            assert!(open(&mut opener, &changed).is_err(), "byte {place}");
        }
        for length in 0..packet.len() {
            assert!(open(&mut opener, &packet[..length]).is_err());
        }
        assert!(opener.streams.is_empty());
        assert!(open(&mut opener, &packet).is_ok());
    }

    #[test]
    fn a_report_opens_once_and_only_unchanged() {
        let (mut sealer, mut opener) = ends();
        let clear = hex("80c9000100000001");
        let mut reports = Vec::new();
        for _ in 0..3 {
            let mut report = BytesMut::from(&clear[..]);
            report.extend_from_slice(b"what was lost");
            assert!(sealer.seal_rtcp(&mut report));
            reports.push(report);
        }
        let mut another = BytesMut::from(&hex("80c9000100000002")[..]);
        assert!(
            Sealer::new(&[7; KEY], &[9; SALT])
                .unwrap()
                .seal_rtcp(&mut another)
        );
        for report in reports.iter().rev() {
            for place in 0..report.len() {
                let mut changed = report.to_vec();
                changed[place] ^= 1;
                assert!(opener.open_rtcp(&mut changed).is_err(), "byte {place}");
            }
            let mut whole = report.to_vec();
            let end = opener.open_rtcp(&mut whole).unwrap();
            assert_eq!(&whole[8..end], b"what was lost");
            let again = opener.open_rtcp(&mut report.to_vec());
            assert_eq!(again, Err(Refused::Replayed));
        }
        assert_eq!(
            opener.open_rtcp(&mut another),
            Ok(8),
            "others count for themselves"
        );
        assert_eq!(opener.open_rtcp(&mut []), Err(Refused::Malformed));
    }

    proptest! {
        #[test]
        fn an_index_is_taken_once_in_whatever_order_they_come(
            steps in proptest::collection::vec(0_u64..3000, 1..400)
        ) {
            let mut taken = Taken::default();
            let mut before = HashSet::new();
            let mut highest = 0_u64;
            for step in steps {
                let index = (highest + step).saturating_sub(1500);
                let is_new = taken.take(index);
                let is_near = index + WINDOW > highest;
                prop_assert_eq!(is_new, is_near && !before.contains(&index), "{}", index);
                before.insert(index);
                highest = highest.max(index);
            }
        }
    }
}
