//! What goes wrong: crashes of the gateway, lost connections, closed pages. Slow and doubled
//! messages are in `links`.

use super::day::{Act, Run, Watch};
use crate::command::Departure;
use crate::time::Millis;

/// The part of the day in which things go wrong, in hours after midnight: when people are there.
const FROM_HOUR: u64 = 8;
const UNTIL_HOUR: u64 = 18;

/// How long a connection is lost: a roaming tablet, a router that starts anew, a tunnel. The last
/// is longer than the grace.
const LOSSES: [Millis; 3] = [Millis(5_000), Millis(20_000), Millis(90_000)];

/// A reload takes a second or two; a page closed by mistake is opened again within a minute.
const RELOADED: (Millis, Millis) = (Millis(800), Millis(2_500));
const REOPENED: (Millis, Millis) = (Millis(10_000), Millis(60_000));

/// Of the closed pages, so many are reloads.
const RELOADS: f64 = 0.7;

impl<W: Watch> Run<'_, W> {
    pub(super) fn plan_faults(&mut self) {
        let faults = self.scenario.faults;
        self.plan_at_random(faults.losses, |_| Act::Lose);
        self.plan_at_random(faults.closes, |_| Act::Close);
        self.plan_at_random(faults.crashes, |midway| Act::Crash { midway });
    }

    /// So many in a day, on average, by chance (a Poisson process).
    fn plan_at_random(&mut self, per_day: f64, act: impl Fn(bool) -> Act) {
        if per_day <= 0.0 {
            return;
        }
        let hours = (UNTIL_HOUR - FROM_HOUR) as f64;
        let mean = hours * 3_600_000.0 / per_day;
        let begins = self.scenario.begins_at + Millis::from_secs(FROM_HOUR * 3_600);
        let ends = self.scenario.begins_at + Millis::from_secs(UNTIL_HOUR * 3_600);
        let mut at = begins + self.network.exponential(mean);
        while at < ends {
            let act = act(self.network.happens(0.5));
            self.plan(at, act);
            at = at + self.network.exponential(mean);
        }
    }

    pub(super) fn lose_connection(&mut self) {
        let up = self.links.up();
        let party = self.network.one_of(&up);
        let length = self.network.one_of(&LOSSES);
        if let (Some(party), Some(length)) = (party, length) {
            let jitter = self.network.between(Millis(0), Millis(2_000));
            self.part(party, Departure::Lost, Some(Millis(length.0 + jitter.0)));
        }
    }

    pub(super) fn close_page(&mut self) {
        let up = self.links.up();
        let Some(party) = self.network.one_of(&up) else {
            return;
        };
        let (least, most) = if self.network.happens(RELOADS) {
            RELOADED
        } else {
            REOPENED
        };
        let length = self.network.between(least, most);
        self.part(party, Departure::Closed, Some(length));
    }

    pub(super) fn crash_due(&mut self, midway: bool) {
        if self.links.down_until.is_some() {
            return;
        }
        if midway {
            self.crash_midway = true;
        } else {
            self.crash();
        }
    }
}
