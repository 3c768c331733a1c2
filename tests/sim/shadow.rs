//! The state machines again, from nothing but the journal: what each call and each interpreter may
//! do next. It knows no indexes and no deadlines, so it cannot be wrong in the way the core is.

use crate::company::Company;
use passerelle_signaling::event::{Entry, Event, OfferEnd};
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId};
use passerelle_signaling::state::{Duty, Phase, State};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Free,
    Ringing(OfferId),
    InCall(CallId),
    WrapUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Connecting(InterpreterId),
    Active(InterpreterId),
}

/// A colleague in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colleague {
    Nobody,
    Sought,
    Coming(InterpreterId),
    There(InterpreterId),
}

/// A call as the journal tells it.
#[derive(Debug)]
struct Told {
    stage: Stage,
    colleague: Colleague,
    language: Language,
    queued_at: Timestamp,
    ticket: Timestamp,
    /// When its present wait began.
    waits_since: Timestamp,
    waited: Millis,
    /// What an offer of it may not be offered to.
    cooldowns: BTreeMap<InterpreterId, Timestamp>,
}

/// Everybody as the journal tells it.
#[derive(Debug, Default)]
pub(crate) struct Shadow {
    calls: BTreeMap<CallId, Told>,
    ended: u64,
    waited: u64,
    people: BTreeMap<InterpreterId, Doing>,
    offers: BTreeMap<OfferId, (CallId, InterpreterId, Timestamp)>,
    pub(crate) company: Company,
    latest: Timestamp,
}

impl Shadow {
    /// One more entry; `restarted` when the gateway has just come back, which excuses lateness.
    pub(crate) fn follow(&mut self, entry: &Entry, restarted: bool) {
        let Entry { at, event } = entry;
        assert!(*at >= self.latest, "the journal goes back in time");
        self.latest = *at;
        match event {
            Event::CallQueued {
                call, ticket, need, ..
            } => {
                let told = Told {
                    stage: Stage::Waiting,
                    colleague: Colleague::Nobody,
                    language: need.language,
                    queued_at: *at,
                    ticket: *ticket,
                    waits_since: *at,
                    waited: Millis(0),
                    cooldowns: BTreeMap::new(),
                };
                let again = self.calls.insert(*call, told);
                assert!(again.is_none(), "call {call} was queued twice");
            }
            Event::Offered {
                offer,
                call,
                interpreter,
                expires_at,
                ..
            } => self.offered(*offer, *call, *interpreter, *expires_at),
            Event::OfferClosed {
                offer,
                reason,
                cooldown_until,
            } => {
                let on_time = self.closed(*offer, *reason, *cooldown_until, *at);
                assert!(on_time || restarted, "offer {offer} outlived itself (I16)");
            }
            Event::Accepted { offer, .. } => self.accepted(*offer, *at),
            Event::MediaUp { call } => {
                let told = self.call(*call);
                let Stage::Connecting(interpreter) = told.stage else {
                    panic!("media up for call {call}, which is {:?}", told.stage);
                };
                told.stage = Stage::Active(interpreter);
            }
            Event::ConnectFailed {
                call,
                cooldown_until,
            } => self.connect_failed(*call, *cooldown_until, *at),
            Event::Assigned {
                call, interpreter, ..
            }
            | Event::CooldownEnded { call, interpreter } => {
                self.call(*call).cooldowns.remove(interpreter);
            }
            Event::Moved { call, need } => {
                let told = self.call(*call);
                // In another language everybody is asked anew.
                if told.language != need.language {
                    told.cooldowns.clear();
                }
                told.language = need.language;
            }
            Event::CallEnded { call, .. } => self.call_ended(*call, *at),
            Event::WrapUpStarted { interpreter, .. } => {
                self.change(*interpreter, Doing::Free, Doing::WrapUp);
            }
            Event::WrapUpEnded { interpreter } => {
                self.change(*interpreter, Doing::WrapUp, Doing::Free);
            }
            _ => self.colleague(event),
        }
    }

