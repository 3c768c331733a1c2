//! What a client has signed (RFC 7515, as RFC 8555 §6.2 wants it), checked with its key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use ring::{digest, hmac};
use serde::Deserialize;
use serde_json::Value;

/// A signed request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Jws {
    protected: String,
    payload: String,
    signature: String,
}

/// What is signed along with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Protected {
    pub(super) alg: String,
    pub(super) url: String,
    pub(super) nonce: Option<String>,
    pub(super) kid: Option<String>,
    pub(super) jwk: Option<Value>,
}

impl Jws {
    pub(super) fn protected(&self) -> Protected {
        serde_json::from_slice(&decoded(&self.protected)).unwrap()
    }

    /// `None` for a request that only reads (§6.3).
    pub(super) fn payload(&self) -> Option<Value> {
        let payload = decoded(&self.payload);
        (!payload.is_empty()).then(|| serde_json::from_slice(&payload).unwrap())
    }

    fn signed(&self) -> String {
        format!("{}.{}", self.protected, self.payload)
    }

    /// Whether this key of the client's has signed it.
    pub(super) fn is_signed_with(&self, jwk: &Value) -> bool {
        let mut point = vec![4];
        point.extend(decoded(jwk["x"].as_str().unwrap()));
        point.extend(decoded(jwk["y"].as_str().unwrap()));
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        let signature = decoded(&self.signature);
        key.verify(self.signed().as_bytes(), &signature).is_ok()
    }

    /// Whether this key, which both know, has signed it.
    pub(super) fn is_signed_with_secret(&self, secret: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = decoded(&self.signature);
        hmac::verify(&key, self.signed().as_bytes(), &signature).is_ok()
    }
}

/// What tells a key from others (RFC 7638).
pub(super) fn thumbprint(jwk: &Value) -> String {
    let text = |key: &str| jwk[key].as_str().unwrap();
    let (crv, kty, x, y) = (text("crv"), text("kty"), text("x"), text("y"));
    let canonical = format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
}

pub(super) fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
