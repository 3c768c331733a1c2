//! The client's DTLS records before the library sees them. rtc 0.21.1 keeps whatever is offered to
//! it as a piece of a handshake, before and after the handshake, looks through all of it for each,
//! and puts a message together by a recursion as deep as it has pieces: a hundred thousand overflow
//! the stack, which ends the process. A client that wants to connect needs a few dozen; many more,
//! and what no client sends, are refused. Pure.

use super::hello::{MESSAGE_HEADER, RECORD_HEADER};
use super::limits::HANDSHAKE_PIECES;

/// What a record holds (RFC 5246 §6.2.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
pub(super) const HANDSHAKE: u8 = 22;
pub(super) const APPLICATION_DATA: u8 = 23;

/// The gate that every DTLS datagram of one client passes.
#[derive(Debug)]
pub(super) struct Records {
    /// Pieces of a handshake that may still come.
    left: u32,
}

impl Default for Records {
    fn default() -> Self {
        let left = HANDSHAKE_PIECES;
        Self { left }
    }
}

impl Records {
    /// True for a datagram that the library may have. What it says of the application is free once
    /// the client is connected; all else it has to say is soon said.
    pub(super) fn admit(&mut self, datagram: &[u8], is_connected: bool) -> bool {
        let mut rest = datagram;
        while !rest.is_empty() {
            let Some((record, behind)) = Record::split(rest) else {
                return false;
            };
            rest = behind;
            let pieces = match (record.holds, record.epoch) {
                (APPLICATION_DATA, 1) if is_connected => 0,
                (HANDSHAKE, 0) => match pieces(record.body) {
                    Some(pieces) => pieces,
                    None => return false,
                },
                // What is encrypted is looked at once it is opened (`association`).
                (CHANGE_CIPHER_SPEC, 0) | (ALERT, 0 | 1) | (HANDSHAKE | APPLICATION_DATA, 1) => 1,
                // There is one epoch of keys: nobody negotiates again.
                _ => return false,
            };
            let Some(left) = self.left.checked_sub(pieces) else {
                return false;
            };
            self.left = left;
        }
        true
    }
}

/// A record (RFC 6347 §4.1).
struct Record<'a> {
    holds: u8,
    epoch: u16,
    body: &'a [u8],
}

impl<'a> Record<'a> {
    /// The first of several records and those behind it.
    fn split(records: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, behind) = records.split_first_chunk::<RECORD_HEADER>()?;
        let pair = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let (body, rest) = behind.split_at_checked(pair(11).into())?;
        let (holds, epoch) = (head[0], pair(3));
        Some((Self { holds, epoch, body }, rest))
    }
}

/// How many pieces of messages a record of a handshake holds; `None` unless each says of itself
/// what is true. One that is no whole message stands last, as the library counts the whole's bytes.
pub(super) fn pieces(body: &[u8]) -> Option<u32> {
    let (mut rest, mut count) = (body, 0);
    while !rest.is_empty() {
        let (header, behind) = rest.split_first_chunk::<MESSAGE_HEADER>()?;
        let number =
            |at: usize| u32::from_be_bytes([0, header[at], header[at + 1], header[at + 2]]);
        // RFC 6347 §4.2.2: the message's length, then this piece's place and length.
        let (whole, offset, length) = (number(1), number(6), number(9));
        let (_, behind) = behind.split_at_checked(length as usize)?;
        let is_whole = length == whole;
        let is_piece = length > 0 && behind.is_empty();
        if offset + length > whole || !is_whole && !is_piece {
            return None;
        }
        rest = behind;
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record of this kind.
    fn record(holds: u8, epoch: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u16).to_be_bytes();
        let mut record = vec![holds, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 0];
        record.extend(length);
        record.extend(body);
        record
    }

    /// A piece of a message of so many bytes.
    fn piece(whole: u8, offset: u8, bytes: &[u8]) -> Vec<u8> {
        let mut piece = vec![16, 0, 0, whole, 0, 0, 0, 0, offset, 0, 0, bytes.len() as u8];
        piece.extend(bytes);
        piece
    }

    fn admits(datagram: &[u8]) -> bool {
        Records::default().admit(datagram, false)
    }

    #[test]
    fn a_handshake_passes_and_what_belongs_to_none_does_not() {
        let whole = piece(3, 0, b"abc");
        let flight = [
            record(HANDSHAKE, 0, &whole),
            record(HANDSHAKE, 0, &[whole.clone(), piece(3, 1, b"bc")].concat()),
            record(HANDSHAKE, 0, &piece(0, 0, b"")),
            record(CHANGE_CIPHER_SPEC, 0, &[1]),
            record(HANDSHAKE, 1, b"what is encrypted"),
            record(APPLICATION_DATA, 1, b"too early, but it happens"),
            record(ALERT, 0, &[1, 0]),
        ];
        assert!(admits(&flight.concat()));
        for wrong in [
            record(HANDSHAKE, 0, b"no message"),
            record(HANDSHAKE, 0, &piece(3, 1, b"abc")),
            record(HANDSHAKE, 0, &piece(3, 1, b"")),
            record(HANDSHAKE, 0, &[piece(3, 1, b"bc"), whole.clone()].concat()),
            record(HANDSHAKE, 0, &piece(0, 0, b"a")),
            record(HANDSHAKE, 2, &whole),
            record(CHANGE_CIPHER_SPEC, 1, &[1]),
            record(APPLICATION_DATA, 0, b"in the clear"),
            record(24, 1, b"a heartbeat"),
            flight[0][..20].to_vec(),
        ] {
            assert!(!admits(&wrong), "{wrong:?}");
            assert!(!admits(&[flight.concat(), wrong].concat()), "behind others");
        }
    }

    #[test]
    fn the_handshakes_of_browsers_pass_as_they_were_recorded() {
        for mut recorded in [
            &include_bytes!("../../tests/fuzz/corpus/records/chromium")[..],
            include_bytes!("../../tests/fuzz/corpus/records/firefox"),
            include_bytes!("../../tests/fuzz/corpus/records/webrtc-rs"),
            include_bytes!("../../tests/fuzz/corpus/records/fragments"),
        ] {
            let mut records = Records::default();
            while let Some(([_, high, low], rest)) = recorded.split_first_chunk() {
                let length = u16::from_be_bytes([*high, *low]);
                let (datagram, rest) = rest.split_at(length.into());
                assert!(records.admit(datagram, false), "{datagram:?}");
                recorded = rest;
            }
            assert!(records.left > HANDSHAKE_PIECES - 50);
        }
    }

    #[test]
    fn pieces_of_handshakes_are_counted_for_as_long_as_a_connection_lasts_and_data_once_it_is_one()
    {
        let mut records = Records::default();
        let data = record(APPLICATION_DATA, 1, b"text");
        let piece = record(HANDSHAKE, 0, &piece(200, 7, b"a"));
        for _ in 0..HANDSHAKE_PIECES / 2 {
            assert!(records.admit(&data, false) && records.admit(&piece, true));
        }
        assert!(records.admit(&data, true));
        assert!(!records.admit(&data, false));
        assert!(!records.admit(&piece, true));
    }
}
