//! Section `oidc`: people sign in by a provider (OpenID Connect Core 1.0) that knows them already,
//! such as the city's Keycloak or ProConnect, and who of them may do what here.

use super::Problems;
use super::problems::NAME_CHARS_MAX;
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::private::{Pii, Secret};
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The longest address that is taken: what every browser and proxy carries.
const ADDRESS_BYTES_MAX: usize = 2048;

/// The longest name of a claim, a scope or a level of assurance, and the most of each.
const WORD_BYTES_MAX: usize = 200;
const WORDS_MAX: usize = 20;

/// People of one gateway, as many as interpreters.
const PEOPLE_MAX: usize = 10_000;

/// How people sign in by a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSection {
    /// The provider, exactly as it calls itself; its settings are read below it.
    pub issuer: String,
    /// What the provider calls this gateway.
    pub client_id: String,
    /// What the provider knows this gateway by.
    #[serde(default)]
    pub client_secret: Secret<String>,
    /// A file with it, in its place.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What people call the provider: the button says to sign in with it.
    pub label: String,
    /// What is asked to be told, beside who it is (`openid`).
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// Whether codes are bound to this gateway by a proof (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// In which form the provider says who somebody is.
    #[serde(default)]
    pub userinfo: UserInfo,
    /// Levels of assurance, one of which is asked for and has to be met; none are asked for when
    /// it is empty.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Whose word to take for the provider's certificate, PEM; those of the system otherwise.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// Where the provider says somebody's roles, such as `realm_access.roles`.
    #[serde(default)]
    pub role_claim: Option<String>,
    /// What is meant by them; the first of the list that somebody has counts.
    #[serde(default)]
    pub roles: Vec<RoleSection>,
    /// Where the provider says an interpreter's number.
    #[serde(default)]
    pub interpreter_claim: Option<String>,
    /// Who is who, by the address of their mailbox.
    #[serde(default)]
    pub people: Vec<PersonSection>,
    /// Where the provider says the name to show; of several, one after the other.
    #[serde(default = "usual_name")]
    pub name_claims: Vec<String>,
    /// Where the provider leads whoever has signed out; the first page when there is none.
    #[serde(default)]
    pub post_logout_redirect: Option<String>,
}

/// When the proof of RFC 7636 is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// When the provider says that it takes it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never: the provider refuses what it does not know.
    Never,
}

/// The form of what a provider says of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserInfo {
    /// Either, as it comes; none, when the provider has no such address.
    #[default]
    Auto,
    /// Plain, and nothing else.
    Json,
    /// Signed, and nothing else.
    Jwt,
}

/// A role that a provider can give. One that is added needs a line here, one in
/// [`GrantedRole::identity`], and what the core knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantedRole {
    /// One of `interpreters`, told apart by a number.
    Interpreter,
    /// A coordinator.
    Coordinator,
    /// An administrator.
    Administrator,
}

/// What one of the provider's roles means here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSection {
    /// As the provider calls it.
    pub value: String,
    /// What it is here.
    pub role: GrantedRole,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSection {
    /// The address of their mailbox, as the provider says it.
    pub email: Pii<String>,
    /// What they may be here; without a value, the provider says it (`role_claim`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<GrantedRole>,
    /// The number of an interpreter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<InterpreterId>,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(String::from).to_vec()
}

fn usual_name() -> Vec<String> {
    vec![String::from("name")]
}

impl GrantedRole {
    /// Who somebody with this role is; `None` for an interpreter without a number.
    pub fn identity(self, number: Option<InterpreterId>) -> Option<Identity> {
        match self {
            Self::Interpreter => number.map(|interpreter| Identity::Interpreter { interpreter }),
            Self::Coordinator => Some(Identity::Coordinator),
            Self::Administrator => Some(Identity::Administrator),
        }
    }
}

impl OidcSection {
    /// Who is known by this address, whatever its case: of ASCII letters only, since other letters
    /// have lower cases that look like those of somebody else.
    pub fn person(&self, email: &str) -> Option<&PersonSection> {
        let mut people = self.people.iter();
        people.find(|person| person.email.reveal().eq_ignore_ascii_case(email))
    }

