//! The chain: each line carries the hash of the line before and its own, so that no line can be
//! changed, left out, put in or moved without the rest showing it. Pure.
//!
//! A line's hash is the SHA-256 of its text before `,"hash":`, which an auditor can compute without
//! this program (`docs/audit.md`).

use super::act::Act;
use crate::hexadecimal::hexadecimal;
use passerelle_signaling::time::Timestamp;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// What stands between a line's text and its hash.
const HASH_KEY: &str = r#","hash":""#;

/// What stands after it.
const END: &str = r#""}"#;

/// The SHA-256 of a line, in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first line of all has in the place of a line before.
    pub(super) const NONE: Self = Self([0; 32]);

    fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a hash of 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 digits of 0 to 9 and a to f")]
pub struct NotAHash;

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits = text.as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(NotAHash);
        }
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NotAHash),
        };
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

/// A place in the chain: the number of a line, from 1 on, and its hash. Written `17:5c0e…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The line's number; 0 before the first.
    pub number: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Before the first line.
    pub(super) const START: Self = Self {
        number: 0,
        hash: Hash::NONE,
    };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// The text is not a place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as `passerelle audit verify` prints it: NUMBER:HASH")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (number, hash) = text.trim().split_once(':').ok_or(NotAHead)?;
        Ok(Self {
            number: number.parse().map_err(|_| NotAHead)?,
            hash: hash.parse().map_err(|_| NotAHead)?,
        })
    }
}

/// One line without its hash. The order of the fields is that of the text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// The line's number.
    pub(super) n: u64,
    /// Milliseconds since 1970 (UTC), by the gateway's clock.
    pub(super) at: Timestamp,
    pub(super) act: Act,
    /// The address it came from, where it came over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<IpAddr>,
    /// The hash of the line before.
    pub(super) before: String,
}

/// Adds a line at the end of the chain; returns its text, without the line's end, and the new end.
pub(super) fn link(
    last: Head,
    at: Timestamp,
    act: Act,
    from: Option<IpAddr>,
) -> Result<(String, Head), serde_json::Error> {
    let entry = Entry {
        n: last.number + 1,
        at,
        act,
        from,
        before: last.hash.to_string(),
    };
    let mut text = serde_json::to_string(&entry)?;
    // The brace of the whole comes after the hash.
    text.pop();
    let hash = Hash::of(&text);
    text.push_str(&format!("{HASH_KEY}{hash}{END}"));
    let number = entry.n;
    Ok((text, Head { number, hash }))
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is no line of an audit journal.
    #[error("this is no entry")]
    NoEntry,
    /// Its text is another than the one that was hashed.
    #[error("its text was changed: the hash is of another one")]
    Changed,
    /// Another number than the one after the line before.
    #[error("entry {expected} should be here: entries were taken out, put in or moved")]
    Number {
        /// The number that should be here.
        expected: u64,
    },
    /// It follows another line than the one above.
    #[error("the entry above is not the one it was written after")]
    Before,
}

/// Reads a line that follows `last`; `None` for `last` takes any beginning.
pub(super) fn follow(last: Option<Head>, line: &str) -> Result<(Entry, Head), Broken> {
    let (entry, hash) = read(line)?;
    if let Some(last) = last {
        let expected = last.number + 1;
        if entry.n != expected {
            return Err(Broken::Number { expected });
        }
        if entry.before != last.hash.to_string() {
            return Err(Broken::Before);
        }
    }
    let number = entry.n;
    Ok((entry, Head { number, hash }))
}

fn read(line: &str) -> Result<(Entry, Hash), Broken> {
    let unended = line.strip_suffix(END).ok_or(Broken::NoEntry)?;
    let (text, hash) = unended.rsplit_once(HASH_KEY).ok_or(Broken::NoEntry)?;
    let hash: Hash = hash.parse().map_err(|NotAHash| Broken::NoEntry)?;
    if Hash::of(text) != hash {
        return Err(Broken::Changed);
    }
    let entry = serde_json::from_str(&format!("{text}}}")).map_err(|_| Broken::NoEntry)?;
    Ok((entry, hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(acts: u64) -> Vec<String> {
        let mut last = Head::START;
        let mut lines = Vec::new();
        for number in 1..=acts {
            let build = format!("build {number}");
            let act = Act::Started { build };
            let (line, head) = link(last, Timestamp(1_000 * number), act, None).unwrap();
            lines.push(line);
            last = head;
        }
        lines
    }

    fn follow_all<'a>(lines: impl IntoIterator<Item = &'a String>) -> Result<Head, Broken> {
        let mut last = Head::START;
        for line in lines {
            (_, last) = follow(Some(last), line)?;
        }
        Ok(last)
    }

    #[test]
    fn a_chain_as_it_was_written_is_whole_and_its_end_can_be_written_down() {
        let end = follow_all(&chain(5)).unwrap();
        assert_eq!(end.number, 5);
        assert_eq!(end.to_string().parse(), Ok(end));
        assert_eq!("5:abc".parse::<Head>(), Err(NotAHead));
        assert_eq!(format!("{:?}", Hash::NONE), "0".repeat(64));
    }

    #[test]
    fn a_hash_is_what_sha256sum_says_of_the_text_before_it() {
        let line = chain(1).remove(0);
        let text = line.split(",\"hash\"").next().unwrap();
        let said = Hash::of(text).to_string();
        assert!(line.ends_with(&format!(",\"hash\":\"{said}\"}}")));
        // printf %s abc | sha256sum
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Hash::of("abc").to_string(), known);
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_found(at in 0usize..2_000, to in b' '..=b'~') {
            let mut lines = chain(5);
            let line = (at / 400) % lines.len();
            let mut bytes = lines[line].clone().into_bytes();
            let place = at % bytes.len();
            prop_assume!(bytes[place] != to);
            bytes[place] = to;
            lines[line] = String::from_utf8(bytes).unwrap();
            prop_assert!(follow_all(&lines).is_err());
        }

        #[test]
        fn a_line_that_is_taken_out_doubled_or_moved_is_found(
            (from, to) in (0usize..5, 0usize..5)
        ) {
            let lines = chain(6);
            let mut without = lines.clone();
            without.remove(from);
            prop_assert!(follow_all(&without).is_err());
            let mut doubled = lines.clone();
            doubled.insert(to, lines[from].clone());
            prop_assert!(follow_all(&doubled).is_err());
            if from != to {
                let mut moved = lines;
                moved.swap(from, to);
                prop_assert!(follow_all(&moved).is_err());
            }
        }
    }

    #[test]
    fn a_line_that_is_written_anew_with_a_right_hash_breaks_the_next() {
        let mut lines = chain(3);
        let (_, first) = follow(None, &lines[0]).unwrap();
        let act = Act::Stopped;
        lines[1] = link(first, Timestamp(2_000), act, None).unwrap().0;
        assert_eq!(follow_all(&lines), Err(Broken::Before));
    }
}
