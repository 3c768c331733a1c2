//! Sorted indexes over the state, so that a decision costs a few look-ups however long the queue
//! is: who waits, who is free, what is due. They hold nothing that could not be computed from
//! calls, interpreters and tablets; the property tests compute them anew and compare.

use super::{Call, Duty, Interpreter, Phase, Presence, Tablet};
use crate::command::Party;
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::language::Language;
use crate::rules::Rules;
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Something that happens by itself when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    /// A client does not come back.
    Presence(Party),
    /// A ring ends.
    Offer(CallId),
    /// A connection has not come up.
    Connect(CallId),
    /// A pair may be tried again.
    Cooldown(CallId, InterpreterId),
    /// A call has waited as long as the rules allow.
    Wait(CallId),
    /// Wrap-up ends.
    WrapUp(InterpreterId),
}

/// A place in a queue: ticket time, then number, which breaks ties in the order of the taps.
type Place = (Timestamp, CallId);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    waiting: BTreeMap<Language, BTreeSet<Place>>,
    unrung: BTreeMap<Language, BTreeSet<Place>>,
    free: BTreeMap<Language, BTreeSet<(Timestamp, InterpreterId)>>,
    deadlines: BTreeSet<(Timestamp, Deadline)>,
}

/// Adds or removes: every entry is written by the same code that takes it away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Add,
    Remove,
}

fn edit<K: Ord + Copy, V: Ord>(map: &mut BTreeMap<K, BTreeSet<V>>, key: K, value: V, how: Edit) {
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

impl Index {
    pub(super) fn call(&mut self, id: CallId, call: &Call, rules: &Rules, how: Edit) {
        let (language, place) = (call.record.language, (call.record.queued_at, id));
        if call.is_waiting() {
            edit(&mut self.waiting, language, place, how);
        }
        match call.phase {
            Phase::Queued => {
                edit(&mut self.unrung, language, place, how);
                self.deadline(
                    call.record.queued_at + rules.wait_max_ms,
                    Deadline::Wait(id),
                    how,
                );
                for (interpreter, until) in &call.cooldowns {
                    self.deadline(*until, Deadline::Cooldown(id, *interpreter), how);
                }
            }
            Phase::Offered { expires_at, .. } => {
                self.deadline(expires_at, Deadline::Offer(id), how);
            }
            Phase::Connecting { connect_by, .. } => {
                self.deadline(connect_by, Deadline::Connect(id), how);
            }
            Phase::Active { .. } => {}
        }
    }

    pub(super) fn interpreter(&mut self, id: InterpreterId, person: &Interpreter, how: Edit) {
        if person.is_free() {
            for language in &person.languages {
                edit(&mut self.free, *language, (person.idle_since, id), how);
            }
        }
        if let Presence::Leaving { until } = person.presence {
            self.deadline(until, Deadline::Presence(Party::Interpreter(id)), how);
        }
        if let Duty::WrapUp { ends_at, .. } = person.duty {
            self.deadline(ends_at, Deadline::WrapUp(id), how);
        }
    }

    pub(super) fn tablet(&mut self, id: TabletId, tablet: &Tablet, how: Edit) {
        if let Presence::Leaving { until } = tablet.presence {
            self.deadline(until, Deadline::Presence(Party::Tablet(id)), how);
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
            .map(|place| place.1)
    }

    pub(super) fn waiting_count(&self, language: Language) -> usize {
        self.waiting.get(&language).map_or(0, BTreeSet::len)
    }

    pub(super) fn unrung(&self) -> impl Iterator<Item = (Language, impl Iterator<Item = CallId>)> {
        self.unrung
            .iter()
            .map(|(language, calls)| (*language, calls.iter().map(|place| place.1)))
    }

    pub(super) fn free(&self, language: Language) -> impl Iterator<Item = InterpreterId> {
        self.free
            .get(&language)
            .into_iter()
            .flatten()
            .map(|(_, id)| *id)
    }

    pub(super) fn next_deadline(&self) -> Option<(Timestamp, Deadline)> {
        self.deadlines.first().copied()
    }
}
