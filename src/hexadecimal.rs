//! Bytes as text in lower-case hexadecimal: tokens, hashes, builds.

use std::fmt::Write;

/// Two digits a byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
