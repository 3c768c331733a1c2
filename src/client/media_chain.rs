//! The chain of the library's interceptors in a built-in client: loss recovery, reports, arrivals.

use super::media_repairs::UnRtx;
use super::media_requests::KeyframeForwarder;
use crate::sfu::{MAX_NACKS_PER_PACKET, NACK_HISTORY};
use rtc::interceptor::{
    NackGeneratorBuilder, NackResponderBuilder, Registry, Slot, TwccReceiverBuilder,
};
use rtc::peer_connection::configuration::interceptor_registry::configure_rtcp_reports;
use std::time::Duration;

/// How often the library looks for gaps; its own figure, 100 ms, delays a repair by three frames.
const NACK_INTERVAL: Duration = Duration::from_millis(20);

/// Our interceptors' places in the chain. Wire-ward of the NACK generator (7 000):
const UNRTX_SLOT: usize = 6_500;
/// and further out the recorder of arrivals, which must see what is un-wrapped or thrown away
/// there: a browser's probes are often padding, and one that is not reported counts as lost.
const ARRIVALS_SLOT: usize = 6_400;
/// and application-ward of everything that acts on RTCP.
const KEYFRAME_SLOT: usize = 14_000;

/// The interceptors of a built-in client.
pub(super) fn chain() -> Registry {
    let responder = NackResponderBuilder::new().with_size(NACK_HISTORY).build();
    let generator = NackGeneratorBuilder::new()
        .with_interval(NACK_INTERVAL)
        .with_max_nacks_per_packet(MAX_NACKS_PER_PACKET)
        .build();
    let chain = Registry::new()
        .with(Slot::NackResponder, responder)
        .with(
            Slot::from(ARRIVALS_SLOT),
            TwccReceiverBuilder::new().build(),
        )
        .with(Slot::from(UNRTX_SLOT), UnRtx::default())
        .with(Slot::NackGenerator, generator);
    let chain = configure_rtcp_reports(chain);
    chain.with(Slot::from(KEYFRAME_SLOT), KeyframeForwarder::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::interceptor::{
        AttributedPacket, Interceptor, Packet, RTPHeaderExtension, StreamInfo, TaggedPacket,
    };
    use rtc::peer_connection::configuration::media_engine::MIME_TYPE_VP8;
    use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
    use rtc::sansio::Protocol;
    use rtc::shared::TransportContext;
    use std::time::Duration;

    const REPAIR: u32 = 8;

    #[test]
    fn a_publishers_padding_is_reported_and_goes_no_further() {
        let mut chain = chain().build();
        let uri = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
        let stream = |ssrc, ssrc_rtx| StreamInfo {
            ssrc,
            ssrc_rtx,
            mime_type: MIME_TYPE_VP8.into(),
            rtp_header_extensions: vec![RTPHeaderExtension {
                uri: uri.into(),
                id: 3,
            }],
            ..StreamInfo::default()
        };
        chain.bind_remote_stream(&stream(7, Some(REPAIR)));
        chain.bind_remote_stream(&stream(REPAIR, None));
        let now = crate::sfu::now();
        let mut header = rtc::rtp::Header {
            version: 2,
            ssrc: REPAIR,
            ..rtc::rtp::Header::default()
        };
        let number = bytes::Bytes::from_static(&[0, 42]);
        header.set_extension(3, number).unwrap();
        let padding = rtc::rtp::Packet {
            header,
            payload: bytes::Bytes::new(),
        };
        let message = TaggedPacket {
            now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtp(padding)),
        };
        chain.handle_read(message).unwrap();
        assert!(chain.poll_read().is_none());
        chain.handle_timeout(now + Duration::from_secs(1)).unwrap();
        let written = std::iter::from_fn(|| chain.poll_write());
        let reported = written
            .filter_map(|message| match message.message.packet {
                Packet::Rtcp(packets) => Some(packets),
                _ => None,
            })
            .flatten()
            .any(|packet| {
                let report = packet.as_any().downcast_ref::<TransportLayerCc>();
                report.is_some_and(|report| report.base_sequence_number == 42)
            });
        assert!(reported);
    }
}
