//! A day of one voice and one picture in virtual time, through all that counts their packets on the
//! way through the gateway: the window that knows copies, the figures, the numbers they leave
//! under, and the reports. Every packet passes these; SRTP, which is most of the time, only those
//! around each wrap of their numbers and some between, as far apart as it can still tell.

use super::cipher::Master;
use super::packet::{put_header, read_header};
use super::reports::{Account, Reception, ReportClock};
use super::srtp::{Opener, Refused, Sealer};
use super::{Header, Packet, Profile};
use crate::sfu::codec::{Codec, CodecLine, Formats};
use crate::sfu::forward::{Forwarded, Outgoing};
use crate::sfu::ids::PeerKey;
use crate::sfu::layer::Layer;
use crate::sfu::offer::Kind;
use crate::sfu::published::Published;
use crate::sfu::quality::Figures;
use bytes::{Bytes, BytesMut};
use std::time::{Duration, Instant};

const DAY_SECONDS: u64 = 24 * 60 * 60;
/// Frames of a picture, each in as many packets: 260 a second of 1100 bytes, 2.3 Mb/s.
const FRAMES: u64 = 20;
const PARTS: u64 = 13;
const VOICES: u64 = 50;
/// What SRTP is shown: so many numbers on both sides of a wrap, and one of so many between.
const NEAR: u16 = 64;
const BETWEEN: u16 = 1 << 13;

/// The numbers of a voice and of a picture that come first.
const FIRST: [u16; 2] = [65_000, 65_001];

const SOURCE: PeerKey = PeerKey(1);
const KEYFRAME: &[u8] = &{
    let mut payload = [0; 1100];
    // VP8's shortest descriptor, and a keyframe of 640 × 480 (RFC 7741 §4.2, RFC 6386 §9.1).
    let begin = [0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01];
    let mut at = 0;
    while at < begin.len() {
        payload[at] = begin[at];
        at += 1;
    }
    payload
};
const DELTA: &[u8] = &{
    let mut payload = [0; 1100];
    (payload[0], payload[1]) = (0x10, 0x11);
    payload
};
const PART: &[u8] = &[0; 1100];
const VOICE: &[u8] = &[0; 80];

/// Seals at one end and opens at the other.
struct Way(Sealer, Opener);

impl Way {
    fn new() -> Self {
        let profile = Profile::Gcm128;
        let (key, salt) = ([7; 32], [9; 14]);
        let master = Master {
            profile,
            key: &key[..profile.key_bytes()],
            salt: &salt[..profile.salt_bytes()],
        };
        Self(Sealer::new(&master).unwrap(), Opener::new(&master).unwrap())
    }

    /// The packet comes as it left, and once.
    fn carry(&mut self, packet: &Packet) {
        let mut sealed = BytesMut::new();
        put_header(&mut sealed, &packet.header, None);
        let begin = sealed.len();
        sealed.extend_from_slice(&packet.payload);
        let number = packet.header.sequence_number;
        assert!(self.0.seal(&mut sealed, &packet.header, begin), "{number}");
        let mut copy = sealed.clone();
        let (header, _) = read_header(&sealed).unwrap();
        let end = self.1.open(&mut sealed, &header, begin);
        let end = end.unwrap_or_else(|refused| unreachable!("{number}: {refused:?}"));
        assert!(header == packet.header && sealed[begin..end] == packet.payload);
        let again = self.1.open(&mut copy, &header, begin);
        assert_eq!(again, Err(Refused::Replayed));
    }
}

/// One stream from its sender through the gateway to a receiver.
struct Stream {
    kind: Kind,
    next: Header,
    up: Way,
    published: Published,
    outgoing: Outgoing,
    down: Way,
    reception: Reception,
    account: Account,
    /// Held back, to come behind its successor.
    late: Option<Packet>,
    sent: u64,
    lost: u64,
    forwarded: u64,
    /// What the gateway makes of the numbers and timestamps.
    offset: Option<(u16, u32)>,
}

impl Stream {
    /// Its numbers begin shortly before a wrap, and so do its timestamps; so that no wrap falls
    /// between two seconds.
    fn new(kind: Kind) -> Self {
        let next = Header {
            payload_type: 96,
            sequence_number: FIRST[kind as usize],
            timestamp: u32::MAX - 100_000,
            ssrc: 5,
            ..Header::default()
        };
        let mut outgoing = Outgoing::new(kind, 9);
        outgoing.formats = Formats::of(&[
            CodecLine::new(Codec::Opus, 111, None),
            CodecLine::new(Codec::Vp8, 120, None),
        ]);
        outgoing.carry(Some(SOURCE));
        Self {
            kind,
            next,
            up: Way::new(),
            published: Published::default(),
            outgoing,
            down: Way::new(),
            reception: Reception::new(&next, kind.clock_rate()),
            account: Account::new(kind.clock_rate()),
            late: None,
            sent: 0,
            lost: 0,
            forwarded: 0,
            offset: None,
        }
    }

