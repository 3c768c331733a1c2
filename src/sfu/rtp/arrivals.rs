//! When a publisher's packets came, by their transport-wide numbers, told back to it ten times a
//! second (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): its own estimate of the uplink
//! lives on it. Everything that came counts, padding and copies too: a browser's probes are often
//! both, and one that is not reported counts as lost. Pure.

use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
    PacketStatusChunk, RecvDelta, StatusChunkTypeTcc, StatusVectorChunk, SymbolSizeTypeTcc,
    SymbolTypeTcc, TransportLayerCc,
};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// libwebrtc reports every 50 to 250 ms, by the rate (`transport_sequence_number_feedback_
/// generator.cc`); every 100 ms is its mean.
const INTERVAL: Duration = Duration::from_millis(100);
/// Numbers kept between two reports: ten times what 3 Mb/s need. A report counts no more than 2¹⁶.
const NUMBERS_MAX: usize = 512;
const LATE_MAX: usize = 64;
/// The clocks' units (§3.1, §3.1.5).
const REFERENCE_US: u64 = 64_000;
const DELTA_US: u64 = 250;
/// What a delta holds: one byte without a sign, two bytes with one.
const SMALL_MAX: i64 = 0xFF;
const LARGE: std::ops::RangeInclusive<i64> = -0x8000..=0x7FFF;
/// Symbols of two bits in a chunk (§3.1.4).
const SYMBOLS: usize = 7;

/// Notes arrivals and makes reports of them.
#[derive(Debug)]
pub(super) struct Arrivals {
    /// The clock's zero.
    began: Instant,
    /// The number of the first place, once any has come.
    first: Option<u16>,
    /// When each came, in [`DELTA_US`]; `None`: not yet.
    came: VecDeque<Option<u64>>,
    /// What came after it had been reported as missing: each is a report of its own, since one
    /// that begins so far back would call missing what is not.
    late: Vec<(u16, u64)>,
    due: Option<Instant>,
    count: u8,
}

impl Arrivals {
    /// Nothing has come.
    pub(super) fn new(began: Instant) -> Self {
        Self {
            began,
            first: None,
            came: VecDeque::new(),
            late: Vec::new(),
            due: None,
            count: 0,
        }
    }

    /// A packet with this number came.
    pub(super) fn note(&mut self, number: u16, now: Instant) {
        self.due.get_or_insert(now + INTERVAL);
        let at = self.units(now);
        let first = *self.first.get_or_insert(number);
        let place = usize::from(number.wrapping_sub(first));
        if place >= 1 << 15 {
            if self.late.len() < LATE_MAX {
                self.late.push((number, at));
            }
            return;
        }
        if place >= NUMBERS_MAX {
            // A leap: what lies between is not worth a report.
            self.came.clear();
            self.first = Some(number);
            return self.note(number, now);
        }
        while self.came.len() <= place {
            self.came.push_back(None);
        }
        self.came[place].get_or_insert(at);
    }

    /// When the next report is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The reports that are due, about everything that came since the last, from `sender` about
    /// the stream `media`.
    pub(super) fn reports(
        &mut self,
        sender: u32,
        media: u32,
        now: Instant,
    ) -> Vec<TransportLayerCc> {
        let mut reports = Vec::new();
        if self.due.is_none_or(|due| due > now) {
            return reports;
        }
        self.due = None;
        let ends = (sender, media);
        let late = std::mem::take(&mut self.late);
        for (number, at) in late {
            reports.push(self.report(ends, number, &mut VecDeque::from([Some(at)])));
        }
        let mut came = std::mem::take(&mut self.came);
        while let (Some(first), false) = (self.first, came.iter().all(Option::is_none)) {
            let report = self.report(ends, first, &mut came);
            self.first = Some(first.wrapping_add(report.packet_status_count));
            reports.push(report);
        }
        // Its memory is kept, and what is missing behind the newest is not told yet.
        self.came = came;
        reports
    }

    /// A report of numbers from `first` on, as far as its deltas reach; takes them out of `came`,
    /// in which one has come.
    fn report(
        &mut self,
        (sender_ssrc, media_ssrc): (u32, u32),
        first: u16,
        came: &mut VecDeque<Option<u64>>,
    ) -> TransportLayerCc {
        let begin = came.iter().flatten().next().copied().unwrap_or(0);
        let reference = begin * DELTA_US / REFERENCE_US;
        let mut clock = reference * REFERENCE_US / DELTA_US;
        let (mut symbols, mut recv_deltas) = (Vec::new(), Vec::new());
        while let Some(&came_at) = came.front() {
            let mut symbol = SymbolTypeTcc::PacketNotReceived;
            if let Some(at) = came_at {
                let units = at.cast_signed() - clock.cast_signed();
                // More than eight seconds: that is for the next report.
                if !LARGE.contains(&units) {
                    break;
                }
                symbol = if (0..=SMALL_MAX).contains(&units) {
                    SymbolTypeTcc::PacketReceivedSmallDelta
                } else {
                    SymbolTypeTcc::PacketReceivedLargeDelta
                };
                recv_deltas.push(RecvDelta {
                    type_tcc_packet: symbol,
                    delta: units * DELTA_US.cast_signed(),
                });
                clock = at;
            }
            symbols.push(symbol);
            came.pop_front();
        }
        let fb_pkt_count = self.count;
        self.count = self.count.wrapping_add(1);
        TransportLayerCc {
            sender_ssrc,
            media_ssrc,
            base_sequence_number: first,
            // No more than NUMBERS_MAX.
            packet_status_count: symbols.len() as u16,
            // In 24 bits, which wrap after twelve days.
            reference_time: (reference & 0xFF_FFFF) as u32,
            fb_pkt_count,
            packet_chunks: symbols.chunks(SYMBOLS).map(chunk).collect(),
            recv_deltas,
        }
    }

