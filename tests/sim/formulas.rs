//! The simulation against what is known without it: Erlang's formula, and that help never hurts.

use crate::city::language;
use passerelle_signaling::configuration::{Configuration, LanguageRules, SiteRules};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Skill, Tier};
use passerelle_signaling::rules::{RestRules, Rules};
use passerelle_signaling::simulation::{
    Answers, Faults, Length, QUARTERS, Scenario, Visitors, run,
};
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::BTreeMap;

const HOUR: Millis = Millis::from_secs(60 * 60);
const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// Mean length of a conversation.
const TALK: Millis = Millis::from_secs(5 * 60);

/// Long past the end of the day: a limit that is never reached.
const NEVER: Millis = Millis::from_secs(30 * 24 * 60 * 60);

/// One language, calls at a constant rate all day, nothing but conversations takes time, and nobody
/// leaves: the M/M/s queue. `load` is in Erlangs (conversations under way if nobody waited).
fn quiet(interpreters: u32, load: f64) -> Scenario {
    let modes = vec![Mode::SpokenVideo];
    let english = LanguageRules {
        modes: modes.clone(),
        ..LanguageRules::default()
    };
    let skill = Skill {
        tier: Tier::FIRST,
        modes: modes.into_iter().collect(),
    };
    let person = Qualification {
        skills: BTreeMap::from([(language("en"), skill)]),
        ..Qualification::default()
    };
    let rules = Rules {
        wrap_up_ms: Millis(0),
        wait_max_ms: NEVER,
        ageing_ms: NEVER,
        queue_max: u32::MAX,
        rest: RestRules {
            relief_ms: BTreeMap::new(),
            stop_ms: NEVER,
            ..RestRules::default()
        },
        ..Rules::default()
    };
    let begins_at = Timestamp(0);
    let quarter = DAY.0 as f64 / QUARTERS as f64;
    let visitors = Visitors {
        per_quarter: vec![load * quarter / TALK.0 as f64; QUARTERS],
        talk: Length::Exponential { mean: TALK },
        patience: None,
        callback: 0.0,
        appointment: 0.0,
        transfer: 0.0,
    };
    let people = (1..=interpreters).map(InterpreterId);
    Scenario {
        configuration: Configuration {
            rules,
            languages: BTreeMap::from([(language("en"), english)]),
            sites: BTreeMap::from([(SiteId(1), SiteRules::default())]),
            tablets: (1..=120).map(|id| (TabletId(id), SiteId(1))).collect(),
            interpreters: people.clone().map(|id| (id, person.clone())).collect(),
            ..Configuration::default()
        },
        begins_at,
        visitors: BTreeMap::from([(language("en"), visitors)]),
        rosters: people
            .map(|id| (id, vec![(begins_at, begins_at + DAY)]))
            .collect(),
        answers: Answers::at_once(),
        coordinator_every: None,
        reloads: Vec::new(),
        faults: Faults::default(),
    }
}

/// Waits of all answered calls of these days that came after the queue had filled.
fn waits(scenario: &Scenario, seeds: std::ops::Range<u64>) -> Vec<f64> {
    let warm = scenario.begins_at + Millis(HOUR.0 * 2);
    let mut waits = Vec::new();
    for seed in seeds {
        let day = run(scenario, seed, &mut ());
        assert_eq!(day.turned_away, 0, "too few tablets");
        let later = day.records.iter().filter(|call| call.queued_at >= warm);
        waits.extend(later.filter_map(|call| Some(call.wait()?.0 as f64)));
    }
    waits
}

fn mean(waits: &[f64]) -> f64 {
    waits.iter().sum::<f64>() / waits.len() as f64
}

/// Erlang C, the chance of having to wait: B₀ = 1, Bₙ = A·Bₙ₋₁ / (n + A·Bₙ₋₁),
/// C = B_N / (1 − (A/N)·(1 − B_N)).
fn erlang_c(interpreters: u32, load: f64) -> f64 {
    let blocked = (1..=interpreters).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    blocked / (1.0 - load / f64::from(interpreters) * (1.0 - blocked))
}

#[test]
fn erlangs_formula_gives_the_published_values() {
    // Load 2.5: C(3) to C(6).
    let known = [(3, 0.702), (4, 0.320), (5, 0.130), (6, 0.047)];
    for (interpreters, chance) in known {
        assert!((erlang_c(interpreters, 2.5) - chance).abs() < 0.001);
    }
}

#[test]
fn a_quiet_service_has_the_waits_of_erlangs_formula() {
    for (interpreters, load) in [(3, 2.0), (5, 3.5)] {
        let waits = waits(&quiet(interpreters, load), 1..121);
        let chance = erlang_c(interpreters, load);
        let spare = f64::from(interpreters) - load;
        let expected = chance * TALK.0 as f64 / spare;
        let measured = mean(&waits);
        let off = (measured / expected - 1.0).abs();
        assert!(off < 0.08, "mean wait {measured} ms, expected {expected}");
        // And the whole distribution: P(W > t) = C·e^(−(N−A)·t/T).
        for minutes in [0.0, 2.0, 5.0, 10.0] {
            let limit = minutes * 60_000.0;
            let longer = waits.iter().filter(|wait| **wait > limit).count();
            let measured = longer as f64 / waits.len() as f64;
            let expected = chance * (-spare * limit / TALK.0 as f64).exp();
            let off = (measured - expected).abs();
            assert!(
                off < 0.02,
                "P(W > {minutes} min) = {measured}, not {expected}"
            );
        }
    }
}

#[test]
fn more_interpreters_never_give_a_longer_mean_wait() {
    let means = (2..=6).map(|people| mean(&waits(&quiet(people, 1.8), 1..21)));
    let means: Vec<f64> = means.collect();
    assert!(means.is_sorted_by(|fewer, more| fewer >= more), "{means:?}");
    assert!(means[0] > 10.0 * means[3], "{means:?}");
}
