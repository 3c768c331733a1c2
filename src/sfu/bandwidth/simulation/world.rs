//! The world of a scenario: flows with an encoder, an estimator and a receiver each, through one
//! network; and what is written down every tenth of a second.

use super::super::estimator::Estimator;
use super::network::{Network, Packet, Path};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// The grain of virtual time: that of the reports.
const STEP: Duration = Duration::from_micros(250);
/// How often is written down.
const SAMPLE: Duration = Duration::from_millis(100);
/// How often a receiver reports (libwebrtc's default).
const REPORT: Duration = Duration::from_millis(100);
/// Frames per second of the encoder, and how much later it follows the estimate: the report of the
/// limit to the publisher and a frame or two.
const FPS: f64 = 25.0;
const FOLLOWS_AFTER: Duration = Duration::from_millis(150);
/// Headers of each packet.
const HEADERS: u32 = 60;

/// What a flow sends.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// A picture that follows the estimate up to a rate, and a voice.
    Follows(f64),
    /// A picture of this rate whatever the estimate says, and a voice.
    Fixed(f64),
}

/// A tenth of a second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    pub(super) at: f64,
    pub(super) capacity: f64,
    pub(super) estimate: f64,
    pub(super) received: f64,
    pub(super) sent_packets: u32,
    pub(super) received_packets: u32,
    pub(super) queueing_ms: f64,
    pub(super) probe_bytes: u32,
}

struct Flow {
    estimator: Estimator,
    source: Source,
    active: Vec<(f64, f64)>,
    next_frame: Duration,
    next_voice: Duration,
    outbox: VecDeque<(Duration, u32)>,
    targets: VecDeque<(Duration, f64)>,
    target: f64,
    next_report: Duration,
    next_number: u16,
    arrived: BTreeMap<u64, Duration>,
    newest: u64,
    reports: VecDeque<(Duration, Vec<(u16, Option<Duration>)>)>,
    sample: Sample,
    samples: Vec<Sample>,
}

/// Flows through a network.
pub(super) struct World {
    network: Network,
    flows: Vec<Flow>,
    start: Instant,
}

impl World {
    /// One flow per source, all from the beginning to the end.
    pub(super) fn new(path: Path, sources: &[Source], seed: u64) -> Self {
        let flows = sources.iter().map(|source| Flow::new(*source)).collect();
        Self {
            network: Network::new(path, seed),
            flows,
            start: crate::sfu::now(),
        }
    }

    /// A flow sends only within these times.
    pub(super) fn active(mut self, flow: usize, times: Vec<(f64, f64)>) -> Self {
        self.flows[flow].active = times;
        self
    }

    /// Lets it run; what was written down of each flow.
    pub(super) fn run(mut self, seconds: f64) -> Vec<Vec<Sample>> {
        let end = Duration::from_secs_f64(seconds);
        let mut at = Duration::ZERO;
        while at < end {
            for number in 0..self.flows.len() {
                self.step(number, at);
            }
            self.network.advance(at, STEP);
            while let Some((arrived, packet)) = self.network.receive(at) {
                if let Some(flow) = packet.flow {
                    self.flows[flow].arrive(packet, arrived);
                }
            }
            if at.as_millis().is_multiple_of(SAMPLE.as_millis())
                && at.subsec_micros().is_multiple_of(1000)
            {
                self.write_down(at);
            }
            at += STEP;
        }
        self.flows.into_iter().map(|flow| flow.samples).collect()
    }

    fn step(&mut self, number: usize, at: Duration) {
        let (network, now) = (&mut self.network, self.start + at);
        let flow = &mut self.flows[number];
        let seconds = at.as_secs_f64();
        if flow
            .active
            .iter()
            .any(|(from, until)| *from <= seconds && seconds < *until)
        {
            flow.encode(at, &mut network.dice);
        }
        while flow.outbox.front().is_some_and(|(due, _)| *due <= at) {
            if let Some((_, bytes)) = flow.outbox.pop_front() {
                flow.send(number, bytes, network, now, at);
            }
        }
        while flow.estimator.probe_due(now).is_some_and(|due| due <= now) {
            flow.sample.probe_bytes += 1_200;
            flow.send(number, 1_200, network, now, at);
        }
        if flow.next_report <= at {
            flow.next_report = at + REPORT;
            flow.write_report(network, at);
        }
        while flow.reports.front().is_some_and(|(due, _)| *due <= at) {
            let Some((_, report)) = flow.reports.pop_front() else {
                break;
            };
            // What the receiver misses it asks for: repair is sent once.
            let lost = report
                .iter()
                .filter(|(_, arrived)| arrived.is_none())
                .count();
            let repairs = (0..lost)
                .filter(|_| flow.estimator.allows_repair(1_000, now))
                .count();
            flow.outbox.extend((0..repairs).map(|_| (at, 1_000)));
            flow.estimator.report(report.into_iter(), now);
            if let Some(state) = flow.estimator.state() {
                flow.targets
                    .push_back((at + FOLLOWS_AFTER, state.estimate_bps));
            }
        }
    }

