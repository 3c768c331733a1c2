//! The journal as text, for whoever wants to look into it or replay it elsewhere: JSON Lines, one
//! moment of it, while a gateway runs. `docs/data.md` describes the format.

use super::new_file::{NewFile, NewFileError};
use super::{StoreError, Version, files, journal, snapshots};
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// Raised when the first line changes its form or its meaning. Entries are as serde writes them.
const FORMAT: u32 = 1;

/// Why the journal was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The text went nowhere.
    #[error("the journal cannot be written out ({0}): check where it goes")]
    Output(#[from] io::Error),
}

/// The first line.
#[derive(Serialize)]
struct Head {
    passerelle_journal: u32,
    /// The number of the first entry below.
    first: u64,
    /// The number of the entry on the last line.
    newest: u64,
}

/// Writes the journal of a data directory. Returns the newest entry. Blocks.
///
/// # Errors
/// When there is no database, an entry is damaged, or the text cannot be written.
pub fn export_journal(data_dir: &Path, output: &mut dyn Write) -> Result<Version, ExportError> {
    let connection = files::open_to_read(data_dir)?;
    // All lines are of one moment.
    let moment = connection
        .unchecked_transaction()
        .map_err(StoreError::from)?;
    let (newest, _) = journal::newest(&moment)?;
    let begins = journal::first(&moment)?;
    let mut output = BufWriter::new(output);
    let mut write_from = |after: Version, base: Option<&str>| {
        let head = Head {
            passerelle_journal: FORMAT,
            first: after.0 + 1,
            newest: newest.0,
        };
        write_line(&mut output, &head)?;
        if let Some(state) = base {
            // One line, as the core wrote it: the state in the place of what was purged.
            writeln!(output, r#"{{"snapshot":{state}}}"#)?;
        }
        let (written, _) = journal::read_after(&moment, after, |entries| {
            for entry in entries {
                write_line(&mut output, &entry)?;
            }
            Ok::<_, io::Error>(())
        })?;
        written?;
        Ok::<_, ExportError>(output.flush()?)
    };
    if begins == 1 {
        write_from(Version(0), None)?;
    } else {
        // The oldest, so that as many entries as there are come after it.
        let oldest = snapshots::all(&moment)?.pop();
        let oldest = oldest.ok_or(StoreError::JournalCut { begins })?;
        write_from(oldest.version, Some(&oldest.state))?;
    }
    Ok(newest)
}

/// The same, to a file that appears whole or not at all.
pub fn export_journal_to(
    data_dir: &Path,
    target: &Path,
    replace: bool,
) -> Result<Version, ExportError> {
    let (file, mut written) = NewFile::begin(target, replace)?;
    let newest = export_journal(data_dir, &mut written).map_err(|error| match error {
        ExportError::Output(source) => NewFileError::Unwritable {
            path: target.to_owned(),
            source: Arc::new(source),
        }
        .into(),
        other => other,
    })?;
    file.finish()?;
    Ok(newest)
}

fn write_line(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, value)?;
    output.write_all(b"\n")
}
