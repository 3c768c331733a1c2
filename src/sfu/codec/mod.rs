//! The codecs that are forwarded: how SDP names each, and what the first bytes of a packet say of
//! the frame it is part of. Nothing is ever decoded. Pure; one file per codec of the picture.

mod av1;
mod bits;
mod h264;
mod lines;
pub(super) mod red;
mod vp8;
mod vp9;

pub(super) use lines::rearranged;
pub(crate) use lines::{CodecLine, lines_of};

use super::offer::Kind;

/// A codec, in the order in which they are preferred where nothing speaks against one: of the
/// picture first those that every browser encodes without help of its hardware (RFC 7742 §5 asks
/// for both), then those that cost a tablet's processor more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// The voice with the frames before it repeated (RFC 2198).
    Red,
    /// The voice (RFC 7587), with in-band FEC.
    #[default]
    Opus,
    /// RFC 7741.
    Vp8,
    /// Constrained baseline in packets of mode 1 (RFC 6184).
    H264,
    /// Profile 0 (RFC 9628).
    Vp9,
    /// Main profile (AOMedia's RTP payload format).
    Av1,
}

impl Codec {
    /// All, in order of preference.
    pub const ALL: [Self; 6] = [
        Self::Red,
        Self::Opus,
        Self::Vp8,
        Self::H264,
        Self::Vp9,
        Self::Av1,
    ];

    /// What it carries.
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Red | Self::Opus => Kind::Audio,
            Self::Vp8 | Self::H264 | Self::Vp9 | Self::Av1 => Kind::Video,
        }
    }

    /// As SDP names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Opus => "opus",
            Self::Vp8 => "VP8",
            Self::H264 => "H264",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
        }
    }

    /// The parameters a built-in client offers it with, as far as they do not name others. What
    /// we say of Opus in every answer: whoever speaks is to add in-band FEC (RFC 7587 §6.1).
    pub(crate) const fn parameters(self) -> &'static str {
        match self {
            Self::Opus => "minptime=10;useinbandfec=1",
            Self::Red | Self::Vp8 => "",
            Self::H264 => "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
            Self::Vp9 => "profile-id=0",
            Self::Av1 => "profile=0",
        }
    }
}

/// Some of the codecs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codecs(u8);

impl Codecs {
    /// What every client of ours has.
    pub const USUAL: Self = Self(1 << Codec::Opus as u8 | 1 << Codec::Vp8 as u8);

    /// None.
    pub(super) const NONE: Self = Self(0);

    /// One.
    pub(super) const fn only(codec: Codec) -> Self {
        Self(1 << codec as u8)
    }

    /// These and those.
    pub(super) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Of these.
    pub fn of(codecs: impl IntoIterator<Item = Codec>) -> Self {
        let bits = codecs.into_iter().map(|codec| 1 << codec as u8);
        Self(bits.fold(0, |all, bit| all | bit))
    }

    /// With one more.
    pub(crate) fn add(&mut self, codec: Codec) {
        self.0 |= 1 << codec as u8;
    }

    /// Whether it is one of them.
    pub const fn has(self, codec: Codec) -> bool {
        self.0 & (1 << codec as u8) != 0
    }

    /// Whether any carries this kind.
    pub(crate) fn have(self, kind: Kind) -> bool {
        let of_kind = |codec: &Codec| codec.kind() == kind && self.has(*codec);
        Codec::ALL.iter().any(of_kind)
    }
}

/// How a codec is numbered on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// The payload type of its packets.
    pub(crate) payload_type: u8,
    /// The payload type of its repairs (RFC 4588).
    pub(crate) repair: Option<u8>,
}

/// How the codecs of a connection are numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Formats([Option<Format>; Codec::ALL.len()]);

impl Formats {
    /// As these lines say.
    pub(crate) fn of(lines: &[CodecLine]) -> Self {
        let mut formats = Self::default();
        for line in lines {
            formats.0[line.codec as usize] = Some(line.format);
        }
        formats
    }

    /// Of one codec.
    pub(crate) fn get(&self, codec: Codec) -> Option<Format> {
        self.0[codec as usize]
    }

    /// The codec whose packets have this payload type.
    pub(crate) fn codec(&self, payload_type: u8) -> Option<Codec> {
        self.find(|format| format.payload_type == payload_type)
    }

    /// The codec whose repairs have this payload type.
    pub(crate) fn repaired(&self, payload_type: u8) -> Option<Codec> {
        self.find(|format| format.repair == Some(payload_type))
    }

    /// All that are numbered.
    pub(crate) fn codecs(&self) -> Codecs {
        Codecs::of(
            Codec::ALL
                .into_iter()
                .filter(|codec| self.get(*codec).is_some()),
        )
    }

    /// Whether any codec of the picture has repairs.
    pub(crate) fn have_repairs(&self) -> bool {
        self.0
            .iter()
            .flatten()
            .any(|format| format.repair.is_some())
    }

    fn find(&self, is_it: impl Fn(&Format) -> bool) -> Option<Codec> {
        let is_it = |codec: &Codec| self.get(*codec).as_ref().is_some_and(&is_it);
        Codec::ALL.into_iter().find(is_it)
    }
}

/// A packet that can be the first of its frame. VP8 and VP9 mark the first; with the others some
/// that come later look the same, so that the first of a frame is the earliest of those that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameStart {
    /// A decoder can begin with it.
    pub(super) keyframe: bool,
    /// Width and height, where it says so; only keyframes do.
    pub(super) size: Option<(u16, u16)>,
}

/// What a packet that can be the first of its frame says; `None` for any other.
pub(super) fn read_start(codec: Codec, payload: &[u8]) -> Option<FrameStart> {
    match codec {
        Codec::Red | Codec::Opus => None,
        Codec::Vp8 => vp8::read_start(payload),
        Codec::H264 => h264::read_start(payload),
        Codec::Vp9 => vp9::read_start(payload),
        Codec::Av1 => av1::read_start(payload),
    }
}

/// True for the first packet of a keyframe: the first a decoder can begin with.
pub(crate) fn starts_keyframe(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Red | Codec::Opus => false,
        Codec::Vp8 => vp8::starts_keyframe(payload),
        Codec::H264 => h264::starts_keyframe(payload),
        Codec::Vp9 => vp9::starts_keyframe(payload),
        Codec::Av1 => av1::starts_keyframe(payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formats_are_found_by_either_payload_type() {
        let line = |codec, payload_type, repair| CodecLine::new(codec, payload_type, repair);
        let lines = [
            line(Codec::Opus, 111, None),
            line(Codec::H264, 102, Some(103)),
        ];
        let formats = Formats::of(&lines);
        assert_eq!(formats.codec(102), Some(Codec::H264));
        assert_eq!(formats.codec(103), None);
        assert_eq!(formats.repaired(103), Some(Codec::H264));
        assert_eq!(formats.codecs(), Codecs::of([Codec::Opus, Codec::H264]));
        assert!(formats.codecs().have(Kind::Video) && !formats.codecs().has(Codec::Vp8));
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_detector_panic_and_both_agree_on_keyframes(
            payload in proptest::collection::vec(any::<u8>(), 0..80)
        ) {
            for codec in Codec::ALL {
                let start = read_start(codec, &payload);
                let says_keyframe = start.is_some_and(|start| start.keyframe);
                prop_assert_eq!(says_keyframe, starts_keyframe(codec, &payload));
            }
        }
    }
}
