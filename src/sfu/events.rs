//! Events to the rest of the program, kept while its channel is full, so that the media thread
//! never waits for anybody.

use super::ids::{ParticipantId, RoomId};
use super::limits::MAX_PENDING_EVENTS;
use super::quality::RoomQuality;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

/// What happened in a room.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SfuEvent {
    /// A participant's ICE and DTLS are up: media can flow. Once per peer connection, so again
    /// after the participant joined again.
    Connected {
        /// The room.
        room: RoomId,
        /// Who is connected.
        participant: ParticipantId,
    },
    /// The first decodable packet of a participant has been forwarded to another who is not silent
    /// (and, unless it is a guest's, no guest): the start of a VP8 keyframe for one whose offer
    /// sends video, any audio packet for one whose offer sends audio only; or, where a page is out
    /// of sight, any packet it would have been sent. Once per peer connection
    /// while media is up; before that, each time it has to be received anew. For one who only
    /// writes, its open text channel counts as received. Never of a silent one.
    Received {
        /// The room.
        room: RoomId,
        /// Who is received.
        participant: ParticipantId,
    },
    /// Media flows in both directions between those the room is for: guests and silent ones do not
    /// count. Once per *epoch* of a room: an epoch begins when a second participant who counts is
    /// there and ends when fewer than two are left; joining again on a new peer connection does not
    /// end it.
    ///
    /// The rule: at least two of them publish or write, and each who does is
    /// [received](Self::Received).
    MediaUp {
        /// The room.
        room: RoomId,
    },
    /// A participant's ICE or DTLS is lost, was closed by the client, or never came up, and it has
    /// no other connection. The participant is out of the room and can join again with a new offer.
    Failed {
        /// The room.
        room: RoomId,
        /// Who was lost.
        participant: ParticipantId,
    },
    /// What arrives of everybody in a room has changed: whole, at most once a second, and at once
    /// when a picture stands or moves again.
    Quality(Arc<RoomQuality>),
}

impl SfuEvent {
    /// Where it happened.
    pub fn room(&self) -> RoomId {
        match self {
            Self::Connected { room, .. }
            | Self::Received { room, .. }
            | Self::MediaUp { room }
            | Self::Failed { room, .. } => *room,
            Self::Quality(quality) => quality.room,
        }
    }
}

/// Events on their way out, in order.
pub(super) struct EventOutbox {
    sender: Sender<SfuEvent>,
    pending: VecDeque<SfuEvent>,
    dropped: u64,
}

impl EventOutbox {
    /// An empty outbox for `sender`.
    pub(super) fn new(sender: Sender<SfuEvent>) -> Self {
        Self {
            sender,
            pending: VecDeque::new(),
            dropped: 0,
        }
    }

    /// Queues an event and sends what can be sent.
    pub(super) fn push(&mut self, event: SfuEvent) {
        if self.pending.len() >= MAX_PENDING_EVENTS {
            self.pending.pop_front();
            self.dropped += 1;
        }
        self.pending.push_back(event);
        self.flush();
    }

    /// Sends what can be sent. Without a receiver there is nobody to keep events for.
    pub(super) fn flush(&mut self) {
        while let Some(event) = self.pending.front() {
            match self.sender.try_send(event.clone()) {
                Ok(()) => drop(self.pending.pop_front()),
                Err(TrySendError::Full(_)) => return,
                Err(TrySendError::Closed(_)) => self.pending.clear(),
            }
        }
    }

    /// True while events wait for the channel.
    pub(super) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Events dropped since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_wait_in_order_while_the_channel_is_full() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let mut outbox = EventOutbox::new(sender);
        for room in 1..=3 {
            outbox.push(SfuEvent::MediaUp { room: RoomId(room) });
        }
        for room in 1..=3 {
            assert_eq!(
                receiver.try_recv(),
                Ok(SfuEvent::MediaUp { room: RoomId(room) })
            );
            outbox.flush();
        }
        assert!(!outbox.is_pending());
    }

    #[test]
    fn nothing_is_kept_for_a_receiver_that_has_gone() {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        drop(receiver);
        let mut outbox = EventOutbox::new(sender);
        outbox.push(SfuEvent::MediaUp { room: RoomId(1) });
        assert!(!outbox.is_pending());
    }
}
