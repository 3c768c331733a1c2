//! `passerelle config check|dump|example`.

use super::error::CliError;
use super::print::say;
use crate::config::{Config, EXAMPLE_TOML};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What to do with a configuration.
#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Say whether the configuration is sound; every problem at once.
    Check(File),
    /// Print the configuration as understood, defaults and environment included, as JSON.
    Dump(File),
    /// Print an example with every key, its default and what it is for.
    Example,
}

/// Which configuration.
#[derive(Args)]
pub(super) struct File {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl ConfigCommand {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        match self {
            Self::Check(File { config }) => {
                let checked = Config::from_file(&config)?;
                for remark in checked.remarks() {
                    say(format!("Remark: {remark}"));
                }
                say(format!(
                    "{} is sound: {} languages, {} sites, {} interpreters.",
                    config.display(),
                    checked.languages.len(),
                    checked.sites.len(),
                    checked.interpreters.len(),
                ));
            }
            Self::Dump(File { config }) => {
                let config = Config::from_file(&config)?;
                // Texts, numbers and lists of them: there is always a JSON form.
                say(serde_json::to_string_pretty(&config).unwrap_or_default());
            }
            Self::Example => say(EXAMPLE_TOML.trim_end()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
