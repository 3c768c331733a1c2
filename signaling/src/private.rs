//! What must not show itself: [`Pii`] says who somebody is or what was said, [`Secret`] opens
//! something. Neither is in any log, whatever prints the message or the section around it; whoever
//! needs the value says so by `reveal`, which is easily searched for.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroize;

/// What tells who somebody is, or what they say: a name, a login, a written text, an SDP with the
/// addresses of a browser. Personal data in the words of the GDPR (article 4).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps it.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever it is meant for.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(personal)")
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Pii<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

/// What opens something: a password, a key, a token. Its memory is overwritten when it is dropped.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps it.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever signs with it, compares it or hands it over.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message as those of the protocol, with something of each kind.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Message {
        who: Pii<String>,
        key: Secret<String>,
        years: Pii<Vec<u16>>,
    }

    #[test]
    fn what_is_private_travels_as_it_is_and_never_shows_itself() {
        let message = Message {
            who: "Claire Petit".into(),
            key: "tomate velours".into(),
            years: vec![1974].into(),
        };
        let sent = serde_json::to_string(&message).unwrap();
        assert_eq!(
            sent,
            r#"{"who":"Claire Petit","key":"tomate velours","years":[1974]}"#
        );
        assert_eq!(serde_json::from_str::<Message>(&sent).unwrap(), message);
        for shown in [format!("{message:?}"), format!("{message:#?}")] {
            for part in ["Claire", "Petit", "tomate", "1974", "74"] {
                assert!(!shown.contains(part), "{shown}");
            }
            assert!(shown.contains("(personal)") && shown.contains("(secret)"));
        }
    }
}
