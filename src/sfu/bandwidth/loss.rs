//! The loss-based rate: which part of the loss the path has by itself (Wi-Fi), and which we cause.
//! A model of both is fitted to what was seen, after libwebrtc's `loss_based_bwe_v2.cc`, which
//! tries a few rates and keeps the likeliest; its states « hold » and « in window » are left out.
//! Pure.

use super::history::Outcome;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Shortest time of one observation, and how many are kept: four seconds
/// (`ObservationDurationLowerBound`, `ObservationWindowSize`).
const OBSERVATION: Duration = Duration::from_millis(250);
const OBSERVATIONS: usize = 15;
/// Observations that say something about a loss of a few per cent: a second.
const ENOUGH: usize = 4;
/// Weight of an observation against the next (`TemporalWeightFactor`).
const AGEING: f64 = 0.9;
/// Loss that may be the path's own: this much and a rate's worth at low rates, where a few packets
/// are many per cent; at least 0.1 % (`InherentLossUpperBoundOffset`, `…BandwidthBalance`,
/// `InherentLossLowerBound`).
const OWN_LOSS: f64 = 0.05;
const OWN_LOSS_BPS: f64 = 75_000.0;
const LEAST_LOSS: f64 = 1e-3;
/// What is assumed of a path at first (`InitialInherentLossEstimate`).
const FIRST_LOSS: f64 = 0.01;
/// Rates tried, as factors of the one now (`CandidateFactors`).
const FACTORS: [f64; 3] = [1.02, 1.0, 0.95];
/// How much a higher rate is preferred, per kb/s and per its logarithm, while less than a fifth
/// is lost (`HigherBandwidthBiasFactor`, `HigherLogBandwidthBiasFactor`,
/// `ThresholdOfHighBandwidthPreference`, `BandwidthPreferenceSmoothingFactor`).
const PREFERENCE: f64 = 0.0002;
const LOG_PREFERENCE: f64 = 0.02;
const PREFERENCE_ENDS: f64 = 0.2;
const PREFERENCE_SMOOTHING: f64 = 0.002;
/// Step of the search for the path's own loss (`NewtonStepSize`), and how often it is taken.
const NEWTON_STEP: f64 = 0.75;
const NEWTON_STEPS: usize = 2;
/// Growth while limited never goes beyond this factor of what arrives
/// (`BandwidthRampupUpperBoundFactor`).
const PROVEN: f64 = 1.5;

/// What was sent and lost in a quarter of a second.
#[derive(Clone, Copy, Debug)]
struct Observation {
    packets: f64,
    lost: f64,
    bps: f64,
}

/// An observation in the making.
#[derive(Clone, Copy, Debug)]
struct Partial {
    packets: u32,
    lost: u32,
    bytes: u32,
    from: Instant,
    until: Instant,
}

/// A path as the model sees it.
#[derive(Clone, Copy, Debug)]
struct Model {
    /// The rate above which we lose what we send too much.
    bps: f64,
    /// The part of all packets the path loses by itself.
    own_loss: f64,
}

/// The model and what it was fitted to.
#[derive(Debug, Default)]
pub(super) struct LossControl {
    observations: VecDeque<Observation>,
    partial: Option<Partial>,
    model: Option<Model>,
}

impl LossControl {
    /// The rate that loss allows; `None` before anything was seen.
    pub(super) fn bps(&self) -> Option<f64> {
        let model = self.model.as_ref()?;
        Some(model.bps.min(self.instant_limit()))
    }

    /// The part of the packets that the path loses by itself.
    pub(super) fn own(&self) -> f64 {
        self.model.map_or(0.0, |model| model.own_loss)
    }

    /// The part of the packets lost lately.
    fn fraction(&self) -> f64 {
        let sums = self.weighted().fold((0.0, 0.0), |sums, (weight, seen)| {
            (sums.0 + weight * seen.lost, sums.1 + weight * seen.packets)
        });
        if sums.1 > 0.0 { sums.0 / sums.1 } else { 0.0 }
    }

    /// A probe has arrived whole: what was seen at lower rates is of another path.
    pub(super) fn raise(&mut self, bps: f64) {
        if let Some(model) = self.model.as_mut().filter(|model| model.bps < bps) {
            model.bps = bps;
            self.observations.clear();
            self.partial = None;
        }
    }

    /// Adds what became of packets, and fits the model when an observation is complete.
    pub(super) fn update(&mut self, outcomes: &[Outcome], delay_bps: f64, throughput: Option<f64>) {
        for outcome in outcomes {
            if let Some(observation) = self.add(outcome) {
                self.observations.push_back(observation);
                if self.observations.len() > OBSERVATIONS {
                    self.observations.pop_front();
                }
                self.fit(delay_bps, throughput);
            }
        }
        if let Some(model) = &mut self.model {
            model.bps = model.bps.min(delay_bps);
        }
    }

