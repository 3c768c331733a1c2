//! The city of the simulated days: 28 tablets at 28 sites, five languages that widen in different
//! ways, eight interpreters and two of a partner, peaks from 10 to 12 and from 14 to 16.

use passerelle_signaling::configuration::{Class, Configuration, LanguageRules, SiteRules};
use passerelle_signaling::hours::{Hours, Zone};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Pool, Qualification, Skill, Tier};
use passerelle_signaling::rules::Rules;
use passerelle_signaling::simulation::{Answers, Faults, Length, QUARTERS, Scenario, Visitors};
use passerelle_signaling::steps::{Step, Steps};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// Monday, 23 November 2026, midnight in Paris; and Sunday, 29 March 2026, when the clocks go on.
const MONDAY: Timestamp = Timestamp(1_795_388_400_000);
const SPRING_NIGHT: Timestamp = Timestamp(1_774_738_800_000);

const TABLETS: u32 = 28;

const HOUR: u64 = 3_600_000;

/// Parts of the day's calls in each hour.
const PROFILE: [f64; 24] = [
    0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.5, 2.0, 6.0, 11.0, 11.0, 4.0, 5.0, 12.0, 12.0, 7.0, 3.0,
    0.5, 0.0, 0.0, 0.0, 0.0, 0.0,
];

const FSL: &[&str] = &[
    "at once ring one of tier 1",
    "after 30 s ring 2 of tiers 1 to 2",
    "after 2 min ring all of every tier and the overflow pool",
];
const SPOKEN: &[&str] = &[
    "at once ring 2 of tier 1",
    "after 45 s ring all of every tier, audio will do",
];
const ALL: &[&str] = &["at once ring all of every tier and the overflow pool"];

pub(crate) fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

pub(crate) fn hours(sentence: &str) -> Hours {
    Hours {
        weekly: vec![sentence.parse().unwrap()],
        ..Hours::always()
    }
}

fn language_rules(steps: &[&str], modes: &[Mode]) -> LanguageRules {
    let steps: Vec<Step> = steps.iter().map(|step| step.parse().unwrap()).collect();
    LanguageRules {
        modes: modes.to_vec(),
        steps: Steps::try_from(steps).unwrap(),
        ..LanguageRules::default()
    }
}

fn interpreter(skills: &[(&str, u8, &[Mode])], medical: bool, pool: Pool) -> Qualification {
    let skill = |(tag, tier, modes): &(&str, u8, &[Mode])| {
        let modes = modes.iter().copied().collect();
        let tier = Tier(*tier);
        (language(tag), Skill { tier, modes })
    };
    Qualification {
        skills: skills.iter().map(skill).collect(),
        certifications: medical
            .then(|| "medical".parse().unwrap())
            .into_iter()
            .collect(),
        pool,
        ..Qualification::default()
    }
}

fn interpreters() -> BTreeMap<InterpreterId, Qualification> {
    const SIGN: &[Mode] = &[Mode::Sign];
    const VIDEO: &[Mode] = &[Mode::SpokenVideo, Mode::SpokenAudio];
    const VOICE: &[Mode] = &[Mode::SpokenAudio];
    let people = [
        interpreter(&[("fsl", 1, SIGN)], true, Pool::Own),
        interpreter(&[("fsl", 1, SIGN), ("en", 2, VIDEO)], false, Pool::Own),
        interpreter(&[("fsl", 2, SIGN)], false, Pool::Own),
        interpreter(&[("ar", 1, VIDEO), ("en", 2, VIDEO)], true, Pool::Own),
        interpreter(&[("ar", 1, VIDEO)], false, Pool::Own),
        interpreter(&[("uk", 1, VIDEO), ("en", 1, VOICE)], false, Pool::Own),
        interpreter(&[("uk", 2, VOICE), ("en", 1, VIDEO)], false, Pool::Own),
        interpreter(&[("pt", 1, VIDEO), ("en", 1, VIDEO)], true, Pool::Own),
        interpreter(&[("fsl", 2, SIGN)], true, Pool::Overflow),
        interpreter(&[("pt", 1, VIDEO), ("ar", 2, VIDEO)], false, Pool::Overflow),
    ];
    let planned = |number: u32| match number {
        // Nobody has said when the partner works.
        9.. => None,
        _ if number.is_multiple_of(2) => Some(hours("mon-sun 08:00-12:00, 13:00-16:00")),
        _ => Some(hours("mon-sun 09:30-13:00, 14:00-18:00")),
    };
    let of = |(number, person)| {
        let roster = planned(number);
        (InterpreterId(number), Qualification { roster, ..person })
    };
    (1..).zip(people).map(of).collect()
}

