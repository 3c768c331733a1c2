//! `passerelle reload`: the running gateway reads its configuration again. Waiting calls keep their
//! place, calls in progress go on; a bad configuration changes nothing.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::auth::admin;
use crate::config::Config;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle reload`.
#[derive(Args)]
pub(super) struct Reload {
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Reload {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        // A bad file is complained about here already; otherwise it says where the gateway runs.
        let config = Config::from_file(&self.config)?;
        let asked = runtime()?.block_on(admin::ask_reload(&config.data_dir))?;
        let data_dir = config.data_dir;
        say(asked.ok_or(CliError::NotRunning { data_dir })?);
        Ok(ExitCode::SUCCESS)
    }
}
