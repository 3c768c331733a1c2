//! The pools of the evaluation: who serves what, when they are on duty, how calls arrive.

use crate::dice::Dice;

pub(crate) const MINUTE: f64 = 60_000.0;
pub(crate) const HOUR: f64 = 60.0 * MINUTE;
pub(crate) const WRAP_UP: f64 = MINUTE;
const HANDLING: f64 = 12.0 * MINUTE;
const HANDLING_CV: f64 = 0.8;
const PATIENCE: f64 = 15.0 * MINUTE;
const ANSWER: f64 = 8_000.0;
const ANSWER_CV: f64 = 0.5;
/// The counters' hours; the interpreters stay until every caller has been served.
pub(crate) const OPENS: f64 = 9.0 * HOUR;
pub(crate) const CLOSES: f64 = 17.5 * HOUR;
const STAYS: f64 = 22.0 * HOUR;

pub(crate) struct Pool {
    pub(crate) name: &'static str,
    /// The need groups each person serves, as bits.
    pub(crate) people: &'static [u64],
    /// Shares of the calls by need group.
    pub(crate) shares: &'static [f64],
    /// What the estimators are not told: patience log-normal with a cv of 1.5, the mean
    /// conversation ±30 % from day to day, breaks that end by the clock however late they began.
    pub(crate) misspecified: bool,
}

const ONE: [u64; 10] = [1; 10];

/// Seven specialists and three who speak two of the three languages.
pub(crate) const SKILLS: [u64; 10] = [1, 1, 1, 1, 2, 2, 4, 3, 5, 6];

pub(crate) fn pools(misspecified: bool) -> Vec<Pool> {
    let of = |name, people: &'static [u64], shares: &'static [f64]| Pool {
        name,
        people,
        shares,
        misspecified,
    };
    vec![
        of("2 interpreters", &ONE[..2], &[1.0]),
        of("3 interpreters", &ONE[..3], &[1.0]),
        of("5 interpreters", &ONE[..5], &[1.0]),
        of("10 interpreters", &ONE[..10], &[1.0]),
        of("3 languages, 10", &SKILLS, &[0.5, 0.3, 0.2]),
    ]
}

/// A call as it will be: what it needs and how long its parts take.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) arrives: f64,
    pub(crate) group: usize,
    pub(crate) answer: f64,
    pub(crate) handling: f64,
    pub(crate) patience: f64,
}

impl Pool {
    /// The calls of a day: twice the load between 10 and 12 and between 14 and 16 o'clock.
    pub(crate) fn calls(&self, dice: &mut Dice) -> Vec<Call> {
        let pace = if self.misspecified {
            0.7 + 0.6 * dice.uniform()
        } else {
            1.0
        };
        let full = self.people.len() as f64 / (HANDLING + WRAP_UP);
        let peak = 1.3;
        let mut now = OPENS;
        let mut calls = Vec::new();
        loop {
            now += dice.exponential(1.0 / (full * peak));
            if now >= CLOSES {
                return calls;
            }
            let hour = now / HOUR;
            let busy = (10.0..12.0).contains(&hour) || (14.0..16.0).contains(&hour);
            if !busy && dice.uniform() * peak > 0.65 {
                continue;
            }
            calls.push(Call {
                arrives: now,
                group: dice.pick(self.shares),
                answer: dice.lognormal(ANSWER, ANSWER_CV),
                handling: dice.lognormal(HANDLING * pace, HANDLING_CV),
                patience: if self.misspecified {
                    dice.lognormal(PATIENCE, 1.5)
                } else {
                    dice.exponential(PATIENCE)
                },
            });
        }
    }

    /// When a person is on duty: two short breaks and a lunch, spread over the pool.
    pub(crate) fn duty(&self, person: usize) -> Vec<(f64, f64)> {
        let part = person as f64 / self.people.len() as f64;
        let breaks = [
            (9.75 + part * 1.5, 0.25),
            (11.5 + part * 2.5, 0.75),
            (15.0 + part * 1.5, 0.25),
        ];
        let mut from = OPENS - 0.5 * HOUR;
        let mut duty = Vec::new();
        for (begin, length) in breaks {
            duty.push((from, begin * HOUR));
            from = (begin + length) * HOUR;
        }
        duty.push((from, STAYS));
        duty
    }
}
