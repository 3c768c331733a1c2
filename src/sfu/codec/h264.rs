//! What a packet of H.264 says (RFC 6184 §5): whether it can begin a frame, whether it brings the
//! parameters of the sequence, which stand in front of every keyframe of WebRTC, and the size in
//! them (ITU-T H.264 §7.3.2.1.1). Pure.
//!
//! A decoder can begin with the parameters, not with the keyframe behind them: when they were lost
//! and the keyframe came first, forwarding from there would show nothing to anybody.

use super::FrameStart;
use super::bits::Bits;

/// Types of NAL units (H.264 table 7-1, RFC 6184 table 1).
const PARAMETERS: u8 = 7;
const SEVERAL: u8 = 24;
const FRAGMENT: u8 = 28;

/// Beyond are types for which mode 1 has no use.
const SINGLE: std::ops::RangeInclusive<u8> = 1..=23;

/// Bytes of parameters that are read: constrained baseline has about twenty.
const PARAMETERS_MAX: usize = 64;

/// What a packet that can be the first of its frame says; `None` for one that goes on with a NAL
/// unit, or is none.
pub(super) fn read_start(payload: &[u8]) -> Option<FrameStart> {
    let (&first, rest) = payload.split_first()?;
    let parameters = match first & 0x1f {
        PARAMETERS => Some(rest),
        kind if SINGLE.contains(&kind) => None,
        SEVERAL => find_parameters(rest),
        FRAGMENT => {
            let header = rest.first()?;
            let begins = header & 0x80 != 0;
            if !begins {
                return None;
            }
            (header & 0x1f == PARAMETERS).then_some(&rest[1..])
        }
        _ => return None,
    };
    Some(FrameStart {
        keyframe: parameters.is_some(),
        size: parameters.and_then(read_size),
    })
}

/// True for a packet with the parameters of the sequence.
pub(super) fn starts_keyframe(payload: &[u8]) -> bool {
    read_start(payload).is_some_and(|start| start.keyframe)
}

/// In a packet of several NAL units (STAP-A, RFC 6184 §5.7.1), each behind its length.
fn find_parameters(mut units: &[u8]) -> Option<&[u8]> {
    while let Some((length, rest)) = units.split_first_chunk::<2>() {
        let (unit, behind) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if let Some((&first, content)) = unit.split_first()
            && first & 0x1f == PARAMETERS
        {
            return Some(content);
        }
        units = behind;
    }
    None
}

/// Width and height of baseline parameters, without what is cut off at the edges.
fn read_size(parameters: &[u8]) -> Option<(u16, u16)> {
    let plain = without_emulation(parameters);
    let bits = &mut Bits::new(&plain);
    let profile = bits.number(8)?;
    if !matches!(profile, 66 | 77 | 88) {
        return None;
    }
    // Constraints and level, the parameters' id, the length of frame numbers.
    bits.number(16)?;
    bits.golomb()?;
    bits.golomb()?;
    skip_picture_order(bits)?;
    // Reference frames, and whether numbers may be missing.
    bits.golomb()?;
    bits.flag()?;
    let width = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let units = bits.golomb()?.checked_add(1)?;
    let whole_frames = bits.flag()?;
    let height = units.checked_mul(if whole_frames { 16 } else { 32 })?;
    if !whole_frames {
        bits.flag()?;
    }
    bits.flag()?;
    let mut edges = [0; 4];
    if bits.flag()? {
        for edge in &mut edges {
            *edge = bits.golomb()?;
        }
    }
    // Colour has half the pixels each way.
    let [left, right, top, bottom] = edges.map(|edge| edge.saturating_mul(2));
    let side = |whole: u32, one: u32, other: u32| {
        u16::try_from(whole.checked_sub(one)?.checked_sub(other)?).ok()
    };
    Some((side(width, left, right)?, side(height, top, bottom)?))
}