    /// Colleagues: sought, coming, there, the lead from now on.
    fn colleague(&mut self, event: &Event) {
        match event {
            Event::ColleagueSought { call, .. } => {
                let told = self.call(*call);
                assert!(matches!(told.stage, Stage::Active(_)), "call {call}");
                assert_eq!(told.colleague, Colleague::Nobody, "call {call}");
                told.colleague = Colleague::Sought;
                told.cooldowns.clear();
            }
            Event::SearchEnded { call } => {
                let told = self.call(*call);
                assert_eq!(told.colleague, Colleague::Sought, "call {call}");
                told.colleague = Colleague::Nobody;
                told.cooldowns.clear();
            }
            Event::ColleagueUp { call } => {
                let told = self.call(*call);
                let Colleague::Coming(interpreter) = told.colleague else {
                    panic!("nobody comes to call {call}: {told:?}");
                };
                told.colleague = Colleague::There(interpreter);
            }
            Event::ColleagueLeft { call, interpreter } => {
                let (id, told) = (*interpreter, self.call(*call));
                let was = [Colleague::Coming(id), Colleague::There(id)].contains(&told.colleague);
                assert!(was, "interpreter {id} left call {call}: {told:?}");
                told.colleague = Colleague::Nobody;
                self.change(id, Doing::InCall(*call), Doing::Free);
            }
            Event::TakenOver { call, from, to } => {
                let told = self.call(*call);
                assert_eq!(told.stage, Stage::Active(*from), "the lead of call {call}");
                assert_eq!(told.colleague, Colleague::There(*to), "who takes over");
                told.stage = Stage::Active(*to);
                told.colleague = Colleague::Nobody;
                self.change(*from, Doing::InCall(*call), Doing::Free);
            }
            _ => {}
        }
    }

    fn call(&mut self, call: CallId) -> &mut Told {
        let told = self.calls.get_mut(&call);
        told.unwrap_or_else(|| panic!("call {call} is over, or never was"))
    }

    fn change(&mut self, interpreter: InterpreterId, from: Doing, to: Doing) {
        let doing = self.people.entry(interpreter).or_insert(Doing::Free);
        assert_eq!(*doing, from, "interpreter {interpreter} cannot be {to:?}");
        *doing = to;
    }

    fn offered(&mut self, offer: OfferId, id: CallId, person: InterpreterId, expires: Timestamp) {
        self.change(person, Doing::Free, Doing::Ringing(offer));
        let latest = self.latest;
        let call = self.call(id);
        let wanted = call.stage == Stage::Waiting || call.colleague == Colleague::Sought;
        assert!(wanted, "nobody is wanted, and call {id} rings: {call:?}");
        let cooled = call.cooldowns.get(&person);
        assert!(
            cooled.is_none_or(|until| *until <= latest),
            "interpreter {person} is rung again for call {id} within the cooldown (I10)"
        );
        let again = self.offers.insert(offer, (id, person, expires));
        assert!(again.is_none(), "offer {offer} was made twice");
    }

    fn closed(
        &mut self,
        offer: OfferId,
        end: OfferEnd,
        cooldown: Timestamp,
        at: Timestamp,
    ) -> bool {
        let (call, interpreter, expires_at) = self.offers.remove(&offer).expect("a live offer");
        self.change(interpreter, Doing::Ringing(offer), Doing::Free);
        let failed = matches!(end, OfferEnd::Declined { .. } | OfferEnd::Missed);
        assert_eq!(failed, cooldown > at, "{end:?} and its cooldown");
        if failed {
            self.call(call).cooldowns.insert(interpreter, cooldown);
        }
        at <= expires_at
    }

    fn accepted(&mut self, offer: OfferId, at: Timestamp) {
        let (id, interpreter, _) = self.offers.remove(&offer).expect("a live offer");
        self.change(interpreter, Doing::Ringing(offer), Doing::InCall(id));
        let others = self.offers.values().filter(|(call, ..)| *call == id);
        assert_eq!(others.count(), 0, "call {id} still rings elsewhere (I3)");
        let call = self.call(id);
        if call.colleague == Colleague::Sought {
            call.colleague = Colleague::Coming(interpreter);
            return;
        }
        assert_eq!(call.stage, Stage::Waiting, "call {id} was accepted twice");
        call.stage = Stage::Connecting(interpreter);
        call.waited.0 += at.since(call.waits_since).0;
    }

