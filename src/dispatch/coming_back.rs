//! What a client that comes back has missed, by the entry of the journal that its newest picture
//! stood on; and whether the journal is older than what clients were shown, as after the restore
//! of an older backup.

use crate::store::Version;
use passerelle_signaling::protocol::Resumed;
use passerelle_signaling::time::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a client that comes back says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The entry of the journal that its newest picture stood on.
    pub seq: u64,
    /// The run of the gateway it got it from.
    pub run: Timestamp,
}

/// One run of the gateway, from its start to its end.
#[derive(Debug)]
pub(super) struct Run {
    /// When it began. No two runs on one database begin at the same moment.
    pub(super) began: Timestamp,
    /// The newest entry that it found.
    found: Version,
    /// It has been said that clients have seen more than that.
    said: AtomicBool,
}

impl Run {
    /// A run that begins now on a journal of so many entries.
    pub(super) const fn new(began: Timestamp, found: Version) -> Self {
        Self {
            began,
            found,
            said: AtomicBool::new(false),
        }
    }

    /// What a client has missed, the journal standing at `entry` now.
    ///
    /// A picture leaves only once its entries are durable. So whatever a client was shown before
    /// this run began is among the entries it found, or they are not the journal of that time.
    pub(super) fn resumed(&self, presented: Option<Presented>, entry: u64) -> Resumed {
        let Some(Presented { seq, run }) = presented else {
            return Resumed::New;
        };
        if run != self.began && seq > self.found.0 {
            self.say(seq);
            return Resumed::Restored;
        }
        if seq == entry {
            Resumed::NothingMissed
        } else {
            Resumed::Fresh
        }
    }

    /// Once a run: every client of before would say the same.
    fn say(&self, seen: u64) {
        if self.said.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            found = self.found.0,
            seen,
            "clients have been shown newer entries than this database had at start: it is older \
             than the service, as after restoring an older backup. What was done since is not \
             known here, and clients are shown what this database holds"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Timestamp = Timestamp(1000);
    const NOW: Timestamp = Timestamp(2000);

    fn told(seq: u64, run: Timestamp, entry: u64) -> Resumed {
        Run::new(NOW, Version(50)).resumed(Some(Presented { seq, run }), entry)
    }

    #[test]
    fn a_client_of_before_that_has_seen_more_than_was_found_is_told_of_the_restore() {
        assert_eq!(told(51, BEFORE, 53), Resumed::Restored);
        // However far the journal has grown since.
        assert_eq!(told(51, BEFORE, 5000), Resumed::Restored);
        assert_eq!(told(50, BEFORE, 53), Resumed::Fresh);
    }

    #[test]
    fn within_a_run_nothing_is_lost() {
        assert_eq!(told(51, NOW, 53), Resumed::Fresh);
        assert_eq!(told(53, NOW, 53), Resumed::NothingMissed);
        assert_eq!(Run::new(NOW, Version(50)).resumed(None, 53), Resumed::New);
    }
}
