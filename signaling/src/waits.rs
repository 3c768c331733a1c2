//! The estimated wait of every waiting call: the live state put into the numbers of `estimate`, and
//! what each screen says from one moment to the next. No part of the state: it can be computed anew
//! at any time, and a restart only forgets what was said before.

use crate::core::Core;
use crate::estimate::outlook::outlooks;
use crate::estimate::shown::Shown;
use crate::estimate::{
    Activity, GROUPS_MAX, Person, REPLICATES, SIMULATED_MAX, Situation, Waiting, estimate_all,
    next_on_duty,
};
use crate::ids::{CallId, InterpreterId};
use crate::need::Need;
use crate::state::{Call, Duty, Interpreter, State};
use crate::time::{Millis, Timestamp};
use crate::view::WaitEstimate;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead rosters are looked at: past the end of any day's duty.
const ROSTER_AHEAD: Millis = Millis::from_secs(24 * 60 * 60);

/// The seed of the replicates. Always the same, so that a figure changes because the state did.
const SEED: u64 = 0x5045_5253;

/// What is said of a waiting call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wait {
    shown: Option<Shown>,
    next_duty: Option<Timestamp>,
}

impl Wait {
    pub(crate) fn estimate(&self) -> Option<WaitEstimate> {
        let shown = self.shown.as_ref()?;
        Some(WaitEstimate {
            from_ms: shown.from,
            to_ms: shown.to,
            cause: shown.cause,
        })
    }

    pub(crate) fn next_duty(&self) -> Option<Timestamp> {
        self.next_duty
    }
}

impl Core {
    /// Computes anew what is said of every waiting call; true when that changes anybody's picture.
    /// The driver asks after each change and every few seconds while somebody waits.
    pub fn refresh_waits(&mut self, now: Timestamp) -> bool {
        let now = now.max(self.latest());
        let before = std::mem::take(&mut self.waits);
        self.waits = waits(self.state(), &before, now);
        let said = |waits: &BTreeMap<CallId, Wait>| -> Vec<_> {
            let of = |(id, wait): (&CallId, &Wait)| (*id, wait.estimate(), wait.next_duty());
            waits.iter().map(of).collect()
        };
        said(&before) != said(&self.waits)
    }
}

fn waits(state: &State, before: &BTreeMap<CallId, Wait>, now: Timestamp) -> BTreeMap<CallId, Wait> {
    let mut calls: Vec<&Call> = state
        .calls()
        .map(|(_, call)| call)
        .filter(|call| call.is_waiting())
        .collect();
    if calls.is_empty() {
        return BTreeMap::new();
    }
    calls.sort_by_key(|call| call.place());
    // Nobody so far back is told a figure.
    calls.truncate(SIMULATED_MAX);
    let needs = needs(state, &calls);
    let situation = situation(state, &calls, &needs, now);
    let estimates = estimate_all(&situation, SEED, REPLICATES);
    let outlooks = outlooks(&situation);
    let mut waits = BTreeMap::new();
    for ((call, estimate), outlook) in calls.iter().zip(estimates).zip(&outlooks) {
        let id = call.record.call;
        let said = before.get(&id).and_then(|wait| wait.shown.as_ref());
        // With nobody on duty a figure would be a hope: the next duty is said instead.
        let honest = estimate.filter(|_| state.anybody_on_duty(&state.wanted_at_last(&call.need)));
        let shown = honest.map(|estimate| match said {
            Some(said) => said.next(&estimate, outlook),
            None => Shown::first(&estimate, outlook),
        });
        let next_duty = match shown {
            Some(_) => None,
            None => next_on_duty(&situation, group(&needs, &call.need)).filter(|at| *at > now),
        };
        waits.insert(id, Wait { shown, next_duty });
    }
    waits
}

/// The needs of calls that wait or go on, numbered by their order. A service has a few; past what a
/// bit set holds, the last ones share a number.
fn needs(state: &State, waiting: &[&Call]) -> Vec<Need> {
    let going_on = state.calls().map(|(_, call)| call.need);
    let needs: BTreeSet<Need> = waiting
        .iter()
        .map(|call| call.need)
        .chain(going_on)
        .collect();
    needs.into_iter().take(GROUPS_MAX).collect()
}

fn group(needs: &[Need], need: &Need) -> u8 {
    let last = needs.len().saturating_sub(1);
    let index = needs.binary_search(need).unwrap_or(last);
    u8::try_from(index).unwrap_or(u8::MAX)
}

