//! Who may touch the world: the core nothing of it, the gateway's clocks and dice only by the files
//! named here; and who may ask a publisher for a keyframe.

use super::tree::{File, assert_none, files};

/// What the core's product code never names: clocks, dice, sockets, files, threads.
const WORLD: &[&str] = &[
    "std::time",
    "std::net",
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "tokio",
    "rand::",
    "getrandom",
];

/// The files that lift a ban of clippy.toml in product code, and what they lift it for.
const LIFTED: &[(&str, &str)] = &[
    ("src/clock.rs", "the one reader of the clocks"),
    ("src/random.rs", "the one source of randomness"),
    (
        "src/lifecycle.rs",
        "a second signal ends the process at once",
    ),
];

/// Where dashmap may be used: registries at the edge, of senders or of counts.
const REGISTRIES: &[&str] = &[
    "src/app/door.rs",
    "src/auth/sign_outs.rs",
    "src/dispatch/clients.rs",
    "src/limits/table.rs",
    "src/sfu/directory.rs",
    "src/ws/polling/mod.rs",
    "src/ws/watches.rs",
];

fn product(folder: &str) -> impl Iterator<Item = &'static File> {
    files()
        .iter()
        .filter(move |file| file.is_in(folder) && file.is(&["rs"]))
}

#[test]
fn the_core_touches_nothing_of_the_world() {
    let mut found = Vec::new();
    for file in product("signaling/src/") {
        for (number, line) in file.production_code() {
            // `fastrand` is no dice of the world: built without `std` it has only the seed it is
            // given, which comes in as an argument.
            let line = line.replace("fastrand::", "");
            let named = WORLD.iter().filter(|name| line.contains(**name));
            found.extend(named.map(|name| format!("{}:{number}: {name}", file.path)));
        }
    }
    assert_none(
        found,
        "The same journal always gives the same state, on any machine: time, randomness and I/O \
         come into the core as arguments.",
    );
}

#[test]
fn a_ban_is_lifted_only_where_its_reason_lives() {
    let mut found = Vec::new();
    for file in product("src/").chain(product("signaling/src/")) {
        if LIFTED.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        let lifts = file
            .production_code()
            .filter(|(_, line)| line.contains("clippy::disallowed_"));
        found.extend(lifts.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        found,
        "The bans of clippy.toml are lifted in the files that tests/tidy/core.rs lists, so that \
         there is one place to look for each.",
    );
}

#[test]
fn a_concurrent_map_is_a_registry_at_the_edge() {
    let mut found = Vec::new();
    for file in product("src/") {
        if REGISTRIES.contains(&file.path.as_str()) {
            continue;
        }
        let uses = file
            .production_code()
            .filter(|(_, line)| line.contains("dashmap"));
        found.extend(uses.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        found,
        "Call state has one owner, the driver; dashmap holds the senders or counts of a registry \
         at the edge, in the files that tests/tidy/core.rs lists.",
    );
}

/// The media library, and the files of the engine that may name it, with what they take from it.
const LIBRARY: &[&str] = &["rtc::", "webrtc::"];
const KNOW_THE_LIBRARY: &[(&str, &str)] = &[
    ("src/sfu/answer.rs", "a connection made of an offer"),
    ("src/sfu/association.rs", "an eye on what it opens"),
    ("src/sfu/collect.rs", "what datagrams bring"),
    ("src/sfu/media_engine.rs", "its settings and codecs"),
    ("src/sfu/peer.rs", "what a connection sends, and its timers"),
    ("src/sfu/text_line.rs", "a data channel"),
    ("src/sfu/error.rs", "the names of its errors"),
    ("src/sfu/keyframe.rs", "RTCP messages, as values"),
    ("src/sfu/bandwidth/gauge.rs", "RTCP messages, as values"),
    ("src/sfu/bandwidth/report.rs", "RTCP messages, as values"),
    (
        "src/sfu/rtp/",
        "keys of the handshake, ciphers, RTCP messages",
    ),
];

#[test]
fn rooms_forwarding_and_quality_do_not_know_the_media_library() {
    let mut found = Vec::new();
    for file in product("src/sfu/") {
        let path = &file.path;
        let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
        let knows = |(known, _): &(&str, &str)| path.starts_with(known);
        if is_test || KNOW_THE_LIBRARY.iter().any(knows) {
            continue;
        }
        for (number, line) in file.production_code() {
            let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != ':');
            let names = words.any(|word| LIBRARY.iter().any(|name| word.starts_with(name)));
            found.extend(names.then(|| format!("{path}:{number}")));
        }
    }
    assert_none(
        found,
        "The library stands behind `Peer` (src/sfu/peer.rs), so that it can be exchanged in a few \
         files, and rooms, forwarding and quality can be tested without it: tests/tidy/core.rs \
         lists who may name it.",
    );
}

/// What asks for a keyframe (RFC 4585 §6.3.1, RFC 5104 §4.3.1), and the files that may name it.
const KEYFRAME_REQUESTS: &[&str] = &["PictureLossIndication", "FullIntraRequest"];
const ASKS_OR_HEARS: &[(&str, &str)] = &[
    (
        "src/sfu/keyframe.rs",
        "makes a request, by the limiter's leave",
    ),
    ("src/sfu/rtp/link_in.rs", "reads those of receivers"),
];

#[test]
fn a_publisher_is_asked_for_keyframes_in_one_file_only() {
    let mut found = Vec::new();
    for file in product("src/sfu/") {
        if ASKS_OR_HEARS.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        let asks = file
            .production_code()
            .filter(|(_, line)| KEYFRAME_REQUESTS.iter().any(|name| line.contains(name)));
        found.extend(asks.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        found,
        "Every keyframe request to a publisher passes its limiter (src/sfu/keyframe.rs), whose \
         leave is what a request is made of.",
    );
}
