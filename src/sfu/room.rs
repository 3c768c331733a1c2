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
    /// It can open a channel for text.
    pub(super) writes: bool,
}

/// A member's place in the order; kept while its connection is lost, so that nobody else's picture
/// moves there and back.
#[derive(Clone, Copy, Debug)]
struct Place {
    member: Member,
    is_present: bool,
    text: TextSoFar,
}

/// What a participant has done with text on all its connections; never the text.
#[derive(Clone, Copy, Debug, Default)]
struct TextSoFar {
    has_opened: bool,
    has_written: bool,
    /// Since it was last relayed, something was dropped, and the others know.
    is_marked: bool,
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
        let mut place = Place {
            member,
            is_present: true,
            text: TextSoFar::default(),
        };
        let before = self
            .places
            .iter()
            .position(|place| place.member.participant == member.participant);
        if let Some(before) = before {
            place.text = self.places[before].text;
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

    /// True once per epoch: when at least two principals publish or write and, by `is_flowing`,
    /// every one who does is received; for one who only writes, its open channel counts.
    pub(super) fn take_media_up(&mut self, is_flowing: impl Fn(PeerKey) -> bool) -> bool {
        let speaks = |m: &&Member| m.writes || m.publishes != [false; 2];
        let speakers = || self.principals().filter(speaks);
        let up = !self.media_up
            && speakers().count() >= 2
            && speakers().all(|member| is_flowing(member.peer));
        self.media_up |= up;
        up
    }

    /// The peer whose stream of a kind `subscriber` receives on its `number`-th outgoing stream of
    /// that kind: the others in order, each with a place of their own for sound and picture alike,
    /// whatever they publish, so that nobody's picture ever stands beside another's voice. The
    /// first, the main picture, is the foremost of the others; it changes only when that one
    /// leaves, never goes to a guest, and stays empty while its participant is lost.
    pub(super) fn source(
        &self,
        subscriber: PeerKey,
        kind: usize,
        number: usize,
    ) -> Option<PeerKey> {
        let mut others = self
            .places
            .iter()
            .filter(|place| place.member.peer != subscriber && !place.member.standing.silent)
            .peekable();
        let only_guests = others.peek()?.member.standing.is_guest();
        let place = others.nth(number.checked_sub(usize::from(only_guests))?)?;
        let flows = place.is_present && place.member.publishes[kind];
        flows.then_some(place.member.peer)
    }

    /// A peer's text channel is open; true when its participant has had one before.
    pub(super) fn note_text_open(&mut self, peer: PeerKey) -> bool {
        let text = self.text_of(peer);
        text.is_some_and(|text| std::mem::replace(&mut text.has_opened, true))
    }

    /// A participant wrote something, which is dropped or not; false when there is nothing to pass
    /// on: a drop right after another.
    pub(super) fn note_written(&mut self, peer: PeerKey, is_dropped: bool) -> bool {
        let Some(text) = self.text_of(peer) else {
            return false;
        };
        text.has_written = true;
        !(std::mem::replace(&mut text.is_marked, is_dropped) && is_dropped)
    }

    /// The participants who have written, but the one of `peer`.
    pub(super) fn writers_but(&self, peer: PeerKey) -> Vec<ParticipantId> {
        self.places
            .iter()
            .filter(|place| place.member.peer != peer && place.text.has_written)
            .map(|place| place.member.participant)
            .collect()
    }

    fn text_of(&mut self, peer: PeerKey) -> Option<&mut TextSoFar> {
        let place = self.places.iter_mut().find(|p| p.member.peer == peer);
        place.map(|place| &mut place.text)
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
            writes: true,
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
    fn in_a_call_of_text_alone_media_is_up_when_every_channel_is_open() {
        let mut room = Room::default();
        for participant in [TABLET, LEAD] {
            room.put(Member {
                publishes: [false; 2],
                ..member(participant)
            });
        }
        assert!(!room.take_media_up(|peer| peer == PeerKey(TABLET)));
        assert!(room.take_media_up(|_| true));
    }

    #[test]
    fn who_neither_publishes_nor_writes_is_not_waited_for() {
        let mut room = room(&[TABLET, LEAD]);
        room.put(Member {
            publishes: [false; 2],
            writes: false,
            ..member(COLLEAGUE)
        });
        assert!(room.take_media_up(|peer| peer != PeerKey(COLLEAGUE)));
    }

    #[test]
    fn text_is_remembered_over_a_new_connection_but_not_over_leaving() {
        let mut room = room(&[TABLET, LEAD]);
        let (tablet, lead) = (PeerKey(TABLET), PeerKey(LEAD));
        assert!(!room.note_text_open(lead));
        assert!(room.note_written(lead, false));
        room.lose(lead);
        let again = Member {
            peer: PeerKey(9),
            ..member(LEAD)
        };
        room.put(again);
        assert!(room.note_text_open(PeerKey(9)));
        assert_eq!(room.writers_but(tablet), [ParticipantId(LEAD)]);
        assert!(room.writers_but(PeerKey(9)).is_empty());
        room.leave(ParticipantId(LEAD));
        room.put(again);
        assert!(!room.note_text_open(PeerKey(9)) && room.writers_but(tablet).is_empty());
    }

    #[test]
    fn of_several_drops_in_a_row_the_first_is_told() {
        let mut room = room(&[TABLET]);
        let drops = [true, true, false, true, true];
        let told = drops.map(|is_dropped| room.note_written(PeerKey(TABLET), is_dropped));
        assert_eq!(told, [true, false, true, true, false]);
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
    fn whoever_sends_no_picture_keeps_the_place_of_it_so_that_voices_and_pictures_agree() {
        let mut room = room(&[TABLET, GUEST]);
        room.put(Member {
            publishes: [true, false],
            ..member(LEAD)
        });
        assert_eq!(seen_by(&room, TABLET), [None, Some(GUEST)]);
        let heard = (0..2).map(|number| room.source(PeerKey(TABLET), 0, number));
        let expected = [LEAD, GUEST].map(|peer| Some(PeerKey(peer)));
        assert!(heard.eq(expected));
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
