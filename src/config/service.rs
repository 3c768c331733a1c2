//! Section `service`: the name on every screen, the local day, the address people are sent to, and
//! how the service stops.

use super::Problems;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use passerelle_signaling::hours::Zone;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest wait for conversations when told to stop, in seconds: an evening. Whoever works on a
/// machine in the night has it free by then, and no stop is forgotten until the next morning.
const DRAIN_S_MAX: u32 = 4 * 60 * 60;

/// The service as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceSection {
    /// The name shown on every screen.
    pub name: String,
    /// The IANA time zone of the opening hours; it also decides when a day of records begins.
    pub time_zone: String,
    /// The address browsers use, when it is not the one listened on (a name, a proxy); put into
    /// invitation links. Without a slash at the end.
    pub public_url: Option<String>,
    /// When told to stop, wait so many seconds at most for a moment in which nobody talks. 0: stop
    /// at once, and the next process takes the conversations up.
    pub drain_s: u32,
}

impl Default for ServiceSection {
    fn default() -> Self {
        Self {
            name: String::from("Ville d'Amiens"),
            time_zone: String::from("Europe/Paris"),
            public_url: None,
            drain_s: 0,
        }
    }
}

impl ServiceSection {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.check_name("service.name", &self.name);
        if let Err(error) = self.time_zone.parse::<Zone>() {
            problems.add("service.time_zone", error.to_string());
        }
        if self.drain_s > DRAIN_S_MAX {
            let message = format!("is {}: at most {DRAIN_S_MAX}, four hours", self.drain_s);
            problems.add("service.drain_s", message);
        }
        let Some(url) = &self.public_url else { return };
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        if rest.is_none_or(|host| host.is_empty() || host.contains('/')) {
            let message =
                format!("`{url}` must be a scheme and a host, such as `https://relais.example.fr`");
            problems.add("service.public_url", message);
        }
    }

    /// How long conversations are waited for when told to stop.
    pub const fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_s as u64)
    }

    /// The time zone of days of records; `None` when there is none of that name. From the database
    /// inside the binary, as that of the opening hours.
    pub fn time_zone(&self) -> Option<TimeZone> {
        TimeZoneDatabase::bundled().get(&self.time_zone).ok()
    }

    /// The time zone of the opening hours. One without meaning was refused by the check.
    pub(super) fn zone(&self) -> Zone {
        self.time_zone.parse().unwrap_or_default()
    }
}
