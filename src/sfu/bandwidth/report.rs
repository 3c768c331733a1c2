//! The receiver's reports as they come off the wire: transport-wide congestion control feedback
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1), number by number.

use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
    PacketStatusChunk, SymbolTypeTcc, TransportLayerCc,
};
use std::time::Duration;

/// The reference time counts these, in 24 bits (§3.1: multiples of 64 ms).
const REFERENCE_UNIT_US: i64 = 64_000;
const REFERENCE_BITS: u32 = 24;
/// Where the receiver's clock begins for us, so that nothing is before zero.
const ORIGIN_US: i64 = 1 << 40;

/// The receiver's clock, whose reference wraps after twelve days.
#[derive(Debug, Default)]
pub(in crate::sfu) struct ReceiverClock {
    last: Option<(u32, i64)>,
}

impl ReceiverClock {
    /// What a report says of each number: when the packet arrived, or that it did not.
    pub(in crate::sfu) fn read<'a>(
        &mut self,
        report: &'a TransportLayerCc,
    ) -> impl Iterator<Item = (u16, Option<Duration>)> + use<'a> {
        let mut at = self.reference_us(report.reference_time);
        let mut deltas = report.recv_deltas.iter();
        let base = report.base_sequence_number;
        let symbols = report.packet_chunks.iter().flat_map(symbols);
        let symbols = symbols.take(report.packet_status_count.into());
        symbols.enumerate().filter_map(move |(place, symbol)| {
            // Fewer than 2^16 are taken.
            let number = base.wrapping_add(place as u16);
            match symbol {
                SymbolTypeTcc::PacketNotReceived => Some((number, None)),
                SymbolTypeTcc::PacketReceivedWithoutDelta => None,
                _ => {
                    at += deltas.next()?.delta;
                    let us = u64::try_from(at).unwrap_or(0);
                    Some((number, Some(Duration::from_micros(us))))
                }
            }
        })
    }

    fn reference_us(&mut self, reference: u32) -> i64 {
        let unwrapped = match self.last {
            None => i64::from(reference),
            Some((last, unwrapped)) => {
                let shift = 32 - REFERENCE_BITS;
                // The difference of 24-bit numbers, with its sign.
                let ahead = (reference.wrapping_sub(last) << shift).cast_signed() >> shift;
                unwrapped + i64::from(ahead)
            }
        };
        self.last = Some((reference, unwrapped));
        ORIGIN_US + unwrapped * REFERENCE_UNIT_US
    }
}

fn symbols(chunk: &PacketStatusChunk) -> impl Iterator<Item = SymbolTypeTcc> {
    let (run, vector): (_, &[SymbolTypeTcc]) = match chunk {
        PacketStatusChunk::RunLengthChunk(run) => ((run.packet_status_symbol, run.run_length), &[]),
        PacketStatusChunk::StatusVectorChunk(vector) => {
            ((SymbolTypeTcc::PacketNotReceived, 0), &vector.symbol_list)
        }
    };
    std::iter::repeat_n(run.0, run.1.into()).chain(vector.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
        RecvDelta, RunLengthChunk, StatusVectorChunk,
    };

    fn delta(ms: i64) -> RecvDelta {
        RecvDelta {
            delta: ms * 1000,
            ..RecvDelta::default()
        }
    }

    #[test]
    fn a_report_tells_each_number_once_and_times_go_on_when_the_reference_wraps() {
        use SymbolTypeTcc::{PacketNotReceived, PacketReceivedSmallDelta};
        let mut clock = ReceiverClock::default();
        let run = RunLengthChunk {
            packet_status_symbol: PacketReceivedSmallDelta,
            run_length: 2,
            ..RunLengthChunk::default()
        };
        let vector = StatusVectorChunk {
            symbol_list: vec![
                PacketNotReceived,
                PacketReceivedSmallDelta,
                PacketNotReceived,
            ],
            type_tcc: Default::default(),
            symbol_size: Default::default(),
        };
        let mut report = TransportLayerCc {
            base_sequence_number: 65_534,
            packet_status_count: 4,
            reference_time: (1 << 24) - 1,
            packet_chunks: vec![
                PacketStatusChunk::RunLengthChunk(run),
                PacketStatusChunk::StatusVectorChunk(vector),
            ],
            recv_deltas: vec![delta(1), delta(2), delta(3)],
            ..TransportLayerCc::default()
        };
        let first: Vec<_> = clock.read(&report).collect();
        let numbers: Vec<_> = first.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [65_534, 65_535, 0, 1]);
        assert_eq!(first[2].1, None);
        report.reference_time = 0;
        let second: Vec<_> = clock.read(&report).collect();
        let between = second[0].1.unwrap() - first[3].1.unwrap();
        assert_eq!(between, Duration::from_millis(64 + 1 - 6));
    }
}
