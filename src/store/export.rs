//! The journal as text, for whoever wants to look into it or replay it elsewhere: JSON Lines, one
//! moment of it, while a gateway runs. `docs/data.md` describes the format.

use super::new_file::{NewFile, NewFileError};
use super::{StoreError, Version, files, journal};
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
    /// The number of the entry on the next line.
    first: u64,
    /// The number of the entry on the last.
    newest: u64,
}

/// Writes the journal of a data directory. Returns the newest entry. Blocks.
///
/// # Errors
/// When there is no database, an entry is damaged, or the text cannot be written.
pub fn export_journal(data_dir: &Path, output: &mut dyn Write) -> Result<Version, ExportError> {
    let connection = files::open_to_read(data_dir)?;
    // The first line and the entries are of one moment.
    let moment = connection
        .unchecked_transaction()
        .map_err(StoreError::from)?;
    let (newest, _) = journal::newest(&moment)?;
    let mut output = BufWriter::new(output);
    let head = Head {
        passerelle_journal: FORMAT,
        first: 1,
        newest: newest.0,
    };
    write_line(&mut output, &head)?;
    let (written, _) = journal::read_all(&moment, |entries| {
        for entry in entries {
            write_line(&mut output, &entry)?;
        }
        Ok::<_, io::Error>(())
    })?;
    written?;
    output.flush()?;
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
