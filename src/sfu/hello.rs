//! The client's hello before the library sees it, so that we choose the SRTP profile: rtc 0.21.1
//! takes the first of the client's that it knows, and browsers name AES-CM first, which costs us
//! several times as much. It chooses by the first hello, the one without a cookie, which is no part
//! of what the handshake authenticates (RFC 6347 §4.2.1): so the profiles in that one are put into
//! our order. The second must offer the same choice, or somebody on the way has meddled with the
//! first, and it is dropped. Pure.

use super::rtp::Profile;
use bytes::{BufMut, BytesMut};
use std::ops::Range;

/// Bytes of the longest hello. With post-quantum keys of two kinds one has 3 kB. What is longer is
/// left to the library, and its client gets no keys for media.
const MAX_HELLO_BYTES: usize = 8 * 1024;

/// A record in the clear (RFC 6347 §4.1: type, version, epoch, number, length).
const HANDSHAKE: u8 = 22;
const EPOCH: Range<usize> = 3..5;
const RECORD_LENGTH: Range<usize> = 11..13;
pub(super) const RECORD_HEADER: usize = 13;
/// A message in it (§4.2.2: type, length, number, the fragment's offset and length).
pub(super) const CLIENT_HELLO: u8 = 1;
pub(super) const MESSAGE_HEADER: usize = 12;
/// A hello's version and random (RFC 5246 §7.4.1.2), and the extension with the profiles (RFC 5764
/// §4.1.1).
const VERSION_AND_RANDOM: usize = 2 + 32;
const USE_SRTP: u16 = 14;

/// True for a datagram that begins with a whole header of a handshake's record in the clear and of
/// a message in it.
pub(super) fn is_plain_handshake(datagram: &[u8]) -> bool {
    datagram.len() >= RECORD_HEADER + MESSAGE_HEADER
        && datagram[0] == HANDSHAKE
        && datagram[EPOCH] == [0, 0]
}

/// What is known of a client's hellos.
#[derive(Debug, Default)]
pub(super) struct Hello {
    parts: Option<Parts>,
    chosen: Option<Profile>,
}

/// A hello of which fragments have come.
#[derive(Debug)]
struct Parts {
    number: u16,
    body: Vec<u8>,
    /// Which bytes are there.
    filled: Vec<bool>,
}

/// A fragment of a hello, alone in its record.
struct Fragment<'a> {
    record: &'a [u8; RECORD_HEADER],
    number: u16,
    /// Of the whole hello.
    length: usize,
    offset: usize,
    bytes: &'a [u8],
}

impl Hello {
    /// The profile the handshake settles on, which is the best the client has offered.
    pub(super) fn chosen(&self) -> Option<Profile> {
        self.chosen
    }

    /// Takes a datagram of a client that is not yet connected. What is to be handed to the library
    /// in its place, if a hello is in it: nothing until the hello is whole, then all of it at once.
    pub(super) fn take(&mut self, datagram: &[u8]) -> Option<Vec<BytesMut>> {
        if !is_plain_handshake(datagram) {
            return None;
        }
        let (mut others, mut hellos) = (BytesMut::new(), Vec::new());
        let mut is_hello = false;
        let mut rest = datagram;
        while !rest.is_empty() {
            let (record, behind) = rest.split_at(record_bytes(rest));
            rest = behind;
            if let Some(fragment) = Fragment::read(record) {
                is_hello = true;
                hellos.extend(self.add(&fragment));
            } else {
                others.put_slice(record);
            }
        }
        if !others.is_empty() {
            hellos.push(others);
        }
        is_hello.then_some(hellos)
    }

    /// Adds a fragment: the whole hello in a record of its own when it is the last.
    fn add(&mut self, fragment: &Fragment<'_>) -> Option<BytesMut> {
        let Fragment { number, length, .. } = *fragment;
        let is_begun = |parts: &Parts| parts.number == number && parts.body.len() == length;
        if !self.parts.as_ref().is_some_and(is_begun) {
            self.parts = Some(Parts {
                number,
                body: vec![0; length],
                filled: vec![false; length],
            });
        }
        let parts = self.parts.as_mut()?;
        let place = fragment.offset..fragment.offset + fragment.bytes.len();
        parts
            .body
            .get_mut(place.clone())?
            .copy_from_slice(fragment.bytes);
        parts.filled.get_mut(place)?.fill(true);
        if parts.filled.contains(&false) {
            return None;
        }
        let whole = self.parts.take()?;
        self.judge(fragment, whole)
    }

