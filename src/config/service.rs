//! Section `service`: the name on every screen, the local day, and the address people are sent to.

use super::Problems;
use serde::{Deserialize, Serialize};

/// The service as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceSection {
    /// The name shown on every screen.
    pub name: String,
    /// The IANA time zone that decides when a day of records begins.
    pub time_zone: String,
    /// The address browsers use, when it is not the one listened on (a name, a proxy); put into
    /// invitation links. Without a slash at the end.
    pub public_url: Option<String>,
}

impl Default for ServiceSection {
    fn default() -> Self {
        Self {
            name: String::from("Ville d'Amiens"),
            time_zone: String::from("Europe/Paris"),
            public_url: None,
        }
    }
}

impl ServiceSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.check_name("service.name", &self.name);
        if self.time_zone().is_none() {
            let message = format!("`{}` is no time zone: use a name like `Europe/Paris`", {
                &self.time_zone
            });
            problems.add("service.time_zone", message);
        }
        let Some(url) = &self.public_url else { return };
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        if rest.is_none_or(|host| host.is_empty() || host.contains('/')) {
            let message =
                format!("`{url}` must be a scheme and a host, such as `https://relais.example.fr`");
            problems.add("service.public_url", message);
        }
    }

    /// The time zone with its rules, or `None` when there is none of that name.
    pub fn time_zone(&self) -> Option<jiff::tz::TimeZone> {
        jiff::tz::TimeZone::get(&self.time_zone).ok()
    }
}
