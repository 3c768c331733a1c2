//! A sentence of the configuration, such as `at once ring one of tier 1`. One that cannot be read
//! is kept together with what is wrong, so that an operator sees all of them in one run, each at
//! its key, and not the first only.

use super::Problems;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::Display;
use std::str::FromStr;

/// A text and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence<T> {
    text: String,
    meaning: Result<T, String>,
}

impl<T: FromStr<Err: Display>> Sentence<T> {
    /// Reads a text.
    pub fn new(text: String) -> Self {
        let meaning = text.parse().map_err(|error: T::Err| error.to_string());
        Self { text, meaning }
    }

    /// What it means; `None` when it cannot be read, which [`Sentence::check`] has said.
    pub fn meaning(&self) -> Option<&T> {
        self.meaning.as_ref().ok()
    }

    /// Notes what is wrong with it.
    pub(super) fn check(&self, key: impl Into<String>, problems: &mut Problems) {
        if let Err(error) = &self.meaning {
            problems.add(key, error);
        }
    }
}

/// What every sentence of a list means, in order.
pub(super) fn meanings<T: FromStr<Err: Display> + Clone>(list: &[Sentence<T>]) -> Vec<T> {
    list.iter().filter_map(Sentence::meaning).cloned().collect()
}

/// Notes what is wrong with each sentence of a list. True when nothing is.
pub(super) fn check_list<T: FromStr<Err: Display>>(
    list: &[Sentence<T>],
    key: &str,
    problems: &mut Problems,
) -> bool {
    for (index, sentence) in list.iter().enumerate() {
        sentence.check(format!("{key}[{}]", index + 1), problems);
    }
    list.iter().all(|sentence| sentence.meaning.is_ok())
}

impl<T: FromStr<Err: Display> + Display> From<T> for Sentence<T> {
    fn from(meaning: T) -> Self {
        Self {
            text: meaning.to_string(),
            meaning: Ok(meaning),
        }
    }
}

impl<T> Serialize for Sentence<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Sentence<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
