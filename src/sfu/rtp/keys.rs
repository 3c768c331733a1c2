//! Where our SRTP gets its keys: from the DTLS handshake (RFC 5764 §4.2), which the library makes
//! and whose keys it keeps to itself. It computes them with the crypto provider it is given, and
//! ours looks on: when the exporter for SRTP runs (RFC 5705, a label no other use has), it runs it
//! once more for us. Each connection has a provider of its own. What we keep of it is wiped from
//! memory as soon as it is used or no longer needed; the library's own copies are not ours to wipe.

use super::cipher::Master;
use super::profile::Profile;
use super::srtp::{Opener, Sealer};
use crate::sfu::association::Association;
use rtc::crypto::providers::{RingCrypto, RingRandom};
use rtc::crypto::{
    ActiveKeyExchange, AeadAlgorithm, AeadCipher, BlockCipherAlgorithm, CryptoAlgorithm,
    CryptoError, HashAlgorithm, HmacAlgorithm, KeyExchangeAlgorithm, Mac, PublicKey, RTCCrypto,
    RTCCryptoProvider, RTCRandom, SignatureScheme, SigningKey, StreamCipher, StreamCipherAlgorithm,
};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// RFC 5764 §4.2.
const LABEL: &[u8] = b"EXTRACTOR-dtls_srtp";
/// The client's and the server's key, then their salts, of the profile that needs most. Others need
/// the beginning of it: what is exported does not depend on how much of it is (RFC 5246 §5).
pub(super) const MATERIAL: usize = 2 * (Profile::Gcm256.key_bytes() + Profile::Gcm256.salt_bytes());
/// HMAC-SHA-256, the function of every cipher suite the library has (RFC 5246 §5).
const HASH: usize = 32;

/// What a handshake has exported; on the heap, so that no copy of it is left behind.
type Material = Zeroizing<Vec<u8>>;

/// Where the keys lie once the handshake has made them.
#[derive(Clone, Default)]
pub(crate) struct KeySlot(Arc<Mutex<Option<Material>>>);

impl KeySlot {
    /// Both directions, once: with the client's keys we open, with the server's, ours, we seal.
    pub(super) fn take(&self, profile: Profile) -> Option<(Opener, Sealer)> {
        let material = self.lock().take()?;
        let [client, server] = masters(profile, &material)?;
        Some((Opener::new(&client)?, Sealer::new(&server)?))
    }

    /// As after a handshake.
    #[cfg(any(test, passerelle_fuzz))]
    pub(super) fn filled(material: [u8; MATERIAL]) -> Self {
        let material = Zeroizing::new(material.to_vec());
        Self(Arc::new(Mutex::new(Some(material))))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Material>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client's and the server's part of what was exported (RFC 5764 §4.2).
pub(super) fn masters(profile: Profile, material: &[u8]) -> Option<[Master<'_>; 2]> {
    let (client_key, rest) = material.split_at_checked(profile.key_bytes())?;
    let (server_key, rest) = rest.split_at_checked(profile.key_bytes())?;
    let (client_salt, rest) = rest.split_at_checked(profile.salt_bytes())?;
    let (server_salt, _) = rest.split_at_checked(profile.salt_bytes())?;
    let master = |key, salt| Master { profile, key, salt };
    Some([
        master(client_key, client_salt),
        master(server_key, server_salt),
    ])
}

/// The library's crypto provider for one connection.
pub(crate) struct Onlooker {
    crypto: Watched,
    random: RingRandom,
}

impl Onlooker {
    /// Puts the keys it sees into `slot`, and has `association` watch what records hold.
    pub(crate) fn new(slot: KeySlot, association: Association) -> Self {
        Self {
            crypto: Watched { slot, association },
            random: RingRandom,
        }
    }
}

impl RTCCryptoProvider for Onlooker {
    fn name(&self) -> &'static str {
        "ring, looked on for SRTP"
    }

    fn crypto(&self) -> &dyn RTCCrypto {
        &self.crypto
    }

    fn random(&self) -> &dyn RTCRandom {
        &self.random
    }
}

/// ring, with an eye on HMAC and on what is encrypted.
struct Watched {
    slot: KeySlot,
    association: Association,
}

/// An HMAC under a key that may be the session's master secret.
struct WatchedMac {
    mac: Box<dyn Mac>,
    slot: KeySlot,
}

impl WatchedMac {
    /// TLS 1.2's P_hash (RFC 5246 §5).
    fn expand(&mut self, seed: &[u8]) -> Result<Material, CryptoError> {
        let mut material = Zeroizing::new(vec![0; MATERIAL]);
        let mut round = Zeroizing::new([0; HASH]);
        let mut output = Zeroizing::new([0; HASH]);
        self.mac.sign(&[seed], &mut *round)?;
        for part in material.chunks_mut(HASH) {
            self.mac.sign(&[&*round, seed], &mut *output)?;
            part.copy_from_slice(&output[..part.len()]);
            self.mac.sign(&[&*round], &mut *output)?;
            round.copy_from_slice(&*output);
        }
        Ok(material)
    }
}

impl Mac for WatchedMac {
    fn output_len(&self) -> usize {
        self.mac.output_len()
    }