    fn judge(&mut self, last: &Fragment<'_>, mut hello: Parts) -> Option<BytesMut> {
        let offered = profiles(&hello.body).unwrap_or(0..0);
        let offered = &mut hello.body[offered];
        if hello.number == 0 {
            self.chosen = prefer(offered);
        } else if best(offered) != self.chosen {
            return None;
        }
        let length = (hello.body.len() as u32).to_be_bytes();
        let mut whole = BytesMut::from(&last.record[..RECORD_LENGTH.start]);
        whole.put_u16((MESSAGE_HEADER + hello.body.len()) as u16);
        whole.put_u8(CLIENT_HELLO);
        whole.put_slice(&length[1..]);
        whole.put_u16(hello.number);
        whole.put_slice(&[0; 3]);
        whole.put_slice(&length[1..]);
        whole.put_slice(&hello.body);
        Some(whole)
    }
}

/// Bytes of the first record, or of all there is where that is cut.
fn record_bytes(records: &[u8]) -> usize {
    let length = records.get(RECORD_LENGTH).map_or(records.len(), |length| {
        RECORD_HEADER + usize::from(u16::from_be_bytes([length[0], length[1]]))
    });
    length.min(records.len())
}

impl<'a> Fragment<'a> {
    /// Reads a record that holds a fragment of a hello and nothing else.
    fn read(record: &'a [u8]) -> Option<Self> {
        if !is_plain_handshake(record) {
            return None;
        }
        let (head, message) = record.split_first_chunk()?;
        let (header, bytes) = message.split_first_chunk::<MESSAGE_HEADER>()?;
        let number = |high, middle, low| {
            usize::from(header[high]) << 16
                | usize::from(header[middle]) << 8
                | usize::from(header[low])
        };
        let length = number(1, 2, 3);
        let is_whole = header[0] == CLIENT_HELLO
            && number(9, 10, 11) == bytes.len()
            && (1..=MAX_HELLO_BYTES).contains(&length);
        is_whole.then_some(Self {
            record: head,
            number: u16::from_be_bytes([header[4], header[5]]),
            length,
            offset: number(6, 7, 8),
            bytes,
        })
    }
}

/// Where the profiles lie in a hello.
fn profiles(hello: &[u8]) -> Option<Range<usize>> {
    let byte = |at: usize| hello.get(at).copied().map(usize::from);
    let pair = |at: usize| Some(byte(at)? << 8 | byte(at + 1)?);
    let mut at = VERSION_AND_RANDOM;
    // The session and the cookie, then the ciphers, then the compressions.
    at += 1 + byte(at)?;
    at += 1 + byte(at)?;
    at += 2 + pair(at)?;
    at += 1 + byte(at)?;
    let end = at + 2 + pair(at)?;
    at += 2;
    while at + 4 <= end {
        if pair(at)? == usize::from(USE_SRTP) {
            let list = at + 6..at + 6 + pair(at + 4)?;
            return (list.end <= hello.len()).then_some(list);
        }
        at += 4 + pair(at + 2)?;
    }
    None
}

/// Puts profiles into our order, those we do not speak at the end: the first that we do.
fn prefer(offered: &mut [u8]) -> Option<Profile> {
    let (pairs, _) = offered.as_chunks_mut::<2>();
    let rank = |pair: &[u8; 2]| {
        let profile = Profile::of(u16::from_be_bytes(*pair));
        let place = Profile::ALL.iter().position(|ours| Some(*ours) == profile);
        place.unwrap_or(Profile::ALL.len())
    };
    pairs.sort_by_key(rank);
    best(offered)
}

