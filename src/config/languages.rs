//! Section `languages`: what can be called, how it is interpreted, when, and how the search for an
//! interpreter widens.

use super::Problems;
use super::hours::HoursSection;
use super::rules::{ANSWER_MIN, LENGTH_MAX, QUEUE_MAX, check_count, check_length};
use super::sentence::{Sentence, check_list, meanings};
use passerelle_signaling::configuration::LanguageRules;
use passerelle_signaling::need::Mode;
use passerelle_signaling::protocol::{LanguageEntry, LanguageMode};
use passerelle_signaling::steps::{Step, Steps};
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Buttons a tablet can show; the largest remote interpreting services offer about 200 languages.
const LANGUAGES_MAX: usize = 256;

/// A language that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageSection {
    /// The tag, such as `fsl`, `en` or `zh-hant`.
    pub tag: Language,
    /// The name in its own script.
    pub name: String,
    /// The name in French.
    pub name_fr: String,
    /// The name in English.
    pub name_en: String,
    /// The ways it is interpreted, the usual one first.
    #[serde(default = "seen_voice")]
    pub modes: Vec<Mode>,
    /// Written from right to left.
    #[serde(default)]
    pub rtl: bool,
    /// How the search for an interpreter widens, one sentence a step. Empty: one after the other,
    /// whoever qualifies.
    #[serde(default)]
    pub steps: Vec<Sentence<Step>>,
    /// When it can be called.
    #[serde(default)]
    pub hours: HoursSection,
    /// Calls that may wait at once, when not `rules.queue_max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_max: Option<u32>,
    /// The longest wait, when not `rules.wait_max_ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_max_ms: Option<Millis>,
}

fn seen_voice() -> Vec<Mode> {
    vec![Mode::SpokenVideo]
}

impl LanguageSection {
    /// The entry of the directory.
    pub(super) fn entry(&self) -> LanguageEntry {
        LanguageEntry {
            language: self.tag,
            name: self.name.clone(),
            name_fr: self.name_fr.clone(),
            name_en: self.name_en.clone(),
            mode: self.expression(),
            modes: self.modes.clone(),
            rtl: self.rtl,
        }
    }

    /// What the core may know of it.
    pub(super) fn rules(&self) -> LanguageRules {
        // Steps that do not fit together were refused by the check.
        let steps = Steps::try_from(meanings(&self.steps)).unwrap_or_default();
        LanguageRules {
            modes: self.modes.clone(),
            steps,
            hours: self.hours.hours(),
            queue_max: self.queue_max,
            wait_max_ms: self.wait_max_ms,
        }
    }

    /// Signed when its usual way is seen and not heard.
    fn expression(&self) -> LanguageMode {
        match self.modes.first() {
            Some(Mode::Sign | Mode::CuedSpeech) => LanguageMode::Signed,
            _ => LanguageMode::Spoken,
        }
    }

    fn check(&self, key: &str, problems: &mut Problems) {
        problems.check_name(&format!("{key}.name"), &self.name);
        problems.check_name(&format!("{key}.name_fr"), &self.name_fr);
        problems.check_name(&format!("{key}.name_en"), &self.name_en);
        let distinct: BTreeSet<&Mode> = self.modes.iter().collect();
        if self.modes.is_empty() {
            let message = "is empty: name at least one way, such as `spoken_video` or `sign`";
            problems.add(format!("{key}.modes"), message);
        } else if distinct.len() < self.modes.len() {
            problems.add(format!("{key}.modes"), "names a mode twice: once is enough");
        }
        self.check_steps(&format!("{key}.steps"), problems);
        self.hours.check(&format!("{key}.hours"), problems);
        if let Some(max) = self.queue_max {
            check_count(&format!("{key}.queue_max"), max, 1, QUEUE_MAX, problems);
        }
        if let Some(length) = self.wait_max_ms {
            let key = format!("{key}.wait_max_ms");
            check_length(&key, length, ANSWER_MIN, LENGTH_MAX, problems);
        }
    }

    fn check_steps(&self, key: &str, problems: &mut Problems) {
        let are_read = check_list(&self.steps, key, problems);
        if are_read && !self.steps.is_empty() {
            // The order makes sense only once every step is read.
            if let Err(error) = Steps::try_from(meanings(&self.steps)) {
                problems.add(key, error.to_string());
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            if !step.meaning().is_some_and(|step| step.audio) {
                continue;
            }
            let signed = self.expression() == LanguageMode::Signed;
            let heard =
                self.modes.contains(&Mode::SpokenVideo) && self.modes.contains(&Mode::SpokenAudio);
            let message = if signed {
                format!(
                    "says `audio will do`, but `{}` is seen, not heard: without a picture there \
                     is no conversation; leave `, audio will do` out",
                    self.tag
                )
            } else if !heard {
                String::from(
                    "says `audio will do`, which needs `modes` with `spoken_video` and \
                     `spoken_audio`: add them, or leave `, audio will do` out",
                )
            } else {
                continue;
            };
            problems.add(format!("{key}[{}]", index + 1), message);
        }
    }
}

/// A mode as it is written.
pub(super) fn mode_name(mode: Mode) -> String {
    let name = serde_json::to_value(mode).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

pub(super) fn check(languages: &[LanguageSection], problems: &mut Problems) {
    if languages.is_empty() {
        problems.add(
            "languages",
            "is empty: a tablet needs at least one language to show",
        );
    } else if languages.len() > LANGUAGES_MAX {
        problems.add(
            "languages",
            format!("has more than {LANGUAGES_MAX} entries"),
        );
    }
    let mut seen = BTreeSet::new();
    for (index, language) in languages.iter().enumerate() {
        let key = format!("languages[{}]", index + 1);
        if !seen.insert(language.tag) {
            problems.add(
                format!("{key}.tag"),
                format!("`{}` is listed twice", language.tag),
            );
        }
        language.check(&key, problems);
    }
}
