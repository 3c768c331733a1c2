//! The cryptography of the clients and of the bare forwarder: ring for everything, as in the
//! gateway, so that what is compared is the forwarding. Only what WebRTC between our own ends and
//! Janus uses is here: DTLS 1.2 with ECDHE and ECDSA on P-256, SRTP with AES-GCM.

mod handshake;
mod session;
mod srtp;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use str0m::crypto::{CryptoProvider, Sha1HmacProvider, Sha1Provider, Sha256Provider};

/// What each connection is given.
pub(crate) fn provider() -> CryptoProvider {
    CryptoProvider {
        srtp_provider: &srtp::Srtp,
        sha1_hmac_provider: &Digests,
        sha1_provider: &Digests,
        sha256_provider: &Digests,
        dtls_provider: &session::Sessions,
    }
}

#[derive(Debug)]
struct Digests;

/// Integrity of STUN messages (RFC 8489 §14.5).
impl Sha1HmacProvider for Digests {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
        let mut context = hmac::Context::with_key(&key);
        for payload in payloads {
            context.update(payload);
        }
        first(context.sign().as_ref())
    }
}

impl Sha1Provider for Digests {
    fn sha1(&self, data: &[u8]) -> [u8; 20] {
        first(digest(&SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
    }
}

/// Fingerprints of certificates (RFC 8122 §5).
impl Sha256Provider for Digests {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        first(digest(&SHA256, data).as_ref())
    }
}

/// The bytes of a digest, whose length its algorithm fixes.
fn first<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    let mut taken = [0; LENGTH];
    for (to, from) in taken.iter_mut().zip(bytes) {
        *to = *from;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        // RFC 2202 §3 (case 2) and FIPS 180-2 B.1.
        let mac = Digests.sha1_hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac[..4], [0xef, 0xfc, 0xdf, 0x6a]);
        assert_eq!(Digests.sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(Digests.sha1(b"abc")[..4], [0xa9, 0x99, 0x3e, 0x36]);
    }
}
