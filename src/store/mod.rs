//! The store: the journal, the projections of calls and live offers, accounts, sessions,
//! invitations and paired tablets, in one SQLite file. It knows rows, never policy. One thread
//! writes, with group commit; reads have their own connection.

mod account_changes;
mod account_links;
mod accounts;
mod backup;
mod calls;
#[cfg(test)]
mod conformance;
mod devices;
mod error;
mod export;
mod files;
mod journal;
mod months;
mod new_file;
mod offers;
mod pairing;
mod provider_accounts;
mod restore;
mod retention;
mod room;
mod second_factor;
mod self_tests;
mod session_list;
mod sessions;
mod snapshots;
#[cfg(test)]
mod tests;
mod writer;

pub use account_changes::Changed;
pub use account_links::{Chosen, LinkedAccount, MailedLink};
pub use accounts::{Account, AccountId, AccountRow, Added};
pub use backup::{BackupError, Contents, Progress, back_up, looked_at};
pub use devices::{Device, DeviceEnd, DeviceId, Shown, TabletEnded, TabletRow};
pub use error::StoreError;
pub use export::{ExportError, export_journal, export_journal_to};
pub use files::Check;
pub use journal::{Append, Epoch, Journal, Version};
pub use months::{Kind, Month, Sums};
pub use new_file::NewFileError;
pub use pairing::{Enrolled, NewCode, OpenCode};
pub use provider_accounts::{Found, Vouched};
pub use restore::{RestoreError, Restored, restore};
pub use retention::Erased;
pub use second_factor::TotpSecret;
pub use self_tests::SelfTest;
pub use session_list::{NewSession, OpenSession, Owner};
pub use sessions::{SecretHash, SessionRow};
pub use snapshots::{SNAPSHOTS_KEPT, Snapshot};
pub use writer::Receipt;

use files::DataDirectory;
use passerelle_signaling::event::Entry;
use passerelle_signaling::time::Timestamp;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use writer::Writer;

/// A handle of the store; clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    reader: Arc<Mutex<Connection>>,
    epoch: Epoch,
    directory: Arc<Path>,
}

impl Store {
    /// Opens the store in a data directory, which is made when missing. Refuses a damaged database
    /// and one of a newer build, migrates an older one, and becomes its one writer. Blocks; called
    /// once at start.
    pub fn open(data_dir: &Path) -> Result<Self, StoreError> {
        Self::open_checked(data_dir, Check::Quick)
    }

    /// The same, checking the database as thoroughly as asked.
    pub fn open_checked(data_dir: &Path, check: Check) -> Result<Self, StoreError> {
        let directory = DataDirectory::hold(data_dir)?;
        let connection = directory.open_writer(check)?;
        let epoch = journal::lead(&connection)?;
        let reader = Arc::new(Mutex::new(directory.open_reader()?));
        let path = Arc::from(directory.path());
        let writer = Writer::start(directory, connection)?;
        Ok(Self {
            writer,
            reader,
            epoch,
            directory: path,
        })
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Limits the database to so many pages more than it has, as a full disk would; `None` lifts
    /// it.
    #[cfg(test)]
    pub(crate) async fn leave_pages(&self, more: Option<u32>) {
        let limit = move |connection: &Connection| {
            let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let most = more.map_or(u32::MAX - 1, |more| pages + more);
            connection.pragma_update(None, "max_page_count", most)?;
            Ok(())
        };
        // Neither pragma writes a page, so none can be missing.
        let done = self.writer.write(limit).await;
        done.expect("a pragma needs no room");
    }

    /// Every entry of the journal, in order. Blocks.
    pub fn load_journal(&self) -> Result<Vec<Entry>, StoreError> {
        let (entries, _) = self.read(Version(0), |entries| entries.collect())?;
        Ok(entries)
    }

    /// The moment of the journal's newest entry, before which service time must not start; the
    /// epoch of Unix when the journal is empty. Blocks.
    pub fn newest_moment(&self) -> Result<Timestamp, StoreError> {
        let (_, at) = journal::newest(&self.reader())?;
        Ok(at)
    }

    /// Writes what is queued, folds the write-ahead log into the database, closes it and releases
    /// the directory. Whatever comes after is answered [`StoreError::Closed`].
    pub async fn close(&self) {
        self.writer.close().await;
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves nothing half done in a connection that only reads.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on a thread that may block.
    async fn read_off_thread<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || read(&store.reader()))
            .await
            .unwrap_or(Err(StoreError::Closed))
    }
}
