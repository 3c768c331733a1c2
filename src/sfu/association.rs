//! What a client says in SCTP, its data channels' transport, before the library sees it. rtc 0.21.1
//! takes everything: one chunk that moves its count of what has come by two thousand million stops
//! the thread for four seconds, every INIT begins another association, chunks without a byte and
//! messages without an end are kept forever (rtc-sctp, `handle_forward_tsn`, `handle_first_packet`,
//! `handle_data`). All of it is under DTLS; as with the keys (`rtp::keys`), the crypto provider
//! looks on, and a packet that is refused here is for the library one that was forged.

use super::allowance::Allowance;
use super::limits::{
    SCTP_CHUNK_SPACING, SCTP_CHUNKS_AT_ONCE, SCTP_CHUNKS_WAITING, SCTP_OPENINGS,
    SCTP_RECEIVE_BUFFER, SCTP_RESETS, SCTP_STREAMS,
};
use super::records::{self, APPLICATION_DATA, HANDSHAKE};
#[cfg(test)]
use super::rtp::{KeySlot, Onlooker};
use rtc::crypto::{AeadCipher, CryptoError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Bytes in front of the chunks of a packet (RFC 9260 §3.1).
pub(super) const COMMON_HEADER: usize = 12;

/// Types of chunks (RFC 9260 §3.2, RFC 6525 §3.1).
const DATA: u8 = 0;
const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const SACK: u8 = 3;
const HEARTBEAT: u8 = 4;
const COOKIE_ACK: u8 = 11;
const SHUTDOWN_COMPLETE: u8 = 14;
const RE_CONFIG: u8 = 130;

/// One client's association: the crypto provider and the peer each have one end of it.
#[derive(Clone)]
pub(super) struct Association(Arc<Mutex<State>>);

struct State {
    conduct: Conduct,
    /// The clock of the datagram that is being opened.
    now: Instant,
    refused: bool,
    /// What a client of a test makes of the packets it sends.
    #[cfg(test)]
    meddle: Option<fn(&mut [u8])>,
}

impl Association {
    pub(super) fn new(now: Instant) -> Self {
        let state = State {
            conduct: Conduct::new(),
            now,
            refused: false,
            #[cfg(test)]
            meddle: None,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Another datagram is given to the library.
    pub(super) fn begin(&self, now: Instant) {
        let mut state = self.lock();
        (state.now, state.refused) = (now, false);
    }

    /// True when something in it was refused.
    pub(super) fn has_refused(&self) -> bool {
        self.lock().refused
    }

    /// True when the client has filled all there is for what cannot be delivered.
    pub(super) fn is_overfull(&self) -> bool {
        self.lock().conduct.is_overfull
    }

    /// `cipher` under these eyes.
    pub(super) fn watch(&self, cipher: Box<dyn AeadCipher>) -> Box<dyn AeadCipher> {
        let association = self.clone();
        Box::new(WatchedCipher {
            cipher,
            association,
        })
    }

    fn admit(&self, record: u8, content: &[u8]) -> bool {
        let mut state = self.lock();
        let now = state.now;
        let is_admitted = match record {
            APPLICATION_DATA => state.conduct.admit(content, now),
            // One message ends a handshake.
            HANDSHAKE => records::pieces(content) == Some(1),
            _ => true,
        };
        state.refused |= !is_admitted;
        is_admitted
    }

    /// Nothing panics while the lock is held.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cipher of DTLS records.
struct WatchedCipher {
    cipher: Box<dyn AeadCipher>,
    association: Association,
}

/// What a record holds, by what is authenticated with it (RFC 5246 §6.2.3.3).
fn holds(authenticated: &[u8]) -> u8 {
    authenticated.get(8).copied().unwrap_or_default()
}

impl AeadCipher for WatchedCipher {
    fn tag_len(&self) -> usize {
        self.cipher.tag_len()
    }

    fn seal_in_place(
        &mut self,
        nonce: &[u8],
        authenticated: &[u8],
        content: &mut [u8],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        if holds(authenticated) == APPLICATION_DATA {
            let mut state = self.association.lock();
            state.conduct.note_sent(content);
            #[cfg(test)]
            if let Some(meddle) = state.meddle {
                meddle(content);
            }
        }
        self.cipher
            .seal_in_place(nonce, authenticated, content, tag)
    }

    fn open_in_place(
        &mut self,
        nonce: &[u8],
        authenticated: &[u8],
        content: &mut [u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        self.cipher
            .open_in_place(nonce, authenticated, content, tag)?;
        if self.association.admit(holds(authenticated), content) {
            Ok(())
        } else {
            Err(CryptoError::AuthenticationFailed)
        }
    }
}

/// The crypto provider of a client which means harm.
#[cfg(test)]
pub(crate) fn meddling(meddle: fn(&mut [u8])) -> Arc<dyn rtc::crypto::RTCCryptoProvider> {
    let association = Association::new(super::now());
    association.lock().meddle = Some(meddle);
    Arc::new(Onlooker::new(KeySlot::default(), association))
}

/// What a client has done of what it may. Pure.
struct Conduct {
    chunks: Allowance,
    openings: u32,
    resets: u32,
    /// Chunks of messages since there was last nothing that could not be delivered.
    waiting: u32,
    is_overfull: bool,
}

impl Conduct {
    fn new() -> Self {
        Self {
            chunks: Allowance::new(SCTP_CHUNK_SPACING, SCTP_CHUNKS_AT_ONCE),
            openings: SCTP_OPENINGS,
            resets: SCTP_RESETS,
            waiting: 0,
            is_overfull: false,
        }
    }

    /// True for a packet that the library may have.
    fn admit(&mut self, packet: &[u8], now: Instant) -> bool {
        let Some(mut rest) = packet.get(COMMON_HEADER..) else {
            return false;
        };
        while !rest.is_empty() {
            let Some((kind, value, behind)) = split(rest) else {
                return false;
            };
            rest = behind;
            let may_be = match kind {
                DATA => is_of_use(value),
                INIT | INIT_ACK => take_one(&mut self.openings),
                RE_CONFIG => take_one(&mut self.resets),
                SACK | HEARTBEAT..=COOKIE_ACK | SHUTDOWN_COMPLETE => true,
                // Among them those that move the count of what was received (RFC 3758 §3.2), which
                // a reliable channel has no use for.
                _ => false,
            };
            if !may_be || !self.chunks.take(1, now) {
                return false;
            }
            self.waiting += u32::from(kind == DATA);
        }
        true
    }

    /// Reads what the library tells the client of the bytes it can still take (RFC 9260 §3.3.4):
    /// all there are once everything is delivered. For a client whose messages lack a part, or an
    /// end, it has none left at last, and then takes more; and long before that for one whose
    /// chunks have a byte each.
    fn note_sent(&mut self, packet: &[u8]) {
        let mut rest = packet.get(COMMON_HEADER..).unwrap_or_default();
        while let Some((kind, value, behind)) = split(rest) {
            rest = behind;
            let left = value.get(4..8).filter(|_| kind == SACK);
            let Some(left) = left.and_then(|left| left.try_into().ok()) else {
                continue;
            };
            let left = u32::from_be_bytes(left);
            if left == SCTP_RECEIVE_BUFFER {
                self.waiting = 0;
            }
            self.is_overfull |= left == 0 || self.waiting > SCTP_CHUNKS_WAITING;
        }
    }
}

/// The first of several chunks, its type and its value, and those behind it (RFC 9260 §3.2).
fn split(chunks: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let &[kind, _, high, low] = chunks.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let value = chunks.get(4..length)?;
    let behind = length.next_multiple_of(4).min(chunks.len());
    Some((kind, value, &chunks[behind..]))
}

/// A chunk with a byte of a message, on a stream that a channel may have (RFC 9260 §3.3.1).
fn is_of_use(data: &[u8]) -> bool {
    let stream = data.get(4..6).map(|stream| [stream[0], stream[1]]);
    data.len() > 12 && stream.is_some_and(|stream| u16::from_be_bytes(stream) < SCTP_STREAMS)
}

fn take_one(left: &mut u32) -> bool {
    let taken = left.checked_sub(1);
    *left = taken.unwrap_or_default();
    taken.is_some()
}

/// Packets of the client and of the library: of a client's none passes that begins with a chunk it
/// has no use for.
#[cfg(any(test, passerelle_fuzz))]
pub(super) fn read_any(bytes: &[u8]) {
    let mut script = super::fuzz::Script(bytes);
    let (mut conduct, mut at) = (Conduct::new(), super::now());
    while let Some(step) = script.byte() {
        at += std::time::Duration::from_millis(u64::from(step >> 1));
        let packet = script.piece().unwrap_or_default();
        if step & 1 == 1 {
            conduct.note_sent(packet);
        } else if conduct.admit(packet, at) {
            let first = packet.get(COMMON_HEADER);
            assert!(
                first.is_none_or(|kind| matches!(*kind, 0..=11 | SHUTDOWN_COMPLETE | RE_CONFIG))
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::now;
    use std::time::Duration;

    /// A chunk of this type, padded.
    fn chunk(kind: u8, value: &[u8]) -> Vec<u8> {
        let length = (4 + value.len() as u16).to_be_bytes();
        let mut chunk = vec![kind, 3, length[0], length[1]];
        chunk.extend(value);
        chunk.resize(chunk.len().next_multiple_of(4), 0);
        chunk
    }

    fn data(stream: u8, bytes: &[u8]) -> Vec<u8> {
        chunk(
            DATA,
            &[&[0, 0, 0, 9, stream, 0, 0, 1, 0, 0, 0, 51], bytes].concat(),
        )
    }

    fn packet(chunks: &[Vec<u8>]) -> Vec<u8> {
        [vec![0; COMMON_HEADER], chunks.concat()].concat()
    }

    /// What the library tells a client, beside a message: it can take so many bytes.
    fn promise(bytes: u32) -> Vec<u8> {
        let confirms = chunk(SACK, &[[1; 4], bytes.to_be_bytes()].concat());
        packet(&[data(0, b"x"), confirms])
    }

    fn admits(chunks: &[Vec<u8>]) -> bool {
        Conduct::new().admit(&packet(chunks), now())
    }

    #[test]
    fn what_a_client_says_to_write_and_read_passes() {
        let confirms = chunk(SACK, &[0; 12]);
        assert!(admits(&[
            data(0, b"bonjour"),
            data(3, b"!"),
            confirms.clone()
        ]));
        let opens = [INIT, 10, COOKIE_ACK].map(|kind| chunk(kind, &[7; 16]));
        assert!(admits(&opens));
        assert!(admits(&[chunk(HEARTBEAT, &[1; 44]), chunk(5, &[1; 44])]));
        assert!(admits(&[chunk(RE_CONFIG, &[0; 20]), confirms]));
        // The last chunk of some comes without its padding.
        let mut unpadded = packet(&[data(0, b"ab")]);
        unpadded.truncate(unpadded.len() - 2);
        assert!(Conduct::new().admit(&unpadded, now()));
    }

    #[test]
    fn what_the_library_cannot_bear_and_no_client_needs_does_not_pass() {
        let moves_the_count = [192, 194].map(|kind| chunk(kind, &[0x7f; 16]));
        for wrong in [
            data(0, b""),
            data(4, b"on stream 1024"),
            chunk(DATA, &[0; 4]),
            chunk(64, &[0; 20]),
            vec![DATA, 3, 0, 3],
            vec![DATA, 3, 0, 40, 1],
        ]
        .into_iter()
        .chain(moves_the_count)
        {
            assert!(!admits(std::slice::from_ref(&wrong)), "{wrong:?}");
            assert!(!admits(&[chunk(SACK, &[0; 12]), wrong]));
        }
        assert!(!Conduct::new().admit(&[0; COMMON_HEADER - 1], now()));
    }

    #[test]
    fn nobody_begins_an_association_or_closes_a_channel_without_end() {
        let clock = now();
        for (kind, most) in [(INIT, SCTP_OPENINGS), (RE_CONFIG, SCTP_RESETS)] {
            let mut conduct = Conduct::new();
            let often = |count: &u32| {
                let later = clock + Duration::from_secs(u64::from(*count));
                conduct.admit(&packet(&[chunk(kind, &[0; 16])]), later)
            };
            assert_eq!((0..2 * most).filter(often).count(), most as usize);
        }
    }

    #[test]
    fn a_flood_of_chunks_is_cut_to_the_rate_however_they_are_packed() {
        let clock = now();
        for together in [1, 16] {
            let mut conduct = Conduct::new();
            let flood = packet(&vec![data(0, b"a"); together]);
            let mut passed = |at| {
                let all = (0..8000).filter(|_| conduct.admit(&flood, at)).count();
                all * together
            };
            assert_eq!(passed(clock), SCTP_CHUNKS_AT_ONCE as usize);
            assert_eq!(passed(clock + 16 * SCTP_CHUNK_SPACING), 16);
        }
    }

    #[test]
    fn a_client_to_whom_nothing_can_be_promised_any_more_is_noticed() {
        let mut conduct = Conduct::new();
        conduct.note_sent(&promise(1));
        conduct.note_sent(&packet(&[chunk(HEARTBEAT, &[0; 8])]));
        assert!(!conduct.is_overfull);
        conduct.note_sent(&promise(0));
        assert!(conduct.is_overfull);
    }

    #[test]
    fn chunks_that_wait_to_be_delivered_are_counted_however_small_they_are() {
        let mut clock = now();
        let mut passes = |conduct: &mut Conduct, count: u32| {
            (0..count).all(|_| {
                clock += SCTP_CHUNK_SPACING;
                conduct.admit(&packet(&[data(0, b"a")]), clock)
            })
        };
        let mut conduct = Conduct::new();
        for _ in 0..3 {
            assert!(passes(&mut conduct, SCTP_CHUNKS_WAITING));
            conduct.note_sent(&promise(SCTP_RECEIVE_BUFFER));
        }
        assert!(passes(&mut conduct, SCTP_CHUNKS_WAITING));
        conduct.note_sent(&promise(SCTP_RECEIVE_BUFFER - 1));
        assert!(!conduct.is_overfull);
        assert!(passes(&mut conduct, 1));
        conduct.note_sent(&promise(SCTP_RECEIVE_BUFFER - 1));
        assert!(conduct.is_overfull);
    }
}
