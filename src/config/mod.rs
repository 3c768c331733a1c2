//! The configuration: one TOML file, then environment variables `PASSERELLE__SECTION__KEY`, one
//! Rust file per section. Unknown keys are errors, and a configuration that does not fit together
//! is refused with every problem named at once. While the gateway runs, `current` holds the one in
//! force.

mod accounts;
mod acme;
mod current;
mod hours;
mod languages;
mod listen;
mod load;
mod mail;
mod media;
mod network;
mod oidc;
mod people;
mod problems;
mod relay;
mod remarks;
mod retention;
mod rules;
mod sentence;
mod service;
mod sites;
mod subjects;
mod tls;

pub use accounts::AccountsSection;
pub use acme::{AcmeSection, ExternalAccountSection};
pub use current::{Current, InForce};
pub use hours::HoursSection;
pub use languages::LanguageSection;
pub use listen::{ForwardedHeader, ListenSection};
pub use load::{ConfigError, DEMO_TOML, EXAMPLE_TOML, read_toml};
pub use mail::{MailSection, MailTls};
pub use media::MediaSection;
pub use network::{Network, NetworkError};
pub use oidc::{GrantedRole, OidcSection, PersonSection, Pkce, RoleSection, UserInfo};
pub use people::{InterpreterSection, SkillSection};
pub use problems::{Problem, Problems};
pub use relay::RelaySection;
pub use retention::RetentionSection;
pub use sentence::Sentence;
pub use service::ServiceSection;
pub use sites::SiteSection;
pub use subjects::SubjectSection;
pub use tls::{TlsMode, TlsSection};

use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::protocol::{Directory, PersonEntry, SiteEntry};
use passerelle_signaling::rules::Rules;
use passerelle_signaling::state::CERTIFICATIONS_MAX;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Everything an operator can decide. Each section has its own defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the journal, the call records and the certificates made or asked for here live.
    pub data_dir: PathBuf,
    /// How long what is known of each call is kept.
    pub retention: RetentionSection,
    /// The service as people know it.
    pub service: ServiceSection,
    /// What is asked of people who sign in with a password.
    pub accounts: AccountsSection,
    /// How people sign in by a provider, if they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<OidcSection>,
    /// By which server mail is sent; none is without it.
    pub mail: Option<MailSection>,
    /// Where browsers connect.
    pub listen: ListenSection,
    /// How the connection is encrypted.
    pub tls: TlsSection,
    /// Where audio and video flow.
    pub media: MediaSection,
    /// Who carries media for browsers that cannot reach the gateway directly.
    pub relay: RelaySection,
    /// Deadlines and limits of calls.
    pub rules: Rules,
    /// The languages that can be called, in the order of the buttons.
    pub languages: Vec<LanguageSection>,
    /// The reception points and their tablets.
    pub sites: Vec<SiteSection>,
    /// What conversations may be about, in the order of the choices.
    pub subjects: Vec<SubjectSection>,
    /// Who answers.
    pub interpreters: Vec<InterpreterSection>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            // Where the systemd unit's `StateDirectory=passerelle` puts it.
            data_dir: PathBuf::from("/var/lib/passerelle"),
            retention: RetentionSection::default(),
            service: ServiceSection::default(),
            accounts: AccountsSection::default(),
            oidc: None,
            mail: None,
            listen: ListenSection::default(),
            tls: TlsSection::default(),
            media: MediaSection::default(),
            relay: RelaySection::default(),
            rules: Rules::default(),
            languages: Vec::new(),
            sites: Vec::new(),
            subjects: Vec::new(),
            interpreters: Vec::new(),
        }
    }
}

impl Config {
    /// What does not fit together, every problem with the keys it concerns.
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        if self.data_dir.as_os_str().is_empty() {
            problems.add(
                "data_dir",
                "give a directory, such as `/var/lib/passerelle`",
            );
        }
        self.retention.check(&mut problems);
        self.service.check(&mut problems);
        if let Some(mail) = &self.mail {
            mail.check(self.service.public_url.as_deref(), &mut problems);
        }
        self.listen.check(&mut problems);
        self.tls.check(&self.listen, &mut problems);
        self.media.check(self.tls.mode, &mut problems);
        self.relay.check(&mut problems);
        rules::check(&self.rules, &mut problems);
        languages::check(&self.languages, &mut problems);
        sites::check(&self.sites, &mut problems);
        subjects::check(&self.subjects, &mut problems);
        people::check(&self.interpreters, &self.languages, &mut problems);
        self.accounts.check(self.oidc.is_some(), &mut problems);
        if let Some(oidc) = &self.oidc {
            let numbers: Vec<_> = self.interpreters.iter().map(|person| person.id).collect();
            oidc.check(&numbers, &mut problems);
        }
        let kinds = self.configuration().certifications().len();
        if kinds > CERTIFICATIONS_MAX {
            let message = format!(
                "name {kinds} kinds with those of `sites`: use at most {CERTIFICATIONS_MAX}"
            );
            problems.add("interpreters.certifications", message);
        }
        problems
    }

    /// The names for the views, as a coordinator sees them.
    pub fn directory(&self) -> Directory {
        let sites = self.sites.iter().map(|site| SiteEntry {
            site: site.id,
            name: site.name.clone(),
        });
        let interpreters = self.interpreters.iter().map(|person| PersonEntry {
            interpreter: person.id,
            name: person.name.clone(),
        });
        Directory {
            service: self.service.name.clone(),
            time_zone: self.service.time_zone.clone(),
            place_kept_ms: self.rules.grace_lost_ms,
            languages: self.languages.iter().map(LanguageSection::entry).collect(),
            sites: sites.collect(),
            subjects: self.subjects.iter().map(SubjectSection::entry).collect(),
            interpreters: interpreters.collect(),
        }
    }

    /// What the core may know: numbers, languages, hours and rules, no names.
    pub fn configuration(&self) -> Configuration {
        let tablets = self.sites.iter().flat_map(|site| {
            let bound = site.tablets.iter();
            bound.map(move |tablet| (*tablet, site.id))
        });
        let languages = self.languages.iter();
        let sites = self.sites.iter();
        let interpreters = self.interpreters.iter();
        Configuration {
            rules: self.rules.clone(),
            zone: self.service.zone(),
            languages: languages
                .map(|language| (language.tag, language.rules()))
                .collect(),
            sites: sites.map(|site| (site.id, site.rules())).collect(),
            tablets: tablets.collect(),
            subjects: self.subjects.iter().map(|subject| subject.tag).collect(),
            interpreters: interpreters
                .map(|person| (person.id, person.qualification(&self.languages)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
