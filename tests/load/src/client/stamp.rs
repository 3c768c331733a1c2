//! What a publisher sends: packets shaped as VP8 (RFC 7741), so that an SFU that looks for
//! keyframes forwards them, each with its number and the time it was sent. A gate tells whoever
//! receives them which are new.

use std::time::Duration;

/// Packets of one frame: at 2.5 Mb/s, 29 frames a second.
pub(crate) const PER_FRAME: u32 = 9;

/// Bytes of the datagram: RTP header, payload and the tag of SRTP.
pub(crate) const DATAGRAM: usize = 1200;
const PAYLOAD: usize = DATAGRAM - 12 - 16;

/// The payload descriptor of a packet that begins a frame (RFC 7741 §4.2), and of any other.
const BEGINS: u8 = 0x10;
const GOES_ON: u8 = 0x00;

/// The first byte of a VP8 frame (RFC 6386 §9.1), by its lowest bit.
const KEYFRAME: u8 = 0x50;
const DELTA: u8 = 0x51;

/// Where number and time stand.
const NUMBER: std::ops::Range<usize> = 2..10;
const TIME: std::ops::Range<usize> = 10..18;

/// What a packet says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Its place among all of its publisher, from 0.
    pub(crate) number: u64,
    /// Since the beginning of the clients' clock.
    pub(crate) sent_at: Duration,
}

impl Stamp {
    /// The packet; `keyframe` when it begins one.
    pub(crate) fn write(self, keyframe: bool) -> Vec<u8> {
        let mut payload = vec![0; PAYLOAD];
        let begins = self.place() == 0;
        payload[0] = if begins { BEGINS } else { GOES_ON };
        payload[1] = if keyframe { KEYFRAME } else { DELTA };
        payload[NUMBER].copy_from_slice(&self.number.to_be_bytes());
        let nanos = u64::try_from(self.sent_at.as_nanos()).unwrap_or(u64::MAX);
        payload[TIME].copy_from_slice(&nanos.to_be_bytes());
        payload
    }

    /// What this packet says; `None` for one that is not ours.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let field = |range: std::ops::Range<usize>| -> Option<u64> {
            let bytes: [u8; 8] = payload.get(range)?.try_into().ok()?;
            Some(u64::from_be_bytes(bytes))
        };
        (payload.len() == PAYLOAD).then_some(())?;
        Some(Self {
            number: field(NUMBER)?,
            sent_at: Duration::from_nanos(field(TIME)?),
        })
    }

    /// Its place in its frame, from 0.
    pub(crate) fn place(self) -> u64 {
        self.number % u64::from(PER_FRAME)
    }

    /// Its frame's time on the RTP clock of video, where so many packets are sent in a second.
    pub(crate) fn rtp_time(self, per_second: u32) -> u32 {
        let frame = self.number / u64::from(PER_FRAME);
        let ticks = frame * 90_000 * u64::from(PER_FRAME) / u64::from(per_second);
        // The RTP clock wraps (RFC 3550 §5.1).
        ticks as u32
    }
}

/// Packets remembered behind the newest: eight seconds of one publisher, longer than any repair.
const REMEMBERED: u64 = 2048;

/// Which packets of one publisher have come.
pub(crate) struct Gate {
    /// One more than the highest number that has come.
    next: u64,
    came: Vec<bool>,
}

/// How a packet stands to those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Ahead of all others.
    InOrder,
    /// Behind one that was sent later: repaired, or overtaken.
    Late,
    /// It has come before, or is too old to tell.
    Again,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            next: 0,
            came: vec![false; REMEMBERED as usize],
        }
    }

    pub(crate) fn pass(&mut self, number: u64) -> Arrival {
        let slot = (number % REMEMBERED) as usize;
        if number >= self.next {
            let fresh = self.next..number;
            // Those in between have not come; of a long gap, only what is remembered.
            for missing in fresh.rev().take(REMEMBERED as usize) {
                self.came[(missing % REMEMBERED) as usize] = false;
            }
            self.next = number + 1;
            self.came[slot] = true;
            return Arrival::InOrder;
        }
        if number + REMEMBERED < self.next || std::mem::replace(&mut self.came[slot], true) {
            return Arrival::Again;
        }
        Arrival::Late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_says_what_was_written_and_only_frames_begin_with_a_start() {
        let stamp = Stamp {
            number: 9,
            sent_at: Duration::from_micros(12_345),
        };
        let payload = stamp.write(true);
        assert_eq!((payload[0], payload[1] & 1), (0x10, 0));
        assert_eq!(Stamp::read(&payload), Some(stamp));
        let next = Stamp {
            number: 10,
            ..stamp
        };
        assert_eq!(next.write(false)[0], 0);
        assert_eq!(next.rtp_time(260), stamp.rtp_time(260));
        assert_eq!(Stamp::read(&payload[1..]), None);
    }

    #[test]
    fn a_second_of_frames_is_a_second_on_the_rtp_clock_at_any_rate() {
        for per_second in [26, 260, 1000] {
            let stamp = Stamp {
                number: u64::from(per_second * PER_FRAME),
                sent_at: Duration::ZERO,
            };
            assert_eq!(stamp.rtp_time(per_second), 90_000 * PER_FRAME);
        }
    }

    #[test]
    fn each_packet_counts_once_in_whatever_order() {
        let mut gate = Gate::new();
        let order = [0, 2, 1, 1, 3, 2].map(|number| gate.pass(number));
        use Arrival::{Again, InOrder, Late};
        assert_eq!(order, [InOrder, InOrder, Late, Again, InOrder, Again]);
        assert_eq!(gate.pass(3 + REMEMBERED * 3), InOrder);
        assert_eq!(gate.pass(3 + REMEMBERED * 2), Again, "too old to tell");
        assert_eq!(gate.pass(4 + REMEMBERED * 2), Late);
    }
}
