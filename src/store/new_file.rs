//! A file that appears under its name whole, or not at all: written beside it as `NAME.partial`,
//! flushed to the disk, then renamed. Readable by its owner only, since it holds what the database
//! holds.

use super::files::create_private;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a file could not be written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NewFileError {
    /// There is a file of that name.
    #[error("{} is there already: choose another name, or replace it with --force", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Somebody writes it now, or was interrupted.
    #[error(
        "{} is there: another command writes this file now, or one was interrupted; when none \
         runs, delete it or use --force", path.display()
    )]
    UnderWay {
        /// The unfinished file.
        path: PathBuf,
    },
    /// The disk, or the name.
    #[error("{} cannot be written ({source}): check the folder and its free space", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
}

/// A file under way; removed when dropped before [`NewFile::finish`].
#[derive(Debug)]
pub(super) struct NewFile {
    target: PathBuf,
    partial: PathBuf,
    replace: bool,
    finished: bool,
}

impl NewFile {
    /// Begins a file that will have this name. `replace` lets it take the place of another one, and
    /// of what an interrupted command has left.
    pub(super) fn begin(target: &Path, replace: bool) -> Result<(Self, File), NewFileError> {
        let path = target.to_owned();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source: io::Error| match source.kind() {
                ErrorKind::AlreadyExists => NewFileError::UnderWay { path },
                _ => NewFileError::Unwritable {
                    path,
                    source: Arc::new(source),
                },
            }
        };
        if target.is_dir() {
            return Err(failed(target)(ErrorKind::IsADirectory.into()));
        }
        if !replace && target.symlink_metadata().is_ok() {
            return Err(NewFileError::Exists { path });
        }
        let mut name = OsString::from(target);
        name.push(".partial");
        let partial = PathBuf::from(name);
        if replace {
            match std::fs::remove_file(&partial) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(failed(&partial)(error));
                }
                _ => {}
            }
        }
        let file = create_private(&partial).map_err(failed(&partial))?;
        let begun = Self {
            target: path,
            partial,
            replace,
            finished: false,
        };
        Ok((begun, file))
    }

    /// Where it is written to.
    pub(super) fn path(&self) -> &Path {
        &self.partial
    }

    /// Gives the file its name, once every byte is on the disk. Of two that finish under one name,
    /// one gets it.
    pub(super) fn finish(mut self) -> Result<(), NewFileError> {
        let path = self.target.clone();
        let failed = |source: io::Error| NewFileError::Unwritable {
            path: path.clone(),
            source: Arc::new(source),
        };
        // Another handle than the writer's: a flush is of the file, not of the handle.
        let written = OpenOptions::new().write(true).open(&self.partial);
        written.and_then(|file| file.sync_all()).map_err(failed)?;
        if !self.replace {
            create_private(&self.target).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => NewFileError::Exists { path: path.clone() },
                _ => failed(error),
            })?;
        }
        std::fs::rename(&self.partial, &self.target).map_err(failed)?;
        self.finished = true;
        sync_folder_of(&self.target).map_err(failed)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            // An error leaves it to whoever tries again, who is told what to do.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// Makes the names in a file's folder durable.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
