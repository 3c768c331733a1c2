//! Reads the reports that both ends send once a second (RFC 3550 §6.4): the round trip to a client,
//! what it lost of our streams, and how its RTP clocks relate to its own time. rtc 0.21.1 keeps
//! none of the three. An interceptor of the library's chain; what it finds leaves the chain as a
//! packet of its own kind, never on the wire.

use bytes::Buf;
use rtc::interceptor::{
    Attribute, AttributedPacket, Interceptor, Packet, StreamInfo, TaggedPacket,
};
use rtc::rtcp;
use rtc::rtcp::header::Header;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::sansio::Protocol;
use rtc::shared::TransportContext;
use rtc::shared::error::Error;
use rtc::shared::marshal::{Marshal, MarshalSize, Unmarshal};
use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

/// Our own reports remembered: one a second of each of ten streams, for two seconds; whoever
/// answers later is not measured.
const SENT_MAX: usize = 20;

/// A longer round trip is a wrong report.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(10);

/// What a client reported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::sfu) struct Reported {
    /// To the client and back.
    pub(super) round_trip: Option<Duration>,
    /// The largest share it lost of one of our streams, in 256ths, before repair.
    pub(super) lost: Option<u8>,
    /// At this moment of its own time its stream's RTP clock showed this.
    pub(super) clock: Option<ClockReading>,
}

/// A sender report's two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockReading {
    pub(super) ssrc: u32,
    /// In 2⁻³² seconds (NTP).
    pub(super) ntp: u64,
    pub(super) rtp: u32,
}

/// What came out of the chain, if it is ours.
pub(in crate::sfu) fn reported(
    packets: &[Box<dyn rtcp::Packet>],
) -> impl Iterator<Item = Reported> + '_ {
    let ours = packets
        .iter()
        .filter_map(|packet| packet.as_any().downcast_ref::<Note>());
    ours.map(|note| note.reported)
}

/// See the module.
#[derive(Default)]
pub(in crate::sfu) struct ReportReader {
    /// The middle 32 bits of the time in our reports, and when they left.
    sent: VecDeque<(u32, Instant)>,
    /// A stream of the connection, by which the library finds who is to have the note.
    about: Option<u32>,
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl ReportReader {
    fn note_sent(&mut self, report: &SenderReport, now: Instant) {
        if self.sent.len() >= SENT_MAX {
            self.sent.pop_front();
        }
        self.sent.push_back((middle(report.ntp_time), now));
    }

    fn read(&mut self, packets: &[Box<dyn rtcp::Packet>], now: Instant) {
        for packet in packets.iter().map(|packet| packet.as_any()) {
            let mut reported = Reported::default();
            if let Some(report) = packet.downcast_ref::<SenderReport>() {
                self.read_blocks(&report.reports, &mut reported, now);
                reported.clock = Some(ClockReading {
                    ssrc: report.ssrc,
                    ntp: report.ntp_time,
                    rtp: report.rtp_time,
                });
            } else if let Some(report) = packet.downcast_ref::<ReceiverReport>() {
                self.read_blocks(&report.reports, &mut reported, now);
            }
            if let Some(about) = self.about
                && reported != Reported::default()
            {
                let note = Packet::Rtcp(vec![Box::new(Note { reported, about })]);
                self.reads.push_back(TaggedPacket {
                    now,
                    transport: TransportContext::default(),
                    message: AttributedPacket::new(note).with(Attribute::DeliverToApplication),
                });
            }
        }
    }

    fn read_blocks(&self, blocks: &[ReceptionReport], reported: &mut Reported, now: Instant) {
        for block in blocks {
            reported.lost = reported.lost.max(Some(block.fraction_lost));
            let ours = self
                .sent
                .iter()
                .rfind(|(middle, _)| *middle == block.last_sender_report);
            let Some((_, left)) = ours else { continue };
            // In 2⁻¹⁶ seconds (RFC 3550 §6.4.1).
            let held = Duration::from_secs_f64(f64::from(block.delay) / 65536.0);
            let round_trip = now.saturating_duration_since(*left).checked_sub(held);
            let is_likely = |round_trip: &Duration| *round_trip < ROUND_TRIP_MAX;
            reported.round_trip = round_trip.filter(is_likely).or(reported.round_trip);
        }
    }
}

fn middle(ntp: u64) -> u32 {
    // The upper and lower sixteen bits are left out on purpose.
    (ntp >> 16) as u32
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for ReportReader {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            self.read(packets, message.now);
        }
        self.reads.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            for packet in packets {
                if let Some(report) = packet.as_any().downcast_ref::<SenderReport>() {
                    self.note_sent(report, message.now);
                }
            }
        }
        self.writes.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for ReportReader {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        self.about.get_or_insert(info.ssrc);
    }

    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

/// How a finding leaves the chain.
#[derive(Clone, Debug, PartialEq)]
struct Note {
    reported: Reported,
    about: u32,
}

impl rtcp::Packet for Note {
    fn header(&self) -> Header {
        Header::default()
    }

