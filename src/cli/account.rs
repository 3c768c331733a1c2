//! `passerelle account`: who signs in with a password. Asks the running gateway; when none runs,
//! writes the database itself. A password is typed by its owner alone, in a browser.

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use crate::app;
use crate::audit::Audit;
use crate::auth::{self, AccountCommand, By, admin};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use clap::{ArgGroup, Args, Subcommand};
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
    /// Give an account another login, or another person or role; that signs it out.
    Change(Change),
    /// Void an account's password and second factor, sign it out, and print a new link.
    Reset(Named),
    /// Take the second factor of an account away.
    RemoveSecondFactor(Named),
    /// End all sessions of an account.
    SignOut(Named),
    /// Remove an account and sign it out.
    Remove(Named),
}

/// Options of `passerelle account add`.
#[derive(Args)]
#[command(group(ArgGroup::new("whose").args(WHOSE).required(true)))]
pub(super) struct Add {
    /// What the owner will type to sign in; case does not matter.
    #[arg(long)]
    login: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    kept: Kept,
}

/// Options of `passerelle account change`: one thing at least.
#[derive(Args)]
#[command(group(ArgGroup::new("what").args(WHOSE).arg("new_login").required(true).multiple(true)))]
pub(super) struct Change {
    /// The login of the account.
    login: String,
    /// What the owner will type from now on.
    #[arg(long, value_name = "LOGIN")]
    new_login: Option<String>,
    #[command(flatten)]
    who: Option<Who>,
    #[command(flatten)]
    kept: Kept,
}

/// The arguments that say whose an account is.
const WHOSE: [&str; 3] = ["interpreter", "coordinator", "administrator"];

/// Whose account it is.
#[derive(Args)]
#[group(multiple = false)]
struct Who {
    /// The interpreter of this number in the configuration.
    #[arg(long, value_name = "NUMBER")]
    interpreter: Option<u32>,
    /// A coordinator.
    #[arg(long)]
    coordinator: bool,
    /// An administrator: people, tablets and the state of the gateway, and no call.
    #[arg(long)]
    administrator: bool,
}

impl Who {
    const fn identity(&self) -> Identity {
        match self.interpreter {
            Some(number) => Identity::Interpreter {
                interpreter: InterpreterId(number),
            },
            None if self.administrator => Identity::Administrator,
            None => Identity::Coordinator,
        }
    }
}

/// Options of `passerelle account reset`, `remove` and the like.
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
                let (login, who) = (login.into(), who.identity());
                (kept, AccountCommand::Add { login, who })
            }
            Self::Change(Change {
                login,
                new_login,
                who,
                kept,
            }) => {
                let who = who.map(|who| who.identity());
                let change = AccountCommand::Change {
                    login: login.into(),
                    new_login: new_login.map(Into::into),
                    who,
                };
                (kept, change)
            }
            Self::RemoveSecondFactor(Named { login, kept }) => (
                kept,
                AccountCommand::RemoveSecondFactor {
                    login: login.into(),
                },
            ),
            Self::SignOut(Named { login, kept }) => (
                kept,
                AccountCommand::EndSessions {
                    login: login.into(),
                },
            ),
            Self::List(kept) => (kept, AccountCommand::List),
            Self::Reset(Named { login, kept }) => (
                kept,
                AccountCommand::Reset {
                    login: login.into(),
                },
            ),
            Self::Remove(Named { login, kept }) => (
                kept,
                AccountCommand::Remove {
                    login: login.into(),
                },
            ),
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
    let carried = auth::carry_out(command, By::default(), kept, &configuration).await;
    store.close().await;
    Ok(carried?.done.said(&base))
}
