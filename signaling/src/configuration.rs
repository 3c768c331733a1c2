//! The directory and the rules as the core knows them: numbers, languages, limits, no names. All
//! of it may change while calls wait: a call keeps its place, and is served by whoever may take it
//! now.

use crate::hours::{Hours, Zone};
use crate::ids::{InterpreterId, SiteId, TabletId};
use crate::need::{Mode, Need, Qualification};
use crate::rules::Rules;
use crate::steps::{Step, Steps};
use crate::tag::{Certification, Language, Subject};
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What the core knows of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Deadlines and limits.
    pub rules: Rules,
    /// Where the hours are local time.
    pub zone: Zone,
    /// The languages that can be called.
    pub languages: BTreeMap<Language, LanguageRules>,
    /// The reception points.
    pub sites: BTreeMap<SiteId, SiteRules>,
    /// Which site each tablet is bound to.
    pub tablets: BTreeMap<TabletId, SiteId>,
    /// What conversations may be about.
    #[serde(default)]
    pub subjects: BTreeSet<Subject>,
    /// What each interpreter can do.
    pub interpreters: BTreeMap<InterpreterId, Qualification>,
}

/// How calls of one language are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LanguageRules {
    /// The ways it is interpreted, the usual one first.
    pub modes: Vec<Mode>,
    /// How the search widens.
    pub steps: Steps,
    /// When it can be called.
    pub hours: Hours,
    /// Calls that may wait at once, when not the rule's.
    pub queue_max: Option<u32>,
    /// The longest wait, when not the rule's.
    pub wait_max_ms: Option<Millis>,
}

impl Default for LanguageRules {
    fn default() -> Self {
        Self {
            modes: vec![Mode::SpokenVideo],
            steps: Steps::default(),
            hours: Hours::always(),
            queue_max: None,
            wait_max_ms: None,
        }
    }
}

/// How calls from one site are served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteRules {
    /// When it is open to visitors.
    pub hours: Hours,
    /// The class of its calls.
    pub class: Class,
    /// What its conversations require, such as `medical` at a health centre.
    pub certification: Option<Certification>,
}

/// How urgent a call is. The order is the order of service.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Danger to a person: before everybody, and never reached by ageing.
    Emergency,
    /// Before normal calls; a normal call that has waited long stands here too.
    Priority,
    /// As they come.
    #[default]
    Normal,
}

impl Configuration {
    /// The step of a search.
    pub fn step(&self, language: Language, number: usize) -> Step {
        let rules = self.languages.get(&language);
        rules.map_or_else(
            || *Steps::default().step(number),
            |rules| *rules.steps.step(number),
        )
    }

    /// When the step after this one begins, counted from the start of the search.
    pub fn next_step_after(&self, language: Language, number: usize) -> Option<Millis> {
        self.languages.get(&language)?.steps.next_after(number)
    }

    /// How long a colleague of this language is sought: at the last step at least one is rung.
    pub fn search_max(&self, language: Language) -> Millis {
        let steps = self.languages.get(&language).map(|rules| &rules.steps);
        let last = steps.map_or(Millis(0), Steps::last_after);
        let rung_at_last = Millis(last.0.saturating_add(self.rules.offer_ms.0));
        self.rules.search_max_ms.max(rung_at_last)
    }

    /// The longest wait for this language.
    pub fn wait_max(&self, language: Language) -> Millis {
        let own = self
            .languages
            .get(&language)
            .and_then(|rules| rules.wait_max_ms);
        own.unwrap_or(self.rules.wait_max_ms)
    }

    /// Calls of this language that may wait at once.
    pub fn queue_max(&self, language: Language) -> usize {
        let own = self
            .languages
            .get(&language)
            .and_then(|rules| rules.queue_max);
        own.unwrap_or(self.rules.queue_max) as usize
    }

    /// What a call of this language from this site needs; `None` when the language is not offered
    /// in this mode.
    pub fn need(&self, site: SiteId, language: Language, mode: Option<Mode>) -> Option<Need> {
        let modes = &self.languages.get(&language)?.modes;
        let mode = match mode {
            Some(mode) => modes.contains(&mode).then_some(mode)?,
            None => *modes.first()?,
        };
        let certification = self.sites.get(&site).and_then(|site| site.certification);
        Some(Need {
            language,
            mode,
            certification,
        })
    }

    /// Every certification anybody has or needs, in order: the numbering of the bit sets that
    /// decisions compare.
    pub fn certifications(&self) -> BTreeSet<Certification> {
        let held = self
            .interpreters
            .values()
            .flat_map(|person| &person.certifications);
        let asked = self
            .sites
            .values()
            .filter_map(|site| site.certification.as_ref());
        held.chain(asked).copied().collect()
    }
}
