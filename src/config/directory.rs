//! Sections `languages` and `sites`: what can be called and from where.

use super::Problems;
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::protocol::{LanguageEntry, LanguageMode};
use passerelle_signaling::tag::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Buttons a tablet can show; the largest remote interpreting services offer about 200 languages.
const LANGUAGES_MAX: usize = 256;

/// Reception points; France's largest city has a few hundred.
const SITES_MAX: usize = 2_000;

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
    /// Signed or spoken; spoken unless said otherwise.
    #[serde(default = "spoken")]
    pub mode: LanguageMode,
    /// Written from right to left.
    #[serde(default)]
    pub rtl: bool,
}

const fn spoken() -> LanguageMode {
    LanguageMode::Spoken
}

impl LanguageSection {
    /// The entry of the directory.
    pub(super) fn entry(&self) -> LanguageEntry {
        LanguageEntry {
            language: self.tag,
            name: self.name.clone(),
            name_fr: self.name_fr.clone(),
            name_en: self.name_en.clone(),
            mode: self.mode,
            rtl: self.rtl,
        }
    }
}

/// A reception point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSection {
    /// Its number, never given to another site.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// The numbers of its tablets.
    #[serde(default)]
    pub tablets: Vec<TabletId>,
}

pub(super) fn check_languages(languages: &[LanguageSection], problems: &mut Problems) {
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
        problems.check_name(&format!("{key}.name"), &language.name);
        problems.check_name(&format!("{key}.name_fr"), &language.name_fr);
        problems.check_name(&format!("{key}.name_en"), &language.name_en);
    }
}

pub(super) fn check_sites(sites: &[SiteSection], problems: &mut Problems) {
    if sites.len() > SITES_MAX {
        problems.add("sites", format!("has more than {SITES_MAX} entries"));
    }
    let mut seen = BTreeMap::new();
    let mut bound = BTreeMap::new();
    for (index, site) in sites.iter().enumerate() {
        let key = format!("sites[{}]", index + 1);
        problems.check_name(&format!("{key}.name"), &site.name);
        if let Some(first) = seen.insert(site.id, key.clone()) {
            let message = format!("{} is already the id of {first}", site.id);
            problems.add(format!("{key}.id"), message);
        }
        for tablet in &site.tablets {
            if let Some(first) = bound.insert(*tablet, key.clone()) {
                let message = format!(
                    "tablet {tablet} is already bound in {first}.tablets: a tablet stands at one \
                     site"
                );
                problems.add(format!("{key}.tablets"), message);
            }
        }
    }
}
