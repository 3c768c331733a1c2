//! The rewriter: keeps sequence numbers and timestamps of one outgoing stream continuous while
//! its source is replaced, so that a receiver never notices a re-join. Pure.

use std::time::Instant;

/// Packets behind the newest that may still be forwarded; the publisher's window is shorter.
const REACH: u16 = 8192;

/// Maps the numbering of the present source onto the outgoing stream by offsets.
#[derive(Debug)]
pub(super) struct Rewriter {
    clock_rate: u32,
    source: Option<Source>,
    sent: Option<Sent>,
}

/// The present source: its offsets and the range of its numbers that is ours.
#[derive(Debug)]
struct Source {
    sequence_offset: u16,
    timestamp_offset: u32,
    floor: u16,
    highest: u16,
}

/// The newest packet that left.
#[derive(Debug)]
struct Sent {
    sequence: u16,
    timestamp: u32,
    at: Instant,
}

impl Rewriter {
    /// A rewriter for a stream with `clock_rate` timestamp units per second.
    pub(super) fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            source: None,
            sent: None,
        }
    }

    /// The next packet comes from another source, whose numbering has nothing to do with the last.
    pub(super) fn switch_source(&mut self) {
        self.source = None;
    }

    /// Sequence number and timestamp to send, or `None` for a packet from before the switch.
    pub(super) fn rewrite(
        &mut self,
        sequence: u16,
        timestamp: u32,
        now: Instant,
    ) -> Option<(u16, u32)> {
        let source = match &mut self.source {
            Some(source) => source,
            None => {
                let (sequence_offset, timestamp_offset) = offsets(
                    self.sent.as_ref(),
                    self.clock_rate,
                    sequence,
                    timestamp,
                    now,
                );
                let (floor, highest) = (sequence, sequence);
                let source = Source {
                    sequence_offset,
                    timestamp_offset,
                    floor,
                    highest,
                };
                self.source.insert(source)
            }
        };
        if is_before(sequence, source.floor) {
            return None;
        }
        let out = (
            sequence.wrapping_add(source.sequence_offset),
            timestamp.wrapping_add(source.timestamp_offset),
        );
        if !is_before(sequence, source.highest) {
            source.highest = sequence;
            if source.highest.wrapping_sub(source.floor) > REACH {
                source.floor = source.highest.wrapping_sub(REACH);
            }
            self.sent = Some(Sent {
                sequence: out.0,
                timestamp: out.1,
                at: now,
            });
        }
        Some(out)
    }

    /// What [`rewrite`](Self::rewrite) made of a packet that has left; `None` for any other.
    pub(super) fn again(&self, sequence: u16, timestamp: u32) -> Option<(u16, u32)> {
        let source = self
            .source
            .as_ref()
            .filter(|source| source.has_sent(sequence))?;
        Some((
            sequence.wrapping_add(source.sequence_offset),
            timestamp.wrapping_add(source.timestamp_offset),
        ))
    }

    /// The source's number of a packet that has left under `sequence`, if it was the present one's.
    pub(super) fn original(&self, sequence: u16) -> Option<u16> {
        let source = self.source.as_ref()?;
        let original = sequence.wrapping_sub(source.sequence_offset);
        source.has_sent(original).then_some(original)
    }
}

impl Source {
    fn has_sent(&self, sequence: u16) -> bool {
        !is_before(sequence, self.floor) && !is_before(self.highest, sequence)
    }
}

/// Where the first numbering begins: in the lower half, as browsers' does, since a receiver that
/// misses the first wrap could never decrypt what follows (RFC 3711 §3.3.1: it cannot know of it).
const BEGIN: u16 = 0x7FFF;

/// Offsets that let a source begin one packet, and the time gone by, after the last that left.
fn offsets(
    sent: Option<&Sent>,
    clock_rate: u32,
    sequence: u16,
    timestamp: u32,
    now: Instant,
) -> (u16, u32) {
    let Some(sent) = sent else {
        return ((sequence & BEGIN).wrapping_sub(sequence), 0);
    };
    let elapsed = now.saturating_duration_since(sent.at).as_micros();
    // Truncation is the arithmetic of RTP timestamps: modulo 2^32 (RFC 3550 §5.1).
    let ticks = (elapsed * u128::from(clock_rate) / 1_000_000) as u32;
    let next = sent.timestamp.wrapping_add(ticks.max(1));
    (
        sent.sequence.wrapping_add(1).wrapping_sub(sequence),
        next.wrapping_sub(timestamp),
    )
}

