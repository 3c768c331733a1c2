//! The trend of the queueing delay: whether the queue on the path grows (draft-ietf-rmcat-gcc-02
//! §5.3 to §5.5 with libwebrtc's trendline in place of the Kalman filter,
//! `trendline_estimator.cc`). Pure.

use super::arrival::Spacing;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Points of the line (libwebrtc, `kDefaultTrendlineWindowSize`).
const WINDOW: usize = 20;
/// Weight of the past in the smoothed delay (`kDefaultTrendlineSmoothingCoeff`).
const SMOOTHING: f64 = 0.9;
/// Slopes are small numbers: they are compared after this factor and the count of points so far,
/// up to [`MAX_COUNT`] (`kDefaultTrendlineThresholdGain`, `kMinNumDeltas`).
const GAIN: f64 = 4.0;
const MAX_COUNT: u32 = 60;
/// The threshold at first, and its bounds (`threshold_`, gcc-02 §5.4: 12.5 ms, 6 ms, 600 ms).
const FIRST_THRESHOLD: f64 = 12.5;
const THRESHOLDS: (f64, f64) = (6.0, 600.0);
/// How fast the threshold follows a trend above and below it, per millisecond (`k_up_`, `k_down_`).
const UP: f64 = 0.0087;
const DOWN: f64 = 0.039;
/// A trend this far above the threshold is a sudden drop of the link, which must not raise it
/// (gcc-02 §5.4: 15).
const SPIKE: f64 = 15.0;
/// Longest step of the threshold.
const MAX_STEP_MS: f64 = 100.0;
/// A growing queue is believed after this time (gcc-02 §5.5: 10 ms).
const OVERUSE_MS: f64 = 10.0;
/// And only if it stands: if even the quickest of the last groups, about three frames, was later by
/// this than the quickest of ten seconds. A frame that is larger than the last fills the queue too,
/// but it drains before the next. Ours, measured in `simulation`: without it the estimate of a calm
/// path of 3 Mb/s fell below 2 every few seconds.
const STANDING_MS: f64 = 8.0;
const RECENT: usize = 9;
const BASE_SECONDS: usize = 10;
/// A queue that stands at this without growing shows no trend, but is a delay that somebody who
/// signs notices (EN 301 549 §6.6 wants sound and picture within 100 ms): after half a second it
/// counts as overuse, once a second. If three times in a row that does not drain it by a tenth, it
/// is not ours: the path has become longer, or others fill it, and it is taken as it is.
const LONG_MS: f64 = 60.0;
const LONG_SINCE: Duration = Duration::from_millis(500);
const DRAIN_EVERY: Duration = Duration::from_secs(1);
const DRAINED: f64 = 0.9;
const VAIN: u32 = 3;

/// What the queue on the path does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Usage {
    /// Nothing to be seen.
    #[default]
    Normal,
    /// It grows: more is sent than the link carries.
    Over,
    /// It drains.
    Under,
}

/// Fits a line to the delay of the last groups.
#[derive(Debug)]
pub(super) struct Trend {
    points: VecDeque<(f64, f64)>,
    origin: Option<Duration>,
    count: u32,
    delay_ms: f64,
    smoothed_ms: f64,
    slope: f64,
    threshold: f64,
    threshold_at: Option<Instant>,
    over_ms: f64,
    over_count: u32,
    usage: Usage,
    recent: VecDeque<f64>,
    base: Base,
    long_since: Option<Instant>,
    drained: Option<(Instant, f64)>,
    vain: u32,
    /// A long queue was found since the usage was last taken.
    found_long: bool,
}

/// The shortest delay of each of the last seconds.
#[derive(Debug)]
struct Base {
    seconds: VecDeque<(u64, f64)>,
}

impl Trend {
    /// Nothing seen yet.
    pub(super) fn new() -> Self {
        Self {
            points: VecDeque::with_capacity(WINDOW + 1),
            origin: None,
            count: 0,
            delay_ms: 0.0,
            smoothed_ms: 0.0,
            slope: 0.0,
            threshold: FIRST_THRESHOLD,
            threshold_at: None,
            over_ms: 0.0,
            over_count: 0,
            usage: Usage::Normal,
            recent: VecDeque::with_capacity(RECENT + 1),
            base: Base {
                seconds: VecDeque::with_capacity(BASE_SECONDS + 1),
            },
            long_since: None,
            drained: None,
            vain: 0,
            found_long: false,
        }
    }

    /// Adds what two groups showed.
    pub(super) fn add(&mut self, spacing: Spacing, now: Instant) {
        let origin = *self.origin.get_or_insert(spacing.at);
        let at_ms = spacing.at.saturating_sub(origin).as_secs_f64() * 1000.0;
        self.count = (self.count + 1).min(MAX_COUNT);
        self.delay_ms += spacing.arrived_ms - spacing.sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.delay_ms;
        self.base.add(spacing.at, self.delay_ms);
        self.recent.push_back(self.delay_ms);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        self.points.push_back((at_ms, self.smoothed_ms));
        if self.points.len() > WINDOW {
            self.points.pop_front();
        }
        if self.points.len() < WINDOW {
            return;
        }
        let slope = slope(&self.points).unwrap_or(self.slope);
        self.judge(slope, spacing.sent_ms, now);
        if self.usage != Usage::Over && self.is_to_be_drained(now) {
            self.found_long = true;
        }
    }