fn configuration() -> Configuration {
    let spoken = &[Mode::SpokenVideo, Mode::SpokenAudio];
    let mut languages = BTreeMap::from([
        (language("fsl"), language_rules(FSL, &[Mode::Sign])),
        (language("en"), language_rules(SPOKEN, spoken)),
        (language("ar"), language_rules(SPOKEN, spoken)),
        (language("uk"), language_rules(ALL, spoken)),
        (language("pt"), language_rules(SPOKEN, spoken)),
    ]);
    // So short a queue that some visitors find it full.
    if let Some(ukrainian) = languages.get_mut(&language("uk")) {
        ukrainian.queue_max = Some(2);
        ukrainian.wait_max_ms = Some(Millis::from_secs(8 * 60));
    }
    let site = |number: u32| SiteRules {
        hours: hours("daily 08:00-18:00"),
        class: match number {
            1 => Class::Emergency,
            2 | 3 => Class::Priority,
            _ => Class::Normal,
        },
        certification: number.is_multiple_of(9).then(|| "medical".parse().unwrap()),
    };
    let mut rules = Rules::default();
    // Half of what the rules ask for, so that some conversations reach the stop.
    rules.rest.stop_ms = Millis::from_secs(60 * 60);
    Configuration {
        rules,
        zone: Zone::default(),
        languages,
        sites: (1..=TABLETS)
            .map(|number| (SiteId(number), site(number)))
            .collect(),
        tablets: (1..=TABLETS)
            .map(|number| (TabletId(number), SiteId(number)))
            .collect(),
        interpreters: interpreters(),
        ..Configuration::default()
    }
}

/// What comes in at noon: somebody has left, somebody is new, and every language rings everybody.
fn configuration_at_noon() -> Configuration {
    let mut configuration = configuration();
    configuration.interpreters.remove(&InterpreterId(5));
    let colleague = configuration.interpreters[&InterpreterId(4)].clone();
    configuration
        .interpreters
        .insert(InterpreterId(11), colleague);
    for rules in configuration.languages.values_mut() {
        rules.steps = language_rules(ALL, &[Mode::Sign]).steps;
    }
    configuration.rules.offer_ms = Millis::from_secs(15);
    configuration
}

fn visitors() -> BTreeMap<Language, Visitors> {
    let of = |(tag, calls, talk_min): (&str, f64, u64)| {
        let whole: f64 = PROFILE.iter().sum();
        let per_quarter = (0..QUARTERS).map(|quarter| calls * PROFILE[quarter / 4] / whole / 4.0);
        let visitors = Visitors {
            per_quarter: per_quarter.collect(),
            talk: Length::LogNormal {
                mean: Millis::from_secs(talk_min * 60),
                spread: 0.8,
            },
            patience: Some(Length::LogNormal {
                mean: Millis::from_secs(8 * 60),
                spread: 1.2,
            }),
            callback: 0.3,
            appointment: 0.25,
            transfer: 0.04,
        };
        (language(tag), visitors)
    };
    [
        ("fsl", 45.0, 14),
        ("en", 30.0, 9),
        ("ar", 35.0, 12),
        ("uk", 25.0, 12),
        ("pt", 20.0, 10),
    ]
    .into_iter()
    .map(of)
    .collect()
}

/// A day with everything that can go wrong. One in seven is the Sunday on which the clocks go on.
pub(crate) fn day(seed: u64) -> Scenario {
    let begins_at = if seed.is_multiple_of(7) {
        SPRING_NIGHT
    } else {
        MONDAY
    };
    let at = |hours: f64| begins_at + Millis((hours * HOUR as f64) as u64);
    let early = vec![(at(8.0), at(12.0)), (at(13.0), at(16.0))];
    let late = vec![(at(9.5), at(13.0)), (at(14.0), at(18.0))];
    let rosters = (1..=11).map(|number| {
        let spans = if number % 2 == 0 { &early } else { &late };
        (InterpreterId(number), spans.clone())
    });
    Scenario {
        configuration: configuration(),
        begins_at,
        visitors: visitors(),
        rosters: rosters.collect(),
        answers: Answers {
            decline: 0.06,
            miss: 0.06,
            connect_failure: 0.03,
            extend_wrap_up: 0.15,
            end_wrap_up: 0.3,
            invite: 0.08,
            company: 0.15,
            break_every: Some(Length::Exponential {
                mean: Millis::from_secs(90 * 60),
            }),
            ..Answers::default()
        },
        coordinator_every: Some(Millis::from_secs(6 * 60)),
        reloads: vec![
            (at(12.0), configuration_at_noon()),
            (at(13.0), configuration()),
        ],
        faults: Faults {
            crashes: 3.0,
            losses: 60.0,
            closes: 40.0,
            doubles: 0.08,
            lates: 0.03,
        },
    }
}
