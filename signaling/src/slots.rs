//! When appointments can be made: the planned hours of somebody who may take the call, while the
//! site and the language are open, less what is already promised.

use crate::hours::{self, Hours};
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

/// The slots for such a call from this tablet, in order, at most [`SLOTS_MAX`]. They begin at the
/// same local times every day, multiples of the length of an appointment after midnight, from the
/// shortest notice of the rules on; none goes past midnight. A counter takes one visitor at a time.
pub(crate) fn slots(state: &State, tablet: TabletId, need: &Need, now: Timestamp) -> Vec<Slot> {
    let (from, to) = bounds(state, now);
    let mut slots = between(state, tablet, need, from, to);
    slots.truncate(SLOTS_MAX);
    slots
}

/// The slot that begins at this moment, if there is one.
pub(crate) fn slot_at(
    state: &State,
    tablet: TabletId,
    need: &Need,
    starts_at: Timestamp,
    now: Timestamp,
) -> Option<Slot> {
    let (from, to) = bounds(state, now);
    let (from, to) = (from.max(starts_at), to.min(starts_at + length(state)));
    let slots = between(state, tablet, need, from, to);
    slots.into_iter().find(|slot| slot.starts_at == starts_at)
}

/// From when to when slots are looked for.
fn bounds(state: &State, now: Timestamp) -> (Timestamp, Timestamp) {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let rules = &state.configuration().rules;
    let ahead = Millis(DAY * u64::from(rules.appointment_days_max));
    (now + rules.appointment_lead_ms, now + ahead)
}

fn length(state: &State) -> Millis {
    state.configuration().rules.appointment_ms.max(Millis(1))
}

fn between(
    state: &State,
    tablet: TabletId,
    need: &Need,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Slot> {
    let rules = &state.configuration().rules;
    let full = state.appointments_at(tablet).count() >= rules.appointments_max as usize;
    if full || from >= to || state.appointments().count() >= APPOINTMENTS_MAX {
        // No time is offered that could not be taken.
        return Vec::new();
    }
    let mut slots = open(state, tablet, need, from, to);
    slots.retain(|slot| {
        let mut here = state.appointments_at(tablet);
        !here.any(|one| slot.overlaps(one.starts_at, one.ends_at))
    });
    let planned = planned(state, need, &slots, from, to);
    let mut promised = Promised::new(state, from, to);
    let free = slots.into_iter().zip(planned);
    free.filter(|(slot, people)| promised.leaves_one_of(*slot, people))
        .map(|(slot, _)| slot)
        .collect()
}

/// The slots within the hours of the site and of the language, in order.
fn open(state: &State, tablet: TabletId, need: &Need, from: Timestamp, to: Timestamp) -> Vec<Slot> {
    let configuration = state.configuration();
    let site = configuration.tablets.get(&tablet);
    let (Some(site), Some(language)) = (
        site.and_then(|site| configuration.sites.get(site)),
        configuration.languages.get(&need.language),
    ) else {
        return Vec::new();
    };
    let zone = &configuration.zone;
    let open = hours::spans(&[&site.hours, &language.hours], zone, from, to);
    let length = length(state);
    let mut slots = Vec::new();
    for day in hours::days(zone, from, to).windows(2) {
        let mut starts_at = day[0];
        while starts_at + length <= day[1] {
            let ends_at = starts_at + length;
            slots.push(Slot { starts_at, ends_at });
            starts_at = ends_at;
        }
    }
    let within = covered(&slots, &open);
    let kept = slots.iter().zip(within).filter(|(_, within)| *within);
    kept.map(|(slot, _)| *slot).collect()
}

/// Of slots in order, which lie wholly within one of these spans, in order and apart.
fn covered<'a>(
    slots: &'a [Slot],
    spans: &'a [(Timestamp, Timestamp)],
) -> impl Iterator<Item = bool> + 'a {
    let mut next = 0;
    slots.iter().map(move |slot| {
        while spans.get(next).is_some_and(|span| span.1 < slot.ends_at) {
            next += 1;
        }
        spans.get(next).is_some_and(|span| span.0 <= slot.starts_at)
    })
}

/// Who is planned to be on duty for the whole of each slot, by number. The calendar of each roster
/// is read once, however many people share it.
fn planned(
    state: &State,
    need: &Need,
    slots: &[Slot],
    from: Timestamp,
    to: Timestamp,
) -> Vec<Vec<InterpreterId>> {
    let configuration = state.configuration();
    let mut planned = vec![Vec::new(); slots.len()];
    let mut known: Vec<(&Hours, Vec<bool>)> = Vec::new();
    for (id, person) in &configuration.interpreters {
        let Some(roster) = person.roster.as_ref().filter(|_| person.meets(need)) else {
            continue;
        };
        let place = known.iter().position(|(one, _)| *one == roster);
        let place = place.unwrap_or_else(|| {
            let spans = roster.spans(&configuration.zone, from, to);
            known.push((roster, covered(slots, &spans).collect()));
            known.len() - 1
        });
        for (people, _) in planned
            .iter_mut()
            .zip(&known[place].1)
            .filter(|(_, on)| **on)
        {
            people.push(*id);
        }
    }
    planned
}

/// What the appointments ahead take away.
struct Promised<'a> {
    state: &'a State,
    appointments: Vec<(&'a Appointment, Need)>,
    /// Who could take an appointment of each kind, asked once.
    qualified: BTreeMap<Need, BTreeSet<InterpreterId>>,
}

impl<'a> Promised<'a> {
    fn new(state: &'a State, from: Timestamp, to: Timestamp) -> Self {
        let ahead = |one: &&Appointment| one.starts_at < to && from < one.ends_at;
        let ahead = state.appointments().filter(ahead);
        Self {
            state,
            appointments: ahead
                .map(|one| (one, one.need_by(state.configuration())))
                .collect(),
            qualified: BTreeMap::new(),
        }
    }

    /// Whether one of these people is left when every appointment at that time has one. An
    /// appointment nobody has taken yet counts for one of them, if one of them could take it.
    fn leaves_one_of(&mut self, slot: Slot, people: &[InterpreterId]) -> bool {
        let Self {
            state,
            appointments,
            qualified,
        } = self;
        let overlaps = |one: &Appointment| slot.overlaps(one.starts_at, one.ends_at);
        let at_that_time = || appointments.iter().filter(|(one, _)| overlaps(one));
        let taken: BTreeSet<_> = at_that_time()
            .filter_map(|(one, _)| one.interpreter)
            .collect();
        let left = || people.iter().filter(|id| !taken.contains(id));
        let mut promised = 0;
        for (_, need) in at_that_time().filter(|(one, _)| one.interpreter.is_none()) {
            let able = qualified.entry(*need).or_insert_with(|| {
                let all = state.interpreters();
                let able = all.filter(|(_, person)| person.qualification.meets(need));
                able.map(|(id, _)| id).collect()
            });
            promised += usize::from(left().any(|id| able.contains(id)));
        }
        left().count() > promised
    }
}
