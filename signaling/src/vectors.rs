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
