//! The estimator: from departures and the receiver's reports to a rate. It joins the parts of this
//! folder as libwebrtc's `goog_cc_network_control.cc` does. Pure: time comes in as an argument.

use super::aimd::{RateControl, Seen};
use super::arrival::ArrivalGroups;
use super::history::{History, Outcome};
use super::loss::LossControl;
use super::probe::Probes;
use super::throughput::{Throughput, rate};
use super::trend::{Trend, Usage};
use std::time::{Duration, Instant};

/// Where the estimate begins: twice what Chromium begins to send (300 kb/s), so that nothing is
/// held back before anything is known, and a third of it still fits a bad mobile link.
const FIRST_BPS: f64 = 600_000.0;
/// Bounds of the estimate. Below the least, a voice (40 kb/s with its headers) and a picture of
/// stamps; above the most, nothing of ours.
const LEAST_BPS: f64 = 80_000.0;
const MOST_BPS: f64 = 20_000_000.0;
/// Sending less than this part of the estimate is application-limited (libwebrtc,
/// `kDefaultAlrBandwidthUsagePercent`: 65).
const APPLICATION_LIMITED: f64 = 0.65;
/// The time over which that is measured (`kDefaultAlrWindow`: 500 ms).
const SENDING_WINDOW: Duration = Duration::from_millis(500);
/// The part that repairs may take of the estimate, or of what arrives where that is less, and of
/// how long at once: half, since at 20 % loss a quarter is repaired, and what a hole of a quarter
/// of a second swallowed; but always a few packets. What arrives knows of a line that has just
/// become narrow before the estimate does: at the former rate, repairs filled its queue.
const REPAIRS: f64 = 0.5;
const REPAIRS_AT_ONCE: Duration = Duration::from_millis(500);
const LEAST_REPAIRS: f64 = 6_000.0;
/// The part of what arrives that is the least to be expected, however much is lost beside it: loss
/// that we cause by sending too much ends with that (libwebrtc, `goog_cc`, bounds its loss-based
/// rate by what was acknowledged in the same way, `LowerBoundByAckedRateFactor`). Without it, the
/// estimate of a line that had become five times narrower fell to a third of what it carried, for
/// four seconds.
const ARRIVES: f64 = 0.85;
/// Weight of the past in the round trip (RFC 6298 §2: 7/8), and the first guess.
const ROUND_TRIP_SMOOTHING: f64 = 0.875;
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);

/// What is known of the path to a subscriber.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathState {
    /// What it carries, in bits per second with all headers.
    pub estimate_bps: f64,
    /// The part of the packets it loses by itself, however little is sent, from 0 to 1.
    pub own_loss: f64,
    /// From here to there and back, smoothed.
    pub round_trip: Duration,
}

/// The estimator of one path.
#[derive(Debug)]
pub(crate) struct Estimator {
    history: History,
    groups: ArrivalGroups,
    trend: Trend,
    throughput: Throughput,
    /// What it was after the last report: asked for with every packet, and summed up seldom.
    arrives_bps: Option<f64>,
    rate: RateControl,
    loss: LossControl,
    probes: Probes,
    round_trip: Option<Duration>,
    wanted_bps: f64,
    sending: Sending,
    repairs: Repairs,
    /// The rate has fallen before: the link's end was seen.
    has_fallen: bool,
    outcomes: Vec<Outcome>,
}

/// A bucket of bytes that repairs may take.
#[derive(Debug, Default)]
struct Repairs {
    bytes: f64,
    filled_at: Option<Instant>,
}

/// How much is sent, measured over a window.
#[derive(Debug, Default)]
struct Sending {
    since: Option<Instant>,
    bytes: u32,
    bps: Option<f64>,
}

impl Estimator {
    /// Knows nothing yet; `wanted_bps` is what the receiver could use at most.
    pub(crate) fn new(wanted_bps: f64) -> Self {
        Self {
            history: History::default(),
            groups: ArrivalGroups::default(),
            trend: Trend::new(),
            throughput: Throughput::default(),
            arrives_bps: None,
            rate: RateControl::new(FIRST_BPS),
            loss: LossControl::default(),
            probes: Probes::default(),
            round_trip: None,
            wanted_bps,
            sending: Sending::default(),
            repairs: Repairs::default(),
            has_fallen: false,
            outcomes: Vec::new(),
        }
    }

