//! The command line: one file per sub-command. Answers go to standard output, logs and errors to
//! standard error; the exit code is 0, 1 with a message that says what to do, or 2 for a command
//! line that cannot be read.

mod account;
mod audit;
mod backup;
mod config;
mod demo;
mod doctor;
mod erase_person;
mod error;
mod export_journal;
mod healthcheck;
mod invite;
mod load;
mod place;
mod print;
mod reload;
mod restore;
mod run;
mod serve;
mod simulate;
mod smoke;
mod temporary;
mod written_down;

use crate::telemetry::{self, LogFormat};
use clap::{Parser, Subcommand};
use error::CliError;
use std::process::ExitCode;

/// Self-hosted video gateway for interpretation relay.
#[derive(Parser)]
#[command(name = "passerelle", version, propagate_version = true)]
struct Arguments {
    /// What is logged to standard error, such as `passerelle=debug`.
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How a log line looks.
    #[arg(long, global = true, value_enum, default_value_t)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything on this machine: 28 reception points of Amiens, one-click sign-in.
    Demo(demo::Demo),
    /// Run the gateway with a configuration file.
    Serve(serve::Serve),
    /// Let the running gateway read its configuration again; calls go on.
    Reload(reload::Reload),
    /// Print a link that signs a tablet or a person in, once.
    Invite(invite::Invite),
    /// People who sign in with a password: make, list, reset, remove their accounts.
    #[command(subcommand)]
    Account(account::Account),
    /// Place one call between built-in clients and check media and record.
    Smoke(smoke::Smoke),
    /// Measure what this machine carries, with made-up people; nothing real is touched.
    #[command(subcommand)]
    Load(load::Load),
    /// Say what wait to expect of a roster, from simulated days; nothing runs, nobody is called.
    Simulate(simulate::Simulate),
    /// Copy the database to a file while the gateway goes on, and check the copy.
    Backup(backup::Backup),
    /// Write the journal as text, one entry a line, while the gateway goes on.
    ExportJournal(export_journal::ExportJournal),
    /// Take an interpreter who has left out of the records; figures stay as they are.
    ErasePerson(erase_person::ErasePerson),
    /// Check the audit journal: who signed in, who looked on, what administrators did.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Put a backup in the place of the database; the gateway must be stopped.
    Restore(restore::Restore),
    /// Say what works and what does not, and what to ask of the firewall's keepers.
    Doctor(doctor::Doctor),
    /// Ask the running gateway whether it is up; for supervisors and containers.
    Healthcheck(healthcheck::Healthcheck),
    /// Check a configuration, print it as understood, or print a commented example.
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let ran = match telemetry::start(arguments.log.as_deref(), arguments.log_format) {
        Ok(()) => carry_out(arguments.command),
        Err(error) => Err(error.into()),
    };
    match ran {
        Ok(code) => code,
        Err(error) => {
            print::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> Result<ExitCode, CliError> {
    match command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Reload(reload) => reload.run(),
        Command::Invite(invite) => invite.run(),
        Command::Account(account) => account.run(),
        Command::Smoke(smoke) => Ok(smoke.run()?),
        Command::Load(load) => load.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Backup(backup) => backup.run(),
        Command::ExportJournal(export) => export.run(),
        Command::ErasePerson(erase) => erase.run(),
        Command::Audit(audit) => audit.run(),
        Command::Restore(restore) => restore.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Healthcheck(healthcheck) => healthcheck.run(),
        Command::Config(config) => config.run(),
    }
}
