//! Calls: the queue, rings, accepts, the conversation and its end.

use super::super::index::Edit;
use super::super::profile::Terms;
use super::super::{Call, ClosedOffer, Colleague, Duty, Phase, Presence, Ring, Search, State};
use crate::configuration::Class;
use crate::event::{Event, OfferEnd};
use crate::ids::{CallId, InterpreterId, OfferId, TabletId};
use crate::need::{Mode, Need};
use crate::record::{CallRecord, Outcome};
use crate::time::Timestamp;
use crate::view::EndedCall;
use std::collections::BTreeMap;

impl State {
    pub(super) fn apply_to_call(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::CallQueued {
                call,
                tablet,
                site,
                need,
                class,
                tapped_at,
                origin,
                ahead,
                ticket,
                subject,
            } => {
                let record = CallRecord::queued(*call, *site, *need, *class, *tapped_at, at);
                let record = CallRecord {
                    origin: *origin,
                    subject: *subject,
                    ..record
                };
                self.queued(*tablet, *need, record, *ahead, *ticket);
            }
            Event::Offered {
                offer,
                call,
                interpreter,
                expires_at,
                why,
            } => {
                let (interpreter, expires_at) = (*interpreter, *expires_at);
                self.offered(
                    *offer,
                    *call,
                    Ring {
                        interpreter,
                        expires_at,
                        why: *why,
                    },
                    at,
                );
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
            _ => self.apply_to_search(event),
        }
    }

    fn apply_to_search(&mut self, event: &Event) {
        match event {
            Event::Widened { call, step } => self.change_call(*call, |call| {
                call.search.step = *step;
                if call.is_waiting() {
                    call.record.steps = call.record.steps.max(step + 1);
                }
            }),
            Event::Aged { call } => {
                self.change_call(*call, |call| {
                    call.search.rank = call.search.rank.min(Class::Priority);
                });
                self.change_callback(*call, |callback| {
                    callback.rank = callback.rank.min(Class::Priority);
                });
            }
            Event::Prioritised { call, class } => self.change_call(*call, |call| {
                call.record.class = *class;
                call.search.rank = *class;
            }),
            Event::Assigned {
                call,
                interpreter,
                until,
            } => {
                let assigned = Some((*interpreter, *until));
                self.change_call(*call, |call| {
                    call.search.assigned = assigned;
                    // The coordinator knows better than a cooldown.
                    call.search.cooldowns.remove(interpreter);
                });
            }
            Event::AssignmentEnded { call } => {
                self.change_call(*call, |call| call.search.assigned = None);
            }
            Event::Moved { call, need } => self.moved(*call, *need),
            Event::SubjectSet { call, subject } => {
                self.change_call(*call, |call| call.record.subject = *subject);
            }
            Event::CooldownEnded { call, interpreter } => {
                self.change_call(*call, |call| {
                    call.search.cooldowns.remove(interpreter);
                });
            }
            _ => {}
        }
    }

    /// In another language everybody is asked anew; in another mode of the same, whoever declined
    /// or missed is not, and a coordinator's choice stands where that person may take it so.
    fn moved(&mut self, id: CallId, need: Need) {
        let rest = &self.configuration.rules.rest;
        let may_take = |id: &InterpreterId| {
            let person = self.interpreters.get(id);
            person.is_some_and(|person| person.may_take(&need, rest))
        };
        let assigned = self.calls.get(&id).and_then(|call| call.search.assigned);
        let assigned = assigned.filter(|(chosen, _)| may_take(chosen));
        self.change_call(id, |call| {
            let same_language = call.need.language == need.language;
            call.need = need;
            call.record.language = need.language;
            call.record.mode = need.mode;
            call.search.assigned = assigned.filter(|_| same_language);
            if !same_language {
                call.search.cooldowns.clear();
            }
            call.search.step = 0;
        });
    }

