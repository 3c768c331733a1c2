//! Real-time text (T.140 in a data channel, RFC 8865): what of it one participant may send. Nothing
//! of it is kept, logged or shown in a `Debug`. Pure.

use super::allowance::Allowance;
use super::limits::{
    MAX_TEXT_BYTES, TEXT_CHARACTER_SPACING, TEXT_CHARACTERS_AT_ONCE, TEXT_MESSAGE_SPACING,
    TEXT_MESSAGES_AT_ONCE,
};
use std::time::Instant;

/// The subprotocol of the channel (RFC 8865 §4.1).
pub(crate) const TEXT_PROTOCOL: &str = "t140";

/// The label of the channel, which RFC 8865 leaves open; ours is the subprotocol's name.
pub(crate) const TEXT_CHANNEL: &str = TEXT_PROTOCOL;

/// Stands where text was lost (ITU-T T.140 addendum 1, RFC 4103 §5.4).
pub(crate) const LOSS_MARK: &str = "\u{FFFD}";

/// The gate that every message of one participant passes.
pub(super) struct TextGate {
    characters: Allowance,
    messages: Allowance,
}

impl TextGate {
    /// A gate through which nothing has gone.
    pub(super) fn new() -> Self {
        Self {
            characters: Allowance::new(TEXT_CHARACTER_SPACING, TEXT_CHARACTERS_AT_ONCE),
            messages: Allowance::new(TEXT_MESSAGE_SPACING, TEXT_MESSAGES_AT_ONCE),
        }
    }

    /// The text of a message that may be relayed; `None` for one that is too long, comes too fast
    /// or is no text.
    pub(super) fn admit<'a>(
        &mut self,
        is_string: bool,
        data: &'a [u8],
        now: Instant,
    ) -> Option<&'a str> {
        if !self.messages.take(1, now) || !is_string || data.len() > MAX_TEXT_BYTES {
            return None;
        }
        let text = std::str::from_utf8(data).ok()?;
        // At most the bytes above.
        let characters = u32::try_from(text.chars().count()).ok()?;
        self.characters.take(characters, now).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn typing_and_a_pasted_page_pass() {
        let mut gate = TextGate::new();
        let mut now = crate::sfu::now();
        let page = "é".repeat(1000);
        for _ in 0..3 {
            assert_eq!(gate.admit(true, page.as_bytes(), now), Some(&*page));
        }
        now += seconds(10);
        // RFC 4103 §6 counts on 30 characters a second; chunks come every 300 ms.
        for _ in 0..1000 {
            now += Duration::from_millis(300);
            assert_eq!(gate.admit(true, b"nine chrs", now), Some("nine chrs"));
        }
    }

    #[test]
    fn what_is_too_long_or_no_text_does_not_pass() {
        let mut gate = TextGate::new();
        let now = crate::sfu::now();
        assert_eq!(gate.admit(true, &[b'a'; MAX_TEXT_BYTES + 1], now), None);
        assert_eq!(gate.admit(true, &[0xC3], now), None);
        assert_eq!(gate.admit(false, b"binary", now), None);
        assert_eq!(gate.admit(true, "ok\u{8}".as_bytes(), now), Some("ok\u{8}"));
    }

    #[test]
    fn a_flood_is_cut_to_the_rate_and_the_sender_recovers() {
        let mut gate = TextGate::new();
        let start = crate::sfu::now();
        let passed = |gate: &mut TextGate, at| {
            (0..500)
                .filter(|_| gate.admit(true, b"a", at).is_some())
                .count()
        };
        assert_eq!(passed(&mut gate, start), TEXT_MESSAGES_AT_ONCE as usize);
        let later = start + TEXT_MESSAGE_SPACING * 3;
        assert_eq!(passed(&mut gate, later), 3);
        assert_eq!(
            passed(&mut gate, start + seconds(600)),
            TEXT_MESSAGES_AT_ONCE as usize
        );
    }

    proptest! {
        #[test]
        fn no_more_than_the_burst_and_the_rate_ever_pass(
            messages in proptest::collection::vec((0u64..400, 0usize..600), 1..300)
        ) {
            let start = crate::sfu::now();
            let mut gate = TextGate::new();
            let (mut now, mut passed) = (start, 0);
            for (gap, length) in messages {
                now += Duration::from_millis(gap);
                let text = "x".repeat(length);
                if gate.admit(true, text.as_bytes(), now).is_some() {
                    passed += length;
                }
                let earned = (now - start).as_nanos() / TEXT_CHARACTER_SPACING.as_nanos();
                prop_assert!(passed as u128 <= u128::from(TEXT_CHARACTERS_AT_ONCE) + earned);
            }
        }
    }
}
