//! Redundant audio (RFC 2198): each packet repeats the frames before its own, so that a voice
//! stands one or two losses in a row without a word to anybody. Whoever does not take it is sent
//! the newest frame alone. Pure.

use bytes::Bytes;

/// Bytes of the header of a repeated block, and of the newest one's.
const REPEATED: usize = 4;
const NEWEST: usize = 1;

/// The newest frame; `None` where the lengths do not fit the packet.
pub(in crate::sfu) fn newest(payload: &Bytes) -> Option<Bytes> {
    let (mut at, mut repeated) = (0, 0);
    while payload.get(at)? & 0x80 != 0 {
        let [_, _, high, low] = *payload.get(at..)?.first_chunk::<REPEATED>()?;
        repeated += usize::from(high & 3) << 8 | usize::from(low);
        at += REPEATED;
    }
    let begin = at + NEWEST + repeated;
    (begin < payload.len()).then(|| payload.slice(begin..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A packet of these frames, the newest last.
    fn packet(frames: &[Vec<u8>]) -> Bytes {
        let (last, repeated) = frames.split_last().unwrap();
        let mut packet = Vec::new();
        for frame in repeated {
            let length = frame.len();
            packet.extend([0x80 | 111, 0x0f, (length >> 8) as u8, length as u8]);
        }
        packet.push(111);
        repeated.iter().for_each(|frame| packet.extend(frame));
        packet.extend(last);
        packet.into()
    }

    #[test]
    fn a_packet_without_a_frame_or_shorter_than_it_says_has_none() {
        let cut: [&[u8]; 5] = [
            &[],
            &[111],
            &[0x80 | 111, 0, 0],
            &[0x80 | 111, 0, 0, 5, 111, 1, 2, 3, 4, 5],
            &[0xff; 40],
        ];
        for payload in cut {
            assert_eq!(
                newest(&Bytes::copy_from_slice(payload)),
                None,
                "{payload:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_newest_frame_is_the_last_however_many_are_repeated(
            repeated in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 0..300), 0..4),
            last in proptest::collection::vec(any::<u8>(), 1..300),
        ) {
            let frames: Vec<Vec<u8>> = repeated.into_iter().chain([last.clone()]).collect();
            prop_assert_eq!(newest(&packet(&frames)), Some(Bytes::from(last)));
        }

        #[test]
        fn garbage_never_panics_and_never_grows(
            payload in proptest::collection::vec(any::<u8>(), 0..60)
        ) {
            let length = payload.len();
            if let Some(frame) = newest(&payload.into()) {
                prop_assert!(frame.len() < length);
            }
        }
    }
}
