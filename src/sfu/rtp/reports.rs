//! The reports that both ends send once a second (RFC 3550 §6.4): ours about what we send and
//! receive, and what the client's say of the round trip, of losses and of its clocks. Pure.

use super::packet::Header;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Our own reports remembered: one a second of each of ten streams, for two seconds; whoever
/// answers later is not measured.
const SENT_MAX: usize = 20;
/// A longer round trip is a wrong report.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(10);

/// What a client reported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reported {
    /// To the client and back.
    pub(crate) round_trip: Option<Duration>,
    /// The largest share it lost of one of our streams, in 256ths, before repair.
    pub(crate) lost: Option<u8>,
    /// At this moment of its own time its stream's RTP clock showed this.
    pub(crate) clock: Option<ClockReading>,
}

/// A sender report's two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockReading {
    pub(crate) ssrc: u32,
    /// In 2⁻³² seconds (NTP).
    pub(crate) ntp: u64,
    pub(crate) rtp: u32,
}

/// Our time in reports: seconds in 32.32 since something. Reports never compare it with anybody
/// else's (RFC 3550 §4 allows that), so that it is the monotonic clock's.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportClock(pub(super) Instant);

impl ReportClock {
    fn at(self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.0);
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        // Not zero, which says "never" (§6.4.1).
        ((since.as_secs() + 1) << 32) + fraction
    }
}

/// What we have sent of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    packets: u32,
    octets: u32,
    /// The newest packet's timestamp, and when it left.
    newest: Option<(u32, Instant)>,
    clock_rate: u32,
}

impl Account {
    /// Of a stream with `clock_rate` units a second.
    pub(super) fn new(clock_rate: u32) -> Self {
        Self {
            packets: 0,
            octets: 0,
            newest: None,
            clock_rate,
        }
    }

    /// A packet leaves.
    pub(super) fn note(&mut self, timestamp: u32, octets: usize, now: Instant) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets as u32);
        let is_newer = |(newest, _): (u32, Instant)| timestamp.wrapping_sub(newest) < 1 << 31;
        if self.newest.is_none_or(is_newer) && self.newest.is_none_or(|n| n.0 != timestamp) {
            self.newest = Some((timestamp, now));
        }
    }

    /// The report about it; `None` before the first packet.
    pub(super) fn report(
        &self,
        ssrc: u32,
        clock: ReportClock,
        now: Instant,
    ) -> Option<SenderReport> {
        let (timestamp, left) = self.newest?;
        let since = now.saturating_duration_since(left).as_secs_f64();
        // What has passed since, in the stream's own units; it wraps as they do.
        let passed = (since * f64::from(self.clock_rate)) as u64 as u32;
        Some(SenderReport {
            ssrc,
            ntp_time: clock.at(now),
            rtp_time: timestamp.wrapping_add(passed),
            packet_count: self.packets,
            octet_count: self.octets,
            ..SenderReport::default()
        })
    }
}

/// What has come of one stream (RFC 3550 appendix A.3, A.8).
#[derive(Clone, Copy, Debug)]
pub(super) struct Reception {
    ssrc: u32,
    clock_rate: u32,
    /// The first number, and the highest so far, rollovers included.
    first: u64,
    highest: u64,
    received: u64,
    /// Expected and received when the last report was made.
    before: (u64, u64),
    /// The last packet's arrival and timestamp, and the jitter in units of its clock.
    last: Option<(Instant, u32)>,
    jitter: f64,
    /// The middle of its last sender report's time, and when that came.
    heard: Option<(u32, Instant)>,
}

impl Reception {
    /// Of a stream whose first packet this is.
    pub(super) fn new(header: &Header, clock_rate: u32) -> Self {
        // One rollover ahead, so that what comes before the first is still above zero.
        let first = (1 << 16) + u64::from(header.sequence_number);
        Self {
            ssrc: header.ssrc,
            clock_rate,
            first,
            highest: first,
            received: 0,
            before: (0, 0),
            last: None,
            jitter: 0.0,
            heard: None,
        }
    }

    /// A packet came on this very stream; copies and repairs on another are not counted.
    pub(super) fn note(&mut self, header: &Header, now: Instant) {
        self.received += 1;
        let ahead = header.sequence_number.wrapping_sub(self.highest as u16);
        if ahead < 1 << 15 {
            self.highest += u64::from(ahead);
        }
        if let Some((came, timestamp)) = self.last {
            let between = now.saturating_duration_since(came).as_secs_f64();
            let meant = header.timestamp.wrapping_sub(timestamp).cast_signed();
            let apart = between * f64::from(self.clock_rate) - f64::from(meant);
            self.jitter += (apart.abs() - self.jitter) / 16.0;
        }
        self.last = Some((now, header.timestamp));
    }

    /// Its sender has reported.
    pub(super) fn heard(&mut self, ntp: u64, now: Instant) {
        self.heard = Some((middle(ntp), now));
    }

