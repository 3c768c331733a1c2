//! The gauge: the interceptor nearest the wire. It numbers every packet that leaves for one
//! subscriber, repairs and probes included (draft-holmer-rmcat-transport-wide-cc-extensions-01
//! §2), reads the reports about them, sends probes, and tells the peer what the path carries.

use super::estimator::{Estimator, PathState};
use super::path::PathReport;
use super::report::ReceiverClock;
use bytes::{BufMut, Bytes, BytesMut};
use rtc::interceptor::{
    Attribute, AttributedPacket, Interceptor, Packet, StreamInfo, TaggedPacket,
};
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtp;
use rtc::sansio::Protocol;
use rtc::shared::TransportContext;
use rtc::shared::error::Error;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The header extension that carries the number.
const TRANSPORT_CC: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Streams known per subscriber: everyone else's voice and picture, with room to spare.
const MAX_STREAMS: usize = 16;

/// What a packet has around its payload: RTP header and number (20), SRTP tag (16, RFC 7714 §5.2),
/// UDP (8) and IPv4 (20).
const OVERHEAD_BYTES: u32 = 64;

/// The most one picture is worth: Chromium sends 2.5 Mb/s for 1280 × 720 (libwebrtc,
/// `GetMaxDefaultVideoBitrateKbps`), and a fifth more keeps the limit from being felt.
pub(super) const PICTURE_BPS: f64 = 3_000_000.0;

/// A picture that has sent nothing for this long is not one.
const SILENT: Duration = Duration::from_secs(2);

/// Payload that makes a packet worth repeating as a probe, and how long one is repeated.
const PROBE_BYTES: usize = 600;
const PROBE_AGE: Duration = Duration::from_millis(500);

/// One outgoing stream.
struct Outbound {
    ssrc: u32,
    /// The number's extension id, if the subscriber takes it.
    number_id: Option<u8>,
    /// Stream id and payload type of repairs; only pictures have them.
    repair: Option<(u32, u8)>,
    /// Repairs and probes share a numbering, which must never repeat: with AES-GCM a number used
    /// twice is a key given away (RFC 7714 §8.1).
    next_repair: u16,
    sent_at: Option<Instant>,
    /// A recent packet, to be repeated as a probe; the receiver drops it as a duplicate.
    kept: Option<(Instant, rtp::Packet)>,
}

/// See the module.
pub(crate) struct Gauge {
    estimator: Estimator,
    clock: ReceiverClock,
    streams: Vec<Outbound>,
    probe_at: Option<Instant>,
    told: Option<PathState>,
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl Gauge {
    /// Nothing has left yet.
    pub(crate) fn new() -> Self {
        Self {
            estimator: Estimator::new(PICTURE_BPS),
            clock: ReceiverClock::default(),
            streams: Vec::new(),
            probe_at: None,
            told: None,
            reads: VecDeque::new(),
            writes: VecDeque::new(),
        }
    }

    /// Numbers a packet; false for a repair beyond what the path can take.
    fn number(&mut self, packet: &mut rtp::Packet, is_repair: bool, now: Instant) -> bool {
        let bytes = packet.payload.len() as u32 + OVERHEAD_BYTES;
        let ssrc = packet.header.ssrc;
        let belongs = |s: &&mut Outbound| {
            s.ssrc == ssrc || s.repair.is_some_and(|(repair, _)| repair == ssrc)
        };
        let Some(stream) = self.streams.iter_mut().find(belongs) else {
            return true;
        };
        if is_repair && !self.estimator.allows_repair(bytes, now) {
            return false;
        }
        if stream.ssrc == ssrc {
            stream.note_sent(packet, now);
        } else {
            packet.header.sequence_number = stream.next_repair;
            stream.next_repair = stream.next_repair.wrapping_add(1);
        }
        let Some(id) = stream.number_id else {
            return true;
        };
        let number = self.estimator.depart(bytes, now);
        let number = Bytes::copy_from_slice(&number.to_be_bytes());
        // It fails only for an id that no answer has.
        let _ = packet.header.set_extension(id, number);
        true
    }

    fn read_report(&mut self, report: &TransportLayerCc, now: Instant) {
        self.estimator.report(self.clock.read(report), now);
        let pictures = self.streams.iter().filter(|stream| stream.is_picture(now));
        let pictures = pictures.count();
        self.estimator.want(PICTURE_BPS * pictures as f64);
        self.plan_probe(now);
        let state = self.estimator.state();
        let about = self.streams.first().map(|stream| stream.ssrc);
        if let (Some(state), Some(about)) = (state.filter(|_| self.told != state), about) {
            self.told = Some(state);
            let report = Packet::Rtcp(vec![Box::new(PathReport { state, about })]);
            let message = AttributedPacket::new(report).with(Attribute::DeliverToApplication);
            self.reads.push_back(tagged(message, now));
        }
    }

    fn plan_probe(&mut self, now: Instant) {
        let can = self
            .streams
            .iter()
            .any(|stream| stream.is_picture(now) && stream.kept.is_some());
        self.probe_at = if can {
            self.estimator.probe_due(now)
        } else {
            None
        };
    }

    fn send_probes(&mut self, now: Instant) {
        while self.probe_at.is_some_and(|at| at <= now) {
            let stream = self
                .streams
                .iter_mut()
                .filter(|stream| stream.is_picture(now));
            let probe = stream.filter_map(Outbound::probe).next();
            let Some(mut probe) = probe else {
                self.probe_at = None;
                return;
            };
            self.number(&mut probe, false, now);
            let message = AttributedPacket::new(Packet::Rtp(probe)).with(Attribute::Retransmission);
            self.writes.push_back(tagged(message, now));
            self.plan_probe(now);
        }
    }
}

impl Outbound {
    fn note_sent(&mut self, packet: &rtp::Packet, now: Instant) {
        self.sent_at = Some(now);
        if self.repair.is_none() || packet.payload.len() < PROBE_BYTES {
            return;
        }
        let is_fresh =
            |(at, _): &(Instant, rtp::Packet)| now.saturating_duration_since(*at) < PROBE_AGE;
        if !self.kept.as_ref().is_some_and(is_fresh) {
            self.kept = Some((now, packet.clone()));
        }
    }

