//! The embedded demo and example are sound; every bad combination is named by its keys.

mod limits;
mod subjects;

use super::*;
use passerelle_signaling::need::{Mode, Pool, Tier};
use passerelle_signaling::protocol::LanguageMode;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

fn demo() -> Config {
    Config::demo().unwrap()
}

fn keys(config: &Config) -> Vec<String> {
    let problems = config.problems().0.into_iter();
    problems.map(|problem| problem.key).collect()
}

#[test]
fn the_demo_is_sound_and_as_large_as_the_reference_city() {
    let demo = demo().checked().unwrap();
    assert_eq!(demo.remarks(), Vec::<String>::new());
    let tablets = demo.configuration().tablets;
    assert_eq!((demo.sites.len(), tablets.len()), (28, 28));
    let same_number = |(tablet, site): (&_, &SiteSection)| *tablet == site.id.0;
    assert!(
        (1..=28)
            .collect::<Vec<_>>()
            .iter()
            .zip(&demo.sites)
            .all(same_number)
    );
    let tags: Vec<_> = demo.languages.iter().map(|l| l.tag.to_string()).collect();
    assert_eq!(tags, ["fsl", "en", "ar", "uk", "pt"]);
    let mut takers = BTreeMap::new();
    for language in demo
        .interpreters
        .iter()
        .flat_map(InterpreterSection::all_languages)
    {
        *takers.entry(language).or_insert(0) += 1;
    }
    assert!(
        takers.len() == 5 && takers.values().all(|count| *count >= 2),
        "{takers:?}"
    );
}

#[test]
fn the_example_is_sound_and_states_the_real_defaults() {
    let example = Config::from_toml(EXAMPLE_TOML).unwrap();
    let defaults = Config {
        languages: example.languages.clone(),
        sites: example.sites.clone(),
        subjects: example.subjects.clone(),
        interpreters: example.interpreters.clone(),
        ..Config::default()
    };
    assert_eq!(example, defaults);
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    let error = Config::from_toml("[listen]\nadress = \"0.0.0.0:1\"\n").unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("listen.adress: unknown key; known: address, connections_per_address"),
        "{message}"
    );
    let error =
        Config::from_toml("[[sites]]\nid = 1\nname = \"a\"\ntablets = \"x\"\n").unwrap_err();
    assert!(error.to_string().contains("sites[1].tablets"), "{error}");
}

#[test]
fn plain_http_on_a_public_address_is_refused_with_both_keys() {
    let mut config = demo();
    config.tls.mode = TlsMode::Off;
    assert!(keys(&config).is_empty());
    config.listen.address = SocketAddr::from(([0, 0, 0, 0], 8443));
    let problems = config.problems();
    assert_eq!(keys(&config), ["tls.mode"]);
    assert!(problems.to_string().contains("listen.address"));
}

#[test]
fn own_certificate_files_come_in_pairs() {
    let mut config = demo();
    config.tls.mode = TlsMode::Files;
    assert_eq!(keys(&config), ["tls.certificate", "tls.key"]);
    config.tls.certificate = Some(PathBuf::from("c.pem"));
    assert_eq!(keys(&config), ["tls.key"]);
    config.tls.mode = TlsMode::Development;
    assert_eq!(keys(&config), ["tls.certificate"]);
}

#[test]
fn every_problem_is_reported_at_once() {
    let mut config = demo();
    config.service.time_zone = String::from("Europe/Amiens");
    config.rules.offer_ms = passerelle_signaling::time::Millis(20);
    config.sites[1].id = config.sites[0].id;
    config.sites[2].tablets = config.sites[0].tablets.clone();
    config.sites[3].name = String::from(" ");
    config.interpreters[0].languages = vec!["de".parse().unwrap()];
    config.interpreters[1].id = config.interpreters[0].id;
    config.interpreters[2].languages.clear();
    config.languages[1].tag = config.languages[0].tag;
    let expected = [
        "service.time_zone",
        "rules.offer_ms",
        "languages[2].tag",
        "sites[2].id",
        "sites[3].tablets",
        "sites[4].name",
        "interpreters[1].languages",
        "interpreters[2].languages",
        "interpreters[2].id",
        "interpreters[3].languages",
        "interpreters[6].skills[1].language",
        "interpreters[7].skills[1].language",
        "interpreters[10].skills[1].language",
    ];
    let mut found = keys(&config);
    found.retain(|key| expected.contains(&key.as_str()));
    found.dedup();
    assert_eq!(found, expected);
}

