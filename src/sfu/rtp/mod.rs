//! One peer's audio and video between datagrams and packets in the clear: SRTP, repairs, reports,
//! transport-wide numbers. Our own from the first byte to the last, since the library's packet path
//! costs more than all the rest (BENCHMARKS.md); the library makes the handshake (`keys`), ICE and
//! data channels. Pure but for the keys' slot.

mod arrivals;
mod cipher;
#[cfg(test)]
mod day;
#[cfg(any(test, passerelle_fuzz))]
pub(super) mod fuzz;
mod gaps;
mod keys;
mod link_in;
mod link_out;
mod negotiated;
mod packet;
mod profile;
mod recent;
mod reports;
mod srtp;
#[cfg(test)]
pub(super) mod tests;

pub(super) use keys::{KeySlot, Onlooker};
pub(super) use negotiated::Negotiated;
pub(super) use packet::is_media;
pub(crate) use packet::{Header, Packet};
pub(crate) use profile::Profile;
pub(super) use recent::Recent;
pub(crate) use reports::{ClockReading, Reported};

use super::bandwidth::{Gauge, PathState};
use super::layer::{Layer, STREAMS};
use super::offer::Kind;
use arrivals::Arrivals;
use bytes::BytesMut;
use gaps::Gaps;
pub(crate) use link_out::Repair;
use link_out::Sent;
use reports::{Reception, ReportClock, RoundTrips};
use rtc::rtcp;
use srtp::{Opener, Sealer};
use std::time::{Duration, Instant};

/// Who we are in RTCP: we send feedback for no stream of our own.
pub(super) const OURSELVES: u32 = 1;
/// Reports go once a second, as browsers' do.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// What a datagram brought.
#[derive(Debug)]
pub(super) enum Heard {
    /// A packet of one of the peer's streams, the first time or as a repair.
    Packet(Kind, Layer, Packet),
    /// It asks for a keyframe on a stream of ours.
    KeyframeWanted(u32),
    /// It misses these packets of a stream of ours.
    Missed(u32, Vec<u16>),
    /// It reported.
    Reported(Reported),
    /// What the path to it carries is known anew.
    Path(PathState),
}

/// What is known of one of the peer's streams.
struct Incoming {
    ssrc: u32,
    /// That of its repairs, once one has named its layer.
    repairs: Option<u32>,
    reception: Reception,
    gaps: Gaps,
}

/// One peer's media.
pub(super) struct MediaLink {
    /// What the handshake settles on, once the client has said hello.
    pub(super) profile: Option<Profile>,
    slot: KeySlot,
    keys: Option<(Opener, Sealer)>,
    negotiated: Negotiated,
    /// What it may send.
    publishes: [bool; 2],
    /// By place (`layer::place`).
    incoming: [Option<Incoming>; STREAMS],
    arrivals: Arrivals,
    outgoing: Vec<Sent>,
    gauge: Gauge,
    trips: RoundTrips,
    clock: ReportClock,
    report_at: Instant,
    round_trip: Option<Duration>,
    /// Sealed and ready.
    queue: Vec<BytesMut>,
}

impl MediaLink {
    /// Before the handshake; `outgoing` are our streams to it.
    pub(super) fn new(
        slot: KeySlot,
        negotiated: Negotiated,
        publishes: [bool; 2],
        outgoing: impl Iterator<Item = (Kind, u32)>,
        now: Instant,
    ) -> Self {
        let outgoing = outgoing.map(|(kind, ssrc)| Sent::new(kind, ssrc));
        Self {
            profile: None,
            slot,
            keys: None,
            negotiated,
            publishes,
            incoming: [const { None }; STREAMS],
            arrivals: Arrivals::new(now),
            outgoing: outgoing.collect(),
            gauge: Gauge::new(),
            trips: RoundTrips::default(),
            clock: ReportClock(now),
            report_at: now + REPORT_INTERVAL,
            round_trip: None,
            queue: Vec::new(),
        }
    }

    /// Sends RTCP; false before the handshake is over.
    pub(super) fn send_rtcp(&mut self, packets: &[Box<dyn rtcp::Packet>]) -> bool {
        let Some((_, sealer)) = &mut self.keys else {
            return false;
        };
        let Ok(mut compound) = rtcp::packet::marshal(packets) else {
            return false;
        };
        let is_sealed = sealer.seal_rtcp(&mut compound);
        if is_sealed {
            self.queue.push(compound);
        }
        is_sealed
    }

    /// What is to leave, in order.
    pub(super) fn take_queue(&mut self) -> std::vec::Drain<'_, BytesMut> {
        self.queue.drain(..)
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.keys.as_ref()?;
        let gaps = self.incoming.iter().flatten();
        let gaps = gaps.filter_map(|stream| stream.gaps.due()).min();
        let dues = [
            Some(self.report_at),
            self.arrivals.due(),
            self.gauge.due(),
            gaps,
        ];
        dues.into_iter().flatten().min()
    }

    /// Lets time pass: asks for what is missing, reports, and probes the path.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.keys.is_none() {
            return;
        }
        self.ask_for_missing(now);
        let about = self.incoming.iter().flatten().next_back();
        let about = about.map_or(OURSELVES, |stream| stream.ssrc);
        for report in self.arrivals.reports(OURSELVES, about, now) {
            self.send_rtcp(&[Box::new(report)]);
        }
        if self.report_at <= now {
            self.report_at = now + REPORT_INTERVAL;
            self.report(now);
        }
        self.send_probes(now);
    }

    /// The handshake may be over: takes its keys, without which nothing is sent or opened.
    pub(super) fn take_keys(&mut self) {
        if self.keys.is_none() {
            self.keys = self.profile.and_then(|profile| self.slot.take(profile));
        }
    }
}