fn is_before(a: u16, b: u16) -> bool {
    a != b && b.wrapping_sub(a) < 0x8000
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn the_first_source_passes_unchanged() {
        let mut rewriter = Rewriter::new(90_000);
        assert_eq!(
            rewriter.rewrite(5, 1000, crate::sfu::now()),
            Some((5, 1000))
        );
    }

    #[test]
    fn a_replaced_source_goes_on_where_the_last_one_stopped() {
        let start = crate::sfu::now();
        let mut rewriter = Rewriter::new(90_000);
        rewriter.rewrite(32_767, 1000, start);
        rewriter.switch_source();
        let later = start + Duration::from_millis(100);
        assert_eq!(rewriter.rewrite(300, 77, later), Some((32_768, 10_000)));
        assert_eq!(rewriter.rewrite(302, 3077, later), Some((32_770, 13_000)));
        assert_eq!(rewriter.again(301, 77), Some((32_769, 10_000)));
        assert_eq!(rewriter.rewrite(301, 77, later), Some((32_769, 10_000)));
        assert_eq!(rewriter.original(32_769), Some(301));
        for sequence in [32_767, 32_771] {
            assert_eq!(
                rewriter.original(sequence),
                None,
                "of the last source, or to come"
            );
        }
        assert_eq!(rewriter.again(299, 77), None);
    }

    #[test]
    fn the_first_numbering_begins_in_the_lower_half() {
        for (first, expected) in [(65_535, 32_767), (32_768, 0), (5, 5)] {
            let mut rewriter = Rewriter::new(90_000);
            let out = rewriter.rewrite(first, 7, crate::sfu::now());
            assert_eq!(out, Some((expected, 7)));
        }
    }

    #[test]
    fn a_packet_from_before_the_switch_is_not_forwarded() {
        let mut rewriter = Rewriter::new(90_000);
        let now = crate::sfu::now();
        rewriter.rewrite(10, 0, now);
        rewriter.switch_source();
        rewriter.rewrite(500, 0, now);
        assert_eq!(rewriter.rewrite(499, 0, now), None);
    }

    proptest! {
        #[test]
        fn numbers_and_times_never_go_back_over_any_number_of_sources(
            sources in proptest::collection::vec((any::<u16>(), any::<u32>(), 1u16..100), 1..20)
        ) {
            let mut now = crate::sfu::now();
            let mut rewriter = Rewriter::new(90_000);
            let mut last: Option<(u16, u32)> = None;
            for (sequence, timestamp, packets) in sources {
                rewriter.switch_source();
                for n in 0..packets {
                    now += Duration::from_millis(7);
                    let stamp = timestamp.wrapping_add(u32::from(n) * 630);
                    let out = rewriter.rewrite(sequence.wrapping_add(n), stamp, now);
                    prop_assert!(out.is_some());
                    if let (Some(last), Some(out)) = (last, out) {
                        prop_assert_eq!(out.0, last.0.wrapping_add(1));
                        prop_assert!(out.1.wrapping_sub(last.1) < 0x8000_0000);
                        prop_assert!(out.1 != last.1);
                    }
                    last = out;
                }
            }
        }

        #[test]
        fn a_long_source_keeps_its_offset(start: u16) {
            let now = crate::sfu::now();
            let mut rewriter = Rewriter::new(48_000);
            rewriter.rewrite(9, 0, now);
            rewriter.switch_source();
            for n in 0..100_000u32 {
                let sequence = start.wrapping_add(n as u16);
                let out = rewriter.rewrite(sequence, n * 960, now);
                prop_assert_eq!(out.map(|out| out.0), Some(10u16.wrapping_add(n as u16)));
            }
        }
    }
}
