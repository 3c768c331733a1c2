//! A room: who is in it, whose stream each subscriber receives, and when media counts as up. It
//! knows peers by their keys only: one per participant, and a second while that one is replaced
//! (`handover`). Pure.

use super::ids::{ParticipantId, PeerKey};
use super::limits::MAX_PARTICIPANTS_PER_ROOM;
use super::standing::Standing;

/// One participant of a room and a peer connection of it.
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
    /// Beside the one in use: the one to come, or the one just replaced.
    second: Option<Member>,
    is_present: bool,
    text: TextSoFar,
}

impl Place {
    fn has(&self, peer: PeerKey) -> bool {
        self.members().any(|member| member.peer == peer)
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        let present = self.is_present.then_some(&self.member);
        present.into_iter().chain(&self.second)
    }
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
    /// All peers that are connected or connecting, in order, seconds behind those in use.
    pub(super) fn peers(&self) -> impl Iterator<Item = PeerKey> + '_ {
        self.lines().flatten()
    }

    /// The peers by participant: the one in use, and the second.
    pub(super) fn lines(&self) -> impl Iterator<Item = impl Iterator<Item = PeerKey>> {
        self.places
            .iter()
            .map(|place| place.members().map(|member| member.peer))
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

    /// Adds a participant, or replaces the peers of one who is there; returns the one in use until
    /// now, if any.
    pub(super) fn put(&mut self, member: Member) -> Option<PeerKey> {
        let mut place = Place {
            member,
            second: None,
            is_present: true,
            text: TextSoFar::default(),
        };
        let is_its = |one: &Place| one.member.participant == member.participant;
        let before = self.places.iter().position(is_its);
        let mut replaced = None;
        if let Some(before) = before {
            let last = self.places[before];
            place.text = last.text;
            replaced = last.is_present.then_some(last.member.peer);
            if last.member.standing.precedence == member.standing.precedence {
                self.places[before] = place;
                return replaced;
            }
            self.places.remove(before);
        }
        self.forget_a_lost_place();
        self.insert(place);
        replaced
    }

    /// Gives a participant who is here a second peer; returns the one it had before as such.
    pub(super) fn put_beside(&mut self, member: Member) -> Option<PeerKey> {
        let mut places = self.places.iter_mut();
        let place = places.find(|one| one.member.participant == member.participant)?;
        place.second.replace(member).map(|second| second.peer)
    }

    /// The second peer of a participant is in use from now on, with its standing, and the one in
    /// use is the second; returns that one, or `None` when there is no second.
    pub(super) fn take_over(&mut self, participant: ParticipantId) -> Option<PeerKey> {
        let is_its = |one: &Place| one.member.participant == participant;
        let at = self.places.iter().position(is_its)?;
        let mut place = self.places[at];
        let (last, next) = (place.member, place.second?);
        (place.member, place.second) = (next, Some(last));
        if last.standing.precedence == next.standing.precedence {
            self.places[at] = place;
        } else {
            self.places.remove(at);
            self.insert(place);
        }
        Some(last.peer)
    }

    fn insert(&mut self, place: Place) {
        let precedence = place.member.standing.precedence;
        let behind_equals = self
            .places
            .partition_point(|place| place.member.standing.precedence <= precedence);
        self.places.insert(behind_equals, place);
    }

    /// The second peer of a participant.
    pub(super) fn second_of(&self, participant: ParticipantId) -> Option<PeerKey> {
        let is_its = |one: &&Place| one.member.participant == participant;
        let second = self.places.iter().find(is_its)?.second;
        second.map(|second| second.peer)
    }

    /// Forgets a peer that is the second of its participant.
    pub(super) fn drop_second(&mut self, peer: PeerKey) {
        for place in &mut self.places {
            place.second = place.second.filter(|second| second.peer != peer);
        }
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

    /// A peer in use is lost, its place is kept; true when that ended the epoch.
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
            .filter(|place| !place.has(subscriber) && !place.member.standing.silent)
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
            .filter(|place| !place.has(peer) && place.text.has_written)
            .map(|place| place.member.participant)
            .collect()
    }

    fn text_of(&mut self, peer: PeerKey) -> Option<&mut TextSoFar> {
        let place = self.places.iter_mut().find(|place| place.has(peer));
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
mod tests;
