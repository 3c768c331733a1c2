//! A link against a client that is made of the other end's keys.

use super::keys::{MATERIAL, masters};
use super::packet::{number_of, payload, put_header, read_header};
use super::*;
use crate::sfu::codec::{Codec, CodecLine, Formats};
use bytes::{BufMut, Bytes};
use proptest::prelude::*;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack};

const MS: Duration = Duration::from_millis(1);
const THEIRS: u32 = 7;
const OURS: [u32; 2] = [100, 200];

/// VP8 is 96 and its repairs 97, H.264 102 and 103.
pub(in crate::sfu) fn types() -> Negotiated {
    let lines = [
        CodecLine::new(Codec::Opus, 111, None),
        CodecLine::new(Codec::Vp8, 96, Some(97)),
        CodecLine::new(Codec::H264, 102, Some(103)),
    ];
    Negotiated {
        formats: Formats::of(&lines),
        number_ids: [None, Some(3)],
        layers: Vec::new(),
        layer_ids: [Some(10), Some(11)],
    }
}

/// The other end.
pub(in crate::sfu) struct Client {
    opener: Opener,
    sealer: Sealer,
    number: u16,
}

/// A packet that reached the client: its header, number and payload.
pub(in crate::sfu) type Arrived = (Header, Option<u16>, Bytes);

/// A link before the end of the handshake, and its client behind it.
fn ends(publishes: [bool; 2]) -> (MediaLink, Client, Instant) {
    let streams = Kind::ALL.into_iter().zip(OURS);
    let now = crate::sfu::now();
    let (link, client) = ends_with(publishes, streams, now);
    (link, client, now)
}

/// The same, with such streams of ours.
pub(in crate::sfu) fn ends_with(
    publishes: [bool; 2],
    streams: impl Iterator<Item = (Kind, u32)>,
    now: Instant,
) -> (MediaLink, Client) {
    let material: [u8; MATERIAL] = std::array::from_fn(|place| place as u8);
    let [client, server] = masters(Profile::Gcm128, &material).unwrap();
    let client = Client {
        opener: Opener::new(&server).unwrap(),
        sealer: Sealer::new(&client).unwrap(),
        number: 0,
    };
    let mut link = MediaLink::new(KeySlot::filled(material), types(), publishes, streams, now);
    link.profile = Some(Profile::Gcm128);
    (link, client)
}

/// Both ends after the handshake.
fn connected() -> (MediaLink, Client, Instant) {
    let (mut link, client, now) = ends([true; 2]);
    link.take_keys();
    (link, client, now)
}

fn header(payload_type: u8, sequence_number: u16, ssrc: u32) -> Header {
    Header {
        marker: true,
        payload_type,
        sequence_number,
        timestamp: u32::from(sequence_number) * 3000,
        ssrc,
    }
}

fn packet(sequence_number: u16) -> Packet {
    Packet {
        codec: Codec::Vp8,
        header: header(96, sequence_number, OURS[1]),
        payload: Bytes::from(vec![sequence_number as u8; 1000]),
    }
}

impl Client {
    /// A datagram with the next number on its path.
    fn sealed(&mut self, header: &Header, payload: &[u8]) -> BytesMut {
        let mut datagram = BytesMut::new();
        put_header(&mut datagram, header, Some((3, self.number)));
        self.number += 1;
        let begin = datagram.len();
        datagram.put_slice(payload);
        assert!(self.sealer.seal(&mut datagram, header, begin));
        datagram
    }

    fn sends(&mut self, link: &mut MediaLink, now: Instant, header: &Header, payload: &[u8]) {
        let datagram = self.sealed(header, payload);
        link.receive(now, &datagram, &mut Vec::new());
    }

    /// A datagram of this report.
    pub(in crate::sfu) fn sealed_report(&mut self, clear: &[u8]) -> BytesMut {
        let mut datagram = BytesMut::from(clear);
        assert!(self.sealer.seal_rtcp(&mut datagram));
        datagram
    }

    fn reports(&mut self, link: &mut MediaLink, now: Instant, clear: &[u8]) -> Vec<Heard> {
        let datagram = self.sealed_report(clear);
        let mut heard = Vec::new();
        link.receive(now, &datagram, &mut heard);
        heard
    }

    /// What the link has sent.
    fn takes(&mut self, link: &mut MediaLink) -> (Vec<Arrived>, Vec<Box<dyn rtcp::Packet>>) {
        self.opens(link.take_queue())
    }

