//! Every limit of the driver, with its reason.

use passerelle_signaling::time::Millis;
use std::time::Duration;

/// Inputs that may wait for the driver. Each client has one request under way, so this is a burst
/// of every client of a large service at once; beyond it, senders wait.
pub(super) const INPUTS_QUEUED_MAX: usize = 1024;

/// Inputs decided together before their pictures are computed and their events appended. Large
/// enough that a burst costs one board and one append, small enough to decide in well under a
/// millisecond.
pub(super) const INPUTS_PER_BATCH_MAX: usize = 64;

/// Appends under way at once. While the disk is busy with one, the next ones queue and share its
/// following flush; past this many the disk is too slow and inputs wait.
pub const BATCHES_IN_FLIGHT_MAX: usize = 64;

/// How often the waits are said anew while nothing changes but the time: a quarter of the smallest
/// step a screen shows.
pub(super) const WAITS_SPACING: Millis = Millis::from_secs(15);

/// The state is kept anew after so many entries: about four days of the reference city, which a
/// start reads in a tenth of a second.
pub(super) const SNAPSHOT_SPACING: usize = 10_000;

/// Two ticks lie at least this far apart, so that a deadline that could not be met can never keep
/// the driver spinning.
pub(super) const TICK_SPACING_MIN: Millis = Millis(1);

/// A machine that was suspended for longer owes everybody new rings and graces: half of what a ring
/// lasts by default, so that nobody is left with less than the other half. What a shorter one takes
/// is no worse than a bad Wi-Fi.
pub(super) const SUSPENDED_MAX: Millis = Millis::from_secs(10);

/// While nothing can be written it is tried so often: soon enough for whoever waits at a screen,
/// and nothing to a disk.
pub(super) const PROBE_SPACING: Duration = Duration::from_secs(1);

/// While nothing can be written the log says so again so often.
pub(super) const REMINDER_SPACING: Duration = Duration::from_secs(60);

/// Reports of the media engine kept while nothing can be written: as many as its own queue holds.
/// Each connection ends once and needs no limit of its own.
pub(super) const STALLED_KEPT_MAX: usize = 4096;