/// One of three ways to say in which order pictures are shown.
fn skip_picture_order(bits: &mut Bits<'_>) -> Option<()> {
    match bits.golomb()? {
        0 => drop(bits.golomb()?),
        1 => {
            bits.flag()?;
            bits.golomb()?;
            bits.golomb()?;
            let offsets = bits.golomb()?;
            for _ in 0..offsets {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Without the bytes that keep start codes out (H.264 §7.4.1).
fn without_emulation(bytes: &[u8]) -> Vec<u8> {
    let mut plain: Vec<u8> = Vec::with_capacity(PARAMETERS_MAX);
    let mut zeros = 0;
    for &byte in bytes.iter().take(PARAMETERS_MAX) {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OpenH264's parameters for 640 × 480: constrained baseline, level 3.0.
    const SPS: [u8; 9] = [0x67, 0x42, 0xc0, 0x1e, 0x8c, 0x8d, 0x40, 0x50, 0x1e];

    fn start(keyframe: bool, size: Option<(u16, u16)>) -> Option<FrameStart> {
        Some(FrameStart { keyframe, size })
    }

    #[test]
    fn parameters_are_found_in_every_form_of_packet() {
        let picture_parameters = [0x68, 0xce, 0x3c, 0x80];
        let stap = [
            &[0x78, 0, 4],
            &picture_parameters[..],
            &[0, SPS.len() as u8],
            &SPS,
        ]
        .concat();
        let fragment = [&[0x7c, 0x87], &SPS[1..]].concat();
        for payload in [SPS.to_vec(), stap, fragment] {
            assert!(starts_keyframe(&payload), "{payload:x?}");
        }
    }

    #[test]
    fn a_keyframe_without_parameters_and_a_delta_frame_begin_nothing_for_a_decoder() {
        let idr_begins = [0x7c, 0x85, 0xb8];
        let delta = [0x41, 0x9a];
        for payload in [&idr_begins[..], &delta] {
            assert_eq!(read_start(payload), start(false, None));
        }
        let goes_on = [0x7c, 0x45, 0xb8];
        for payload in [&goes_on[..], &[0x7c], &[], &[0x79, 0, 0], &[0x1f]] {
            assert_eq!(read_start(payload), None, "{payload:x?}");
        }
        assert_eq!(read_start(&[0x78, 0, 9, 0x67]), start(false, None), "cut");
    }

    /// The digits of an Exp-Golomb number.
    fn golomb(number: u32) -> String {
        let digits = format!("{:b}", number + 1);
        "0".repeat(digits.len() - 1) + &digits
    }

    fn bytes(digits: &str) -> Vec<u8> {
        let byte = |digits: &[u8]| {
            let filled = digits.iter().chain(std::iter::repeat(&b'0')).take(8);
            filled.fold(0_u8, |byte, digit| byte << 1 | (digit - b'0'))
        };
        digits.as_bytes().chunks(8).map(byte).collect()
    }

    #[test]
    fn the_size_is_what_is_left_within_the_edges() {
        // Id, length of frame numbers, order 0 with its length, one reference frame, no gaps.
        let begin: String = [0, 0, 0, 4, 1].map(golomb).concat() + "0";
        // 80 × 46 macroblocks of whole frames, of which the last row is cut off.
        let size = golomb(79) + &golomb(45) + "11";
        let edges = "1".to_owned() + &[0, 0, 0, 8].map(golomb).concat();
        let content = bytes(&(begin + &size + &edges));
        let parameters = [&[0x67, 0x42, 0xe0, 0x1f], &content[..]].concat();
        assert_eq!(read_start(&parameters), start(true, Some((1280, 720))));
        assert_eq!(read_start(&parameters[..6]), start(true, None), "cut");
    }

    #[test]
    fn bytes_against_start_codes_are_no_part_of_the_numbers() {
        assert_eq!(
            without_emulation(&[0, 0, 3, 1, 0, 3, 0, 0, 3]),
            [0, 0, 1, 0, 3, 0, 0]
        );
    }
}
