//! The way of a batch through the journal: appended at once, waiting behind those before it, and
//! let out when it is durable. Several are under way at a time, so that group commit has something
//! to group; they are let out in order.

use super::batch::{Batch, Draft};
use super::clients::Picture;
use super::driver::Driver;
use super::error::DispatchError;
use super::limits::WAITS_SPACING;
use super::participants::{participant_of, room_of};
use crate::store::{Append, Journal};

impl Driver {
    /// Sends the events of a batch to the journal; what they mean waits in the queue of batches.
    pub(super) async fn append(&mut self, mut draft: Draft) -> Result<(), DispatchError> {
        self.refresh_waits(&mut draft);
        if draft.is_empty() {
            return Ok(());
        }
        let (entries, mut release) = draft.close(&self.core, &self.clients);
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
            let receipt = self.store.append(append).await?;
            release.state = self.state_when_due();
            Some(receipt)
        };
        release.entry = self.version;
        self.in_flight.push_back(Batch { receipt, release });
        Ok(())
    }

    /// Says anew how long people will wait: after each change, and now and then while nothing
    /// changes but the time.
    fn refresh_waits(&mut self, draft: &mut Draft) {
        let now = self.clock.now();
        if !draft.has_events() && now < self.waits_refreshed + WAITS_SPACING {
            return;
        }
        self.waits_refreshed = now;
        if self.core.refresh_waits(now) {
            draft.show_waits(&self.core);
        }
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
        for (call, epoch) in release.closed_rooms {
            self.sfu.close_room(room_of(call), epoch);
            self.forget_quality(call);
        }
        for ((call, party), epoch) in release.closed_legs {
            let participant = participant_of(party);
            self.sfu.leave(room_of(call), participant, epoch);
        }
        let seq = release.entry.0;
        self.clients.reached(release.entry);
        for (party, view) in release.views {
            self.clients.show(party, &Picture { seq, view });
        }
        for party in release.dismissed {
            self.clients.dismiss(party);
        }
        if let Some(view) = release.board {
            self.clients.show_board(&Picture { seq, view });
        }
        let changed = self.today.update(release.records);
        if (changed || release.today) && self.clients.has_coordinators() {
            self.clients.show_today(&self.today.picture());
        }
        for note in release
            .notes
            .iter()
            .filter_map(|event| self.onlookers.note(event))
        {
            note.write(&self.audit);
        }
        if let Some(due) = release.state {
            due.keep(self.store.clone());
        }
        for answer in release.answers {
            answer.send();
        }
    }
}
