//! What is fuzzed: everything that reads bytes of a stranger, each behind a function that takes any
//! bytes and panics when something does not hold that must. `make fuzz` (`tests/fuzz`) drives them
//! by what they reach; the tests below by their seeds and changed copies of them, in every run. No
//! part of the product: compiled for tests and for the fuzzer.

use crate::auth::{Login, PairingCode, Password};
use crate::config::ForwardedHeader;
use crate::{http, mail, sfu, ws};
use std::net::{IpAddr, Ipv4Addr};

/// One reader.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is also that of its seeds' folder.
    pub name: &'static str,
    /// Reads any bytes; panics when it finds something.
    pub run: fn(&[u8]),
}

/// All of them.
pub fn targets() -> Vec<Target> {
    const OTHERS: &[sfu::fuzz::Named] = &[
        ("message", message),
        ("forwarded", forwarded),
        ("body", http::fuzz::bodies),
        ("pairing_code", pairing_code),
        ("password", password),
        ("mail_reply", mail::try_reply),
    ];
    let all = sfu::fuzz::TARGETS.iter().chain(OTHERS);
    all.map(|&(name, run)| Target { name, run }).collect()
}

/// A code that somebody types: what is read is shown and read as the same.
fn pairing_code(bytes: &[u8]) {
    let read = std::str::from_utf8(bytes).ok().and_then(PairingCode::read);
    if let Some(code) = read {
        let again = PairingCode::read(&code.to_string());
        assert!(again == Some(code), "shown as {code}");
    }
}

/// A login on one line and the password that is chosen on the next: the login is read as it is
/// stored, and how hard the password is to guess can be told of any.
fn password(bytes: &[u8]) {
    let typed = std::str::from_utf8(bytes).ok();
    let Some((login, password)) = typed.and_then(|typed| typed.split_once('\n')) else {
        return;
    };
    if let Some(login) = Login::read(login) {
        assert_eq!(Login::read(login.as_str()).as_ref(), Some(&login));
        let _ = Password::from(password.to_owned()).check(&login, "Relais");
    }
}

/// A request of a tablet, a console or a board: what is read is written and read as the same.
fn message(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(message) = ws::read_message(text) {
        let written = serde_json::to_string(&message).unwrap_or_default();
        let again = ws::read_message(&written);
        assert_eq!(again, Some(message), "written as {written}");
    }
}

/// What a visitor writes about where they come from: the word that a proxy adds to it counts.
fn forwarded(bytes: &[u8]) {
    let visitor = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
    let words = [
        (ForwardedHeader::XForwardedFor, "203.0.113.9:4711"),
        (
            ForwardedHeader::Forwarded,
            "for=\"203.0.113.9\";proto=https",
        ),
    ];
    for (header, word) in words {
        if let Some(read) = http::nearest(header, bytes, word) {
            assert_eq!(read, Some(visitor));
        }
    }
}

#[cfg(test)]
mod tests;
