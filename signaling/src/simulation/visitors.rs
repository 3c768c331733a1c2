//! Visitors at the counters: they come, tap, wait, leave or ask to be called back, and talk. When
//! they come, how long they would wait and how long they talk is drawn before the day begins, each
//! from dice of its own, so that nothing an interpreter does changes it.

use super::day::{Act, Run, Watch, streams};
use super::dice::Dice;
use super::scenario::{QUARTER, Scenario};
use crate::command::{Command, Party, Rejection};
use crate::event::Event;
use crate::ids::{CallId, TabletId};
use crate::state::{Phase, Presence};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// With every tablet in use a visitor looks again after this time, and gives up after that.
const LOOK_AGAIN: Millis = Millis::from_secs(60);
const LOOK_MAX: Millis = Millis::from_secs(30 * 60);

/// A visitor whose tap never came through goes after this time.
const UNNOTICED_MAX: Millis = Millis::from_secs(5 * 60);

/// A call nobody stands behind (a tap that arrived late) is ended by the reception agent.
const PHANTOM: Millis = Millis::from_secs(20);

/// A visitor whose interpreter has left the call goes within this time.
const GOODBYE: Millis = Millis::from_secs(30);

/// The share of conversations the visitor's side ends.
const VISITOR_ENDS: f64 = 0.7;

/// The share of visitors who hear the tablet when called back, and how soon they are there.
const HEARS: f64 = 0.8;
const WALKS: (Millis, Millis) = (Millis(5_000), Millis(50_000));

/// A conversation goes on in another language after this share of it.
const TRANSFER_AT: f64 = 0.4;

/// Everybody who comes in a day.
pub(super) struct Visits {
    all: Vec<Visit>,
    of_call: BTreeMap<CallId, usize>,
    at_counter: BTreeMap<TabletId, usize>,
    /// Whose call was the last there.
    last_seen: BTreeMap<TabletId, usize>,
    /// Whoever has asked for an appointment there, last.
    booking: BTreeMap<TabletId, usize>,
    places: Dice,
}

struct Visit {
    language: Language,
    comes_at: Timestamp,
    talk: Millis,
    patience: Option<Millis>,
    wants_callback: bool,
    wants_appointment: bool,
    wants_transfer: bool,
    talked: bool,
    call: Option<CallId>,
}

impl Visits {
    pub(super) fn drawn(scenario: &Scenario, seed: u64) -> Self {
        let mut all = Vec::new();
        for language in scenario.visitors.keys() {
            draw(scenario, *language, seed, &mut all);
        }
        Self {
            all,
            of_call: BTreeMap::new(),
            at_counter: BTreeMap::new(),
            last_seen: BTreeMap::new(),
            booking: BTreeMap::new(),
            places: Dice::new(seed, streams::PLACES),
        }
    }

    pub(super) fn language(&self, visit: usize) -> Language {
        self.all[visit].language
    }

    /// Somebody asks for an appointment here, once.
    pub(super) fn books(&mut self, tablet: TabletId, visit: usize) {
        self.all[visit].wants_appointment = false;
        self.booking.insert(tablet, visit);
    }

    /// The appointment is theirs.
    pub(super) fn booked(&mut self, tablet: TabletId, appointment: CallId) {
        if let Some(visit) = self.booking.remove(&tablet) {
            self.of_call.insert(appointment, visit);
        }
    }

    /// Who stood behind a call that has ended, and where, if they want another time.
    pub(super) fn unserved(&self, call: CallId) -> Option<(usize, TabletId)> {
        let visit = *self.of_call.get(&call)?;
        let mut counters = self.last_seen.iter();
        let tablet = counters.find_map(|(tablet, here)| (*here == visit).then_some(*tablet))?;
        let wants = self.all[visit].wants_appointment;
        wants.then_some((visit, tablet))
    }
}

