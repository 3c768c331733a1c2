//! The codecs of an SDP description that are ours (RFC 8866 §6.6, RFC 8829 §5.2.1), and the same
//! description with no others, in another order. The library matches codecs in ways of its own
//! (rtc 0.21.1 takes H.264 by its name where the profile differs); it is given nothing to match.
//! Pure.

use super::{Codec, Format};
use crate::sfu::offer::Kind;

/// Payload types are seven bits (RFC 3550 §5.1).
const PAYLOAD_TYPES: usize = 128;

/// A codec of a description, as that numbers and describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodecLine {
    pub(crate) codec: Codec,
    pub(crate) format: Format,
    pub(crate) parameters: String,
}

impl CodecLine {
    /// As we describe it.
    pub(crate) fn new(codec: Codec, payload_type: u8, repair: Option<u8>) -> Self {
        Self {
            codec,
            format: Format {
                payload_type,
                repair,
            },
            parameters: codec.parameters().to_owned(),
        }
    }
}

/// The codecs of a description, each as it comes first, in the order of the media lines. All of
/// these are one bundle, in which a payload type means the same everywhere (RFC 8843 §10.1).
pub(crate) fn lines_of(sdp: &str) -> Vec<CodecLine> {
    let mut lines = Vec::new();
    let mut section: Option<Section<'_>> = None;
    for line in sdp.lines().map(str::trim_end) {
        if let Some(media) = line.strip_prefix("m=") {
            section
                .into_iter()
                .for_each(|section| section.add_to(&mut lines));
            section = Section::begin(media);
        } else if let Some(section) = &mut section {
            section.read(line);
        }
    }
    section
        .into_iter()
        .for_each(|section| section.add_to(&mut lines));
    let opus = lines.iter().find(|line| line.codec == Codec::Opus);
    let opus = opus.map(|line| line.format.payload_type);
    lines.retain(|line| line.codec != Codec::Red || repeats(&line.parameters, opus));
    lines
}

/// Whether redundant audio repeats this codec and no other (« 111/111 », RFC 2198 §5).
fn repeats(parameters: &str, codec: Option<u8>) -> bool {
    let mut blocks = parameters.split('/').map(payload_type);
    codec.is_some() && blocks.all(|block| block == codec)
}

