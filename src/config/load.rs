//! Reads the configuration: file, then environment, then the checks of every section. The demo's
//! file and the commented example are inside the binary.

use super::{Config, Problems};
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Toml};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// The demo: 28 reception points of Amiens, five languages, ten interpreters.
pub const DEMO_TOML: &str = include_str!("../../deploy/demo.toml");

/// Every key with its default and its meaning, printed by `passerelle config example`.
pub const EXAMPLE_TOML: &str = include_str!("../../deploy/config.example.toml");

/// Environment variables that begin so override the file: `PASSERELLE__LISTEN__ADDRESS`.
const ENVIRONMENT_PREFIX: &str = "PASSERELLE__";

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error(
        "cannot read the configuration file {path}: {source}; write one with \
         `passerelle config example > {path}`"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key is unknown or has a value of the wrong kind.
    #[error("the configuration cannot be read:\n{0}")]
    Malformed(String),
    /// Each key is fine, together they are not.
    #[error("the configuration does not fit together:\n{0}")]
    Inconsistent(Problems),
}

impl Config {
    /// The configuration in this file, with the environment over it.
    ///
    /// # Errors
    /// When the file cannot be read, or does not pass [`Config::problems`].
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_toml(&text)
    }

    /// The configuration in this text, with the environment over it.
    ///
    /// # Errors
    /// When a key is unknown, or the whole does not pass [`Config::problems`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config = Self::parse(text)?;
        config.checked()
    }

    /// The demo's configuration, with the environment over it. Not yet checked, because the
    /// command line changes it once more.
    ///
    /// # Errors
    /// When an environment variable is unknown or has a value of the wrong kind.
    pub fn demo() -> Result<Self, ConfigError> {
        Self::parse(DEMO_TOML)
    }

    /// This configuration, when nothing in it is wrong.
    ///
    /// # Errors
    /// With all of [`Config::problems`] otherwise.
    pub fn checked(self) -> Result<Self, ConfigError> {
        let problems = self.problems();
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(ConfigError::Inconsistent(problems))
        }
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        Figment::from(Toml::string(text))
            .merge(Env::prefixed(ENVIRONMENT_PREFIX).split("__"))
            .extract()
            .map_err(|error| ConfigError::Malformed(explain(error)))
    }
}

/// What a TOML file beside the configuration says, such as a scenario; the environment has no part
/// in it.
///
/// # Errors
/// One line for each key that is unknown or has a value of the wrong kind.
pub fn read_toml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    Figment::from(Toml::string(text)).extract().map_err(explain)
}

/// One line per problem figment found: at which key, what, and whether it came from the
/// environment.
fn explain(error: figment::Error) -> String {
    let line = |error: figment::Error| {
        let mut origins = error.metadata.iter();
        let from_environment = origins.any(|origin| origin.name.contains("environment"));
        let origin = if from_environment {
            " (from the environment)"
        } else {
            ""
        };
        let what = match &error.kind {
            Kind::UnknownField(_, known) => format!("unknown key; known: {}", known.join(", ")),
            Kind::UnknownVariant(value, known) => {
                format!("`{value}` is unknown; use one of: {}", known.join(", "))
            }
            kind => kind.to_string(),
        };
        match key(&error.path) {
            key if key.is_empty() => format!("  {what}{origin}"),
            key => format!("  {key}: {what}{origin}"),
        }
    };
    error.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `sites[1].tablets` for the path `sites`, `0`, `tablets`: counted as the checks of the sections
/// do.
fn key(path: &[String]) -> String {
    let mut key = String::new();
    for name in path {
        match name.parse::<usize>() {
            Ok(index) => key.push_str(&format!("[{}]", index + 1)),
            Err(_) if key.is_empty() => key.push_str(name),
            Err(_) => key.push_str(&format!(".{name}")),
        }
    }
    key
}