    fn units(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.began).as_micros();
        u64::try_from(since).unwrap_or(u64::MAX) / DELTA_US
    }
}

fn chunk(symbols: &[SymbolTypeTcc]) -> PacketStatusChunk {
    let mut symbol_list = symbols.to_vec();
    symbol_list.resize(SYMBOLS, SymbolTypeTcc::PacketNotReceived);
    PacketStatusChunk::StatusVectorChunk(StatusVectorChunk {
        type_tcc: StatusChunkTypeTcc::StatusVectorChunk,
        symbol_size: SymbolSizeTypeTcc::TwoBit,
        symbol_list,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::bandwidth::ReceiverClock;
    use bytes::Bytes;
    use proptest::prelude::*;
    use rtc::shared::marshal::{Marshal, Unmarshal};

    /// What a report says once it has been on the wire: by number, how long after the first.
    fn told(reports: &[TransportLayerCc]) -> Vec<(u16, Option<Duration>)> {
        let mut clock = ReceiverClock::default();
        let mut told = Vec::new();
        for report in reports {
            let mut wire = Bytes::from(report.marshal().unwrap());
            let read = TransportLayerCc::unmarshal(&mut wire).unwrap();
            told.extend(clock.read(&read));
        }
        told
    }

    #[test]
    fn a_report_tells_what_came_when_and_what_did_not() {
        let start = crate::sfu::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut arrivals = Arrivals::new(start);
        for (number, ms) in [(65_534, 1000), (65_535, 1003), (1, 1200), (0, 1201)] {
            arrivals.note(number, at(ms));
        }
        arrivals.note(4, at(1090));
        assert!(arrivals.reports(1, 2, at(1099)).is_empty());
        let told = told(&arrivals.reports(1, 2, at(1300)));
        let zero = told[0].1.unwrap();
        let after = |(number, came): &(u16, Option<Duration>)| {
            let came = came.map(|came| came.as_millis().cast_signed());
            (
                *number,
                came.map(|came| came - zero.as_millis().cast_signed()),
            )
        };
        let told: Vec<_> = told.iter().map(after).collect();
        let expected = [
            (65_534, Some(0)),
            (65_535, Some(3)),
            (0, Some(201)),
            (1, Some(200)),
            (2, None),
            (3, None),
            (4, Some(90)),
        ];
        assert_eq!(told, expected);
        assert!(arrivals.reports(1, 2, at(1400)).is_empty(), "nothing new");
        arrivals.note(2, at(1410));
        let late = &arrivals.reports(1, 2, at(1600))[0];
        assert_eq!(
            (late.base_sequence_number, late.packet_status_count),
            (2, 1)
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_is_told_once_at_its_time(
            steps in proptest::collection::vec((1_u16..40, 0_u64..400), 1..200), first: u16
        ) {
            let start = crate::sfu::now();
            let mut arrivals = Arrivals::new(start);
            let (mut number, mut now) = (first, start);
            let (mut noted, mut reports) = (Vec::new(), Vec::new());
            for (ahead, ms) in steps {
                now += Duration::from_millis(ms);
                reports.extend(arrivals.reports(1, 2, now));
                arrivals.note(number, now);
                noted.push((number, now));
                number = number.wrapping_add(ahead);
            }
            let end = now + Duration::from_secs(1);
            reports.extend(arrivals.reports(1, 2, end));
            let told: Vec<_> = told(&reports).into_iter()
                .filter_map(|(number, came)| Some((number, came?))).collect();
            prop_assert_eq!(told.len(), noted.len());
            for (told, noted) in told.windows(2).zip(noted.windows(2)) {
                prop_assert_eq!(told[1].0, noted[1].0);
                let (told, noted) = (told[1].1 - told[0].1, noted[1].1 - noted[0].1);
                let apart = told.abs_diff(noted);
                prop_assert!(apart <= Duration::from_micros(DELTA_US), "{:?} {:?}", told, noted);
            }
        }
    }
}
