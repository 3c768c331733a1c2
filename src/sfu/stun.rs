//! Reads the local user fragment out of a STUN message: it names the peer a datagram from an
//! unknown address is for (RFC 8489 §5, RFC 8445 §7.2.2). Pure.

/// STUN's fixed header: type, length, magic cookie, transaction id.
const HEADER: usize = 20;
/// RFC 8489 §5.
const MAGIC_COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();
/// RFC 8489 §14.3.
const USERNAME: u16 = 0x0006;

/// The receiver's user fragment of a STUN message with a USERNAME; `None` for anything else. The
/// message is not authenticated here: ICE does that, with the password of the peer found.
pub(super) fn local_ufrag(datagram: &[u8]) -> Option<&str> {
    let (header, mut attributes) = datagram.split_at_checked(HEADER)?;
    if header[0] > 3 || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    loop {
        let (head, rest) = attributes.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if u16::from_be_bytes([head[0], head[1]]) == USERNAME {
            let name = std::str::from_utf8(rest.get(..length)?).ok()?;
            return name.split_once(':').map(|(local, _)| local);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn binding_request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
        message.resize(HEADER, 0);
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
        let message = binding_request(&[(0x0024, &[0, 0, 0, 1]), (USERNAME, b"ours:theirs")]);
        assert_eq!(local_ufrag(&message), Some("ours"));
    }

    #[test]
    fn attributes_are_skipped_with_their_padding() {
        let message = binding_request(&[(0x8022, b"agent"), (USERNAME, b"a:b")]);
        assert_eq!(local_ufrag(&message), Some("a"));
    }

    #[test]
    fn a_message_without_user_name_names_nobody() {
        assert_eq!(local_ufrag(&binding_request(&[(0x8022, b"agent")])), None);
        assert_eq!(
            local_ufrag(&binding_request(&[(USERNAME, b"no colon")])),
            None
        );
        assert_eq!(local_ufrag(b""), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            local_ufrag(&bytes);
            let mut stun = binding_request(&[]);
            stun.extend(bytes);
            local_ufrag(&stun);
        }
    }
}