    /// Whether the provider is on this machine and speaks plain HTTP, which leaves it never.
    pub fn is_plain(&self) -> bool {
        is_loopback_http(&self.issuer)
    }

    /// The secret, from where it is.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn secret(&self) -> std::io::Result<Secret<String>> {
        match &self.client_secret_file {
            Some(path) => {
                let text = Secret::new(std::fs::read_to_string(path)?);
                Ok(text.reveal().trim().into())
            }
            None => Ok(self.client_secret.clone()),
        }
    }

    pub(super) fn check(&self, numbers: &[InterpreterId], problems: &mut Problems) {
        self.check_provider(problems);
        self.check_secret(problems);
        problems.check_name("oidc.label", &self.label);
        check_words("oidc.scopes", &self.scopes, problems);
        check_words("oidc.acr_values", &self.acr_values, problems);
        check_words("oidc.name_claims", &self.name_claims, problems);
        let claims = [&self.role_claim, &self.interpreter_claim];
        for (key, claim) in ["oidc.role_claim", "oidc.interpreter_claim"]
            .into_iter()
            .zip(claims)
        {
            if claim.as_ref().is_some_and(|claim| !is_word(claim)) {
                problems.add(
                    key,
                    "is no name of a claim: write it like `realm_access.roles`",
                );
            }
        }
        self.check_roles(problems);
        self.check_people(numbers, problems);
    }

    fn check_provider(&self, problems: &mut Problems) {
        let is_provider = is_address(&self.issuer) && !self.issuer.contains(['?', '#']);
        if !is_provider {
            let message = format!(
                "`{}` is no address of a provider: write it as the provider does, such as \
                 `https://sso.example.fr/realms/ville`; plain http on this machine only",
                self.issuer
            );
            problems.add("oidc.issuer", message);
        }
        if !is_word(&self.client_id) {
            problems.add(
                "oidc.client_id",
                "is empty or has spaces: give what the provider calls this gateway",
            );
        }
        if let Some(address) = &self.post_logout_redirect
            && !is_address(address)
        {
            let message = format!(
                "`{address}` is no address: write it like `https://relais.example.fr/`, as the \
                 provider knows it"
            );
            problems.add("oidc.post_logout_redirect", message);
        }
        if let Some(path) = &self.ca {
            let is_pem = std::fs::read_to_string(path)
                .is_ok_and(|text| text.contains("-----BEGIN CERTIFICATE-----"));
            if !is_pem {
                let message = format!(
                    "`{}` cannot be read or has no `BEGIN CERTIFICATE`: give the root of the \
                     provider's certificate as PEM",
                    path.display()
                );
                problems.add("oidc.ca", message);
            }
        }
    }

    fn check_secret(&self, problems: &mut Problems) {
        let is_here = !self.client_secret.reveal().is_empty();
        match &self.client_secret_file {
            Some(_) if is_here => {
                let message = "is there twice: keep `client_secret` or `client_secret_file`";
                problems.add("oidc.client_secret", message);
            }
            Some(path) => match self.secret() {
                Ok(secret) if secret.reveal().is_empty() => {
                    let message = format!("`{}` is empty", path.display());
                    problems.add("oidc.client_secret_file", message);
                }
                Ok(_) => {}
                Err(error) => {
                    let message = format!("`{}` cannot be read: {error}", path.display());
                    problems.add("oidc.client_secret_file", message);
                }
            },
            None if !is_here => {
                let message = "is empty: give what the provider has handed out, here, in \
                               `client_secret_file` or as PASSERELLE__OIDC__CLIENT_SECRET";
                problems.add("oidc.client_secret", message);
            }
            None => {}
        }
    }

    fn check_roles(&self, problems: &mut Problems) {
        match (&self.role_claim, self.roles.is_empty()) {
            (Some(_), true) => {
                let message = "is empty: say what a role means, such as \
                               `[{ value = \"relais\", role = \"coordinator\" }]`";
                problems.add("oidc.roles", message);
            }
            (None, false) => {
                let message = "is of no use without `role_claim`: say where the provider says it";
                problems.add("oidc.roles", message);
            }
            (None, true) if self.people.is_empty() => {
                let message = "is empty, and there is no `role_claim`: nobody could sign in";
                problems.add("oidc.people", message);
            }
            _ => {}
        }
        let mut seen = BTreeMap::new();
        for (index, role) in self.roles.iter().enumerate() {
            let key = format!("oidc.roles[{}].value", index + 1);
            if role.value.trim().is_empty() {
                problems.add(key, "is empty: give the role as the provider calls it");
            } else if let Some(first) = seen.insert(&role.value, index + 1) {
                problems.add(key, format!("is already in oidc.roles[{first}]"));
            }
        }
    }

    fn check_people(&self, numbers: &[InterpreterId], problems: &mut Problems) {
        if self.people.len() > PEOPLE_MAX {
            problems.add("oidc.people", format!("has more than {PEOPLE_MAX} entries"));
        }
        let mut seen = BTreeMap::new();
        for (index, person) in self.people.iter().enumerate() {
            let key = format!("oidc.people[{}]", index + 1);
            let email = person.email.reveal();
            if !is_mailbox(email) {
                let message = "is no mail address: write it like `claire@example.fr`";
                problems.add(format!("{key}.email"), message);
            } else if let Some(first) = seen.insert(email.to_ascii_lowercase(), index + 1) {
                let message = format!("is already in oidc.people[{first}]");
                problems.add(format!("{key}.email"), message);
            }
            self.check_person(&key, person, problems);
            if let Some(number) = person.interpreter
                && !numbers.contains(&number)
            {
                let message = format!("{number} is no id of `interpreters`");
                problems.add(format!("{key}.interpreter"), message);
            }
        }
    }

    /// Who says the role, and whether the number fits it.
    fn check_person(&self, key: &str, person: &PersonSection, problems: &mut Problems) {
        let is_numbered = person.interpreter.is_some();
        match (&self.role_claim, person.role) {
            (Some(_), Some(_)) => {
                let message = "is said twice: with `role_claim` the provider says it";
                problems.add(format!("{key}.role"), message);
            }
            (Some(_), None) if !is_numbered => {
                let message = "is missing: with `role_claim` the list has interpreters' numbers";
                problems.add(format!("{key}.interpreter"), message);
            }
            (None, None) => {
                let message = "is missing: `interpreter`, `coordinator` or `administrator`, since \
                               there is no `role_claim`";
                problems.add(format!("{key}.role"), message);
            }
            (None, Some(role)) if (role == GrantedRole::Interpreter) != is_numbered => {
                let message = "is an interpreter's number, and theirs only";
                problems.add(format!("{key}.interpreter"), message);
            }
            _ => {}
        }
    }
}

fn check_words(key: &str, words: &[String], problems: &mut Problems) {
    if words.len() > WORDS_MAX {
        problems.add(key, format!("has more than {WORDS_MAX} entries"));
    }
    for (index, word) in words.iter().enumerate() {
        if !is_word(word) {
            let message = format!("`{word}` is empty, too long or has spaces");
            problems.add(format!("{key}[{}]", index + 1), message);
        }
    }
}

/// What stands in an address or a list between spaces.
fn is_word(text: &str) -> bool {
    (1..=WORD_BYTES_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
}

/// An address of the web with TLS, or of this machine.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    let is_https = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    text.len() <= ADDRESS_BYTES_MAX && is_plain && (is_https || is_loopback_http(text))
}

fn is_loopback_http(text: &str) -> bool {
    let rest = text.strip_prefix("http://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].contains(&host)
}

fn is_mailbox(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_part = |part: &str| !part.is_empty() && !part.contains('@');
    let fits = text.chars().count() <= 4 * NAME_CHARS_MAX;
    fits && !text.contains(char::is_whitespace)
        && parts.is_some_and(|(user, host)| is_part(user) && is_part(host))
}

#[cfg(test)]
mod tests;