    /// True for a picture that is being sent to somebody who reports.
    fn is_picture(&self, now: Instant) -> bool {
        let sent = self
            .sent_at
            .is_some_and(|at| now.saturating_duration_since(at) < SILENT);
        sent && self.repair.is_some() && self.number_id.is_some()
    }

    /// The kept packet as a repair (RFC 4588 §4), without its number.
    fn probe(&mut self) -> Option<rtp::Packet> {
        let ((_, kept), (ssrc, payload_type)) = (self.kept.as_ref()?, self.repair?);
        let mut payload = BytesMut::with_capacity(2 + kept.payload.len());
        payload.put_u16(kept.header.sequence_number);
        payload.put_slice(&kept.payload);
        let header = rtp::Header {
            version: 2,
            marker: kept.header.marker,
            payload_type,
            timestamp: kept.header.timestamp,
            ssrc,
            ..rtp::Header::default()
        };
        Some(rtp::Packet {
            header,
            payload: payload.freeze(),
        })
    }
}

fn tagged(message: AttributedPacket, now: Instant) -> TaggedPacket {
    TaggedPacket {
        now,
        transport: TransportContext::default(),
        message,
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Gauge {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            for packet in packets {
                if let Some(report) = packet.as_any().downcast_ref::<TransportLayerCc>() {
                    self.read_report(report, message.now);
                }
            }
        }
        self.reads.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        let is_repair = message.message.has(&Attribute::Retransmission);
        if let Packet::Rtp(packet) = &mut message.message.packet {
            if !self.number(packet, is_repair, message.now) {
                return Ok(());
            }
            if self.probe_at.is_some() {
                self.plan_probe(message.now);
            }
        }
        self.writes.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.send_probes(now);
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.probe_at
    }
}

impl Interceptor for Gauge {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        let mut extensions = info.rtp_header_extensions.iter();
        let number = extensions.find(|extension| extension.uri == TRANSPORT_CC);
        let number_id = number.and_then(|extension| u8::try_from(extension.id).ok());
        let repair = info.ssrc_rtx.zip(info.payload_type_rtx);
        // Bound again, it goes on with its numbering.
        if let Some(stream) = self
            .streams
            .iter_mut()
            .find(|stream| stream.ssrc == info.ssrc)
        {
            (stream.number_id, stream.repair) = (number_id, repair);
        } else if self.streams.len() < MAX_STREAMS {
            self.streams.push(Outbound {
                ssrc: info.ssrc,
                number_id,
                repair,
                next_repair: 0,
                sent_at: None,
                kept: None,
            });
        }
    }

    /// The stream is kept for its numbering, in case it comes back.
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}

    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

