//! Random numbers by name. A draw is a function of seed, replicate and what it is for, never of
//! what was drawn before; so when the state changes by one call, every other call keeps its luck
//! and the figures on the other screens do not flicker (common random numbers: Law, Simulation
//! Modeling and Analysis, ch. 11). A sequential generator cannot give that.

/// What a draw is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// How long a call in progress still lasts; named by its beginning and the person.
    InProgress = 1,
    /// How long the ring of a call takes; this and the next two are named by its number.
    Answer = 2,
    /// How long its conversation takes.
    Handling = 3,
    /// How long its visitor waits before giving up.
    Patience = 4,
    /// How far a need group's true mean is from that of its samples; named by the group.
    Pace = 5,
}

/// The draws of one replicate.
pub(super) struct Draws {
    key: u64,
}

impl Draws {
    pub(super) fn new(seed: u64, replicate: u32) -> Self {
        Self {
            key: mix(seed ^ mix(u64::from(replicate))),
        }
    }

    /// Uniform in the open interval (0, 1).
    pub(super) fn uniform(&self, purpose: Purpose, name: u64) -> f64 {
        let named = name.wrapping_mul(8).wrapping_add(purpose as u64);
        let bits = mix(self.key ^ mix(named)) >> 12;
        (bits as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Standard normal (Box and Muller).
    pub(super) fn normal(&self, purpose: Purpose, name: u64) -> f64 {
        let radius = (-2.0 * self.uniform(purpose, 2 * name).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform(purpose, 2 * name + 1)).cos()
    }
}

/// One step of `SplitMix64` (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
/// 2014): every bit of the input reaches every bit of the output.
fn mix(value: u64) -> u64 {
    let mut bits = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_output_of_splitmix64_from_zero_is_the_published_one() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn draws_are_uniform_and_draws_of_other_names_are_independent() {
        let draws: Vec<Draws> = (0..20_000).map(|one| Draws::new(7, one)).collect();
        let of = |purpose, name| -> Vec<f64> {
            draws.iter().map(|one| one.uniform(purpose, name)).collect()
        };
        let (a, b) = (of(Purpose::InProgress, 1), of(Purpose::InProgress, 2));
        let c = of(Purpose::Patience, 1);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let product = |x: &[f64], y: &[f64]| -> f64 {
            mean(
                &x.iter()
                    .zip(y)
                    .map(|(x, y)| (x - 0.5) * (y - 0.5))
                    .collect::<Vec<f64>>(),
            )
        };
        // Four standard errors: 1/sqrt(12 n) of a mean, 1/(12 sqrt n) of a product.
        assert!((mean(&a) - 0.5).abs() < 0.0082);
        assert!((product(&a, &a) - 1.0 / 12.0).abs() < 0.0025);
        assert!(product(&a, &b).abs() < 0.0024);
        assert!(product(&a, &c).abs() < 0.0024);
    }
}
