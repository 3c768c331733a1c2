//! Finds the packet that begins a VP8 keyframe (RFC 7741 §4.2 and §4.3). Pure.

/// True for the first packet of a keyframe: the first a decoder can begin with.
pub(crate) fn starts_keyframe(payload: &[u8]) -> bool {
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn no_bytes_make_the_detector_panic(
            payload in proptest::collection::vec(any::<u8>(), 0..20)
        ) {
            starts_keyframe(&payload);
        }
    }
}