    fn sign(&mut self, input: &[&[u8]], output: &mut [u8]) -> Result<(), CryptoError> {
        // The first round has the seed alone.
        if let [seed] = input
            && seed.starts_with(LABEL)
        {
            let material = self.expand(seed)?;
            *self.slot.lock() = Some(material);
        }
        self.mac.sign(input, output)
    }

    fn verify(&mut self, input: &[&[u8]], expected: &[u8]) -> Result<(), CryptoError> {
        self.mac.verify(input, expected)
    }
}

impl RTCCrypto for Watched {
    fn new_hmac(&self, algorithm: HmacAlgorithm, key: &[u8]) -> Result<Box<dyn Mac>, CryptoError> {
        let mac = RingCrypto.new_hmac(algorithm, key)?;
        if mac.output_len() != HASH {
            return Ok(mac);
        }
        let slot = self.slot.clone();
        Ok(Box::new(WatchedMac { mac, slot }))
    }

    /// Without CBC, which no client needs (RFC 9325 §4.2) and which would pass unwatched.
    fn supports(&self, algorithm: CryptoAlgorithm) -> bool {
        !matches!(algorithm, CryptoAlgorithm::Cbc(_)) && RingCrypto.supports(algorithm)
    }

    fn hash(&self, algorithm: HashAlgorithm, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        RingCrypto.hash(algorithm, data)
    }

    fn block_encrypt(
        &self,
        algorithm: BlockCipherAlgorithm,
        key: &[u8],
        block: &mut [u8],
    ) -> Result<(), CryptoError> {
        RingCrypto.block_encrypt(algorithm, key, block)
    }

    fn new_stream_cipher(
        &self,
        algorithm: StreamCipherAlgorithm,
        key: &[u8],
    ) -> Result<Box<dyn StreamCipher>, CryptoError> {
        RingCrypto.new_stream_cipher(algorithm, key)
    }

    fn new_aead(
        &self,
        algorithm: AeadAlgorithm,
        key: &[u8],
    ) -> Result<Box<dyn AeadCipher>, CryptoError> {
        let cipher = RingCrypto.new_aead(algorithm, key)?;
        Ok(self.association.watch(cipher))
    }

    fn start_key_exchange(
        &self,
        algorithm: KeyExchangeAlgorithm,
    ) -> Result<Box<dyn ActiveKeyExchange>, CryptoError> {
        RingCrypto.start_key_exchange(algorithm)
    }

    fn generate_signing_key(
        &self,
        scheme: SignatureScheme,
    ) -> Result<Arc<dyn SigningKey>, CryptoError> {
        RingCrypto.generate_signing_key(scheme)
    }

    fn import_signing_key(
        &self,
        scheme: SignatureScheme,
        pkcs8_der: &[u8],
    ) -> Result<Arc<dyn SigningKey>, CryptoError> {
        RingCrypto.import_signing_key(scheme, pkcs8_der)
    }

    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: PublicKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        RingCrypto.verify_signature(scheme, public_key, message, signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::now;

    fn watched(slot: KeySlot) -> Watched {
        let association = Association::new(now());
        Watched { slot, association }
    }

    #[test]
    fn keys_are_expanded_as_the_ietf_vector_shows() {
        // P_SHA256 of https://mailarchive.ietf.org/arch/msg/tls/fzVCzk-z3FShgGJ6DOXqM1ydxms/.
        let secret = 0x9bbe_436b_a940_f017_b176_5284_9a71_db35_u128.to_be_bytes();
        let seed = 0xa0ba_9f93_6cda_3118_27a6_f796_ffd5_198c_u128.to_be_bytes();
        let slot = KeySlot::default();
        let watched = watched(slot.clone());
        let mac = RingCrypto.new_hmac(HmacAlgorithm::Sha256, &secret).unwrap();
        let mut mac = WatchedMac { mac, slot };
        let material = mac.expand(&[b"test label", &seed[..]].concat()).unwrap();
        let expected = [
            0xe3f2_29ba_727b_e17b_8d12_2620_557c_d453_u128,
            0xc2aa_b21d_07c3_d495_329b_52d4_e61e_db5a,
            0x6b30_1791_e90d_35c9_c9a4_6b4e_14ba_f9af,
        ];
        assert_eq!(material[..48], expected.map(u128::to_be_bytes).concat());
        assert!(
            watched.slot.lock().is_none(),
            "it was not the label of SRTP"
        );
    }

    #[test]
    fn only_the_exporter_of_srtp_fills_the_slot_and_only_once() {
        let slot = KeySlot::default();
        let provider = Onlooker::new(slot.clone(), Association::new(now()));
        let sign = |seed: &[u8]| {
            let mac = provider.crypto().new_hmac(HmacAlgorithm::Sha256, b"secret");
            mac.unwrap().sign(&[seed], &mut [0; HASH]).unwrap();
        };
        sign(b"key expansion and more");
        assert!(slot.take(Profile::Gcm128).is_none());
        for profile in Profile::ALL {
            sign(b"EXTRACTOR-dtls_srtp and both randoms");
            assert!(slot.take(profile).is_some());
            assert!(slot.take(profile).is_none());
        }
    }
}
