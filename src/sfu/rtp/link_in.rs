//! What comes in: packets are opened where they lie, repairs become what they repeat, reports are
//! read.

use super::packet::{self, Header, Packet};
use super::reports::{ClockReading, Reception, Reported};
use super::srtp::Refused;
use super::{Gaps, Heard, Incoming, MediaLink, OURSELVES};
use crate::sfu::codec::Codec;
use crate::sfu::layer::{self, Layer};
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
        let (header, begin) = packet::read_header(datagram).ok_or(Refused::Malformed)?;
        let (opener, _) = self.keys.as_mut().ok_or(Refused::Forged)?;
        let mut opened = BytesMut::from(datagram);
        let end = opener.open(&mut opened, &header, begin)?;
        let payload = packet::payload(&opened[..end], begin).ok_or(Refused::Malformed)?;
        let codec = self.negotiated.formats.codec(header.payload_type);
        let carrier = codec.map_or(Kind::Video, Codec::kind);
        let id = self.negotiated.number_ids[carrier as usize];
        if let Some(number) = id.and_then(|id| packet::number_of(&opened, id)) {
            self.arrivals.note(number, now);
        }
        let layer = match codec {
            Some(codec) => self.layer_of(codec.kind(), header.ssrc, &opened),
            None => self.layer_repaired(header.ssrc, &opened),
        };
        let payload = opened.freeze().slice(payload);
        let fresh = layer.and_then(|layer| match codec {
            Some(codec) => self.take_original(now, codec, layer, header, payload),
            None => self.take_repair(now, layer, header, &payload),
        });
        heard.extend(fresh);
        Ok(())
    }

    /// Which layer a stream is: known, or named by its packet; of a picture that is sent once, and
    /// of a voice, the only one.
    fn layer_of(&self, kind: Kind, ssrc: u32, opened: &[u8]) -> Option<Layer> {
        if kind == Kind::Audio || self.negotiated.layers.is_empty() {
            return Some(Layer::ONLY);
        }
        let is_this = |layer: &Layer| {
            let stream = self.incoming[layer::place(kind, *layer)].as_ref();
            stream.is_some_and(|stream| stream.ssrc == ssrc)
        };
        let known = Layer::all().find(is_this);
        known.or_else(|| self.layer_named(self.negotiated.layer_ids[0]?, opened))
    }

    /// Which layer a stream of repairs belongs to. The first packets of each say so.
    fn layer_repaired(&mut self, ssrc: u32, opened: &[u8]) -> Option<Layer> {
        if self.negotiated.layers.is_empty() {
            return Some(Layer::ONLY);
        }
        let named = self.negotiated.layer_ids[1].and_then(|id| self.layer_named(id, opened));
        if let Some(layer) = named {
            let stream = self.incoming[layer::place(Kind::Video, layer)].as_mut()?;
            stream.repairs = Some(ssrc);
            return named;
        }
        Layer::all().find(|layer| {
            let stream = self.incoming[layer::place(Kind::Video, *layer)].as_ref();
            stream.is_some_and(|stream| stream.repairs == Some(ssrc))
        })
    }

    fn layer_named(&self, id: u8, opened: &[u8]) -> Option<Layer> {
        self.negotiated.layer_named(packet::element_of(opened, id)?)
    }

    /// A packet of a stream itself. The first stream in a place is the one we forward; whoever may
    /// not send one is not heard.
    fn take_original(
        &mut self,
        now: Instant,
        codec: Codec,
        layer: Layer,
        header: Header,
        payload: Bytes,
    ) -> Option<Heard> {
        let kind = codec.kind();
        if !self.publishes[kind as usize] {
            return None;
        }
        let place = &mut self.incoming[layer::place(kind, layer)];
        let stream = place.get_or_insert_with(|| Incoming {
            ssrc: header.ssrc,
            repairs: None,
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
        let packet = Packet {
            codec,
            header,
            payload,
        };
        Some(Heard::Packet(kind, layer, packet))
    }

    /// A repair of the picture (RFC 4588 §4): two bytes of original number before the payload.
    /// Padding alone repeats nothing.
    fn take_repair(
        &mut self,
        now: Instant,
        layer: Layer,
        header: Header,
        payload: &Bytes,
    ) -> Option<Heard> {
        let formats = &self.negotiated.formats;
        let codec = formats.repaired(header.payload_type)?;
        let payload_type = formats.get(codec)?.payload_type;
        let stream = self.incoming[layer::place(Kind::Video, layer)].as_mut()?;
        let number = payload.first_chunk().copied().map(u16::from_be_bytes)?;
        stream.gaps.note(number, now);
        let header = Header {
            payload_type,
            sequence_number: number,
            ssrc: stream.ssrc,
            ..header
        };
        let payload = payload.slice(2..);
        let packet = Packet {
            codec,
            header,
            payload,
        };
        Some(Heard::Packet(Kind::Video, layer, packet))
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

    /// Asks for what is missing of the picture. A voice has no gaps noted.
    pub(super) fn ask_for_missing(&mut self, now: Instant) {
        let round_trip = self.round_trip;
        for place in 0..self.incoming.len() {
            let Some(stream) = &mut self.incoming[place] else {
                continue;
            };
            let missing = stream.gaps.take_due(now, round_trip);
            if missing.is_empty() {
                continue;
            }
            let nack = TransportLayerNack {
                sender_ssrc: OURSELVES,
                media_ssrc: stream.ssrc,
                nacks: nack_pairs_from_sequence_numbers(&missing),
            };
            self.send_rtcp(&[Box::new(nack)]);
        }
    }
}
