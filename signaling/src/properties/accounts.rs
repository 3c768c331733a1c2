//! Bookkeeping from the journal alone (I3, I7, I18 to I21): what each call and each person did,
//! from when to when, added up to the millisecond and compared with what state and records say.

use crate::configuration::Class;
use crate::event::{AppointmentEnd, CallbackEnd, Entry, Event};
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::need::Need;
use crate::record::{CallRecord, Outcome};
use crate::state::{Duty, State};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// A call.
struct Account {
    queued_at: Timestamp,
    ticket: Timestamp,
    class: Class,
    /// Since when it is in the queue.
    queued: Option<Timestamp>,
    /// Since when it connects.
    connecting: Option<Timestamp>,
    queue_ms: u64,
    connecting_ms: u64,
    ended: bool,
}

/// What a person does beside being free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Busy {
    Ring(OfferId),
    Call(CallId),
    WrapUp(CallId),
}

pub(super) struct Accounts {
    last: Timestamp,
    /// The area under the length of the queue.
    area: u64,
    calls: BTreeMap<CallId, Account>,
    busy: BTreeMap<InterpreterId, (Busy, Timestamp)>,
    /// Milliseconds of work per call.
    work: BTreeMap<CallId, u64>,
    callbacks: BTreeMap<CallId, Option<CallbackEnd>>,
    appointments: BTreeMap<CallId, Option<AppointmentEnd>>,
    /// What each callback keeps of its call.
    called_back: BTreeMap<CallId, (Class, Timestamp, Need)>,
}

impl Accounts {
    pub(super) fn from(start: Timestamp) -> Self {
        Self {
            last: start,
            area: 0,
            calls: BTreeMap::new(),
            busy: BTreeMap::new(),
            work: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            appointments: BTreeMap::new(),
            called_back: BTreeMap::new(),
        }
    }

    /// Takes an entry, with the state before it.
    pub(super) fn take(&mut self, state: &State, entry: &Entry) {
        assert!(entry.at >= self.last, "an entry goes back in time");
        let languages: Vec<_> = state.calls().map(|(_, call)| call.need.language).collect();
        let mut tags = languages.clone();
        tags.sort_unstable();
        tags.dedup();
        let length: usize = tags.iter().map(|tag| state.waiting_count(*tag)).sum();
        self.area += length as u64 * entry.at.since(self.last).0;
        self.last = entry.at;
        self.of_callback(state, entry);
        self.of_call(state, entry);
        self.of_person(state, entry);
    }

    fn of_call(&mut self, state: &State, entry: &Entry) {
        let at = entry.at;
        match entry.event {
            Event::CallQueued {
                call,
                class,
                ticket,
                need,
                origin,
                ..
            } => self.queued(call, (class, ticket, need, origin), at),
            Event::Prioritised { call, class } => self.account(call).class = class,
            Event::Accepted { offer, .. } => {
                let (id, call, _) = state.ring(offer).expect("an accept is of a ring");
                if call.sought.is_some() {
                    return;
                }
                let account = self.account(id);
                let since = account.queued.take().expect("accepted twice (I3)");
                account.queue_ms += at.since(since).0;
                account.connecting = Some(at);
            }
            Event::MediaUp { call } => {
                let account = self.account(call);
                let since = account.connecting.take().expect("connected twice");
                account.connecting_ms += at.since(since).0;
                let wait = at.since(account.queued_at).0;
                let parts = account.queue_ms + account.connecting_ms;
                assert_eq!(wait, parts, "the wait of call {call} (I21)");
            }
            Event::ConnectFailed { call, .. } => {
                let account = self.account(call);
                let since = account.connecting.take().expect("nothing connects");
                account.connecting_ms += at.since(since).0;
                account.queued = Some(at);
            }
            Event::CallEnded { call, .. } => {
                let account = self.account(call);
                assert!(!account.ended, "call {call} ended twice (I6)");
                account.ended = true;
                if let Some(since) = account.queued.take() {
                    account.queue_ms += at.since(since).0;
                }
            }
            _ => {}
        }
    }

