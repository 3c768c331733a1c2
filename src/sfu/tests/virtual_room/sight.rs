//! What the virtual room's people see, hear and are told when a page goes out of sight.

pub(in crate::sfu::tests) use super::connection::SentTo;

use super::VirtualRoom;
use crate::sfu::ParticipantId;
use crate::sfu::SfuEvent;
use crate::sfu::command::Command;
use crate::sfu::stats::Counters;
use crate::sfu::tests::ROOM;

impl VirtualRoom {
    /// Its page shows its pictures, or is out of sight.
    pub(in crate::sfu::tests) fn show(&mut self, participant: ParticipantId, shown: bool) {
        let sight = Command::Sight {
            room: ROOM,
            participant,
            shown,
        };
        self.shard.command(sight, self.now);
        self.serve();
    }

    /// The packets of pictures that somebody was sent on its newest connection.
    pub(in crate::sfu::tests) fn seen_by(&mut self, participant: ParticipantId) -> Vec<SentTo> {
        let connection = self.newest_of(participant);
        connection.map_or(Vec::new(), |connection| connection.sent_to.clone())
    }

    /// How many packets of sound.
    pub(in crate::sfu::tests) fn heard_by(&mut self, participant: ParticipantId) -> usize {
        self.newest_of(participant)
            .map_or(0, |connection| connection.sounds)
    }

    /// What somebody was last told to send at most.
    pub(in crate::sfu::tests) fn limit_of(&mut self, participant: ParticipantId) -> Option<f64> {
        self.newest_of(participant)?.limit_bps
    }

    /// What was told of the room since it was asked last.
    pub(in crate::sfu::tests) fn told(&mut self) -> Vec<SfuEvent> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    /// The shard's own counts.
    pub(in crate::sfu::tests) fn counters(&self) -> Counters {
        self.shard.counters
    }
}
