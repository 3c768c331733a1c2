//! The evaluation of the estimated wait as a gate: the same true world as the benchmark, few days
//! and one seed, so that it runs with every test. `cargo bench --bench estimate` has the figures.

#[path = "../benches/estimate/dice.rs"]
mod dice;
#[path = "../benches/estimate/evaluation.rs"]
mod evaluation;
#[path = "../benches/estimate/pools.rs"]
mod pools;
#[path = "../benches/estimate/rivals.rs"]
mod rivals;
#[path = "../benches/estimate/world.rs"]
mod world;

use evaluation::{EWMA, OURS, ROWS, evaluate};

#[test]
fn the_estimate_beats_every_other_row_and_its_quantiles_hold() {
    for pool in pools::pools(false).into_iter().skip(1).step_by(3) {
        let table = evaluate(&pool, 12, 11, 100);
        let ours = table.rows[OURS];
        let name = pool.name;
        assert!(
            table.waits > 700 && table.silent == 0,
            "{name}: {}",
            table.waits
        );
        for (row, score) in ROWS.iter().zip(&table.rows) {
            println!("{name}: {row}: {:.0} s", score.rmse);
        }
        assert!(table.ours_is_best(), "{name}");
        let ratio = ours.rmse / table.rows[EWMA].rmse;
        assert!(ratio <= 0.65, "{name}: {ratio:.2} of EWMA's error");
        assert!(
            ours.bias.abs() < 0.1 * table.mean,
            "{name}: {:.0} s",
            ours.bias
        );
        let [p50, p80, p90] = ours.coverage.unwrap();
        assert!((0.42..=0.58).contains(&p50), "{name}: P50 covers {p50:.3}");
        assert!((0.75..=0.85).contains(&p80), "{name}: P80 covers {p80:.3}");
        assert!((0.86..=0.94).contains(&p90), "{name}: P90 covers {p90:.3}");
    }
}
