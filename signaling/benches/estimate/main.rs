//! The estimated wait against the truth and beside the estimators in use. Lines that begin with `#`
//! are the whole table; the others are figures as `make bench` gathers them: name, value, unit,
//! target, `ok` or `short`, tab-separated. Other seeds: `-- SEED [PERSON_DAYS]`.

#![expect(
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints figures; the core does neither"
)]

mod dice;
mod evaluation;
mod follow;
mod pools;
mod rivals;
mod world;

use dice::Dice;
use evaluation::{EWMA, OURS, ROWS, Table, evaluate};
use passerelle_signaling::estimate::history::History;
use passerelle_signaling::estimate::{Activity, Person, REPLICATES, Situation, Waiting, estimate};
use passerelle_signaling::time::{Millis, Timestamp};
use pools::{MINUTE, SKILLS, WRAP_UP};
use std::time::Instant;

/// Of the run that is reported; other seeds were used while the estimator was written.
const SEED: u64 = 20_261_122;

/// Counted days times people in each pool: about 20,000 waits, so that the standard error of a
/// coverage is well below one point though the waits of one day hang together.
const PERSON_DAYS: u32 = 800;

/// Days in which the screens are followed, in two of the pools.
const FOLLOWED_DAYS: u32 = 10;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let seed = numbers.next().unwrap_or(SEED);
    let person_days = numbers.next().map_or(PERSON_DAYS, |days| days as u32);
    let mut tables = Vec::new();
    for misspecified in [false, true] {
        for pool in pools::pools(misspecified) {
            let days = person_days / pool.people.len() as u32;
            let table = evaluate(&pool, days, seed, REPLICATES);
            print(&pool, &table);
            tables.push(table);
        }
    }
    for pool in pools::pools(false).iter().skip(2).step_by(2) {
        let followed = follow::follow(pool, FOLLOWED_DAYS, seed);
        let share = |count: u32| 100.0 * f64::from(count) / f64::from(followed.pictures);
        println!(
            "# screens, {}: {} waits, {} pictures; upper end kept {:.1} %, held for want of a \
             cause {:.1} %, grew with a cause {:.2} times a wait",
            pool.name,
            followed.waits,
            followed.pictures,
            share(followed.within),
            share(followed.held),
            f64::from(followed.grew) / f64::from(followed.waits),
        );
    }
    figures(&tables);
}

/// The lines of `make bench`.
fn figures(tables: &[Table]) {
    let ratio = |table: &Table| table.rows[OURS].rmse / table.rows[EWMA].rmse;
    let worst = tables.iter().map(ratio).fold(0.0, f64::max);
    line(
        "estimate_rmse_vs_ewma",
        worst,
        "ratio",
        "0.65",
        worst <= 0.65,
    );
    let best = tables.iter().filter(|table| table.ours_is_best()).count();
    let all = tables.len();
    line(
        "estimate_best_row_pools",
        best as f64,
        "pools",
        &all.to_string(),
        best == all,
    );
    for (name, which, low, high) in [("p80", 1, 75.0, 85.0), ("p90", 2, 86.0, 94.0)] {
        let covered = tables.iter().filter_map(|table| table.rows[OURS].coverage);
        let percents: Vec<f64> = covered.map(|shares| shares[which] * 100.0).collect();
        let min = percents.iter().copied().fold(100.0, f64::min);
        let max = percents.iter().copied().fold(0.0, f64::max);
        let name = format!("estimate_{name}_coverage");
        line(
            &format!("{name}_min"),
            min,
            "%",
            &low.to_string(),
            min >= low,
        );
        line(
            &format!("{name}_max"),
            max,
            "%",
            &high.to_string(),
            max <= high,
        );
    }
    let micros = micros_with_ten_people();
    line(
        "estimate_us_10_people",
        micros,
        "us",
        "1000",
        micros <= 1000.0,
    );
}

fn line(name: &str, value: f64, unit: &str, target: &str, ok: bool) {
    let verdict = if ok { "ok" } else { "short" };
    println!("{name}\t{value:.3}\t{unit}\t{target}\t{verdict}");
}

/// The whole table of a pool.
fn print(pool: &pools::Pool, table: &Table) {
    println!(
        "# {}{}: {} waits, mean {:.0} s, {} without a figure",
        pool.name,
        if pool.misspecified {
            ", misspecified"
        } else {
            ""
        },
        table.waits,
        table.mean,
        table.silent,
    );
    println!(
        "#   {:<24} RMSE s  /mean  /EWMA  bias s   P50 %   P80 %   P90 %",
        ""
    );
    for (name, row) in ROWS.iter().zip(&table.rows) {
        let covered = row.coverage.map(|shares| shares.map(|share| share * 100.0));
        let covered = covered.map_or(String::new(), |[p50, p80, p90]| {
            format!("{p50:>8.1}{p80:>8.1}{p90:>8.1}")
        });
        println!(
            "#   {name:<24} {:>6.0} {:>6.2} {:>6.2} {:>+7.0}{covered}",
            row.rmse,
            row.rmse / table.mean,
            row.rmse / table.rows[EWMA].rmse,
            row.bias,
        );
    }
}

/// One estimate in the multi-skill pool at its fullest: ten interpreters in calls, twelve waiting,
/// 256 samples a group. The median of 200, since other programs share the machine.
fn micros_with_ten_people() -> f64 {
    let situation = full_house();
    let last = situation.queue.len() - 1;
    let micros = |seed: u64| {
        let start = Instant::now();
        assert!(estimate(&situation, last, seed, REPLICATES).is_some());
        start.elapsed().as_secs_f64() * 1e6
    };
    let mut runs: Vec<f64> = (0..200).map(micros).collect();
    runs.sort_unstable_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// The multi-skill pool with everybody in a call, twelve calls waiting and full histories.
fn full_house() -> Situation {
    let now = Timestamp(36_000_000);
    let mut dice = Dice::new(3);
    let mut history = History::default();
    for _ in 0..1_000 {
        history.handled(Millis(dice.lognormal(12.0 * MINUTE, 0.8) as u64));
        history.answered(Millis(dice.lognormal(8_000.0, 0.5) as u64));
        history.abandoned(Millis(dice.exponential(15.0 * MINUTE) as u64));
    }
    let person = |(at, serves): (u64, &u64)| Person {
        serves: *serves,
        tier: 0,
        state: Activity::InCall {
            group: serves.trailing_zeros() as u8,
            since: now - Millis::from_secs(60 * at),
        },
        duty: vec![
            (Timestamp(0), now + Millis::from_secs(600 * at)),
            (now + Millis::from_secs(600 * at + 900), Timestamp(u64::MAX)),
        ],
    };
    let waiting = |number: u64| Waiting {
        group: (number % 3) as u8,
        rank: 0,
        ticket: now - Millis::from_secs(600 - number),
        number,
    };
    Situation {
        now,
        people: (0..).zip(&SKILLS).map(person).collect(),
        queue: (0..12).map(waiting).collect(),
        groups: vec![history; 3],
        wrap_up: Millis(WRAP_UP as u64),
    }
}