    /// What is in these datagrams.
    pub(in crate::sfu) fn opens(
        &mut self,
        datagrams: impl Iterator<Item = BytesMut>,
    ) -> (Vec<Arrived>, Vec<Box<dyn rtcp::Packet>>) {
        let (mut media, mut reports) = (Vec::new(), Vec::new());
        for mut datagram in datagrams {
            if packet::is_rtcp(&datagram) {
                let end = self.opener.open_rtcp(&mut datagram).unwrap();
                let mut clear = datagram.freeze().slice(..end);
                reports.extend(rtcp::packet::unmarshal(&mut clear).unwrap());
                continue;
            }
            let (header, begin) = read_header(&datagram).unwrap();
            let end = self.opener.open(&mut datagram, &header, begin).unwrap();
            let body = payload(&datagram[..end], begin).unwrap();
            let number = number_of(&datagram, 3);
            media.push((header, number, datagram.freeze().slice(body)));
        }
        (media, reports)
    }
}

pub(in crate::sfu) fn of_type<T: 'static>(reports: &[Box<dyn rtcp::Packet>]) -> Vec<&T> {
    let any = reports.iter().map(|report| report.as_any());
    any.filter_map(|report| report.downcast_ref()).collect()
}

fn heard(link: &mut MediaLink, now: Instant, datagram: &[u8]) -> Vec<Heard> {
    let mut heard = Vec::new();
    link.receive(now, datagram, &mut heard);
    heard
}

#[test]
fn nothing_is_sent_before_the_handshake_and_everything_goes_through_after_it() {
    let (mut link, mut client, now) = ends([true; 2]);
    assert!(!link.send(now, 1, &packet(5)));
    assert!(!link.send_rtcp(&[Box::new(ReceiverReport::default())]));
    link.take_keys();
    assert!(link.send(now, 1, &packet(6)));
    let (media, _) = client.takes(&mut link);
    assert_eq!(media, [(packet(6).header, Some(0), packet(6).payload)]);
    let theirs = header(96, 40, THEIRS);
    let datagram = client.sealed(&theirs, b"picture");
    let came = heard(&mut link, now, &datagram);
    let [Heard::Packet(Kind::Video, Layer::ONLY, came)] = &came[..] else {
        unreachable!("{came:?}")
    };
    assert_eq!((came.header, &came.payload[..]), (theirs, &b"picture"[..]));
    let mut copies = Vec::new();
    assert!(!link.receive(now, &datagram, &mut copies), "a copy");
    assert!(copies.is_empty());
}

#[test]
fn a_repair_becomes_what_it_repeats_and_padding_nothing() {
    let (mut link, mut client, now) = connected();
    client.sends(&mut link, now, &header(96, 40, THEIRS), b"picture");
    let repair = client.sealed(&header(97, 900, 8), &[0, 39, b'o', b'l', b'd']);
    let came = heard(&mut link, now, &repair);
    let [Heard::Packet(Kind::Video, Layer::ONLY, came)] = &came[..] else {
        unreachable!("{came:?}")
    };
    let number = (came.header.ssrc, came.header.sequence_number);
    assert_eq!((number, came.header.payload_type), ((THEIRS, 39), 96));
    assert_eq!(came.payload[..], b"old"[..]);
    let padding = client.sealed(&header(97, 901, 8), b"");
    assert!(heard(&mut link, now, &padding).is_empty());
    // But it came, and is reported.
    link.handle_timeout(now + 100 * MS);
    let (_, reports) = client.takes(&mut link);
    let arrivals = of_type::<TransportLayerCc>(&reports);
    assert_eq!(
        (
            arrivals[0].base_sequence_number,
            arrivals[0].packet_status_count
        ),
        (0, 3)
    );
}

#[test]
fn whoever_may_not_send_is_not_heard_and_of_two_streams_the_first_is() {
    let (mut link, mut client, now) = ends([true, false]);
    link.take_keys();
    let voice = client.sealed(&header(111, 1, THEIRS), b"voice");
    assert_eq!(heard(&mut link, now, &voice).len(), 1);
    for other in [header(111, 1, 8), header(96, 1, 9), header(50, 1, 10)] {
        let datagram = client.sealed(&other, b"something");
        assert!(heard(&mut link, now, &datagram).is_empty(), "{other:?}");
    }
}

#[test]
fn what_is_missing_is_asked_for_until_it_comes() {
    let (mut link, mut client, now) = connected();
    for number in [40, 43] {
        client.sends(&mut link, now, &header(96, number, THEIRS), b"picture");
    }
    assert_eq!(link.due(), Some(now + 10 * MS));
    link.handle_timeout(now + 10 * MS);
    let (_, reports) = client.takes(&mut link);
    let nack = of_type::<TransportLayerNack>(&reports);
    assert_eq!((nack.len(), nack[0].media_ssrc), (1, THEIRS));
    let asked: Vec<u16> = nack[0]
        .nacks
        .iter()
        .flat_map(NackPair::packet_list)
        .collect();
    assert_eq!(asked, [41, 42]);
    for number in [41_u16, 42] {
        client.sends(
            &mut link,
            now,
            &header(97, number, 8),
            &number.to_be_bytes(),
        );
    }
    link.handle_timeout(now + 900 * MS);
    let (_, reports) = client.takes(&mut link);
    assert!(of_type::<TransportLayerNack>(&reports).is_empty());
}

