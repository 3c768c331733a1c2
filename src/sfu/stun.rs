//! Reads what routing needs out of a STUN message: the local user fragment, which names the peer a
//! datagram from an unknown address is for (RFC 8489 §5, RFC 8445 §7.2.2), and whether it nominates
//! its path. Nothing is authenticated here: ICE does that, with the password of the peer found.
//! Pure.

/// STUN's fixed header: type, length, magic cookie, transaction id.
const HEADER: usize = 20;
/// RFC 8489 §5.
const MAGIC_COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();
/// RFC 8489 §14.3.
const USERNAME: u16 = 0x0006;
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
    let mut attributes = is_stun(datagram).then(|| &datagram[HEADER..])?;
    loop {
        let (head, rest) = attributes.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if u16::from_be_bytes([head[0], head[1]]) == wanted {
            return rest.get(..length);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
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
        }
    }
}