    fn queued(
        &mut self,
        id: CallId,
        (class, ticket, need, origin): (Class, Timestamp, Need, Option<CallId>),
        at: Timestamp,
    ) {
        match origin.and_then(|origin| self.called_back.get(&origin)) {
            Some(before) => assert_eq!((class, ticket, need), *before, "(I7, scenario 29)"),
            None => assert_eq!(ticket, at, "a ticket from nowhere (I7)"),
        }
        let account = Account {
            queued_at: at,
            ticket,
            class,
            queued: Some(at),
            connecting: None,
            queue_ms: 0,
            connecting_ms: 0,
            ended: false,
        };
        let known = self.calls.insert(id, account);
        assert!(known.is_none(), "call {id} is queued twice (I6)");
    }

    fn account(&mut self, id: CallId) -> &mut Account {
        self.calls.get_mut(&id).expect("a call that was queued")
    }

    fn of_callback(&mut self, state: &State, entry: &Entry) {
        match entry.event {
            Event::CallbackMade { callback, .. } => {
                let made = self.callbacks.insert(callback, None);
                assert!(made.is_none(), "callback {callback} is made twice");
                let call = state.call(callback).expect("a callback is made of a call");
                let kept = (call.record.class, call.search.ticket, call.need);
                assert_eq!(kept.1, self.account(callback).ticket, "(I7)");
                self.called_back.insert(callback, kept);
            }
            Event::CallbackChanged { callback, need } => {
                let kept = self.called_back.get_mut(&callback);
                kept.expect("a callback that was made").2 = need;
            }
            Event::CallbackEnded { callback, end } => {
                let before = self.callbacks.insert(callback, Some(end));
                assert_eq!(before, Some(None), "callback {callback} ends twice (I18)");
            }
            Event::AppointmentMade { appointment, .. } => {
                let made = self.appointments.insert(appointment, None);
                assert!(made.is_none(), "appointment {appointment} is made twice");
            }
            Event::AppointmentEnded { appointment, end } => {
                let before = self.appointments.insert(appointment, Some(end));
                assert_eq!(before, Some(None), "{appointment} ends twice (I18)");
            }
            _ => {}
        }
    }

    /// I19: one thing at a time, each ended before the next begins.
    fn of_person(&mut self, state: &State, entry: &Entry) {
        let at = entry.at;
        match entry.event {
            Event::Offered {
                offer, interpreter, ..
            } => self.begin(interpreter, Busy::Ring(offer), at),
            Event::OfferClosed { offer, .. } => drop(self.end(Busy::Ring(offer), at)),
            Event::Accepted { offer, .. } => {
                let (call, _, ring) = state.ring(offer).expect("an accept is of a ring");
                self.end(Busy::Ring(offer), at);
                self.begin(ring.interpreter, Busy::Call(call), at);
            }
            Event::ConnectFailed { call, .. } | Event::CallEnded { call, .. } => {
                while let Some(worked) = self.end(Busy::Call(call), at) {
                    *self.work.entry(call).or_default() += worked;
                }
            }
            Event::ColleagueLeft { call, interpreter }
            | Event::TakenOver {
                call,
                from: interpreter,
                ..
            } => {
                let (busy, since) = self.busy.remove(&interpreter).expect("they were there");
                assert_eq!(busy, Busy::Call(call), "left another call (I19)");
                *self.work.entry(call).or_default() += at.since(since).0;
            }
            Event::WrapUpStarted {
                interpreter, call, ..
            } if state.interpreter(interpreter).is_some() => {
                self.begin(interpreter, Busy::WrapUp(call), at);
            }
            Event::WrapUpEnded { interpreter } => {
                let ended = self.busy.remove(&interpreter).map(|(busy, _)| busy);
                let wrapped_up = matches!(ended, Some(Busy::WrapUp(_)));
                assert!(wrapped_up, "no wrap-up ends (I19)");
            }
            _ => {}
        }
    }