#[cfg(test)]
mod tests {
    use super::super::path::path_state;
    use super::*;
    use rtc::interceptor::RTPHeaderExtension;
    use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
        PacketStatusChunk, RecvDelta, RunLengthChunk, SymbolTypeTcc,
    };

    const PICTURE: u32 = 100;
    const REPAIR: u32 = 101;

    fn gauge() -> Gauge {
        let mut gauge = Gauge::new();
        gauge.bind_local_stream(&StreamInfo {
            ssrc: PICTURE,
            ssrc_rtx: Some(REPAIR),
            payload_type_rtx: Some(97),
            rtp_header_extensions: vec![RTPHeaderExtension {
                uri: TRANSPORT_CC.into(),
                id: 3,
            }],
            ..StreamInfo::default()
        });
        gauge
    }

    fn packet(ssrc: u32, sequence_number: u16) -> rtp::Packet {
        let header = rtp::Header {
            version: 2,
            ssrc,
            sequence_number,
            ..rtp::Header::default()
        };
        rtp::Packet {
            header,
            payload: Bytes::from_static(&[7; 1000]),
        }
    }

    /// Everything that leaves: stream, sequence number and transport-wide number.
    fn left(gauge: &mut Gauge) -> Vec<(u32, u16, u16)> {
        let packets = std::iter::from_fn(|| gauge.poll_write());
        let packets = packets.map(|message| match message.message.packet {
            Packet::Rtp(packet) => {
                let number = packet.header.get_extension(3).unwrap();
                let number = u16::from_be_bytes([number[0], number[1]]);
                (packet.header.ssrc, packet.header.sequence_number, number)
            }
            _ => unreachable!("only media leaves"),
        });
        packets.collect()
    }

    /// All of `numbers` arrived, a millisecond apart.
    fn report(numbers: std::ops::Range<u16>) -> AttributedPacket {
        let count = numbers.end - numbers.start;
        let run = RunLengthChunk {
            packet_status_symbol: SymbolTypeTcc::PacketReceivedSmallDelta,
            run_length: count,
            ..RunLengthChunk::default()
        };
        let delta = RecvDelta {
            delta: 1000,
            ..RecvDelta::default()
        };
        AttributedPacket::new(Packet::Rtcp(vec![Box::new(TransportLayerCc {
            base_sequence_number: numbers.start,
            packet_status_count: count,
            reference_time: u32::from(numbers.start / 64),
            packet_chunks: vec![PacketStatusChunk::RunLengthChunk(run)],
            recv_deltas: vec![delta; count.into()],
            ..TransportLayerCc::default()
        })]))
    }

    #[test]
    fn media_and_repairs_share_one_numbering_and_repairs_one_sequence() {
        let (now, mut gauge) = (crate::sfu::now(), gauge());
        for (ssrc, sequence) in [(PICTURE, 50), (REPAIR, 900), (PICTURE, 51), (REPAIR, 12)] {
            let message = AttributedPacket::new(Packet::Rtp(packet(ssrc, sequence)));
            gauge.handle_write(tagged(message, now)).unwrap();
        }
        let expected = [
            (PICTURE, 50, 0),
            (REPAIR, 0, 1),
            (PICTURE, 51, 2),
            (REPAIR, 1, 3),
        ];
        assert_eq!(left(&mut gauge), expected);
    }

    #[test]
    fn reports_become_a_path_and_probes_that_repeat_the_picture_as_repairs() {
        let (start, mut gauge) = (crate::sfu::now(), gauge());
        let mut now = start;
        let mut path = None;
        for n in 0..400u16 {
            now += Duration::from_millis(1);
            let message = AttributedPacket::new(Packet::Rtp(packet(PICTURE, n)));
            gauge.handle_write(tagged(message, now)).unwrap();
            if n % 100 == 99 {
                let message = report(n - 99..n + 1);
                gauge.handle_read(tagged(message, now)).unwrap();
            }
            while let Some(message) = gauge.poll_read() {
                if let Packet::Rtcp(packets) = &message.message.packet {
                    path = path_state(packets).or(path);
                }
            }
        }
        // Eight megabits came through, of which one picture can use three.
        assert!(
            path.is_some_and(|path| path.estimate_bps > 1_000_000.0),
            "{path:?}"
        );
        left(&mut gauge);
        gauge.estimator.want(100_000_000.0);
        gauge.plan_probe(now);
        for _ in 0..50 {
            now += Duration::from_millis(1);
            gauge.handle_timeout(now).unwrap();
        }
        let probes = left(&mut gauge);
        assert!(probes.len() >= 6, "{probes:?}");
        for (place, probe) in (0u16..).zip(&probes) {
            assert_eq!((probe.0, probe.1), (REPAIR, place));
        }
    }

    #[test]
    fn where_more_is_lost_than_can_be_repaired_repairs_end() {
        let (now, mut gauge) = (crate::sfu::now(), gauge());
        for n in 0..200 {
            let message = AttributedPacket::new(Packet::Rtp(packet(REPAIR, n)));
            let message = message.with(Attribute::Retransmission);
            gauge.handle_write(tagged(message, now)).unwrap();
        }
        let repairs = left(&mut gauge).len();
        assert!((5..50).contains(&repairs), "{repairs}");
    }
}
