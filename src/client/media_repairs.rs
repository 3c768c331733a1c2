//! Un-wraps retransmissions (RFC 4588) before the NACK generator sees them. rtc 0.21.1 un-wraps
//! behind it, so that a repaired packet would be asked for again and again.

use rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtp;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use std::collections::VecDeque;
use std::time::Instant;

/// Repairs remembered: one of each picture a room can have, with room to spare.
const MAX_STREAMS: usize = 16;

/// Turns an RTX packet of a known stream back into the packet it repeats.
#[derive(Default)]
pub(super) struct UnRtx {
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
    repairs: Vec<Repair>,
}

/// An RTX stream and the stream it repairs.
struct Repair {
    ssrc: u32,
    primary_ssrc: u32,
    primary_payload_type: u8,
}

impl UnRtx {
    fn repair_of(&self, ssrc: u32) -> Option<&Repair> {
        self.repairs.iter().find(|repair| repair.ssrc == ssrc)
    }
}

/// Rewrites the packet in place; false for padding without an original sequence number (RFC 4588
/// §4), which repeats nothing.
fn unwrap(packet: &mut rtp::Packet, repair: &Repair) -> bool {
    let Some(original) = packet.payload.first_chunk::<2>() else {
        return false;
    };
    packet.header.sequence_number = u16::from_be_bytes(*original);
    packet.header.ssrc = repair.primary_ssrc;
    packet.header.payload_type = repair.primary_payload_type;
    packet.header.padding = false;
    packet.payload = packet.payload.slice(2..);
    true
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for UnRtx {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &mut message.message.packet
            && let Some(repair) = self.repair_of(packet.header.ssrc)
            && !unwrap(packet, repair)
        {
            return Ok(());
        }
        self.reads.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for UnRtx {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        if let Some(ssrc) = info.ssrc_rtx
            && self.repair_of(ssrc).is_none()
            && self.repairs.len() < MAX_STREAMS
        {
            let (primary_ssrc, primary_payload_type) = (info.ssrc, info.payload_type);
            self.repairs.push(Repair {
                ssrc,
                primary_ssrc,
                primary_payload_type,
            });
        }
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        self.repairs
            .retain(|repair| repair.primary_ssrc != info.ssrc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(ssrc: u32, ssrc_rtx: Option<u32>) -> StreamInfo {
        let mut info = StreamInfo {
            ssrc,
            ssrc_rtx,
            payload_type: 96,
            ..StreamInfo::default()
        };
        info.mime_type = "video/VP8".into();
        info
    }

    fn rtx(payload: &'static [u8]) -> rtp::Packet {
        let header = rtp::Header {
            ssrc: 2,
            sequence_number: 900,
            ..rtp::Header::default()
        };
        rtp::Packet {
            header,
            payload: bytes::Bytes::from_static(payload),
        }
    }

    #[test]
    fn a_retransmission_becomes_the_packet_it_repeats() {
        let mut unrtx = UnRtx::default();
        unrtx.bind_remote_stream(&video(1, Some(2)));
        let mut packet = rtx(&[0x12, 0x34, 7, 8]);
        let repair = unrtx.repair_of(2).unwrap();
        assert!(unwrap(&mut packet, repair));
        assert_eq!((packet.header.ssrc, packet.header.payload_type), (1, 96));
        assert_eq!(packet.header.sequence_number, 0x1234);
        assert_eq!(&packet.payload[..], &[7, 8]);
    }

    #[test]
    fn probe_padding_repeats_nothing() {
        let mut unrtx = UnRtx::default();
        unrtx.bind_remote_stream(&video(1, Some(2)));
        assert!(!unwrap(&mut rtx(&[0]), unrtx.repair_of(2).unwrap()));
    }

    #[test]
    fn an_ended_stream_is_forgotten_with_its_repair() {
        let mut unrtx = UnRtx::default();
        unrtx.bind_remote_stream(&video(1, Some(2)));
        unrtx.unbind_remote_stream(&video(1, Some(2)));
        assert!(unrtx.repair_of(2).is_none() && unrtx.repairs.is_empty());
    }
}