/// The visits of one language: in each quarter-hour by chance at its rate (a Poisson process).
fn draw(scenario: &Scenario, language: Language, seed: u64, all: &mut Vec<Visit>) {
    let Some(visitors) = scenario.visitors.get(&language) else {
        return;
    };
    // By its name, so that another language more or less changes nothing here.
    let name = language.as_str().bytes();
    let name = name.fold(0u64, |sum, byte| {
        sum.wrapping_mul(131).wrapping_add(u64::from(byte))
    });
    let stream = streams::VISITORS.wrapping_add(name << 4);
    let mut dice = [0, 1, 2, 3, 4].map(|purpose| Dice::new(seed, stream + purpose));
    let [arrivals, talks, patiences, wishes, times] = &mut dice;
    for (number, expected) in visitors.per_quarter.iter().enumerate() {
        if *expected <= 0.0 {
            continue;
        }
        let begins = scenario.begins_at + Millis(QUARTER.0 * number as u64);
        let mean = QUARTER.0 as f64 / expected;
        let mut at = begins + arrivals.exponential(mean);
        while at < begins + QUARTER {
            all.push(Visit {
                language,
                comes_at: at,
                talk: talks.length(visitors.talk),
                patience: visitors.patience.map(|length| patiences.length(length)),
                wants_callback: wishes.happens(visitors.callback),
                wants_appointment: times.happens(visitors.appointment),
                wants_transfer: wishes.happens(visitors.transfer),
                talked: false,
                call: None,
            });
            at = at + arrivals.exponential(mean);
        }
    }
}

