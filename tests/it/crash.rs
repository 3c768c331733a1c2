//! Killed at any moment, again and again, under load: whatever was acknowledged is there after the
//! restart, once. Real processes, real WebSockets, real media; the journal is the judge.
//!
//! `make test` kills a few times, `make crash` two hundred times. `PASSERELLE_SEED` repeats a run
//! as far as the machine's own timing allows.

mod actors;
mod judge;

use crate::gateway::Gateway;
use crate::people::{board, connect};
use actors::{Actor, Told};
use judge::Journal;
use passerelle_signaling::protocol::Identity;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;

/// Kills in a run of all tests; each costs about two seconds.
const KILLS: u32 = 5;

/// Where the dice begin, unless the caller says otherwise.
const SEED: u64 = 20_261_122;

/// The gateway lives at most so long after everybody has come back. Most kills hit the rush of the
/// return, the others a service in full swing.
const LIFE_MAX: Duration = Duration::from_millis(2500);

/// More than two can serve, so that calls wait in every life.
const TABLETS: u32 = 9;
const INTERPRETERS: u32 = 5;

/// Rings, wrap-ups and connections short enough that many begin and end in one life.
const QUICK: &[(&str, &str)] = &[
    ("rules.offer_ms", "800"),
    ("rules.connect_ms", "1500"),
    ("rules.wrap_up_ms", "400"),
    ("rules.cooldown_ms", "300"),
    ("rules.misses_max", "50"),
];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_there_once_after_any_kill() {
    let (kills, seed) = (
        number("PASSERELLE_KILLS", u64::from(KILLS)),
        number("PASSERELLE_SEED", SEED),
    );
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut gateway = Gateway::demo(QUICK);
    let mut actors = actors::all(TABLETS, INTERPRETERS, seed);
    let mut journal = Journal::default();
    for kill in 1..=kills {
        let life = LIFE_MAX.mul_f64(dice.f64().powi(2));
        let target = gateway.target();
        let all_are_back = Arc::new(Barrier::new(actors.len()));
        let lives = actors.into_iter().map(|actor| {
            let (target, before) = (target.clone(), journal.clone());
            let all_are_back = Arc::clone(&all_are_back);
            tokio::spawn(async move { actor.live(&target, &before, &all_are_back).await })
        });
        let lives: Vec<_> = lives.collect();
        // The moment of the kill: nothing is waited for.
        let _ = tokio::time::timeout(life, std::future::pending::<()>()).await;
        let (_, remains) = gateway.end("KILL");
        actors = Vec::new();
        for life in lives {
            actors.push(life.await.unwrap());
        }
        let told: Vec<&Told> = actors.iter().map(Actor::told).collect();
        let context = format!("kill {kill} after {life:?}, PASSERELLE_SEED={seed}");
        journal = Journal::read(&remains, &context).await;
        journal.keeps_what_was_acknowledged(&told, &context);
        gateway = Gateway::demo_again(remains, QUICK);
        // Before anybody else comes back, so that nothing has moved.
        let mut coordinator = connect(&gateway, Identity::Coordinator).await;
        let expected = journal.queue();
        let queue = board(&mut coordinator, "the board", |board| {
            Some(board.queue.iter().map(|row| row.call).collect::<Vec<_>>())
        });
        assert_eq!(queue.await, expected, "the order of the queue, {context}");
        println!(
            "kill\t{kill}\tcalls\t{}\tentries\t{}",
            journal.calls(),
            journal.len()
        );
        coordinator.close().await.unwrap();
    }
    let all: u64 = actors.iter().map(|actor| actor.told().acknowledged).sum();
    println!("crash_runs_lost\t0\tof\t{kills}\tkills\t{all}\tacknowledged");
    assert!(all > kills, "nobody did anything: {all} acknowledged");
}
