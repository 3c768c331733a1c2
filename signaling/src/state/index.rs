//! Sorted indexes over the state, so that a decision costs a few look-ups however long the queue
//! is: who waits, for whom one more may be rung, who is free, who is to be called back, what is
//! due. They hold nothing that could not be computed from calls, interpreters and tablets; the
//! property tests compute them anew and compare.

use super::profile::{Profile, Terms, Wanted, profiles};
use super::{
    Appointment, Call, Callback, Duty, Interpreter, Observer, Opening, Phase, Place, Presence,
    Stage, Tablet, Turn,
};
use crate::command::{Counter, Party};
use crate::configuration::Class;
use crate::ids::{CallId, InterpreterId, OfferId, TabletId};
use crate::need::Need;
use crate::rules::Rules;
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Something that happens by itself when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    /// Hours change.
    Opening(Counter),
    /// A client does not come back.
    Presence(Party),
    /// A ring ends.
    Offer(OfferId),
    /// A connection has not come up.
    Connect(CallId),
    /// A colleague is sought no longer.
    Search(CallId),
    /// A colleague's connection has not come up.
    Colleague(CallId),
    /// A pair may be tried again.
    Cooldown(CallId, InterpreterId),
    /// The search widens.
    Step(CallId),
    /// A call counts as more urgent.
    Age(CallId),
    /// Nobody in particular is waited for any more.
    Assignment(CallId),
    /// A call has waited as long as the rules allow.
    Wait(CallId),
    /// A tablet stops ringing for a visitor, or may ring again.
    Callback(CallId),
    /// A callback counts as more urgent.
    CallbackAge(CallId),
    /// It is too late to call a visitor back.
    CallbackExpiry(CallId),
    /// An appointment comes nearer, begins, or is missed.
    Appointment(CallId),
    /// A coordinator who would look on is not answered, or does not come.
    Observer(CallId),
    /// A third party's link is no longer good.
    Guest(CallId),
    /// Wrap-up ends.
    WrapUp(InterpreterId),
    /// Relief is offered.
    Relief(InterpreterId),
    /// Nobody may work longer.
    Stop(InterpreterId),
    /// Rest is over.
    Rested(InterpreterId),
}

/// A place among those to be rung for: within a rank, whoever is not rung for yet comes before
/// whoever could have one more ring.
pub(crate) type RingPlace = (Class, usize, bool, Timestamp, CallId);

/// Whom a call has tried in vain and does not try again yet. Calls that want the same and have
/// tried the same people differ only by their place: where the first cannot be served, none can.
pub(crate) type Tried = Vec<InterpreterId>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    waiting: BTreeMap<Language, BTreeSet<Place>>,
    ringable: BTreeMap<Wanted, BTreeMap<Tried, BTreeSet<RingPlace>>>,
    free: BTreeMap<Language, BTreeMap<Profile, BTreeSet<(Timestamp, InterpreterId)>>>,
    on_duty: BTreeMap<Language, BTreeMap<Profile, u32>>,
    callbacks: BTreeMap<TabletId, BTreeSet<CallId>>,
    appointments: BTreeMap<TabletId, BTreeSet<CallId>>,
    /// Callbacks whose tablet rings.
    called: BTreeMap<Language, BTreeSet<CallId>>,
    callable: BTreeMap<Need, BTreeSet<Place>>,
    deadlines: BTreeSet<(Timestamp, Deadline)>,
}

/// Adds or removes: every entry is written by the same code that takes it away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Add,
    Remove,
}

fn edit<K: Ord, V: Ord>(map: &mut BTreeMap<K, BTreeSet<V>>, key: K, value: V, how: Edit) {
    match how {
        Edit::Add => {
            map.entry(key).or_default().insert(value);
        }
        Edit::Remove => {
            if let Some(set) = map.get_mut(&key) {
                set.remove(&value);
                if set.is_empty() {
                    map.remove(&key);
                }
            }
        }
    }
}

fn edit_nested<K: Ord + Copy, L: Ord, V: Ord>(
    map: &mut BTreeMap<K, BTreeMap<L, BTreeSet<V>>>,
    key: K,
    inner_key: L,
    value: V,
    how: Edit,
) {
    let inner = map.entry(key).or_default();
    edit(inner, inner_key, value, how);
    if inner.is_empty() {
        map.remove(&key);
    }
}

impl Index {
    pub(super) fn call(&mut self, id: CallId, call: &Call, terms: Terms<'_>, how: Edit) {
        match call.phase {
            Phase::Waiting => self.waiting_call(id, call, terms, how),
            Phase::Connecting { connect_by, .. } => {
                self.deadline(connect_by, Deadline::Connect(id), how);
            }
            Phase::Active { .. } => self.conversation(id, call, terms, how),
        }
    }

