//! What only the process itself can see of its health, in the log at the level DEBUG: the tasks of
//! the async runtime, a leak of which shows nowhere else for days.

use crate::dispatch::Dispatch;
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
    pub(super) fn start(dispatch: Dispatch) -> Self {
        Self(tokio::spawn(async move {
            let mut clock = interval(SPACING);
            clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                clock.tick().await;
                let tasks = Handle::current().metrics().num_alive_tasks();
                tracing::debug!(tasks, clients = dispatch.connections(), "vital signs");
            }
        }))
    }
}

impl Drop for VitalSigns {
    fn drop(&mut self) {
        self.0.abort();
    }
}
