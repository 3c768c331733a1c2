//! What stands between an account and whoever guesses its password or its codes.
//!
//! **How a password could be guessed.** Of an account, [`LANES`] times [`WRONG_MAX`] wrong
//! passwords are taken in an hour from all strangers together: a thousand a day, whatever the
//! number of addresses (a test lets a botnet try). Passwords take 10⁸ guesses or more
//! (`password.rs`), so that a year of it finds one in 285. Whoever has the password has
//! [`WRONG_CODES_MAX`] codes of the telephone an hour: of a million, three are good at a time.
//!
//! **Why nobody can lock an owner out.** A browser in which the owner has signed in carries a
//! cookie (OWASP, « Slow Down Online Guessing Attacks with Device Cookies ») and has a count of its
//! own: what others do is none of its business. Only where the owner has never signed in they are a
//! stranger: then their network gives them a lane, drawn anew each hour, and whoever guesses from
//! few networks fills few of them. During an attack from everywhere a new browser gets in by a link
//! (`passerelle account reset`), which cannot be guessed and is not counted; and in the place of
//! the telephone's code by a recovery code, which cannot either.
//!
//! A login that nobody has is counted like any other, so that the answers do not tell which there
//! are.

use crate::auth::pairing::network;
use crate::auth::process_key::ProcessKey;
use crate::random::RandomError;
use crate::store::{AccountId, SecretHash};
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Strangers' attempts at one account are spread over so many lanes.
const LANES: u8 = 8;

/// Wrong passwords by one lane in an hour: who mistypes is done with three.
const WRONG_MAX: u8 = 5;

/// Wrong passwords in an hour in a browser that has signed in: somebody who tries all they know.
const WRONG_KNOWN_MAX: u8 = 10;

/// Wrong codes of the telephone in an hour, by all strangers with the right password, and by each
/// browser that is known.
const WRONG_CODES_MAX: u8 = 10;

/// A lane is filled, and drawn, anew each hour.
const HOUR: Millis = Millis::from_secs(60 * 60);

/// Counts for logins that nobody has, which could be any number: those of the same hash share one.
const NOBODIES: u16 = 1 << 14;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tried {
    Password,
    Code,
}

/// Whose is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Account(AccountId),
    /// A login that nobody has.
    Nobody(u16),
}

/// Where it is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Where {
    /// In a browser that its owner has signed in with.
    Browser(SecretHash),
    /// Anywhere else, from this address.
    Elsewhere(Option<IpAddr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    Browser(SecretHash),
    Lane(u8),
}

type Count = (Tried, Whose, Way);

/// An attempt that was counted as wrong for the time being.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    hour: u64,
    count: Count,
}

/// Too many wrong ones came by this way; others may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slowed {
    /// From then on it is open again.
    pub(super) until: Timestamp,
}

/// See the module. Its key lasts as long as the process, and so do its counts.
#[derive(Default)]
pub(super) struct Guard {
    key: ProcessKey,
    window: Mutex<Window>,
}

/// The wrong ones of one hour: by accounts, their known browsers and lanes, so that it cannot grow
/// beyond those.
#[derive(Default)]
struct Window {
    hour: u64,
    wrong: HashMap<Count, u8>,
}

impl Guard {
    /// As whom a login is counted that nobody has.
    pub(super) fn nobody(&self, typed: &str) -> Result<Whose, RandomError> {
        let drawn = self.key.sign(typed.as_bytes())?;
        let drawn = drawn.as_ref();
        let number = u16::from_be_bytes([drawn[0], drawn[1]]);
        Ok(Whose::Nobody(number % NOBODIES))
    }

    /// Counts an attempt.
    pub(super) fn attempt(
        &self,
        tried: Tried,
        whose: Whose,
        at: Where,
        now: Timestamp,
    ) -> Result<Result<Attempt, Slowed>, RandomError> {
        let hour = now.0 / HOUR.0;
        let (way, wrong_max) = match (tried, at) {
            (Tried::Password, Where::Browser(token)) => (Way::Browser(token), WRONG_KNOWN_MAX),
            (Tried::Password, Where::Elsewhere(from)) => {
                (Way::Lane(self.lane(hour, whose, from)?), WRONG_MAX)
            }
            (Tried::Code, Where::Browser(token)) => (Way::Browser(token), WRONG_CODES_MAX),
            (Tried::Code, Where::Elsewhere(_)) => (Way::Lane(0), WRONG_CODES_MAX),
        };
        let count = (tried, whose, way);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.hour != hour {
            *window = Window {
                hour,
                ..Window::default()
            };
        }
        let wrong = window.wrong.entry(count).or_default();
        if *wrong >= wrong_max {
            let until = Timestamp((hour + 1) * HOUR.0);
            return Ok(Err(Slowed { until }));
        }
        *wrong += 1;
        Ok(Ok(Attempt { hour, count }))
    }

    fn lane(&self, hour: u64, whose: Whose, from: Option<IpAddr>) -> Result<u8, RandomError> {
        let mut drawn = hour.to_be_bytes().to_vec();
        let (kind, number) = match whose {
            Whose::Account(AccountId(number)) => (0, number),
            Whose::Nobody(number) => (1, u32::from(number)),
        };
        drawn.push(kind);
        drawn.extend(number.to_be_bytes());
        drawn.extend(network(from));
        Ok(self.key.sign(&drawn)?.as_ref()[0] % LANES)
    }

    /// It was no wrong one.
    pub(super) fn was_right(&self, Attempt { hour, count }: Attempt) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.hour == hour
            && let Some(wrong) = window.wrong.get_mut(&count)
        {
            *wrong = wrong.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
