//! Pictures that nobody looks at are not sent: a client whose page is out of sight gets sound and
//! text, and no picture before it says that it shows them again. Meanwhile it is left out wherever
//! receivers are asked: of what a publisher may send, of layers, of keyframes.
//!
//! ```text
//! shown ──page hidden──▶ hidden ──10 s──▶ paused
//!   ▲                      │                │
//!   └─────page shown───────┴────────────────┘ at once, with a keyframe
//! ```
//!
//! It belongs to the connection, like what is told of a camera: a new one begins as shown, so that
//! nobody stays without a picture because a word was lost. A publisher whom nobody looks at goes on
//! as it was told last: an encoder that was held down to the least takes ten seconds to be as sharp
//! again as it was, and who comes back is to see signs within one.

use super::ids::{ParticipantId, PeerKey, RoomId};
use super::keyframe::Need;
use super::limits::SENT_UNSEEN;
use super::offer::Kind;
use super::peer::{Peer, Subscription};
use super::room::Room;
use super::shard::Shard;
use std::time::Instant;

/// Whether a client shows the pictures it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sight {
    /// As far as is known.
    #[default]
    Shown,
    /// Not now; from then on it is sent none.
    Hidden(Instant),
    /// It is sent none.
    Paused,
}

impl Sight {
    /// When it is to be paused.
    pub(super) const fn due(self) -> Option<Instant> {
        match self {
            Self::Hidden(at) => Some(at),
            Self::Shown | Self::Paused => None,
        }
    }

    /// The page says whether it shows them; true when they are to begin again.
    fn tell(&mut self, shown: bool, now: Instant) -> bool {
        let was_paused = *self == Self::Paused;
        match (shown, *self) {
            (true, _) => *self = Self::Shown,
            (false, Self::Shown) => *self = Self::Hidden(now + SENT_UNSEEN),
            (false, Self::Hidden(_) | Self::Paused) => {}
        }
        shown && was_paused
    }
}

impl Shard {
    /// A participant's page shows its pictures, or is out of sight.
    pub(super) fn set_sight(
        &mut self,
        room: RoomId,
        participant: ParticipantId,
        shown: bool,
        now: Instant,
    ) {
        let members = self.rooms.get(&room);
        let both = members.map(|room: &Room| {
            let (present, second) = (room.peer_of(participant), room.second_of(participant));
            [present, second]
        });
        for key in both.into_iter().flatten().flatten() {
            let begins = self.peers.serve(key, |peer| peer.sight.tell(shown, now));
            if begins == Some(true) {
                self.begin_to_show(key, now);
            }
            // Its timer is set when it is served.
            self.mark_dirty(key);
        }
    }

    /// Nobody has looked for long enough.
    pub(super) fn pause(&mut self, key: PeerKey, now: Instant) {
        if self.peers.serve(key, Peer::pause_pictures).is_some() {
            self.counters.pauses += 1;
            // The others alone count from now on.
            self.limit_sources_of(key, now);
        }
    }

    /// Somebody looks again: in the layer for the way there is now, from the next keyframe on.
    fn begin_to_show(&mut self, key: PeerKey, now: Instant) {
        let streams = self.peers.get(key).map_or(0, |peer| peer.outgoing().len());
        for stream in 0..streams {
            let subscription = Subscription { peer: key, stream };
            self.aim(subscription, now);
            self.request_keyframe_for(subscription, Need::Begin, now);
        }
        self.steer(key, now);
    }
}

impl Peer {
    /// True while it is sent no pictures.
    pub(super) fn is_paused(&self) -> bool {
        self.sight == Sight::Paused
    }

    fn pause_pictures(&mut self) {
        self.sight = Sight::Paused;
        let streams = self.outgoing.iter_mut().enumerate();
        for (number, stream) in streams.filter(|(_, stream)| stream.kind == Kind::Video) {
            // Neither a repair nor a probe repeats what was sent.
            stream.begin_source();
            self.media.hold(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_says_again_that_it_is_hidden_is_paused_no_later() {
        let start = crate::sfu::now();
        let mut sight = Sight::default();
        assert!(!sight.tell(false, start));
        assert!(!sight.tell(false, start + SENT_UNSEEN / 2));
        assert_eq!(sight.due(), Some(start + SENT_UNSEEN));
    }

    #[test]
    fn pictures_begin_again_only_for_a_page_that_was_paused() {
        let now = crate::sfu::now();
        for (before, begins) in [
            (Sight::Shown, false),
            (Sight::Hidden(now), false),
            (Sight::Paused, true),
        ] {
            let mut sight = before;
            assert_eq!(sight.tell(true, now), begins, "{before:?}");
            assert_eq!((sight, sight.due()), (Sight::Shown, None));
        }
    }
}