#[test]
fn a_language_nobody_takes_is_remarked_on() {
    let mut config = demo();
    config.interpreters.truncate(2);
    let remarks = config.remarks();
    let nobody = |remark: &&String| remark.contains("nobody in `interpreters` takes");
    assert_eq!(remarks.iter().filter(nobody).count(), 3);
    assert!(config.checked().is_ok());
}

#[test]
fn a_certification_that_nobody_of_a_language_has_is_remarked_on() {
    let mut config = demo();
    config.interpreters[4].certifications.clear();
    let remarks = config.remarks();
    assert_eq!(remarks.len(), 1);
    assert!(remarks[0].contains("`medical`") && remarks[0].contains("`uk`"));
    assert!(config.checked().is_ok());
}

#[test]
fn an_address_that_may_connect_too_seldom_is_a_problem_at_zero_and_remarked_on_before() {
    let mut config = demo();
    config.listen.connections_per_address = 199;
    let remarks = config.remarks();
    assert!(remarks.len() == 1 && remarks[0].contains("is 199"));
    assert!(config.clone().checked().is_ok());
    config.listen.connections_per_address = 0;
    assert_eq!(keys(&config), ["listen.connections_per_address"]);
    config.listen.connections_per_address = 200;
    assert_eq!(config.remarks(), Vec::<String>::new());
}

/// The demo without this line, with another in its place.
fn demo_with(line: &str, other: &str) -> String {
    assert!(DEMO_TOML.contains(line), "{line}");
    DEMO_TOML.replacen(line, other, 1)
}

