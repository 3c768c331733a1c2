//! `passerelle account`: who signs in with a password. Asks the running gateway; when none runs,
//! writes the database itself. A password is typed by its owner alone, in a browser.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::app;
use crate::audit::Audit;
use crate::auth::{self, AccountCommand, admin};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use clap::{Args, Subcommand};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::protocol::Identity;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is done with accounts.
#[derive(Subcommand)]
pub(super) enum Account {
    /// Make an account and print the link under which its owner chooses a password, once.
    Add(Add),
    /// Print all accounts: number, login, who, how far.
    List(Kept),
    /// Void an account's password and second factor, sign it out, and print a new link.
    Reset(Named),
    /// Remove an account and sign it out.
    Remove(Named),
}

/// Options of `passerelle account add`.
#[derive(Args)]
pub(super) struct Add {
    /// What the owner will type to sign in; case does not matter.
    #[arg(long)]
    login: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    kept: Kept,
}

/// Whose account it is.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// The interpreter of this number in the configuration.
    #[arg(long, value_name = "NUMBER")]
    interpreter: Option<u32>,
    /// A coordinator.
    #[arg(long)]
    coordinator: bool,
}

/// Options of `passerelle account reset` and `remove`.
#[derive(Args)]
pub(super) struct Named {
    /// The login of the account.
    login: String,
    #[command(flatten)]
    kept: Kept,
}

/// Where the accounts are kept.
#[derive(Args)]
pub(super) struct Kept {
    /// The configuration file of the gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Account {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let (kept, command) = self.asked();
        let config = Config::from_file(&kept.config)?;
        let said = runtime()?.block_on(async {
            match admin::ask_account(&config.data_dir, command.clone()).await? {
                Some(said) => Ok::<_, CliError>(said),
                None => carry_out(&config, command).await,
            }
        })?;
        say(said);
        Ok(ExitCode::SUCCESS)
    }

    fn asked(self) -> (Kept, AccountCommand) {
        match self {
            Self::Add(Add { login, who, kept }) => {
                let who = match who.interpreter {
                    Some(number) => Identity::Interpreter {
                        interpreter: InterpreterId(number),
                    },
                    None => Identity::Coordinator,
                };
                (kept, AccountCommand::Add { login, who })
            }
            Self::List(kept) => (kept, AccountCommand::List),
            Self::Reset(Named { login, kept }) => (kept, AccountCommand::Reset { login }),
            Self::Remove(Named { login, kept }) => (kept, AccountCommand::Remove { login }),
        }
    }
}

/// No gateway runs: the store is ours for a moment.
async fn carry_out(config: &Config, command: AccountCommand) -> Result<String, CliError> {
    let store = Store::open(&config.data_dir)?;
    let clock = Clock::system(store.newest_moment()?);
    let audit = Audit::open(&config.data_dir, clock.clone())?;
    let base = app::base_url(config, config.listen.address);
    let configuration = config.configuration();
    let kept = (&store, &audit, &clock);
    let carried = auth::carry_out(command, kept, &configuration, &base).await;
    store.close().await;
    Ok(carried?.said)
}
