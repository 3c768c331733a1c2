//! Makes a peer out of an offer: one answer on the same media lines with our candidates in it, so
//! that neither trickling nor renegotiation follows.

use super::association::Association;
use super::codec::{Codec, CodecLine, Codecs, lines_of, rearranged};
use super::error::{JoinError, kind};
use super::forward::Outgoing;
use super::limits::{MAX_OFFER_BYTES, SCTP_RECEIVE_BUFFER};
use super::media_engine::{MESSAGE_BYTES, engine, outgoing_track, settings};
use super::offer::{Kind, Offer, OfferedMedia};
use super::path::{Path, Transport};
use super::peer::{AnsweredCodecs, Parts, Peer};
use super::preference::in_order;
use super::quirks::Quirks;
use super::rtp::{KeySlot, MediaLink, Negotiated, Onlooker};
use super::standing::Seat;
use super::stun;
use super::world;
use rtc::ice::tcp_type::TcpType;
use rtc::interceptor::Registry;
use rtc::peer_connection::configuration::RTCConfigurationBuilder;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::shared::error::Error;
use std::time::Instant;

/// Answers `offer` for a participant, with the codecs we know of it in the order in which those who
/// see it, the `viewers`, can best decode them: a client sends with the first. The SDP returned is
/// complete.
///
/// # Errors
/// [`JoinError::OfferTooLarge`], [`JoinError::InvalidOffer`] or [`JoinError::UnsupportedMedia`]
/// for what the client sent, [`JoinError::Internal`] for what is ours.
pub(super) fn answer(
    seat: Seat,
    offer: Offer,
    viewers: &[Codecs],
    candidates: &[Path],
    now: Instant,
) -> Result<(Peer, String), JoinError> {
    let Offer { sdp, quirks } = offer;
    let offer = sdp.reveal();
    if offer.len() > MAX_OFFER_BYTES {
        return Err(JoinError::OfferTooLarge {
            bytes: offer.len(),
            limit: MAX_OFFER_BYTES,
        });
    }
    let mut offered = OfferedMedia::read(offer);
    if seat.standing.silent {
        offered.publishes = [false; 2];
    }
    if offered.is_empty() {
        return Err(JoinError::InvalidOffer {
            reason: "no audio, video or data channel line".into(),
        });
    }
    let (keys, association) = (KeySlot::default(), Association::new(now));
    let onlooker = Onlooker::new(keys.clone(), association.clone());
    let lines = in_order(lines_of(offer), viewers, quirks);
    let known = completed(&lines);
    let mut connection =
        connect(&known, candidates, onlooker, now).map_err(|error| internal(&error))?;
    let mut outgoing = add_tracks(&mut connection, &offered, &known)?;
    let offer = rearranged(offer, &lines, quirks.one_size);
    let offer = RTCSessionDescription::offer(offer).map_err(|error| invalid(&error))?;
    connection
        .set_remote_description(now, offer)
        .map_err(|error| invalid(&error))?;
    let answer = connection
        .create_answer(None)
        .map_err(|error| invalid(&error))?;
    connection
        .set_local_description(now, answer)
        .map_err(|error| invalid(&error))?;
    let sdp = connection
        .local_description()
        .map(|description| description.sdp);
    let sdp = sdp.ok_or_else(|| JoinError::Internal {
        reason: "no answer".into(),
    })?;
    let sdp = with_message_bytes(&sdp);
    let ufrag = credential(&sdp, "a=ice-ufrag:")?.to_owned();
    let signature = stun::key_of(credential(&sdp, "a=ice-pwd:")?);
    let negotiated = Negotiated::read(&sdp);
    for stream in &mut outgoing {
        stream.formats = negotiated.formats;
        if !negotiated.formats.codecs().have(stream.kind) {
            return Err(JoinError::UnsupportedMedia);
        }
    }
    let codecs = answered_codecs(&lines, &offered, quirks);
    let streams = outgoing.iter().map(|stream| (stream.kind, stream.ssrc));
    let link = MediaLink::new(keys, negotiated, offered.publishes, streams, now);
    let parts = Parts {
        connection,
        offered,
        codecs,
        outgoing,
        link,
        association,
        ufrag,
        signature,
    };
    Ok((Peer::new(seat, parts, now), sdp))
}

/// What our answer has on the line that begins so; the first section's is that of all.
fn credential<'a>(answer: &'a str, line: &str) -> Result<&'a str, JoinError> {
    let mut found = answer.lines().filter_map(|one| one.strip_prefix(line));
    let found = found.next().map(str::trim);
    found.ok_or_else(|| JoinError::Internal {
        reason: "an answer without credentials".into(),
    })
}

