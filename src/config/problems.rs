//! The problems of a configuration, collected so that an operator sees all of them in one run, and
//! the checks that several sections share.

use std::fmt;

/// The longest name of a site, person, language or service, in characters: one line of a tablet.
pub(super) const NAME_CHARS_MAX: usize = 80;

/// One thing that does not fit, with the key it is found at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, such as `interpreters[2].languages`; list positions count from 1.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Every problem of one configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes one more.
    pub(super) fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        let (key, message) = (key.into(), message.into());
        self.0.push(Problem { key, message });
    }

    /// Checks a text that people read.
    pub(super) fn check_name(&mut self, key: &str, name: &str) {
        let length = name.chars().count();
        if name.trim().is_empty() {
            self.add(key, "is empty: give the name people know");
        } else if length > NAME_CHARS_MAX {
            let message = format!("has {length} characters: use at most {NAME_CHARS_MAX}");
            self.add(key, message);
        } else if name.chars().any(char::is_control) {
            self.add(key, "contains a control character: keep it on one line");
        }
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}  {}: {}", problem.key, problem.message)?;
        }
        Ok(())
    }
}
