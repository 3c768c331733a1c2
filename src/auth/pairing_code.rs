//! The code that a person reads from one screen and types at another: eight characters that nobody
//! takes for one another and that make no words.

use crate::random::{self, RandomError};
use std::fmt;

/// What codes are made of: no vowels, so that no code is a word; no `0 O 1 I L`; and of each pair
/// that looks alike (`2 Z`, `5 S`, `6 G`, `8 B`) the digit only, since RFC 8628 §6.1 warns of both
/// kinds.
const ALPHABET: &[u8; 23] = b"23456789CDFHJKMNPQRTVWX";

/// Characters of a code.
const LENGTH: usize = 8;

/// As much is read of what somebody typed, with whatever they put between the groups.
const TYPED_CHARS_MAX: usize = 64;

/// Bytes below this are spread evenly over the alphabet.
const EVEN: u8 = 253;

/// One code.
// No `Debug` in the product: a code must not get into a log.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct PairingCode([u8; LENGTH]);

impl PairingCode {
    /// One that nobody can guess.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn random() -> Result<Self, RandomError> {
        loop {
            let bytes = random::bytes::<{ 4 * LENGTH }>()?;
            let even = bytes.into_iter().filter(|byte| *byte < EVEN);
            let mut letters = even.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
            let mut code = [0; LENGTH];
            let filled = code.iter_mut().zip(&mut letters);
            // Fewer than eight even ones of 32: practically never.
            if filled.map(|(place, letter)| *place = letter).count() == LENGTH {
                return Ok(Self(code));
            }
        }
    }

    /// The code that somebody typed: in either case, with spaces and hyphens anywhere, and a letter
    /// where it looks like the digit. `None` when it is none.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.chars().count() > TYPED_CHARS_MAX {
            return None;
        }
        let mut code = [0; LENGTH];
        let mut places = code.iter_mut();
        for typed in typed.chars().filter(|typed| !stands_between(*typed)) {
            *places.next()? = letter(typed)?;
        }
        places.next().is_none().then_some(Self(code))
    }

    /// What is hashed.
    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.iter().enumerate() {
            let group = if place == LENGTH / 2 { "-" } else { "" };
            write!(f, "{group}{}", char::from(*letter))?;
        }
        Ok(())
    }
}

/// Spaces, and hyphens and dashes of every length that keyboards put in the place of `-`.
fn stands_between(typed: char) -> bool {
    typed.is_whitespace() || matches!(typed, '-' | '_' | '.' | '\u{ad}' | '\u{2010}'..='\u{2015}')
}

fn letter(typed: char) -> Option<u8> {
    let typed = u8::try_from(typed).ok()?.to_ascii_uppercase();
    let meant = match typed {
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        other => other,
    };
    ALPHABET.contains(&meant).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_code() -> impl Strategy<Value = PairingCode> {
        let letter = prop::sample::select(ALPHABET.as_slice());
        prop::array::uniform8(letter).prop_map(PairingCode)
    }

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_written(
            code in any_code(),
            between in prop::collection::vec("[ \\-–—_.\t]{0,3}", 9),
            lower in any::<[bool; 8]>(),
            alike in any::<bool>(),
        ) {
            let shown = code.to_string();
            let letters = shown.chars().filter(|letter| *letter != '-');
            let mut typed = between[8].clone();
            for (place, letter) in letters.enumerate() {
                let letter = match letter {
                    '2' if alike => 'Z',
                    '5' if alike => 'S',
                    '6' if alike => 'G',
                    '8' if alike => 'B',
                    same => same,
                };
                typed.push_str(&between[place]);
                typed.push(if lower[place] { letter.to_ascii_lowercase() } else { letter });
            }
            let read = PairingCode::read(&typed).map(|read| read.to_string());
            prop_assert_eq!(read, Some(shown));
        }

        #[test]
        fn whatever_is_typed_is_a_code_or_none_and_never_more(typed in "\\PC{0,80}") {
            if let Some(code) = PairingCode::read(&typed) {
                let again = PairingCode::read(&code.to_string()).map(|read| read.to_string());
                prop_assert_eq!(again, Some(code.to_string()));
                prop_assert!(typed.chars().count() >= LENGTH);
            }
        }

        #[test]
        fn a_code_with_one_character_more_or_less_is_none(code in any_code(), place in 0_usize..9) {
            let mut shown = code.to_string();
            shown.insert(place, 'K');
            prop_assert!(PairingCode::read(&shown).is_none());
            let fewer: String = code.to_string().chars().skip(1).collect();
            prop_assert!(PairingCode::read(&fewer).is_none());
        }
    }

    #[test]
    fn codes_are_two_groups_of_four_and_never_the_same() {
        let codes: std::collections::BTreeSet<String> = (0..100)
            .map(|_| PairingCode::random().unwrap().to_string())
            .collect();
        assert_eq!(codes.len(), 100);
        for code in codes {
            let (one, other) = code.split_once('-').unwrap();
            assert_eq!((one.len(), other.len()), (4, 4), "{code}");
            assert!(
                !code.contains(['A', 'E', 'I', 'O', 'U', 'Y', '0', '1', 'L']),
                "{code}"
            );
        }
        // `auth/pairing.rs` reckons with so many, a little more than 2³⁶.
        assert_eq!((ALPHABET.len(), LENGTH), (23, 8));
    }
}
