//! The delay-based rate: up while the queue is quiet, down when it grows (draft-ietf-rmcat-gcc-02
//! §5.5 and §5.6; libwebrtc `aimd_rate_control.cc`, `link_capacity_estimator.cc`). Pure.

use super::trend::Usage;
use std::time::{Duration, Instant};

/// What is left of the throughput after a queue has grown (gcc-02 §5.6: 0.85).
const BETA: f64 = 0.85;
/// And while a long queue stands, which is to be emptied and not only kept from growing (ours).
const DRAINING_BETA: f64 = 0.7;
/// What is left at least of the rate when the source sends far less than it could: then the
/// throughput says nothing about the link, and one burst of jitter must not cost the picture.
const APPLICATION_LIMITED_BETA: f64 = 0.5;
/// Growth per second far from the link's known capacity (gcc-02 §5.6: eta = 1.08).
const GROWTH: f64 = 1.08;
/// Growth never goes beyond this factor of what arrives, and a little (gcc-02 §5.6: 1.5; libwebrtc
/// adds 10 kb/s).
const PROVEN: f64 = 1.5;
const PROVEN_BPS: f64 = 10_000.0;
/// Near the capacity: half a packet of 1200 bytes per response time, which is the round trip and
/// 100 ms for the encoder to follow; never less than 4 kb/s a second (gcc-02 §5.6,
/// `GetNearMaxIncreaseRateBpsPerSecond`).
const ADDITIVE_BITS: f64 = 1200.0 * 8.0;
const RESPONSE: Duration = Duration::from_millis(100);
const LEAST_GROWTH_BPS: f64 = 4_000.0;
/// Bounds of the time in which one decrease shows its effect (libwebrtc,
/// `TimeToReduceFurther`: the round trip, 10 to 200 ms).
const EFFECT: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));
/// Longest time one growth step stands for; feedback may pause.
const MAX_STEP: Duration = Duration::from_secs(1);

/// What a report showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) usage: Usage,
    /// Bits per second that arrive.
    pub(super) throughput: Option<f64>,
    /// The source sends far less than it may.
    pub(super) is_application_limited: bool,
    /// Even the luckiest packet waits long.
    pub(super) is_long: bool,
    pub(super) round_trip: Duration,
    /// The rate does not grow beyond this.
    pub(super) most: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Hold,
    Increase,
}

/// The capacity of the link as decreases have shown it: mean and deviation, in kb/s.
#[derive(Clone, Copy, Debug)]
struct Capacity {
    mean_kbps: f64,
    /// Variance over the mean.
    variance: f64,
}

/// The rate and its phase.
#[derive(Debug)]
pub(super) struct RateControl {
    bps: f64,
    phase: Phase,
    capacity: Option<Capacity>,
    changed_at: Option<Instant>,
    decreased_at: Option<Instant>,
}

impl RateControl {
    /// Begins at a rate.
    pub(super) fn new(bps: f64) -> Self {
        Self {
            bps,
            phase: Phase::Increase,
            capacity: None,
            changed_at: None,
            decreased_at: None,
        }
    }

    /// The rate now.
    pub(super) fn bps(&self) -> f64 {
        self.bps
    }

    /// A probe has shown that the path carries this.
    pub(super) fn raise(&mut self, bps: f64, now: Instant) {
        if bps > self.bps {
            self.bps = bps;
            self.changed_at = Some(now);
            self.capacity = None;
        }
    }

    /// Lets a report count; true when the rate went down.
    pub(super) fn update(&mut self, seen: Seen, now: Instant) -> bool {
        match seen.usage {
            Usage::Over => return self.decrease(seen, now),
            Usage::Under => self.phase = Phase::Hold,
            Usage::Normal if self.phase == Phase::Hold => {
                self.phase = Phase::Increase;
                self.changed_at = Some(now);
            }
            // What the source does not send proves nothing; probes do (libwebrtc,
            // `no_bitrate_increase_in_alr`).
            Usage::Normal if seen.is_application_limited => self.changed_at = Some(now),
            Usage::Normal => self.increase(seen, now),
        }
        false
    }

