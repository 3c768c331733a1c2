//! The sequence window: tells fresh RTP packets from copies, which browsers send as bandwidth
//! probes over RTX (rtc 0.21.1 hands them on, unwrapped). Pure.

/// Packets remembered. At 2.5 Mb/s four seconds; a copy older than that is dropped as stale.
pub(super) const WINDOW: u16 = 1024;
const WORDS: usize = WINDOW as usize / 64;

/// What to do with a received packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not seen before: forward it.
    Fresh,
    /// Seen before, or too old to tell: drop it.
    Stale,
    /// The publisher began a new numbering (RFC 3550 appendix A.1): forward as a new source.
    Restarted,
}

/// A sliding window over 16-bit sequence numbers (RFC 3550 §5.1).
#[derive(Debug, Default)]
pub(crate) struct SequenceWindow {
    highest: Option<u16>,
    seen: [u64; WORDS],
    /// The number that, coming next, proves a new numbering rather than a late packet.
    restart: Option<u16>,
}

impl SequenceWindow {
    /// Judges one packet and remembers it.
    pub(crate) fn judge(&mut self, sequence: u16) -> Verdict {
        let Some(highest) = self.highest else {
            self.restart_at(sequence);
            return Verdict::Fresh;
        };
        let ahead = sequence.wrapping_sub(highest);
        if ahead != 0 && ahead < 0x8000 {
            self.advance(highest, ahead);
            self.mark(sequence);
            self.highest = Some(sequence);
            return Verdict::Fresh;
        }
        if highest.wrapping_sub(sequence) >= WINDOW {
            return self.judge_far_behind(sequence);
        }
        if self.is_marked(sequence) {
            return Verdict::Stale;
        }
        self.mark(sequence);
        Verdict::Fresh
    }

    fn judge_far_behind(&mut self, sequence: u16) -> Verdict {
        if self.restart == Some(sequence) {
            self.restart_at(sequence);
            return Verdict::Restarted;
        }
        self.restart = Some(sequence.wrapping_add(1));
        Verdict::Stale
    }

    fn restart_at(&mut self, sequence: u16) {
        *self = Self {
            highest: Some(sequence),
            ..Self::default()
        };
        self.mark(sequence);
    }

    fn advance(&mut self, highest: u16, ahead: u16) {
        for step in 1..=ahead.min(WINDOW) {
            let (word, bit) = place(highest.wrapping_add(step));
            self.seen[word] &= !bit;
        }
        if ahead > WINDOW {
            self.seen = [0; WORDS];
        }
    }

    fn mark(&mut self, sequence: u16) {
        let (word, bit) = place(sequence);
        self.seen[word] |= bit;
    }

    fn is_marked(&self, sequence: u16) -> bool {
        let (word, bit) = place(sequence);
        self.seen[word] & bit != 0
    }
}

fn place(sequence: u16) -> (usize, u64) {
    let slot = usize::from(sequence % WINDOW);
    (slot / 64, 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn a_packet_sent_twice_is_forwarded_once() {
        let mut window = SequenceWindow::default();
        assert_eq!(window.judge(7), Verdict::Fresh);
        assert_eq!(window.judge(8), Verdict::Fresh);
        assert_eq!(window.judge(7), Verdict::Stale);
        assert_eq!(window.judge(8), Verdict::Stale);
    }

    #[test]
    fn a_late_packet_is_forwarded_once() {
        let mut window = SequenceWindow::default();
        window.judge(65_530);
        window.judge(4);
        assert_eq!(window.judge(65_535), Verdict::Fresh);
        assert_eq!(window.judge(65_535), Verdict::Stale);
    }

    #[test]
    fn a_new_numbering_is_believed_with_its_second_packet() {
        let mut window = SequenceWindow::default();
        window.judge(30_000);
        assert_eq!(window.judge(10), Verdict::Stale);
        assert_eq!(window.judge(11), Verdict::Restarted);
        assert_eq!(window.judge(12), Verdict::Fresh);
    }

    proptest! {
        #[test]
        fn within_the_window_exactly_the_copies_are_dropped(
            start: u16, offsets in proptest::collection::vec(0u16..WINDOW, 1..400)
        ) {
            let mut window = SequenceWindow::default();
            let mut seen = HashSet::from([start]);
            window.judge(start);
            for offset in offsets {
                let sequence = start.wrapping_add(offset);
                let expected = if seen.insert(sequence) { Verdict::Fresh } else { Verdict::Stale };
                prop_assert_eq!(window.judge(sequence), expected);
            }
        }
    }
}
