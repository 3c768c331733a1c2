//! `passerelle healthcheck`: asks the gateway of this configuration, on this machine, whether it
//! answers. Containers have no curl.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::client::http::Target;
use crate::config::Config;
use crate::tls;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle healthcheck`.
#[derive(Args)]
pub(super) struct Healthcheck {
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Healthcheck {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let config = Config::from_file(&self.config)?;
        let served = tls::served_certificate(&config.tls, &config.data_dir)?;
        let target = Target::new(config.listen.address, served)?;
        let answer = runtime()?.block_on(target.get("/healthz", None))?;
        if answer.status != 200 {
            let (status, body) = (answer.status, answer.body);
            return Err(CliError::Unhealthy { status, body });
        }
        say(answer.body);
        Ok(ExitCode::SUCCESS)
    }
}
