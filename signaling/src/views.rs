//! The pictures of tablets and interpreters, computed from the state; the coordinators' is in
//! `board`.

mod appointments;
mod board;
mod onlookers;

use crate::command::{Counter, Party};
use crate::core::Core;
use crate::decide::may_request;
use crate::hours;
use crate::ids::{InterpreterId, OfferId, SiteId, TabletId};
use crate::need::Role;
use crate::state::{Call, Callback, Duty, Interpreter, Phase, Presence, State, Turn};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use crate::view::{
    Activity, CallbackView, ClosedLanguage, ColleagueState, ColleagueView, InterpreterView,
    LastOffer, TabletPhase, TabletView, WorkView,
};
use crate::waits::Wait;

impl Core {
    /// The picture of one tablet; `None` for one that is not in the directory.
    pub fn tablet_view(&self, id: TabletId) -> Option<TabletView> {
        let state = self.state();
        let tablet = state.tablet(id)?;
        let call = tablet.call.and_then(|call| state.call(call));
        Some(TabletView {
            site: tablet.site,
            phase: call.map_or(TabletPhase::Idle, |call| tablet_phase(self, call)),
            last: tablet.last.clone(),
            closed: closed(state, tablet.site, self.latest()),
            callbacks: callbacks(state, id),
            appointments: appointments::at_counter(state, id),
        })
    }

    /// The picture of one interpreter; `None` for one that is not in the directory.
    pub fn interpreter_view(&self, id: InterpreterId) -> Option<InterpreterView> {
        let state = self.state();
        let person = state.interpreter(id)?;
        let languages: Vec<Language> = person.qualification.skills.keys().copied().collect();
        let waiting: usize = languages.iter().map(|tag| state.waiting_count(*tag)).sum();
        Some(InterpreterView {
            languages,
            availability: person.availability,
            pause: person.pause,
            activity: activity(state, id, person),
            waiting: count(waiting),
            last_offer: person.last_offer.map(|last| LastOffer {
                offer: last.offer,
                end: last.end,
            }),
            work: work(state, person),
            help: person.help,
            appointments: appointments::of_interpreter(state, id, person),
        })
    }
}

/// The languages that cannot be called from a site, each with the next moment its hours and the
/// site's are open together. Whatever a coordinator closed by hand opens by hand.
fn closed(state: &State, site: SiteId, now: Timestamp) -> Vec<ClosedLanguage> {
    let configuration = state.configuration();
    let forced = |counter| state.opening(counter).and_then(|opening| opening.forced);
    let site_hours = configuration.sites.get(&site).map(|rules| &rules.hours);
    let languages = configuration.languages.iter();
    languages
        .filter(|(language, _)| !state.is_open(site, **language))
        .map(|(language, rules)| {
            let counters = [Counter::Site(site), Counter::Language(*language)];
            // Nor does a site that is no longer in the directory open by itself.
            let shut = counters.iter().any(|counter| {
                forced(*counter) == Some(false) || state.opening(*counter).is_none()
            });
            // What is held open by hand does not hold up the other.
            let hours = [(counters[0], site_hours), (counters[1], Some(&rules.hours))];
            let awaited: Vec<_> = hours
                .into_iter()
                .filter(|(counter, _)| forced(*counter) != Some(true))
                .filter_map(|(_, hours)| hours)
                .collect();
            let opens_at = if shut {
                None
            } else {
                hours::next_open(&awaited, &configuration.zone, now)
            };
            ClosedLanguage {
                language: *language,
                opens_at,
            }
        })
        .collect()
}

fn callbacks(state: &State, tablet: TabletId) -> Vec<CallbackView> {
    let mut made: Vec<&Callback> = state.callbacks_at(tablet).collect();
    made.sort_by_key(|callback| callback.place());
    made.into_iter().map(callback_view).collect()
}

fn callback_view(callback: &Callback) -> CallbackView {
    CallbackView {
        callback: callback.record.call,
        language: callback.need.language,
        mode: callback.need.mode,
        ticket: callback.ticket,
        rings_until: match callback.turn {
            Turn::Ringing { until } => Some(until),
            Turn::Waiting | Turn::Resting { .. } => None,
        },
        attempts: callback.attempts,
    }
}

