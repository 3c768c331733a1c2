//! The planning tool: a plan that is read and simulated, and plans that cannot be.

use crate::city::{hours, language};
use passerelle_signaling::configuration::{Configuration, LanguageRules, SiteRules};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Skill, Tier};
use passerelle_signaling::simulation::{Plan, PlanProblems, Summary, run};
use passerelle_signaling::time::Millis;
use std::collections::BTreeMap;

const EXAMPLE: &str = include_str!("../../deploy/scenario.example.toml");

/// The service of the commented example: sign language and English, one interpreter.
fn configuration() -> Configuration {
    let modes = vec![Mode::SpokenVideo];
    let rules = LanguageRules {
        modes: modes.clone(),
        hours: hours("mon-fri 08:00-18:00"),
        ..LanguageRules::default()
    };
    let skill = Skill {
        tier: Tier::FIRST,
        modes: modes.into_iter().collect(),
    };
    let skills = ["fsl", "en"].map(|tag| (language(tag), skill.clone()));
    let person = Qualification {
        skills: skills.into(),
        ..Qualification::default()
    };
    Configuration {
        languages: ["fsl", "en"]
            .map(|tag| (language(tag), rules.clone()))
            .into(),
        sites: BTreeMap::from([(SiteId(1), SiteRules::default())]),
        tablets: (1..=20).map(|id| (TabletId(id), SiteId(1))).collect(),
        interpreters: BTreeMap::from([(InterpreterId(1), person)]),
        ..Configuration::default()
    }
}

fn plan(text: &str) -> Plan {
    toml::from_str(text).unwrap()
}

fn problems(text: &str) -> PlanProblems {
    plan(text).scenarios(&configuration()).unwrap_err()
}

fn summary(plan: &Plan, days: u64) -> Summary {
    let scenarios = plan.scenarios(&configuration()).unwrap();
    let mut summary = Summary::default();
    for seed in 0..days {
        let scenario = &scenarios[seed as usize % scenarios.len()];
        summary.add(scenario.begins_at, &run(scenario, seed, &mut ()));
    }
    summary.done()
}

#[test]
fn the_commented_example_is_read_and_simulated() {
    let plan = plan(EXAMPLE);
    assert_eq!(plan.scenarios(&configuration()).unwrap().len(), 5);
    let summary = summary(&plan, 40);
    let signs = summary.whole(Some(language("fsl")));
    let per_day = signs.calls as f64 / 40.0;
    assert!((per_day - 30.0).abs() < 3.0, "{per_day} calls a day");
    assert!(signs.answered() > signs.calls / 2, "{signs:?}");
    // From the ring to the picture somebody always needs a few seconds.
    assert!(signs.wait(1).unwrap() > Millis(500));
    assert!(signs.wait(50) <= signs.wait(90));
    let level = signs.service_level(Millis::from_secs(180)).unwrap();
    assert!((0.05..=0.99).contains(&level), "{level}");
    let peak = &summary.cells[&(language("fsl"), 14)];
    let lunch = &summary.cells[&(language("fsl"), 12)];
    assert!(peak.calls > 2 * lunch.calls, "no peak from 14 to 16 h");
    let occupancy = summary.service[&InterpreterId(901)].occupancy().unwrap();
    assert!((0.3..=1.0).contains(&occupancy), "{occupancy}");
}

#[test]
fn the_default_plan_has_the_example_s_week_profile_and_answers() {
    let Plan {
        week,
        days,
        profile,
        answering,
        ..
    } = plan(EXAMPLE);
    let default = Plan::default();
    assert_eq!((week, days), (default.week, default.days));
    assert_eq!((profile, answering), (default.profile, default.answering));
}

#[test]
fn one_more_interpreter_shortens_the_wait_of_the_plan() {
    let with = plan(EXAMPLE);
    let mut without = with.clone();
    without.rosters.truncate(1);
    let waits = [with, without].map(|plan| summary(&plan, 20).whole(None));
    assert!(waits[0].wait_mean() < waits[1].wait_mean());
    assert!(waits[0].answered() > waits[1].answered());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_key() {
    let text = r#"
        week = "next"
        days = ["mon-fri"]
        profile = [1, 2]
        [answering]
        delay_s = -1
        [[arrivals]]
        language = "zz"
        calls_per_day = 1e9
        [[arrivals]]
        language = "en"
        calls_per_day = 1
        handling_min = nan
        [[arrivals]]
        language = "en"
        calls_per_day = 1
        [[rosters]]
        interpreter = 7
        hours = ["mon-fri 25:00-26:00"]
        [[rosters]]
        interpreter = 1
        languages = ["en"]
        hours = []
    "#;
    let PlanProblems(found) = problems(text);
    let keys: Vec<&str> = found.iter().map(|problem| &*problem.key).collect();
    for key in [
        "week",
        "profile",
        "answering.delay_s",
        "arrivals[1].language",
        "arrivals[1].calls_per_day",
        "arrivals[2].handling_min",
        "arrivals[3].language",
        "rosters[1].interpreter",
        "rosters[1].hours",
        "rosters[2].languages",
        "rosters[2].hours",
    ] {
        let named = keys.iter().filter(|named| **named == key).count();
        assert_eq!(named, 1, "{key} in {keys:?}");
    }
    let week = text.replace("\"next\"", "\"2026-11-23\"");
    assert!(problems(&week).to_string().contains("days[1]: `mon-fri`"));
}

#[test]
fn an_empty_plan_says_what_is_missing() {
    let said = problems("").to_string();
    assert!(said.contains("arrivals: is empty"), "{said}");
    assert!(said.contains("rosters: is empty"), "{said}");
}

#[test]
fn a_week_named_by_any_of_its_days_begins_at_local_midnight() {
    let mut plan = plan(EXAMPLE);
    plan.days = vec![String::from("mon")];
    let monday = plan.scenarios(&configuration()).unwrap()[0].begins_at;
    // Monday, 23 November 2026, 00:00 in Paris.
    assert_eq!(monday.0, 1_795_388_400_000);
    plan.week = String::from("2026-11-25");
    plan.days = vec![String::from("wed")];
    let wednesday = plan.scenarios(&configuration()).unwrap()[0].begins_at;
    assert_eq!(wednesday.since(monday), Millis::from_secs(2 * 24 * 60 * 60));
}
