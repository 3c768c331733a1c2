//! The receiving side of a peer: datagrams go into the library, and what it makes of them comes out
//! as events and packets in our own terms.

use super::error::kind;
use super::layer::Layer;
use super::limits::SILENCE;
use super::offer::Kind;
use super::path::{Path, Transport};
use super::peer::{Peer, PeerOutput};
use super::rtp::{self, Heard};
use super::sabotage::Place;
use bytes::BytesMut;
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::RTCDtlsTransportState;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use std::time::Instant;
use tracing::debug;

/// DTLS among the protocols of one port, by the first byte (RFC 7983 §7).
const DTLS: std::ops::RangeInclusive<u8> = 20..=63;

impl Path {
    /// The remote end of what the library sends.
    pub(super) fn of(context: &TransportContext) -> Self {
        Self {
            transport: match context.transport_protocol {
                TransportProtocol::TCP => Transport::Tcp,
                _ => Transport::Udp,
            },
            address: context.peer_addr,
        }
    }
}

impl Peer {
    /// Takes a datagram; what comes of it is had by [`collect`](Self::collect). False: it is
    /// refused.
    pub(super) fn receive(&mut self, now: Instant, local: Path, from: Path, bytes: &[u8]) -> bool {
        self.sabotage.strike(Place::Receive);
        let heard = std::mem::replace(&mut self.watched.heard, now);
        if self.connected && now.saturating_duration_since(heard) >= SILENCE {
            self.is_back = true;
            self.media.path_is_back();
        }
        if rtp::is_media(bytes) {
            self.nominations.note_incoming(now, from, bytes);
            return self.media.receive(now, bytes, &mut self.media_heard);
        }
        let is_dtls = bytes.first().is_some_and(|first| DTLS.contains(first));
        if is_dtls && !self.records.admit(bytes, self.connected) {
            return false;
        }
        self.heard_dtls |= is_dtls;
        self.is_stirred = true;
        self.flight.note_incoming(bytes);
        let again = self.nominations.note_incoming(now, from, bytes);
        self.association.begin(now);
        let hello = (!self.connected).then(|| self.hello.take(bytes));
        if let Some(datagrams) = hello.flatten() {
            self.media.profile = self.hello.chosen();
            for datagram in datagrams {
                self.hand_over(now, local, from, &datagram);
            }
            return true;
        }
        self.hand_over(now, local, from, bytes);
        if again && let Some(pinned) = self.nominations.pinned() {
            self.hand_over(now, local, pinned, bytes);
        }
        !self.association.has_refused()
    }

    fn hand_over(&mut self, now: Instant, local: Path, from: Path, bytes: &[u8]) {
        let transport = TransportContext {
            local_addr: local.address,
            peer_addr: from.address,
            ecn: None,
            transport_protocol: match from.transport {
                Transport::Udp => TransportProtocol::UDP,
                Transport::Tcp => TransportProtocol::TCP,
            },
        };
        let message = TaggedBytesMut {
            now,
            transport,
            message: BytesMut::from(bytes),
        };
        if let Err(error) = self.connection.handle_read(message) {
            let (room, participant, error) = (self.room, self.participant, kind(&error));
            debug!(%room, %participant, error, "datagram refused");
        }
    }

    /// Everything the last datagrams and timers brought.
    pub(super) fn collect(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        self.sabotage.strike(Place::Collect);
        if std::mem::take(&mut self.is_back) {
            outputs.push(PeerOutput::Back);
        }
        if self.is_stirred {
            self.collect_library(now, outputs);
        }
        self.collect_media(now, outputs);
    }

    fn collect_library(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        while let Some(event) = self.connection.poll_event() {
            match event {
                RTCPeerConnectionEvent::OnDataChannel(event) => {
                    self.channel_changed(now, &event, outputs);
                }
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) => match state {
                    RTCPeerConnectionState::Connected if !self.connected => {
                        self.connected = true;
                        self.flight.end();
                        self.media.take_keys();
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
        self.collect_text(now, outputs);
        if self.is_closed_by_client() || self.association.is_overfull() {
            outputs.push(PeerOutput::Lost);
        }
    }

    /// What media datagrams brought.
    fn collect_media(&mut self, now: Instant, outputs: &mut Vec<PeerOutput>) {
        let mut moves = false;
        let mut all_heard = std::mem::take(&mut self.media_heard);
        for heard in all_heard.drain(..) {
            match heard {
                Heard::Packet(kind, layer, packet) => {
                    moves |= self.admit(now, kind, layer, packet, outputs);
                }
                Heard::KeyframeWanted(ssrc) => {
                    let stream = self.outgoing_of(ssrc);
                    outputs.extend(stream.map(PeerOutput::KeyframeWanted));
                }
                Heard::Missed(ssrc, numbers) => {
                    let stream = self.outgoing_of(ssrc);
                    outputs.extend(stream.map(|stream| PeerOutput::Missed(stream, numbers)));
                }
                Heard::Reported(reported) => self.note_report(reported),
                Heard::Path(path) => {
                    self.path = Some(path);
                    outputs.push(PeerOutput::PathKnown);
                }
            }
        }
        // Its memory is kept.
        self.media_heard = all_heard;
        outputs.extend(moves.then_some(PeerOutput::Moves));
    }

    fn outgoing_of(&self, ssrc: u32) -> Option<usize> {
        self.outgoing.iter().position(|stream| stream.ssrc == ssrc)
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

    /// Admits a packet of a stream of ours; true when a picture that stood moves again with it.
    fn admit(
        &mut self,
        now: Instant,
        kind: Kind,
        layer: Layer,
        packet: rtp::Packet,
        outputs: &mut Vec<PeerOutput>,
    ) -> bool {
        let Some(admitted) = self.published.admit(now, kind, layer, &packet) else {
            outputs.push(PeerOutput::Duplicate);
            return false;
        };
        if admitted.layers_changed {
            outputs.push(PeerOutput::LayersChanged);
        }
        outputs.push(PeerOutput::Media {
            kind,
            layer,
            packet,
            restarted: admitted.restarted,
        });
        admitted.is_frame && self.watched.frame(now)
    }
}
