//! What an answer settled about packets: payload types, the layers of a picture, and the extensions
//! that carry transport-wide numbers and a layer's name. All lines of an offer are one bundle, in
//! which both mean the same everywhere (RFC 8843 §9.1, §10). Pure.

use crate::sfu::codec::{Formats, lines_of};
use crate::sfu::layer::{LAYERS, Layer};
use crate::sfu::offer::Kind;

/// The header extension of transport-wide numbers.
const NUMBER: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Those of a layer's name, in its own packets and in its repairs (RFC 8852 §3).
const LAYER: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED_LAYER: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Negotiated {
    /// The payload types of codecs and repairs.
    pub(crate) formats: Formats,
    /// By kind: the number's extension, where the client takes it.
    pub(crate) number_ids: [Option<u8>; 2],
    /// The names of a picture's layers, the smallest first; none of one that is sent once.
    pub(crate) layers: Vec<String>,
    /// The extensions of a layer's name: in its own packets, and in its repairs.
    pub(crate) layer_ids: [Option<u8>; 2],
}

impl Negotiated {
    /// Reads our answer.
    pub(crate) fn read(answer: &str) -> Self {
        let mut negotiated = Self {
            formats: Formats::of(&lines_of(answer)),
            ..Self::default()
        };
        let mut kind = None;
        for line in answer.lines().map(str::trim_end) {
            if let Some(media) = line.strip_prefix("m=") {
                kind = match media.split(' ').next() {
                    Some("audio") => Some(Kind::Audio),
                    Some("video") => Some(Kind::Video),
                    _ => None,
                };
            } else if let Some(kind) = kind {
                negotiated.read_attribute(kind, line);
            }
        }
        negotiated
    }

    fn read_attribute(&mut self, kind: Kind, line: &str) {
        if let Some(map) = line.strip_prefix("a=extmap:")
            && let Some((id, uri)) = map.split_once(' ')
        {
            let id = id.split('/').next().and_then(|id| id.parse().ok());
            let known = match uri.trim() {
                NUMBER => &mut self.number_ids[kind as usize],
                LAYER if kind == Kind::Video => &mut self.layer_ids[0],
                REPAIRED_LAYER if kind == Kind::Video => &mut self.layer_ids[1],
                _ => return,
            };
            *known = known.or(id);
        } else if let Some(lists) = line.strip_prefix("a=simulcast:")
            && kind == Kind::Video
            && self.layers.is_empty()
        {
            self.layers = received_layers(lists);
        }
    }

    /// The layer with this name.
    pub(super) fn layer_named(&self, name: &[u8]) -> Option<Layer> {
        let place = self.layers.iter().position(|own| own.as_bytes() == name)?;
        Layer::at(place)
    }
}

/// What follows `recv` (RFC 8853 §5.1): names between semicolons, alternatives between commas, of
/// which the first counts, and a tilde before what is paused.
fn received_layers(lists: &str) -> Vec<String> {
    let mut words = lists.split(' ').skip_while(|word| *word != "recv");
    let names = words.nth(1).unwrap_or_default().split(';');
    let first = names.filter_map(|names| names.split(',').next());
    let bare = first.map(|name| name.trim_start_matches('~').to_owned());
    bare.filter(|name| !name.is_empty()).take(LAYERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::codec::{Codec, CodecLine};

    #[test]
    fn payload_types_and_numbers_are_read_by_kind() {
        let answer = format!(
            "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=rtpmap:109 opus/48000/2\r\n\
                      m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\na=rtpmap:120 VP8/90000\r\n\
                      a=rtpmap:124 rtx/90000\r\na=fmtp:124 apt=120\r\n\
                      a=extmap:5/sendrecv {NUMBER}\r\n\
                      m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=rtpmap:1 VP8/90000\r\n"
        );
        let lines = [
            CodecLine::new(Codec::Opus, 109, None),
            CodecLine::new(Codec::Vp8, 120, Some(124)),
        ];
        let expected = Negotiated {
            formats: Formats::of(&lines),
            number_ids: [None, Some(5)],
            ..Negotiated::default()
        };
        assert_eq!(Negotiated::read(&answer), expected);
    }

    #[test]
    fn layers_are_read_in_their_order_with_the_extensions_that_name_them() {
        let answer = format!(
            "m=audio 9 X 109\r\na=extmap:1 {LAYER}\r\nm=video 9 X 120\r\n\
             a=extmap:10 {LAYER}\r\na=extmap:11/recvonly {REPAIRED_LAYER}\r\n\
             a=simulcast:send 9 recv q;~h,x;f;another\r\nm=video 9 X 120\r\n\
             a=simulcast:recv z\r\n"
        );
        let negotiated = Negotiated::read(&answer);
        assert_eq!(negotiated.layers, ["q", "h", "f"]);
        assert_eq!(negotiated.layer_ids, [Some(10), Some(11)]);
        assert_eq!(negotiated.layer_named(b"f"), Some(Layer(2)));
        assert_eq!(negotiated.layer_named(b"another"), None);
    }

    #[test]
    fn a_picture_that_is_sent_once_has_no_named_layers() {
        for lists in ["send q;h", "recv", "recv ;", "", "recvx q"] {
            let answer = format!("m=video 9 X 120\r\na=simulcast:{lists}\r\n");
            assert!(Negotiated::read(&answer).layers.is_empty(), "{lists}");
        }
    }
}
