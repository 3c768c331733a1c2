//! What the library is configured with for each peer: codecs, interceptors, ICE-lite, DTLS role
//! and SRTP profile. Only what we forward is offered, so that payload types stay few.

use super::limits::{
    ICE_DISCONNECTED, ICE_FAILED, ICE_KEEPALIVE, MAX_TEXT_BYTES, MAX_TEXT_PREFIX_BYTES,
    SCTP_RECEIVE_BUFFER,
};
use super::offer::Kind;
use super::rtp::Onlooker;
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{
    configure_simulcast_extension_headers, configure_twcc_receiver_only,
};
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8, MediaEngine,
};
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

/// The payload types a side offers; the answering side takes over those of the offer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayloadTypes {
    pub(crate) opus: u8,
    pub(crate) vp8: u8,
    pub(crate) rtx: u8,
}

/// Ours, which are Chromium's.
pub(super) const PAYLOAD_TYPES: PayloadTypes = PayloadTypes {
    opus: 111,
    vp8: 96,
    rtx: 97,
};

/// The codecs of one peer, and the extensions of its packets.
pub(crate) fn engine(types: PayloadTypes) -> Result<MediaEngine, Error> {
    let mut engine = MediaEngine::default();
    register(&mut engine, Kind::Audio, types.opus, codec(Kind::Audio))?;
    register(&mut engine, Kind::Video, types.vp8, codec(Kind::Video))?;
    let rtx = RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.into(),
        clock_rate: Kind::Video.clock_rate(),
        sdp_fmtp_line: format!("apt={}", types.vp8),
        ..RTCRtpCodec::default()
    };
    register(&mut engine, Kind::Video, types.rtx, rtx)?;
    // Only for what it does to the engine.
    configure_twcc_receiver_only(Registry::new(), &mut engine)?;
    configure_simulcast_extension_headers(&mut engine)?;
    Ok(engine)
}

/// Bytes of a data channel message either way: the loss mark's three come on top.
const MESSAGE_BYTES: u32 = (MAX_TEXT_PREFIX_BYTES + MAX_TEXT_BYTES + 3) as u32;

/// ICE-lite, DTLS server and AES-GCM. The client's order of SRTP profiles wins in rtc 0.21.1, and
/// browsers name AES-CM first, which costs 25 to 45 % more CPU: so GCM is the only one accepted
/// (RFC 7714). Every browser since 2023 has it; a client without it fails its DTLS handshake.
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
        .with_sctp_max_message_size(SctpMaxMessageSize::Bounded(MESSAGE_BYTES))
        .with_sctp_max_receive_buffer_size(SCTP_RECEIVE_BUFFER)
        .with_srtp_protection_profiles(vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm])
        .build()
}

/// A track of ours that carries a forwarded stream; video also gets an RTX stream.
pub(crate) fn outgoing_track(kind: Kind, id: &str, ssrc: u32) -> MediaStreamTrack {
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
        codec: codec(kind),
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

/// True for the codec that carries media of `kind`, not its RTX.
pub(crate) fn is_codec_of(kind: Kind, mime_type: &str) -> bool {
    mime_type.eq_ignore_ascii_case(&codec(kind).mime_type)
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

fn codec(kind: Kind) -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    match kind {
        Kind::Audio => RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.into(),
            clock_rate: kind.clock_rate(),
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1".into(),
            rtcp_feedback: vec![],
        },
        Kind::Video => RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.into(),
            clock_rate: kind.clock_rate(),
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![
                feedback("goog-remb", ""),
                feedback("ccm", "fir"),
                feedback("nack", ""),
                feedback("nack", "pli"),
            ],
        },
    }
}