    fn begin(&mut self, interpreter: InterpreterId, what: Busy, at: Timestamp) {
        let before = self.busy.insert(interpreter, (what, at));
        assert_eq!(before, None, "{interpreter} does two things at once (I19)");
    }

    fn end(&mut self, what: Busy, at: Timestamp) -> Option<u64> {
        let mut doing = self.busy.iter();
        let (id, since) =
            doing.find_map(|(id, (busy, since))| (*busy == what).then_some((*id, *since)))?;
        self.busy.remove(&id);
        Some(at.since(since).0)
    }

    /// After a step: the state says the same (I7, I19).
    pub(super) fn agree_with(&mut self, state: &State) {
        for (id, person) in state.interpreters() {
            let busy = match person.duty {
                Duty::Free => None,
                Duty::Ringing(offer) => Some(Busy::Ring(offer)),
                Duty::InCall(call) => Some(Busy::Call(call)),
                Duty::WrapUp { call, .. } => Some(Busy::WrapUp(call)),
            };
            let known = self.busy.get(&id).map(|(busy, _)| *busy);
            assert_eq!(known, busy, "interpreter {id} (I19)");
        }
        for (id, call) in state.calls() {
            let account = &self.calls[&id];
            // A search for a colleague has a place of its own.
            let ticket = if call.is_waiting() {
                call.search.ticket
            } else {
                account.ticket
            };
            let told = (ticket, call.record.queued_at, call.record.class);
            let known = (account.ticket, account.queued_at, account.class);
            assert_eq!(told, known, "ticket and class of call {id} (I7)");
            assert_eq!(account.queued.is_some(), call.is_waiting(), "call {id}");
        }
    }

    /// I18, I20, at the end of a day.
    pub(super) fn are_closed(&self, ended: &BTreeMap<CallId, CallRecord>, state: &State) {
        let live = state.calls().count();
        let queued = ended.values().filter(|record| record.steps > 0).count();
        assert_eq!(self.calls.len(), queued + live, "calls went missing (I18)");
        for (id, end) in &self.callbacks {
            let record = ended.get(id).expect("a converted call has a record");
            assert_eq!(record.callback, *end, "what became of callback {id} (I18)");
            assert_eq!(
                end.is_none(),
                state.callback(*id).is_some(),
                "callback {id}"
            );
        }
        let converted = |outcome| {
            let to = move |record: &&CallRecord| record.outcome == Some(outcome);
            ended.values().filter(to).count()
        };
        let called_back = converted(Outcome::ConvertedCallback);
        assert_eq!(called_back, self.callbacks.len(), "callbacks (I18)");
        for (id, end) in &self.appointments {
            let recorded = ended.get(id).and_then(|record| record.appointment);
            assert_eq!(recorded, *end, "what became of appointment {id} (I18)");
            let ahead = state.appointment(*id);
            assert_eq!(end.is_none(), ahead.is_some(), "appointment {id}");
            assert!(ended.contains_key(id) || ahead.is_some_and(|one| one.record.steps == 0));
        }
        let met = converted(Outcome::ConvertedAppointment);
        let unmet = self
            .appointments
            .keys()
            .filter(|id| !ended.contains_key(id));
        assert_eq!(met + unmet.count(), self.appointments.len(), "(I18)");
        let open = |account: &Account| account.queued.map_or(0, |since| self.last.since(since).0);
        let times = self
            .calls
            .values()
            .map(|account| account.queue_ms + open(account));
        assert_eq!(
            times.sum::<u64>(),
            self.area,
            "the area under the queue (I20)"
        );
        for (id, record) in ended.iter().filter(|(_, record)| record.steps > 0) {
            let account = &self.calls[id];
            assert!(account.ended && record.ended_at.is_some());
            let talked = record.ended_at.zip(record.accepted_at);
            let talked = talked.map_or(0, |(end, accepted)| end.since(accepted).0);
            let work = self.work.get(id).copied().unwrap_or(0);
            assert!(work >= talked, "work of call {id} is lost (I19)");
        }
    }
}
