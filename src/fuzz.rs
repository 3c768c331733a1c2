//! What is fuzzed: everything that reads bytes of a stranger, each behind a function that takes any
//! bytes and panics when something does not hold that must. `make fuzz` (`tests/fuzz`) drives them
//! by what they reach; the tests below by their seeds and changed copies of them, in every run. No
//! part of the product: compiled for tests and for the fuzzer.

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
    let media = sfu::fuzz::TARGETS.iter();
    let mut targets: Vec<_> = media.map(|&(name, run)| Target { name, run }).collect();
    targets.push(Target {
        name: "message",
        run: message,
    });
    targets.push(Target {
        name: "forwarded",
        run: forwarded,
    });
    targets.push(Target {
        name: "mail_reply",
        run: mail::try_reply,
    });
    targets
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