    /// What the receiver could use at most, in bits per second: probes end there.
    pub(crate) fn want(&mut self, bps: f64) {
        self.wanted_bps = bps;
    }

    /// A packet of `bytes`, headers included, leaves now; returns its number.
    pub(crate) fn depart(&mut self, bytes: u32, now: Instant) -> u16 {
        let probe = self.probes.current();
        self.probes.note_sent(bytes, now);
        self.sending.note(bytes, now);
        self.history.depart(now, bytes, probe)
    }

    /// The path was gone for a while: what was lost with it says nothing about what it carries.
    pub(crate) fn forget(&mut self) {
        self.history.forget();
    }

    /// True when a repair of `bytes` may leave now. Where more is lost than this allows, repairs
    /// would fill the very queue that drops them.
    pub(crate) fn allows_repair(&mut self, bytes: u32, now: Instant) -> bool {
        let bps = self.repairs_bps();
        self.repairs.take(bytes, bps, now)
    }

    /// How long repairs of so many bytes would take.
    pub(crate) fn repairs_take(&self, bytes: u32) -> Duration {
        Duration::from_secs_f64(f64::from(bytes) * 8.0 / self.repairs_bps())
    }

    /// Reads a report: for each number, when the packet arrived on the receiver's clock.
    pub(crate) fn report(
        &mut self,
        numbers: impl Iterator<Item = (u16, Option<Duration>)>,
        now: Instant,
    ) {
        let mut outcomes = std::mem::take(&mut self.outcomes);
        outcomes.clear();
        outcomes
            .extend(numbers.filter_map(|(number, arrived)| self.history.settle(number, arrived)));
        if !outcomes.is_empty() {
            // By arrival, the lost first: they have no place among the others.
            outcomes.sort_by_key(|outcome| outcome.arrived);
            self.read(&outcomes, now);
        }
        self.outcomes = outcomes;
    }

    /// When a packet of a probe is due, to be sent if nothing else is.
    pub(crate) fn probe_due(&mut self, now: Instant) -> Option<Instant> {
        if self.trend.usage() != Usage::Over {
            self.probes.plan(self.bps(), self.wanted_bps, now);
        }
        self.probes.due(now)
    }

    /// What is known of the path; `None` before enough has arrived to say anything.
    pub(crate) fn state(&self) -> Option<PathState> {
        self.loss.bps().map(|_| PathState {
            estimate_bps: self.bps(),
            own_loss: self.loss.own(),
            round_trip: self.round_trip.unwrap_or(FIRST_ROUND_TRIP),
        })
    }

    fn bps(&self) -> f64 {
        let delay = self.rate.bps();
        let arrives = self.arrives_bps.unwrap_or_default();
        let loss = self.loss.bps().unwrap_or(delay).max(ARRIVES * arrives);
        delay.min(loss).clamp(LEAST_BPS, MOST_BPS)
    }

    fn repairs_bps(&self) -> f64 {
        let arrives = self.arrives_bps.unwrap_or(f64::MAX);
        (REPAIRS * self.bps().min(arrives)).max(REPAIRS * LEAST_BPS)
    }

