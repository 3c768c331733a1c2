//! The gauge of one subscriber's path: numbers every packet that leaves, repairs and probes
//! included (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2), reads the reports about them,
//! and says when a probe is due. Pure.

use super::estimator::{Estimator, PathState};
use super::report::ReceiverClock;
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use std::time::{Duration, Instant};

/// What a packet has around its payload: RTP header and number (20), SRTP tag (16, RFC 7714 §5.2),
/// UDP (8) and IPv4 (20).
const OVERHEAD_BYTES: u32 = 64;

/// The most one picture is worth: Chromium sends 2.5 Mb/s for 1280 × 720 (libwebrtc,
/// `GetMaxDefaultVideoBitrateKbps`), and a fifth more keeps the limit from being felt.
pub(super) const PICTURE_BPS: f64 = 3_000_000.0;

/// See the module.
pub(in crate::sfu) struct Gauge {
    estimator: Estimator,
    clock: ReceiverClock,
    probe_at: Option<Instant>,
    told: Option<PathState>,
}

impl Gauge {
    /// Nothing has left yet.
    pub(in crate::sfu) fn new() -> Self {
        Self {
            estimator: Estimator::new(PICTURE_BPS),
            clock: ReceiverClock::default(),
            probe_at: None,
            told: None,
        }
    }

    /// A packet with so many bytes of payload leaves: its number.
    pub(in crate::sfu) fn depart(&mut self, payload_bytes: usize, now: Instant) -> u16 {
        let number = self.estimator.depart(on_the_wire(payload_bytes), now);
        if self.probe_at.is_some() {
            self.plan(now);
        }
        number
    }

    /// The path was gone for a while, and is back.
    pub(in crate::sfu) fn path_is_back(&mut self) {
        self.estimator.forget();
    }

    /// True when a repair with so many bytes of payload may leave now.
    pub(in crate::sfu) fn allows_repair(&mut self, payload_bytes: usize, now: Instant) -> bool {
        self.estimator
            .allows_repair(on_the_wire(payload_bytes), now)
    }

    /// How long repairs of packets with so much payload each would take.
    pub(in crate::sfu) fn repairs_take(&self, payloads: impl Iterator<Item = usize>) -> Duration {
        self.estimator.repairs_take(payloads.map(on_the_wire).sum())
    }

    /// Reads a report of a client that is sent so many pictures; what the path carries, when that
    /// is news.
    pub(in crate::sfu) fn read(
        &mut self,
        report: &TransportLayerCc,
        pictures: usize,
        now: Instant,
    ) -> Option<PathState> {
        self.estimator.report(self.clock.read(report), now);
        self.estimator.want(PICTURE_BPS * pictures as f64);
        if pictures > 0 {
            self.plan(now);
        } else {
            self.give_up();
        }
        let state = self
            .estimator
            .state()
            .filter(|state| self.told != Some(*state));
        self.told = state.or(self.told);
        state
    }

    /// Finds out when the next packet of a probe is due.
    pub(in crate::sfu) fn plan(&mut self, now: Instant) {
        self.probe_at = self.estimator.probe_due(now);
    }

    /// There is nothing to probe with.
    pub(in crate::sfu) fn give_up(&mut self) {
        self.probe_at = None;
    }

    /// When a packet of a probe is due, if media does not come first.
    pub(in crate::sfu) fn due(&self) -> Option<Instant> {
        self.probe_at
    }

    /// True when one is due now.
    pub(in crate::sfu) fn is_due(&self, now: Instant) -> bool {
        self.probe_at.is_some_and(|at| at <= now)
    }
}

fn on_the_wire(payload_bytes: usize) -> u32 {
    payload_bytes as u32 + OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
        PacketStatusChunk, RecvDelta, RunLengthChunk, SymbolTypeTcc,
    };

    /// All of `numbers` arrived, a millisecond apart.
    fn report(numbers: std::ops::Range<u16>) -> TransportLayerCc {
        let count = numbers.end - numbers.start;
        let run = RunLengthChunk {
            packet_status_symbol: SymbolTypeTcc::PacketReceivedSmallDelta,
            run_length: count,
            ..RunLengthChunk::default()
        };
        let delta = RecvDelta {
            delta: 1000,
            ..RecvDelta::default()
        };
        TransportLayerCc {
            base_sequence_number: numbers.start,
            packet_status_count: count,
            reference_time: u32::from(numbers.start / 64),
            packet_chunks: vec![PacketStatusChunk::RunLengthChunk(run)],
            recv_deltas: vec![delta; count.into()],
            ..TransportLayerCc::default()
        }
    }

    #[test]
    fn reports_become_a_path_that_is_told_when_it_changes_and_probes_follow() {
        let (mut now, mut gauge) = (crate::sfu::now(), Gauge::new());
        let mut told = Vec::new();
        for number in 0..400_u16 {
            now += Duration::from_millis(1);
            assert_eq!(gauge.depart(1000, now), number);
            if number % 100 == 99 {
                told.extend(gauge.read(&report(number - 99..number + 1), 1, now));
            }
        }
        // Eight megabits came through, of which one picture can use three.
        let newest = told.last().expect("a path");
        assert!(newest.estimate_bps > 1_000_000.0, "{told:?}");
        assert!(told.windows(2).all(|pair| pair[0] != pair[1]));
        gauge.estimator.want(100_000_000.0);
        gauge.plan(now);
        assert!(gauge.is_due(now), "more could be used than is known to fit");
        gauge.give_up();
        assert_eq!(gauge.due(), None);
    }

    #[test]
    fn where_more_is_lost_than_can_be_repaired_repairs_end() {
        let (now, mut gauge) = (crate::sfu::now(), Gauge::new());
        let repairs = (0..200).filter(|_| gauge.allows_repair(1000, now)).count();
        assert!((5..50).contains(&repairs), "{repairs}");
    }
}