impl<W: Watch> Run<'_, W> {
    pub(super) fn plan_visits(&mut self) {
        let visits: Vec<Timestamp> = self.visits.all.iter().map(|visit| visit.comes_at).collect();
        for (visit, at) in visits.into_iter().enumerate() {
            self.plan(at, Act::Arrive(visit));
        }
    }

    /// A visitor goes to a tablet nobody uses, and taps.
    pub(super) fn arrive(&mut self, visit: usize) {
        let free: Vec<TabletId> = self
            .core
            .state()
            .tablets()
            .filter(|(id, tablet)| {
                let used = tablet.call.is_some() || self.visits.at_counter.contains_key(id);
                !used && tablet.presence == Presence::Connected
            })
            .map(|(id, _)| id)
            .collect();
        let place = self.visits.places.one_of(&free);
        let Visit {
            language, comes_at, ..
        } = self.visits.all[visit];
        let Some(tablet) = place else {
            if self.now.since(comes_at) < LOOK_MAX {
                self.plan_after(LOOK_AGAIN, Act::Arrive(visit));
            } else {
                self.day.turned_away += 1;
            }
            return;
        };
        self.visits.at_counter.insert(tablet, visit);
        self.plan_after(UNNOTICED_MAX, Act::LeaveCounter(visit));
        let tap = Command::Tap {
            tablet,
            language,
            mode: None,
            tapped_at: self.now,
        };
        self.send(Millis(0), Party::Tablet(tablet), tap);
    }

    pub(super) fn leave_counter(&mut self, visit: usize) {
        if self.visits.all[visit].call.is_none() {
            self.visits.at_counter.retain(|_, here| *here != visit);
        }
    }

    /// What the answer to a message means for whoever sent it.
    pub(super) fn told(&mut self, party: Party, command: &Command, refused: Option<Rejection>) {
        let asked = match command {
            Command::RequestCallback { call, .. }
            | Command::Book {
                call: Some(call), ..
            } => Some(*call),
            _ => None,
        };
        if let (Some(call), Some(_)) = (asked, refused) {
            // Neither to be had: leaves after all.
            self.send(Millis(2_000), party, Command::HangUp { party, call });
        }
    }

    /// Where a visitor still waits for a picture.
    fn no_picture(&self, visit: usize, call: CallId) -> Option<(TabletId, Phase)> {
        let live = self.core.state().call(call)?;
        let talks = matches!(live.phase, Phase::Active { .. });
        let theirs = self.visits.of_call.get(&call) == Some(&visit);
        (theirs && !talks).then_some((live.tablet, live.phase))
    }

    /// No picture for so long: leaves, or asks to be called back.
    pub(super) fn lose_patience(&mut self, visit: usize, call: CallId) {
        let Some((tablet, phase)) = self.no_picture(visit, call) else {
            return;
        };
        let party = Party::Tablet(tablet);
        let waits = phase == Phase::Waiting;
        if waits && self.visits.all[visit].wants_appointment && self.book(visit, tablet, Some(call))
        {
            return;
        }
        let wants_callback = &mut self.visits.all[visit].wants_callback;
        let message = if waits && std::mem::take(wants_callback) {
            Command::RequestCallback { tablet, call }
        } else {
            Command::HangUp { party, call }
        };
        self.send(Millis(0), party, message);
    }

    pub(super) fn visitors_see(&mut self, event: &Event) {
        match *event {
            Event::CallQueued {
                call,
                tablet,
                origin,
                ..
            } => self.queued(call, tablet, origin),
            Event::ConnectFailed { call, .. } => {
                let queued_at = self
                    .core
                    .state()
                    .call(call)
                    .map(|call| call.record.queued_at);
                let visit = self.visits.of_call.get(&call).copied();
                if let (Some(queued_at), Some(visit)) = (queued_at, visit)
                    && let Some(patience) = self.visits.all[visit].patience
                {
                    // Hope comes back for five seconds.
                    let at = (queued_at + patience).max(self.now + Millis(5_000));
                    self.plan(at, Act::LosePatience(visit, call));
                }
            }
            Event::MediaUp { call } => self.talk(call),
            Event::CallbackRung { callback, .. } => self.called_back(callback),
            Event::CallEnded { call, .. } => self.call_ended(call),
            _ => {}
        }
    }

    fn queued(&mut self, call: CallId, tablet: TabletId, origin: Option<CallId>) {
        let visit = match origin {
            Some(origin) => self.visits.of_call.get(&origin).copied(),
            None => self.visits.at_counter.get(&tablet).copied(),
        };
        // A tap that arrived late may find the next visitor at the counter, already served.
        let visit = visit.filter(|visit| {
            let of = self.visits.all[*visit].call;
            of.is_none_or(|of| Some(of) == origin || self.core.state().call(of).is_none())
        });
        let Some(visit) = visit else {
            let party = Party::Tablet(tablet);
            self.send(PHANTOM, party, Command::HangUp { party, call });
            return;
        };
        self.visits.of_call.insert(call, visit);
        self.visits.at_counter.insert(tablet, visit);
        self.visits.last_seen.insert(tablet, visit);
        let visitor = &mut self.visits.all[visit];
        visitor.call = Some(call);
        if std::mem::take(&mut visitor.talked) {
            // The conversation had begun: half of it is left.
            visitor.talk = Millis(visitor.talk.0 / 2);
        }
        if let Some(patience) = visitor.patience {
            self.plan_after(patience, Act::LosePatience(visit, call));
        }
    }

    /// Picture and sound: the conversation takes its time, in this language or another.
    fn talk(&mut self, call: CallId) {
        let live = self.core.state().call(call);
        let Some((tablet, interpreter)) =
            live.and_then(|call| Some((call.tablet, call.interpreter()?)))
        else {
            return;
        };
        let visit = self.visits.of_call.get(&call).copied();
        let talk = visit.map_or(PHANTOM, |visit| {
            let visitor = &mut self.visits.all[visit];
            visitor.talked = true;
            visitor.talk
        });
        let by_visitor = Party::Tablet(tablet);
        let by_interpreter = Party::Interpreter(interpreter);
        let party = if self.network.happens(VISITOR_ENDS) {
            by_visitor
        } else {
            by_interpreter
        };
        self.send(talk, party, Command::HangUp { party, call });
        if party == by_interpreter {
            // Somebody else may have the call by then: then the visitor says goodbye.
            let party = by_visitor;
            let after = Millis(talk.0 + GOODBYE.0);
            self.send(after, party, Command::HangUp { party, call });
        }
        if let Some(visit) = visit
            && std::mem::take(&mut self.visits.all[visit].wants_transfer)
        {
            let own = self.visits.all[visit].language;
            let others: Vec<Language> = self.scenario.visitors.keys().copied().collect();
            let language = self.network.one_of(&others).unwrap_or(own);
            let transfer = Command::Transfer {
                interpreter,
                call,
                language,
            };
            let after = Millis((talk.0 as f64 * TRANSFER_AT) as u64);
            self.send(after, by_interpreter, transfer);
        }
    }

    /// The tablet rings for somebody on the bench across the hall.
    fn called_back(&mut self, callback: CallId) {
        let Some(tablet) = self
            .core
            .state()
            .callback(callback)
            .map(|callback| callback.tablet)
        else {
            return;
        };
        if self.network.happens(HEARS) {
            let after = self.network.between(WALKS.0, WALKS.1);
            let answer = Command::AnswerCallback { tablet, callback };
            self.send(after, Party::Tablet(tablet), answer);
        }
    }

    /// The visitor goes, unless the conversation goes on in a call that followed at once.
    fn call_ended(&mut self, call: CallId) {
        let Some(visit) = self.visits.of_call.get(&call).copied() else {
            return;
        };
        let goes_on = self.core.state().calls().any(|(_, live)| {
            live.record.origin == Some(call) && !matches!(live.phase, Phase::Active { .. })
        });
        if !goes_on {
            self.visits.at_counter.retain(|_, here| *here != visit);
        }
    }
}