    fn write_down(&mut self, at: Duration) {
        let capacity = self.network.path.capacity_at(at.as_secs_f64());
        let queueing_ms = self.network.queueing_ms(at);
        for flow in &mut self.flows {
            let estimate = flow
                .estimator
                .state()
                .map_or(0.0, |state| state.estimate_bps);
            flow.samples.push(Sample {
                at: at.as_secs_f64(),
                capacity,
                estimate,
                queueing_ms,
                ..flow.sample
            });
            flow.sample = Sample::default();
        }
    }
}

impl Flow {
    fn new(source: Source) -> Self {
        let wanted = match source {
            Source::Follows(bps) => bps * 1.2,
            Source::Fixed(_) => 3_000_000.0,
        };
        Self {
            estimator: Estimator::new(wanted),
            source,
            active: vec![(0.0, f64::MAX)],
            next_frame: Duration::ZERO,
            next_voice: Duration::ZERO,
            outbox: VecDeque::new(),
            targets: VecDeque::new(),
            target: 300_000.0,
            next_report: Duration::ZERO,
            next_number: 0,
            arrived: BTreeMap::new(),
            newest: 0,
            reports: VecDeque::new(),
            sample: Sample::default(),
            samples: Vec::new(),
        }
    }

    fn encode(&mut self, at: Duration, dice: &mut fastrand::Rng) {
        while self.targets.front().is_some_and(|(due, _)| *due <= at) {
            if let Some((_, estimate)) = self.targets.pop_front() {
                // The voice and some slack are taken off before.
                self.target = (estimate * 0.95 - 60_000.0).max(150_000.0);
            }
        }
        if self.next_voice <= at {
            self.next_voice = at + Duration::from_millis(20);
            self.outbox.push_back((at, 80 + HEADERS));
        }
        if self.next_frame > at {
            return;
        }
        self.next_frame = at + Duration::from_secs_f64(1.0 / FPS);
        let bps = match self.source {
            Source::Follows(most) => self.target.min(most),
            Source::Fixed(bps) => bps,
        };
        let bytes = (bps / FPS / 8.0 * (0.7 + 0.6 * dice.f64())) as u32;
        let packets = bytes.div_ceil(1_150).max(1);
        for n in 0..packets {
            // As the publisher's pacer spreads a frame.
            let due = at + Duration::from_millis(12) * n / packets;
            self.outbox.push_back((due, bytes / packets + HEADERS));
        }
        self.outbox.make_contiguous().sort_by_key(|(due, _)| *due);
    }

    fn send(&mut self, flow: usize, bytes: u32, network: &mut Network, now: Instant, at: Duration) {
        let number = self.estimator.depart(bytes, now);
        self.sample.sent_packets += 1;
        let flow = Some(flow);
        network.send(
            Packet {
                flow,
                number,
                bytes,
            },
            at,
        );
    }

    fn arrive(&mut self, packet: Packet, arrived: Duration) {
        // The number unwrapped: near the newest.
        let ahead = packet.number.wrapping_sub(self.newest as u16) as i16;
        let number = self.newest.saturating_add_signed(i64::from(ahead));
        self.newest = self.newest.max(number);
        self.arrived.insert(number, arrived);
        self.sample.received += f64::from(packet.bytes) * 80.0;
        self.sample.received_packets += 1;
    }

    /// Reports everything up to the newest packet that arrived, once.
    fn write_report(&mut self, network: &mut Network, at: Duration) {
        if self.arrived.is_empty() {
            return;
        }
        let ahead = self.next_number.wrapping_sub(self.newest as u16) as i16;
        let from = self.newest.saturating_add_signed(i64::from(ahead));
        let numbers = from..=self.newest;
        let report = numbers
            .map(|number| (number as u16, self.arrived.get(&number).copied()))
            .collect();
        self.arrived.clear();
        self.next_number = (self.newest as u16).wrapping_add(1);
        if network.dice.f64() >= network.path.report_loss {
            let due = at + Duration::from_secs_f64(network.path.delay);
            self.reports.push_back((due, report));
        }
    }
}
