//! `passerelle-load media`: how many calls one core carries, what a packet costs and how long it
//! takes, of Passerelle alone. Each round begins with a new gateway.

use crate::client::Pace;
use crate::error::LoadError;
use crate::figures::{at_least, at_most, median, progress};
use crate::measure::{Bench, Outcome};
use crate::relay::Conditions;
use crate::servers::{Kind, Plan};
use std::time::Duration;

/// Calls a core carries while it stays below this, so that a keyframe or a join finds room.
const CPU_MAX_PCT: f64 = 80.0;

/// More lost than this is not carried, whatever the CPU says.
const LOST_MAX_PCT: f64 = 0.1;

/// Where the clients' core counts as full: what follows would measure them.
const CLIENTS_MAX_PCT: f64 = 97.0;

/// The targets of the project (BENCHMARKS.md).
const CALLS_PER_CORE: f64 = 70.0;
const DELAY_P50_US: f64 = 100.0;
const DELAY_P99_US: f64 = 1000.0;
const PUBLISHER_KB: f64 = 1024.0;

/// How much to measure.
pub(crate) struct Steps {
    /// Calls added at a time.
    pub(crate) step: usize,
    pub(crate) span: Duration,
    pub(crate) rounds: usize,
    pub(crate) pace: Pace,
}

/// Up to the plan's calls.
pub(crate) async fn measure(plan: &Plan<'_>, steps: &Steps) -> Result<(), LoadError> {
    let mut carried = Vec::new();
    let mut halves = Vec::new();
    for round in 1..=steps.rounds {
        progress(&format!("round {round} of {}", steps.rounds));
        let calls = calls_per_core(plan, steps).await?;
        carried.push(calls as f64);
        let half = (calls / 2).max(1);
        let mut bench = start(plan, steps).await?;
        bench.grow_to(half).await?;
        let outcome = bench.measure(steps.span).await?;
        outcome.print("half_load");
        halves.push(outcome);
    }
    let of = |value: &dyn Fn(&Outcome) -> f64| median(halves.iter().map(value).collect());
    let delay = |share| of(&|outcome| outcome.tally.delay_us(share));
    at_least("calls_per_core", median(carried), "calls", CALLS_PER_CORE);
    at_most("forward_delay_p50_us", delay(0.5), "us", DELAY_P50_US);
    at_most("forward_delay_p99_us", delay(0.99), "us", DELAY_P99_US);
    at_most(
        "publisher_kb",
        of(&Outcome::publisher_kb),
        "kB",
        PUBLISHER_KB,
    );
    Ok(())
}

/// The most calls that leave CPU and lose nothing.
async fn calls_per_core(plan: &Plan<'_>, steps: &Steps) -> Result<usize, LoadError> {
    let mut bench = start(plan, steps).await?;
    let mut carried = 0;
    let mut calls = steps.step.min(plan.calls);
    loop {
        bench.grow_to(calls).await?;
        let outcome = bench.measure(steps.span).await?;
        outcome.print("ramp");
        if outcome.server_pct() >= CPU_MAX_PCT || outcome.tally.lost_pct() >= LOST_MAX_PCT {
            return Ok(carried);
        }
        carried = calls;
        if outcome.clients_pct() >= CLIENTS_MAX_PCT {
            progress("the clients' core is full: the server could carry more");
            return Ok(carried);
        }
        if calls >= plan.calls {
            progress("as many calls as were asked for");
            return Ok(carried);
        }
        calls = (calls + steps.step).min(plan.calls);
    }
}

async fn start(plan: &Plan<'_>, steps: &Steps) -> Result<Bench, LoadError> {
    let plain = (Conditions::default(), 0);
    Bench::start(Kind::Passerelle, plan, steps.pace, plain).await
}
