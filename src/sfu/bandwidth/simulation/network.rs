//! The network: one bottleneck with a queue that drops from its tail, behind it loss, a fixed delay
//! and jitter that never reorders.

use fastrand::Rng;
use std::collections::VecDeque;
use std::time::Duration;

/// How the path loses packets by itself.
#[derive(Clone, Copy)]
pub(super) enum Loss {
    /// Each by itself.
    Random(f64),
    /// In bursts (Gilbert): the chances per packet to enter and to leave one, in which half is
    /// lost.
    Bursts(f64, f64),
}

/// What a path is like.
#[derive(Clone)]
pub(super) struct Path {
    /// From when on the link carries how many bits per second.
    pub(super) capacity: Vec<(f64, f64)>,
    /// What the queue holds, in seconds of the capacity at the time.
    pub(super) queue: f64,
    /// One way, in seconds; the way back takes as long.
    pub(super) delay: f64,
    /// Each packet takes up to this much longer, in seconds.
    pub(super) jitter: f64,
    /// Now and then, after up to twice the first number of seconds, nothing gets through for up to
    /// the second: a busy receiver, a radio that sleeps. Then it comes at once.
    pub(super) stalls: (f64, f64),
    /// Loss of the path itself.
    pub(super) loss: Loss,
    /// The chance that a report is lost on the way back.
    pub(super) report_loss: f64,
    /// From, until (in seconds) and how many bits per second others send through the bottleneck.
    pub(super) others: Vec<(f64, f64, f64)>,
}

impl Path {
    /// A calm path of a constant capacity: 25 ms one way, a queue of 300 ms.
    pub(super) fn calm(bps: f64) -> Self {
        Self {
            capacity: vec![(0.0, bps)],
            queue: 0.3,
            delay: 0.025,
            jitter: 0.002,
            stalls: (1.0, 0.0),
            loss: Loss::Random(0.0),
            report_loss: 0.0,
            others: Vec::new(),
        }
    }

    /// What the link carries at a time.
    pub(super) fn capacity_at(&self, at: f64) -> f64 {
        let steps = self.capacity.iter().rev();
        steps
            .clone()
            .find(|step| step.0 <= at)
            .map_or(0.0, |step| step.1)
    }
}

/// A packet on its way.
#[derive(Clone, Copy)]
pub(super) struct Packet {
    /// Whose it is; `None`: of the others.
    pub(super) flow: Option<usize>,
    pub(super) number: u16,
    pub(super) bytes: u32,
}

/// The path and what is on it.
pub(super) struct Network {
    pub(super) path: Path,
    pub(super) dice: Rng,
    queue: VecDeque<Packet>,
    queued_bytes: u32,
    credit_bits: f64,
    others_bits: f64,
    arrivals: VecDeque<(Duration, Packet)>,
    in_burst: bool,
    /// The stall under way or to come.
    stall: (f64, f64),
}

impl Network {
    /// An empty path.
    pub(super) fn new(path: Path, seed: u64) -> Self {
        Self {
            path,
            dice: Rng::with_seed(seed),
            queue: VecDeque::new(),
            queued_bytes: 0,
            credit_bits: 0.0,
            others_bits: 0.0,
            arrivals: VecDeque::new(),
            in_burst: false,
            stall: (0.0, 0.0),
        }
    }

    /// A packet reaches the bottleneck.
    pub(super) fn send(&mut self, packet: Packet, at: Duration) {
        let capacity = self.path.capacity_at(at.as_secs_f64());
        // Even a short queue has room for a frame of a few packets.
        let room = (capacity * self.path.queue / 8.0).max(6_000.0);
        if f64::from(self.queued_bytes + packet.bytes) <= room {
            self.queued_bytes += packet.bytes;
            self.queue.push_back(packet);
        }
    }

    /// Lets time pass until `at`, `step` after the last time.
    pub(super) fn advance(&mut self, at: Duration, step: Duration) {
        let now = at.as_secs_f64();
        let others = self.path.others.iter();
        let others: f64 = others
            .filter(|o| o.0 <= now && now < o.1)
            .map(|o| o.2)
            .sum();
        self.others_bits += others * step.as_secs_f64();
        while self.others_bits >= 9_600.0 {
            self.others_bits -= 9_600.0;
            let (flow, number, bytes) = (None, 0, 1_200);
            self.send(
                Packet {
                    flow,
                    number,
                    bytes,
                },
                at,
            );
        }
        self.credit_bits += self.path.capacity_at(now) * step.as_secs_f64();
        while let Some(packet) = self.queue.front().copied() {
            let bits = f64::from(packet.bytes) * 8.0;
            if self.credit_bits < bits {
                return;
            }
            self.credit_bits -= bits;
            self.queued_bytes -= packet.bytes;
            self.queue.pop_front();
            self.leave(packet, at);
        }
        // An idle link saves nothing up.
        self.credit_bits = 0.0;
    }

    /// The next packet that has arrived by `at`.
    pub(super) fn receive(&mut self, at: Duration) -> Option<(Duration, Packet)> {
        let is_here = self
            .arrivals
            .front()
            .is_some_and(|(arrived, _)| *arrived <= at);
        if is_here {
            self.arrivals.pop_front()
        } else {
            None
        }
    }

    /// How long a packet waits in the queue now, in milliseconds.
    pub(super) fn queueing_ms(&self, at: Duration) -> f64 {
        let capacity = self.path.capacity_at(at.as_secs_f64());
        f64::from(self.queued_bytes) * 8_000.0 / capacity.max(1.0)
    }

    fn leave(&mut self, packet: Packet, at: Duration) {
        if packet.flow.is_none() || self.loses() {
            return;
        }
        let takes = self.path.delay + self.path.jitter * self.dice.f64();
        let mut arrived = at.as_secs_f64() + takes;
        while self.stall.1 < arrived {
            let begins = self.stall.1 + 2.0 * self.path.stalls.0 * self.dice.f64();
            self.stall = (begins, begins + self.path.stalls.1 * self.dice.f64());
        }
        if self.stall.0 < arrived {
            arrived = self.stall.1;
        }
        let arrived = Duration::from_secs_f64(arrived);
        let newest = self.arrivals.back().map_or(arrived, |(newest, _)| *newest);
        self.arrivals.push_back((arrived.max(newest), packet));
    }

    fn loses(&mut self) -> bool {
        match self.path.loss {
            Loss::Random(chance) => self.dice.f64() < chance,
            Loss::Bursts(enter, leave) => {
                let turn = if self.in_burst { leave } else { enter };
                self.in_burst ^= self.dice.f64() < turn;
                self.in_burst && self.dice.f64() < 0.5
            }
        }
    }
}
