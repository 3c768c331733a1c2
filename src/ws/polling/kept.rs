//! Messages on their way to a page that fetches them: numbered, and kept until the page says that
//! it has them, so that an answer lost on the way is given again and none is shown twice.

use axum::extract::ws::Utf8Bytes;
use std::collections::VecDeque;

/// Messages kept before the writer waits: what a busy board sends during a second's round trip.
/// What is shown meanwhile is skipped, as for any slow client.
const MESSAGES_MAX: usize = 16;

/// Their bytes, before the writer waits. One message may be longer: a large board.
const BYTES_MAX: usize = 64 * 1024;

/// See the file. The first message has the number 1.
#[derive(Debug, Default)]
pub(super) struct Kept {
    messages: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// How many the page has said that it has.
    had: u64,
}

/// What a page says that it has, compared with what it said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledged {
    /// It has more.
    More,
    /// The same: it asks for the first time, or an answer was lost.
    Same,
    /// Less: an old request, late or sent twice on its way. It counts for nothing.
    Old,
    /// Messages that were never sent.
    Unsent,
}

impl Kept {
    /// Whether one more is taken.
    pub(super) fn has_room(&self) -> bool {
        self.messages.len() < MESSAGES_MAX && self.bytes < BYTES_MAX
    }

    /// Takes the next one.
    pub(super) fn push(&mut self, message: Utf8Bytes) {
        self.bytes += message.len();
        self.messages.push_back(message);
    }

    /// The page has all messages up to this number.
    pub(super) fn acknowledge(&mut self, number: u64) -> Acknowledged {
        let Some(more) = number.checked_sub(self.had) else {
            return Acknowledged::Old;
        };
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        if more > self.messages.len() {
            return Acknowledged::Unsent;
        }
        for message in self.messages.drain(..more) {
            self.bytes -= message.len();
        }
        self.had = number;
        if more > 0 {
            Acknowledged::More
        } else {
            Acknowledged::Same
        }
    }

    /// All that the page does not have yet, a line each (JSON has no line break in it); `None`
    /// when there is nothing.
    pub(super) fn lines(&self) -> Option<String> {
        if self.messages.is_empty() {
            return None;
        }
        let mut text = String::with_capacity(self.bytes + self.messages.len());
        for message in &self.messages {
            text.push_str(message.as_str());
            text.push('\n');
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(messages: &[&'static str]) -> Kept {
        let mut kept = Kept::default();
        for message in messages {
            kept.push(Utf8Bytes::from_static(message));
        }
        kept
    }

    #[test]
    fn what_was_lost_on_the_way_is_given_again_and_what_has_arrived_is_not() {
        let mut kept = kept(&["a", "b"]);
        assert_eq!(kept.acknowledge(0), Acknowledged::Same);
        assert_eq!(kept.lines().as_deref(), Some("a\nb\n"));
        assert_eq!(kept.acknowledge(0), Acknowledged::Same);
        assert_eq!(kept.lines().as_deref(), Some("a\nb\n"));
        kept.push(Utf8Bytes::from_static("c"));
        assert_eq!(kept.acknowledge(2), Acknowledged::More);
        assert_eq!(kept.lines().as_deref(), Some("c\n"));
        assert_eq!(kept.acknowledge(3), Acknowledged::More);
        assert_eq!(kept.lines(), None);
    }

    #[test]
    fn an_old_request_and_one_from_the_future_change_nothing() {
        let mut kept = kept(&["a", "b", "c"]);
        assert_eq!(kept.acknowledge(2), Acknowledged::More);
        assert_eq!(kept.acknowledge(1), Acknowledged::Old);
        assert_eq!(kept.acknowledge(4), Acknowledged::Unsent);
        assert_eq!(kept.acknowledge(u64::MAX), Acknowledged::Unsent);
        assert_eq!(kept.lines().as_deref(), Some("c\n"));
    }

    #[test]
    fn there_is_room_for_a_few_or_for_one_that_is_large() {
        let mut many = Kept::default();
        while many.has_room() {
            many.push(Utf8Bytes::from_static("{}"));
        }
        assert_eq!(many.messages.len(), MESSAGES_MAX);
        many.acknowledge(1);
        assert!(many.has_room());
        let mut large = Kept::default();
        large.push("x".repeat(4 * BYTES_MAX).into());
        assert!(!large.has_room());
        large.acknowledge(1);
        assert_eq!(large.bytes, 0);
    }
}
