//! The made-up city of a measurement: so many tablets, one at each site, and so many interpreters
//! of one language each, in the configuration its gateway is started with.

use passerelle_signaling::ids::{InterpreterId, TabletId};
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::tag::{Language, TagError};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

/// As many as the reference city has.
const LANGUAGES: [&str; 5] = ["fsl", "en", "ar", "uk", "pt"];

/// Who there is, and by which rules.
#[derive(Clone, Copy)]
pub(super) struct City {
    pub(super) tablets: u32,
    pub(super) interpreters: u32,
    /// Lines of the section `rules`, other than the defaults.
    pub(super) rules: &'static str,
}

impl City {
    /// Everybody, and a coordinator.
    pub(super) fn everybody(&self) -> Vec<Identity> {
        let tablet = |number| Identity::Tablet {
            tablet: TabletId(number),
        };
        let interpreter = |number| Identity::Interpreter {
            interpreter: InterpreterId(number),
        };
        let tablets = (1..=self.tablets).map(tablet);
        let people = (1..=self.interpreters).map(interpreter);
        tablets
            .chain(people)
            .chain([Identity::Coordinator])
            .collect()
    }

    /// The language this tablet calls. As many tablets as interpreters have it, give or take one.
    pub(super) fn language_of(tablet: TabletId) -> Result<Language, TagError> {
        tag(tablet.0).parse()
    }

    /// The configuration of its gateway.
    pub(super) fn configuration(
        &self,
        data_dir: &Path,
        listen: SocketAddr,
        media: SocketAddr,
    ) -> String {
        let data_dir = data_dir.display();
        let mut text = format!(
            "data_dir = '{data_dir}'\n[listen]\naddress = '{listen}'\n[media]\nbind = '{media}'\n\
             [rules]\n{}\n",
            self.rules
        );
        // Writing to a `String` cannot fail.
        for tag in LANGUAGES {
            let names = format!("name = '{tag}'\nname_fr = '{tag}'\nname_en = '{tag}'");
            let _ = writeln!(text, "[[languages]]\ntag = '{tag}'\n{names}");
        }
        for number in 1..=self.tablets {
            let _ = writeln!(
                text,
                "[[sites]]\nid = {number}\nname = 'Site {number}'\ntablets = [{number}]"
            );
        }
        for number in 1..=self.interpreters {
            let language = tag(number);
            let _ = writeln!(
                text,
                "[[interpreters]]\nid = {number}\nname = 'Person {number}'\n\
                 languages = ['{language}']"
            );
        }
        text
    }
}

const fn tag(number: u32) -> &'static str {
    LANGUAGES[number as usize % LANGUAGES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_city_of_any_size_has_a_sound_configuration() {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        for (tablets, interpreters) in [(1, 1), (28, 28), (1000, 1100)] {
            let city = City {
                tablets,
                interpreters,
                rules: super::super::rings::RULES,
            };
            let text = city.configuration(Path::new("/tmp/x"), address, address);
            let config = Config::from_toml(&text).unwrap();
            let everybody = config.sites.len() + config.interpreters.len() + 1;
            assert_eq!(city.everybody().len(), everybody);
        }
    }
}
