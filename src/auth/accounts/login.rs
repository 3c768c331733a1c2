//! What a person types to say who they are. No secret, but personal; compared without case.

use passerelle_signaling::private::Pii;
use std::fmt;

/// Characters of a login: the longest address of a mailbox that is in use anywhere, nearly.
const CHARS_MAX: usize = 64;

/// A login in the one form that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(Pii<String>);

impl Login {
    /// The login that somebody typed: letters and digits of any language, and `. - _ @ +`, in
    /// either case, with spaces around it. `None` when it is none.
    pub fn read(typed: &str) -> Option<Self> {
        // What is far too long is not looked at.
        if typed.len() > 8 * CHARS_MAX {
            return None;
        }
        let login = super::password::composed(typed.trim()).to_lowercase();
        let is_part = |char: char| char.is_alphanumeric() || ".-_@+".contains(char);
        let fits = (1..=CHARS_MAX).contains(&login.chars().count());
        (fits && login.chars().all(is_part)).then(|| Self(login.into()))
    }

    /// As stored.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(typed: &str) -> Option<String> {
        Login::read(typed).map(|login| login.to_string())
    }

    #[test]
    fn a_login_is_the_same_in_either_case_and_however_its_accents_are_composed() {
        assert_eq!(read(" Claire "), Some("claire".to_owned()));
        assert_eq!(read("HE\u{301}LE\u{300}NE"), read("hélène"));
        assert_eq!(
            read("c.petit+1@amiens.fr").as_deref(),
            Some("c.petit+1@amiens.fr")
        );
        for none in [
            "",
            "  ",
            "two words",
            "a/b",
            "a\"b",
            "a\u{0}b",
            &"a".repeat(65),
        ] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_login_or_none_and_a_login_is_read_as_itself(
            typed in "\\PC{0,80}"
        ) {
            if let Some(login) = read(&typed) {
                prop_assert!(login.chars().count() <= CHARS_MAX + 1);
                prop_assert_eq!(read(&login), Some(login));
            }
        }
    }
}