/// The keys and messages of everything wrong with this text.
fn problems(text: &str) -> Vec<(String, String)> {
    match Config::from_toml(text) {
        Err(ConfigError::Inconsistent(Problems(all))) => all
            .into_iter()
            .map(|problem| (problem.key, problem.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_sentence_that_cannot_be_read_is_named_at_its_key_with_the_others() {
    let text = demo_with(
        "modes = [\"sign\", \"text_relay\"]\n",
        "modes = [\"sign\"]\nqueue_max = 0\nwait_max_ms = 20\n\
         hours = { weekly = [\"mo-fr 8-12\"], closed = [\"tomorrow\"], \
         exceptions = [\"2026-12-05\"], holidays = \"spain\" }\n",
    )
    .replacen("at once ring one of tier 1", "ring somebody", 1)
    .replacen("after 30 s ring 2 of tiers 1 to 2", "soon", 1)
    .replacen("mon-fri 08:30-13:00", "at noon", 1)
    .replacen("tier = 2", "tier = 10", 1);
    let found = problems(&text);
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    let expected = [
        "languages[1].steps[1]",
        "languages[1].steps[2]",
        "languages[1].hours.weekly[1]",
        "languages[1].hours.closed[1]",
        "languages[1].hours.exceptions[1]",
        "languages[1].hours.holidays",
        "languages[1].queue_max",
        "languages[1].wait_max_ms",
        "interpreters[4].roster.weekly[1]",
        "interpreters[6].skills[1].tier",
    ];
    assert_eq!(keys, expected);
    assert!(
        found[0].1.contains("at once ring one of tier 1"),
        "{found:?}"
    );
}

#[test]
fn steps_that_do_not_follow_each_other_are_refused() {
    let text = demo_with(
        "after 30 s ring 2 of tiers 1 to 2",
        "after 3 min ring one of tier 1",
    );
    let found = problems(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "languages[1].steps");
    assert!(found[0].1.contains("put the steps in order"), "{found:?}");
}

#[test]
fn audio_alone_is_never_offered_for_what_is_seen() {
    let last = "after 2 min ring all of every tier and the overflow pool\"";
    let audio = "after 2 min ring all of every tier and the overflow pool, audio will do\"";
    for modes in [
        "[\"sign\"]",
        "[\"cued_speech\", \"spoken_video\", \"spoken_audio\"]",
    ] {
        let text = demo_with(last, audio).replacen("[\"sign\", \"text_relay\"]", modes, 1);
        let found = problems(&text);
        assert_eq!(found[0].0, "languages[1].steps[3]", "{found:?}");
        assert!(found[0].1.contains("seen, not heard"), "{found:?}");
    }
    // Spoken, but nobody could work so.
    let text = demo_with("modes = [\"spoken_video\", \"spoken_audio\"]\n", "");
    let found = problems(&text);
    assert_eq!(found[0].0, "languages[2].steps[3]", "{found:?}");
    assert!(found[0].1.contains("`spoken_audio`"), "{found:?}");
}

#[test]
fn a_skill_must_be_of_a_language_and_a_mode_that_are_offered_and_named_once() {
    let text = demo_with("modes = [\"spoken_audio\"]", "modes = [\"sign\"]")
        .replacen("language = \"fsl\"", "language = \"de\"", 1)
        .replacen("language = \"en\"", "language = \"uk\"", 1)
        .replacen("[\"sign\", \"text_relay\"]", "[\"sign\", \"sign\"]", 1);
    let keys: Vec<String> = problems(&text).into_iter().map(|(key, _)| key).collect();
    let expected = [
        "languages[1].modes",
        "interpreters[6].skills[1].language",
        "interpreters[8].skills[1].language",
        "interpreters[10].skills[1].modes",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn the_short_and_the_long_form_of_a_skill_mean_what_they_say() {
    let configuration = demo().configuration();
    let person = |id| &configuration.interpreters[&passerelle_signaling::ids::InterpreterId(id)];
    let skill = |id, tag: &str| person(id).skills[&tag.parse().unwrap()].clone();
    let both = BTreeSet::from([Mode::SpokenVideo, Mode::SpokenAudio]);
    assert_eq!(
        (skill(6, "uk").tier, skill(6, "uk").modes),
        (Tier(1), both.clone())
    );
    assert_eq!((skill(6, "en").tier, skill(6, "en").modes), (Tier(2), both));
    assert_eq!(skill(10, "en").modes, BTreeSet::from([Mode::SpokenAudio]));
    assert_eq!(
        (person(10).pool, person(1).pool),
        (Pool::Overflow, Pool::Own)
    );
}

#[test]
fn the_wire_is_told_signed_or_spoken_by_the_usual_way() {
    let mut config = demo();
    let told = |config: &Config| config.directory().languages[0].mode;
    assert_eq!(told(&config), LanguageMode::Signed);
    config.languages[0].modes = vec![Mode::CuedSpeech, Mode::SpokenVideo];
    assert_eq!(told(&config), LanguageMode::Signed);
    config.languages[0].modes = vec![Mode::TextRelay, Mode::Sign];
    assert_eq!(told(&config), LanguageMode::Spoken);
}

#[test]
fn more_kinds_of_certification_than_can_be_told_apart_are_refused() {
    let mut config = demo();
    let kinds = (0..=CERTIFICATIONS_MAX).map(|number| format!("kind-{number}").parse().unwrap());
    config.interpreters[0].certifications = kinds.collect();
    assert_eq!(keys(&config), ["interpreters.certifications"]);
}

#[test]
fn a_reload_keeps_what_needs_a_restart_and_says_so() {
    let running = demo();
    let mut next = demo();
    next.service.name = String::from("Métropole");
    next.service.time_zone = String::from("Europe/Brussels");
    next.listen.address = SocketAddr::from(([127, 0, 0, 1], 1));
    next.media.announced = vec![[10, 0, 0, 1].into()];
    let kept = next.keep_what_needs_a_restart(&running);
    assert_eq!(kept, ["listen", "media", "service.time_zone"]);
    assert_eq!(next.service.name, "Métropole");
    next.service.name.clone_from(&running.service.name);
    assert_eq!(next, running);
}

#[test]
fn a_configuration_survives_being_printed_and_read() {
    for text in [DEMO_TOML, EXAMPLE_TOML] {
        let config = Config::from_toml(text).unwrap();
        let printed = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&printed).unwrap(), config);
    }
}
