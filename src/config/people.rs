//! Section `interpreters`: who answers, in which languages and ways. Names are shown to
//! coordinators and to the person only; the journal knows the number.

use super::hours::HoursSection;
use super::languages::mode_name;
use super::rules::{LENGTH_MAX, WORK_MIN, check_length};
use super::{LanguageSection, Problems};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::need::{Mode, Pool, Qualification, Skill, Tier};
use passerelle_signaling::private::Pii;
use passerelle_signaling::tag::{Certification, Language};
use passerelle_signaling::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Interpreters of one gateway: ten times the largest shared pool known.
const INTERPRETERS_MAX: usize = 10_000;

/// A person who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterpreterSection {
    /// The number, never given to another person.
    pub id: InterpreterId,
    /// The name shown to colleagues.
    pub name: Pii<String>,
    /// The short form: languages taken in tier 1, in every way they are interpreted.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// The long form: languages with a tier, or taken in some ways only.
    #[serde(default)]
    pub skills: Vec<SkillSection>,
    /// What they are certified for.
    #[serde(default)]
    pub certifications: Vec<Certification>,
    /// The service's own, or a partner's who is rung once a step says so.
    #[serde(default)]
    pub pool: Pool,
    /// Consecutive work after which this person is relieved, when shorter than the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relief_ms: Option<Millis>,
    /// A pause between calls that counts as rest for this person, when longer than the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_ms: Option<Millis>,
    /// Work without rest after which this person is not rung, when shorter than the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_ms: Option<Millis>,
    /// When they are planned to be on duty; lets waiting screens say when somebody comes, and
    /// appointments be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<HoursSection>,
}

/// One language of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillSection {
    /// The language.
    pub language: Language,
    /// How early they are rung for it: 1 first.
    #[serde(default = "first_tier")]
    pub tier: Tier,
    /// The ways they work in it. Empty: all ways of the language.
    #[serde(default)]
    pub modes: Vec<Mode>,
}

const fn first_tier() -> Tier {
    Tier::FIRST
}

impl InterpreterSection {
    /// Every language taken, in the order written.
    pub fn all_languages(&self) -> impl Iterator<Item = Language> {
        let long = self.skills.iter().map(|skill| skill.language);
        self.languages.iter().copied().chain(long)
    }

    /// What the core may know of them.
    pub(super) fn qualification(&self, languages: &[LanguageSection]) -> Qualification {
        let modes_of = |tag: Language| {
            let found = languages.iter().find(|language| language.tag == tag);
            found.map_or(&[][..], |language| &language.modes)
        };
        let short = self.languages.iter().map(|tag| {
            let modes = modes_of(*tag).iter().copied().collect();
            (
                *tag,
                Skill {
                    tier: Tier::FIRST,
                    modes,
                },
            )
        });
        let long = self.skills.iter().map(|skill| {
            let modes = match skill.modes.as_slice() {
                [] => modes_of(skill.language),
                some => some,
            };
            let (tier, modes) = (skill.tier, modes.iter().copied().collect());
            (skill.language, Skill { tier, modes })
        });
        Qualification {
            skills: short.chain(long).collect(),
            certifications: self.certifications.iter().copied().collect(),
            pool: self.pool,
            relief_ms: self.relief_ms,
            rest_ms: self.rest_ms,
            stop_ms: self.stop_ms,
            roster: self.roster.as_ref().map(HoursSection::hours),
        }
    }

    fn check(
        &self,
        key: &str,
        offered: &BTreeMap<Language, &LanguageSection>,
        problems: &mut Problems,
    ) {
        problems.check_name(&format!("{key}.name"), self.name.reveal());
        if self.languages.is_empty() && self.skills.is_empty() {
            let message = "is empty, and there are no `skills`: this person is never rung";
            problems.add(format!("{key}.languages"), message);
        }
        if let Some(roster) = &self.roster {
            roster.check(&format!("{key}.roster"), problems);
        }
        let mut seen = BTreeSet::new();
        let short = self
            .languages
            .iter()
            .map(|tag| (tag, "languages".to_owned()));
        let long = self.skills.iter().enumerate();
        let long =
            long.map(|(at, skill)| (&skill.language, format!("skills[{}].language", at + 1)));
        for (tag, at) in short.chain(long) {
            let at = format!("{key}.{at}");
            if !offered.contains_key(tag) {
                let message =
                    format!("`{tag}` is in no `languages` entry: add it there or remove it");
                problems.add(at, message);
            } else if !seen.insert(tag) {
                let message =
                    format!("`{tag}` is named twice: keep one, in `skills` with its tier");
                problems.add(at, message);
            }
        }
        for (at, skill) in self.skills.iter().enumerate() {
            let language = offered.get(&skill.language).copied();
            skill.check(&format!("{key}.skills[{}]", at + 1), language, problems);
        }
        let limits = [
            ("relief_ms", self.relief_ms, WORK_MIN),
            ("rest_ms", self.rest_ms, Millis(0)),
            ("stop_ms", self.stop_ms, WORK_MIN),
        ];
        for (name, length, least) in limits {
            if let Some(length) = length {
                check_length(
                    &format!("{key}.{name}"),
                    length,
                    least,
                    LENGTH_MAX,
                    problems,
                );
            }
        }
    }
}

impl SkillSection {
    fn check(&self, key: &str, language: Option<&LanguageSection>, problems: &mut Problems) {
        let (first, last) = (Tier::FIRST.0, Tier::LAST.0);
        if !(first..=last).contains(&self.tier.0) {
            let message = format!("is {}: use {first} (rung first) to {last}", self.tier.0);
            problems.add(format!("{key}.tier"), message);
        }
        let Some(language) = language else { return };
        for mode in &self.modes {
            if !language.modes.contains(mode) {
                let message = format!(
                    "`{}` is not offered as `{}`: add that to the `modes` of the language, or \
                     remove it here",
                    language.tag,
                    mode_name(*mode)
                );
                problems.add(format!("{key}.modes"), message);
            }
        }
    }
}

pub(super) fn check(
    people: &[InterpreterSection],
    languages: &[LanguageSection],
    problems: &mut Problems,
) {
    if people.len() > INTERPRETERS_MAX {
        problems.add(
            "interpreters",
            format!("has more than {INTERPRETERS_MAX} entries"),
        );
    }
    let offered = languages.iter().map(|language| (language.tag, language));
    let offered: BTreeMap<Language, &LanguageSection> = offered.collect();
    let mut seen = BTreeMap::new();
    for (index, person) in people.iter().enumerate() {
        let key = format!("interpreters[{}]", index + 1);
        person.check(&key, &offered, problems);
        if let Some(first) = seen.insert(person.id, key.clone()) {
            let message = format!("{} is already the id of {first}", person.id);
            problems.add(format!("{key}.id"), message);
        }
    }
}
