//! A key that lasts as long as the process: what is signed with it means nothing to the next one,
//! nor to anybody who reads the disk.

use crate::random::{self, RandomError};
use ring::hmac;
use std::sync::OnceLock;

/// See the module; drawn when it is first needed.
#[derive(Default)]
pub(super) struct ProcessKey(OnceLock<hmac::Key>);

impl ProcessKey {
    /// What nobody without the key can compute of this text.
    pub(super) fn sign(&self, text: &[u8]) -> Result<hmac::Tag, RandomError> {
        if let Some(key) = self.0.get() {
            return Ok(hmac::sign(key, text));
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &random::bytes::<32>()?);
        Ok(hmac::sign(self.0.get_or_init(|| key), text))
    }
}
