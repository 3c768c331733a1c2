//! What only the process itself can see of its health, in the log at the level DEBUG: the tasks of
//! the async runtime, a leak of which shows nowhere else for days; and how media fares: pictures
//! that stood, and how long packets were inside since the line before.

use crate::dispatch::Dispatch;
use crate::sfu::{Delays, Sfu};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Often enough for a curve, rare enough for a log.
const SPACING: Duration = Duration::from_secs(10);

/// The task; it ends when this is dropped.
pub(super) struct VitalSigns(JoinHandle<()>);

impl VitalSigns {
    /// Writes now and again.
    pub(super) fn start(dispatch: Dispatch, sfu: Sfu) -> Self {
        Self(tokio::spawn(async move {
            let mut clock = interval(SPACING);
            clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut before = Delays::default();
            loop {
                clock.tick().await;
                let tasks = Handle::current().metrics().num_alive_tasks();
                tracing::debug!(tasks, clients = dispatch.connections(), "vital signs");
                let media = sfu.stats().await;
                let delays = media.delays.since(&before);
                before = media.delays;
                tracing::debug!(
                    rooms = media.rooms,
                    peers = media.peers,
                    standstills = media.counters.standstills,
                    forwarded = delays.count(),
                    delay_p50_us = micros(&delays, 500),
                    delay_p99_us = micros(&delays, 990),
                    "media"
                );
            }
        }))
    }
}

/// In microseconds; `None`, which is not written, while nothing was forwarded.
fn micros(delays: &Delays, permille: u64) -> Option<u64> {
    let delay = delays.permille(permille)?;
    u64::try_from(delay.as_micros()).ok()
}

impl Drop for VitalSigns {
    fn drop(&mut self) {
        self.0.abort();
    }
}
