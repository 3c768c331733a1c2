//! Probes: short trains of packets at a higher rate than the estimate, which show whether the path
//! carries more (libwebrtc `probe_controller.cc`, `probe_bitrate_estimator.cc`). Sent only while
//! the receiver could use more than it is thought to get. Pure.

use super::history::Outcome;
use super::throughput::rate;
use std::time::{Duration, Instant};

/// The first probe against the first estimate (libwebrtc, `p1`: 3), then against what is known
/// (`alr_scale`: 2).
const FIRST_STEP: f64 = 3.0;
const STEP: f64 = 2.0;
/// A train has at least this many packets and lasts at least this long (libwebrtc,
/// `min_probe_packets_sent`: 5, `min_probe_duration`: 15 ms); one more packet, since at 5 % loss
/// one in four trains of five would not be whole enough.
const PACKETS: u32 = 6;
const DURATION: Duration = Duration::from_millis(15);
/// One that has not left by then has been overtaken by events.
const MAX_DURATION: Duration = Duration::from_millis(300);
/// What of a train must arrive (`kMinReceivedProbesRatio`).
const WHOLE: f64 = 0.8;
/// A train that arrives slower than this part of its rate has filled the link, whose capacity is
/// then taken a little lower than seen (`kMinRatioForUnsaturatedLink`,
/// `kTargetUtilizationFraction`).
const UNSATURATED: f64 = 0.9;
const UTILISATION: f64 = 0.95;
/// A train that arrives faster than twice as fast as it left is nonsense (`kMaxValidRatio`).
const MAX_RATIO: f64 = 2.0;
/// Success that calls for the next step at once (`further_probe_threshold`: 0.7).
const FURTHER: f64 = 0.7;
/// Growth below this is none.
const GAIN: f64 = 1.05;
/// Time between probes: the first two seconds after the rate fell, then twice as long after each
/// in vain, up to five (libwebrtc probes every 5 s in the application-limited region). So a link
/// that comes back is found in five seconds, and on one that stays narrow probes are 2 % of 500
/// kb/s.
const INTERVAL: Duration = Duration::from_secs(2);
const MAX_INTERVAL: Duration = Duration::from_secs(5);
/// Answers come within this time or not at all.
const ANSWER: Duration = Duration::from_secs(1);

/// A train under way or waited for.
#[derive(Clone, Copy, Debug)]
struct Train {
    number: u32,
    bps: f64,
    bytes: u32,
    packets: u32,
    began: Option<Instant>,
    sent_bytes: u32,
    sent_packets: u32,
    is_sent: bool,
}

/// What of a train has arrived.
#[derive(Clone, Copy, Debug)]
struct Answer {
    first_sent: Instant,
    last_sent: Instant,
    first_arrived: Duration,
    last_arrived: Duration,
    first_bytes: u32,
    last_bytes: u32,
    bytes: u32,
    packets: u32,
}

/// Plans trains and reads what came of them.
#[derive(Debug, Default)]
pub(super) struct Probes {
    train: Option<Train>,
    answer: Option<Answer>,
    next_number: u32,
    /// Since when the next may leave; `None` until the first report has come.
    not_before: Option<Instant>,
    interval: Option<Duration>,
    has_begun: bool,
}

impl Probes {
    /// Plans the next train if one is due and worth it: `estimate` is what the receiver is thought
    /// to get, `wanted` what it could use, `packet_bytes` the size of a train's packets.
    pub(super) fn plan(&mut self, estimate: f64, wanted: f64, packet_bytes: u32, now: Instant) {
        self.give_up(now);
        let is_due = self.not_before.is_some_and(|at| at <= now);
        if self.train.is_some() || !is_due || estimate * GAIN >= wanted {
            return;
        }
        let step = if self.has_begun { STEP } else { FIRST_STEP };
        self.has_begun = true;
        let bps = (estimate * step).min(wanted * 1.1);
        let bytes = (bps * DURATION.as_secs_f64() / 8.0) as u32;
        self.train = Some(Train {
            number: self.next_number,
            bps,
            bytes: bytes.max(PACKETS * packet_bytes),
            packets: PACKETS,
            began: None,
            sent_bytes: 0,
            sent_packets: 0,
            is_sent: false,
        });
        self.next_number = self.next_number.wrapping_add(1);
        self.answer = None;
    }

    /// Reports come: probing can begin.
    pub(super) fn begin(&mut self, now: Instant) {
        self.not_before.get_or_insert(now);
    }

