//! The embedded demo and example are sound; every bad combination is named by its keys.

use super::*;
use std::collections::BTreeMap;
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
        .flat_map(|person| &person.languages)
    {
        *takers.entry(*language).or_insert(0) += 1;
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
        message.contains("listen.adress: unknown key; known: address"),
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
        "interpreters[2].id",
        "interpreters[2].languages",
        "interpreters[3].languages",
        "interpreters[6].languages",
        "interpreters[7].languages",
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
    assert_eq!(config.remarks().len(), 3);
    assert!(config.checked().is_ok());
}
