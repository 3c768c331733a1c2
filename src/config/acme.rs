//! Section `tls.acme`: a certificate that the gateway asks an authority for by itself (RFC 8555),
//! and renews.

use super::{ListenSection, Problems, ServiceSection};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passerelle_signaling::private::Secret;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Let's Encrypt: free, and in every browser's list.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// What authorities take into one certificate (Let's Encrypt: 100); a gateway has one or two names.
const NAMES_MAX: usize = 20;

/// The longest name (RFC 1035 §2.3.4), and the longest part of one.
const NAME_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Where an authority looks for the gateway that answers for a name (RFC 8737 §3).
const CHALLENGE_PORT: u16 = 443;

/// Which authority is asked for which certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AcmeSection {
    /// The authority's directory (RFC 8555 §7.1.1).
    pub directory: String,
    /// Whether its terms of service are accepted.
    pub terms_of_service_agreed: bool,
    /// The names that the certificate is for.
    pub names: Vec<String>,
    /// Mail addresses to which the authority may write.
    pub contacts: Vec<String>,
    /// With an authority of one's own: whose word to take for its directory, PEM.
    pub directory_ca: Option<PathBuf>,
    /// Where the authority wants its accounts tied to one that it knows already.
    pub external_account: Option<ExternalAccountSection>,
}

/// An account that the authority knows already (RFC 8555 §7.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalAccountSection {
    /// What it calls the key.
    pub key_id: String,
    /// The key, as it is handed out: Base64 of the kind for addresses.
    pub hmac_key: Secret<String>,
}

impl ExternalAccountSection {
    /// The key itself; `None` when it is not what is handed out.
    pub fn key(&self) -> Option<Vec<u8>> {
        let text = self.hmac_key.reveal().trim_end_matches('=');
        let key = URL_SAFE_NO_PAD.decode(text).ok();
        key.filter(|key| !key.is_empty())
    }
}

impl Default for AcmeSection {
    fn default() -> Self {
        Self {
            directory: String::from(LETS_ENCRYPT),
            terms_of_service_agreed: false,
            names: Vec::new(),
            contacts: Vec::new(),
            directory_ca: None,
            external_account: None,
        }
    }
}

impl AcmeSection {
    /// With `tls.mode = "acme"`.
    pub(super) fn check(&self, problems: &mut Problems) {
        self.check_directory(problems);
        if !self.terms_of_service_agreed {
            let message = "is not true: read the authority's terms of service, and accept them \
                           here, or take another `tls.mode`";
            problems.add("tls.acme.terms_of_service_agreed", message);
        }
        self.check_names(problems);
        for (index, contact) in self.contacts.iter().enumerate() {
            if !is_mail_address(contact) {
                let key = format!("tls.acme.contacts[{}]", index + 1);
                let message = format!("`{contact}` is no mail address: write `dsi@example.org`");
                problems.add(key, message);
            }
        }
        let external = self.external_account.as_ref();
        if external.is_some_and(|external| external.key_id.is_empty()) {
            let message = "is empty: give the one that the authority has handed out";
            problems.add("tls.acme.external_account.key_id", message);
        }
        if external.is_some_and(|external| external.key().is_none()) {
            let message = "is not Base64 of the kind for addresses (A–Z, a–z, 0–9, `-`, `_`): \
                           give it as the authority has handed it out";
            problems.add("tls.acme.external_account.hmac_key", message);
        }
    }

