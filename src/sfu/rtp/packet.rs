//! RTP packets as they lie in a datagram (RFC 3550 §5.1), read and written where they lie: the
//! header stays readable under SRTP. Pure.

use crate::sfu::codec::Codec;
use bytes::{BufMut, Bytes, BytesMut};
use std::ops::Range;

/// The fixed header.
pub(super) const FIXED: usize = 12;
const VERSION: u8 = 0x80;
const PADDING: u8 = 0x20;
const EXTENSION: u8 = 0x10;
const MARKER: u8 = 0x80;
/// A header extension of elements with one byte before them (RFC 8285 §4.2), and of two (§4.3,
/// whose last four bits are anything).
const ONE_BYTE: u16 = 0xBEDE;
const TWO_BYTES: u16 = 0x1000;
/// The largest id of the first form.
const MAX_ONE_BYTE_ID: u8 = 14;

/// What we keep of a header: contributors and extensions end with a hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence_number: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
}

/// A packet in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) codec: Codec,
    pub(crate) header: Header,
    pub(crate) payload: Bytes,
}

/// An RTP or RTCP packet among the protocols of one port (RFC 7983 §7), which are told apart by
/// the second byte (RFC 5761 §4).
pub(crate) fn is_media(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| first >> 6 == 2)
}

/// True for RTCP.
pub(super) fn is_rtcp(datagram: &[u8]) -> bool {
    datagram
        .get(1)
        .is_some_and(|kind| (192..=223).contains(kind))
}

/// A datagram's header and where its payload begins; `None`: no RTP.
pub(super) fn read_header(datagram: &[u8]) -> Option<(Header, usize)> {
    let (fixed, _) = datagram.split_first_chunk::<FIXED>()?;
    if fixed[0] >> 6 != 2 {
        return None;
    }
    let contributors = usize::from(fixed[0] & 0x0F);
    let mut end = FIXED + 4 * contributors;
    if fixed[0] & EXTENSION != 0 {
        let length = datagram.get(end + 2..end + 4)?;
        end += 4 + 4 * usize::from(u16::from_be_bytes([length[0], length[1]]));
    }
    let header = Header {
        marker: fixed[1] & MARKER != 0,
        payload_type: fixed[1] & !MARKER,
        sequence_number: u16::from_be_bytes([fixed[2], fixed[3]]),
        timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
        ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
    };
    (end <= datagram.len()).then_some((header, end))
}

/// The payload of a packet in the clear, without its padding; `None` when that is longer than it.
pub(super) fn payload(packet: &[u8], begin: usize) -> Option<Range<usize>> {
    let mut end = packet.len();
    if packet[0] & PADDING != 0 {
        end = end.checked_sub(usize::from(*packet.last()?))?;
    }
    (begin <= end).then_some(begin..end)
}

/// The two bytes of an extension that a header has under `id`, as transport-wide numbers are.
pub(super) fn number_of(datagram: &[u8], id: u8) -> Option<u16> {
    let element = element_of(datagram, id)?;
    element.first_chunk().copied().map(u16::from_be_bytes)
}

/// The extension that a header has under `id`.
pub(super) fn element_of(datagram: &[u8], id: u8) -> Option<&[u8]> {
    if datagram.first()? & EXTENSION == 0 {
        return None;
    }
    let begin = FIXED + 4 * usize::from(datagram[0] & 0x0F);
    let (head, rest) = datagram.get(begin..)?.split_first_chunk::<4>()?;
    let form = u16::from_be_bytes([head[0], head[1]]);
    let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let mut rest = rest.get(..4 * words)?;
    while let Some((&first, behind)) = rest.split_first() {
        // Padding between elements.
        if first == 0 {
            rest = behind;
            continue;
        }
        let (found, length, behind) = if form == ONE_BYTE {
            (first >> 4, usize::from(first & 0x0F) + 1, behind)
        } else if form & 0xFFF0 == TWO_BYTES {
            let (&length, behind) = behind.split_first()?;
            (first, usize::from(length), behind)
        } else {
            return None;
        };
        let element = behind.get(..length)?;
        if found == id {
            return Some(element);
        }
        rest = &behind[length..];
    }
    None
}

/// Writes a header, with a transport-wide number under an extension's id if there is one.
pub(super) fn put_header(to: &mut BytesMut, header: &Header, number: Option<(u8, u16)>) {
    let number = number.filter(|(id, _)| (1..=MAX_ONE_BYTE_ID).contains(id));
    to.put_u8(VERSION | if number.is_some() { EXTENSION } else { 0 });
    to.put_u8(header.payload_type | if header.marker { MARKER } else { 0 });
    to.put_u16(header.sequence_number);
    to.put_u32(header.timestamp);
    to.put_u32(header.ssrc);
    if let Some((id, number)) = number {
        to.put_u16(ONE_BYTE);
        to.put_u16(1);
        to.put_u8(id << 4 | 1);
        to.put_u16(number);
        to.put_u8(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> impl Strategy<Value = Header> {
        any::<(bool, u16, u32, u32)>().prop_map(|(marker, sequence_number, timestamp, ssrc)| {
            Header {
                marker,
                payload_type: 96,
                sequence_number,
                timestamp,
                ssrc,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(header in header(), id in 1_u8..15, number: u16) {
            let mut written = BytesMut::new();
            put_header(&mut written, &header, Some((id, number)));
            let begin = written.len();
            written.put_slice(b"picture");
            prop_assert_eq!(read_header(&written), Some((header, begin)));
            prop_assert_eq!(number_of(&written, id), Some(number));
            prop_assert_eq!(number_of(&written, id ^ 15), None);
            prop_assert_eq!(payload(&written, begin), Some(begin..begin + 7));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..80), id: u8
        ) {
            if let Some((_, begin)) = read_header(&bytes) {
                payload(&bytes, begin);
            }
            number_of(&bytes, id);
        }
    }

    #[test]
    fn a_number_is_found_among_other_extensions_in_either_form() {
        let packet = |form: [u8; 2], elements: &[u8]| {
            let mut packet = vec![0x91, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
            packet.extend([9; 4]);
            packet.extend(form);
            packet.extend([0, elements.len() as u8 / 4]);
            packet.extend(elements);
            packet
        };
        let one = packet([0xBE, 0xDE], &[0x10, 7, 0, 0x31, 0xAB, 0xCD, 0, 0]);
        assert_eq!(number_of(&one, 3), Some(0xABCD));
        assert_eq!(number_of(&one, 1), None, "one byte is no number");
        let two = packet([0x10, 0x05], &[1, 0, 3, 2, 0xAB, 0xCD, 0, 0]);
        assert_eq!(number_of(&two, 3), Some(0xABCD));
        assert_eq!(read_header(&two).unwrap().1, 28);
    }

    #[test]
    fn padding_is_no_payload_and_more_of_it_than_there_is_is_an_error() {
        let mut packet = vec![0xA0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 5, 5, 0, 0, 3];
        assert_eq!(payload(&packet, 12), Some(12..14));
        packet[16] = 6;
        assert_eq!(payload(&packet, 12), None);
    }
}
