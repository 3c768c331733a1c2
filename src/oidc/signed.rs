//! What a provider has signed beside the ID token: what it says of somebody (OpenID Connect Core
//! §5.3.2), as RFC 7515 writes it. Only signatures whose keys the provider alone has are taken.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a provider may sign with. Neither `none` nor anything with a shared secret: whoever has the
/// secret could then sign in as anybody.
pub(super) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Why it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsigned {
    /// Not of this form.
    Unreadable,
    /// Signed with what is not taken.
    Algorithm,
    /// By a key that the provider has not told.
    NoKey,
    /// The key has not signed it.
    Signature,
}

#[derive(Deserialize)]
struct Header {
    alg: Value,
    kid: Option<String>,
    /// What must be understood, of which we understand nothing.
    crit: Option<Value>,
}

/// What one of these keys has signed.
pub(super) fn claims(text: &str, keys: &CoreJsonWebKeySet) -> Result<Map<String, Value>, Unsigned> {
    let text = text.trim();
    let (signed, signature) = text.rsplit_once('.').ok_or(Unsigned::Unreadable)?;
    let (header, payload) = signed.split_once('.').ok_or(Unsigned::Unreadable)?;
    let decoded = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| Unsigned::Unreadable)
    };
    let header: Header =
        serde_json::from_slice(&decoded(header)?).map_err(|_| Unsigned::Unreadable)?;
    if header.crit.is_some() {
        return Err(Unsigned::Unreadable);
    }
    let algorithm: Algorithm =
        serde_json::from_value(header.alg).map_err(|_| Unsigned::Algorithm)?;
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Unsigned::Algorithm);
    }
    let is_named = |key: &&openidconnect::core::CoreJsonWebKey| match (&header.kid, key.key_id()) {
        (Some(kid), Some(id)) => **id == **kid,
        _ => true,
    };
    let mut named = keys.keys().iter().filter(is_named).peekable();
    if named.peek().is_none() {
        return Err(Unsigned::NoKey);
    }
    let signature = decoded(signature)?;
    let has_signed = |key: &openidconnect::core::CoreJsonWebKey| {
        let checked = key.verify_signature(&algorithm, signed.as_bytes(), &signature);
        checked.is_ok()
    };
    if !named.any(has_signed) {
        return Err(Unsigned::Signature);
    }
    serde_json::from_slice(&decoded(payload)?).map_err(|_| Unsigned::Unreadable)
}
