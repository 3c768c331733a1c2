//! Whether writing works again after the disk was full or the database locked. Found out by real
//! writing: what the file system or SQLite would say of free space is not what it then grants.

use super::{Store, StoreError};
use rusqlite::Connection;

/// What is written to find out: several bursts of everything a large service decides at once, so
/// that the first real write after it does not fail again.
const FILLING_BYTES: u32 = 64 * 1024;

impl Store {
    /// Writes something of no meaning, makes it durable, and takes it back. `Ok` means that as much
    /// can be written now.
    ///
    /// # Errors
    /// One that [can wait](StoreError::can_wait) while there is still no room; any other as ever.
    pub async fn find_room(&self) -> Result<(), StoreError> {
        const FILL: &str = "INSERT OR REPLACE INTO room (id, filling) VALUES (1, zeroblob(?1))";
        const EMPTY: &str = "DELETE FROM room";
        let fill = |connection: &Connection| {
            connection.prepare_cached(FILL)?.execute([FILLING_BYTES])?;
            Ok(())
        };
        let empty = |connection: &Connection| {
            connection.prepare_cached(EMPTY)?.execute([])?;
            Ok(())
        };
        // Each durable by itself: together, SQLite would see that nothing has to be written.
        self.writer.write(fill).await?;
        self.writer.write(empty).await
    }
}
