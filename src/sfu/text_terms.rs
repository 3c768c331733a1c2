//! What a page says of its text in the channel itself: the language it writes in, and how many
//! characters a second it takes. RFC 8865 §4.2 has attributes for both (`hlang-send`, `cps`) where
//! a channel is negotiated in SDP; one that is opened in-band (DCEP, RFC 8832) has no place for
//! them.
//! So they come as a T.140 string that is not for reading, which readers who do not know it leave
//! out: U+0098 `lang=fr;cps=400` U+009C, a message of its own.
//!
//! Of a participant who is there the newest are kept, so that whoever comes later knows them too;
//! they are relayed like text, and are none: no loss mark stands for them.

use super::ids::{ParticipantId, PeerKey, RoomId};
use super::shard::Shard;
use std::time::Instant;

/// Around what is not for reading (ITU-T T.140 §8: start of string, string terminator).
const BEGIN: char = '\u{98}';
const END: char = '\u{9C}';

/// Bytes between them: a language tag (RFC 5646 §4.4.1 counts on 35) and a rate, twice over.
const TERMS_BYTES: usize = 96;

/// From now on nothing is said: whoever said something has left.
const NOTHING: &str = "\u{98}\u{9C}";

/// True for a message that says such a thing and nothing else.
pub(super) fn are_terms(text: &str) -> bool {
    let terms = text
        .strip_prefix(BEGIN)
        .and_then(|text| text.strip_suffix(END));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"=;-".contains(&byte);
    terms.is_some_and(|terms| terms.len() <= TERMS_BYTES && terms.bytes().all(is_plain))
}

impl Shard {
    /// A participant says what its text is, to all the others.
    pub(super) fn relay_terms(&mut self, key: PeerKey, terms: &str, now: Instant) {
        (self.peers).serve(key, |peer| peer.text.terms = Some(terms.to_owned()));
        self.pass_on(key, terms, now);
    }

    /// Whoever can read from now on is told what the others have said.
    pub(super) fn tell_terms(&mut self, key: PeerKey, now: Instant) {
        let room = self.peers.get(key).map(|peer| peer.room);
        let room = room.and_then(|room| self.rooms.get(&room));
        let lines = room.into_iter().flat_map(|room| room.lines());
        let lines = lines.map(Iterator::collect::<Vec<PeerKey>>);
        let others = lines.filter(|line| !line.contains(&key));
        let said: Vec<(ParticipantId, String)> = others
            .filter_map(|line| line.into_iter().find_map(|key| self.terms_of(key)))
            .collect();
        for (participant, terms) in said {
            self.peers
                .serve(key, |peer| peer.send_text(now, participant, &terms));
        }
    }

    /// A participant leaves: what it could read limits nobody any more.
    pub(super) fn withdraw_terms(
        &mut self,
        room: RoomId,
        participant: ParticipantId,
        now: Instant,
    ) {
        let room = self.rooms.get(&room);
        let key = room.and_then(|room| room.peer_of(participant));
        if let Some(key) = key.filter(|key| self.terms_of(*key).is_some()) {
            self.pass_on(key, NOTHING, now);
        }
    }

    fn terms_of(&self, key: PeerKey) -> Option<(ParticipantId, String)> {
        let peer = self.peers.get(key)?;
        Some((peer.participant, peer.text.terms.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_one_short_string_of_plain_letters_and_nothing_around_it() {
        let long = format!("\u{98}{}\u{9C}", "x".repeat(TERMS_BYTES));
        for terms in [
            "\u{98}lang=fr;cps=400\u{9C}",
            "\u{98}cps=30\u{9C}",
            NOTHING,
            &long,
        ] {
            assert!(are_terms(terms), "{terms:?}");
        }
        let longer = long.replace('\u{98}', "\u{98}x");
        for text in [
            "bonjour",
            "",
            "\u{98}",
            "\u{9C}",
            "\u{98}lang=fr",
            "lang=fr\u{9C}",
            "\u{98}lang=fr\u{9C}bonjour",
            "bonjour\u{98}lang=fr\u{9C}",
            "\u{98}lang=fr\u{9C}\u{98}cps=30\u{9C}",
            "\u{98}un secret\u{9C}",
            "\u{98}lang=é\u{9C}",
            &longer,
        ] {
            assert!(!are_terms(text), "{text:?}");
        }
    }
}
