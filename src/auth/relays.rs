//! The relays a browser may use, with a password that expires: coturn's REST form of time-limited
//! credentials (draft-uberti-behave-turn-rest-00 §2.2; coturn's `use-auth-secret`). The relay knows
//! the secret and needs no list of people; the user name holds a time and nobody's name.

use crate::config::RelaySection;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use passerelle_signaling::protocol::RelayServer;
use passerelle_signaling::time::{Millis, Timestamp};
use ring::hmac;

/// A password is good for so long: longer than any conversation, since a relay asks for it again
/// in the middle of one.
const LIFETIME: Millis = Millis::from_secs(12 * 60 * 60);

/// The configured relays with a password for one browser; none when none is configured.
pub fn relays(section: &RelaySection, now: Timestamp) -> Vec<RelayServer> {
    if section.urls.is_empty() {
        return Vec::new();
    }
    let until_s = (now + LIFETIME).0 / 1000;
    let username = format!("{until_s}:passerelle");
    let secret = section.secret.reveal().as_bytes();
    // What the protocol asks for; as a MAC it is sound (RFC 6151 §2.3 says the same of MD5).
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let credential = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
    vec![RelayServer {
        urls: section.urls.clone(),
        username,
        credential: credential.into(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(urls: &[&str]) -> RelaySection {
        let json = serde_json::json!({ "urls": urls, "secret": "north" });
        serde_json::from_value(json).unwrap()
    }

    /// `printf %s 1767268800:passerelle | openssl dgst -sha1 -hmac north -binary | base64`
    #[test]
    fn a_password_is_what_the_relay_computes_from_the_same_secret() {
        let relays = relays(&section(&["turn:a.example"]), Timestamp(1_767_225_600_000));
        assert_eq!(relays[0].username, "1767268800:passerelle");
        assert_eq!(
            relays[0].credential.reveal(),
            "Usq4U4tYlx61NZ7NcwdTo7hElrA="
        );
        assert_eq!(relays[0].urls, ["turn:a.example"]);
    }

    #[test]
    fn without_relays_nothing_is_handed_out() {
        assert!(relays(&section(&[]), Timestamp(0)).is_empty());
    }
}