fn tablet_phase(core: &Core, call: &Call) -> TabletPhase {
    let (state, record) = (core.state(), &call.record);
    let (id, language, mode) = (record.call, record.language, record.mode);
    let queued_at = record.queued_at;
    match call.phase {
        Phase::Waiting => {
            let wait = core.waits.get(&id);
            let ahead = state
                .waiting(language)
                .take_while(|waiting| *waiting != id)
                .count();
            TabletPhase::Waiting {
                call: id,
                language,
                mode,
                position: count(ahead + 1),
                queued_at,
                ringing: !call.search.rings.is_empty(),
                widened: call.search.step > 0,
                on_duty: count(state.on_duty(language)),
                estimate: wait.and_then(Wait::estimate),
                next_duty: wait.and_then(Wait::next_duty),
                may_call_back: may_request(state, call.tablet),
                subject: record.subject,
            }
        }
        Phase::Connecting { .. } => TabletPhase::Connecting {
            call: id,
            language,
            mode,
            queued_at,
        },
        Phase::Active {
            interpreter,
            connected_at,
            ..
        } => TabletPhase::Active {
            call: id,
            language,
            mode,
            connected_at,
            other_lost: is_lost(state, Party::Interpreter(interpreter)),
            colleague: colleague(call),
            observer: onlookers::observer(call),
            guest: onlookers::guest(call),
        },
    }
}

fn activity(state: &State, id: InterpreterId, person: &Interpreter) -> Activity {
    match person.duty {
        Duty::Free => Activity::Idle,
        Duty::WrapUp {
            call,
            began_at,
            ends_at,
        } => {
            let longest = began_at + state.configuration().rules.wrap_up_max_ms;
            Activity::WrapUp {
                call,
                ends_at,
                extendable: ends_at < longest,
            }
        }
        Duty::Ringing(offer) => ringing(state, offer),
        Duty::InCall(call) => match state.call(call) {
            Some(call) => in_call(state, id, call),
            None => Activity::Idle,
        },
    }
}

fn ringing(state: &State, offer: OfferId) -> Activity {
    let Some((call, live, ring)) = state.ring(offer) else {
        return Activity::Idle;
    };
    let need = live.searched().unwrap_or(&live.need);
    Activity::Ringing {
        offer,
        call,
        language: need.language,
        mode: need.mode,
        certification: need.certification,
        class: live.search.rank,
        subject: live.record.subject,
        site: live.record.site,
        queued_at: live.record.queued_at,
        expires_at: ring.expires_at,
        role: live.sought.map_or(Role::Lead, |sought| sought.role),
        connected_at: live.record.connected_at,
    }
}

fn in_call(state: &State, id: InterpreterId, live: &Call) -> Activity {
    let record = &live.record;
    let (call, language, mode, site) = (record.call, record.language, record.mode, record.site);
    let role = live.role_of(id).unwrap_or(Role::Lead);
    let mine = live.colleague.filter(|one| one.interpreter == id);
    let coming = mine.is_some_and(|one| one.connect_by.is_some());
    match live.phase {
        Phase::Active { connected_at, .. } if !coming => Activity::Active {
            call,
            language,
            mode,
            site,
            connected_at,
            other_lost: is_lost(state, Party::Tablet(live.tablet)),
            role,
            colleague: colleague(live),
            subject: record.subject,
            observer: onlookers::observer(live),
            guest: onlookers::guest(live),
        },
        _ => Activity::Connecting {
            call,
            language,
            mode,
            site,
            role,
        },
    }
}

/// The second interpreter of a conversation, if one is wanted.
fn colleague(call: &Call) -> Option<ColleagueView> {
    let sought = call.sought.map(|sought| ColleagueView {
        role: sought.role,
        state: if call.search.rings.is_empty() {
            ColleagueState::Sought
        } else {
            ColleagueState::Ringing
        },
        interpreter: None,
    });
    let accepted = call.colleague.map(|one| ColleagueView {
        role: one.role,
        state: match one.connect_by {
            Some(_) => ColleagueState::Connecting,
            None => ColleagueState::There,
        },
        interpreter: Some(one.interpreter),
    });
    accepted.or(sought)
}

fn work(state: &State, person: &Interpreter) -> WorkView {
    let rest = &state.configuration().rules.rest;
    let Interpreter {
        work,
        qualification,
        ..
    } = person;
    let rested = person.rested_modes(rest);
    let owes = work.done > Millis(0)
        && qualification
            .skills
            .values()
            .flat_map(|skill| &skill.modes)
            .any(|mode| !rested.contains(*mode));
    WorkView {
        done_ms: work.done,
        since: work.now.map(|shift| shift.since),
        relief_due: work.now.is_some_and(|shift| shift.relief_due),
        stop_reached: work.now.is_some_and(|shift| shift.stop_reached),
        rests_until: (owes && work.now.is_none()).then(|| work.ended_at + person.rest(rest)),
    }
}

fn is_lost(state: &State, party: Party) -> bool {
    state.presence(party) != Some(Presence::Connected)
}

/// Counts on the wire are 32 bits; no queue of this service comes near.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