fn situation(state: &State, calls: &[&Call], needs: &[Need], now: Timestamp) -> Situation {
    let ranks = Ranks::of(state);
    let mut people: Vec<(Timestamp, Person)> = state
        .interpreters()
        .map(|(id, person)| {
            (
                person.idle_since,
                of_person(state, (id, person), needs, &ranks, now),
            )
        })
        .filter(|(_, person)| person.serves != 0)
        .collect();
    // Ties go to the first in the list.
    people.sort_by_key(|(idle_since, _)| *idle_since);
    let queue = calls.iter().map(|call| {
        let (rank, behind, ticket, number) = call.place();
        Waiting {
            group: group(needs, &call.need),
            rank: rank as u32 * 2 + u32::from(behind),
            ticket,
            number: number.0,
        }
    });
    let groups = needs
        .iter()
        .map(|need| state.history(need).cloned().unwrap_or_default());
    Situation {
        now,
        people: people.into_iter().map(|(_, person)| person).collect(),
        queue: queue.collect(),
        groups: groups.collect(),
        wrap_up: state.configuration().rules.wrap_up_ms,
    }
}

/// The interpreters' key before idleness, as one number: who missed, the tier, the breadth.
struct Ranks(Vec<(bool, u8, u16)>);

impl Ranks {
    fn of(state: &State) -> Self {
        let keys: BTreeSet<_> = state
            .interpreters()
            .map(|(_, person)| key(person))
            .collect();
        Self(keys.into_iter().collect())
    }

    fn rank(&self, person: &Interpreter) -> u8 {
        let place = self.0.binary_search(&key(person)).unwrap_or(self.0.len());
        u8::try_from(place).unwrap_or(u8::MAX)
    }
}

/// With one tier for all their languages: the earliest.
fn key(person: &Interpreter) -> (bool, u8, u16) {
    let qualification = &person.qualification;
    let tier = qualification
        .skills
        .values()
        .map(|skill| skill.tier.0)
        .min();
    (
        person.misses > 0,
        tier.unwrap_or(u8::MAX),
        qualification.breadth(),
    )
}

fn of_person(
    state: &State,
    (id, person): (InterpreterId, &Interpreter),
    needs: &[Need],
    ranks: &Ranks,
    now: Timestamp,
) -> Person {
    let rules = &state.configuration().rules;
    let serves = needs
        .iter()
        .enumerate()
        .filter(|(_, need)| person.qualification.meets(need));
    let owes_rest = |need: &Need| !person.rested_modes(&rules.rest).contains(need.mode);
    let resting = person.work.now.is_none()
        && serves.clone().next().is_some()
        && serves.clone().all(|(_, need)| owes_rest(need));
    let activity = match person.duty {
        Duty::InCall(id) => in_call(state, id, needs, now),
        Duty::WrapUp { ends_at, .. } => Activity::WrapUp { ends_at },
        _ if !person.is_on_duty() => Activity::Away { back_at: None },
        _ if resting => Activity::Away {
            back_at: Some(person.work.ended_at + person.rest(&rules.rest)),
        },
        Duty::Ringing(offer) => match state.ring(offer) {
            Some((call, ..)) => Activity::Ringing {
                number: call.0,
                since: person.since,
            },
            None => Activity::Free {
                idle_since: person.idle_since,
            },
        },
        Duty::Free if person.held => {
            let theirs = state
                .appointments()
                .filter(|one| one.is_held() && one.interpreter == Some(id));
            let back_at = theirs.map(|one| one.ends_at).max();
            Activity::Away { back_at }
        }
        Duty::Free => Activity::Free {
            idle_since: person.idle_since,
        },
    };
    let roster = person.qualification.roster.as_ref();
    let zone = &state.configuration().zone;
    Person {
        serves: serves.fold(0, |set, (bit, _)| set | 1 << bit),
        tier: ranks.rank(person),
        state: activity,
        duty: roster.map_or_else(Vec::new, |roster| {
            roster.spans(zone, now, now + ROSTER_AHEAD)
        }),
    }
}

