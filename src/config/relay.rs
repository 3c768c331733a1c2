//! Section `relay`: TURN servers for browsers that reach this gateway neither by UDP nor by the TCP
//! port of the pages, because everything must pass a proxy. The gateway hands out passwords that
//! expire; the secret stays here.

use super::Problems;
use passerelle_signaling::private::Secret;
use serde::{Deserialize, Serialize};

/// The most addresses told to browsers: each is tried, and more only delay a call.
const URLS_MAX: usize = 4;

/// A secret that can be guessed lets strangers send their traffic through the relay: 128 bits as
/// hexadecimal have 32 letters.
const SECRET_CHARS_MIN: usize = 16;

/// Where browsers find relays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelaySection {
    /// TURN addresses (RFC 7065), such as `turns:turn.example.org:443?transport=tcp`, in the order
    /// in which they are tried.
    pub urls: Vec<String>,
    /// What the relay knows as `static-auth-secret` (coturn, with `use-auth-secret`).
    pub secret: Secret<String>,
}

impl RelaySection {
    pub(super) fn check(&self, problems: &mut Problems) {
        if self.urls.len() > URLS_MAX {
            let message = format!("lists too many relays: at most {URLS_MAX}");
            problems.add("relay.urls", message);
        }
        for (index, url) in self.urls.iter().enumerate() {
            let known = ["turn:", "turns:"].iter().any(|scheme| {
                url.strip_prefix(scheme)
                    .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            });
            if !known || url.chars().any(|letter| !letter.is_ascii_graphic()) {
                let message = format!(
                    "`{url}` is no address of a relay: write it like \
                     `turns:turn.example.org:443?transport=tcp`"
                );
                problems.add(format!("relay.urls[{}]", index + 1), message);
            }
        }
        let has_secret = !self.secret.reveal().is_empty();
        if !self.urls.is_empty() && self.secret.reveal().chars().count() < SECRET_CHARS_MIN {
            let message = format!(
                "has fewer than {SECRET_CHARS_MIN} characters: give what the relay has as \
                 `static-auth-secret`"
            );
            problems.add("relay.secret", message);
        } else if self.urls.is_empty() && has_secret {
            problems.add("relay.secret", "is of no use without `relay.urls`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(urls: &[&str], secret: &str) -> Vec<String> {
        let section = RelaySection {
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            secret: secret.into(),
        };
        let mut problems = Problems::default();
        section.check(&mut problems);
        problems
            .0
            .iter()
            .map(|problem| problem.key.clone())
            .collect()
    }

    #[test]
    fn a_relay_needs_an_address_browsers_understand_and_a_secret_nobody_guesses() {
        let secret = "0123456789abcdef0123456789abcdef";
        assert!(problems_of(&[], "").is_empty());
        assert!(
            problems_of(
                &["turns:a.example:443?transport=tcp", "turn:10.0.0.1"],
                secret
            )
            .is_empty()
        );
        for bad in [
            "https://a.example",
            "turn:",
            "turn://a.example",
            "turns:a b",
            "a.example",
        ] {
            assert_eq!(problems_of(&[bad], secret), ["relay.urls[1]"], "{bad}");
        }
        assert_eq!(problems_of(&["turn:a.example"], "short"), ["relay.secret"]);
        assert_eq!(problems_of(&[], secret), ["relay.secret"]);
        assert_eq!(problems_of(&["turn:a"; 5], secret), ["relay.urls"]);
    }

    #[test]
    fn the_secret_is_never_shown() {
        let section = RelaySection {
            secret: "hidden".into(),
            ..RelaySection::default()
        };
        assert!(!format!("{section:?}").contains("hidden"));
    }
}
