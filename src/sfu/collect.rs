//! The receiving side of a peer: datagrams go into the library, and what it makes of them comes out
//! as events and packets in our own terms.

use super::bandwidth::path_state;
use super::interceptors::requested_streams;
use super::media_engine::library_kind;
use super::offer::Kind;
use super::path::Path;
use super::peer::{Incoming, Peer, PeerOutput};
use super::quality::{self, StreamMeter};
use super::sequence::{SequenceWindow, Verdict};
use bytes::BytesMut;
use rtc::peer_connection::event::{RTCPeerConnectionEvent, RTCTrackEvent, RTCTrackEventInit};
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::RTCDtlsTransportState;
use rtc::rtp;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext};
use std::time::Instant;
use tracing::debug;

/// DTLS among the protocols of one port, by the first byte (RFC 7983 §7).
const DTLS: std::ops::RangeInclusive<u8> = 20..=63;

impl Peer {
    /// Takes a datagram; what comes of it is had by [`collect`](Self::collect).
    pub(super) fn receive(&mut self, now: Instant, local: Path, from: Path, bytes: &[u8]) {
        self.watched.heard = now;
        self.heard_dtls |= bytes.first().is_some_and(|first| DTLS.contains(first));
        self.flight.note_incoming(bytes);
        let again = self.nominations.note_incoming(now, from, bytes);
        self.hand_over(now, local, from, bytes);
        if again && let Some(pinned) = self.nominations.pinned() {
            self.hand_over(now, local, pinned, bytes);
        }
    }

    fn hand_over(&mut self, now: Instant, local: Path, from: Path, bytes: &[u8]) {
        let transport = TransportContext {
            local_addr: local.address,
            peer_addr: from.address,
            ecn: None,
            transport_protocol: from.transport.protocol(),
        };
        let message = TaggedBytesMut {
            now,
            transport,
            message: BytesMut::from(bytes),
        };
        if let Err(error) = self.connection.handle_read(message) {
            debug!(room = %self.room, participant = %self.participant, %error, "datagram refused");
        }
    }

    /// Everything the last datagrams and timers brought.
    pub(super) fn collect(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        while let Some(event) = self.connection.poll_event() {
            match event {
                RTCPeerConnectionEvent::OnTrack(RTCTrackEvent::OnOpen(track)) => {
                    self.open_track(&track);
                }
                RTCPeerConnectionEvent::OnDataChannel(event) => {
                    self.channel_changed(&event, outputs);
                }
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) => match state {
                    RTCPeerConnectionState::Connected if !self.connected => {
                        self.connected = true;
                        self.flight.end();
                        outputs.push(PeerOutput::Connected);
                    }
                    RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => {
                        outputs.push(PeerOutput::Lost);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        let mut moves = false;
        while let Some(message) = self.connection.poll_media_read() {
            match message.message {
                RTCMessage::RtpPacket(_, packet) => {
                    outputs.extend(self.admit(now, packet, &mut moves));
                }
                RTCMessage::RtcpPacket(_, packets) => {
                    for reported in quality::reported(&packets) {
                        self.note_report(reported);
                    }
                    if let Some(path) = path_state(&packets) {
                        self.path = Some(path);
                        outputs.push(PeerOutput::PathKnown);
                    }
                    let wanted = requested_streams(&packets);
                    let streams = self.outgoing.iter().enumerate();
                    outputs.extend(
                        streams
                            .filter(|(_, stream)| wanted.contains(&stream.ssrc))
                            .map(|(index, _)| PeerOutput::KeyframeWanted(index)),
                    );
                }
                // Data channels have a queue of their own, below.
                _ => {}
            }
        }
        outputs.extend(moves.then_some(PeerOutput::Moves));
        self.collect_text(now, outputs);
        if self.is_closed_by_client() {
            outputs.push(PeerOutput::Lost);
        }
    }

    /// True when the client has said goodbye (DTLS close_notify). rtc 0.21.1 then goes on to call
    /// the connection connected, until ICE times out 20 seconds later.
    fn is_closed_by_client(&mut self) -> bool {
        if !std::mem::take(&mut self.heard_dtls) {
            return false;
        }
        let sender = self.connection.get_senders().next();
        let receiver = self.connection.get_receivers().next();
        let sender = sender.and_then(|id| self.connection.rtp_sender(id));
        let mut state = sender.and_then(|sender| Some(sender.transport()?.state()));
        if state.is_none() {
            let receiver = receiver.and_then(|id| self.connection.rtp_receiver(id));
            state = receiver.and_then(|receiver| Some(receiver.transport()?.state()));
        }
        if state.is_none() {
            state = self.connection.sctp().map(|sctp| sctp.transport().state());
        }
        state == Some(RTCDtlsTransportState::Closed)
    }

    /// Notes the stream of a track. rtc 0.21.1 opens a track again for every simulcast layer and
    /// renegotiation: the first stream of a kind is the one we forward. What a silent participant
    /// sends, or anybody on a line it did not offer to send on, is no stream of ours.
    fn open_track(&mut self, track: &RTCTrackEventInit) {
        let Some(receiver) = self.connection.rtp_receiver(track.receiver_id) else {
            return;
        };
        let library = receiver.track().kind();
        let Some(kind) = Kind::ALL
            .into_iter()
            .find(|kind| library_kind(*kind) == library)
        else {
            return;
        };
        if !self.publishes[kind as usize] {
            return;
        }
        self.incoming[kind as usize].get_or_insert_with(|| Incoming {
            ssrc: track.ssrc,
            receiver: track.receiver_id,
            window: SequenceWindow::default(),
            meter: StreamMeter::new(kind),
        });
    }

    /// Judges and measures a packet of a stream of ours; `moves` becomes true when a picture that
    /// stood moves again with it.
    fn admit(&mut self, now: Instant, packet: rtp::Packet, moves: &mut bool) -> Option<PeerOutput> {
        let kind = Kind::ALL.into_iter().find(|kind| {
            let incoming = self.incoming[*kind as usize].as_ref();
            incoming.is_some_and(|incoming| incoming.ssrc == packet.header.ssrc)
        })?;
        let incoming = self.incoming[kind as usize].as_mut()?;
        let verdict = incoming.window.judge(packet.header.sequence_number);
        if verdict == Verdict::Stale {
            return Some(PeerOutput::Duplicate);
        }
        let restarted = verdict == Verdict::Restarted;
        if restarted {
            incoming.meter.restart();
        }
        let is_frame = incoming.meter.take(now, &packet);
        *moves |= is_frame && self.watched.frame(now);
        Some(PeerOutput::Media {
            kind,
            packet,
            restarted,
        })
    }
}
