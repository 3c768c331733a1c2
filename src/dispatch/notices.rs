//! Coordinators' texts to the interpreters: the newest few, in memory only, so that whoever was
//! away for a moment still reads them. They are no part of the calls, and never stored or logged.

use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::{Millis, Timestamp};
use std::sync::Arc;
use tokio::sync::watch;

/// Texts kept: a page shows three; the others are for who reads slowly during a busy minute.
const NOTICES_MAX: usize = 8;

/// A coordinator's text to every interpreter. It is nowhere but here, and never in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The text, on one line.
    pub text: Pii<String>,
    /// When it was sent, to the next millisecond: no two at the same moment.
    pub sent_at: Timestamp,
}

/// The texts kept, oldest first.
pub type Recent = Arc<[Notice]>;

/// Where they are kept.
pub(super) struct Notices {
    recent: watch::Sender<Recent>,
    /// What clients who are not interpreters watch.
    none: watch::Sender<Recent>,
}

impl Default for Notices {
    fn default() -> Self {
        let none = || watch::Sender::new(Recent::from([]));
        Self {
            recent: none(),
            none: none(),
        }
    }
}

impl Notices {
    /// Keeps a text for everybody who is there, and for `kept_for` for those who come back.
    pub(super) fn add(&self, text: Pii<String>, now: Timestamp, kept_for: Millis) {
        self.recent.send_modify(|recent| {
            let last = recent.last().map_or(Timestamp(0), |notice| notice.sent_at);
            // After the welcome of any page that was there first, in the same millisecond too.
            let sent_at = now.max(last) + Millis(1);
            let kept = recent
                .iter()
                .filter(|notice| notice.sent_at + kept_for > now);
            let mut kept: Vec<Notice> = kept.cloned().collect();
            kept.push(Notice { text, sent_at });
            let surplus = kept.len().saturating_sub(NOTICES_MAX);
            *recent = kept.split_off(surplus).into();
        });
    }

    /// The texts as this client may see them.
    pub(super) fn watch(&self, identity: Identity) -> watch::Receiver<Recent> {
        match identity {
            Identity::Interpreter { .. } => self.recent.subscribe(),
            Identity::Tablet { .. }
            | Identity::Coordinator
            | Identity::Guest { .. }
            | Identity::Administrator => self.none.subscribe(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::ids::InterpreterId;

    const KEPT: Millis = Millis::from_secs(60);

    fn told(notices: &Notices) -> Vec<(String, u64)> {
        let interpreter = InterpreterId(1);
        let recent = notices.watch(Identity::Interpreter { interpreter });
        let recent = recent.borrow();
        let pair = |notice: &Notice| (notice.text.reveal().clone(), notice.sent_at.0);
        recent.iter().map(pair).collect()
    }

    #[test]
    fn two_of_one_moment_get_moments_of_their_own_in_order() {
        let notices = Notices::default();
        for text in ["a", "b", "c"] {
            notices.add(text.into(), Timestamp(5), KEPT);
        }
        let expected = [("a", 6), ("b", 7), ("c", 8)].map(|(text, at)| (text.to_owned(), at));
        assert_eq!(told(&notices), expected);
        assert_eq!(notices.watch(Identity::Coordinator).borrow().len(), 0);
    }

    #[test]
    fn the_newest_few_are_kept_and_none_longer_than_somebody_may_be_away() {
        let notices = Notices::default();
        for at in 1..=2 * NOTICES_MAX as u64 {
            notices.add("".into(), Timestamp(at), KEPT);
        }
        let kept: Vec<u64> = told(&notices).iter().map(|(_, at)| *at).collect();
        let newest = NOTICES_MAX as u64 + 2..=2 * NOTICES_MAX as u64 + 1;
        assert_eq!(kept, newest.collect::<Vec<_>>());
        notices.add("new".into(), Timestamp(100_000), KEPT);
        assert_eq!(told(&notices), [(String::from("new"), 100_001)]);
    }
}
