//! A room: who is in it, whose stream each subscriber receives, and when media counts as up. It
//! knows peers by their keys only. Pure.

use super::ids::{ParticipantId, PeerKey};
use super::limits::MAX_PARTICIPANTS_PER_ROOM;

/// One participant of a room and the peer connection in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) participant: ParticipantId,
    pub(super) peer: PeerKey,
    /// Streams published, by kind.
    pub(super) publishes: [bool; 2],
}

/// The participants in the order of joining; joining again keeps the place.
#[derive(Debug, Default)]
pub(super) struct Room {
    members: Vec<Member>,
    media_up: bool,
}

impl Room {
    /// The participants in the order of joining.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// True when `participant` can join: is in the room already, or there is a place.
    pub(super) fn has_place_for(&self, participant: ParticipantId) -> bool {
        self.members.len() < MAX_PARTICIPANTS_PER_ROOM || self.position(participant).is_some()
    }

    /// Adds a participant, or replaces the peer of one who is there; returns the replaced peer.
    pub(super) fn put(&mut self, member: Member) -> Option<PeerKey> {
        match self.position(member.participant) {
            Some(place) => Some(std::mem::replace(&mut self.members[place], member).peer),
            None => {
                self.members.push(member);
                None
            }
        }
    }

    /// The peer of a participant.
    pub(super) fn peer_of(&self, participant: ParticipantId) -> Option<PeerKey> {
        self.position(participant)
            .map(|place| self.members[place].peer)
    }

    /// Takes a peer out; true when that ended the epoch, so that media can come up anew.
    pub(super) fn remove(&mut self, peer: PeerKey) -> bool {
        self.members.retain(|member| member.peer != peer);
        let ended = self.members.len() < 2;
        if ended {
            self.media_up = false;
        }
        ended
    }

    /// True while media has not yet been up in this epoch.
    pub(super) fn awaits_media(&self) -> bool {
        !self.media_up
    }

    /// True once per epoch: when at least two participants publish and, by `is_flowing`, every
    /// one who does is received.
    pub(super) fn take_media_up(&mut self, is_flowing: impl Fn(PeerKey) -> bool) -> bool {
        let publishers = || self.members.iter().filter(|m| m.publishes != [false; 2]);
        let up = !self.media_up
            && publishers().count() >= 2
            && publishers().all(|member| is_flowing(member.peer));
        self.media_up |= up;
        up
    }

    /// The peer whose stream of a kind `subscriber` receives on its `number`-th outgoing stream of
    /// that kind: the others who publish it, in the order of joining. With one stream each, three
    /// participants therefore see the first who joined; it changes only when that one leaves.
    pub(super) fn source(
        &self,
        subscriber: PeerKey,
        kind: usize,
        number: usize,
    ) -> Option<PeerKey> {
        self.members
            .iter()
            .filter(|member| member.peer != subscriber && member.publishes[kind])
            .nth(number)
            .map(|member| member.peer)
    }

    fn position(&self, participant: ParticipantId) -> Option<usize> {
        self.members
            .iter()
            .position(|member| member.participant == participant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(participant: u32, peer: u64) -> Member {
        let (participant, peer) = (ParticipantId(participant), PeerKey(peer));
        Member {
            participant,
            peer,
            publishes: [true, true],
        }
    }

    fn room(count: u32) -> Room {
        let mut room = Room::default();
        for n in 1..=count {
            room.put(member(n, u64::from(n)));
        }
        room
    }

    #[test]
    fn joining_again_replaces_the_peer_and_keeps_the_place() {
        let mut room = room(2);
        assert_eq!(room.put(member(1, 9)), Some(PeerKey(1)));
        assert_eq!(room.members(), &[member(1, 9), member(2, 2)]);
        assert_eq!(room.source(PeerKey(2), 0, 0), Some(PeerKey(9)));
    }

    #[test]
    fn a_full_room_has_a_place_only_for_its_own() {
        let room = room(MAX_PARTICIPANTS_PER_ROOM as u32);
        assert!(room.has_place_for(ParticipantId(1)));
        assert!(!room.has_place_for(ParticipantId(99)));
    }

    #[test]
    fn media_comes_up_once_when_every_publisher_is_received() {
        let mut room = room(2);
        assert!(!room.take_media_up(|peer| peer == PeerKey(1)));
        assert!(room.take_media_up(|_| true));
        assert!(!room.take_media_up(|_| true));
    }

    #[test]
    fn one_participant_alone_has_no_media_up() {
        assert!(!room(1).take_media_up(|_| true));
        let mut watched = room(1);
        watched.put(Member {
            publishes: [false; 2],
            ..member(2, 2)
        });
        assert!(!watched.take_media_up(|_| true));
    }

    #[test]
    fn a_new_epoch_begins_when_fewer_than_two_are_left() {
        let mut room = room(3);
        assert!(room.take_media_up(|_| true));
        assert!(!room.remove(PeerKey(3)));
        assert!(!room.take_media_up(|_| true));
        assert!(room.remove(PeerKey(2)));
        room.put(member(2, 7));
        assert!(room.take_media_up(|_| true));
    }

    #[test]
    fn further_streams_carry_the_others_in_the_order_of_joining() {
        let room = room(3);
        assert_eq!(room.source(PeerKey(2), 1, 0), Some(PeerKey(1)));
        assert_eq!(room.source(PeerKey(2), 1, 1), Some(PeerKey(3)));
        assert_eq!(room.source(PeerKey(2), 1, 2), None);
    }
}
