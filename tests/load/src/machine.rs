//! What the machine itself takes before anything is measured: how late a thread wakes that has a
//! core to itself. A virtual machine's core is taken away now and then, and whatever is forwarded
//! waits as long; delays are read beside this.

use crate::error::LoadError;
use crate::figures::remark;
use crate::process::pin;
use passerelle::clock::monotonic;
use rustix::event::poll;
use rustix::time::Timespec;
use std::time::Duration;

/// About as long as a packet waits for the next of the same publisher to be sent.
const NAP: Duration = Duration::from_micros(500);

/// Two to three seconds of naps.
const NAPS: u32 = 4_000;

/// Prints how much later than asked a thread wakes on this core.
pub(crate) fn print_lateness(core: usize) -> Result<(), LoadError> {
    let napping = std::thread::spawn(move || pin(&[core]).map(|()| lateness()));
    // One that panicked has told why, and the measurement goes on without it.
    let Ok(late) = napping.join() else {
        return Ok(());
    };
    let late = late?;
    for (name, permille) in [("p50", 500), ("p99", 990), ("p999", 999)] {
        let late = late[late.len() * permille / 1000];
        let micros = late.as_secs_f64() * 1e6;
        remark(&format!("machine_wakes_late_{name}"), micros, "us");
    }
    Ok(())
}

/// From the shortest to the longest.
fn lateness() -> Vec<Duration> {
    let mut late: Vec<Duration> = (0..NAPS).map(|_| nap()).collect();
    late.sort_unstable();
    late
}

/// How late it ended.
fn nap() -> Duration {
    let asked = monotonic();
    let time = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(NAP.subsec_nanos()),
    };
    // For nothing but the time. Interrupted, it wakes early and counts as punctual.
    let _ = poll(&mut [], Some(&time));
    (monotonic() - asked).saturating_sub(NAP)
}
