//! The only reader of the system clocks. The wall is read once, at start; from then on service
//! time follows the time since the machine was booted, so that neither a clock step nor a
//! daylight-saving night changes a wait, and the time a suspended machine was away is not left out.
//! Tests drive a clock by hand.

use passerelle_signaling::time::{Millis, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Service time that lies further than this ahead of the wall is worth a warning: every time shown
/// and stored will be off by that much until the wall has caught up and the gateway restarts.
const AHEAD_OF_WALL_MAX: Millis = Millis::from_secs(60);

/// Timers of the runtime stand still while the machine is suspended; after so long at most they
/// look at the time again.
const LOOK_SPACING_MAX: Duration = Duration::from_secs(5);

/// Service time. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    System {
        anchor: Timestamp,
        /// Since the machine was booted.
        anchored: Duration,
    },
    Manual(Arc<watch::Sender<Hand>>),
}

/// Where a manual clock stands.
#[derive(Clone, Copy, Debug)]
struct Hand {
    now: Timestamp,
    suspended: Millis,
}

impl Clock {
    /// The clock of a running gateway. It starts at the wall's time, or at `not_before` (the newest
    /// moment in the journal) when the wall stands behind it, so that service time never goes back
    /// over a restart.
    pub fn system(not_before: Timestamp) -> Self {
        Self::anchored(wall(), not_before)
    }

    /// See [`Clock::system`]; the wall shows `wall`.
    fn anchored(wall: Timestamp, not_before: Timestamp) -> Self {
        let ahead = not_before.since(wall);
        if ahead > AHEAD_OF_WALL_MAX {
            tracing::warn!(
                ahead_ms = ahead.0,
                "the journal's newest entry lies ahead of this machine's clock; \
                 service time goes on from the journal: check the time synchronisation"
            );
        }
        Self {
            source: Source::System {
                anchor: wall.max(not_before),
                anchored: since_boot(),
            },
        }
    }

    /// A clock that stands at `start` until its [`ClockHand`] moves it.
    pub fn manual(start: Timestamp) -> (Self, ClockHand) {
        let sender = Arc::new(watch::Sender::new(Hand {
            now: start,
            suspended: Millis(0),
        }));
        let clock = Self {
            source: Source::Manual(Arc::clone(&sender)),
        };
        (clock, ClockHand { sender })
    }

    /// The present moment. Never earlier than one given before.
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System { anchor, anchored } => {
                *anchor + Millis(whole_millis(since_boot().saturating_sub(*anchored)))
            }
            Source::Manual(sender) => sender.borrow().now,
        }
    }

    /// For how long this machine has been suspended since it was booted: by so much does the time
    /// that service time follows run ahead of the monotonic clock, which stands still meanwhile.
    pub fn suspended(&self) -> Millis {
        match &self.source {
            Source::System { .. } => {
                // In this order, so that time that passes in between never counts.
                let since_boot = since_boot();
                let awake = read(ClockId::Monotonic);
                Millis(whole_millis(since_boot.saturating_sub(awake)))
            }
            Source::Manual(sender) => sender.borrow().suspended,
        }
    }

    /// Waits until the clock shows `moment` or later.
    pub async fn wait_until(&self, moment: Timestamp) {
        match &self.source {
            Source::System { .. } => loop {
                let left = moment.since(self.now());
                if left == Millis(0) {
                    return;
                }
                let sleep = Duration::from_millis(left.0).min(LOOK_SPACING_MAX);
                tokio::time::sleep(sleep).await;
            },
            Source::Manual(sender) => {
                let mut shown = sender.subscribe();
                // The sender is held by `self`, so the channel cannot close while this waits.
                let _ = shown.wait_for(|hand| hand.now >= moment).await;
            }
        }
    }
}

/// The machine's idea of the time of day; before 1970 counts as 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the wall clock"
)]
fn wall() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(whole_millis(since_epoch.unwrap_or_default()))
}

/// How long ago the machine was booted, the time it was suspended included (`CLOCK_BOOTTIME`).
/// Never goes back, and nobody can set it.
fn since_boot() -> Duration {
    read(ClockId::Boottime)
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    // Neither is ever negative.
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The monotonic clock, for timers that have nothing to do with service time, such as the media
/// engine's.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the monotonic clock"
)]
pub fn monotonic() -> Instant {
    Instant::now()
}

/// Saturates after half a billion years.
fn whole_millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// What moves a manual clock.
#[derive(Clone, Debug)]
pub struct ClockHand {
    sender: Arc<watch::Sender<Hand>>,
}

impl ClockHand {
    /// Moves the clock forward; an earlier moment leaves it where it stands.
    pub fn move_to(&self, moment: Timestamp) {
        self.sender.send_if_modified(|hand| {
            let forward = moment > hand.now;
            hand.now = moment.max(hand.now);
            forward
        });
    }

    /// Moves the clock forward by a length.
    pub fn advance(&self, length: Millis) {
        self.sender.send_modify(|hand| hand.now = hand.now + length);
    }

    /// Moves the clock forward by a length for which the machine was suspended.
    pub fn suspend(&self, length: Millis) {
        self.sender.send_modify(|hand| {
            hand.now = hand.now + length;
            hand.suspended = Millis(hand.suspended.0 + length.0);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_never_shows_less_than_the_journal() {
        let far_ahead = Timestamp(u64::from(u32::MAX) * 1000);
        assert!(Clock::system(far_ahead).now() >= far_ahead);
        let clock = Clock::system(Timestamp(0));
        let first = clock.now();
        assert!(first > Timestamp(1_700_000_000_000), "the wall is read");
        assert!(clock.now() >= first);
    }

    #[test]
    fn a_step_of_the_wall_by_an_hour_changes_no_wait_and_no_start() {
        let hour = Millis::from_secs(3600);
        let noon = Timestamp(1_795_345_200_000);
        let clock = Clock::anchored(noon, Timestamp(0));
        let begun = monotonic();
        let queued_at = clock.now();
        // The wall is stepped and the gateway started again: forward, the time between two starts
        // is what the wall says; back, service time goes on from the journal's newest entry.
        let newest = clock.now();
        for (wall, starts) in [
            (Timestamp(newest.0 + hour.0), Timestamp(newest.0 + hour.0)),
            (Timestamp(newest.0 - hour.0), newest),
        ] {
            let again = Clock::anchored(wall, newest);
            let shown = again.now().since(starts);
            assert!(shown <= Millis(whole_millis(monotonic().duration_since(begun))));
            assert!(again.now() >= starts);
        }
        // The one that runs has seen nothing of it.
        let waited = clock.now().since(queued_at);
        assert!(waited <= Millis(whole_millis(monotonic().duration_since(begun)) + 1));
    }

    #[tokio::test]
    async fn waiting_on_a_manual_clock_ends_when_the_hand_reaches_the_moment() {
        let (clock, hand) = Clock::manual(Timestamp(1000));
        clock.wait_until(Timestamp(1000)).await;
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.wait_until(Timestamp(3000)).await;
                clock.now()
            }
        });
        hand.advance(Millis(500));
        hand.move_to(Timestamp(1200));
        assert_eq!(clock.now(), Timestamp(1500), "never back");
        hand.advance(Millis(2000));
        assert_eq!(waiting.await.unwrap(), Timestamp(3500));
    }

    #[tokio::test]
    async fn waiting_on_the_system_clock_ends_at_the_moment_not_before() {
        let clock = Clock::system(Timestamp(0));
        let moment = clock.now() + Millis(20);
        clock.wait_until(moment).await;
        assert!(clock.now() >= moment);
    }
}
