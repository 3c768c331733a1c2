//! Passwords: which are taken (after NIST SP 800-63B-4 §3.1.1.2), and their hashes.

use super::login::Login;
use crate::random::{self, RandomError};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use icu_normalizer::ComposingNormalizerBorrowed;
use passerelle_signaling::private::Secret;
use serde::Deserialize;
use std::borrow::Cow;
use zeroize::Zeroizing;
use zxcvbn::Score;

/// Characters of a password. NIST asks for 8 beside a second factor, which is a choice here, and
/// for 15 without; 12 that are hard to guess stand against a stolen database, with the hash below.
const CHARS_MIN: usize = 12;

/// Beyond it a password is a mistake. Longer than NIST asks for (64).
const CHARS_MAX: usize = 128;

/// Memory and passes of a hash: OWASP, Password Storage cheat sheet, argon2id « m=19456 (19 MiB),
/// t=2, p=1 ».
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashed in the place of a password that is not there, so that it takes as long. Of the same
/// parameters (a test compares them); which password it is of nobody knows.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGFzc2VyZWxsZS1ub2JvZHk\
                       $Zm9yIHdob2V2ZXIgaGFzIG5vIGFjY291bnQgaGVyZSE";

/// A guesser needs 10⁸ tries or more: « safely unguessable » online. From everywhere together the
/// guard lets a thousand pass a day (`guard.rs`).
const SCORE_MIN: Score = Score::Three;

/// What somebody typed as a password; wiped from memory after use.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Password(Secret<String>);

impl From<String> for Password {
    fn from(typed: String) -> Self {
        let typed = Zeroizing::new(typed);
        Self(composed(&typed).into_owned().into())
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too few characters.
    #[error("a password has at least {CHARS_MIN} characters: take several words")]
    Short,
    /// Too many.
    #[error("a password has at most {CHARS_MAX} characters")]
    Long,
    /// The login is in it.
    #[error("the password contains the login: take other words")]
    HasLogin,
    /// It is among the first that guessers try.
    #[error(
        "this password is among the first that guessers try: take words that do not belong together"
    )]
    Common,
}

/// A hash could not be made.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// There is no randomness for the salt.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The parameters above do not fit together.
    #[error("a password cannot be hashed: {0}")]
    Argon2(#[from] argon2::password_hash::Error),
}

impl Password {
    /// Whether it is taken for the account of this login, in a service of this name. Takes some
    /// milliseconds of a thread.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, login: &Login, service: &str) -> Result<(), PasswordFault> {
        let length = self.0.reveal().chars().count();
        if length < CHARS_MIN {
            return Err(PasswordFault::Short);
        }
        if length > CHARS_MAX {
            return Err(PasswordFault::Long);
        }
        let login = login.as_str();
        let name = login.split('@').next().unwrap_or(login);
        // A login of one or two letters is in every word.
        if name.chars().count() > 2 && self.0.reveal().to_lowercase().contains(name) {
            return Err(PasswordFault::HasLogin);
        }
        let here: Vec<String> = [login, name, "passerelle", "interprete", "visio"]
            .into_iter()
            .chain(service.split(|char: char| !char.is_alphanumeric()))
            .map(str::to_lowercase)
            .collect();
        let here: Vec<&str> = here.iter().map(String::as_str).collect();
        if zxcvbn::zxcvbn(self.0.reveal(), &here).score() < SCORE_MIN {
            return Err(PasswordFault::Common);
        }
        Ok(())
    }

    /// Its hash in the PHC form, with a salt of its own. Takes [`MEMORY_KIB`] and some hundredths
    /// of a second of a thread.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn hash(&self) -> Result<String, HashError> {
        let salt = random::bytes::<16>()?;
        let hash = hasher()?.hash_password_with_salt(self.0.reveal().as_bytes(), &salt)?;
        Ok(hash.to_string())
    }

    /// Whether it is the password of this hash, or of none. Takes as long for either.
    pub fn is_of(&self, hash: Option<&str>) -> bool {
        let compare = || {
            let parsed = PasswordHash::new(hash.unwrap_or(NOBODYS)).ok()?;
            hasher()
                .ok()?
                .verify_password(self.0.reveal().as_bytes(), &parsed)
                .ok()
        };
        compare().is_some() && hash.is_some()
    }
}

fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The same text in the one form that Unicode calls NFC.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    fn fault(text: &str) -> Option<PasswordFault> {
        let login = Login::read("claire.petit@amiens.fr").unwrap();
        password(text).check(&login, "Ville d'Amiens").err()
    }

    #[test]
    fn a_password_is_taken_by_its_length_and_by_how_hard_it_is_to_guess_and_by_nothing_else() {
        let good = [
            "tomate velours horizon",
            "quatre-vingts grenouilles",
            "ñandú 🐢 тарелка",
            "x7#Kq2!mZp9$",
            "            trois puits bleus",
        ];
        for good in good {
            assert_eq!(fault(good), None, "{good}");
        }
        assert_eq!(fault("x7#Kq2!mZp9"), Some(PasswordFault::Short));
        assert_eq!(
            fault(&"tomate velours ".repeat(9)),
            Some(PasswordFault::Long)
        );
        assert_eq!(
            fault("vive claire.petit et les autres"),
            Some(PasswordFault::HasLogin)
        );
        assert_eq!(
            fault("Vive CLAIRE.PETIT et les autres"),
            Some(PasswordFault::HasLogin)
        );
        let common = [
            "passwordpassword",
            "123456789012",
            "motdepasse2026",
            "azertyuiop123",
            "qwertyuiop123",
            "aaaaaaaaaaaaaa",
            "abcdefghijklmnop",
            "amiensamiens80",
            "passerelle2026",
            "22/11/198422/11/1984",
            "P@ssw0rd12345",
        ];
        for common in common {
            assert_eq!(fault(common), Some(PasswordFault::Common), "{common}");
        }
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(fault("ééééééééééé"), Some(PasswordFault::Short));
        let long: String = ('一'..).take(CHARS_MAX + 1).collect();
        assert_eq!(fault(&long), Some(PasswordFault::Long));
        assert_ne!(fault(&long[3..]), Some(PasswordFault::Long));
    }

    #[test]
    fn a_hash_is_of_its_password_alone_and_never_twice_the_same() {
        let (one, other) = (password("tomate velours"), password("Tomate velours"));
        let hash = one.hash().unwrap();
        assert!(one.is_of(Some(&hash)));
        assert!(!other.is_of(Some(&hash)));
        assert_ne!(hash, one.hash().unwrap());
        // Composed by one keyboard, decomposed by another.
        let hash = password("é tomate velours").hash().unwrap();
        assert!(password("e\u{301} tomate velours").is_of(Some(&hash)));
        for unreadable in ["", "$argon2id$", "tomate velours"] {
            assert!(!one.is_of(Some(unreadable)));
        }
    }

    #[test]
    fn nobodys_password_takes_what_a_real_one_takes_and_is_never_right() {
        let real = password("tomate velours").hash().unwrap();
        let parameters = |hash: &str| {
            let parts: Vec<&str> = hash.split('$').collect();
            (parts[1..4].join("$"), parts[4].len(), parts[5].len())
        };
        let (real, nobodys) = (parameters(&real), parameters(NOBODYS));
        assert_eq!((&real.0, real.2), (&nobodys.0, nobodys.2));
        assert!(PasswordHash::new(NOBODYS).is_ok());
        assert!(!password("tomate velours").is_of(None));
    }
}
