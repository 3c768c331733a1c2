//! `passerelle restore`: puts a backup in the place of the database of a gateway that is stopped.

use super::error::CliError;
use super::place::{Meter, Place, described};
use super::print::say;
use super::written_down::write_down;
use crate::audit::Act;
use crate::store;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle restore`.
#[derive(Args)]
pub(super) struct Restore {
    /// A file that `passerelle backup` has written.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Restore {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let data_dir = self.place.data_dir()?;
        let mut meter = Meter::new();
        let restored = store::restore(&data_dir, &self.file, |progress| meter.show(progress))?;
        // Afterwards: it may have been refused because a gateway runs.
        write_down(&data_dir, Act::Restored)?;
        say(format!(
            "Restored into {}: {}.",
            data_dir.display(),
            described(&restored.contents)
        ));
        if let Some(kept) = restored.kept {
            say(format!(
                "The database of before is kept as {}: delete it when you no longer need it.",
                kept.display()
            ));
        }
        say(
            "Everybody is signed out: start the gateway, then invite tablets and people with \
             `passerelle invite`.",
        );
        Ok(ExitCode::SUCCESS)
    }
}
