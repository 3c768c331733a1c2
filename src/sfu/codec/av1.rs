//! What the aggregation header of an AV1 packet says (AOMedia « RTP Payload Format For AV1 » §4.4):
//! that a coded video sequence, and so a keyframe, begins with it, and its size, which the sequence
//! header says (AV1 specification §5.5). Pure.

use super::FrameStart;
use super::bits::Bits;

/// It goes on with an OBU of the packet before, and it begins a coded video sequence.
const CONTINUES: u8 = 0x80;
const SEQUENCE: u8 = 0x08;

/// The type of an OBU that describes the sequence (§6.2.2).
const SEQUENCE_HEADER: u8 = 1;

/// What a packet that can be the first of its frame says; `None` for one that goes on.
pub(super) fn read_start(payload: &[u8]) -> Option<FrameStart> {
    let (&first, obus) = payload.split_first()?;
    if first & CONTINUES != 0 || obus.is_empty() {
        return None;
    }
    let keyframe = first & SEQUENCE != 0;
    let counted = first >> 4 & 3;
    let size = if keyframe {
        read_size(counted, obus)
    } else {
        None
    };
    Some(FrameStart { keyframe, size })
}

/// True for the first packet of a keyframe.
pub(super) fn starts_keyframe(payload: &[u8]) -> bool {
    read_start(payload).is_some_and(|start| start.keyframe)
}

/// Of the first OBU, which has its length in front unless it is the only one that is counted.
fn read_size(counted: u8, obus: &[u8]) -> Option<(u16, u16)> {
    let obu = if counted == 1 {
        obus
    } else {
        // A sequence header is shorter than 128 bytes: its length has one.
        let (&length, rest) = obus.split_first()?;
        rest.get(..usize::from(length))?
    };
    let (&header, mut content) = obu.split_first()?;
    if header >> 3 & 0x0f != SEQUENCE_HEADER {
        return None;
    }
    let (has_extension, has_length) = (header & 4 != 0, header & 2 != 0);
    content = content.get(usize::from(has_extension) + usize::from(has_length)..)?;
    read_sequence_header(&mut Bits::new(content))
}

/// As far as the largest picture (§5.5.1), without timing, which no browser sends.
fn read_sequence_header(bits: &mut Bits<'_>) -> Option<(u16, u16)> {
    // Profile, and whether it is a still picture.
    bits.number(4)?;
    let is_reduced = bits.flag()?;
    if is_reduced {
        bits.number(5)?;
    } else {
        let (has_timing, has_delay) = (bits.flag()?, bits.flag()?);
        if has_timing || has_delay {
            return None;
        }
        for _ in 0..=bits.number(5)? {
            bits.number(12)?;
            let level = bits.number(5)?;
            if level > 7 {
                bits.flag()?;
            }
        }
    }
    let (width_bits, height_bits) = (bits.number(4)? + 1, bits.number(4)? + 1);
    let (width, height) = (bits.number(width_bits)?, bits.number(height_bits)?);
    let side = |less_one: u32| u16::try_from(less_one + 1).ok();
    Some((side(width)?, side(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a sequence of 640 × 480, level 3.0, and its content bit by bit.
    fn sequence_header() -> Vec<u8> {
        let fields = [(0, 4), (0, 1), (0, 2), (0, 5), (0, 12), (4, 5)];
        let sizes = [(9, 4), (8, 4), (639, 10), (479, 9)];
        let digits: Vec<u8> = fields
            .into_iter()
            .chain(sizes)
            .flat_map(|(number, bits)| (0..bits).rev().map(move |bit| (number >> bit & 1) as u8))
            .collect();
        let byte = |digits: &[u8]| {
            let filled = digits.iter().chain(std::iter::repeat(&0)).take(8);
            filled.fold(0_u8, |byte, digit| byte << 1 | digit)
        };
        let content: Vec<u8> = digits.chunks(8).map(byte).collect();
        [&[SEQUENCE_HEADER << 3], &content[..]].concat()
    }

    #[test]
    fn a_sequence_begins_with_its_header_and_says_its_size() {
        let header = sequence_header();
        let first_of_two = [&[0x28, header.len() as u8], &header[..], &[0x30, 1]].concat();
        let alone = [&[0x18], &header[..]].concat();
        for payload in [first_of_two, alone] {
            let start = read_start(&payload).unwrap();
            assert!(start.keyframe && starts_keyframe(&payload));
            assert_eq!(start.size, Some((640, 480)));
        }
    }

    #[test]
    fn what_goes_on_is_no_start_and_what_begins_no_sequence_no_keyframe() {
        assert_eq!(read_start(&[0x98, 0x30]), None);
        assert_eq!(read_start(&[0x18]), None, "without an OBU");
        let delta = FrameStart {
            keyframe: false,
            size: None,
        };
        assert_eq!(read_start(&[0x10, 0x30, 1]), Some(delta));
    }
}