    fn queued(
        &mut self,
        tablet: TabletId,
        need: Need,
        record: CallRecord,
        ahead: bool,
        ticket: Timestamp,
    ) {
        let (id, queued_at) = (record.call, record.queued_at);
        if id.0 <= self.calls_made {
            // Delivered a second time.
            return;
        }
        self.calls_made = id.0;
        let presence = self.tablets.get(&tablet).map(|tablet| tablet.presence);
        let call = Call {
            tablet,
            there: presence == Some(Presence::Connected),
            need,
            phase: Phase::Waiting,
            search: Search {
                rank: record.class,
                ahead,
                ticket,
                step: 0,
                assigned: None,
                rings: BTreeMap::new(),
                cooldowns: BTreeMap::new(),
            },
            record,
            why: None,
            sought: None,
            colleague: None,
            observer: None,
            unwilling: None,
            guest: None,
        };
        let terms = Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        };
        self.index.call(id, &call, terms, Edit::Add);
        self.calls.insert(id, call);
        self.change_tablet(tablet, |tablet| {
            tablet.call = Some(id);
            tablet.last = None;
        });
        self.calls_or_not(tablet, queued_at);
    }

    fn offered(&mut self, offer: OfferId, call: CallId, ring: Ring, at: Timestamp) {
        if offer.0 <= self.offers_made {
            // Delivered a second time.
            return;
        }
        self.offers_made = offer.0;
        self.offers.insert(offer, call);
        self.change_call(call, |call| {
            call.search.rings.insert(offer, ring);
            if call.is_waiting() {
                call.record.offered_at.get_or_insert(at);
                call.record.offers += 1;
            }
        });
        self.change_interpreter(ring.interpreter, |person| {
            person.duty = Duty::Ringing(offer);
            person.since = at;
        });
    }

    fn offer_closed(&mut self, offer: OfferId, end: OfferEnd, cooldown: Timestamp, at: Timestamp) {
        let Some((id, _, ring)) = self.ring(offer) else {
            return;
        };
        self.offers.remove(&offer);
        self.change_call(id, |call| {
            call.search.rings.remove(&offer);
            if cooldown > at {
                call.search.cooldowns.insert(ring.interpreter, cooldown);
            }
        });
        self.change_interpreter(ring.interpreter, |person| {
            person.duty = Duty::Free;
            person.since = at;
            person.last_offer = Some(ClosedOffer { offer, end });
            match end {
                OfferEnd::Missed => {
                    person.misses += 1;
                    // Behind everybody who answers: the next call tries a colleague first.
                    person.idle_since = at;
                }
                OfferEnd::Declined { .. } => person.misses = 0,
                // Nobody's fault: the turn is not lost.
                OfferEnd::CallerLeft
                | OfferEnd::LostRace
                | OfferEnd::Reassigned
                | OfferEnd::InterpreterLost
                | OfferEnd::Withdrawn => {}
            }
        });
    }

    fn accepted(&mut self, offer: OfferId, connect_by: Timestamp, at: Timestamp) {
        let Some((id, call, ring)) = self.ring(offer) else {
            return;
        };
        let Some(need) = call.searched().copied() else {
            return;
        };
        let Ring {
            interpreter, why, ..
        } = ring;
        let step = call.search.step as usize;
        let audio_will_do = self.configuration.step(need.language, step).audio;
        let mode = self.mode_of(need, audio_will_do, interpreter);
        self.offers.remove(&offer);
        self.change_call(id, |call| {
            call.search.rings.remove(&offer);
            call.search.assigned = None;
            if let Some(sought) = call.sought.take() {
                let (role, need, connect_by) = (sought.role, sought.need, Some(connect_by));
                call.colleague = Some(Colleague {
                    interpreter,
                    offer,
                    role,
                    need,
                    why,
                    connect_by,
                });
                return;
            }
            call.phase = Phase::Connecting {
                offer,
                interpreter,
                connect_by,
            };
            call.why = Some(why);
            call.record.accepted_at = Some(at);
            call.record.interpreter = Some(interpreter);
            call.record.mode = mode;
        });
        self.begin_work(interpreter, mode, at);
        self.change_interpreter(interpreter, |person| {
            person.duty = Duty::InCall(id);
            person.misses = 0;
            person.since = at;
        });
    }

    /// The mode in which this person takes such a call: the one asked for, or a voice alone where
    /// that will do and they do no more, or owe rest for more.
    fn mode_of(&self, need: Need, audio_will_do: bool, interpreter: InterpreterId) -> Mode {
        let rest = &self.configuration.rules.rest;
        let by_voice = self.interpreters.get(&interpreter).is_some_and(|person| {
            let skill = person.qualification.skills.get(&need.language);
            let works_by = |mode| skill.is_some_and(|skill| skill.modes.contains(&mode));
            let seen = works_by(need.mode) && person.rested_modes(rest).contains(need.mode);
            !seen && works_by(Mode::SpokenAudio)
        });
        if by_voice && audio_will_do && need.mode.may_fall_to_audio() {
            Mode::SpokenAudio
        } else {
            need.mode
        }
    }

    fn media_up(&mut self, id: CallId, at: Timestamp) {
        self.learn_connected(id, at);
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
            call.phase = Phase::Waiting;
            call.why = None;
            call.record.accepted_at = None;
            call.record.interpreter = None;
            call.record.mode = call.need.mode;
            if cooldown_until > at {
                call.search.cooldowns.insert(interpreter, cooldown_until);
            }
        });
        self.set_free(interpreter, at);
    }

    pub(super) fn ended(
        &mut self,
        id: CallId,
        outcome: Outcome,
        at: Timestamp,
    ) -> Option<CallRecord> {
        let mut call = self.calls.remove(&id)?;
        let terms = Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        };
        self.index.call(id, &call, terms, Edit::Remove);
        // The rings of an ended call are closed by events of their own before it; this is for a
        // journal that lacks one.
        for (offer, ring) in &call.search.rings {
            self.offers.remove(offer);
            self.change_interpreter(ring.interpreter, |person| person.leave_call(at));
        }
        if let Some(guest) = call.guest {
            self.guests.remove(&guest.guest);
        }
        call.record.ended_at = Some(at);
        call.record.outcome = Some(outcome);
        let colleague = call.colleague.map(|colleague| colleague.interpreter);
        for interpreter in call.interpreter().into_iter().chain(colleague) {
            // Nothing was said yet unless the call was active, and then a wrap-up follows; the idle
            // time is not touched, so that a visitor who leaves costs nobody their turn.
            self.change_interpreter(interpreter, |person| person.leave_call(at));
        }
        self.keep_record(&call.record);
        self.learn_ended(&call, outcome, at);
        let language = call.record.language;
        self.change_tablet(call.tablet, |tablet| {
            tablet.call = None;
            tablet.last = Some(EndedCall {
                call: id,
                language,
                outcome,
            });
        });
        self.calls_or_not(call.tablet, at);
        Some(call.record)
    }
}
