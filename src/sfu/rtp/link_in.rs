//! What comes in: packets are opened where they lie, repairs become what they repeat, reports are
//! read.

use super::packet::{self, Header, Packet};
use super::reports::{ClockReading, Reception, Reported};
use super::srtp::{self, Refused};
use super::{Gaps, Heard, Incoming, MediaLink, OURSELVES};
use crate::sfu::offer::Kind;
use bytes::{Bytes, BytesMut};
use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};
use std::time::Instant;

impl MediaLink {
    /// Takes a datagram of RTP or RTCP. False: it is refused (forged, copied, malformed, or from
    /// before the end of the handshake) and has no effect.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        datagram: &[u8],
        heard: &mut Vec<Heard>,
    ) -> bool {
        self.take_keys();
        let taken = if packet::is_rtcp(datagram) {
            self.receive_rtcp(now, datagram, heard)
        } else {
            self.receive_rtp(now, datagram, heard)
        };
        taken.is_ok()
    }

    fn receive_rtp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        heard: &mut Vec<Heard>,
    ) -> Result<(), Refused> {
        let (header, begin) = srtp::read_sealed(datagram)?;
        let (opener, _) = self.keys.as_mut().ok_or(Refused::Forged)?;
        let mut opened = BytesMut::from(datagram);
        let end = opener.open(&mut opened, &header, begin)?;
        let payload = packet::payload(&opened[..end], begin).ok_or(Refused::Malformed)?;
        let kind = self.negotiated.kind_of(header.payload_type);
        let carrier = kind.unwrap_or(Kind::Video);
        let id = self.negotiated.number_ids[carrier as usize];
        if let Some(number) = id.and_then(|id| packet::number_of(&opened, id)) {
            self.arrivals.note(number, now);
        }
        let payload = opened.freeze().slice(payload);
        let fresh = match kind {
            Some(kind) => self.take_original(now, kind, header, payload),
            None => self.take_repair(now, header, &payload),
        };
        heard.extend(fresh.map(|(kind, packet)| Heard::Packet(kind, packet)));
        Ok(())
    }

    /// A packet of a stream itself. The first stream of a kind is the one we forward; whoever may
    /// not send one is not heard.
    fn take_original(
        &mut self,
        now: Instant,
        kind: Kind,
        header: Header,
        payload: Bytes,
    ) -> Option<(Kind, Packet)> {
        if !self.publishes[kind as usize] {
            return None;
        }
        let stream = self.incoming[kind as usize].get_or_insert_with(|| Incoming {
            ssrc: header.ssrc,
            reception: Reception::new(&header, kind.clock_rate()),
            gaps: Gaps::default(),
        });
        if stream.ssrc != header.ssrc {
            return None;
        }
        stream.reception.note(&header, now);
        if kind == Kind::Video {
            stream.gaps.note(header.sequence_number, now);
        }
        Some((kind, Packet { header, payload }))
    }

    /// A repair of the picture (RFC 4588 §4): two bytes of original number before the payload.
    /// Padding alone repeats nothing.
    fn take_repair(
        &mut self,
        now: Instant,
        header: Header,
        payload: &Bytes,
    ) -> Option<(Kind, Packet)> {
        if self.negotiated.repair != Some(header.payload_type) {
            return None;
        }
        let payload_type = self.negotiated.payload_types[Kind::Video as usize]?;
        let stream = self.incoming[Kind::Video as usize].as_mut()?;
        let number = payload.first_chunk().copied().map(u16::from_be_bytes)?;
        stream.gaps.note(number, now);
        let header = Header {
            payload_type,
            sequence_number: number,
            ssrc: stream.ssrc,
            ..header
        };
        let payload = payload.slice(2..);
        Some((Kind::Video, Packet { header, payload }))
    }

    fn receive_rtcp(
        &mut self,
        now: Instant,
        datagram: &[u8],
        heard: &mut Vec<Heard>,
    ) -> Result<(), Refused> {
        let (opener, _) = self.keys.as_mut().ok_or(Refused::Forged)?;
        let mut opened = BytesMut::from(datagram);
        let end = opener.open_rtcp(&mut opened)?;
        opened.truncate(end);
        let mut opened = opened.freeze();
        let packets = rtcp::packet::unmarshal(&mut opened).map_err(|_| Refused::Malformed)?;
        for packet in &packets {
            self.read_rtcp(now, &**packet, heard);
        }
        Ok(())
    }

    fn read_rtcp(&mut self, now: Instant, packet: &dyn rtcp::Packet, heard: &mut Vec<Heard>) {
        let any = packet.as_any();
        if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            heard.push(Heard::KeyframeWanted(pli.media_ssrc));
        } else if let Some(fir) = any.downcast_ref::<FullIntraRequest>() {
            let wanted = fir
                .fir
                .iter()
                .map(|entry| Heard::KeyframeWanted(entry.ssrc));
            heard.extend(wanted);
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            let missed = nack.nacks.iter().flat_map(|pair| pair.packet_list());
            heard.push(Heard::Missed(nack.media_ssrc, missed.collect()));
        } else if let Some(report) = any.downcast_ref::<TransportLayerCc>() {
            let pictures = self.pictures(now);
            let path = self.gauge.read(report, pictures, now);
            heard.extend(path.map(Heard::Path));
        } else if let Some(report) = any.downcast_ref::<SenderReport>() {
            let mut streams = self.incoming.iter_mut().flatten();
            if let Some(stream) = streams.find(|stream| stream.ssrc == report.ssrc) {
                stream.reception.heard(report.ntp_time, now);
            }
            let clock = ClockReading {
                ssrc: report.ssrc,
                ntp: report.ntp_time,
                rtp: report.rtp_time,
            };
            self.note_reported(
                Reported {
                    clock: Some(clock),
                    ..self.trips.read(&report.reports, now)
                },
                heard,
            );
        } else if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            self.note_reported(self.trips.read(&report.reports, now), heard);
        }
    }

    fn note_reported(&mut self, reported: Reported, heard: &mut Vec<Heard>) {
        self.round_trip = reported.round_trip.or(self.round_trip);
        if reported != Reported::default() {
            heard.push(Heard::Reported(reported));
        }
    }

    /// Asks for what is missing of the picture.
    pub(super) fn ask_for_missing(&mut self, now: Instant) {
        let round_trip = self.round_trip;
        let Some(stream) = &mut self.incoming[Kind::Video as usize] else {
            return;
        };
        let missing = stream.gaps.take_due(now, round_trip);
        if missing.is_empty() {
            return;
        }
        let nack = TransportLayerNack {
            sender_ssrc: OURSELVES,
            media_ssrc: stream.ssrc,
            nacks: nack_pairs_from_sequence_numbers(&missing),
        };
        self.send_rtcp(&[Box::new(nack)]);
    }
}
