//! What an answer settled about packets: payload types, and the extension that carries
//! transport-wide numbers. All lines of an offer are one bundle, in which both mean the same
//! everywhere (RFC 8843 §9.1, §10). Pure.

use crate::sfu::offer::Kind;

/// The header extension of transport-wide numbers.
const NUMBER: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Negotiated {
    /// By kind: Opus, VP8.
    pub(crate) payload_types: [Option<u8>; 2],
    /// Repairs of the picture (RFC 4588).
    pub(crate) repair: Option<u8>,
    /// By kind: the number's extension, where the client takes it.
    pub(crate) number_ids: [Option<u8>; 2],
}

impl Negotiated {
    /// Reads our answer; the first format of a kind is the one we forward.
    pub(crate) fn read(answer: &str) -> Self {
        let mut negotiated = Self::default();
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
        if let Some(map) = line.strip_prefix("a=rtpmap:")
            && let Some((payload_type, format)) = map.split_once(' ')
        {
            let payload_type = payload_type.parse().ok();
            let codec = format.split('/').next().unwrap_or_default();
            if codec.eq_ignore_ascii_case(kind.codec()) {
                let known = &mut self.payload_types[kind as usize];
                *known = known.or(payload_type);
            } else if codec.eq_ignore_ascii_case("rtx") {
                self.repair = self.repair.or(payload_type);
            }
        } else if let Some(map) = line.strip_prefix("a=extmap:")
            && let Some((id, uri)) = map.split_once(' ')
            && uri.trim() == NUMBER
        {
            let id = id.split('/').next().and_then(|id| id.parse().ok());
            let known = &mut self.number_ids[kind as usize];
            *known = known.or(id);
        }
    }

    /// The kind of media a payload type carries itself.
    pub(super) fn kind_of(&self, payload_type: u8) -> Option<Kind> {
        let is_this = |kind: &Kind| self.payload_types[*kind as usize] == Some(payload_type);
        Kind::ALL.into_iter().find(is_this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_types_and_numbers_are_read_by_kind() {
        let answer = format!(
            "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=rtpmap:109 opus/48000/2\r\n\
                      m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\na=rtpmap:120 VP8/90000\r\n\
                      a=rtpmap:124 rtx/90000\r\na=fmtp:124 apt=120\r\n\
                      a=extmap:5/sendrecv {NUMBER}\r\n\
                      m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=rtpmap:1 VP8/90000\r\n"
        );
        let negotiated = Negotiated::read(&answer);
        assert_eq!(
            negotiated,
            Negotiated {
                payload_types: [Some(109), Some(120)],
                repair: Some(124),
                number_ids: [None, Some(5)],
            }
        );
        assert_eq!(negotiated.kind_of(120), Some(Kind::Video));
        assert_eq!(negotiated.kind_of(124), None);
    }
}