/// A media line and what is said of its payload types.
struct Section<'a> {
    kind: Kind,
    formats: &'a str,
    names: [Option<&'a str>; PAYLOAD_TYPES],
    parameters: [Option<&'a str>; PAYLOAD_TYPES],
}

impl<'a> Section<'a> {
    fn begin(media: &'a str) -> Option<Self> {
        let (kind, formats) = read_media(media)?;
        Some(Self {
            kind,
            formats,
            names: [None; PAYLOAD_TYPES],
            parameters: [None; PAYLOAD_TYPES],
        })
    }

    fn read(&mut self, line: &'a str) {
        let read = |prefix| line.strip_prefix(prefix).and_then(numbered);
        if let Some((number, name)) = read("a=rtpmap:") {
            self.names[number].get_or_insert(name);
        } else if let Some((number, parameters)) = read("a=fmtp:") {
            self.parameters[number].get_or_insert(parameters);
        }
    }

    fn add_to(&self, lines: &mut Vec<CodecLine>) {
        for word in self.formats.split(' ') {
            let Some(payload_type) = payload_type(word) else {
                continue;
            };
            let place = usize::from(payload_type);
            let parameters = self.parameters[place].unwrap_or_default();
            let codec = self.names[place].and_then(|name| codec_of(self.kind, name, parameters));
            let Some(codec) = codec else { continue };
            let is_taken =
                |line: &CodecLine| line.codec == codec || line.format.payload_type == payload_type;
            if lines.iter().any(is_taken) {
                continue;
            }
            let repair = self.repair_of(payload_type);
            lines.push(CodecLine {
                codec,
                format: Format {
                    payload_type,
                    repair,
                },
                // We ask for in-band FEC, whatever was offered. The library takes parameters with
                // spaces between them for none.
                parameters: match codec {
                    Codec::Opus => codec.parameters().to_owned(),
                    _ => parameters.split_whitespace().collect(),
                },
            });
        }
    }

    /// The payload type that repairs another (RFC 4588 §8.6).
    fn repair_of(&self, repaired: u8) -> Option<u8> {
        let repairs = |number: &u8| {
            let place = usize::from(*number);
            let is_repair = self.names[place].is_some_and(|name| base_name(name) == "rtx")
                && self
                    .formats
                    .split(' ')
                    .any(|word| payload_type(word) == Some(*number));
            let apt = self.parameters[place].and_then(|all| parameter(all, "apt"));
            is_repair && apt.and_then(|apt| apt.parse().ok()) == Some(repaired)
        };
        (0..PAYLOAD_TYPES as u8).find(repairs)
    }
}

/// The description with only these codecs, in this order and with their parameters as read, which
/// an answer repeats; with `one_size` without simulcast (RFC 8853), so that no answer takes it. A
/// media line with none of the codecs stays as it is.
pub(in crate::sfu) fn rearranged(sdp: &str, order: &[CodecLine], one_size: bool) -> String {
    let mut out = String::with_capacity(sdp.len());
    // The payload types of the media line at hand, if it is one of ours.
    let mut kept: Option<Vec<u8>> = None;
    for line in sdp.lines().map(str::trim_end) {
        let is_of_sizes = line.starts_with("a=simulcast:") || line.starts_with("a=rid:");
        if one_size && is_of_sizes {
            continue;
        }
        if let Some(media) = line.strip_prefix("m=") {
            kept = read_media(media).and_then(|(_, formats)| kept_of(formats, order));
            if let Some(kept) = &kept {
                let description: Vec<&str> = line.split(' ').take(3).collect();
                out += &description.join(" ");
                for payload_type in kept {
                    out += &format!(" {payload_type}");
                }
                out += "\r\n";
                continue;
            }
        } else if let Some(kept) = &kept
            && let Some((name, number)) = about(line)
        {
            let is_kept = kept.iter().any(|kept| usize::from(*kept) == number);
            if !is_kept || name == "fmtp" {
                continue;
            }
            if name == "rtpmap"
                && let Some(parameters) = parameters_of(number, order)
            {
                out += &format!("a=fmtp:{number} {parameters}\r\n");
            }
        }
        out += line;
        out += "\r\n";
    }
    out
}

/// The parameters of a codec or of its repairs, if there are any.
fn parameters_of(number: usize, order: &[CodecLine]) -> Option<String> {
    order.iter().find_map(|line| {
        let Format {
            payload_type,
            repair,
        } = line.format;
        if usize::from(payload_type) == number {
            return Some(line.parameters.clone()).filter(|all| !all.is_empty());
        }
        let is_repair = repair.is_some_and(|repair| usize::from(repair) == number);
        is_repair.then(|| format!("apt={payload_type}"))
    })
}

/// Which of the payload types of a line stay, in their new order; `None`: none.
fn kept_of(formats: &str, order: &[CodecLine]) -> Option<Vec<u8>> {
    let of_line: Vec<u8> = formats.split(' ').filter_map(payload_type).collect();
    let kept: Vec<u8> = order
        .iter()
        .filter(|line| of_line.contains(&line.format.payload_type))
        .flat_map(|line| [Some(line.format.payload_type), line.format.repair])
        .flatten()
        .collect();
    (!kept.is_empty()).then_some(kept)
}

/// The kind and the payload types of a media line.
fn read_media(media: &str) -> Option<(Kind, &str)> {
    let mut words = media.splitn(4, ' ');
    let kind = match words.next()? {
        "audio" => Kind::Audio,
        "video" => Kind::Video,
        _ => return None,
    };
    let formats = words.nth(2)?;
    Some((kind, formats))
}

/// The attribute and the payload type that a line is about.
fn about(line: &str) -> Option<(&str, usize)> {
    let (name, value) = line.strip_prefix("a=")?.split_once(':')?;
    let is_about = matches!(name, "rtpmap" | "fmtp" | "rtcp-fb");
    let (number, _) = is_about.then(|| numbered(value)).flatten()?;
    Some((name, number))
}

/// A payload type and what is said of it.
fn numbered(value: &str) -> Option<(usize, &str)> {
    let (number, what) = value.split_once(' ')?;
    Some((usize::from(payload_type(number)?), what))
}

fn payload_type(word: &str) -> Option<u8> {
    let number: u8 = word.parse().ok()?;
    (usize::from(number) < PAYLOAD_TYPES).then_some(number)
}

/// The codec of this name, if its parameters are those we forward.
fn codec_of(kind: Kind, name: &str, parameters: &str) -> Option<Codec> {
    let base = base_name(name);
    let is_it = |codec: &Codec| codec.kind() == kind && codec.name().eq_ignore_ascii_case(base);
    let codec = Codec::ALL.into_iter().find(is_it)?;
    let is = |key, value| parameter(parameters, key).is_none_or(|said| said == value);
    let fits = match codec {
        Codec::Red | Codec::Opus | Codec::Vp8 => true,
        Codec::H264 => is_constrained_baseline(parameters),
        Codec::Vp9 => is("profile-id", "0"),
        Codec::Av1 => is("profile", "0"),
    };
    fits.then_some(codec)
}

/// Profile 66 with constraint 1, and packets that may be cut and put together (RFC 6184 §8.1,
/// table 5). The level may differ: each side sends what the other says it takes.
fn is_constrained_baseline(parameters: &str) -> bool {
    let profile = parameter(parameters, "profile-level-id");
    let profile = profile.and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let is_profile = profile.is_some_and(|id| id >> 16 == 0x42 && id & 0x4000 != 0);
    is_profile && parameter(parameters, "packetization-mode") == Some("1")
}

/// The codec's own name in « VP8/90000 ».
fn base_name(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// One of the parameters « key=value;key=value ».
fn parameter<'a>(parameters: &'a str, key: &str) -> Option<&'a str> {
    let pairs = parameters
        .split(';')
        .filter_map(|pair| pair.split_once('='));
    let mut of_key = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(key));
    of_key.next().map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The media lines of Chromium, shortened to what matters here.
    const OFFER: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63 0\r\n\
        a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n\
        a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
        a=fmtp:111 minptime=10;useinbandfec=0\r\na=rtpmap:0 PCMU/8000\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 127 102 103 98 99 100 45 46\r\n\
        a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n\
        a=fmtp:97 apt=96\r\na=rtpmap:127 H264/90000\r\n\
        a=fmtp:127 packetization-mode=0;profile-level-id=42e01f\r\n\
        a=rtpmap:102 H264/90000\r\n\
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n\
        a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102;rtx-time=3000\r\n\
        a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\na=rtpmap:99 rtx/90000\r\n\
        a=fmtp:99 apt=98\r\na=rtpmap:100 VP9/90000\r\na=fmtp:100 profile-id=2\r\n\
        a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n\
        a=rtpmap:46 rtx/90000\r\na=fmtp:46 apt=45\r\na=sendrecv\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n";

    fn numbers(lines: &[CodecLine]) -> Vec<(Codec, u8, Option<u8>)> {
        let number = |line: &CodecLine| (line.codec, line.format.payload_type, line.format.repair);
        lines.iter().map(number).collect()
    }

    #[test]
    fn the_codecs_of_a_browser_are_read_with_their_repairs_and_no_other_profiles() {
        let expected = [
            (Codec::Opus, 111, None),
            (Codec::Red, 63, None),
            (Codec::Vp8, 96, Some(97)),
            (Codec::H264, 102, Some(103)),
            (Codec::Vp9, 98, Some(99)),
            (Codec::Av1, 45, Some(46)),
        ];
        assert_eq!(numbers(&lines_of(OFFER)), expected);
    }

    #[test]
    fn rearranging_leaves_the_codecs_named_in_their_order_and_asks_for_fec() {
        let lines = lines_of(OFFER);
        let order = [3, 2, 1, 0].map(|line: usize| lines[line].clone());
        let out = rearranged(OFFER, &order, false);
        assert!(out.contains("m=video 9 UDP/TLS/RTP/SAVPF 102 103 96 97\r\n"));
        assert!(out.contains("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n"));
        assert!(out.contains("a=fmtp:111 minptime=10;useinbandfec=1\r\n"));
        assert!(out.contains("a=rtcp-fb:96 nack pli\r\n") && out.contains("a=sendrecv\r\n"));
        for gone in [
            "PCMU",
            "VP9",
            "AV1",
            "useinbandfec=0",
            "fmtp:127",
            "fmtp:46",
        ] {
            assert!(!out.contains(gone), "{gone}: {out}");
        }
        assert_eq!(lines_of(&out).len(), 4);
        assert!(out.ends_with("webrtc-datachannel\r\na=mid:2\r\n"));
    }

    #[test]
    fn simulcast_goes_where_one_size_is_wanted_and_stays_where_not() {
        let sizes = "a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n";
        let offer = OFFER.replace("a=sendrecv\r\n", &format!("a=sendrecv\r\n{sizes}"));
        let lines = lines_of(&offer);
        assert!(rearranged(&offer, &lines, false).contains(sizes));
        let one = rearranged(&offer, &lines, true);
        assert!(!one.contains("a=rid") && !one.contains("a=simulcast"));
    }

    #[test]
    fn redundant_audio_of_another_codec_is_not_taken() {
        for parameters in ["111/0", "0/0", "", "111/"] {
            let other = OFFER.replace("111/111", parameters);
            let codecs = lines_of(&other);
            assert!(
                codecs.iter().all(|line| line.codec != Codec::Red),
                "{parameters}"
            );
        }
    }

    #[test]
    fn a_line_without_any_of_ours_stays_as_it_is() {
        let other = "m=video 9 UDP/TLS/RTP/SAVPF 108\r\na=rtpmap:108 H265/90000\r\n";
        assert_eq!(rearranged(other, &lines_of(OFFER), false), other);
        assert_eq!(lines_of(other), []);
    }

    #[test]
    fn high_profile_is_not_taken_for_constrained_baseline() {
        for (id, fits) in [
            ("42e01f", true),
            ("42c01e", true),
            ("42001f", false),
            ("640c1f", false),
        ] {
            let parameters = format!("packetization-mode=1; profile-level-id={id}");
            assert_eq!(is_constrained_baseline(&parameters), fits, "{id}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_or_rearranging_panic(
            lines in proptest::collection::vec(
                "(m=video 9 X( [0-9]{1,3}){0,4}|a=(rtpmap|fmtp|rtcp-fb):[0-9]{1,3} \
                 (VP8|rtx|H264|apt=[0-9]{1,3})(/90000)?|\\PC{0,20})",
                0..30
            )
        ) {
            let sdp = lines.join("\r\n");
            let read = lines_of(&sdp);
            prop_assert!(read.len() <= Codec::ALL.len());
            prop_assert_eq!(numbers(&lines_of(&rearranged(&sdp, &read, false))), numbers(&read));
        }
    }
}
