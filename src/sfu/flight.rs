//! The server's first handshake flight, sent again when the client asks for it again (RFC 6347
//! §4.2.4). rtc 0.21.1 does not: a repeated ClientHello stops the timer of its answer (`wait` in
//! its `handshaker.rs`) and is not answered itself, so that a client whose answer was lost asks in
//! vain until it gives up. Pure.

use super::hello::{CLIENT_HELLO, RECORD_HEADER, is_plain_handshake};
use super::path::Path;
use bytes::BytesMut;

/// Where a message's fragment begins, after its type, length and number (§4.2.2).
const FRAGMENT_OFFSET: std::ops::Range<usize> = RECORD_HEADER + 6..RECORD_HEADER + 9;

/// ServerHello to ServerHelloDone are two datagrams, with some room.
const MAX_DATAGRAMS: usize = 8;
/// A client asks after 50 ms (Chromium) or 1 s, then after twice as long, for
/// [`CONNECT_TIMEOUT`](super::limits::CONNECT_TIMEOUT): no more than ten times. Beyond that, nobody
/// is to make us send twenty times what he sends.
const MAX_REPETITIONS: u32 = 16;

/// What the client last said hello with, and what it was answered.
#[derive(Debug, Default)]
pub(super) struct Flight {
    hello: Vec<u8>,
    answer: Vec<(Path, BytesMut)>,
    is_due: bool,
    repetitions: u32,
}

impl Flight {
    /// A datagram came.
    pub(super) fn note_incoming(&mut self, datagram: &[u8]) {
        // Of a hello in several fragments (post-quantum keys make it one) the first stands for all.
        let is_hello = is_plain_handshake(datagram)
            && datagram[RECORD_HEADER] == CLIENT_HELLO
            && datagram[FRAGMENT_OFFSET] == [0, 0, 0];
        if !is_hello {
            return;
        }
        if self.hello == datagram[RECORD_HEADER..] {
            self.is_due = self.repetitions < MAX_REPETITIONS && !self.answer.is_empty();
        } else {
            self.hello = datagram[RECORD_HEADER..].to_vec();
            self.answer.clear();
        }
    }

    /// A datagram of ours leaves. One that the library repeats takes the place of the first.
    pub(super) fn note_outgoing(&mut self, to: Path, datagram: &BytesMut) {
        if !is_plain_handshake(datagram) {
            return;
        }
        let body = &datagram[RECORD_HEADER..];
        let mut kept = self.answer.iter_mut();
        if let Some(kept) = kept.find(|(_, kept)| kept[RECORD_HEADER..] == *body) {
            *kept = (to, datagram.clone());
        } else if self.answer.len() < MAX_DATAGRAMS {
            self.answer.push((to, datagram.clone()));
        }
    }

    /// What is to be sent once more.
    pub(super) fn take_due(&mut self) -> Vec<(Path, BytesMut)> {
        if !std::mem::take(&mut self.is_due) {
            return Vec::new();
        }
        self.repetitions += 1;
        self.answer.clone()
    }

    /// The handshake is over.
    pub(super) fn end(&mut self) {
        *self = Self {
            repetitions: MAX_REPETITIONS,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::Transport;
    use super::*;

    fn path() -> Path {
        Path {
            transport: Transport::Udp,
            address: ([127, 0, 0, 1], 9).into(),
        }
    }

    /// A handshake's record with its number, a message of a type and a fragment's offset.
    fn record(sequence: u8, message: u8, offset: u8) -> BytesMut {
        let mut record = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 12];
        record.extend([message, 0, 0, 100, 0, 0, 0, 0, offset, 0, 0, 0]);
        BytesMut::from(&record[..])
    }

    fn answered() -> Flight {
        let mut flight = Flight::default();
        flight.note_incoming(&record(0, CLIENT_HELLO, 0));
        flight.note_outgoing(path(), &record(0, 2, 0));
        flight.note_outgoing(path(), &record(1, 11, 0));
        flight
    }

    #[test]
    fn a_repeated_hello_is_answered_with_the_same_datagrams() {
        let mut flight = answered();
        assert!(flight.take_due().is_empty());
        flight.note_incoming(&record(1, CLIENT_HELLO, 0));
        let sent = flight.take_due();
        assert_eq!(
            sent,
            [(path(), record(0, 2, 0)), (path(), record(1, 11, 0))]
        );
        assert!(flight.take_due().is_empty());
    }

    #[test]
    fn what_the_library_repeats_itself_is_sent_once() {
        let mut flight = answered();
        flight.note_outgoing(path(), &record(6, 2, 0));
        flight.note_incoming(&record(1, CLIENT_HELLO, 0));
        let sent = flight.take_due();
        assert_eq!(
            sent,
            [(path(), record(6, 2, 0)), (path(), record(1, 11, 0))]
        );
    }

    #[test]
    fn a_further_fragment_and_what_is_no_hello_repeat_nothing() {
        let mut flight = answered();
        flight.note_incoming(&record(1, CLIENT_HELLO, 90));
        flight.note_incoming(&record(2, 16, 0));
        flight.note_incoming(&[22, 254, 253]);
        assert!(flight.take_due().is_empty());
    }

    #[test]
    fn another_hello_has_another_answer() {
        let mut flight = answered();
        let mut with_cookie = record(1, CLIENT_HELLO, 0);
        with_cookie.extend([7]);
        flight.note_incoming(&with_cookie);
        flight.note_incoming(&with_cookie);
        assert!(flight.take_due().is_empty(), "not answered yet");
        flight.note_outgoing(path(), &record(2, 2, 0));
        flight.note_incoming(&with_cookie);
        assert_eq!(flight.take_due(), [(path(), record(2, 2, 0))]);
    }

    #[test]
    fn nobody_makes_us_repeat_without_end() {
        let mut flight = answered();
        let mut repeated = 0;
        for sequence in 1..100 {
            flight.note_incoming(&record(sequence, CLIENT_HELLO, 0));
            repeated += u32::from(!flight.take_due().is_empty());
        }
        assert_eq!(repeated, MAX_REPETITIONS);
        let mut flight = answered();
        flight.end();
        flight.note_incoming(&record(1, CLIENT_HELLO, 0));
        flight.note_incoming(&record(2, CLIENT_HELLO, 0));
        assert!(flight.take_due().is_empty());
    }
}
