//! Dice of the evaluation's true world; another generator than the estimator's, so that the two can
//! share no artefact.

use fastrand::Rng;

pub(crate) struct Dice(Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        1.0 - self.0.f64()
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -self.uniform().ln() * mean
    }

    /// Log-normal of this mean and coefficient of variation (Box and Muller's normal).
    pub(crate) fn lognormal(&mut self, mean: f64, cv: f64) -> f64 {
        let sigma2 = (1.0 + cv * cv).ln();
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.uniform()).cos();
        mean * (sigma2.sqrt() * normal - sigma2 / 2.0).exp()
    }

    /// An index, by weights.
    pub(crate) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        let found = weights.iter().position(|weight| {
            left -= weight;
            left <= 0.0
        });
        found.unwrap_or(weights.len() - 1)
    }
}