    fn connect_failed(&mut self, id: CallId, cooldown: Timestamp, at: Timestamp) {
        let call = self.call(id);
        let Stage::Connecting(interpreter) = call.stage else {
            panic!("call {id} failed to connect and is {:?}", call.stage);
        };
        call.stage = Stage::Waiting;
        call.waits_since = at;
        if cooldown > at {
            call.cooldowns.insert(interpreter, cooldown);
        }
        self.change(interpreter, Doing::InCall(id), Doing::Free);
    }

    fn call_ended(&mut self, id: CallId, at: Timestamp) {
        let rings = self.offers.values().filter(|(call, ..)| *call == id);
        assert_eq!(rings.count(), 0, "call {id} ended while it rang");
        let call = self.calls.remove(&id).expect("a call ends once (I6)");
        self.ended += 1;
        self.waited += call.waited.0;
        if let Colleague::Coming(person) | Colleague::There(person) = call.colleague {
            self.change(person, Doing::InCall(id), Doing::Free);
        }
        match call.stage {
            Stage::Waiting => self.waited += at.since(call.waits_since).0,
            Stage::Connecting(interpreter) | Stage::Active(interpreter) => {
                self.change(interpreter, Doing::InCall(id), Doing::Free);
            }
        }
    }

    /// Calls that have ended.
    pub(crate) const fn ended(&self) -> u64 {
        self.ended
    }

    /// What all calls that ended waited for, in milliseconds, seen call by call.
    pub(crate) const fn waited(&self) -> u64 {
        self.waited
    }

    /// The state says the same, from both sides of each call; nobody's ticket has changed.
    pub(crate) fn agrees_with(&mut self, state: &State) {
        // Whoever left the directory goes with the last call, without a wrap-up that would end.
        self.people.retain(|id, _| state.interpreter(*id).is_some());
        assert_eq!(self.calls.len(), state.calls().count(), "calls (I18)");
        let mut rings = 0;
        for (id, call) in state.calls() {
            let told = &self.calls[&id];
            let stage = match call.phase {
                Phase::Waiting => Stage::Waiting,
                Phase::Connecting { interpreter, .. } => Stage::Connecting(interpreter),
                Phase::Active { interpreter, .. } => Stage::Active(interpreter),
            };
            assert_eq!(told.stage, stage, "call {id}");
            let colleague = match (call.sought, call.colleague) {
                (None, None) => Colleague::Nobody,
                (Some(_), None) => Colleague::Sought,
                (None, Some(one)) if one.connect_by.is_some() => Colleague::Coming(one.interpreter),
                (None, Some(one)) => Colleague::There(one.interpreter),
                (Some(_), Some(_)) => panic!("call {id} seeks a colleague beside a colleague"),
            };
            assert_eq!(told.colleague, colleague, "call {id}");
            assert_eq!(told.queued_at, call.record.queued_at, "call {id} (I7)");
            // The search for a colleague has a place of its own.
            let kept = !call.is_waiting() || told.ticket == call.search.ticket;
            assert!(kept, "call {id} has another ticket (I7)");
            let tablet = state.tablet(call.tablet).and_then(|tablet| tablet.call);
            assert_eq!(tablet, Some(id), "the tablet of call {id}");
            rings += call.search.rings.len();
        }
        assert_eq!(self.offers.len(), rings, "live offers");
        for (id, person) in state.interpreters() {
            let doing = match person.duty {
                Duty::Free => Doing::Free,
                Duty::Ringing(offer) => Doing::Ringing(offer),
                Duty::InCall(call) => Doing::InCall(call),
                Duty::WrapUp { .. } => Doing::WrapUp,
            };
            let told = self.people.get(&id).copied().unwrap_or(Doing::Free);
            assert_eq!(told, doing, "interpreter {id} (I1, I2)");
        }
    }
}
