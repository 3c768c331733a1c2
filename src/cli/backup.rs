//! `passerelle backup`: copies the database to a file while the gateway goes on.

use super::error::CliError;
use super::place::{Meter, Place, described};
use super::print::say;
use super::written_down::write_down;
use crate::audit::Act;
use crate::store;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `passerelle backup`.
#[derive(Args)]
pub(super) struct Backup {
    /// The file to write. It holds everything the service knows of its calls: keep it as you keep
    /// the data directory, and the configuration file beside it.
    file: PathBuf,
    /// Replace the file when it is there already.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Place,
}

impl Backup {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let data_dir = self.place.data_dir()?;
        write_down(&data_dir, Act::BackedUp)?;
        let mut meter = Meter::new();
        let contents = store::back_up(&data_dir, &self.file, self.force, |progress| {
            meter.show(progress);
        })?;
        say(format!(
            "{} is written and sound: {}.",
            self.file.display(),
            described(&contents)
        ));
        Ok(ExitCode::SUCCESS)
    }
}