    fn add(&mut self, outcome: &Outcome) -> Option<Observation> {
        let departure = outcome.departure;
        let partial = self.partial.get_or_insert(Partial {
            packets: 0,
            lost: 0,
            bytes: 0,
            from: departure.at,
            until: departure.at,
        });
        partial.packets += 1;
        partial.lost += u32::from(outcome.arrived.is_none());
        partial.bytes += departure.bytes;
        partial.until = partial.until.max(departure.at);
        let span = partial.until.saturating_duration_since(partial.from);
        if span < OBSERVATION {
            return None;
        }
        let observation = Observation {
            packets: f64::from(partial.packets),
            lost: f64::from(partial.lost),
            bps: super::throughput::rate(partial.bytes, span),
        };
        self.partial = None;
        Some(observation)
    }

    fn fit(&mut self, delay_bps: f64, throughput: Option<f64>) {
        let now = self.model.unwrap_or(Model {
            bps: delay_bps,
            own_loss: FIRST_LOSS,
        });
        let proven = throughput.map_or(f64::MAX, |bps| bps * PROVEN).max(now.bps);
        let tried = FACTORS.map(|factor| now.bps * factor);
        let best = tried
            .into_iter()
            .chain(throughput)
            .chain([delay_bps])
            .map(|bps| self.fitted(bps.min(delay_bps), now.own_loss))
            .map(|model| (self.likelihood(model), model))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, mut best)) = best else { return };
        let loss = self.fraction();
        // `NotIncreaseIfInherentLossLessThanAverageLoss`.
        if best.bps > now.bps && loss > best.own_loss {
            best.bps = now.bps;
        }
        best.bps = best.bps.min(proven);
        self.model = Some(best);
    }

    /// The likeliest own loss of a path that carries `bps`.
    fn fitted(&self, bps: f64, mut own_loss: f64) -> Model {
        for _ in 0..NEWTON_STEPS {
            let (mut first, mut second) = (0.0, 0.0);
            for (weight, seen) in self.weighted() {
                let loss = probability(Model { bps, own_loss }, seen.bps);
                let arrived = seen.packets - seen.lost;
                first += weight * (seen.lost / loss - arrived / (1.0 - loss));
                second -= weight * (seen.lost / loss.powi(2) + arrived / (1.0 - loss).powi(2));
            }
            if second < 0.0 {
                own_loss -= NEWTON_STEP * first / second;
            }
            own_loss = own_loss.clamp(LEAST_LOSS, OWN_LOSS + OWN_LOSS_BPS / bps.max(OWN_LOSS_BPS));
        }
        Model { bps, own_loss }
    }

    fn likelihood(&self, model: Model) -> f64 {
        let distance = PREFERENCE_ENDS - self.fraction();
        let sign = distance / (PREFERENCE_SMOOTHING + distance.abs());
        let kbps = model.bps / 1000.0;
        let preference = sign * (PREFERENCE * kbps + LOG_PREFERENCE * kbps.ln_1p());
        self.weighted()
            .map(|(weight, seen)| {
                let loss = probability(model, seen.bps);
                let arrived = seen.packets - seen.lost;
                weight
                    * (seen.lost * loss.ln()
                        + arrived * (1.0 - loss).ln()
                        + preference * seen.packets)
            })
            .sum()
    }

    /// Whatever the model says: loss beyond the path's own ends at this (`InstantUpperBound…`).
    fn instant_limit(&self) -> f64 {
        if self.observations.len() < ENOUGH {
            return f64::MAX;
        }
        let beyond = self.fraction() - OWN_LOSS;
        if beyond > 0.0 {
            OWN_LOSS_BPS / beyond
        } else {
            f64::MAX
        }
    }

    fn weighted(&self) -> impl Iterator<Item = (f64, &Observation)> {
        let newest_first = self.observations.iter().rev();
        newest_first.scan(1.0 / AGEING, |weight, seen| {
            *weight *= AGEING;
            Some((*weight, seen))
        })
    }
}

/// The part lost of what is sent at `sent_bps`.
fn probability(model: Model, sent_bps: f64) -> f64 {
    let too_much = ((sent_bps - model.bps) / sent_bps.max(1.0)).max(0.0);
    (model.own_loss + (1.0 - model.own_loss) * too_much).clamp(1e-6, 1.0 - 1e-6)
}
