//! `passerelle export-journal`: what has happened, as text, while the gateway goes on.

use super::error::CliError;
use super::place::Place;
use super::print::say;
use super::written_down::write_down;
use crate::audit::Act;
use crate::store::{self, ExportError};
use clap::Args;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of `passerelle export-journal`.
#[derive(Args)]
pub(super) struct ExportJournal {
    /// The file to write; `-` is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Replace the file when it is there already.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Place,
}

impl ExportJournal {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let data_dir = self.place.data_dir()?;
        write_down(&data_dir, Act::Exported)?;
        if self.file == Path::new("-") {
            match store::export_journal(&data_dir, &mut std::io::stdout().lock()) {
                // Whoever read has read enough.
                Err(ExportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {}
                exported => {
                    exported?;
                }
            }
        } else {
            let newest = store::export_journal_to(&data_dir, &self.file, self.force)?;
            let (file, entries) = (self.file.display(), newest.0);
            say(format!("{file} is written: {entries} journal entries."));
        }
        Ok(ExitCode::SUCCESS)
    }
}
