//! Short tags, kept inline and `Copy`, since every routing decision compares them: the language of
//! a call (BCP 47 in lower case; `fsl` of ISO 639-3 is French Sign Language), the certification
//! that some conversations require, and what a conversation is about.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;

/// The longest tag taken: `xxx-xxxx-xx` (language, script, region of RFC 5646) and words such as
/// `administrative` fit.
pub const TAG_LENGTH_MAX: usize = 15;

/// A text that is not a tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a tag: use 2 to {TAG_LENGTH_MAX} lower-case letters, digits or hyphens, for \
     example `fsl`, `zh-hant` or `medical`"
)]
pub struct TagError(pub String);

/// Declares a tag type: `Copy`, ordered as text, a plain string on the wire.
macro_rules! tag {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
        #[ts(type = "string")]
        pub struct $name {
            /// ASCII, padded with zeros, so that the derived order is the alphabetical one.
            bytes: [u8; TAG_LENGTH_MAX],
        }

        impl $name {
            /// The tag as text.
            pub fn as_str(&self) -> &str {
                text(&self.bytes)
            }
        }

        impl FromStr for $name {
            type Err = TagError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self { bytes: bytes(text)? })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

tag!(
    /// A language tag such as `fsl`, `en` or `zh-hant`.
    Language
);
tag!(
    /// What an interpreter must be certified for, such as `medical` or `legal`.
    Certification
);
tag!(
    /// What a conversation is about, such as `housing`, for the briefing of the interpreter.
    Subject
);

fn text(bytes: &[u8; TAG_LENGTH_MAX]) -> &str {
    let length = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(TAG_LENGTH_MAX);
    // `bytes` is the only way in and takes ASCII only, so this is always UTF-8.
    std::str::from_utf8(&bytes[..length]).unwrap_or_default()
}

fn bytes(text: &str) -> Result<[u8; TAG_LENGTH_MAX], TagError> {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let starts_with_letter = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    let fits = (2..=TAG_LENGTH_MAX).contains(&text.len());
    if !fits || !starts_with_letter || !text.bytes().all(known) {
        // Cut, because the text may come from the network and ends in an error message.
        return Err(TagError(text.chars().take(TAG_LENGTH_MAX + 1).collect()));
    }
    let mut bytes = [0; TAG_LENGTH_MAX];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_tag_survives_the_round_trip_and_sorts_as_text(
            a in "[a-z][a-z0-9-]{1,14}", b in "[a-z][a-z0-9-]{1,14}",
        ) {
            let (tag_a, tag_b): (Language, Language) = (a.parse().unwrap(), b.parse().unwrap());
            prop_assert_eq!(tag_a.as_str(), &a);
            prop_assert_eq!(tag_a.cmp(&tag_b), a.cmp(&b));
        }

        #[test]
        fn any_other_text_is_refused_with_an_example(text in "\\PC{0,40}") {
            prop_assume!(text.parse::<Language>().is_err());
            let message = text.parse::<Language>().unwrap_err().to_string();
            prop_assert!(message.contains("for example"));
        }
    }

    #[test]
    fn empty_capital_and_overlong_tags_are_refused() {
        for text in ["", "e", "EN", "français", "aaaaaaaaaaaaaaaa", "-en", "1en"] {
            assert!(text.parse::<Language>().is_err(), "{text:?} was taken");
        }
    }
}
