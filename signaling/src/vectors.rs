//! The conformance cases of the wire protocol, `signaling/vectors/*.json`: each message reads, and
//! writes itself back as it stands there. The TypeScript client runs the same files.

use crate::protocol::{ClientMessage, ServerMessage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    about: String,
    message: Value,
}

#[derive(Deserialize)]
struct RefusedCase {
    about: String,
    text: String,
}

fn reads_and_writes_back<T: DeserializeOwned + Serialize>(file: &str) {
    let cases: Vec<Case> = serde_json::from_str(file).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let text = case.message.to_string();
        let message: T = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}\n{text}", case.about));
        assert_eq!(
            serde_json::to_value(&message).unwrap(),
            case.message,
            "{}",
            case.about
        );
    }
}

#[test]
fn every_client_message_reads_and_writes_back() {
    reads_and_writes_back::<ClientMessage>(include_str!("../vectors/client.json"));
}

#[test]
fn every_server_message_reads_and_writes_back() {
    reads_and_writes_back::<ServerMessage>(include_str!("../vectors/server.json"));
}

#[test]
fn every_malformed_client_message_is_refused() {
    let file = include_str!("../vectors/client-refused.json");
    let cases: Vec<RefusedCase> = serde_json::from_str(file).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let read = serde_json::from_str::<ClientMessage>(&case.text);
        assert!(read.is_err(), "{} was read as {read:?}", case.about);
    }
}

/// Every request, message, phase, reason and error code: the words of the generated types.
#[test]
fn every_word_of_the_protocol_has_a_case() {
    let types = include_str!("../../web-client/src/gen/protocol.ts");
    let cases = [
        include_str!("../vectors/client.json"),
        include_str!("../vectors/server.json"),
    ]
    .concat();
    let is_comment = |line: &&str| line.trim_start().starts_with(['/', '*']);
    let mut words = 0;
    for line in types.lines().filter(|line| !is_comment(line)) {
        let pieces: Vec<&str> = line.split('"').collect();
        // Every second piece stands in quotes; before a colon it is the name of a field.
        for pair in pieces[1..].chunks_exact(2) {
            if !pair[1].starts_with(':') {
                let word = format!("\"{}\"", pair[0]);
                assert!(cases.contains(&word), "no case has {word}");
                words += 1;
            }
        }
    }
    assert!(words > 100, "only {words} words were found");
}
