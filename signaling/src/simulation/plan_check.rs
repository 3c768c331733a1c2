//! From a plan to the scenarios of its days, or to everything that is wrong with it at once.

use super::dice::Length;
use super::plan::{Answering, Arrivals, Plan, PlanProblem, PlanProblems, Roster, VISITORS_MAX};
use super::scenario::{Answers, Faults, QUARTERS, Scenario, Visitors};
use crate::configuration::Configuration;
use crate::hours::{Hours, WEEKLY_MAX, WeeklySpan};
use crate::ids::InterpreterId;
use crate::need::{Qualification, Skill, Tier};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Hours of a day, and quarters of an hour.
const HOURS: usize = 24;
const PER_HOUR: f64 = (QUARTERS / HOURS) as f64;

const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// No zone's midnight lies earlier than this before the one of UTC (UTC+14).
const MIDNIGHT_FIRST: Millis = Millis::from_secs(14 * 60 * 60);

/// The longest mean of anything that is given in minutes or seconds: a working day.
const MINUTES_MAX: f64 = 8.0 * 60.0;

/// How much connecting varies around one and a half seconds, and answering around its mean.
const ANSWER_SPREAD: f64 = 0.6;

#[derive(Default)]
struct Check(Vec<PlanProblem>);

impl Check {
    fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        let (key, message) = (key.into(), message.into());
        self.0.push(PlanProblem { key, message });
    }

    fn within(&mut self, key: String, value: f64, least: f64, most: f64) {
        if !(least..=most).contains(&value) {
            self.add(key, format!("is {value}: use {least} to {most}"));
        }
    }
}

impl Plan {
    /// The scenarios of the plan's days, in turn.
    ///
    /// # Errors
    /// Everything that is wrong, each with its key.
    pub fn scenarios(&self, configuration: &Configuration) -> Result<Vec<Scenario>, PlanProblems> {
        let mut check = Check::default();
        if configuration.tablets.is_empty() {
            let message = "have no tablet in the configuration: nobody could call";
            check.add("sites", message);
        }
        let configuration = self.with_newcomers(configuration, &mut check);
        let visitors = self.visitors(&configuration, &mut check);
        let answers = answers(&self.answering, &mut check);
        let rosters = self.hours(&mut check);
        let days = self.midnights(&configuration, &mut check);
        if !check.0.is_empty() {
            return Err(PlanProblems(check.0));
        }
        let scenario = |begins_at: Timestamp| {
            let on_duty = |hours: &Hours| {
                // A day of the clocks' change may have 25 hours.
                let until = begins_at + DAY;
                hours.spans(&configuration.zone, begins_at, until)
            };
            Scenario {
                begins_at,
                visitors: visitors.clone(),
                rosters: rosters
                    .iter()
                    .map(|(id, hours)| (*id, on_duty(hours)))
                    .collect(),
                answers,
                coordinator_every: None,
                reloads: Vec::new(),
                faults: Faults::default(),
                configuration: configuration.clone(),
            }
        };
        Ok(days.into_iter().map(scenario).collect())
    }

    /// The configuration with the people whom only the plan knows.
    fn with_newcomers(&self, known: &Configuration, check: &mut Check) -> Configuration {
        let mut configuration = known.clone();
        let mut seen = BTreeSet::new();
        for (index, roster) in self.rosters.iter().enumerate() {
            let key = format!("rosters[{}]", index + 1);
            let id = roster.interpreter;
            if !seen.insert(id) {
                let message = format!("interpreter {id} has a roster already: write one for each");
                check.add(format!("{key}.interpreter"), message);
            }
            match (known.interpreters.contains_key(&id), &*roster.languages) {
                (true, []) => {}
                (true, _) => check.add(
                    format!("{key}.languages"),
                    format!("interpreter {id} is in the configuration: leave this key out"),
                ),
                (false, []) => check.add(
                    format!("{key}.interpreter"),
                    format!("{id} is not in the configuration: for somebody new, add `languages`"),
                ),
                (false, _) => {
                    let person = newcomer(roster, known, &key, check);
                    configuration.interpreters.insert(id, person);
                }
            }
        }
        configuration
    }

    fn visitors(
        &self,
        configuration: &Configuration,
        check: &mut Check,
    ) -> BTreeMap<Language, Visitors> {
        if self.arrivals.is_empty() {
            let message = "is empty: give the calls per day of at least one language";
            check.add("arrivals", message);
        }
        let mut visitors = BTreeMap::new();
        for (index, arrivals) in self.arrivals.iter().enumerate() {
            let key = format!("arrivals[{}]", index + 1);
            let language = arrivals.language;
            if !configuration.languages.contains_key(&language) {
                let message = format!("`{language}` is not in the configuration's languages");
                check.add(format!("{key}.language"), message);
            }
            let own = visitors_of(arrivals, &key, &self.profile, check);
            if visitors.insert(language, own).is_some() {
                let message = format!("`{language}` is listed twice");
                check.add(format!("{key}.language"), message);
            }
        }
        visitors
    }

    fn hours(&self, check: &mut Check) -> BTreeMap<InterpreterId, Hours> {
        if self.rosters.is_empty() {
            check.add("rosters", "is empty: nobody would ever answer");
        }
        let mut rosters = BTreeMap::new();
        for (index, roster) in self.rosters.iter().enumerate() {
            let key = format!("rosters[{}].hours", index + 1);
            if roster.hours.is_empty() || roster.hours.len() > WEEKLY_MAX {
                let message = format!(
                    "has {} entries: use 1 to {WEEKLY_MAX}, such as \
                     `mon-fri 09:00-12:00, 13:00-17:00`",
                    roster.hours.len()
                );
                check.add(&key, message);
            }
            let mut hours = Hours::always();
            for text in &roster.hours {
                match text.parse() {
                    Ok(span) => hours.weekly.push(span),
                    Err(error) => check.add(&key, error.to_string()),
                }
            }
            rosters.insert(roster.interpreter, hours);
        }
        rosters
    }

