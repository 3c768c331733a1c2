//! Which codec a participant sends: its answer names first the one that the fewest of those who see
//! it cannot decode, and of equals the one preferred in general ([`Codec`]'s order). Browsers send
//! with the first of an answer and receive all of them, so that whoever can decode more goes on
//! receiving what others send; what a browser encodes badly (`quirks`) comes last of all. Where no
//! codec suits everybody, most see most; forwarding leaves out whoever cannot decode a packet.
//!
//! The choice of one never depends on what the others send, only on what they can decode, so that
//! it settles. Who only watches does not count: the conversation is not made worse for them.

use super::codec::{Codec, CodecLine, Codecs};
use super::ids::{ParticipantId, PeerKey, RoomId};
use super::offer::Kind;
use super::quirks::Quirks;
use super::shard::Shard;

/// The lines of an offer that are answered, in their order. What a client is to avoid comes last:
/// it is sent that, and sends it only if there is nothing else.
pub(super) fn in_order(
    mut lines: Vec<CodecLine>,
    viewers: &[Codecs],
    quirks: Quirks,
) -> Vec<CodecLine> {
    lines.retain(|line| !quirks.lacks.has(line.codec));
    lines.sort_by_key(|line| {
        let avoids = quirks.avoids.has(line.codec);
        (avoids, blind(line.codec, viewers), line.codec)
    });
    lines
}

/// How many would not see a picture of this codec.
fn blind(codec: Codec, viewers: &[Codecs]) -> usize {
    let cannot = |viewer: &&Codecs| codec.kind() == Kind::Video && !viewer.has(codec);
    viewers.iter().filter(cannot).count()
}

impl Shard {
    /// What those who see a participant's picture can decode.
    pub(super) fn viewers_of(&self, room: RoomId, participant: ParticipantId) -> Vec<Codecs> {
        let members = self
            .rooms
            .get(&room)
            .into_iter()
            .flat_map(|room| room.peers());
        members
            .filter_map(|key| self.peers.get(key))
            .filter(|peer| peer.participant != participant && !peer.standing.silent)
            .filter_map(|peer| peer.codecs.shows)
            .collect()
    }

    /// True when a publisher's picture is not seen by somebody who would see it in another codec:
    /// they joined after it was answered. Its page then connects anew, and is answered anew.
    pub(super) fn is_unseen(&self, key: PeerKey) -> bool {
        let Some(peer) = self.peers.get(key) else {
            return false;
        };
        let viewers = self.viewers_of(peer.room, peer.participant);
        let could = |codec: &Codec| peer.codecs.could_send.has(*codec);
        let fewest = Codec::ALL
            .into_iter()
            .filter(could)
            .map(|codec| blind(codec, &viewers));
        let now = peer.codecs.sends.map(|codec| blind(codec, &viewers));
        now.zip(fewest.min())
            .is_some_and(|(now, fewest)| now > fewest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Codec::{Av1, H264, Opus, Vp8, Vp9};

    fn order(offered: &[Codec], viewers: &[&[Codec]]) -> Vec<Codec> {
        let line = |codec: &Codec| CodecLine::new(*codec, 96 + *codec as u8, None);
        let can = |codecs: &&[Codec]| Codecs::of(codecs.iter().copied());
        let viewers: Vec<Codecs> = viewers.iter().map(can).collect();
        let ordered = in_order(
            offered.iter().map(line).collect(),
            &viewers,
            Quirks::default(),
        );
        ordered.iter().map(|line| line.codec).collect()
    }

    #[test]
    fn alone_or_among_those_who_can_everything_vp8_comes_first() {
        let all = [Av1, Vp9, H264, Vp8, Opus];
        assert_eq!(order(&all, &[]), [Opus, Vp8, H264, Vp9, Av1]);
        assert_eq!(order(&all, &[&all, &all])[1], Vp8);
    }

    #[test]
    fn what_everybody_can_decode_comes_before_what_is_preferred() {
        let offered = [Opus, Vp8, H264, Vp9];
        let viewers: [&[Codec]; 2] = [&[Vp8, H264, Vp9], &[H264]];
        assert_eq!(order(&offered, &viewers), [Opus, H264, Vp8, Vp9]);
    }

    #[test]
    fn where_nothing_suits_everybody_most_see_most() {
        let viewers: [&[Codec]; 3] = [&[Av1], &[H264], &[H264, Vp8]];
        assert_eq!(order(&[Vp8, Vp9, H264], &viewers), [H264, Vp8, Vp9]);
    }

    #[test]
    fn what_is_lacked_is_not_answered_and_what_is_avoided_comes_last_even_if_all_could_see_it() {
        let quirks = Quirks {
            avoids: Codecs::only(H264),
            lacks: Codecs::only(Av1),
            one_size: false,
        };
        let lines = [H264, Av1, Vp8].map(|codec| CodecLine::new(codec, 96 + codec as u8, None));
        let ordered = in_order(lines.into(), &[Codecs::only(H264)], quirks);
        let codecs: Vec<Codec> = ordered.iter().map(|line| line.codec).collect();
        assert_eq!(codecs, [Vp8, H264]);
    }
}
