//! `passerelle audit verify`: reads the whole audit journal and finds any change. Works while the
//! gateway goes on.

use super::error::CliError;
use super::place::{Place, moment};
use super::print::say;
use crate::audit::{self, Head};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Sub-commands of `passerelle audit`.
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Read every entry, and check that none was changed, taken out, put in or cut off.
    Verify(Verify),
}

/// Options of `passerelle audit verify`.
#[derive(Args)]
pub(super) struct Verify {
    /// An entry that an earlier check has printed and that somebody kept on another machine: it
    /// must still be there.
    #[arg(long, value_name = "NUMBER:HASH")]
    known: Option<Head>,
    #[command(flatten)]
    place: Place,
}

impl AuditCommand {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let Self::Verify(Verify { known, place }) = self;
        let whole = audit::verify(&place.data_dir()?, known)?;
        match whole.oldest.zip(whole.newest) {
            Some((oldest, newest)) => say(format!(
                "The audit journal is whole: {} entries from {} to {}.\nKeep its end on another \
                 machine, and check it later with --known:\n{}",
                whole.entries,
                moment(oldest),
                moment(newest),
                whole.head
            )),
            None => say("The audit journal is empty: nothing has happened yet."),
        }
        Ok(ExitCode::SUCCESS)
    }
}