    /// Sends the next packet. At each wrap the last number of the picture comes behind the first,
    /// where both are of one frame; and the first of the voice does not come.
    fn send(&mut self, now: Instant, marker: bool, payload: &'static [u8]) {
        let header = Header {
            marker,
            ..self.next
        };
        self.sent += 1;
        self.next.sequence_number = header.sequence_number.wrapping_add(1);
        let packet = Packet {
            codec: match self.kind {
                Kind::Audio => Codec::Opus,
                Kind::Video => Codec::Vp8,
            },
            header,
            payload: Bytes::from_static(payload),
        };
        match (self.kind, header.sequence_number) {
            (Kind::Audio, 0) => self.lost += 1,
            (Kind::Video, u16::MAX) if !marker => self.late = Some(packet),
            _ => {
                self.arrive(now, &packet);
                if let Some(late) = self.late.take() {
                    self.arrive(now, &late);
                }
            }
        }
    }

    fn arrive(&mut self, now: Instant, packet: &Packet) {
        let header = &packet.header;
        let number = header.sequence_number;
        let is_sealed = number.wrapping_add(NEAR) < 2 * NEAR || number.is_multiple_of(BETWEEN);
        if is_sealed {
            self.up.carry(packet);
        }
        self.reception.note(header, now);
        let admitted = self.published.admit(now, self.kind, Layer::ONLY, packet);
        let admitted = admitted.unwrap_or_else(|| unreachable!("{number} is no copy"));
        assert!(!admitted.restarted, "{number}");
        let forwarded = self.outgoing.forward((SOURCE, Layer::ONLY), packet, now);
        let Forwarded::Packet { packet: out, .. } = forwarded else {
            unreachable!("{number} is not forwarded")
        };
        self.forwarded += 1;
        let offset = (
            out.header.sequence_number.wrapping_sub(number),
            out.header.timestamp.wrapping_sub(header.timestamp),
        );
        assert_eq!(*self.offset.get_or_insert(offset), offset, "{number}");
        self.account
            .note(out.header.timestamp, out.payload.len(), now);
        if is_sealed {
            self.down.carry(&out);
        }
    }

    /// The second's figures.
    fn read(&mut self, now: Instant) -> Option<Figures> {
        let stream = self.published.get_mut(self.kind, Layer::ONLY).unwrap();
        stream.meter.read(now)
    }

    /// Both reports of the second are about all that came and went since the beginning.
    fn check_reports(&mut self, clock: ReportClock, now: Instant) {
        let received = self.reception.report(now);
        let highest = u64::from(FIRST[self.kind as usize]) + self.sent - 1;
        // Of 32 bits: how often the numbers wrapped, and the highest.
        assert_eq!(u64::from(received.last_sequence_number), highest);
        assert_eq!(u64::from(received.total_lost), self.lost);
        assert_eq!(received.jitter, 0);
        let sent = self.account.report(9, clock, now).unwrap();
        assert_eq!(u64::from(sent.packet_count), self.forwarded);
        let (_, offset) = self.offset.unwrap();
        let since_start = sent.rtp_time.wrapping_sub(self.next.timestamp);
        assert_eq!(since_start, offset, "its clock goes on with the stream's");
    }
}

#[test]
fn a_day_of_voice_and_picture_goes_on_over_every_wrap_of_numbers_and_timestamps() {
    let start = crate::sfu::now();
    let (mut voice, mut picture) = (Stream::new(Kind::Audio), Stream::new(Kind::Video));
    let tick = Duration::from_millis(10);
    for second in 0..DAY_SECONDS {
        let lost_before = voice.lost;
        for step in 0..100 {
            let now = start + Duration::from_secs(second) + tick * step;
            if u64::from(step) % (100 / VOICES) == 0 {
                voice.send(now, false, VOICE);
                voice.next.timestamp = voice.next.timestamp.wrapping_add(960);
            }
            if u64::from(step) % (100 / FRAMES) == 0 {
                let is_first = second == 0 && step == 0;
                let first = if is_first { KEYFRAME } else { DELTA };
                for part in 0..PARTS {
                    let payload = if part == 0 { first } else { PART };
                    picture.send(now, part == PARTS - 1, payload);
                }
                picture.next.timestamp = picture.next.timestamp.wrapping_add(4500);
            }
        }
        let now = start + Duration::from_secs(second + 1);
        let figures = (voice.read(now), picture.read(now));
        if let (Some(voiced), Some(pictured)) = figures {
            // A gap counts as lost once it has been given time to close.
            assert!(voiced.lost_permille <= 20, "{second}: {voiced:?}");
            // What twenty frames a second are worth.
            let even = Figures {
                score: 80,
                fps: 20,
                width: 640,
                height: 480,
                kbps: 2288,
                ..Figures::default()
            };
            let is_reordered = pictured.missing_permille > 0;
            let expected = Figures {
                missing_permille: pictured.missing_permille,
                ..even
            };
            assert_eq!(pictured, expected, "{second}");
            assert!(!is_reordered || pictured.missing_permille <= 4);
        }
        for stream in [&mut voice, &mut picture] {
            stream.check_reports(ReportClock(start), now);
        }
        assert!(voice.lost - lost_before <= 1);
    }
    assert_eq!(picture.forwarded, DAY_SECONDS * FRAMES * PARTS);
    assert_eq!(voice.forwarded, DAY_SECONDS * VOICES - voice.lost);
    // How often the numbers have wrapped.
    let wraps =
        [&voice, &picture].map(|one| (u64::from(FIRST[one.kind as usize]) + one.sent) >> 16);
    assert_eq!((wraps, voice.lost), ([66, 343], 66));
}
