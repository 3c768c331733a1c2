//! `passerelle doctor`: one command for whoever runs the machine. Reads the configuration, looks at
//! data, certificate and clock, has a built-in client see its own picture come back through every
//! way there is to the running gateway, reaches mail and provider, and prints the request to the
//! firewall's keepers. Starts nothing and changes nothing.

mod findings;
mod firewall;
mod machine;
mod media;
mod others;

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::clock::Clock;
use crate::config::Config;
use clap::Args;
use findings::Findings;
use passerelle_signaling::time::Timestamp;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle doctor`.
#[derive(Args)]
pub(super) struct Doctor {
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Doctor {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let file = self.config.display();
        let mut findings = Findings::default();
        let config = match Config::from_file(&self.config) {
            Ok(config) => config,
            Err(error) => {
                findings.failed(error.to_string());
                return Ok(ExitCode::FAILURE);
            }
        };
        findings.well(format!("{file} is sound"));
        for remark in config.remarks() {
            findings.look(remark);
        }
        let now = Clock::system(Timestamp(0)).now();
        machine::check(&config, now, &mut findings);
        runtime()?.block_on(async {
            media::check(&config, now, &mut findings).await;
            others::check(&config, &mut findings).await;
        });
        say("");
        say(firewall::request(&config));
        say("");
        match findings.failures() {
            0 => say("All is well."),
            1 => say("One check failed: see ✗ above."),
            failures => say(format!("{failures} checks failed: see ✗ above.")),
        }
        Ok(match findings.failures() {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}