#[test]
fn both_ends_report_once_a_second_and_the_answer_gives_the_round_trip() {
    let (mut link, mut client, now) = connected();
    link.send(now, 1, &packet(5));
    client.sends(&mut link, now, &header(96, 40, THEIRS), b"picture");
    link.handle_timeout(now + 999 * MS);
    assert!(of_type::<SenderReport>(&client.takes(&mut link).1).is_empty());
    let at = now + 1000 * MS;
    link.handle_timeout(at);
    let (_, reports) = client.takes(&mut link);
    let sent = of_type::<SenderReport>(&reports);
    assert_eq!(
        (sent[0].ssrc, sent[0].packet_count, sent[0].octet_count),
        (OURS[1], 1, 1000)
    );
    let received = of_type::<ReceiverReport>(&reports);
    assert_eq!(received[0].reports[0].ssrc, THEIRS);
    let block = ReceptionReport {
        ssrc: OURS[1],
        last_sender_report: (sent[0].ntp_time >> 16) as u32,
        ..ReceptionReport::default()
    };
    let answer = ReceiverReport {
        reports: vec![block],
        ..ReceiverReport::default()
    };
    let clear = rtcp::packet::marshal(&[Box::new(answer)]).unwrap();
    let heard = client.reports(&mut link, at + 40 * MS, &clear);
    let round_trip = heard.iter().find_map(|heard| match heard {
        Heard::Reported(reported) => reported.round_trip,
        _ => None,
    });
    assert_eq!(round_trip, Some(40 * MS));
    assert_eq!(link.round_trip, Some(40 * MS));
}

#[test]
fn media_and_repairs_share_the_paths_numbers_and_repairs_have_their_own() {
    let (mut link, mut client, now) = connected();
    link.send(now, 1, &packet(50));
    assert_eq!(link.repair(now, 1, &packet(48)), Repair::Sent);
    link.send(now, 1, &packet(51));
    assert_eq!(link.repair(now, 1, &packet(48)), Repair::Sent);
    assert_eq!(link.repair(now, 7, &packet(48)), Repair::Impossible);
    let (media, _) = client.takes(&mut link);
    let numbers = media
        .iter()
        .map(|(header, number, _)| (header.ssrc, header.sequence_number, number.unwrap()));
    let repairs = OURS[1] + 1;
    let expected = [
        (OURS[1], 50, 0),
        (repairs, 0, 1),
        (OURS[1], 51, 2),
        (repairs, 1, 3),
    ];
    assert!(numbers.eq(expected));
    let (header, _, repair) = &media[1];
    assert_eq!((header.payload_type, header.timestamp), (97, 48 * 3000));
    assert_eq!(repair[..2], 48_u16.to_be_bytes());
    assert_eq!(repair[2..], packet(48).payload[..]);
    assert!(!link.send(now, 1, &packet(51)), "a number is used once");
}

#[test]
fn whatever_leaves_is_of_rtp_version_2_a_repair_too() {
    for (number_id, first) in [(Some(3), 0x90), (None, 0x80)] {
        let (mut link, _, now) = connected();
        link.negotiated.number_ids = [None, number_id];
        assert!(link.send(now, 1, &packet(50)));
        assert_eq!(link.repair(now, 1, &packet(48)), Repair::Sent);
        assert!(link.take_queue().map(|datagram| datagram[0]).eq([first; 2]));
    }
}

#[test]
fn a_path_that_may_carry_more_is_probed_with_repairs_of_the_picture() {
    let (mut link, mut client, start) = connected();
    let mut now = start;
    let mut arrivals = Arrivals::new(start);
    let mut probes = 0;
    for ms in 0..4000 {
        now += MS;
        if ms % 20 == 0 {
            link.send(now, 1, &packet(ms / 20));
        }
        link.handle_timeout(now);
        for (header, number, body) in client.takes(&mut link).0 {
            arrivals.note(number.unwrap(), now + 20 * MS);
            if header.ssrc != OURS[1] {
                probes += 1;
                let original = u16::from_be_bytes([body[0], body[1]]);
                assert_eq!(body[2..], packet(original).payload[..]);
            }
        }
        for report in arrivals.reports(1, 2, now) {
            let clear = rtcp::packet::marshal(&[Box::new(report)]).unwrap();
            client.reports(&mut link, now, &clear);
        }
    }
    assert!((6..200).contains(&probes), "{probes}");
}

