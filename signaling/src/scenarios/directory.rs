//! The directory of the stories: who there is, what they can do, how each language is searched.

use super::*;

pub(super) fn tag(text: &str) -> Language {
    text.parse().unwrap()
}

pub(super) fn steps(sentences: &[&str]) -> Steps {
    let steps: Vec<_> = sentences.iter().map(|text| text.parse().unwrap()).collect();
    Steps::try_from(steps).unwrap()
}

/// Somebody of the service's own, by language, tier and modes.
pub(super) fn person(skills: &[(&str, u8, &[Mode])]) -> Qualification {
    let skills = skills.iter().map(|(language, tier, modes)| {
        let modes = modes.iter().copied().collect();
        let tier = Tier(*tier);
        (tag(language), Skill { tier, modes })
    });
    Qualification {
        skills: skills.collect(),
        ..Qualification::default()
    }
}

pub(super) fn language<'a>(
    configuration: &'a mut Configuration,
    tag: &str,
) -> &'a mut LanguageRules {
    let language = self::tag(tag);
    configuration.languages.get_mut(&language).unwrap()
}

/// Three tablets at a site each; French Sign Language, English and Arabic; these people, who sign.
pub(super) fn configuration(interpreters: &[InterpreterId]) -> Configuration {
    let spoken = LanguageRules {
        modes: vec![Mode::SpokenVideo, Mode::SpokenAudio],
        ..LanguageRules::default()
    };
    let signed = LanguageRules {
        modes: vec![Mode::Sign],
        ..LanguageRules::default()
    };
    let signs = person(&[("fsl", 1, &[Mode::Sign])]);
    let sites = (1..=3).map(|id| (SiteId(id), SiteRules::default()));
    Configuration {
        languages: BTreeMap::from([
            (tag("fsl"), signed),
            (tag("en"), spoken.clone()),
            (tag("ar"), spoken),
        ]),
        sites: sites.collect(),
        tablets: [HALL, MUSEUM, CLINIC].map(|id| (id, SiteId(id.0))).into(),
        interpreters: interpreters.iter().map(|id| (*id, signs.clone())).collect(),
        ..Configuration::default()
    }
}
