//! What works but is probably not meant, for `config check`, the log at start and a reload.

use super::{Config, InterpreterSection, TlsMode};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::need::Need;
use passerelle_signaling::tag::{Certification, Language};
use std::collections::BTreeSet;

impl Config {
    /// What works but is probably not meant.
    pub fn remarks(&self) -> Vec<String> {
        let configuration = self.configuration();
        let mut remarks = self.limits_without_effect();
        remarks.extend(self.listen.remarks(self.tls.mode));
        if self.tls.mode == TlsMode::Acme {
            remarks.extend(self.tls.acme.remarks(&self.listen, &self.service));
        }
        for language in self.languages.iter().map(|language| language.tag) {
            if !is_answered(&configuration, language, None) {
                remarks.push(format!(
                    "languages: nobody in `interpreters` takes `{language}`"
                ));
                continue;
            }
            for certification in asked_for(&configuration) {
                if !is_answered(&configuration, language, Some(certification)) {
                    remarks.push(format!(
                        "sites: nobody certified `{certification}` takes `{language}`: calls for \
                         it are never answered at the sites that require `{certification}`"
                    ));
                }
            }
        }
        remarks
    }

    /// A person's own limit only ever protects more than the rules do.
    fn limits_without_effect(&self) -> Vec<String> {
        let rest = &self.rules.rest;
        let mut remarks = Vec::new();
        let mut remark = |person: &InterpreterSection, key: &str, than: &str| {
            remarks.push(format!(
                "interpreters: `{key}` of {} is {than} than `rules.rest.{key}`, which counts then",
                person.id
            ));
        };
        for person in &self.interpreters {
            if person.rest_ms.is_some_and(|own| own < rest.rest_ms) {
                remark(person, "rest_ms", "shorter");
            }
            if person.stop_ms.is_some_and(|own| own > rest.stop_ms) {
                remark(person, "stop_ms", "longer");
            }
        }
        remarks
    }
}

/// What some site requires.
fn asked_for(configuration: &Configuration) -> BTreeSet<Certification> {
    let sites = configuration.sites.values();
    sites.filter_map(|site| site.certification).collect()
}

/// Whether anybody may take such a call, in any way of the language.
fn is_answered(
    configuration: &Configuration,
    language: Language,
    certification: Option<Certification>,
) -> bool {
    let rules = configuration.languages.get(&language);
    let modes = rules.map_or(&[][..], |rules| &rules.modes);
    modes.iter().any(|mode| {
        let need = Need {
            language,
            mode: *mode,
            certification,
        };
        let mut people = configuration.interpreters.values();
        people.any(|person| person.meets(&need))
    })
}
