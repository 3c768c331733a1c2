//! What goes out: packets get our stream's header and a transport-wide number and are sealed where
//! they lie; repairs and probes are built of what was sent; reports tell of it.

use super::cipher::SEAL;
use super::packet::{self, FIXED, Header, Packet};
use super::reports::Account;
use super::{MediaLink, OURSELVES};
use crate::sfu::offer::Kind;
use bytes::{BufMut, BytesMut};
use rtc::rtcp;
use rtc::rtcp::receiver_report::ReceiverReport;
use std::time::{Duration, Instant};

/// An extension with one number, and a repair's original number.
const HEADER_MAX: usize = FIXED + 8 + 2;

/// A picture that has sent nothing for this long is not one.
const SILENT: Duration = Duration::from_secs(2);

/// Payload that makes a packet worth repeating as a probe, and how long one is repeated.
const PROBE_BYTES: usize = 600;
const PROBE_AGE: Duration = Duration::from_millis(500);

/// What became of a packet that is to be repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    Sent,
    /// Where much is lost, repairs would fill the very queue that drops them.
    Refused,
    /// No such stream, or its codec was agreed upon without repairs.
    Impossible,
}

/// One stream of ours.
pub(super) struct Sent {
    kind: Kind,
    ssrc: u32,
    account: Account,
    sent_at: Option<Instant>,
    /// Repairs and probes share a numbering, which must never repeat.
    next_repair: u16,
    /// A recent packet, to be repeated as a probe; the receiver drops it as a duplicate.
    kept: Option<(Instant, Packet)>,
}

impl Sent {
    pub(super) fn new(kind: Kind, ssrc: u32) -> Self {
        Self {
            kind,
            ssrc,
            account: Account::new(kind.clock_rate()),
            sent_at: None,
            next_repair: 0,
            kept: None,
        }
    }

    fn note(&mut self, packet: &Packet, now: Instant) {
        let (timestamp, octets) = (packet.header.timestamp, packet.payload.len());
        self.account.note(timestamp, octets, now);
        self.sent_at = Some(now);
        if self.kind != Kind::Video || octets < PROBE_BYTES {
            return;
        }
        let is_fresh = |(at, _): &(Instant, Packet)| now.saturating_duration_since(*at) < PROBE_AGE;
        if !self.kept.as_ref().is_some_and(is_fresh) {
            self.kept = Some((now, packet.clone()));
        }
    }

    fn is_picture(&self, now: Instant) -> bool {
        let is_recent = |at| now.saturating_duration_since(at) < SILENT;
        self.kind == Kind::Video && self.sent_at.is_some_and(is_recent)
    }
}

impl MediaLink {
    /// Sends a packet on our `stream`-th stream, as it is but for its number on the path. False: it
    /// was not sent, because the handshake is not over or its number was used before.
    pub(crate) fn send(&mut self, now: Instant, stream: usize, packet: &Packet) -> bool {
        let Some(sent) = self.outgoing.get_mut(stream) else {
            return false;
        };
        if self.keys.is_none() {
            return false;
        }
        sent.note(packet, now);
        let kind = sent.kind;
        self.seal(now, kind, &packet.header, &[], &packet.payload)
    }

    /// Nothing of our `stream`-th stream is sent for a while: nothing of it is a probe either.
    pub(crate) fn hold(&mut self, stream: usize) {
        if let Some(sent) = self.outgoing.get_mut(stream) {
            (sent.sent_at, sent.kept) = (None, None);
        }
    }

    /// The client is heard again after a silence in which nothing can have reached it.
    pub(crate) fn path_is_back(&mut self) {
        self.gauge.path_is_back();
    }

    /// Sends a packet of our `stream`-th stream once more, as a repair (RFC 4588 §4).
    pub(crate) fn repair(&mut self, now: Instant, stream: usize, packet: &Packet) -> Repair {
        if !self.gauge.allows_repair(packet.payload.len(), now) {
            return Repair::Refused;
        }
        if self.repeat(now, stream, packet) {
            Repair::Sent
        } else {
            Repair::Impossible
        }
    }

    /// How long repairs of packets with so much payload each would take.
    pub(crate) fn repairs_take(&self, payloads: impl Iterator<Item = usize>) -> Duration {
        self.gauge.repairs_take(payloads)
    }

    fn repeat(&mut self, now: Instant, stream: usize, packet: &Packet) -> bool {
        let format = self.negotiated.formats.get(packet.codec);
        let Some(payload_type) = format.and_then(|format| format.repair) else {
            return false;
        };
        let Some(sent) = self.outgoing.get_mut(stream) else {
            return false;
        };
        let header = Header {
            payload_type,
            sequence_number: sent.next_repair,
            // The repairs' stream stands next to the one they repair (`world::stream_id`).
            ssrc: sent.ssrc.wrapping_add(1),
            ..packet.header
        };
        sent.next_repair = sent.next_repair.wrapping_add(1);
        let original = packet.header.sequence_number.to_be_bytes();
        self.seal(now, Kind::Video, &header, &original, &packet.payload)
    }

    fn seal(
        &mut self,
        now: Instant,
        kind: Kind,
        header: &Header,
        before: &[u8],
        payload: &[u8],
    ) -> bool {
        let Some((_, sealer)) = &mut self.keys else {
            return false;
        };
        let id = self.negotiated.number_ids[kind as usize];
        let number = id.map(|id| (id, self.gauge.depart(payload.len(), now)));
        let mut packet = BytesMut::with_capacity(HEADER_MAX + payload.len() + SEAL);
        packet::put_header(&mut packet, header, number);
        let begin = packet.len();
        packet.put_slice(before);
        packet.put_slice(payload);
        let is_sealed = sealer.seal(&mut packet, header, begin);
        if is_sealed {
            self.queue.push(packet);
        }
        is_sealed
    }

    /// Pictures that are being sent to somebody who reports what comes.
    pub(super) fn pictures(&self, now: Instant) -> usize {
        let takes_probes = self.negotiated.number_ids[Kind::Video as usize].is_some()
            && self.negotiated.formats.have_repairs();
        let pictures = self.outgoing.iter().filter(|sent| sent.is_picture(now));
        if takes_probes { pictures.count() } else { 0 }
    }

    /// Probes the path with repeated packets, as long as that is due.
    pub(super) fn send_probes(&mut self, now: Instant) {
        while self.gauge.is_due(now) {
            let mut streams = self.outgoing.iter().enumerate();
            let kept = streams.find_map(|(stream, sent)| {
                let kept = sent.kept.as_ref().filter(|_| sent.is_picture(now));
                kept.map(|(_, packet)| (stream, packet.clone()))
            });
            let sent = kept.is_some_and(|(stream, packet)| self.repeat(now, stream, &packet));
            if !sent {
                return self.gauge.give_up();
            }
            self.gauge.plan(now);
        }
    }

    /// Reports what was sent, and what has come.
    pub(super) fn report(&mut self, now: Instant) {
        let mut packets: Vec<Box<dyn rtcp::Packet>> = Vec::new();
        for sent in &self.outgoing {
            if let Some(report) = sent.account.report(sent.ssrc, self.clock, now) {
                self.trips.note_sent(&report, now);
                packets.push(Box::new(report));
            }
        }
        let streams = self.incoming.iter_mut().flatten();
        let reports: Vec<_> = streams.map(|stream| stream.reception.report(now)).collect();
        if !reports.is_empty() {
            packets.push(Box::new(ReceiverReport {
                ssrc: OURSELVES,
                reports,
                ..ReceiverReport::default()
            }));
        }
        if !packets.is_empty() {
            self.send_rtcp(&packets);
        }
    }
}
