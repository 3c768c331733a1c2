//! Reads what routing needs out of a STUN message: the local user fragment, which names the peer a
//! datagram from an unknown address is for (RFC 8489 §5, RFC 8445 §7.2.2), whether somebody who
//! knows that peer's password has signed it, and whether it nominates its path. Pure.

use ring::hmac;
use std::ops::Range;

/// STUN's fixed header: type, length, magic cookie, transaction id.
const HEADER: usize = 20;
const LENGTH: Range<usize> = 2..4;
/// An attribute's type and length, which stand before its value.
const ATTRIBUTE_HEAD: usize = 4;
/// RFC 8489 §5.
const MAGIC_COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();
/// RFC 8489 §14.3.
const USERNAME: u16 = 0x0006;
/// RFC 8489 §14.5; over all before it, as if the message ended with it.
const MESSAGE_INTEGRITY: u16 = 0x0008;
const INTEGRITY_BYTES: usize = 20;
/// RFC 8445 §16.1.
const USE_CANDIDATE: u16 = 0x0025;
/// A Binding request and its success response (RFC 8489 §5, §18.2).
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];

/// What a response has in common with its request.
pub(super) type TransactionId = [u8; 12];

/// True for a STUN message among the protocols of one port (RFC 7983 §7).
pub(super) fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= HEADER && datagram[0] <= 3 && datagram[4..8] == MAGIC_COOKIE
}

/// The receiver's user fragment of a STUN message with a USERNAME; `None` for anything else.
pub(super) fn local_ufrag(datagram: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(attribute(datagram, USERNAME)?).ok()?;
    name.split_once(':').map(|(local, _)| local)
}

/// The key by which messages to a peer with this password are signed (RFC 8489 §9.1.1).
pub(super) fn key_of(password: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes())
}

/// True when a message was signed with this key: whoever knows only the name has not.
pub(super) fn is_signed(datagram: &[u8], key: &hmac::Key) -> bool {
    let integrity = place_of(datagram, MESSAGE_INTEGRITY);
    let Some(integrity) = integrity.filter(|place| place.len() == INTEGRITY_BYTES) else {
        return false;
    };
    // A datagram's length fits.
    let length = (integrity.end - HEADER) as u16;
    let mut signed = datagram[..integrity.start - ATTRIBUTE_HEAD].to_vec();
    signed[LENGTH].copy_from_slice(&length.to_be_bytes());
    hmac::verify(key, &signed, &datagram[integrity]).is_ok()
}

/// The transaction of a Binding request.
pub(super) fn binding_request(datagram: &[u8]) -> Option<TransactionId> {
    transaction(datagram, BINDING_REQUEST)
}

/// The transaction that a success response answers.
pub(super) fn binding_success(datagram: &[u8]) -> Option<TransactionId> {
    transaction(datagram, BINDING_SUCCESS)
}

/// True when a request nominates the pair it came by.
pub(super) fn nominates(datagram: &[u8]) -> bool {
    attribute(datagram, USE_CANDIDATE).is_some()
}

fn transaction(datagram: &[u8], kind: [u8; 2]) -> Option<TransactionId> {
    if !is_stun(datagram) || datagram[..2] != kind {
        return None;
    }
    datagram[8..].first_chunk().copied()
}

/// The value of the first attribute of a kind.
fn attribute(datagram: &[u8], wanted: u16) -> Option<&[u8]> {
    datagram.get(place_of(datagram, wanted)?)
}

