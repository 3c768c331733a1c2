//! `passerelle-load janus`: Passerelle, Janus and the bare forwarder with the same calls, one after
//! the other and over again, so that what else the machine does meets all of them alike. What
//! counts is the median of the rounds' ratios.

use crate::client::Pace;
use crate::error::LoadError;
use crate::figures::{at_most, median, progress};
use crate::measure::{Bench, Outcome};
use crate::relay::Conditions;
use crate::servers::{Kind, Plan};
use std::time::Duration;

/// The targets of the project (BENCHMARKS.md).
const VS_JANUS: f64 = 0.40;
const VS_BARE: f64 = 1.1;

/// Each round, in this order.
const SERVERS: [(Kind, &str); 3] = [
    (Kind::Bare, "str0m"),
    (Kind::Passerelle, "passerelle"),
    (Kind::Janus, "janus"),
];

/// All of the plan's calls at each.
pub(crate) async fn measure(
    plan: &Plan<'_>,
    span: Duration,
    rounds: usize,
    pace: Pace,
) -> Result<(), LoadError> {
    let (mut vs_bare, mut vs_janus) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        progress(&format!("round {round} of {rounds}"));
        let mut costs = [0.0; 3];
        for (cost, (kind, name)) in costs.iter_mut().zip(SERVERS) {
            let outcome = once(kind, plan, span, pace).await?;
            outcome.print(name);
            *cost = outcome.cpu_per_million();
        }
        let [bare, ours, janus] = costs;
        vs_bare.push(ours / bare);
        vs_janus.push(ours / janus);
    }
    at_most("forward_cpu_vs_janus", median(vs_janus), "ratio", VS_JANUS);
    at_most("forward_cpu_vs_str0m", median(vs_bare), "ratio", VS_BARE);
    Ok(())
}

async fn once(
    kind: Kind,
    plan: &Plan<'_>,
    span: Duration,
    pace: Pace,
) -> Result<Outcome, LoadError> {
    let mut bench = Bench::start(kind, plan, pace, (Conditions::default(), 0)).await?;
    bench.grow_to(plan.calls).await?;
    bench.measure(span).await
}
