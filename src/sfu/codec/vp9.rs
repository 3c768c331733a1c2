//! What a VP9 payload descriptor says: that a frame begins, that it is a keyframe, and of which
//! size (RFC 9628 §4.2). Pure.

use super::FrameStart;

/// The first byte: a picture id follows, the picture is predicted, layer indices follow, they are
/// flexible, a frame begins, and the structure of layers follows.
const PICTURE_ID: u8 = 0x80;
const PREDICTED: u8 = 0x40;
const LAYERS: u8 = 0x20;
const FLEXIBLE: u8 = 0x10;
const BEGINS: u8 = 0x08;
const STRUCTURE: u8 = 0x02;

/// What the first packet of a frame says; `None` for a later one, or one of a higher spatial layer.
pub(super) fn read_start(payload: &[u8]) -> Option<FrameStart> {
    let (&first, mut rest) = payload.split_first()?;
    if first & BEGINS == 0 {
        return None;
    }
    if first & PICTURE_ID != 0 {
        let is_long = rest.first()? & 0x80 != 0;
        rest = rest.get(if is_long { 2 } else { 1 }..)?;
    }
    if first & LAYERS != 0 {
        let layers = rest.first()?;
        // The spatial layer stands in bits 1 to 3.
        if layers & 0x0e != 0 {
            return None;
        }
        rest = rest.get(if first & FLEXIBLE == 0 { 2 } else { 1 }..)?;
    }
    let keyframe = first & PREDICTED == 0;
    let has_structure = keyframe && first & STRUCTURE != 0;
    let size = if has_structure { read_size(rest) } else { None };
    Some(FrameStart { keyframe, size })
}

/// True for the first packet of a keyframe.
pub(super) fn starts_keyframe(payload: &[u8]) -> bool {
    read_start(payload).is_some_and(|start| start.keyframe)
}

/// The largest picture of the structure, which the last of the spatial layers has.
fn read_size(structure: &[u8]) -> Option<(u16, u16)> {
    let (&first, sizes) = structure.split_first()?;
    if first & 0x10 == 0 {
        return None;
    }
    let last = usize::from(first >> 5);
    let [w0, w1, h0, h1] = *sizes.get(last * 4..)?.first_chunk::<4>()?;
    Some((u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_of_a_browser_is_found_with_its_size() {
        // I, L and V with a long picture id, one layer of 640 × 360.
        let chromium = [
            0xaa, 0x81, 0x23, 0x00, 0x00, 0x18, 0x02, 0x80, 0x01, 0x68, 0x01, 0x04,
        ];
        let size = Some((640, 360));
        let keyframe = true;
        assert_eq!(read_start(&chromium), Some(FrameStart { keyframe, size }));
        // F as well, a short picture id and no structure.
        let flexible = [0xb8, 0x05, 0x00, 0x82];
        let size = None;
        assert_eq!(read_start(&flexible), Some(FrameStart { keyframe, size }));
    }

    #[test]
    fn predicted_later_and_higher_layers_packets_are_no_keyframe_start() {
        let delta = FrameStart {
            keyframe: false,
            size: None,
        };
        assert_eq!(read_start(&[0xe8, 0x05, 0x00, 0x01]), Some(delta));
        assert_eq!(
            read_start(&[0xa4, 0x05, 0x00, 0x01]),
            None,
            "the end of a keyframe"
        );
        assert_eq!(
            read_start(&[0xb8, 0x05, 0x02]),
            None,
            "the second spatial layer"
        );
        assert_eq!(read_start(&[0xa8, 0x85]), None, "cut");
    }
}