    fn destination_ssrc(&self) -> Vec<u32> {
        vec![self.about]
    }

    fn raw_size(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equal(&self, other: &dyn rtcp::Packet) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn cloned(&self) -> Box<dyn rtcp::Packet> {
        Box::new(self.clone())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what was reported: {:?}", self.reported)
    }
}

impl MarshalSize for Note {
    fn marshal_size(&self) -> usize {
        0
    }
}

impl Marshal for Note {
    fn marshal_to(&self, _: &mut [u8]) -> Result<usize, Error> {
        Ok(0)
    }
}

impl Unmarshal for Note {
    fn unmarshal<B: Buf>(_: &mut B) -> Result<Self, Error> {
        Err(Error::Other("a note is never on the wire".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(now: Instant, packet: impl rtcp::Packet + 'static) -> TaggedPacket {
        TaggedPacket {
            now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtcp(vec![Box::new(packet)])),
        }
    }

    fn found(reader: &mut ReportReader) -> Vec<Reported> {
        let mut all = Vec::new();
        while let Some(read) = reader.poll_read() {
            if let Packet::Rtcp(packets) = &read.message.packet {
                all.extend(reported(packets));
            }
        }
        all
    }

    #[test]
    fn the_round_trip_is_the_time_since_our_report_less_what_the_client_held_it() {
        let start = crate::sfu::now();
        let mut reader = ReportReader {
            about: Some(7),
            ..ReportReader::default()
        };
        let ntp_time = 0x1234_5678_9abc_def0;
        let ours = SenderReport {
            ntp_time,
            ..SenderReport::default()
        };
        reader.handle_write(message(start, ours)).unwrap();
        let block = ReceptionReport {
            fraction_lost: 26,
            last_sender_report: 0x5678_9abc,
            delay: 65536 / 2,
            ..ReceptionReport::default()
        };
        let theirs = ReceiverReport {
            reports: vec![block],
            ..ReceiverReport::default()
        };
        let at = start + Duration::from_millis(540);
        reader.handle_read(message(at, theirs)).unwrap();
        let expected = Reported {
            round_trip: Some(Duration::from_millis(40)),
            lost: Some(26),
            clock: None,
        };
        assert_eq!(found(&mut reader), [expected]);
    }

    #[test]
    fn an_answer_to_a_report_we_never_sent_measures_nothing() {
        let start = crate::sfu::now();
        let mut reader = ReportReader {
            about: Some(7),
            ..ReportReader::default()
        };
        let report = SenderReport {
            ssrc: 9,
            ntp_time: 5,
            rtp_time: 6,
            reports: vec![ReceptionReport {
                last_sender_report: 77,
                ..ReceptionReport::default()
            }],
            ..SenderReport::default()
        };
        reader.handle_read(message(start, report)).unwrap();
        let reported = found(&mut reader)[0];
        assert_eq!(reported.round_trip, None);
        let (ssrc, ntp, rtp) = (9, 5, 6);
        assert_eq!(reported.clock, Some(ClockReading { ssrc, ntp, rtp }));
    }
}
