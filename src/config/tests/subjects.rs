//! What conversations may be about, and the ways of each language, as screens are told.

use super::*;

#[test]
fn subjects_are_told_in_the_order_of_the_configuration_and_known_to_the_core_by_tag() {
    let demo = demo();
    let told = demo.directory().subjects;
    let tags: Vec<String> = told.iter().map(|one| one.subject.to_string()).collect();
    assert_eq!(tags[..2], ["civil-status", "housing"]);
    assert_eq!(tags.last().unwrap(), "other");
    assert_eq!(told[0].name_fr, "État civil");
    assert_eq!(told[0].name_en, "Civil status");
    let known = demo.configuration().subjects;
    assert_eq!(known, told.iter().map(|one| one.subject).collect());
}

#[test]
fn a_subject_listed_twice_or_without_a_name_is_refused_and_so_are_too_many() {
    let mut config = demo();
    config.subjects[1].tag = config.subjects[0].tag;
    config.subjects[2].name_fr = String::from(" ");
    config.subjects[3].name_en = "é".repeat(81);
    let expected = [
        "subjects[2].tag",
        "subjects[3].name_fr",
        "subjects[4].name_en",
    ];
    assert_eq!(keys(&config), expected);
    let one = demo().subjects[0].clone();
    let numbered = |number: usize| SubjectSection {
        tag: format!("subject-{number}").parse().unwrap(),
        ..one.clone()
    };
    let mut config = demo();
    config.subjects = (1..=32).map(numbered).collect();
    assert_eq!(keys(&config), Vec::<String>::new());
    config.subjects.push(numbered(33));
    assert_eq!(keys(&config), ["subjects"]);
}

#[test]
fn the_ways_of_a_language_are_told_with_the_usual_one_first() {
    let languages = demo().directory().languages;
    assert_eq!(languages[0].modes, [Mode::Sign, Mode::TextRelay]);
    assert_eq!(languages[1].modes, [Mode::SpokenVideo, Mode::SpokenAudio]);
}

#[test]
fn two_interpreters_of_the_demo_take_signers_by_text_and_every_language_has_a_roster() {
    let configuration = demo().configuration();
    let fsl = "fsl".parse().unwrap();
    let by_text = |person: &&passerelle_signaling::need::Qualification| {
        let skill = person.skills.get(&fsl);
        skill.is_some_and(|skill| skill.modes.contains(&Mode::TextRelay))
    };
    let people = || configuration.interpreters.values();
    assert_eq!(people().filter(by_text).count(), 2);
    for language in configuration.languages.keys() {
        let planned = people().filter(|one| one.roster.is_some());
        let takers = planned.filter(|one| one.skills.contains_key(language));
        assert!(takers.count() >= 2, "{language}");
    }
}
