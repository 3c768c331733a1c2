//! How the profiles of SRTP seal one packet and open one, where it lies: AES-GCM (RFC 7714), and
//! AES in counter mode with HMAC-SHA1 (RFC 3711). Which packets may be is told in `srtp`. Pure.

use super::profile::Profile;
use super::srtp::Refused;
use bytes::BytesMut;
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rtc::crypto::providers::RingCrypto;
use rtc::crypto::{
    BlockCipherAlgorithm, HmacAlgorithm, Mac, RTCCrypto, StreamCipher, StreamCipherAlgorithm,
    constant_time_eq,
};
use zeroize::Zeroizing;

/// The authentication tags (RFC 7714 §13.2, RFC 3711 §5.2).
const GCM_TAG: usize = 16;
const CM_TAG: usize = 10;
/// HMAC-SHA1's output and key, of which the first bytes are the tag.
const HMAC: usize = 20;
/// RTCP's part in the clear: its first header and sender (RFC 3711 §3.4).
pub(super) const RTCP_CLEAR: usize = 8;
/// The word behind RTCP: whether it is encrypted, and its index.
const RTCP_WORD: usize = 4;
pub(super) const RTCP_ENCRYPTED: u32 = 1 << 31;
/// A block of AES.
const BLOCK: usize = 16;
/// Salts of counter mode; the block's last two bytes count.
const CM_SALT: usize = 14;

/// The most that sealing adds to a packet of RTP.
pub(super) const SEAL: usize = GCM_TAG;

/// Labels of the key derivation (RFC 3711 §4.3.1): key, authentication, salt.
pub(super) type Labels = [u8; 3];
pub(super) const RTP: Labels = [0, 1, 2];
pub(super) const RTCP: Labels = [3, 4, 5];

/// The master key and salt of one direction, as the handshake gave them.
#[derive(Clone, Copy)]
pub(super) struct Master<'a> {
    pub(super) profile: Profile,
    pub(super) key: &'a [u8],
    pub(super) salt: &'a [u8],
}

impl Master<'_> {
    /// A session key or salt of so many bytes (RFC 3711 §4.3.1, §4.3.3; with a key of 256 bits RFC
    /// 6188 §3). The shorter salts of AES-GCM are filled up with zeros (RFC 7714 §11).
    pub(super) fn derive(&self, label: u8, bytes: usize) -> Option<Zeroizing<Vec<u8>>> {
        let aes = match self.key.len() {
            32 => BlockCipherAlgorithm::Aes256,
            _ => BlockCipherAlgorithm::Aes128,
        };
        let mut derived = Zeroizing::new(vec![0; bytes]);
        for (count, part) in (0_u16..).zip(derived.chunks_mut(BLOCK)) {
            let mut block = Zeroizing::new([0; BLOCK]);
            block.get_mut(..self.salt.len())?.copy_from_slice(self.salt);
            block[7] ^= label;
            mix(&mut block[CM_SALT..], &count.to_be_bytes());
            let encrypted = RingCrypto.block_encrypt(aes, self.key, &mut *block);
            encrypted.ok()?;
            part.copy_from_slice(&block[..part.len()]);
        }
        Some(derived)
    }
}

fn mix(into: &mut [u8], other: &[u8]) {
    for (byte, other) in into.iter_mut().zip(other) {
        *byte ^= other;
    }
}

/// The session's keys of one direction, for RTP or for RTCP. Salts are wiped from memory when they
/// are dropped, and so is the key of counter mode. The keys that ring has expanded and the state of
/// HMAC cannot be: neither library gives a way.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every connection has the large one, and a box costs each packet a look"
)]
pub(super) enum Cipher {
    Gcm(Gcm),
    Cm(Cm),
}

impl Cipher {
    pub(super) fn new(master: &Master<'_>, labels: Labels) -> Option<Self> {
        match master.profile {
            Profile::Gcm128 | Profile::Gcm256 => Gcm::derive(master, labels).map(Self::Gcm),
            Profile::Cm => Cm::derive(master, labels).map(Self::Cm),
        }
    }

    /// Seals the packet from `begin` on; false: the library refuses.
    pub(super) fn seal_rtp(
        &mut self,
        packet: &mut BytesMut,
        begin: usize,
        ssrc: u32,
        index: u64,
    ) -> bool {
        let sealed = match self {
            Self::Gcm(gcm) => gcm.seal_rtp(packet, begin, ssrc, index),
            Self::Cm(cm) => cm.seal_rtp(packet, begin, ssrc, index),
        };
        sealed.is_some()
    }

