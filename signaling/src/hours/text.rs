//! Opening hours are written as text: one way from text and back for every type, in configuration
//! and journal alike, and lists of a bounded length.

use super::error::{HoursError, quote};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Characters of one entry. Twelve spans on four days are 170.
pub const TEXT_LENGTH_MAX: usize = 200;

/// A type that people write as text.
pub(super) trait Text: FromStr<Err = HoursError> + fmt::Display {
    /// What it looks like, for somebody who wrote something else altogether.
    const EXAMPLE: &'static str;
}

/// An entry of a list of the opening hours.
pub(super) trait Entry: Text {
    /// The name of the list.
    const LIST: &'static str;
    /// How many entries it may have.
    const MAX: usize;
}

/// The text without spaces around it, or an error when it is too long to look at.
pub(super) fn bounded(text: &str) -> Result<&str, HoursError> {
    let text = text.trim();
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Err(HoursError::TooLong(quote(text)));
    }
    Ok(text)
}

/// Makes serde read and write a type as its text.
macro_rules! serde_as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::hours::text::one(from)
            }
        }
    };
}
pub(super) use serde_as_text;

/// Reads one value from its text.
pub(super) fn one<'de, T: Text, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_str(One(PhantomData))
}

/// Reads a list, and no more of it than it may have.
pub(super) fn list<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
where
    T: Entry + Deserialize<'de>,
    D: Deserializer<'de>,
{
    from.deserialize_seq(List(PhantomData))
}

struct One<T>(PhantomData<T>);

impl<T: Text> Visitor<'_> for One<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text such as \"{}\"", T::EXAMPLE)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Entry + Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list such as {} = [\"{}\"]", T::LIST, T::EXAMPLE)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            if list.len() == T::MAX {
                return Err(A::Error::custom(HoursError::TooManyEntries {
                    list: T::LIST,
                    max: T::MAX,
                    example: T::EXAMPLE,
                }));
            }
            list.push(entry);
        }
        Ok(list)
    }
}