    /// The local midnights with which the plan's days begin.
    fn midnights(&self, configuration: &Configuration, check: &mut Check) -> Vec<Timestamp> {
        let Ok(week) = self.week.parse::<jiff::civil::Date>() else {
            let message = format!("`{}` is not a date: write `2026-11-23`", self.week);
            check.add("week", message);
            return Vec::new();
        };
        if self.days.is_empty() {
            check.add("days", "is empty: name at least one day, such as `mon`");
        }
        let at_utc = week.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let moment = at_utc.map(|at| at.timestamp().as_millisecond());
        let Some(first) = moment.ok().and_then(|at| u64::try_from(at).ok()) else {
            check.add("week", "lies before 1970: name a week to come");
            return Vec::new();
        };
        let from = Timestamp(first) - MIDNIGHT_FIRST;
        let mut midnights = Vec::new();
        for (index, day) in self.days.iter().enumerate() {
            let whole = format!("{day} 00:00-24:00").parse::<WeeklySpan>();
            let one = !day.contains(['-', ',', ' ']) && day != "daily";
            let Some(whole) = whole.ok().filter(|_| one) else {
                let message =
                    format!("`{day}` is not a day: use mon, tue, wed, thu, fri, sat, sun");
                check.add(format!("days[{}]", index + 1), message);
                continue;
            };
            let hours = Hours {
                weekly: vec![whole],
                ..Hours::always()
            };
            let spans = hours.spans(&configuration.zone, from, from + Millis(DAY.0 * 9));
            // The first may be cut by the beginning of the search.
            let begins = spans.iter().map(|(begins, _)| *begins);
            midnights.extend(begins.filter(|begins| *begins > from).take(1));
        }
        midnights
    }
}

/// Somebody new takes each language in every way it is called, in the first tier.
fn newcomer(roster: &Roster, known: &Configuration, key: &str, check: &mut Check) -> Qualification {
    let mut person = Qualification::default();
    for language in &roster.languages {
        let Some(rules) = known.languages.get(language) else {
            let message = format!("`{language}` is not in the configuration's languages");
            check.add(format!("{key}.languages"), message);
            continue;
        };
        let modes = rules.modes.iter().copied().collect();
        let tier = Tier::FIRST;
        person.skills.insert(*language, Skill { tier, modes });
    }
    person
}

fn visitors_of(arrivals: &Arrivals, key: &str, common: &[f64], check: &mut Check) -> Visitors {
    let (profile, profile_key) = if arrivals.profile.is_empty() {
        (common, String::from("profile"))
    } else {
        (&*arrivals.profile, format!("{key}.profile"))
    };
    let calls = arrivals.calls_per_day;
    check.within(format!("{key}.calls_per_day"), calls, 0.0, VISITORS_MAX);
    let handling = arrivals.handling_min;
    check.within(format!("{key}.handling_min"), handling, 0.1, MINUTES_MAX);
    let spread = arrivals.handling_spread;
    check.within(format!("{key}.handling_spread"), spread, 0.0, 5.0);
    let patience = arrivals.patience_min;
    check.within(format!("{key}.patience_min"), patience, 0.1, MINUTES_MAX);
    check.within(format!("{key}.callback"), arrivals.callback, 0.0, 1.0);
    Visitors {
        per_quarter: per_quarter(profile, calls, &profile_key, check),
        talk: Length::LogNormal {
            mean: minutes(handling),
            spread,
        },
        patience: Some(Length::Exponential {
            mean: minutes(patience),
        }),
        callback: arrivals.callback,
        appointment: 0.0,
        transfer: 0.0,
    }
}

fn per_quarter(profile: &[f64], calls: f64, key: &str, check: &mut Check) -> Vec<f64> {
    let whole: f64 = profile.iter().sum();
    let sound = profile.len() == HOURS && profile.iter().all(|part| *part >= 0.0);
    if !sound || whole <= 0.0 || !whole.is_finite() {
        // The common profile is looked at once for each language: say it once.
        let said = check.0.iter().any(|problem| problem.key == key);
        if !said {
            let message = format!(
                "must have {HOURS} numbers from 0 on, one for each hour, not all 0; it has {}",
                profile.len()
            );
            check.add(key, message);
        }
        return Vec::new();
    }
    (0..QUARTERS)
        .map(|quarter| calls * profile[quarter * HOURS / QUARTERS] / whole / PER_HOUR)
        .collect()
}

fn answers(answering: &Answering, check: &mut Check) -> Answers {
    let key = |name: &str| format!("answering.{name}");
    check.within(key("delay_s"), answering.delay_s, 0.0, 120.0);
    check.within(key("decline"), answering.decline, 0.0, 1.0);
    check.within(key("miss"), answering.miss, 0.0, 1.0);
    let every = answering.break_every_min;
    check.within(key("break_every_min"), every, 0.0, MINUTES_MAX);
    check.within(key("break_min"), answering.break_min, 0.0, MINUTES_MAX);
    Answers {
        delay: Length::LogNormal {
            mean: minutes(answering.delay_s / 60.0),
            spread: ANSWER_SPREAD,
        },
        decline: answering.decline,
        miss: answering.miss,
        break_every: (every > 0.0).then(|| Length::Exponential {
            mean: minutes(every),
        }),
        break_length: Length::LogNormal {
            mean: minutes(answering.break_min),
            spread: 0.4,
        },
        ..Answers::default()
    }
}

fn minutes(minutes: f64) -> Millis {
    Millis((minutes * 60_000.0).round() as u64)
}
