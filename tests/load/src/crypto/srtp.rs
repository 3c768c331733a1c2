//! SRTP (RFC 3711) with AES-GCM (RFC 7714). The older profile is refused: who negotiates it here
//! would be measured with another cipher than everybody else.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockEncrypt, BlockSizeUser, KeyInit};
use aes::{Aes128, Aes256};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use str0m::crypto::{
    AeadAes128Gcm, AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError,
    SrtpProvider, SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// Length of the authentication tag (RFC 7714 §12.2), the same for both key lengths.
const TAG: usize = AeadAes128Gcm::TAG_LEN;

#[derive(Debug)]
pub(super) struct Srtp;

impl SrtpProvider for Srtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &NoCounterMode
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Gcm
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Gcm
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = Aes128::new_from_slice(key) {
            encrypt_block(&cipher, input, output);
        }
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = Aes256::new_from_slice(key) {
            encrypt_block(&cipher, input, output);
        }
    }
}

/// One block, at the beginning of both.
fn encrypt_block<C: BlockEncrypt + BlockSizeUser>(cipher: &C, input: &[u8], output: &mut [u8]) {
    let size = C::block_size();
    if let (Some(input), Some(output)) = (input.get(..size), output.get_mut(..size)) {
        let (input, output) = (
            GenericArray::from_slice(input),
            GenericArray::from_mut_slice(output),
        );
        cipher.encrypt_block_b2b(input, output);
    }
}

#[derive(Debug)]
struct Gcm;

impl SupportedAeadAes128Gcm for Gcm {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Sealed::new(&AES_128_GCM, &key))
    }
}

impl SupportedAeadAes256Gcm for Gcm {
    fn create_cipher(&self, key: [u8; 32], _: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Sealed::new(&AES_256_GCM, &key))
    }
}

/// One direction of one connection.
struct Sealed(Option<LessSafeKey>);

impl Sealed {
    fn new(algorithm: &'static Algorithm, key: &[u8]) -> Self {
        Self(UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new))
    }

    fn key(&self) -> Result<&LessSafeKey, CryptoError> {
        self.0.as_ref().ok_or_else(|| failed("an SRTP key"))
    }

    fn seal(
        &self,
        iv: [u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let room = output
            .get_mut(..input.len() + TAG)
            .ok_or_else(|| failed("room for a packet"))?;
        let (body, rest) = room.split_at_mut(input.len());
        body.copy_from_slice(input);
        let nonce = Nonce::assume_unique_for_key(iv);
        let tag = self
            .key()?
            .seal_in_place_separate_tag(nonce, Aad::from(aad), body)
            .map_err(|_| failed("a sealed packet"))?;
        rest.copy_from_slice(tag.as_ref());
        Ok(())
    }

    fn open(
        &self,
        iv: [u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let nonce = Nonce::assume_unique_for_key(iv);
        let length = input.len().saturating_sub(TAG);
        let joined;
        let aad = match aads {
            [only] => only,
            several => {
                joined = several.concat();
                joined.as_slice()
            }
        };
        // ring opens where the packet lies, and str0m's is not ours to change: a copy, as sealing.
        let mut opened = input.to_vec();
        self.key()?
            .open_in_place(nonce, Aad::from(aad), &mut opened)
            .map_err(|_| failed("an authentic packet"))?;
        let to = output
            .get_mut(..length)
            .ok_or_else(|| failed("room for a packet"))?;
        to.copy_from_slice(&opened[..length]);
        Ok(length)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sealed")
    }
}

impl AeadAes128GcmCipher for Sealed {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Sealed {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

#[derive(Debug)]
struct NoCounterMode;

impl SupportedAes128CmSha1_80 for NoCounterMode {
    fn create_cipher(&self, _: [u8; 16], _: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Self)
    }
}

impl Aes128CmSha1_80Cipher for NoCounterMode {
    fn encrypt(&mut self, _: &[u8; 16], _: &[u8], _: &mut [u8]) -> Result<(), CryptoError> {
        Err(failed("AES-GCM, which the server did not choose"))
    }

    fn decrypt(&mut self, _: &[u8; 16], _: &[u8], _: &mut [u8]) -> Result<(), CryptoError> {
        Err(failed("AES-GCM, which the server did not choose"))
    }
}

fn failed(what: &str) -> CryptoError {
    CryptoError::Other(format!("SRTP lacks {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_encrypted_as_the_standard_shows() {
        // FIPS 197 appendix C.1.
        let key: Vec<u8> = (0..16).collect();
        let input: Vec<u8> = (0..16).map(|digit| digit * 0x11).collect();
        let mut output = [0; 32];
        Srtp.srtp_aes_128_ecb_round(&key, &input, &mut output);
        assert_eq!(output[..4], [0x69, 0xc4, 0xe0, 0xd8]);
    }

    #[test]
    fn what_was_sealed_opens_and_what_was_changed_does_not() {
        let sealed = Sealed::new(&AES_128_GCM, &[7; 16]);
        let mut packet = [0; 5 + TAG];
        sealed
            .seal([1; 12], b"header", b"media", &mut packet)
            .unwrap();
        let mut opened = [0; 5];
        let length = sealed.open([1; 12], &[b"hea", b"der"], &packet, &mut opened);
        assert_eq!((length.unwrap(), &opened), (5, b"media"));
        packet[0] ^= 1;
        assert!(
            sealed
                .open([1; 12], &[b"header"], &packet, &mut opened)
                .is_err()
        );
    }
}
