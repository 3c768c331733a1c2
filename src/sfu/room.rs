//! A room: who is in it, whose stream each subscriber receives, and when media counts as up. It
//! knows peers by their keys only. Pure.

use super::ids::{ParticipantId, PeerKey};
use super::limits::MAX_PARTICIPANTS_PER_ROOM;
use super::standing::Standing;

/// One participant of a room and the peer connection in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) participant: ParticipantId,
    pub(super) standing: Standing,
    pub(super) peer: PeerKey,
    /// Streams published, by kind.
    pub(super) publishes: [bool; 2],
}

/// A member's place in the order; kept while its connection is lost, so that nobody else's picture
/// moves there and back.
#[derive(Clone, Copy, Debug)]
struct Place {
    member: Member,
    is_present: bool,
}

/// The participants by precedence, and among equals in the order of joining. Joining again, also
/// after a loss, keeps the place; leaving gives it up.
#[derive(Debug, Default)]
pub(super) struct Room {
    places: Vec<Place>,
    media_up: bool,
}

impl Room {
    /// The peers that are connected or connecting, in order.
    pub(super) fn peers(&self) -> impl Iterator<Item = PeerKey> + '_ {
        self.present().map(|member| member.peer)
    }

    /// True when nobody is left; the places of the lost are not worth a room.
    pub(super) fn is_empty(&self) -> bool {
        self.present().next().is_none()
    }

    /// True when `participant` can join: is in the room already, or there is a place.
    pub(super) fn has_place_for(&self, participant: ParticipantId) -> bool {
        let others = self.present().filter(|m| m.participant != participant);
        others.count() < MAX_PARTICIPANTS_PER_ROOM
    }

    /// Adds a participant, or replaces the peer of one who is there; returns the replaced peer.
    pub(super) fn put(&mut self, member: Member) -> Option<PeerKey> {
        let replaced = self.peer_of(member.participant);
        let place = Place {
            member,
            is_present: true,
        };
        let before = self
            .places
            .iter()
            .position(|place| place.member.participant == member.participant);
        if let Some(before) = before {
            if self.places[before].member.standing.precedence == member.standing.precedence {
                self.places[before] = place;
                return replaced;
            }
            self.places.remove(before);
        }
        self.forget_a_lost_place();
        let precedence = member.standing.precedence;
        let behind_equals = self
            .places
            .partition_point(|place| place.member.standing.precedence <= precedence);
        self.places.insert(behind_equals, place);
        replaced
    }

    /// The peer of a participant who is here.
    pub(super) fn peer_of(&self, participant: ParticipantId) -> Option<PeerKey> {
        self.present()
            .find(|member| member.participant == participant)
            .map(|member| member.peer)
    }

    /// A participant has left; true when that ended the epoch, so that media can come up anew.
    pub(super) fn leave(&mut self, participant: ParticipantId) -> bool {
        self.places
            .retain(|place| place.member.participant != participant);
        self.end_epoch()
    }

    /// A peer is lost, its place is kept; true when that ended the epoch.
    pub(super) fn lose(&mut self, peer: PeerKey) -> bool {
        let place = self.places.iter_mut().find(|p| p.member.peer == peer);
        if let Some(place) = place {
            place.is_present = false;
        }
        self.end_epoch()
    }

    /// True while media has not yet been up in this epoch.
    pub(super) fn awaits_media(&self) -> bool {
        !self.media_up
    }

    /// True once per epoch: when at least two principals publish and, by `is_flowing`, every one
    /// who does is received.
    pub(super) fn take_media_up(&mut self, is_flowing: impl Fn(PeerKey) -> bool) -> bool {
        let publishers = || self.principals().filter(|m| m.publishes != [false; 2]);
        let up = !self.media_up
            && publishers().count() >= 2
            && publishers().all(|member| is_flowing(member.peer));
        self.media_up |= up;
        up
    }

    /// The peer whose stream of a kind `subscriber` receives on its `number`-th outgoing stream of
    /// that kind: the others who publish it, in order. So the first stream, the main picture, is
    /// the foremost of the others; it changes only when that one leaves, never goes to a guest, and
    /// stays empty while its participant is lost.
    pub(super) fn source(
        &self,
        subscriber: PeerKey,
        kind: usize,
        number: usize,
    ) -> Option<PeerKey> {
        let mut others = self
            .places
            .iter()
            .filter(|place| place.member.peer != subscriber && place.member.publishes[kind])
            .peekable();
        let only_guests = others.peek()?.member.standing.is_guest();
        let place = others.nth(number.checked_sub(usize::from(only_guests))?)?;
        place.is_present.then_some(place.member.peer)
    }

    fn present(&self) -> impl Iterator<Item = &Member> {
        self.places
            .iter()
            .filter(|place| place.is_present)
            .map(|place| &place.member)
    }

    fn principals(&self) -> impl Iterator<Item = &Member> {
        self.present().filter(|m| m.standing.is_principal())
    }

    fn end_epoch(&mut self) -> bool {
        let ended = self.principals().count() < 2;
        if ended {
            self.media_up = false;
        }
        ended
    }

    /// Bounds the places: whoever is lost makes room for whoever comes.
    fn forget_a_lost_place(&mut self) {
        if self.places.len() >= MAX_PARTICIPANTS_PER_ROOM
            && let Some(lost) = self.places.iter().position(|place| !place.is_present)
        {
            self.places.remove(lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: usize = 1;
    const TABLET: u64 = 1;
    const LEAD: u64 = 2;
    const COLLEAGUE: u64 = 3;
    const GUEST: u64 = 4;
    const OBSERVER: u64 = 5;

    /// A member whose peer has the participant's number.
    fn member(participant: u64) -> Member {
        let (precedence, silent) = match participant {
            TABLET => (0, false),
            GUEST => (Standing::GUEST, false),
            OBSERVER => (Standing::GUEST + 1, true),
            _ => (1, false),
        };
        Member {
            participant: ParticipantId(participant),
            standing: Standing { precedence, silent },
            peer: PeerKey(participant),
            publishes: [!silent; 2],
        }
    }

    fn room(participants: &[u64]) -> Room {
        let mut room = Room::default();
        for participant in participants {
            room.put(member(*participant));
        }
        room
    }

    /// Whom a peer's streams carry, as many as a room can have.
    fn seen_by(room: &Room, peer: u64) -> Vec<Option<u64>> {
        let numbers = 0..MAX_PARTICIPANTS_PER_ROOM - 1;
        let mut seen: Vec<_> = numbers
            .map(|number| room.source(PeerKey(peer), VIDEO, number))
            .map(|key| key.map(|key| key.0))
            .collect();
        while seen.last() == Some(&None) {
            seen.pop();
        }
        seen
    }

    #[test]
    fn joining_again_replaces_the_peer_and_keeps_the_place() {
        let mut room = room(&[LEAD, COLLEAGUE, TABLET]);
        let again = Member {
            peer: PeerKey(9),
            ..member(LEAD)
        };
        assert_eq!(room.put(again), Some(PeerKey(LEAD)));
        assert_eq!(seen_by(&room, TABLET), [Some(9), Some(COLLEAGUE)]);
    }

    #[test]
    fn a_full_room_has_a_place_only_for_its_own() {
        let room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER, 6]);
        assert!(room.has_place_for(ParticipantId(TABLET)));
        assert!(!room.has_place_for(ParticipantId(99)));
    }

    #[test]
    fn the_lost_make_room_for_whoever_comes() {
        let mut room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER, 6]);
        room.lose(PeerKey(LEAD));
        for stranger in 10..30 {
            assert!(room.has_place_for(ParticipantId(stranger)));
            room.put(member(stranger));
            room.lose(PeerKey(stranger));
        }
        assert_eq!(room.places.len(), MAX_PARTICIPANTS_PER_ROOM);
        assert_eq!(room.peers().count(), MAX_PARTICIPANTS_PER_ROOM - 1);
    }

    #[test]
    fn media_comes_up_once_when_every_publisher_is_received() {
        let mut room = room(&[TABLET, LEAD]);
        assert!(!room.take_media_up(|peer| peer == PeerKey(TABLET)));
        assert!(room.take_media_up(|_| true));
        assert!(!room.take_media_up(|_| true));
    }

    #[test]
    fn one_participant_alone_or_watched_or_with_a_guest_has_no_media_up() {
        assert!(!room(&[TABLET]).take_media_up(|_| true));
        assert!(!room(&[TABLET, OBSERVER]).take_media_up(|_| true));
        assert!(!room(&[TABLET, GUEST]).take_media_up(|_| true));
    }

    #[test]
    fn media_waits_for_neither_guest_nor_observer() {
        let mut room = room(&[TABLET, LEAD, GUEST, OBSERVER]);
        assert!(room.take_media_up(|peer| [TABLET, LEAD].contains(&peer.0)));
    }

    #[test]
    fn a_new_epoch_begins_when_fewer_than_two_who_count_are_left() {
        let mut room = room(&[TABLET, LEAD, COLLEAGUE, GUEST, OBSERVER]);
        assert!(room.take_media_up(|_| true));
        assert!(!room.leave(ParticipantId(COLLEAGUE)));
        assert!(!room.take_media_up(|_| true));
        assert!(room.lose(PeerKey(LEAD)));
        room.put(Member {
            peer: PeerKey(7),
            ..member(LEAD)
        });
        assert!(room.take_media_up(|_| true));
    }

    #[test]
    fn everybody_sees_the_others_by_precedence_and_then_in_the_order_of_joining() {
        let room = room(&[GUEST, OBSERVER, LEAD, TABLET, COLLEAGUE]);
        let (tablet, lead, colleague, guest) =
            (Some(TABLET), Some(LEAD), Some(COLLEAGUE), Some(GUEST));
        assert_eq!(seen_by(&room, TABLET), [lead, colleague, guest]);
        assert_eq!(seen_by(&room, LEAD), [tablet, colleague, guest]);
        assert_eq!(seen_by(&room, COLLEAGUE), [tablet, lead, guest]);
        assert_eq!(seen_by(&room, GUEST), [tablet, lead, colleague]);
        assert_eq!(seen_by(&room, OBSERVER), [tablet, lead, colleague, guest]);
    }

    #[test]
    fn a_lost_lead_keeps_the_main_picture_until_it_leaves() {
        let mut room = room(&[TABLET, LEAD, GUEST, COLLEAGUE]);
        room.lose(PeerKey(LEAD));
        let (colleague, guest) = (Some(COLLEAGUE), Some(GUEST));
        assert_eq!(seen_by(&room, TABLET), [None, colleague, guest]);
        room.put(Member {
            peer: PeerKey(9),
            ..member(LEAD)
        });
        assert_eq!(seen_by(&room, TABLET), [Some(9), colleague, guest]);
        room.lose(PeerKey(9));
        room.leave(ParticipantId(LEAD));
        assert_eq!(seen_by(&room, TABLET), [colleague, guest]);
    }

    #[test]
    fn a_guest_is_nobodys_main_picture() {
        let mut room = room(&[GUEST, TABLET]);
        assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
        room.put(member(LEAD));
        assert_eq!(seen_by(&room, TABLET), [Some(LEAD), Some(GUEST)]);
        room.leave(ParticipantId(LEAD));
        assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
    }

    #[test]
    fn whoever_changes_standing_changes_place() {
        let mut room = room(&[TABLET, LEAD, GUEST]);
        room.put(Member {
            standing: member(LEAD).standing,
            ..member(GUEST)
        });
        room.put(Member {
            standing: member(GUEST).standing,
            ..member(LEAD)
        });
        assert_eq!(seen_by(&room, TABLET), [Some(GUEST), Some(LEAD)]);
    }
}
