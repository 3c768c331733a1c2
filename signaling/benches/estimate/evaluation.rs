//! One pool over many days: at each arrival that has to wait every estimator says its figure; later
//! the truth is known. The first days only teach.

use crate::dice::Dice;
use crate::pools::Pool;
use crate::rivals::Rivals;
use crate::world::{Lesson, World};
use passerelle_signaling::estimate::history::History;
use passerelle_signaling::estimate::{Estimate, Situation, estimate, formula_estimate};
use passerelle_signaling::time::Millis;

/// Days that teach and are not counted.
pub(crate) const LEARNING_DAYS: u32 = 5;

/// The rows of the table, in their order.
pub(crate) const ROWS: [&str; 6] = [
    "EWMA 3/4 (Asterisk)",
    "last to enter service",
    "mean of the last 15 min",
    "constant (true mean)",
    "QLm",
    "Passerelle",
];
pub(crate) const EWMA: usize = 0;
const CONSTANT: usize = 3;
pub(crate) const OURS: usize = 5;

/// What a row is worth, in seconds and shares.
#[derive(Clone, Copy, Default)]
pub(crate) struct Score {
    pub(crate) rmse: f64,
    pub(crate) bias: f64,
    /// Shares of the waits within the row's P50, P80 and P90, where it has them.
    pub(crate) coverage: Option<[f64; 3]>,
}

pub(crate) struct Table {
    pub(crate) mean: f64,
    pub(crate) waits: usize,
    /// Calls that had to wait and for which ours says nothing.
    pub(crate) silent: usize,
    pub(crate) rows: [Score; 6],
}

impl Table {
    /// True when no other row has so small an error.
    pub(crate) fn ours_is_best(&self) -> bool {
        let others = self.rows[..OURS].iter();
        others
            .into_iter()
            .all(|row| row.rmse > self.rows[OURS].rmse)
    }
}

/// One wait: its group, the truth and what each row said, in milliseconds.
struct Said {
    group: usize,
    truth: f64,
    points: [f64; 6],
    formula: Estimate,
    ours: Estimate,
}

pub(crate) fn evaluate(pool: &Pool, days: u32, seed: u64, replicates: u32) -> Table {
    let mut dice = Dice::new(seed);
    let mut histories = vec![History::default(); pool.shares.len()];
    let mut rivals = vec![Rivals::default(); pool.shares.len()];
    let mut said = Vec::new();
    let mut silent = 0;
    for day in 0..LEARNING_DAYS + days {
        let calls = pool.calls(&mut dice);
        let mut world = World::new(pool, &calls);
        let mut open: Vec<(usize, Said)> = Vec::new();
        for (number, call) in calls.iter().enumerate() {
            let now = call.arrives;
            world.advance(now, |at, lesson| {
                learn(at, lesson, &mut histories, &mut rivals);
            });
            if !world.arrives(number) || day < LEARNING_DAYS {
                continue;
            }
            let mut situation = world.situation(now);
            situation.groups.clone_from(&histories);
            let group = call.group;
            match say(
                &situation,
                number,
                rivals[group].say(now),
                group,
                replicates,
            ) {
                Some(one) => open.push((number, one)),
                None => silent += 1,
            }
        }
        world.advance(f64::MAX, |at, lesson| {
            learn(at, lesson, &mut histories, &mut rivals);
        });
        said.extend(open.into_iter().filter_map(|(number, mut one)| {
            one.truth = world.waits[number]?;
            Some(one)
        }));
    }
    table(said, silent, pool.shares.len())
}

pub(crate) fn learn(now: f64, lesson: Lesson, histories: &mut [History], rivals: &mut [Rivals]) {
    let length = |milliseconds: f64| Millis(milliseconds as u64);
    match lesson {
        Lesson::Connected { group, wait, ring } => {
            histories[group].waited(length(wait));
            histories[group].answered(length(ring));
            rivals[group].connected(now, wait);
        }
        Lesson::Handled { group, length: one } => histories[group].handled(length(one)),
        Lesson::Abandoned { group, wait } => histories[group].abandoned(length(wait)),
    }
}

fn say(
    situation: &Situation,
    number: usize,
    [ewma, last, recent]: [f64; 3],
    group: usize,
    replicates: u32,
) -> Option<Said> {
    let mut queue = situation.queue.iter();
    let of = queue.position(|one| one.number == number as u64)?;
    let ours = estimate(situation, of, 1, replicates)?;
    let formula = formula_estimate(situation, of)?;
    let points = [
        ewma,
        last,
        recent,
        0.0,
        formula.mean.0 as f64,
        ours.mean.0 as f64,
    ];
    Some(Said {
        group,
        truth: 0.0,
        points,
        formula,
        ours,
    })
}

fn table(mut said: Vec<Said>, silent: usize, groups: usize) -> Table {
    for group in 0..groups {
        let of = said.iter().filter(|one| one.group == group);
        let (count, sum) = of.fold((0.0, 0.0), |(n, sum), one| (n + 1.0, sum + one.truth));
        for one in said.iter_mut().filter(|one| one.group == group) {
            one.points[CONSTANT] = sum / f64::max(count, 1.0);
        }
    }
    let mean_of = |value: &dyn Fn(&Said) -> f64| {
        said.iter().map(value).sum::<f64>() / said.len().max(1) as f64
    };
    let covered = |of: &dyn Fn(&Said) -> Estimate| {
        let within = |bound: fn(&Estimate) -> Millis| {
            mean_of(&|one| f64::from(u8::from(one.truth <= bound(&of(one)).0 as f64)))
        };
        Some([
            within(|one| one.p50),
            within(|one| one.p80),
            within(|one| one.p90),
        ])
    };
    let mut rows = [Score::default(); 6];
    for (row, score) in rows.iter_mut().enumerate() {
        let error = |one: &Said| (one.points[row] - one.truth) / 1000.0;
        score.rmse = mean_of(&|one| error(one).powi(2)).sqrt();
        score.bias = mean_of(&error);
    }
    rows[OURS - 1].coverage = covered(&|one| one.formula);
    rows[OURS].coverage = covered(&|one| one.ours);
    Table {
        mean: mean_of(&|one| one.truth / 1000.0),
        waits: said.len(),
        silent,
        rows,
    }
}
