//! Section `interpreters`: who answers, and in which languages. Names are shown to coordinators and
//! to the person only; the journal knows the number.

use super::{LanguageSection, Problems};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::tag::Language;
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
    pub name: String,
    /// The languages taken.
    pub languages: Vec<Language>,
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
    let offered: BTreeSet<Language> = languages.iter().map(|language| language.tag).collect();
    let mut seen = BTreeMap::new();
    for (index, person) in people.iter().enumerate() {
        let key = format!("interpreters[{}]", index + 1);
        problems.check_name(&format!("{key}.name"), &person.name);
        if let Some(first) = seen.insert(person.id, key.clone()) {
            let message = format!("{} is already the id of {first}", person.id);
            problems.add(format!("{key}.id"), message);
        }
        if person.languages.is_empty() {
            problems.add(
                format!("{key}.languages"),
                "is empty: this person is never rung",
            );
        }
        for language in &person.languages {
            if !offered.contains(language) {
                let message =
                    format!("`{language}` is in no `languages` entry: add it there or remove it");
                problems.add(format!("{key}.languages"), message);
            }
        }
    }
}
