//! The way of a batch through the journal: appended at once, waiting behind those before it, and
//! let out when it is durable. Several are under way at a time, so that group commit has something
//! to group; they are let out in order.

use super::batch::{Batch, Draft};
use super::driver::Driver;
use super::error::DispatchError;
use super::room_of;
use crate::store::{Append, Journal};

impl Driver {
    /// Sends the events of a batch to the journal; what they mean waits in the queue of batches.
    pub(super) async fn append(&mut self, draft: Draft) -> Result<(), DispatchError> {
        if draft.is_empty() {
            return Ok(());
        }
        let (entries, release) = draft.close(&self.core, &self.clients);
        let receipt = if entries.is_empty() {
            None
        } else {
            let expected_version = self.version;
            self.version = expected_version.plus(entries.len());
            let append = Append {
                expected_version,
                epoch: self.store.epoch(),
                entries,
                records: release.records.clone(),
            };
            Some(self.store.append(append).await?)
        };
        self.in_flight.push_back(Batch { receipt, release });
        Ok(())
    }

    /// Waits for everything under way and lets it out.
    pub(super) async fn flush(&mut self) -> Result<(), DispatchError> {
        while let Some(batch) = self.in_flight.front_mut() {
            batch.durable().await?;
            self.release_first();
        }
        Ok(())
    }

    /// The oldest batch is durable: the world may know.
    pub(super) fn release_first(&mut self) {
        let Some(Batch { release, .. }) = self.in_flight.pop_front() else {
            return;
        };
        for call in release.closed_rooms {
            self.sfu.close_room(room_of(call));
        }
        for (party, view) in &release.views {
            self.clients.show(*party, view);
        }
        for party in release.dismissed {
            self.clients.dismiss(party);
        }
        if let Some(board) = &release.board {
            self.clients.show_board(board);
        }
        let changed = self.today.update(release.records);
        if (changed || release.today) && self.clients.has_coordinators() {
            self.clients.show_today(&self.today.picture());
        }
        for answer in release.answers {
            answer.send();
        }
    }
}