    fn check_directory(&self, problems: &mut Problems) {
        let rest = self.directory.strip_prefix("https://");
        let is_plain = self.directory.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain || rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            let message = format!(
                "`{}` is no address of an authority: write it like `{LETS_ENCRYPT}`",
                self.directory
            );
            problems.add("tls.acme.directory", message);
        }
    }

    fn check_names(&self, problems: &mut Problems) {
        let count = self.names.len();
        if count == 0 {
            let message = "is empty: give the name that people type, such as `relais.example.org`";
            problems.add("tls.acme.names", message);
        }
        if count > NAMES_MAX {
            let message = format!("has {count} names: at most {NAMES_MAX}");
            problems.add("tls.acme.names", message);
        }
        for (index, name) in self.names.iter().enumerate() {
            let key = format!("tls.acme.names[{}]", index + 1);
            if self.names[..index].contains(name) {
                problems.add(key, format!("`{name}` is there twice"));
            } else if !is_public_name(name) {
                let message = format!(
                    "`{name}` is no name that an authority looks up by connecting to it: write \
                     it in small letters, such as `relais.example.org`, without `*`; addresses in \
                     numbers are not taken"
                );
                problems.add(key, message);
            }
        }
    }

    /// What is probably not meant.
    pub(super) fn remarks(&self, listen: &ListenSection, service: &ServiceSection) -> Vec<String> {
        let mut remarks = Vec::new();
        let port = listen.address.port();
        if port != CHALLENGE_PORT {
            remarks.push(format!(
                "tls.acme: the authority connects to port 443 of each name, and `listen.address` \
                 has {port}: listen on 443, or let the router send 443 there"
            ));
        }
        let url = service.public_url.as_deref().unwrap_or_default();
        let host = url.strip_prefix("https://").unwrap_or_default();
        let host = host.split([':', '/']).next().unwrap_or_default();
        if !self.names.iter().any(|name| name == host) {
            remarks.push(String::from(
                "tls.acme: `service.public_url` is not `https://` and one of `tls.acme.names`: \
                 browsers refuse the certificate at any other address",
            ));
        }
        remarks
    }
}

/// One `@`, something on both sides, nothing that does not belong into an address.
fn is_mail_address(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b",;<>?&%:".contains(&byte);
    let parts = text.split_once('@');
    text.bytes().all(is_plain)
        && parts.is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@')
        })
}

/// A host name of at least two parts, in the letters of RFC 1123 §2.1.
fn is_public_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = name.rsplit('.').next().unwrap_or_default();
    name.len() <= NAME_BYTES_MAX
        && name.contains('.')
        && name.split('.').all(is_label)
        && !top.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(section: &AcmeSection) -> Vec<String> {
        let mut problems = Problems::default();
        section.check(&mut problems);
        problems.0.into_iter().map(|problem| problem.key).collect()
    }

    fn good() -> AcmeSection {
        AcmeSection {
            terms_of_service_agreed: true,
            names: vec![String::from("relais.example.org")],
            contacts: vec![String::from("dsi@example.org")],
            ..AcmeSection::default()
        }
    }

    #[test]
    fn names_directory_and_consent_are_asked_for_by_their_keys() {
        assert!(keys(&good()).is_empty());
        assert_eq!(
            keys(&AcmeSection::default()),
            ["tls.acme.terms_of_service_agreed", "tls.acme.names"]
        );
        for directory in [
            "",
            "http://example.org/directory",
            "https:///x",
            "https://a b",
        ] {
            let directory = String::from(directory);
            let section = AcmeSection {
                directory,
                ..good()
            };
            assert_eq!(keys(&section), ["tls.acme.directory"]);
        }
    }

    #[test]
    fn what_no_authority_could_connect_to_is_no_name() {
        let bad = [
            "*.example.org",
            "192.0.2.1",
            "localhost",
            "Relais.example.org",
            "relais.example.org.",
            "-a.example.org",
            "a_b.example.org",
            "",
        ];
        for name in bad {
            let section = AcmeSection {
                names: vec![String::from(name)],
                ..good()
            };
            assert_eq!(keys(&section), ["tls.acme.names[1]"], "{name}");
        }
        let name = String::from("relais.example.org");
        let section = AcmeSection {
            names: vec![name.clone(), name],
            ..good()
        };
        assert_eq!(keys(&section), ["tls.acme.names[2]"]);
    }

    #[test]
    fn contacts_and_external_accounts_are_checked_before_the_authority_sees_them() {
        let mut section = good();
        section.contacts = vec![String::from("mailto:dsi@example.org"), String::from("dsi")];
        section.external_account = Some(ExternalAccountSection {
            key_id: String::new(),
            hmac_key: serde_json::from_str("\"not base64!\"").unwrap(),
        });
        assert_eq!(
            keys(&section),
            [
                "tls.acme.contacts[1]",
                "tls.acme.contacts[2]",
                "tls.acme.external_account.key_id",
                "tls.acme.external_account.hmac_key"
            ]
        );
    }
}
