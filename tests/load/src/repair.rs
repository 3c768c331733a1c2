//! `passerelle-load repair`: calls over a network that loses, delays, reorders or narrows, the same
//! one for the same seed: what was lost on the way, what was sent again, and what came in the end.

use crate::client::Pace;
use crate::error::LoadError;
use crate::figures::remark;
use crate::measure::{Bench, Outcome};
use crate::relay::Conditions;
use crate::servers::{Kind, Plan};
use std::time::Duration;

/// All of the plan's calls through the relay.
pub(crate) async fn measure(
    kind: Kind,
    plan: &Plan<'_>,
    span: Duration,
    pace: Pace,
    network: (Conditions, u64),
) -> Result<(), LoadError> {
    let mut bench = Bench::start(kind, plan, pace, network).await?;
    bench.grow_to(plan.calls).await?;
    print(&bench.measure(span).await?);
    Ok(())
}

fn print(outcome: &Outcome) {
    let tally = &outcome.tally;
    outcome.print("repair");
    remark("repair_sent", tally.sent as f64, "packets");
    for (way, counts) in ["up", "down"].iter().zip(outcome.relayed) {
        let say = |name: &str, value| remark(&format!("repair_{way}_{name}"), value, "packets");
        say("media", counts.media as f64);
        say("media_lost", counts.media_lost as f64);
        say("repairs", counts.repairs as f64);
        say("repairs_lost", counts.repairs_lost as f64);
        say("overflowed", counts.overflowed as f64);
    }
    remark("repair_came_late", tally.late as f64, "packets");
    remark("repair_came_again", tally.again as f64, "packets");
    let delivered = 100.0 - tally.lost_pct();
    remark("repair_delivered", delivered, "%");
}