    /// The report about it.
    pub(super) fn report(&mut self, now: Instant) -> ReceptionReport {
        let expected = self.highest - self.first + 1;
        let (expected_before, received_before) = self.before;
        self.before = (expected, self.received);
        let expected_now = expected - expected_before;
        let lost_now = expected_now.saturating_sub(self.received - received_before);
        let lost_in_256 = (lost_now << 8).checked_div(expected_now).unwrap_or(0);
        let since = |came: Instant| {
            let held = now.saturating_duration_since(came).as_secs_f64() * 65536.0;
            held as u32
        };
        ReceptionReport {
            ssrc: self.ssrc,
            fraction_lost: u8::try_from(lost_in_256).unwrap_or(u8::MAX),
            // In 24 bits.
            total_lost: expected.saturating_sub(self.received).min(0x7F_FFFF) as u32,
            // One rollover was added.
            last_sequence_number: (self.highest - (1 << 16)) as u32,
            jitter: self.jitter as u32,
            last_sender_report: self.heard.map_or(0, |(middle, _)| middle),
            delay: self.heard.map_or(0, |(_, came)| since(came)),
        }
    }
}

/// Our sender reports of late, by which a client's answer gives the round trip.
#[derive(Debug, Default)]
pub(super) struct RoundTrips {
    /// The middle 32 bits of the time in each, and when it left.
    sent: VecDeque<(u32, Instant)>,
}

impl RoundTrips {
    /// A report of ours leaves.
    pub(super) fn note_sent(&mut self, report: &SenderReport, now: Instant) {
        if self.sent.len() >= SENT_MAX {
            self.sent.pop_front();
        }
        self.sent.push_back((middle(report.ntp_time), now));
    }

    /// What a client's report blocks say.
    pub(super) fn read(&self, blocks: &[ReceptionReport], now: Instant) -> Reported {
        let mut reported = Reported::default();
        for block in blocks {
            reported.lost = reported.lost.max(Some(block.fraction_lost));
            let answered = self
                .sent
                .iter()
                .rfind(|(middle, _)| *middle == block.last_sender_report);
            let Some((_, left)) = answered else { continue };
            // In 2⁻¹⁶ seconds (RFC 3550 §6.4.1).
            let held = Duration::from_secs_f64(f64::from(block.delay) / 65536.0);
            let round_trip = now.saturating_duration_since(*left).checked_sub(held);
            let is_likely = |round_trip: &Duration| *round_trip < ROUND_TRIP_MAX;
            reported.round_trip = round_trip.filter(is_likely).or(reported.round_trip);
        }
        reported
    }
}

fn middle(ntp: u64) -> u32 {
    // The upper and lower sixteen bits are left out on purpose.
    (ntp >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Instant {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        *START.get_or_init(crate::sfu::now) + Duration::from_millis(milliseconds)
    }

    fn header(sequence_number: u16, timestamp: u32) -> Header {
        Header {
            ssrc: 7,
            sequence_number,
            timestamp,
            ..Header::default()
        }
    }

    #[test]
    fn the_round_trip_is_the_time_since_our_report_less_what_the_client_held_it() {
        let mut account = Account::new(90_000);
        account.note(500, 1000, at(0));
        let ours = account.report(1, ReportClock(at(0)), at(100)).unwrap();
        assert_eq!(
            (ours.rtp_time, ours.packet_count, ours.octet_count),
            (9500, 1, 1000)
        );
        let mut trips = RoundTrips::default();
        trips.note_sent(&ours, at(100));
        let block = ReceptionReport {
            fraction_lost: 26,
            last_sender_report: middle(ours.ntp_time),
            delay: 65536 / 2,
            ..ReceptionReport::default()
        };
        let expected = Reported {
            round_trip: Some(Duration::from_millis(40)),
            lost: Some(26),
            clock: None,
        };
        assert_eq!(trips.read(std::slice::from_ref(&block), at(640)), expected);
        let unknown = ReceptionReport {
            last_sender_report: 77,
            ..block
        };
        assert_eq!(trips.read(&[unknown], at(640)).round_trip, None);
    }

    #[test]
    fn losses_are_those_since_the_last_report_and_in_all() {
        let mut reception = Reception::new(&header(65_530, 0), 90_000);
        for step in (0..20_u16).filter(|step| step % 4 != 3) {
            reception.note(&header(65_530_u16.wrapping_add(step), 0), at(0));
        }
        let report = reception.report(at(0));
        assert_eq!((report.fraction_lost, report.total_lost), (53, 4));
        assert_eq!(report.last_sequence_number, 65_530 + 18);
        reception.note(&header(65_530_u16.wrapping_add(19), 0), at(0));
        let report = reception.report(at(0));
        assert_eq!((report.fraction_lost, report.total_lost), (0, 4));
    }

    #[test]
    fn steady_packets_have_no_jitter_and_late_ones_some() {
        let mut reception = Reception::new(&header(0, 0), 90_000);
        for step in 0..100_u16 {
            let timestamp = u32::from(step) * 900;
            reception.note(&header(step, timestamp), at(u64::from(step) * 10));
        }
        assert_eq!(reception.report(at(1000)).jitter, 0);
        reception.note(&header(100, 90_000), at(1016));
        assert_eq!(reception.report(at(1016)).jitter, 90);
    }

    #[test]
    fn a_sender_reads_when_its_report_came_and_how_long_ago() {
        let mut reception = Reception::new(&header(0, 0), 90_000);
        reception.heard(0x1234_5678_9ABC_DEF0, at(0));
        let report = reception.report(at(500));
        assert_eq!(report.last_sender_report, 0x5678_9ABC);
        assert_eq!(report.delay, 65536 / 2);
    }
}