    /// Opens a packet whose sealed part begins at `begin`: where it ends in the clear.
    pub(super) fn open_rtp(
        &mut self,
        datagram: &mut [u8],
        begin: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Refused> {
        match self {
            Self::Gcm(gcm) => gcm.open_rtp(datagram, begin, ssrc, index),
            Self::Cm(cm) => cm.open_rtp(datagram, begin, ssrc, index),
        }
    }

    /// Seals a compound packet of at least [`RTCP_CLEAR`] bytes.
    pub(super) fn seal_rtcp(&mut self, packet: &mut BytesMut, ssrc: u32, index: u32) -> bool {
        let word = (index | RTCP_ENCRYPTED).to_be_bytes();
        let sealed = match self {
            Self::Gcm(gcm) => gcm.seal_rtcp(packet, ssrc, index, word),
            Self::Cm(cm) => cm.seal_rtcp(packet, ssrc, index, word),
        };
        sealed.is_some()
    }

    /// Opens a compound packet: its index, and where it ends in the clear.
    pub(super) fn open_rtcp(
        &mut self,
        datagram: &mut [u8],
        ssrc: u32,
    ) -> Result<(u32, usize), Refused> {
        match self {
            Self::Gcm(gcm) => gcm.open_rtcp(datagram, ssrc),
            Self::Cm(cm) => cm.open_rtcp(datagram, ssrc),
        }
    }
}

/// The index a word behind RTCP names; RTCP that is not encrypted is none of WebRTC's.
fn index_of(word: &[u8]) -> Result<u32, Refused> {
    let word = word.first_chunk().ok_or(Refused::Malformed)?;
    let word = u32::from_be_bytes(*word);
    let is_encrypted = word & RTCP_ENCRYPTED != 0;
    let index = is_encrypted.then_some(word & !RTCP_ENCRYPTED);
    index.ok_or(Refused::Malformed)
}

/// Splits `trailer` bytes off the end, when at least `least` stay.
fn split(datagram: &mut [u8], trailer: usize, least: usize) -> Result<(&mut [u8], &[u8]), Refused> {
    let length = datagram.len().checked_sub(trailer);
    let length = length.filter(|length| *length >= least);
    let (packet, trailer) = datagram.split_at_mut(length.ok_or(Refused::Malformed)?);
    Ok((packet, trailer))
}

/// AES-GCM: the tag covers the header, too.
pub(super) struct Gcm {
    key: LessSafeKey,
    salt: Zeroizing<[u8; NONCE_LEN]>,
}

impl Gcm {
    fn derive(master: &Master<'_>, [key, _, salt]: Labels) -> Option<Self> {
        let key = master.derive(key, master.profile.key_bytes())?;
        let salt = master.derive(salt, NONCE_LEN)?;
        Self::new(&key, &salt)
    }

    pub(super) fn new(key: &[u8], salt: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            32 => &AES_256_GCM,
            _ => &AES_128_GCM,
        };
        Some(Self {
            key: LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?),
            salt: Zeroizing::new(*salt.first_chunk()?),
        })
    }

    /// RFC 7714 §8.1; §9.1 for RTCP, whose index has 31 of the 48 bits.
    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let mut nonce = *self.salt;
        mix(&mut nonce[2..6], &ssrc.to_be_bytes());
        mix(&mut nonce[6..], &index.to_be_bytes()[2..]);
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal_rtp(&self, packet: &mut BytesMut, begin: usize, ssrc: u32, index: u64) -> Option<()> {
        let nonce = self.nonce(ssrc, index);
        let (clear, body) = packet.split_at_mut(begin);
        let sealed = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(&*clear), body);
        packet.extend_from_slice(sealed.ok()?.as_ref());
        Some(())
    }

    fn open_rtp(
        &self,
        datagram: &mut [u8],
        begin: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Refused> {
        split(datagram, GCM_TAG, begin)?;
        let nonce = self.nonce(ssrc, index);
        let (clear, sealed) = datagram.split_at_mut(begin);
        let opened = self.key.open_in_place(nonce, Aad::from(&*clear), sealed);
        Ok(begin + opened.map_err(|_| Refused::Forged)?.len())
    }

    /// What the tag of RTCP covers besides its body (RFC 7714 §9.2).
    fn rtcp_clear(packet: &[u8], word: &[u8]) -> [u8; RTCP_CLEAR + RTCP_WORD] {
        let mut clear = [0; RTCP_CLEAR + RTCP_WORD];
        clear[..RTCP_CLEAR].copy_from_slice(&packet[..RTCP_CLEAR]);
        clear[RTCP_CLEAR..].copy_from_slice(word);
        clear
    }

    fn seal_rtcp(
        &self,
        packet: &mut BytesMut,
        ssrc: u32,
        index: u32,
        word: [u8; RTCP_WORD],
    ) -> Option<()> {
        let nonce = self.nonce(ssrc, index.into());
        let clear = Self::rtcp_clear(packet, &word);
        let body = &mut packet[RTCP_CLEAR..];
        let sealed = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(clear), body);
        packet.extend_from_slice(sealed.ok()?.as_ref());
        packet.extend_from_slice(&word);
        Some(())
    }

    fn open_rtcp(&self, datagram: &mut [u8], ssrc: u32) -> Result<(u32, usize), Refused> {
        let (packet, word) = split(datagram, RTCP_WORD, RTCP_CLEAR + GCM_TAG)?;
        let index = index_of(word)?;
        let nonce = self.nonce(ssrc, index.into());
        let clear = Aad::from(Self::rtcp_clear(packet, word));
        let sealed = &mut packet[RTCP_CLEAR..];
        let opened = self.key.open_in_place(nonce, clear, sealed);
        let opened = opened.map_err(|_| Refused::Forged)?.len();
        Ok((index, RTCP_CLEAR + opened))
    }
}

