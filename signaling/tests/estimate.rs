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

use dice::Dice;
use evaluation::{EWMA, OURS, ROWS, evaluate};
use pools::{Call, Pool};
use world::World;

fn waits(pool: &Pool, calls: &[Call]) -> Vec<Option<f64>> {
    let mut world = World::new(pool, calls);
    for (number, call) in calls.iter().enumerate() {
        world.advance(call.arrives, |_, _| ());
        world.arrives(number);
    }
    world.advance(f64::MAX, |_, _| ());
    world.waits
}

#[test]
fn the_truth_of_a_call_given_up_is_the_wait_it_has_when_its_visitor_stays() {
    for pool in pools::pools(true) {
        let calls = pool.calls(&mut Dice::new(5));
        let truth = waits(&pool, &calls);
        assert!(truth.iter().all(Option::is_some), "{}", pool.name);
        let mut given_up = 0;
        for number in 0..calls.len() {
            let wait = truth[number].unwrap();
            if wait - calls[number].answer < calls[number].patience {
                continue;
            }
            given_up += 1;
            let mut stays = calls.clone();
            stays[number].patience = f64::MAX;
            assert_eq!(waits(&pool, &stays)[number], Some(wait), "{}", pool.name);
        }
        assert!(given_up > 5, "{}: {given_up}", pool.name);
    }
}

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