    fn increase(&mut self, seen: Seen, now: Instant) {
        let Some(throughput) = seen.throughput else {
            return;
        };
        let since = self.changed_at.replace(now).unwrap_or(now);
        let step = now
            .saturating_duration_since(since)
            .min(MAX_STEP)
            .as_secs_f64();
        if self
            .capacity
            .is_some_and(|capacity| throughput > capacity.upper_bps())
        {
            self.capacity = None;
        }
        let grown = match self.capacity {
            Some(_) => {
                let response = (seen.round_trip + RESPONSE).as_secs_f64();
                self.bps + (ADDITIVE_BITS / 2.0 / response).max(LEAST_GROWTH_BPS) * step
            }
            None => (self.bps * GROWTH.powf(step)).max(self.bps + 1_000.0 * step),
        };
        let proven = (PROVEN * throughput + PROVEN_BPS).min(seen.most);
        self.bps = grown.min(proven.max(self.bps));
    }

    fn decrease(&mut self, seen: Seen, now: Instant) -> bool {
        // A source that sends little is spared for a burst of jitter, not for a queue it fills.
        let is_spared = seen.is_application_limited && !seen.is_long;
        let effect = seen.round_trip.clamp(EFFECT.0, EFFECT.1) + RESPONSE;
        let waits =
            (self.decreased_at).is_some_and(|at| now.saturating_duration_since(at) < effect);
        let is_far_above = seen.throughput.is_some_and(|bps| bps < self.bps / 2.0);
        self.phase = Phase::Hold;
        if waits && (!is_far_above || is_spared) {
            return false;
        }
        let throughput = seen.throughput.unwrap_or(self.bps);
        let beta = if seen.is_long { DRAINING_BETA } else { BETA };
        let mut target = beta * throughput;
        if is_spared {
            target = target.max(APPLICATION_LIMITED_BETA * self.bps);
        } else {
            let capacity = self.capacity.get_or_insert(Capacity {
                mean_kbps: throughput / 1000.0,
                variance: 0.4,
            });
            if throughput < capacity.lower_bps() {
                *capacity = Capacity {
                    mean_kbps: throughput / 1000.0,
                    variance: 0.4,
                };
            }
            capacity.observe(throughput);
        }
        if let Some(capacity) = self.capacity.filter(|_| target > self.bps) {
            target = BETA * capacity.mean_kbps * 1000.0;
        }
        let falls = target < self.bps;
        self.bps = self.bps.min(target);
        self.changed_at = Some(now);
        self.decreased_at = Some(now);
        falls
    }
}

impl Capacity {
    /// Weight of a new observation, and the bounds of the variance (libwebrtc,
    /// `link_capacity_estimator.cc`).
    const WEIGHT: f64 = 0.05;
    const VARIANCES: (f64, f64) = (0.4, 2.5);

    fn observe(&mut self, bps: f64) {
        let error = self.mean_kbps - bps / 1000.0;
        self.mean_kbps -= Self::WEIGHT * error;
        let norm = self.mean_kbps.max(1.0);
        let variance = (1.0 - Self::WEIGHT) * self.variance + Self::WEIGHT * error * error / norm;
        self.variance = variance.clamp(Self::VARIANCES.0, Self::VARIANCES.1);
    }

    fn deviation_kbps(&self) -> f64 {
        (self.variance * self.mean_kbps).sqrt()
    }

    fn upper_bps(&self) -> f64 {
        (self.mean_kbps + 3.0 * self.deviation_kbps()) * 1000.0
    }

    fn lower_bps(&self) -> f64 {
        (self.mean_kbps - 3.0 * self.deviation_kbps()).max(0.0) * 1000.0
    }
}