/// AES in counter mode, then HMAC-SHA1 over everything.
pub(super) struct Cm {
    aes: Box<dyn StreamCipher>,
    hmac: Box<dyn Mac>,
    salt: Zeroizing<[u8; CM_SALT]>,
}

impl Cm {
    fn derive(master: &Master<'_>, [key, authentication, salt]: Labels) -> Option<Self> {
        let key = master.derive(key, master.profile.key_bytes())?;
        let authentication = master.derive(authentication, HMAC)?;
        let salt = master.derive(salt, CM_SALT)?;
        Self::new(&key, &authentication, &salt)
    }

    pub(super) fn new(key: &[u8], authentication: &[u8], salt: &[u8]) -> Option<Self> {
        let aes = RingCrypto.new_stream_cipher(StreamCipherAlgorithm::Aes128Ctr, key);
        let hmac = RingCrypto.new_hmac(HmacAlgorithm::Sha1, authentication);
        Some(Self {
            aes: aes.ok()?,
            hmac: hmac.ok()?,
            salt: Zeroizing::new(*salt.first_chunk()?),
        })
    }

    /// Encrypts and decrypts (RFC 3711 §4.1.1).
    fn crypt(&mut self, body: &mut [u8], ssrc: u32, index: u64) -> Option<()> {
        let mut counter = [0; BLOCK];
        counter[..CM_SALT].copy_from_slice(&*self.salt);
        mix(&mut counter[4..8], &ssrc.to_be_bytes());
        mix(&mut counter[8..CM_SALT], &index.to_be_bytes()[2..]);
        self.aes.apply_keystream(&counter, body).ok()
    }

    /// RFC 3711 §4.2; of RTP with its rollovers, which are no part of the packet.
    fn tag(&mut self, authenticated: &[u8], rollovers: &[u8]) -> Option<[u8; CM_TAG]> {
        let mut tag = [0; HMAC];
        let signed = self.hmac.sign(&[authenticated, rollovers], &mut tag);
        signed.ok()?;
        tag.first_chunk().copied()
    }

    fn check(&mut self, packet: &[u8], rollovers: &[u8], tag: &[u8]) -> Result<(), Refused> {
        let expected = self.tag(packet, rollovers).ok_or(Refused::Forged)?;
        let is_authentic = constant_time_eq(&expected, tag);
        is_authentic.then_some(()).ok_or(Refused::Forged)
    }

    fn seal_rtp(
        &mut self,
        packet: &mut BytesMut,
        begin: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<()> {
        self.crypt(&mut packet[begin..], ssrc, index)?;
        let tag = self.tag(packet, &rollovers(index))?;
        packet.extend_from_slice(&tag);
        Some(())
    }

    fn open_rtp(
        &mut self,
        datagram: &mut [u8],
        begin: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Refused> {
        let (packet, tag) = split(datagram, CM_TAG, begin)?;
        self.check(packet, &rollovers(index), tag)?;
        let decrypted = self.crypt(&mut packet[begin..], ssrc, index);
        decrypted.map(|()| packet.len()).ok_or(Refused::Forged)
    }

    fn seal_rtcp(
        &mut self,
        packet: &mut BytesMut,
        ssrc: u32,
        index: u32,
        word: [u8; RTCP_WORD],
    ) -> Option<()> {
        self.crypt(&mut packet[RTCP_CLEAR..], ssrc, index.into())?;
        packet.extend_from_slice(&word);
        let tag = self.tag(packet, &[])?;
        packet.extend_from_slice(&tag);
        Some(())
    }

    fn open_rtcp(&mut self, datagram: &mut [u8], ssrc: u32) -> Result<(u32, usize), Refused> {
        let (authenticated, tag) = split(datagram, CM_TAG, RTCP_CLEAR + RTCP_WORD)?;
        self.check(authenticated, &[], tag)?;
        let (packet, word) = split(authenticated, RTCP_WORD, RTCP_CLEAR)?;
        let index = index_of(word)?;
        let decrypted = self.crypt(&mut packet[RTCP_CLEAR..], ssrc, index.into());
        let end = decrypted.map(|()| packet.len()).ok_or(Refused::Forged)?;
        Ok((index, end))
    }
}

/// How often the number of a stream has wrapped: the upper 32 bits of its index.
fn rollovers(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}