    fn read(&mut self, outcomes: &[Outcome], now: Instant) {
        self.probes.begin(now);
        self.note_round_trip(outcomes, now);
        let before = self.bps();
        let mut shown = None;
        for outcome in outcomes {
            let Some(arrived) = outcome.arrived else {
                continue;
            };
            self.throughput.add(outcome, arrived);
            if let Some(spacing) = self.groups.add(outcome.departure.at, arrived) {
                self.trend.add(spacing, now);
            }
            shown = self.probes.add(outcome, before, now).or(shown);
        }
        let throughput = self.throughput.bps();
        self.arrives_bps = throughput;
        let is_limited = self.is_application_limited();
        if let Some(shown) = shown.filter(|_| self.trend.usage() != Usage::Over) {
            // More than wanted was not asked for.
            let shown = shown.min(self.wanted_bps);
            self.rate.raise(shown, now);
            self.loss.raise(shown);
        }
        if let Some(throughput) = throughput.filter(|_| !self.has_fallen) {
            // What has come through at the beginning needs no proof.
            self.rate.raise(throughput.min(self.wanted_bps), now);
            self.loss.raise(throughput.min(self.wanted_bps));
        }
        let round_trip = self.round_trip.unwrap_or(FIRST_ROUND_TRIP);
        let seen = Seen {
            usage: self.trend.take_usage(),
            throughput,
            is_application_limited: is_limited,
            is_long: self.trend.is_long(),
            round_trip,
            most: self.wanted_bps,
        };
        let has_fallen = self.rate.update(seen, now);
        self.has_fallen |= has_fallen;
        if has_fallen {
            self.probes.postpone(now);
        }
        let proven = throughput.filter(|_| !is_limited);
        self.loss.update(outcomes, self.rate.bps(), proven);
    }

    fn is_application_limited(&self) -> bool {
        let limit = APPLICATION_LIMITED * self.bps();
        self.sending.bps.is_some_and(|bps| bps < limit)
    }

    fn note_round_trip(&mut self, outcomes: &[Outcome], now: Instant) {
        let newest = outcomes.iter().filter(|outcome| outcome.arrived.is_some());
        let Some(newest) = newest.map(|outcome| outcome.departure.at).max() else {
            return;
        };
        let sample = now.saturating_duration_since(newest);
        self.round_trip = Some(match self.round_trip {
            None => sample,
            Some(before) => {
                before.mul_f64(ROUND_TRIP_SMOOTHING) + sample.mul_f64(1.0 - ROUND_TRIP_SMOOTHING)
            }
        });
    }
}

impl Repairs {
    fn take(&mut self, bytes: u32, bps: f64, now: Instant) -> bool {
        let full = (bps / 8.0 * REPAIRS_AT_ONCE.as_secs_f64()).max(LEAST_REPAIRS);
        let since = self.filled_at.replace(now);
        self.bytes = match since {
            None => full,
            Some(since) => {
                let elapsed = now.saturating_duration_since(since).as_secs_f64();
                (self.bytes + bps / 8.0 * elapsed).min(full)
            }
        };
        let is_allowed = self.bytes >= f64::from(bytes);
        if is_allowed {
            self.bytes -= f64::from(bytes);
        }
        is_allowed
    }
}

impl Sending {
    fn note(&mut self, bytes: u32, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= SENDING_WINDOW {
            self.bps = Some(rate(self.bytes, elapsed));
            self.since = Some(now);
            self.bytes = 0;
        }
        self.bytes += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reports as a liar would write them: any number at any time, again and again.
    fn lies() -> impl Strategy<Value = Vec<(u16, Option<u64>)>> {
        let number = prop_oneof![0u16..200, any::<u16>()];
        let arrived = prop_oneof![0u64..10_000_000, any::<u64>()];
        proptest::collection::vec((number, proptest::option::of(arrived)), 0..60)
    }

    proptest! {
        #[test]
        fn no_report_makes_the_estimate_leave_its_bounds(
            reports in proptest::collection::vec((lies(), 1u32..2_000), 1..20)
        ) {
            let mut now = crate::sfu::now();
            let mut estimator = Estimator::new(3_000_000.0);
            for (report, bytes) in reports {
                for _ in 0..20 {
                    now += Duration::from_millis(3);
                    estimator.depart(bytes, now);
                    estimator.probe_due(now);
                    estimator.allows_repair(bytes, now);
                    prop_assert!(estimator.repairs_take(bytes) < Duration::from_secs(1));
                }
                let report = report.into_iter();
                let report = report.map(|(n, at)| (n, at.map(Duration::from_micros)));
                estimator.report(report, now);
                if let Some(state) = estimator.state() {
                    prop_assert!((LEAST_BPS..=MOST_BPS).contains(&state.estimate_bps));
                    prop_assert!((0.0..=1.0).contains(&state.own_loss));
                }
            }
        }
    }
}
