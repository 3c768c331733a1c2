//! What was simulated and under which names it is shown.

use super::text::{Speech, Words};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::simulation::Summary;
use passerelle_signaling::tag::Language;
use std::collections::BTreeMap;

/// One scenario, played.
pub(super) struct Played {
    /// What it is called.
    pub(super) name: String,
    /// What its days said.
    pub(super) summary: Summary,
}

/// One or two scenarios side by side.
pub(super) struct Report {
    /// The service's name.
    pub(super) service: String,
    /// In which language it is told.
    pub(super) speech: Speech,
    /// The first seed.
    pub(super) seed: u64,
    /// The scenarios.
    pub(super) played: Vec<Played>,
    /// Names of languages, in the order of the configuration.
    pub(super) languages: Vec<(Language, String)>,
    /// Names of interpreters.
    pub(super) interpreters: BTreeMap<InterpreterId, String>,
}

impl Report {
    pub(super) fn words(&self) -> &'static Words {
        self.speech.words()
    }

    /// Languages there are calls of, in any scenario.
    pub(super) fn called(&self) -> impl Iterator<Item = &(Language, String)> {
        let is_called = |language: Language| {
            let mut played = self.played.iter();
            played.any(|played| played.summary.languages().contains(&language))
        };
        let languages = self.languages.iter();
        languages.filter(move |(language, _)| is_called(*language))
    }

    /// The first and the last hour with calls of this language.
    pub(super) fn hours(&self, language: Language) -> std::ops::RangeInclusive<u8> {
        let all = self.played.iter().flat_map(|played| &played.summary.cells);
        let hours = all.filter(|((of, _), _)| *of == language);
        let hours = hours.map(|((_, hour), _)| *hour);
        let (first, last) = hours.fold((23, 0), |(first, last), hour| {
            (hour.min(first), hour.max(last))
        });
        first..=last
    }

    /// Whether there is something to compare.
    pub(super) fn compares(&self) -> bool {
        self.played.len() > 1
    }

    /// The name of an interpreter; somebody only the scenario knows goes by the number.
    pub(super) fn interpreter(&self, id: InterpreterId) -> String {
        let known = self.interpreters.get(&id).cloned();
        known.unwrap_or_else(|| format!("{} {id}", self.words().new))
    }
}