    /// The rate fell: the path is full, and not worth asking for a while.
    pub(super) fn postpone(&mut self, now: Instant) {
        self.train = None;
        self.interval = None;
        self.not_before = Some(now + INTERVAL);
    }

    /// The train that a packet leaving now is part of.
    pub(super) fn current(&self) -> Option<u32> {
        let train = self.train.as_ref().filter(|train| !train.is_sent)?;
        Some(train.number)
    }

    /// A packet left.
    pub(super) fn note_sent(&mut self, bytes: u32, now: Instant) {
        let Some(train) = self.train.as_mut().filter(|train| !train.is_sent) else {
            return;
        };
        train.began.get_or_insert(now);
        train.sent_bytes += bytes;
        train.sent_packets += 1;
        train.is_sent = train.sent_bytes >= train.bytes && train.sent_packets >= train.packets;
        if train.is_sent {
            self.not_before = Some(now + ANSWER);
        }
    }

    /// When the train's next packet is due, if media does not come first.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let train = self.train.as_ref().filter(|train| !train.is_sent)?;
        let Some(began) = train.began else {
            return Some(now);
        };
        let after = f64::from(train.sent_bytes) * 8.0 / train.bps;
        Some(began + Duration::from_secs_f64(after))
    }

    /// Adds a packet of a train that arrived; the rate shown, when that completes the train.
    pub(super) fn add(&mut self, outcome: &Outcome, estimate: f64, now: Instant) -> Option<f64> {
        let train = self
            .train
            .filter(|train| Some(train.number) == outcome.departure.probe)?;
        let arrived = outcome.arrived?;
        let (sent, bytes) = (outcome.departure.at, outcome.departure.bytes);
        let answer = self.answer.get_or_insert(Answer {
            first_sent: sent,
            last_sent: sent,
            first_arrived: arrived,
            last_arrived: arrived,
            first_bytes: bytes,
            last_bytes: bytes,
            bytes: 0,
            packets: 0,
        });
        answer.bytes += bytes;
        answer.packets += 1;
        if sent >= answer.last_sent {
            (answer.last_sent, answer.last_bytes) = (sent, bytes);
        }
        if arrived <= answer.first_arrived {
            (answer.first_arrived, answer.first_bytes) = (arrived, bytes);
        }
        answer.first_sent = answer.first_sent.min(sent);
        answer.last_arrived = answer.last_arrived.max(arrived);
        let is_whole = f64::from(answer.packets) >= WHOLE * f64::from(train.sent_packets)
            && f64::from(answer.bytes) >= WHOLE * f64::from(train.sent_bytes);
        if !train.is_sent || !is_whole {
            return None;
        }
        let shown = shown(answer)?;
        self.train = None;
        self.conclude(shown, estimate, train.bps, now);
        Some(shown)
    }

    fn conclude(&mut self, shown: f64, estimate: f64, asked: f64, now: Instant) {
        if shown < estimate * GAIN {
            return self.wait_longer(now);
        }
        self.interval = None;
        let pause = if shown >= FURTHER * asked {
            Duration::ZERO
        } else {
            INTERVAL
        };
        self.not_before = Some(now + pause);
    }

    fn give_up(&mut self, now: Instant) {
        let Some(train) = self.train else { return };
        let is_stuck =
            !train.is_sent && train.began.is_some_and(|began| now >= began + MAX_DURATION);
        let is_unanswered = train.is_sent && self.not_before.is_some_and(|at| at <= now);
        if is_stuck || is_unanswered {
            self.train = None;
            self.wait_longer(now);
        }
    }

    fn wait_longer(&mut self, now: Instant) {
        let interval = self
            .interval
            .map_or(INTERVAL, |interval| (interval * 2).min(MAX_INTERVAL));
        self.interval = Some(interval);
        self.not_before = Some(now + interval);
    }
}

/// The rate at which a train went through.
fn shown(answer: &Answer) -> Option<f64> {
    let sent = answer
        .last_sent
        .saturating_duration_since(answer.first_sent);
    let arrived = answer.last_arrived.saturating_sub(answer.first_arrived);
    if sent.is_zero() || arrived.is_zero() {
        return None;
    }
    let sent = rate(answer.bytes - answer.last_bytes, sent);
    let arrived = rate(answer.bytes - answer.first_bytes, arrived);
    if arrived > MAX_RATIO * sent {
        return None;
    }
    Some(if arrived < UNSATURATED * sent {
        UTILISATION * arrived
    } else {
        arrived.min(sent)
    })
}
