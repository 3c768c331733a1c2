//! What the first packet of a VP8 frame says: that it begins a frame, that this is a keyframe, and
//! of which size (RFC 7741 §4.2 and §4.3, RFC 6386 §9.1). Pure.

use super::FrameStart;

/// What the first packet of a frame says; `None` for a later one.
pub(super) fn read_start(payload: &[u8]) -> Option<FrameStart> {
    let frame = frame_start(payload)?;
    let keyframe = frame.first()? & 1 == 0;
    let size = if keyframe { read_size(frame) } else { None };
    Some(FrameStart { keyframe, size })
}

/// Behind the three bytes of the frame tag and the start code: fourteen bits each, with two of
/// scaling that a picture on a screen does not need (RFC 6386 §9.1).
fn read_size(frame: &[u8]) -> Option<(u16, u16)> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *frame.first_chunk::<10>()? else {
        return None;
    };
    let side = |low, high| u16::from_le_bytes([low, high]) & 0x3fff;
    Some((side(w0, w1), side(h0, h1)))
}

/// True for the first packet of a keyframe: the first a decoder can begin with.
pub(super) fn starts_keyframe(payload: &[u8]) -> bool {
    frame_start(payload).is_some_and(|frame| frame.first().is_some_and(|byte| byte & 1 == 0))
}

/// The VP8 frame bytes behind the payload descriptor, if this packet begins a frame.
fn frame_start(payload: &[u8]) -> Option<&[u8]> {
    let (&first, mut rest) = payload.split_first()?;
    let (start, partition) = (first & 0x10 != 0, first & 0x07);
    if !start || partition != 0 {
        return None;
    }
    if first & 0x80 == 0 {
        return Some(rest);
    }
    let (&extension, after) = rest.split_first()?;
    rest = after;
    if extension & 0x80 != 0 {
        let long_picture_id = rest.first()? & 0x80 != 0;
        rest = rest.get(if long_picture_id { 2 } else { 1 }..)?;
    }
    if extension & 0x40 != 0 {
        rest = rest.get(1..)?;
    }
    if extension & 0x30 != 0 {
        rest = rest.get(1..)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_is_found_behind_every_form_of_descriptor() {
        assert!(starts_keyframe(&[0x10, 0x50]));
        assert!(starts_keyframe(&[0x90, 0x80, 0x11, 0x50]));
        assert!(starts_keyframe(&[0x90, 0x80, 0x91, 0x22, 0x50]));
        assert!(starts_keyframe(&[0x90, 0xF0, 0x91, 0x22, 0x01, 0x20, 0x50]));
    }

    #[test]
    fn a_delta_frame_or_a_later_packet_is_no_keyframe_start() {
        assert!(!starts_keyframe(&[0x10, 0x51]));
        assert!(!starts_keyframe(&[0x00, 0x50]));
        assert!(!starts_keyframe(&[0x11, 0x50]));
    }

    #[test]
    fn a_cut_packet_is_no_keyframe_start() {
        assert!(!starts_keyframe(&[]));
        assert!(!starts_keyframe(&[0x10]));
        assert!(!starts_keyframe(&[0x90, 0xF0, 0x91]));
    }

    #[test]
    fn a_keyframe_says_its_size_and_no_other_frame_does() {
        let keyframe = [
            0x10, 0x50, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x42, 9,
        ];
        let size = Some((1280, 720));
        let keyframe_start = FrameStart {
            keyframe: true,
            size,
        };
        assert_eq!(read_start(&keyframe), Some(keyframe_start));
        let delta = FrameStart {
            keyframe: false,
            size: None,
        };
        assert_eq!(read_start(&[0x10, 0x51]), Some(delta));
        assert_eq!(read_start(&[0x00, 0x50]), None);
    }
}
