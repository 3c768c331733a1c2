//! When appointments can be made: the planned hours of somebody who may take the call, while the
//! site and the language are open, less what is already promised.

use crate::configuration::Configuration;
use crate::hours;
use crate::ids::{InterpreterId, TabletId};
use crate::need::Need;
use crate::state::{Appointment, State};
use crate::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// The most slots of one answer: two weeks of sixteen hours in half hours, about 25 kB.
pub const SLOTS_MAX: usize = 448;

/// The most appointments ahead in the whole service: what every board shows at each change, about
/// 220 kB. The reference city's 28 counters may have 32 each.
pub const APPOINTMENTS_MAX: usize = 1000;

/// A time at which an appointment can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl Slot {
    /// Whether the two have a moment in common.
    pub fn overlaps(self, starts_at: Timestamp, ends_at: Timestamp) -> bool {
        self.starts_at < ends_at && starts_at < self.ends_at
    }
}

/// The slots for such a call from this tablet, in order, at most [`SLOTS_MAX`]. Slots begin at
/// multiples of the length of an appointment, from the shortest notice of the rules on. A counter
/// takes one visitor at a time.
pub(crate) fn slots(state: &State, tablet: TabletId, need: &Need, now: Timestamp) -> Vec<Slot> {
    let rules = &state.configuration().rules;
    let full = state.appointments_at(tablet).count() >= rules.appointments_max as usize;
    if full || state.appointments().count() >= APPOINTMENTS_MAX {
        // No time is offered that could not be taken.
        return Vec::new();
    }
    let planned = planned(state.configuration(), tablet, need, now);
    let is_counter_free = |slot: Slot| {
        let mut here = state.appointments_at(tablet);
        !here.any(|one| slot.overlaps(one.starts_at, one.ends_at))
    };
    let free = planned
        .into_iter()
        .filter(|(slot, people)| is_counter_free(*slot) && is_free(state, *slot, people.clone()));
    free.map(|(slot, _)| slot).take(SLOTS_MAX).collect()
}

/// Who is planned to be on duty for the whole of each slot.
fn planned(
    configuration: &Configuration,
    tablet: TabletId,
    need: &Need,
    now: Timestamp,
) -> BTreeMap<Slot, BTreeSet<InterpreterId>> {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let rules = &configuration.rules;
    let from = now + rules.appointment_lead_ms;
    let to = now + Millis(DAY * u64::from(rules.appointment_days_max));
    let length = rules.appointment_ms.0.max(1);
    let mut planned: BTreeMap<Slot, BTreeSet<InterpreterId>> = BTreeMap::new();
    let site = configuration.tablets.get(&tablet);
    let (Some(site), Some(language)) = (
        site.and_then(|site| configuration.sites.get(site)),
        configuration.languages.get(&need.language),
    ) else {
        return planned;
    };
    for (id, person) in &configuration.interpreters {
        let Some(roster) = person.roster.as_ref().filter(|_| person.meets(need)) else {
            continue;
        };
        let open = [&site.hours, &language.hours, roster];
        for (begins, ends) in hours::spans(&open, &configuration.zone, from, to) {
            let mut starts_at = Timestamp(begins.0.div_ceil(length) * length);
            while starts_at + Millis(length) <= ends {
                let ends_at = starts_at + Millis(length);
                planned
                    .entry(Slot { starts_at, ends_at })
                    .or_default()
                    .insert(*id);
                starts_at = ends_at;
            }
        }
    }
    planned
}

/// Whether one of these people is left when every appointment at that time has one. An appointment
/// nobody has taken yet counts for one of them, if one of them could take it.
fn is_free(state: &State, slot: Slot, mut people: BTreeSet<InterpreterId>) -> bool {
    let at_that_time = || {
        let overlaps = |one: &&Appointment| slot.overlaps(one.starts_at, one.ends_at);
        state.appointments().filter(overlaps)
    };
    for taken in at_that_time().filter_map(|one| one.interpreter) {
        people.remove(&taken);
    }
    let qualified = |need: &Need| {
        let people = people.iter().filter_map(|id| state.interpreter(*id));
        people
            .into_iter()
            .any(|person| person.qualification.meets(need))
    };
    let promised = at_that_time()
        .filter(|one| one.interpreter.is_none() && qualified(&one.need_by(state.configuration())))
        .count();
    people.len() > promised
}
