//! `passerelle erase-person`: takes an interpreter who has left out of the records. Asks the
//! running gateway; when none runs, writes the database itself.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::audit::Audit;
use crate::auth::{self, admin};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use clap::Args;
use passerelle_signaling::ids::InterpreterId;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle erase-person`.
#[derive(Args)]
pub(super) struct ErasePerson {
    /// The number the interpreter had in the configuration, which must no longer have it.
    number: u32,
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl ErasePerson {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let config = Config::from_file(&self.config)?;
        let person = InterpreterId(self.number);
        let said = runtime()?.block_on(async {
            match admin::ask_erase(&config.data_dir, person).await? {
                Some(said) => Ok::<_, CliError>(said),
                None => erase(&config, person).await,
            }
        })?;
        say(said);
        Ok(ExitCode::SUCCESS)
    }
}

/// No gateway runs: the store is ours for a moment.
async fn erase(config: &Config, person: InterpreterId) -> Result<String, CliError> {
    let store = Store::open(&config.data_dir)?;
    let audit = Audit::open(&config.data_dir, Clock::system(store.newest_moment()?))?;
    let erased = auth::erase_person(&store, &audit, &config.configuration(), person).await;
    store.close().await;
    Ok(erased?)
}