/// The best of those offered.
fn best(offered: &[u8]) -> Option<Profile> {
    let (pairs, _) = offered.as_chunks::<2>();
    let is_offered = |profile: &Profile| pairs.contains(&profile.id().to_be_bytes());
    Profile::ALL.into_iter().find(is_offered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CM: [u8; 2] = [0, 1];
    const CM_SHORT: [u8; 2] = [0, 2];
    const GCM: [u8; 2] = [0, 7];
    const GCM_256: [u8; 2] = [0, 8];

    /// A hello's body that offers these profiles.
    fn hello(profiles: &[[u8; 2]], cookie: &[u8]) -> Vec<u8> {
        let list = profiles.concat();
        let mut body = vec![254, 253];
        body.extend([7; 32]);
        body.extend([0, cookie.len() as u8]);
        body.extend(cookie);
        body.extend([0, 2, 0xc0, 0x2b, 1, 0]);
        // One extension stands before: of extended master secrets.
        body.extend([0, 4 + 4 + 3 + list.len() as u8, 0, 23, 0, 0]);
        body.extend([0, 14, 0, 3 + list.len() as u8, 0, list.len() as u8]);
        body.extend(list);
        body.push(0);
        body
    }

    /// Records with `body` as fragments of so many bytes.
    fn records(number: u8, body: &[u8], bytes: usize) -> Vec<Vec<u8>> {
        let fragment = |(count, part): (usize, &[u8])| {
            let length = 12 + part.len() as u8;
            let mut record = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, count as u8, 0, length];
            record.extend([1, 0, 0, body.len() as u8, 0, number]);
            record.extend([0, 0, (count * bytes) as u8, 0, 0, part.len() as u8]);
            record.extend(part);
            record
        };
        body.chunks(bytes).enumerate().map(fragment).collect()
    }

    fn is_whole(taken: Option<Vec<BytesMut>>, number: u8, body: &[u8]) -> bool {
        let whole = records(number, body, 255).remove(0);
        taken.is_some_and(|taken| {
            let [taken] = &taken[..] else { return false };
            taken[..3] == whole[..3] && taken[11..] == whole[11..]
        })
    }

    #[test]
    fn our_order_of_profiles_wins_in_the_first_hello_alone() {
        let orders = [
            (
                vec![CM, GCM, GCM_256],
                vec![GCM, GCM_256, CM],
                Some(Profile::Gcm128),
            ),
            (
                vec![CM_SHORT, CM, GCM_256],
                vec![GCM_256, CM, CM_SHORT],
                Some(Profile::Gcm256),
            ),
            (vec![CM_SHORT, CM], vec![CM, CM_SHORT], Some(Profile::Cm)),
            (vec![CM_SHORT], vec![CM_SHORT], None),
        ];
        for (theirs, ours, chosen) in orders {
            let mut taking = Hello::default();
            let first = &records(0, &hello(&theirs, b""), 255)[0];
            assert!(is_whole(taking.take(first), 0, &hello(&ours, b"")));
            assert_eq!(taking.chosen(), chosen);
            let second = hello(&theirs, b"cookie");
            let taken = taking.take(&records(1, &second, 255)[0]);
            assert!(is_whole(taken, 1, &second), "not a byte may differ");
        }
    }

    #[test]
    fn fragments_are_kept_until_all_are_there_in_whatever_order_they_come() {
        let mut taking = Hello::default();
        let body = hello(&[CM, GCM], b"");
        let mut fragments = records(0, &body, 10);
        fragments.reverse();
        let last = fragments.pop().unwrap();
        for fragment in fragments.iter().chain(&fragments) {
            assert_eq!(taking.take(fragment), Some(vec![]));
        }
        let ordered = hello(&[GCM, CM], b"");
        assert!(is_whole(taking.take(&last), 0, &ordered));
        // The client asks again, with both fragments in one datagram.
        let again = records(0, &body, body.len() / 2 + 1).concat();
        assert!(is_whole(taking.take(&again), 0, &ordered));
    }

    /// What a client said, by turns with the gateway: who, how many bytes, and the bytes.
    fn said(mut script: &[u8]) -> Vec<&[u8]> {
        let mut datagrams = Vec::new();
        while let Some((&[who, high, low], behind)) = script.split_first_chunk() {
            let (datagram, rest) = behind.split_at(usize::from(u16::from_be_bytes([high, low])));
            datagrams.extend((who & 1 == 0).then_some(datagram));
            script = rest;
        }
        datagrams
    }

    /// The profiles in a record with a whole hello, as they stand there.
    fn listed(record: &[u8]) -> &[u8] {
        let body = &record[RECORD_HEADER + MESSAGE_HEADER..];
        &body[profiles(body).unwrap()]
    }

    /// Firefox offers these from version 148 on, Chromium from 124 on: X25519MLKEM768, with which a
    /// hello fits into no single datagram (dimpl #87, libdatachannel #1520).
    #[test]
    fn browsers_hellos_of_1400_bytes_with_post_quantum_keys_get_aes_gcm_as_small_ones_do() {
        const ML_KEM: [u8; 2] = 0x11ec_u16.to_be_bytes();
        let small = said(include_bytes!(
            "../../tests/fuzz/corpus/handshake/webrtc-rs"
        ));
        assert!(small[0].len() < 200);
        let mut taking = Hello::default();
        let whole = taking.take(small[0]).unwrap();
        assert_eq!(listed(&whole[0])[..2], GCM);
        assert_eq!(taking.chosen(), Some(Profile::Gcm128));
        let large = [
            &include_bytes!("../../tests/fuzz/corpus/handshake/chromium")[..],
            include_bytes!("../../tests/fuzz/corpus/handshake/firefox"),
        ];
        for (script, (least, firsts)) in large.into_iter().zip([(1413, 3), (1413, 2)]) {
            let datagrams = said(script);
            let mut seen = 0;
            for pair in datagrams.windows(2) {
                let [Some(first), Some(second)] = [pair[0], pair[1]].map(Fragment::read) else {
                    continue;
                };
                if first.offset != 0 || second.offset != first.bytes.len() || first.number != 0 {
                    continue;
                }
                seen += 1;
                assert!((least..=1481).contains(&first.length), "{}", first.length);
                for order in [[pair[0], pair[1]], [pair[1], pair[0]]] {
                    let mut taking = Hello::default();
                    assert_eq!(taking.take(order[0]), Some(vec![]));
                    let whole = taking.take(order[1]).unwrap();
                    assert_eq!(whole.len(), 1);
                    assert!(whole[0].windows(2).any(|word| word == ML_KEM));
                    assert_eq!(listed(&whole[0])[..2], GCM);
                    assert_eq!(taking.chosen(), Some(Profile::Gcm128));
                }
            }
            assert_eq!(seen, firsts);
        }
    }

    #[test]
    fn a_second_hello_that_offers_another_choice_is_dropped() {
        let mut taking = Hello::default();
        taking.take(&records(0, &hello(&[CM], b""), 255)[0]);
        let second = &records(1, &hello(&[CM, GCM], b"cookie"), 255)[0];
        assert_eq!(taking.take(second), Some(vec![]));
        let as_first = &records(1, &hello(&[CM], b"cookie"), 255)[0];
        assert!(taking.take(as_first).is_some_and(|taken| taken.len() == 1));
    }

    #[test]
    fn what_is_no_hello_is_handed_over_as_it_is() {
        let mut taking = Hello::default();
        let mut other = records(2, b"client's key", 255).remove(0);
        other[13] = 16;
        assert_eq!(taking.take(&other), None);
        assert_eq!(taking.take(b""), None);
        assert_eq!(taking.take(&[23; 100]), None);
        let body = hello(&[GCM], b"");
        let both = [&other[..], &records(0, &body, 255)[0]].concat();
        let taken = taking.take(&both).unwrap();
        assert_eq!((taken.len(), &taken[1][..]), (2, &other[..]));
        let mut huge = records(0, &body, 255).remove(0);
        huge[14] = 1;
        assert_eq!(taking.take(&huge), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0..200_usize
        ) {
            let mut taking = Hello::default();
            taking.take(&bytes);
            profiles(&bytes);
            let mut whole = records(0, &hello(&[CM, GCM], b""), 255).remove(0);
            let cut = cut.min(whole.len());
            bytes.truncate(whole.len() - cut);
            whole.truncate(cut);
            whole.extend(bytes);
            taking.take(&whole);
        }
    }
}