    fn waiting_call(&mut self, id: CallId, call: &Call, terms: Terms<'_>, how: Edit) {
        let (language, queued_at) = (call.need.language, call.record.queued_at);
        let search = &call.search;
        edit(&mut self.waiting, language, call.place(), how);
        self.search(id, call, &call.need, queued_at, terms, how);
        if search.rank == Class::Normal {
            let ageing = terms.configuration.rules.ageing_ms;
            self.deadline(search.ticket + ageing, Deadline::Age(id), how);
        }
        // A ring under way is waited for: whoever is just being rung is not sent away.
        if search.rings.is_empty() {
            let wait_max = terms.configuration.wait_max(language);
            self.deadline(queued_at + wait_max, Deadline::Wait(id), how);
        }
    }

    fn conversation(&mut self, id: CallId, call: &Call, terms: Terms<'_>, how: Edit) {
        if let Some(sought) = &call.sought {
            self.search(id, call, &sought.need, sought.since, terms, how);
            // A ring under way is waited for.
            if call.search.rings.is_empty() {
                self.deadline(sought.until, Deadline::Search(id), how);
            }
        }
        if let Some(connect_by) = call.colleague.and_then(|colleague| colleague.connect_by) {
            self.deadline(connect_by, Deadline::Colleague(id), how);
        }
        match call.observer {
            Some(Observer::Asked { until: by } | Observer::Coming { connect_by: by }) => {
                self.deadline(by, Deadline::Observer(id), how);
            }
            Some(Observer::There) | None => {}
        }
        match call.guest.map(|guest| (guest, guest.presence)) {
            Some((guest, Presence::Absent)) => {
                self.deadline(guest.until, Deadline::Guest(id), how);
            }
            Some((guest, Presence::Leaving { until })) => {
                let party = Party::Guest(guest.guest);
                self.deadline(until, Deadline::Presence(party), how);
            }
            Some((_, Presence::Connected)) | None => {}
        }
    }

    /// A search for somebody who meets `need`, begun at `since`.
    fn search(
        &mut self,
        id: CallId,
        call: &Call,
        need: &Need,
        since: Timestamp,
        terms: Terms<'_>,
        how: Edit,
    ) {
        let search = &call.search;
        let step = terms
            .configuration
            .step(need.language, search.step as usize);
        let rings = search.rings.len();
        if call.there && step.ring.admits(rings) {
            let (rank, behind, ticket, _) = call.place();
            let only = search.assigned.map(|(interpreter, _)| interpreter);
            let wanted = Wanted::of(need, search.step as usize, only, terms);
            let tried: Tried = search.cooldowns.keys().copied().collect();
            let place = (rank, rings, behind, ticket, id);
            edit_nested(&mut self.ringable, wanted, tried, place, how);
        }
        for (offer, ring) in &search.rings {
            self.deadline(ring.expires_at, Deadline::Offer(*offer), how);
        }
        for (interpreter, until) in &search.cooldowns {
            self.deadline(*until, Deadline::Cooldown(id, *interpreter), how);
        }
        if let Some((_, until)) = search.assigned {
            self.deadline(until, Deadline::Assignment(id), how);
        }
        let configuration = terms.configuration;
        if let Some(after) = configuration.next_step_after(need.language, search.step as usize) {
            self.deadline(since + after, Deadline::Step(id), how);
        }
    }

    pub(super) fn interpreter(
        &mut self,
        id: InterpreterId,
        person: &Interpreter,
        terms: Terms<'_>,
        how: Edit,
    ) {
        let rest = &terms.configuration.rules.rest;
        if person.is_on_duty() {
            let rested = person.rested_modes(rest);
            for (language, profile) in profiles(person, terms) {
                self.count(language, profile, how);
                let modes = profile.modes.among(rested);
                if person.is_free() && !modes.is_empty() {
                    let (profile, place) = (Profile { modes, ..profile }, (person.idle_since, id));
                    edit_nested(&mut self.free, language, profile, place, how);
                }
            }
        }
        if let Presence::Leaving { until } = person.presence {
            self.deadline(until, Deadline::Presence(Party::Interpreter(id)), how);
        }
        if let Duty::WrapUp { ends_at, .. } = person.duty {
            self.deadline(ends_at, Deadline::WrapUp(id), how);
        }
        let work = person.work;
        if let Some(shift) = work.now {
            let reaches = |limit: Millis| shift.since + Millis(limit.0.saturating_sub(work.done.0));
            if !shift.relief_due {
                let limit = person.limit(shift.mode, rest);
                self.deadline(reaches(limit), Deadline::Relief(id), how);
            }
            if !shift.stop_reached {
                self.deadline(reaches(person.stop(rest)), Deadline::Stop(id), how);
            }
        } else if work.done > Millis(0) {
            self.deadline(work.ended_at + person.rest(rest), Deadline::Rested(id), how);
        }
    }

    pub(super) fn tablet(&mut self, id: TabletId, tablet: &Tablet, how: Edit) {
        if let Presence::Leaving { until } = tablet.presence {
            self.deadline(until, Deadline::Presence(Party::Tablet(id)), how);
        }
    }

