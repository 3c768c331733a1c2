//! How each event changes the state. Total: an event about something unknown changes nothing, so
//! that replaying a prefix, or an entry twice, can never panic.

use super::index::{Edit, Index};
use super::{Call, Duty, Interpreter, Phase, Presence, State, Tablet};
use crate::command::{Configuration, Party};
use crate::event::{Entry, Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId, TabletId};
use crate::record::{CallRecord, Outcome};
use crate::time::Timestamp;
use crate::view::{Availability, EndedCall};
use std::collections::BTreeMap;

impl State {
    /// Applies one journal entry. Returns the finished record when the entry ended a call.
    pub fn apply(&mut self, entry: &Entry) -> Option<CallRecord> {
        let at = entry.at;
        match &entry.event {
            Event::Configured { configuration } => self.configure(configuration),
            Event::Connected { party } => self.connected(*party, at),
            Event::Disconnected { party, until, .. } => self.disconnected(*party, *until, at),
            Event::Gone { party } => self.gone(*party, at),
            Event::CallQueued {
                call,
                tablet,
                site,
                language,
                tapped_at,
            } => {
                let record = CallRecord::queued(*call, *site, *language, *tapped_at, at);
                self.queued(*tablet, record);
            }
            Event::Offered {
                offer,
                call,
                interpreter,
                expires_at,
            } => {
                self.offered(*offer, *call, *interpreter, *expires_at, at);
            }
            Event::OfferClosed {
                offer,
                reason,
                cooldown_until,
            } => {
                self.offer_closed(*offer, *reason, *cooldown_until, at);
            }
            Event::Accepted { offer, connect_by } => self.accepted(*offer, *connect_by, at),
            Event::MediaUp { call } => self.media_up(*call, at),
            Event::ConnectFailed {
                call,
                cooldown_until,
            } => {
                self.connect_failed(*call, *cooldown_until, at);
            }
            Event::CooldownEnded { call, interpreter } => {
                self.change_call(*call, |call| {
                    call.cooldowns.remove(interpreter);
                });
            }
            Event::CallEnded { call, outcome } => return self.ended(*call, *outcome, at),
            Event::AvailabilitySet {
                interpreter,
                available,
            } => {
                self.availability_set(*interpreter, *available, at);
            }
            Event::SetAwayAfterMisses { interpreter } => {
                self.away_after_misses(*interpreter, at);
            }
            Event::WrapUpStarted {
                interpreter,
                call,
                ends_at,
            } => {
                self.wrap_up(*interpreter, *call, *ends_at, at);
            }
            Event::WrapUpEnded { interpreter } => self.set_free(*interpreter, at),
        }
        None
    }

    fn configure(&mut self, configuration: &Configuration) {
        self.configuration = configuration.clone();
        for (id, site) in &configuration.tablets {
            let absent = Tablet {
                site: *site,
                presence: Presence::Absent,
                call: None,
                last: None,
            };
            self.tablets.entry(*id).or_insert(absent).site = *site;
        }
        for (id, languages) in &configuration.interpreters {
            let person = self
                .interpreters
                .entry(*id)
                .or_insert_with(Interpreter::absent);
            person.languages.clone_from(languages);
        }
        // Whoever left the directory in the middle of a call stays until it ends, and is not rung.
        for (id, person) in &mut self.interpreters {
            if !configuration.interpreters.contains_key(id) {
                person.languages.clear();
            }
        }
        let Self {
            interpreters,
            tablets,
            ..
        } = self;
        interpreters.retain(|id, person| {
            configuration.interpreters.contains_key(id) || person.duty != Duty::Free
        });
        tablets
            .retain(|id, tablet| configuration.tablets.contains_key(id) || tablet.call.is_some());
        self.index = self.indexed();
    }

    /// The indexes computed from nothing but the state.
    fn indexed(&self) -> Index {
        let mut index = Index::default();
        for (id, call) in &self.calls {
            index.call(*id, call, &self.configuration.rules, Edit::Add);
        }
        for (id, person) in &self.interpreters {
            index.interpreter(*id, person, Edit::Add);
        }
        for (id, tablet) in &self.tablets {
            index.tablet(*id, tablet, Edit::Add);
        }
        index
    }

