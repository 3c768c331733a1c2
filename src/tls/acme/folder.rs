//! What is kept of an authority in the data directory, readable by the gateway's user only: the
//! account, the certificate with its key in one file, and what has been asked for. Each file
//! appears under its name whole or not at all.

use super::ledger::Ledger;
use crate::tls::TlsError;
use crate::tls::development::file_error;
use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where the files are.
#[derive(Clone, Debug)]
pub(in crate::tls) struct Folder(PathBuf);

/// An account with an authority.
#[derive(Serialize, Deserialize)]
pub(super) struct Account {
    /// The authority's.
    pub(super) directory: String,
    /// What the authority knows of us.
    pub(super) contacts: Vec<String>,
    /// The key of ours, and the account's address there.
    pub(super) credentials: AccountCredentials,
}

impl Folder {
    /// In this data directory.
    pub(in crate::tls) fn of(data_dir: &Path) -> Self {
        Self(data_dir.join("tls/acme"))
    }

    /// Where the certificate is: the key first, then the chain, the server's own first.
    pub(in crate::tls) fn certificate(&self) -> PathBuf {
        self.0.join("certificate.pem")
    }

    fn account_path(&self) -> PathBuf {
        self.0.join("account.json")
    }

    fn ledger_path(&self) -> PathBuf {
        self.0.join("orders.json")
    }

    /// Makes the folder.
    pub(super) fn make(&self) -> Result<(), TlsError> {
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(&self.0);
        made.map_err(|source| file_error(&self.0, source))
    }

    /// The account, if one is kept that can be read.
    pub(super) fn account(&self) -> Option<Account> {
        read_json(&self.account_path())
    }

    /// Keeps the account.
    pub(super) fn keep_account(&self, account: &Account) -> Result<(), TlsError> {
        // Texts and a key: there is always a JSON form.
        let json = serde_json::to_vec_pretty(account).unwrap_or_default();
        self.write(&self.account_path(), &json)
    }

    /// Forgets the account, which its authority does not know any more.
    pub(super) fn forget_account(&self) -> Result<(), TlsError> {
        let path = self.account_path();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(file_error(&path, error)),
            _ => Ok(()),
        }
    }

    /// What has been asked for, as far as that is known.
    pub(super) fn ledger(&self) -> Ledger {
        read_json(&self.ledger_path()).unwrap_or_default()
    }

    /// Keeps what has been asked for.
    pub(super) fn keep_ledger(&self, ledger: &Ledger) -> Result<(), TlsError> {
        // Texts and numbers: there is always a JSON form.
        let json = serde_json::to_vec_pretty(ledger).unwrap_or_default();
        self.write(&self.ledger_path(), &json)
    }

    /// Keeps a certificate with its key.
    pub(super) fn keep_certificate(&self, pem: &str) -> Result<(), TlsError> {
        self.write(&self.certificate(), pem.as_bytes())
    }

    /// Beside it, flushed, then under its name: a crash leaves the one before.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
        let partial = path.with_extension("partial");
        self.write_by(path, &partial, bytes)
            .map_err(|source| file_error(path, source))
    }

    fn write_by(&self, path: &Path, partial: &Path, bytes: &[u8]) -> io::Result<()> {
        match std::fs::remove_file(partial) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // A new file each time: the mode given to `open` counts only for files it creates.
        let mut open = OpenOptions::new();
        let mut file = open
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(partial, path)?;
        File::open(&self.0)?.sync_all()
    }
}

/// `None` when there is none or it cannot be read; the latter is said, since it is made anew then.
fn read_json<T: for<'a> Deserialize<'a>>(path: &Path) -> Option<T> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        read => read,
    };
    let read = bytes.map_err(|error| error.to_string());
    let parsed = read.and_then(|bytes| {
        // A message of the parser could quote the key.
        serde_json::from_slice(&bytes).map_err(|_| String::from("not what the gateway wrote"))
    });
    parsed
        .inspect_err(|problem| {
            let path = path.display();
            tracing::warn!(id = "acme_file_unreadable", %path, problem, "a file is made anew");
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::time::Timestamp;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_are_private_and_one_that_cannot_be_read_is_as_none() {
        let directory = tempfile::tempdir().unwrap();
        let folder = Folder::of(directory.path());
        folder.make().unwrap();
        assert_eq!(folder.ledger(), Ledger::default());
        let mut ledger = Ledger::default();
        ledger.place(Timestamp(7));
        folder.keep_ledger(&ledger).unwrap();
        folder.keep_ledger(&ledger).unwrap();
        assert_eq!(folder.ledger(), ledger);
        folder.keep_certificate("PEM").unwrap();
        for path in [folder.ledger_path(), folder.certificate()] {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
        std::fs::write(folder.ledger_path(), "{\"orders\":[{").unwrap();
        assert_eq!(folder.ledger(), Ledger::default());
        folder.forget_account().unwrap();
    }
}