/// Says how long a message may be. The library takes longer ones, so that they are refused where it
/// is told and counted (`text`).
fn with_message_bytes(answer: &str) -> String {
    let line = |bytes| format!("a=max-message-size:{bytes}\r\n");
    answer.replace(&line(SCTP_RECEIVE_BUFFER), &line(MESSAGE_BYTES))
}

/// With a codec of each kind, so that an offer that names none is first read, and refused as what
/// it is.
fn completed(lines: &[CodecLine]) -> Vec<CodecLine> {
    let usual = [
        CodecLine::new(Codec::Opus, 111, None),
        CodecLine::new(Codec::Vp8, 96, Some(97)),
    ];
    let is_missing = |usual: &CodecLine| {
        let kind = usual.codec.kind();
        lines.iter().all(|line| line.codec.kind() != kind)
    };
    let missing = usual.into_iter().filter(is_missing);
    lines.iter().cloned().chain(missing).collect()
}

/// What an answer with these lines says.
fn answered_codecs(lines: &[CodecLine], offered: &OfferedMedia, quirks: Quirks) -> AnsweredCodecs {
    let video = Kind::Video as usize;
    let pictures = || {
        let codecs = lines.iter().map(|line| line.codec);
        codecs.filter(|codec| codec.kind() == Kind::Video)
    };
    AnsweredCodecs {
        redundant: lines.iter().any(|line| line.codec == Codec::Red),
        sends: pictures().next().filter(|_| offered.publishes[video]),
        could_send: Codecs::of(pictures().filter(|codec| !quirks.avoids.has(*codec))),
        shows: (offered.receives[video] > 0).then(|| Codecs::of(pictures())),
    }
}

/// A connection with our candidates. They are given as they are announced: the library's NAT
/// 1:1 mapping has no effect (rtc 0.21.1).
fn connect(
    lines: &[CodecLine],
    candidates: &[Path],
    onlooker: Onlooker,
    now: Instant,
) -> Result<RTCPeerConnection, Error> {
    let mut connection = RTCPeerConnectionBuilder::new()
        .with_configuration(RTCConfigurationBuilder::new().build())
        .with_setting_engine(settings(onlooker))
        .with_media_engine(engine(lines)?)
        // Packets of media never come to the library.
        .with_interceptor_registry(Registry::new())
        .build(now)?;
    for candidate in candidates {
        let (network, tcp_type) = match candidate.transport {
            Transport::Udp => ("udp", TcpType::Unspecified),
            // The client connects, to whatever address it can (RFC 6544 §4.1).
            Transport::Tcp => ("tcp", TcpType::Passive),
        };
        let base_config = CandidateConfig {
            network: network.into(),
            address: candidate.address.ip().to_string(),
            port: candidate.address.port(),
            component: 1,
            ..CandidateConfig::default()
        };
        let host = CandidateHostConfig {
            base_config,
            tcp_type,
        };
        let candidate = RTCIceCandidate::from(&host.new_candidate_host()?);
        connection.add_local_candidate(candidate.to_json()?)?;
    }
    Ok(connection)
}

/// Adds a track per stream the client can receive. Done before the offer is applied, so that the
/// library puts them on the offered lines.
fn add_tracks(
    connection: &mut RTCPeerConnection,
    offered: &OfferedMedia,
    lines: &[CodecLine],
) -> Result<Vec<Outgoing>, JoinError> {
    let mut outgoing = Vec::new();
    for kind in Kind::ALL {
        for number in 0..offered.receives[kind as usize] {
            let line = lines.iter().find(|line| line.codec.kind() == kind);
            let line = line.ok_or(JoinError::UnsupportedMedia)?;
            let ssrc = world::stream_id();
            let track = outgoing_track(line, &format!("{kind:?}-{number}"), ssrc);
            connection
                .add_track(track)
                .map_err(|error| internal(&error))?;
            outgoing.push(Outgoing::new(kind, ssrc));
        }
    }
    Ok(outgoing)
}

fn invalid(error: &Error) -> JoinError {
    if *error == Error::ErrSenderWithNoCodecs {
        return JoinError::UnsupportedMedia;
    }
    JoinError::InvalidOffer {
        reason: kind(error),
    }
}

fn internal(error: &Error) -> JoinError {
    JoinError::Internal {
        reason: kind(error),
    }
}
