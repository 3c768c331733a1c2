//! Relays: who carries media for a browser that cannot reach the gateway directly.

use crate::private::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// TURN addresses with a password that expires, as browsers take them (`RTCIceServer` of W3C
/// webrtc).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RelayServer {
    /// The addresses (RFC 7065), in the order in which they are tried.
    pub urls: Vec<String>,
    /// Until when the password is good, and the name of this service.
    pub username: String,
    /// The password.
    #[ts(type = "string")]
    pub credential: Secret<String>,
}
