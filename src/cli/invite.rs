//! `passerelle invite`: prints a link that signs a tablet or a person in, once. Asks the running
//! gateway through its administration socket; when none runs, writes the database itself.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::app;
use crate::audit::Audit;
use crate::auth::{self, admin};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use clap::{Args, ValueEnum};
use passerelle_signaling::ids::{InterpreterId, TabletId};
use passerelle_signaling::protocol::Identity;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle invite`.
#[derive(Args)]
pub(super) struct Invite {
    /// Who is invited.
    #[arg(value_enum)]
    role: Invited,
    /// The number of the tablet or interpreter in the configuration.
    number: Option<u32>,
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Invited {
    Tablet,
    Interpreter,
    Coordinator,
}

impl Invite {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let config = Config::from_file(&self.config)?;
        let identity = self.identity()?;
        auth::check_known(identity, &config.configuration())?;
        let link = runtime()?.block_on(async {
            match admin::ask_invite(&config.data_dir, identity).await? {
                Some(link) => Ok::<_, CliError>(link),
                None => write_invite(&config, identity).await,
            }
        })?;
        say(link);
        Ok(ExitCode::SUCCESS)
    }

    fn identity(&self) -> Result<Identity, CliError> {
        match (self.role, self.number) {
            (Invited::Tablet, Some(number)) => Ok(Identity::Tablet {
                tablet: TabletId(number),
            }),
            (Invited::Interpreter, Some(number)) => Ok(Identity::Interpreter {
                interpreter: InterpreterId(number),
            }),
            (Invited::Coordinator, None) => Ok(Identity::Coordinator),
            (Invited::Tablet, None) => Err(CliError::NumberMissing { role: "tablet" }),
            (Invited::Interpreter, None) => Err(CliError::NumberMissing {
                role: "interpreter",
            }),
            (Invited::Coordinator, Some(_)) => Err(CliError::NumberUnexpected),
        }
    }
}

/// No gateway runs: the store is ours for a moment.
async fn write_invite(config: &Config, identity: Identity) -> Result<String, CliError> {
    let store = Store::open(&config.data_dir)?;
    let clock = Clock::system(store.newest_moment()?);
    let audit = Audit::open(&config.data_dir, clock.clone())?;
    let code = auth::create_invite(&store, &audit, &clock, identity).await;
    store.close().await;
    let base = app::base_url(config, config.listen.address);
    Ok(base + &auth::page_path(identity, &code?))
}