    pub(super) fn callback(&mut self, callback: &Callback, terms: Terms<'_>, how: Edit) {
        let id = callback.record.call;
        edit(&mut self.callbacks, callback.tablet, id, how);
        match callback.turn {
            Turn::Waiting => edit(&mut self.callable, callback.need, callback.place(), how),
            Turn::Ringing { until } | Turn::Resting { until } => {
                self.deadline(until, Deadline::Callback(id), how);
            }
        }
        if let Turn::Ringing { .. } = callback.turn {
            edit(&mut self.called, callback.need.language, id, how);
        }
        if callback.rank == Class::Normal {
            let ageing = terms.configuration.rules.ageing_ms;
            self.deadline(callback.ticket + ageing, Deadline::CallbackAge(id), how);
        }
        // A ring under way is waited for: whoever is just coming to the tablet is not sent away.
        if !matches!(callback.turn, Turn::Ringing { .. }) {
            self.deadline(callback.expires_at, Deadline::CallbackExpiry(id), how);
        }
    }

    pub(super) fn appointment(&mut self, appointment: &Appointment, rules: &Rules, how: Edit) {
        let id = appointment.record.call;
        edit(&mut self.appointments, appointment.tablet, id, how);
        let starts_at = appointment.starts_at;
        let next = match appointment.stage {
            Stage::Planned => Timestamp(starts_at.0.saturating_sub(rules.appointment_hold_ms.0)),
            Stage::Held => starts_at,
            Stage::Due {
                until, keeps_until, ..
            } => keeps_until.map_or(until, |keeps_until| until.min(keeps_until)),
        };
        self.deadline(next, Deadline::Appointment(id), how);
    }

    pub(super) fn opening(&mut self, counter: Counter, opening: Opening, how: Edit) {
        if let Some(until) = opening.until {
            self.deadline(until, Deadline::Opening(counter), how);
        }
    }

    fn count(&mut self, language: Language, profile: Profile, how: Edit) {
        let profiles = self.on_duty.entry(language).or_default();
        let count = profiles.entry(profile).or_default();
        match how {
            Edit::Add => *count += 1,
            Edit::Remove => *count -= 1,
        }
        if *count == 0 {
            profiles.remove(&profile);
        }
        if profiles.is_empty() {
            self.on_duty.remove(&language);
        }
    }

    fn deadline(&mut self, at: Timestamp, what: Deadline, how: Edit) {
        match how {
            Edit::Add => self.deadlines.insert((at, what)),
            Edit::Remove => self.deadlines.remove(&(at, what)),
        };
    }

    pub(super) fn waiting(&self, language: Language) -> impl Iterator<Item = CallId> {
        self.waiting
            .get(&language)
            .into_iter()
            .flatten()
            .map(|place| place.3)
    }

    pub(super) fn waiting_count(&self, language: Language) -> usize {
        self.waiting.get(&language).map_or(0, BTreeSet::len)
    }

    pub(super) fn ringable(
        &self,
    ) -> impl Iterator<Item = (Wanted, impl Iterator<Item = (&Tried, &BTreeSet<RingPlace>)>)> {
        self.ringable
            .iter()
            .map(|(wanted, queues)| (*wanted, queues.iter()))
    }

    pub(super) fn free(
        &self,
        language: Language,
    ) -> impl Iterator<Item = (Profile, &BTreeSet<(Timestamp, InterpreterId)>)> {
        self.free
            .get(&language)
            .into_iter()
            .flatten()
            .map(|(profile, people)| (*profile, people))
    }

    pub(super) fn on_duty(&self, language: Language) -> impl Iterator<Item = Profile> {
        self.on_duty_counts(language).map(|(profile, _)| profile)
    }

    pub(super) fn on_duty_counts(
        &self,
        language: Language,
    ) -> impl Iterator<Item = (Profile, u32)> {
        let profiles = self.on_duty.get(&language).into_iter().flatten();
        profiles.map(|(profile, count)| (*profile, *count))
    }

    pub(super) fn callbacks(&self, tablet: TabletId) -> impl Iterator<Item = CallId> {
        self.callbacks.get(&tablet).into_iter().flatten().copied()
    }

    pub(super) fn appointments(&self, tablet: TabletId) -> impl Iterator<Item = CallId> {
        let ids = self.appointments.get(&tablet).into_iter().flatten();
        ids.copied()
    }

    /// Somebody is to be called back at this tablet, or has an appointment.
    pub(super) fn is_awaited(&self, tablet: TabletId) -> bool {
        self.callbacks.contains_key(&tablet) || self.appointments.contains_key(&tablet)
    }

    pub(super) fn called_count(&self, language: Language) -> usize {
        self.called.get(&language).map_or(0, BTreeSet::len)
    }

    pub(super) fn callable(&self) -> impl Iterator<Item = (Need, impl Iterator<Item = CallId>)> {
        self.callable
            .iter()
            .map(|(need, places)| (*need, places.iter().map(|place| place.3)))
    }

    pub(super) fn next_deadline(&self) -> Option<(Timestamp, Deadline)> {
        self.deadlines.first().copied()
    }
}
