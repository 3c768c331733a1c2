//! `passerelle serve`: the gateway of a service, by its configuration file.

use super::error::CliError;
use super::print::say;
use super::run::foreground;
use crate::app::Purpose;
use crate::config::Config;
use crate::store::Check;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle serve`.
#[derive(Args)]
pub(super) struct Serve {
    /// The configuration file; `passerelle config example` prints one to begin with.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Check the whole database before serving, its indexes included; the start takes longer.
    #[arg(long)]
    full_check: bool,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let config = Config::from_file(&self.config)?;
        let file = self.config.clone();
        let purpose = Purpose::Service { file: self.config };
        let check = if self.full_check {
            Check::Full
        } else {
            Check::Quick
        };
        foreground(config, purpose, check, |gateway| {
            say(format!(
                "Passerelle {} serves {}, media on UDP {}. Invite tablets and people with \
                 `passerelle invite`. SIGHUP or `passerelle reload` reads {} again, SIGTERM stops.",
                env!("CARGO_PKG_VERSION"),
                gateway.base_url(),
                gateway.media_address(),
                file.display(),
            ));
        })
    }
}