fn in_call(state: &State, id: CallId, needs: &[Need], now: Timestamp) -> Activity {
    let call = state.call(id);
    let since = call.and_then(|call| call.record.connected_at.or(call.record.accepted_at));
    Activity::InCall {
        group: call.map_or(0, |call| group(needs, &call.need)),
        since: since.unwrap_or(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Party};
    use crate::configuration::{Configuration, LanguageRules, SiteRules};
    use crate::estimate::SAMPLES_MIN;
    use crate::hours::Hours;
    use crate::ids::{InterpreterId, SiteId, TabletId};
    use crate::need::{Mode, Qualification, Skill, Tier};
    use crate::tag::Language;
    use crate::view::TabletPhase;

    const ANNA: InterpreterId = InterpreterId(1);

    /// Monday, 5 January 2026, 08:00 in Paris.
    const MORNING: Timestamp = Timestamp(1_767_596_400_000);

    /// Three tablets, and Anna, planned from nine to noon.
    fn service() -> Core {
        let language: Language = "fsl".parse().unwrap();
        let skill = Skill {
            tier: Tier::FIRST,
            modes: [Mode::Sign].into(),
        };
        let roster = Hours {
            weekly: vec!["mon-fri 09:00-12:00".parse().unwrap()],
            ..Hours::always()
        };
        let anna = Qualification {
            skills: [(language, skill)].into(),
            roster: Some(roster),
            ..Qualification::default()
        };
        let sign = LanguageRules {
            modes: vec![Mode::Sign],
            ..LanguageRules::default()
        };
        let configuration = Configuration {
            languages: [(language, sign)].into(),
            sites: [(SiteId(1), SiteRules::default())].into(),
            tablets: (1..=3).map(|id| (TabletId(id), SiteId(1))).collect(),
            interpreters: [(ANNA, anna)].into(),
            ..Configuration::default()
        };
        let mut core = Core::new();
        core.handle(&Command::Configure(Box::new(configuration)), MORNING);
        for id in 1..=3 {
            core.handle(&Command::Connected(Party::Tablet(TabletId(id))), MORNING);
        }
        core
    }

    fn tap(core: &mut Core, tablet: u32, now: Timestamp) {
        let command = Command::Tap {
            tablet: TabletId(tablet),
            language: "fsl".parse().unwrap(),
            mode: None,
            tapped_at: now,
        };
        assert_eq!(core.handle(&command, now).rejection, None);
    }

    fn anna_comes(core: &mut Core) {
        core.handle(&Command::Connected(Party::Interpreter(ANNA)), MORNING);
        let available = Command::SetAvailable {
            interpreter: ANNA,
            available: true,
        };
        core.handle(&available, MORNING);
    }

    /// A call of tablet 1 that Anna takes at once, of so many minutes, with the wrap-up after it.
    fn talk(core: &mut Core, now: &mut Timestamp, minutes: u64) {
        tap(core, 1, *now);
        let Duty::Ringing(offer) = core.state().interpreter(ANNA).unwrap().duty else {
            panic!("Anna is not rung");
        };
        let interpreter = ANNA;
        core.handle(&Command::Accept { interpreter, offer }, *now);
        let call = core.state().tablet(TabletId(1)).unwrap().call.unwrap();
        core.handle(&Command::MediaUp { call }, *now);
        *now = *now + Millis::from_secs(minutes * 60);
        let party = Party::Tablet(TabletId(1));
        core.handle(&Command::HangUp { party, call }, *now);
        *now = *now + Millis::from_secs(6 * 60);
        core.handle(&Command::Tick, *now);
    }

    fn said(core: &Core, tablet: u32) -> (Option<WaitEstimate>, Option<Timestamp>) {
        match core.tablet_view(TabletId(tablet)).unwrap().phase {
            TabletPhase::Waiting {
                estimate,
                next_duty,
                ..
            } => (estimate, next_duty),
            other => panic!("tablet {tablet} does not wait: {other:?}"),
        }
    }

    #[test]
    fn with_nobody_on_duty_the_next_duty_is_said_and_no_figure() {
        let mut core = service();
        tap(&mut core, 1, MORNING);
        assert!(core.refresh_waits(MORNING));
        let nine = MORNING + Millis::from_secs(3600);
        assert_eq!(said(&core, 1), (None, Some(nine)));
    }

    #[test]
    fn what_calls_have_lasted_is_what_the_next_visitor_is_told() {
        let upper_after = |minutes: u64| {
            let mut core = service();
            let mut always = core.state().configuration().clone();
            always.interpreters.get_mut(&ANNA).unwrap().roster = None;
            core.handle(&Command::Configure(Box::new(always)), MORNING);
            anna_comes(&mut core);
            let mut now = MORNING;
            for _ in 0..SAMPLES_MIN {
                talk(&mut core, &mut now, minutes);
            }
            tap(&mut core, 1, now);
            tap(&mut core, 2, now);
            core.refresh_waits(now);
            said(&core, 2).0.unwrap().to_ms
        };
        // The second waits for the whole call of the first.
        let (short, long) = (upper_after(1), upper_after(10));
        assert!(short < Millis::from_secs(5 * 60), "{short:?}");
        assert!(long > Millis::from_secs(10 * 60), "{long:?}");
    }

    #[test]
    fn whoever_stands_further_back_is_told_a_longer_wait_and_nothing_changes_by_itself() {
        let mut core = service();
        anna_comes(&mut core);
        for tablet in 1..=3 {
            tap(&mut core, tablet, MORNING + Millis(u64::from(tablet)));
        }
        let now = MORNING + Millis(10);
        assert!(core.refresh_waits(now));
        assert!(!core.refresh_waits(now), "the same state says the same");
        let upper = |tablet| said(&core, tablet).0.unwrap().to_ms;
        assert!(upper(1) < upper(2) && upper(2) < upper(3));
    }
}