/// Where it lies; within the datagram.
fn place_of(datagram: &[u8], wanted: u16) -> Option<Range<usize>> {
    let mut at = is_stun(datagram).then_some(HEADER)?;
    loop {
        let head = datagram.get(at..)?.first_chunk::<ATTRIBUTE_HEAD>()?;
        at += ATTRIBUTE_HEAD;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if u16::from_be_bytes([head[0], head[1]]) == wanted {
            return (at + length <= datagram.len()).then_some(at..at + length);
        }
        at += length.next_multiple_of(4);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        message(0x0001, [0; 12], attributes)
    }

    /// A message without integrity.
    pub(in crate::sfu) fn message(
        kind: u16,
        transaction: TransactionId,
        attributes: &[(u16, &[u8])],
    ) -> Vec<u8> {
        let mut message = kind.to_be_bytes().to_vec();
        message.extend([0, 0]);
        message.extend(MAGIC_COOKIE);
        message.extend(transaction);
        for (kind, value) in attributes {
            message.extend(kind.to_be_bytes());
            message.extend((value.len() as u16).to_be_bytes());
            message.extend(*value);
            message.resize(message.len().next_multiple_of(4), 0);
        }
        message
    }

    /// The same, signed by somebody who knows the password.
    pub(in crate::sfu) fn signed(mut message: Vec<u8>, password: &str) -> Vec<u8> {
        let length = message.len() - HEADER + ATTRIBUTE_HEAD + INTEGRITY_BYTES;
        message[LENGTH].copy_from_slice(&(length as u16).to_be_bytes());
        let tag = hmac::sign(&key_of(password), &message);
        message.extend(MESSAGE_INTEGRITY.to_be_bytes());
        message.extend((INTEGRITY_BYTES as u16).to_be_bytes());
        message.extend(tag.as_ref());
        message
    }

    #[test]
    fn a_signature_is_checked_as_the_standard_shows() {
        // RFC 5769 §2.1, a request with an attribute behind the signature.
        let sample = "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c
            69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a683676
            59202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
        let digits: Vec<u8> = sample.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        let sample: Vec<u8> = digits.chunks(2).map(|pair| byte(pair).unwrap()).collect();
        let key = key_of("VOkJxbRl1RmTxUk/WvJxBt");
        assert!(is_signed(&sample, &key));
        assert!(!is_signed(&sample, &key_of("VOkJxbRl1RmTxUk/WvJxBs")));
        let signed_bytes = sample.len() - 8;
        for place in (0..signed_bytes).filter(|place| !LENGTH.contains(place)) {
            let mut changed = sample.clone();
            changed[place] ^= 1;
            assert!(!is_signed(&changed, &key), "byte {place}");
        }
        assert!(
            !is_signed(&request(&[(USERNAME, b"a:b")]), &key),
            "unsigned"
        );
    }

    #[test]
    fn the_fragment_before_the_colon_is_ours() {
        let message = request(&[(0x0024, &[0, 0, 0, 1]), (USERNAME, b"ours:theirs")]);
        assert_eq!(local_ufrag(&message), Some("ours"));
    }

    #[test]
    fn attributes_are_skipped_with_their_padding() {
        let message = request(&[(0x8022, b"agent"), (USERNAME, b"a:b")]);
        assert_eq!(local_ufrag(&message), Some("a"));
    }

    #[test]
    fn a_message_without_user_name_names_nobody() {
        assert_eq!(local_ufrag(&request(&[(0x8022, b"agent")])), None);
        assert_eq!(local_ufrag(&request(&[(USERNAME, b"no colon")])), None);
        assert_eq!(local_ufrag(b""), None);
    }

    #[test]
    fn a_request_that_nominates_and_its_answer_have_a_transaction_in_common() {
        let nomination = message(0x0001, [7; 12], &[(USE_CANDIDATE, &[]), (USERNAME, b"a:b")]);
        assert!(nominates(&nomination) && !nominates(&request(&[])));
        let answer = message(0x0101, [7; 12], &[]);
        assert_eq!(binding_request(&nomination), binding_success(&answer));
        assert!(binding_request(&answer).is_none() && binding_success(&nomination).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            local_ufrag(&bytes);
            let mut stun = request(&[]);
            stun.extend(bytes);
            local_ufrag(&stun);
            nominates(&stun);
            binding_request(&stun);
            is_signed(&stun, &key_of("password"));
        }
    }
}
