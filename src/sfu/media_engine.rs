//! What the library is configured with for each peer: codecs, interceptors, ICE-lite, DTLS role
//! and SRTP profile. Only what we forward is offered, so that payload types stay few.

use super::codec::CodecLine;
use super::limits::{
    ICE_DISCONNECTED, ICE_FAILED, ICE_KEEPALIVE, MAX_TEXT_BYTES, MAX_TEXT_PREFIX_BYTES,
    SCTP_RECEIVE_BUFFER,
};
use super::offer::Kind;
use super::rtp::{Onlooker, Profile};
use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{
    configure_simulcast_extension_headers, configure_twcc_receiver_only,
};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_RTX, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::{
    SctpMaxMessageSize, SettingEngine, SettingEngineBuilder,
};
use rtc::peer_connection::transport::RTCDtlsRole;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
    RTCRtpEncodingParameters, RTCRtpRtxParameters, RtpCodecKind,
};
use rtc::shared::error::Error;
use std::sync::Arc;

/// The codecs of one peer as these lines number and describe them, and the extensions of its
/// packets. The answering side takes over the numbers of the offer.
pub(crate) fn engine(lines: &[CodecLine]) -> Result<MediaEngine, Error> {
    let mut engine = MediaEngine::default();
    for line in lines {
        let (kind, format) = (line.codec.kind(), line.format);
        register(&mut engine, kind, format.payload_type, codec_of(line))?;
        let Some(repair) = format.repair else {
            continue;
        };
        let rtx = RTCRtpCodec {
            mime_type: MIME_TYPE_RTX.into(),
            clock_rate: kind.clock_rate(),
            sdp_fmtp_line: format!("apt={}", format.payload_type),
            ..RTCRtpCodec::default()
        };
        register(&mut engine, kind, repair, rtx)?;
    }
    // Only for what it does to the engine.
    configure_twcc_receiver_only(Registry::new(), &mut engine)?;
    configure_simulcast_extension_headers(&mut engine)?;
    Ok(engine)
}

/// Bytes of a data channel message either way: the loss mark's three come on top.
pub(super) const MESSAGE_BYTES: u32 = (MAX_TEXT_PREFIX_BYTES + MAX_TEXT_BYTES + 3) as u32;

/// ICE-lite, DTLS server, and the SRTP profiles we speak. In rtc 0.21.1 the client's order of them
/// wins; `hello` sees to it that ours does.
pub(super) fn settings(crypto: Onlooker) -> SettingEngine {
    SettingEngineBuilder::new()
        .with_crypto_provider(Arc::new(crypto))
        .with_lite(true)
        .with_answering_dtls_role(RTCDtlsRole::Server)
        .with_include_loopback_candidate(true)
        .with_ice_timeouts(
            Some(ICE_DISCONNECTED),
            Some(ICE_FAILED),
            Some(ICE_KEEPALIVE),
        )
        .with_sctp_max_message_size(SctpMaxMessageSize::Bounded(SCTP_RECEIVE_BUFFER))
        .with_sctp_max_receive_buffer_size(SCTP_RECEIVE_BUFFER)
        .with_srtp_protection_profiles(Profile::ALL.map(|profile| profile.id().into()).to_vec())
        .build()
}

/// A track of ours that carries a forwarded stream, of this codec unless another of its kind comes;
/// video also gets an RTX stream.
pub(crate) fn outgoing_track(line: &CodecLine, id: &str, ssrc: u32) -> MediaStreamTrack {
    let kind = line.codec.kind();
    let rtx = RTCRtpRtxParameters {
        ssrc: ssrc.wrapping_add(1),
    };
    let encoding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            ssrc: Some(ssrc),
            rtx: (kind == Kind::Video).then_some(rtx),
            ..RTCRtpCodingParameters::default()
        },
        active: true,
        codec: codec_of(line),
        ..RTCRtpEncodingParameters::default()
    };
    let stream = "passerelle".to_owned();
    MediaStreamTrack::new(
        stream,
        id.to_owned(),
        id.to_owned(),
        library_kind(kind),
        vec![encoding],
    )
}

/// The library's word for a kind.
pub(crate) fn library_kind(kind: Kind) -> RtpCodecKind {
    match kind {
        Kind::Audio => RtpCodecKind::Audio,
        Kind::Video => RtpCodecKind::Video,
    }
}

fn register(
    engine: &mut MediaEngine,
    kind: Kind,
    payload_type: u8,
    rtp_codec: RTCRtpCodec,
) -> Result<(), Error> {
    engine.register_codec(
        RTCRtpCodecParameters {
            rtp_codec,
            payload_type,
        },
        library_kind(kind),
    )
}

fn codec_of(line: &CodecLine) -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    let (codec, kind) = (line.codec, line.codec.kind());
    let (family, channels, rtcp_feedback) = match kind {
        Kind::Audio => ("audio", 2, vec![]),
        Kind::Video => {
            let all = vec![
                feedback("goog-remb", ""),
                feedback("ccm", "fir"),
                feedback("nack", ""),
                feedback("nack", "pli"),
            ];
            ("video", 0, all)
        }
    };
    RTCRtpCodec {
        mime_type: format!("{family}/{}", codec.name()),
        clock_rate: kind.clock_rate(),
        channels,
        sdp_fmtp_line: line.parameters.clone(),
        rtcp_feedback,
    }
}