proptest! {
    #[test]
    fn no_datagram_makes_a_link_panic_or_leaves_a_trace(
        mut datagram in proptest::collection::vec(any::<u8>(), 1..100), first in 128_u8..192
    ) {
        datagram[0] = first;
        let (mut link, _, now) = connected();
        let mut heard = Vec::new();
        prop_assert!(!link.receive(now, &datagram, &mut heard));
        prop_assert!(heard.is_empty());
        prop_assert!(link.incoming.iter().all(Option::is_none));
    }

    #[test]
    fn nothing_a_client_seals_makes_a_link_panic(
        reports in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 8..80), 1..8),
        packets in proptest::collection::vec((any::<u16>(), 0_u8..4, any::<u64>()), 1..40)
    ) {
        let (mut link, mut client, mut now) = connected();
        for mut clear in reports {
            clear[0] = 128 | clear[0] & 31;
            clear[1] = 200 + clear[1] % 8;
            client.reports(&mut link, now, &clear);
        }
        for (sequence, what, bytes) in packets {
            let payload_type = [96, 97, 111, 50][usize::from(what)];
            let header = header(payload_type, sequence, u32::from(what));
            let mut datagram = BytesMut::new();
            put_header(&mut datagram, &header, Some((3, sequence)));
            let begin = datagram.len();
            datagram.put_u64(bytes);
            if client.sealer.seal(&mut datagram, &header, begin) {
                link.receive(now, &datagram, &mut Vec::new());
            }
            now += 7 * MS;
            link.handle_timeout(now);
        }
    }
}

/// A packet of a layer that names it, under this extension.
fn named(client: &mut Client, header: &Header, (id, name): (u8, u8), payload: &[u8]) -> BytesMut {
    let mut datagram = BytesMut::new();
    put_header(&mut datagram, header, None);
    datagram[0] |= 0x10;
    datagram.put_slice(&[0xBE, 0xDE, 0, 1, id << 4, name, 0, 0]);
    let begin = datagram.len();
    datagram.put_slice(payload);
    assert!(client.sealer.seal(&mut datagram, header, begin));
    datagram
}

#[test]
fn a_layer_is_known_by_its_name_first_and_then_by_its_stream_and_so_are_its_repairs() {
    let (mut link, mut client, now) = connected();
    link.negotiated.layers = ["q", "f"].map(str::to_owned).into();
    let mut layers = |datagram: BytesMut| {
        let came = heard(&mut link, now, &datagram);
        let of_layer = came.iter().map(|heard| match heard {
            Heard::Packet(_, layer, packet) => (layer.0, packet.header.sequence_number),
            other => unreachable!("{other:?}"),
        });
        of_layer.collect::<Vec<_>>()
    };
    let unnamed = client.sealed(&header(96, 1, 50), b"large");
    assert_eq!(layers(unnamed), [], "nobody knows whose it is");
    let large = named(&mut client, &header(96, 2, 50), (10, b'f'), b"large");
    assert_eq!(layers(large), [(1, 2)]);
    let small = named(&mut client, &header(96, 700, 60), (10, b'q'), b"small");
    assert_eq!(layers(small), [(0, 700)]);
    let stranger = named(&mut client, &header(96, 5, 70), (10, b'x'), b"stray");
    assert_eq!(layers(stranger), []);
    assert_eq!(
        layers(client.sealed(&header(96, 3, 50), b"large")),
        [(1, 3)]
    );
    let early = client.sealed(&header(97, 1, 51), &[0, 1, b'o']);
    assert_eq!(layers(early), [], "a repair of nobody knows which layer");
    let repair = named(&mut client, &header(97, 2, 51), (11, b'f'), &[0, 1, b'o']);
    assert_eq!(layers(repair), [(1, 1)]);
    assert_eq!(
        layers(client.sealed(&header(97, 3, 51), &[0, 0, b'o'])),
        [(1, 0)]
    );
    let impostor = named(&mut client, &header(96, 9, 80), (10, b'q'), b"small");
    assert_eq!(layers(impostor), [], "a layer has one stream");
}

#[test]
fn each_layer_has_its_own_gaps_asked_for() {
    let (mut link, mut client, now) = connected();
    link.negotiated.layers = ["q", "f"].map(str::to_owned).into();
    for (ssrc, name, first) in [(60, b'q', 10), (50, b'f', 500)] {
        for number in [first, first + 2] {
            let datagram = named(&mut client, &header(96, number, ssrc), (10, name), b"x");
            link.receive(now, &datagram, &mut Vec::new());
        }
    }
    link.handle_timeout(now + 100 * MS);
    let (_, reports) = client.takes(&mut link);
    let asked: Vec<_> = of_type::<TransportLayerNack>(&reports)
        .iter()
        .map(|nack| (nack.media_ssrc, nack.nacks[0].packet_id))
        .collect();
    assert_eq!(asked, [(60, 11), (50, 501)]);
}