    /// True when the indexes say what the state says; checked by the property tests.
    #[cfg(test)]
    pub(crate) fn index_is_true(&self) -> bool {
        self.index == self.indexed()
    }

    fn change_call(&mut self, id: CallId, change: impl FnOnce(&mut Call)) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        self.index
            .call(id, call, &self.configuration.rules, Edit::Remove);
        change(call);
        self.index
            .call(id, call, &self.configuration.rules, Edit::Add);
    }

    fn change_interpreter(&mut self, id: InterpreterId, change: impl FnOnce(&mut Interpreter)) {
        let Some(person) = self.interpreters.get_mut(&id) else {
            return;
        };
        self.index.interpreter(id, person, Edit::Remove);
        change(person);
        let left = !self.configuration.interpreters.contains_key(&id) && person.duty == Duty::Free;
        if left {
            self.interpreters.remove(&id);
        } else {
            self.index.interpreter(id, person, Edit::Add);
        }
    }

    fn change_tablet(&mut self, id: TabletId, change: impl FnOnce(&mut Tablet)) {
        let Some(tablet) = self.tablets.get_mut(&id) else {
            return;
        };
        self.index.tablet(id, tablet, Edit::Remove);
        change(tablet);
        if self.configuration.tablets.contains_key(&id) || tablet.call.is_some() {
            self.index.tablet(id, tablet, Edit::Add);
        } else {
            self.tablets.remove(&id);
        }
    }

    fn connected(&mut self, party: Party, at: Timestamp) {
        match party {
            Party::Tablet(id) => {
                self.change_tablet(id, |tablet| tablet.presence = Presence::Connected);
            }
            Party::Interpreter(id) => self.change_interpreter(id, |person| {
                person.presence = Presence::Connected;
                person.since = at;
            }),
        }
    }

    fn disconnected(&mut self, party: Party, until: Timestamp, at: Timestamp) {
        match party {
            Party::Tablet(id) => {
                self.change_tablet(id, |tablet| tablet.presence = Presence::Leaving { until });
            }
            Party::Interpreter(id) => self.change_interpreter(id, |person| {
                person.presence = Presence::Leaving { until };
                person.since = at;
            }),
        }
    }

    fn gone(&mut self, party: Party, at: Timestamp) {
        match party {
            Party::Tablet(id) => {
                self.change_tablet(id, |tablet| tablet.presence = Presence::Absent);
            }
            Party::Interpreter(id) => self.change_interpreter(id, |person| {
                person.presence = Presence::Absent;
                // Being available is a promise of somebody who is there; it ends with the presence.
                person.availability = Availability::Away;
                person.since = at;
            }),
        }
    }

    fn away_after_misses(&mut self, interpreter: InterpreterId, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.availability = Availability::AwayAfterMisses;
            person.since = at;
        });
    }

    fn wrap_up(
        &mut self,
        interpreter: InterpreterId,
        call: CallId,
        ends_at: Timestamp,
        at: Timestamp,
    ) {
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::WrapUp { call, ends_at };
            person.since = at;
        });
    }

    fn queued(&mut self, tablet: TabletId, record: CallRecord) {
        let id = record.call;
        self.calls_made = self.calls_made.max(id.0);
        let call = Call {
            tablet,
            record,
            phase: Phase::Queued,
            cooldowns: BTreeMap::new(),
        };
        self.index
            .call(id, &call, &self.configuration.rules, Edit::Add);
        self.calls.insert(id, call);
        self.change_tablet(tablet, |tablet| {
            tablet.call = Some(id);
            tablet.last = None;
        });
    }

    fn offered(
        &mut self,
        offer: OfferId,
        call: CallId,
        interpreter: InterpreterId,
        expires_at: Timestamp,
        at: Timestamp,
    ) {
        self.offers_made = self.offers_made.max(offer.0);
        self.offers.insert(offer, call);
        self.change_call(call, |call| {
            call.phase = Phase::Offered {
                offer,
                interpreter,
                expires_at,
            };
            call.record.offered_at.get_or_insert(at);
            call.record.offers += 1;
        });
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::Ringing(offer);
            person.since = at;
        });
    }

    fn offer_closed(&mut self, offer: OfferId, end: OfferEnd, cooldown: Timestamp, at: Timestamp) {
        let Some(id) = self.offers.remove(&offer) else {
            return;
        };
        let Some(interpreter) = self.calls.get(&id).and_then(Call::interpreter) else {
            return;
        };
        self.change_call(id, |call| {
            call.phase = Phase::Queued;
            if cooldown > at {
                call.cooldowns.insert(interpreter, cooldown);
            }
        });
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::Free;
            person.since = at;
            match end {
                OfferEnd::Missed => {
                    person.misses += 1;
                    // Behind everybody who answers: the next call tries a colleague first.
                    person.idle_since = at;
                }
                OfferEnd::Declined { .. } => {
                    person.misses = 0;
                    person.declined = Some(offer);
                }
                OfferEnd::CallerLeft | OfferEnd::InterpreterLost | OfferEnd::Withdrawn => {}
            }
        });
    }

    fn accepted(&mut self, offer: OfferId, connect_by: Timestamp, at: Timestamp) {
        let Some(id) = self.offers.remove(&offer) else {
            return;
        };
        let Some(interpreter) = self.calls.get(&id).and_then(Call::interpreter) else {
            return;
        };
        self.change_call(id, |call| {
            call.phase = Phase::Connecting {
                offer,
                interpreter,
                connect_by,
            };
            call.record.accepted_at = Some(at);
            call.record.interpreter = Some(interpreter);
        });
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::InCall(id);
            person.misses = 0;
            person.since = at;
        });
    }

    fn media_up(&mut self, id: CallId, at: Timestamp) {
        self.change_call(id, |call| {
            if let Phase::Connecting {
                offer, interpreter, ..
            } = call.phase
            {
                call.phase = Phase::Active {
                    offer,
                    interpreter,
                    connected_at: at,
                };
                call.record.connected_at = Some(at);
            }
        });
    }

    fn connect_failed(&mut self, id: CallId, cooldown_until: Timestamp, at: Timestamp) {
        let Some(interpreter) = self.calls.get(&id).and_then(Call::interpreter) else {
            return;
        };
        self.change_call(id, |call| {
            call.phase = Phase::Queued;
            call.record.accepted_at = None;
            call.record.interpreter = None;
            if cooldown_until > at {
                call.cooldowns.insert(interpreter, cooldown_until);
            }
        });
        self.set_free(interpreter, at);
    }

    fn ended(&mut self, id: CallId, outcome: Outcome, at: Timestamp) -> Option<CallRecord> {
        let mut call = self.calls.remove(&id)?;
        self.index
            .call(id, &call, &self.configuration.rules, Edit::Remove);
        if let Some(offer) = call.offer() {
            self.offers.remove(&offer);
        }
        call.record.ended_at = Some(at);
        call.record.outcome = Some(outcome);
        if let Some(interpreter) = call.interpreter() {
            // Nothing was said yet unless the call was active, and then a wrap-up follows; the idle
            // time is not touched, so that a visitor who leaves costs nobody their turn.
            self.change_interpreter(interpreter, |person| {
                person.duty = Duty::Free;
                person.since = at;
            });
        }
        let language = call.record.language;
        self.change_tablet(call.tablet, |tablet| {
            tablet.call = None;
            tablet.last = Some(EndedCall {
                call: id,
                language,
                outcome,
            });
        });
        Some(call.record)
    }

    fn availability_set(&mut self, interpreter: InterpreterId, available: bool, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.availability = if available {
                Availability::Available
            } else {
                Availability::Away
            };
            person.misses = 0;
            person.since = at;
            if available {
                person.idle_since = at;
            }
        });
    }

    fn set_free(&mut self, interpreter: InterpreterId, at: Timestamp) {
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::Free;
            person.idle_since = at;
            person.since = at;
        });
    }
}

impl Interpreter {
    fn absent() -> Self {
        Self {
            languages: std::collections::BTreeSet::new(),
            presence: Presence::Absent,
            availability: Availability::Away,
            duty: Duty::Free,
            idle_since: Timestamp(0),
            since: Timestamp(0),
            misses: 0,
            declined: None,
        }
    }
}