    /// What the queue does now.
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// What it does now, or overuse if a long queue was found since the last call.
    pub(super) fn take_usage(&mut self) -> Usage {
        if std::mem::take(&mut self.found_long) {
            Usage::Over
        } else {
            self.usage
        }
    }

    fn judge(&mut self, slope: f64, sent_ms: f64, now: Instant) {
        let trend = f64::from(self.count) * slope * GAIN;
        if trend > self.threshold {
            // The queue began to grow somewhere since the last point: half of that time counts.
            self.over_ms += if self.over_count == 0 {
                sent_ms / 2.0
            } else {
                sent_ms
            };
            self.over_count += 1;
            let grows = self.over_ms > OVERUSE_MS && self.over_count > 1 && slope >= self.slope;
            if grows && self.standing_ms() > STANDING_MS {
                self.over_ms = 0.0;
                self.over_count = 0;
                self.usage = Usage::Over;
            }
        } else {
            self.over_ms = 0.0;
            self.over_count = 0;
            self.usage = if trend < -self.threshold {
                Usage::Under
            } else {
                Usage::Normal
            };
        }
        self.slope = slope;
        self.adapt(trend.abs(), now);
    }

    /// True while even the luckiest packet waits long.
    pub(super) fn is_long(&self) -> bool {
        self.standing_ms() > LONG_MS
    }

    /// How long even the luckiest packet waits now, in milliseconds.
    fn standing_ms(&self) -> f64 {
        let recent = self.recent.iter().copied().fold(f64::MAX, f64::min);
        recent - self.base.shortest().min(recent)
    }

    /// True once a second while a long queue stands and gets shorter each time.
    fn is_to_be_drained(&mut self, now: Instant) -> bool {
        let standing = self.standing_ms();
        if standing <= LONG_MS {
            (self.long_since, self.drained, self.vain) = (None, None, 0);
            return false;
        }
        let since = *self.long_since.get_or_insert(now);
        if now.saturating_duration_since(since) < LONG_SINCE {
            return false;
        }
        if let Some((at, before)) = self.drained {
            if now.saturating_duration_since(at) < DRAIN_EVERY {
                return false;
            }
            self.vain = if standing > before * DRAINED {
                self.vain + 1
            } else {
                0
            };
            if self.vain == VAIN {
                self.base.seconds.clear();
                (self.long_since, self.drained, self.vain) = (None, None, 0);
                return false;
            }
        }
        self.drained = Some((now, standing));
        true
    }

    /// The threshold follows the trend, so that a jittery path, and a competing flow that fills
    /// queues by its nature, do not starve us (gcc-02 §5.4).
    fn adapt(&mut self, trend: f64, now: Instant) {
        let before = self.threshold_at.replace(now).unwrap_or(now);
        if trend > self.threshold + SPIKE {
            return;
        }
        let rate = if trend < self.threshold { DOWN } else { UP };
        let elapsed = now.saturating_duration_since(before).as_secs_f64() * 1000.0;
        self.threshold += rate * (trend - self.threshold) * elapsed.min(MAX_STEP_MS);
        self.threshold = self.threshold.clamp(THRESHOLDS.0, THRESHOLDS.1);
    }
}

impl Base {
    fn add(&mut self, at: Duration, delay_ms: f64) {
        match self.seconds.back_mut() {
            Some((second, shortest)) if *second == at.as_secs() => {
                *shortest = shortest.min(delay_ms);
            }
            _ => self.seconds.push_back((at.as_secs(), delay_ms)),
        }
        if self.seconds.len() > BASE_SECONDS {
            self.seconds.pop_front();
        }
    }

    fn shortest(&self) -> f64 {
        let seconds = self.seconds.iter().map(|(_, shortest)| *shortest);
        seconds.fold(f64::MAX, f64::min)
    }
}

/// Slope of the least-squares line; `None` when all points are of one moment.
fn slope(points: &VecDeque<(f64, f64)>) -> Option<f64> {
    let count = points.len() as f64;
    let sums = points
        .iter()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let mean = (sums.0 / count, sums.1 / count);
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (x, y) in points {
        covariance += (x - mean.0) * (y - mean.1);
        variance += (x - mean.0) * (x - mean.0);
    }
    (variance > 0.0).then(|| covariance / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usages seen while each of 100 groups arrives `later_ms` later than it left.
    fn usages(later_ms: f64) -> Vec<Usage> {
        let mut trend = Trend::new();
        let start = crate::sfu::now();
        let mut at = Duration::from_secs(1);
        let mut seen = Vec::new();
        for n in 1..=100 {
            at += Duration::from_secs_f64((20.0 + later_ms) / 1000.0);
            let spacing = Spacing {
                sent_ms: 20.0,
                arrived_ms: 20.0 + later_ms,
                at,
            };
            trend.add(spacing, start + Duration::from_millis(20) * n);
            seen.push(trend.usage());
        }
        seen
    }

    #[test]
    fn a_steady_path_is_never_overused() {
        assert!(usages(0.0).iter().all(|usage| *usage == Usage::Normal));
    }

    #[test]
    fn a_growing_queue_is_overuse_within_thirty_groups() {
        let over = usages(2.0).iter().position(|usage| *usage == Usage::Over);
        assert!(over.is_some_and(|n| n < 30), "{over:?}");
    }

    #[test]
    fn a_draining_queue_is_underuse() {
        assert!(usages(-2.0).contains(&Usage::Under));
        assert!(!usages(-2.0).contains(&Usage::Over));
    }
}
