//! The readers of media, each as a function of any bytes (`crate::fuzz`): packets that nobody has
//! sealed, and what a client may seal.

use super::keys::masters;
use super::packet::{self, number_of, payload, put_header, read_header};
use super::{
    Header, Heard, KeySlot, MediaLink, Negotiated, Opener, Packet, Profile, REPORT_INTERVAL, Sealer,
};
use crate::sfu::codec::Codec;
use crate::sfu::fuzz::Script;
use crate::sfu::offer::Kind;
use bytes::{BufMut, Bytes, BytesMut};
use std::time::{Duration, Instant};

/// What our answers say.
const ANSWER: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n\
    a=fmtp:97 apt=96\r\na=extmap:3 \
    http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n";
/// What they say besides of a picture in layers.
const LAYERED: &str = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
    a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
    a=simulcast:recv q;h;f\r\n";
/// Our streams to the client.
const OURS: [u32; 2] = [100, 200];

/// The two ends of a connection after its handshake.
struct Ends {
    link: MediaLink,
    opener: Opener,
    sealer: Sealer,
    at: Instant,
}

impl Ends {
    fn new(profile: Profile, answer: &str) -> Self {
        let material = [7; super::keys::MATERIAL];
        let ends = masters(profile, &material);
        // `MATERIAL` is what the profile with the longest keys takes, and each key has its length.
        let [client, server] = ends.expect("the material is long enough");
        let streams = Kind::ALL.into_iter().zip(OURS);
        let (negotiated, at) = (Negotiated::read(answer), crate::sfu::now());
        let slot = KeySlot::filled(material);
        let mut link = MediaLink::new(slot, negotiated, [true; 2], streams, at);
        link.profile = Some(profile);
        link.take_keys();
        Self {
            link,
            // As above.
            opener: Opener::new(&server).expect("keys of the profile's length"),
            sealer: Sealer::new(&client).expect("keys of the profile's length"),
            at,
        }
    }

    fn receive(&mut self, datagram: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        self.link.receive(self.at, datagram, &mut heard);
        heard
    }

    /// A compound packet of RTCP that the client has sealed.
    fn report(&mut self, clear: &[u8]) {
        let mut datagram = BytesMut::from(clear);
        if self.sealer.seal_rtcp(&mut datagram) && packet::is_media(&datagram) {
            self.receive(&datagram);
        }
    }

    /// A packet with its number on the path and, under an id, the name of its layer.
    fn publish(&mut self, header: &Header, number: u16, (id, name): (u8, u8), payload: &[u8]) {
        let mut datagram = BytesMut::new();
        put_header(&mut datagram, header, Some((3, number)));
        // The last of the extension's padding makes room for one element more.
        datagram[15] = 2;
        datagram.truncate(datagram.len() - 1);
        datagram.put_slice(&[id << 4, name, 0, 0, 0]);
        let begin = datagram.len();
        datagram.put_slice(payload);
        if !self.sealer.seal(&mut datagram, header, begin) {
            return;
        }
        for heard in self.receive(&datagram) {
            if let Heard::Packet(.., heard) = heard {
                assert!(heard.payload.len() <= payload.len());
            }
        }
    }

    fn send(&mut self, stream: usize, sequence_number: u16) {
        let header = Header {
            payload_type: [111, 96][stream],
            sequence_number,
            ssrc: OURS[stream],
            ..Header::default()
        };
        let payload = Bytes::from_static(&[0x10; 300]);
        let packet = Packet {
            codec: [Codec::Opus, Codec::Vp8][stream],
            header,
            payload,
        };
        self.link.send(self.at, stream, &packet);
    }

    /// Lets time pass; whatever the link sends, the client can open.
    fn wait(&mut self, time: Duration) {
        self.at += time;
        self.link.handle_timeout(self.at);
        for mut datagram in self.link.take_queue() {
            let opened = if packet::is_rtcp(&datagram) {
                self.opener.open_rtcp(&mut datagram).is_ok()
            } else {
                read_header(&datagram).is_some_and(|(header, begin)| {
                    self.opener.open(&mut datagram, &header, begin).is_ok()
                })
            };
            assert!(opened);
        }
    }
}

/// Headers, padding and extensions lie within the packet.
pub(in crate::sfu) fn header(bytes: &[u8]) {
    let Some((&id, bytes)) = bytes.split_first() else {
        return;
    };
    number_of(bytes, id);
    if let Some((_, begin)) = read_header(bytes) {
        assert!(begin <= bytes.len());
        let within = payload(bytes, begin);
        assert!(within.is_none_or(|within| within.start == begin && within.end <= bytes.len()));
    }
}

/// Nothing that the client has not sealed has any effect, nor what it has once it is changed where
/// the input says. (The fuzzer finds the one packet that is sealed here: it sees what is compared.)
pub(in crate::sfu) fn forged(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let profile = Profile::ALL[usize::from(first) % Profile::ALL.len()];
    let mut ends = Ends::new(profile, ANSWER);
    let mut sealed = BytesMut::new();
    let header = Header {
        payload_type: 96,
        ..Header::default()
    };
    put_header(&mut sealed, &header, Some((3, 1)));
    let begin = sealed.len();
    sealed.put_slice(&[0x10; 20]);
    assert!(ends.sealer.seal(&mut sealed, &header, begin));
    let changed = sealed.iter().zip(bytes.iter().chain([&0; 80]));
    let changed: Vec<u8> = changed.map(|(byte, change)| byte ^ change).collect();
    let mut heard = Vec::new();
    for forged in [bytes, &changed] {
        if *forged != sealed[..] {
            assert!(!ends.link.receive(ends.at, forged, &mut heard));
        }
    }
    assert!(heard.is_empty());
}

/// Reports of a client to whom something was sent.
pub(in crate::sfu) fn rtcp(bytes: &[u8]) {
    let mut ends = Ends::new(Profile::Gcm128, ANSWER);
    for number in 0..20 {
        ends.send(usize::from(number % 2), number);
        ends.wait(Duration::from_millis(5));
    }
    ends.report(bytes);
    ends.wait(REPORT_INTERVAL);
    ends.report(bytes);
    ends.wait(REPORT_INTERVAL);
}

/// A whole conversation: media, repairs and reports of a client, and ours; with a picture in layers
/// if the input begins so.
pub(in crate::sfu) fn link(bytes: &[u8]) {
    let mut script = Script(bytes);
    let layered = script.byte().is_some_and(|first| first & 1 == 1);
    let answer = format!("{ANSWER}{}", if layered { LAYERED } else { "" });
    let mut ends = Ends::new(Profile::Gcm128, &answer);
    while let Some(step) = script.byte() {
        let number = u16::from(step >> 4);
        match step & 15 {
            0 => ends.report(script.piece().unwrap_or_default()),
            1 => ends.wait(Duration::from_millis(1 << number)),
            2 | 3 => ends.send(usize::from(step & 1), script.pair().unwrap_or_default()),
            kind => {
                let header = Header {
                    payload_type: [96, 97, 111, 50][usize::from(kind % 4)],
                    sequence_number: script.pair().unwrap_or_default(),
                    timestamp: u32::from(number) * 1500,
                    ssrc: u32::from(kind),
                    ..Header::default()
                };
                let name = (10 + (step >> 4 & 1), script.byte().unwrap_or_default());
                let number = script.pair().unwrap_or_default();
                ends.publish(&header, number, name, script.piece().unwrap_or_default());
            }
        }
    }
    ends.wait(REPORT_INTERVAL);
}
