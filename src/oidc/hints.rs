//! What a provider's sign-out wants to see, by the hash of the session's token. In memory only, and
//! bounded: after a restart, or beyond the bound, one signs out without it.

use passerelle_signaling::private::Secret;
use std::collections::{HashMap, VecDeque};

/// Sessions whose tokens are kept: those of a large service.
const HINTS_MAX: usize = 1024;

/// The longest that is kept: what fits into an address that every server takes.
const HINT_BYTES_MAX: usize = 6 * 1024;

#[derive(Default)]
pub(super) struct Hints {
    kept: HashMap<[u8; 32], Secret<String>>,
    order: VecDeque<[u8; 32]>,
}

impl Hints {
    pub(super) fn keep(&mut self, session: [u8; 32], id_token: Secret<String>) {
        if id_token.reveal().len() > HINT_BYTES_MAX {
            return;
        }
        while self.order.len() >= HINTS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
        self.order.push_back(session);
        self.kept.insert(session, id_token);
    }

    pub(super) fn take(&mut self, session: [u8; 32]) -> Option<Secret<String>> {
        self.kept.remove(&session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_the_huge_are_not() {
        let mut hints = Hints::default();
        let session = |number: usize| {
            let mut session = [0; 32];
            session[..8].copy_from_slice(&number.to_be_bytes());
            session
        };
        for number in 0..2 * HINTS_MAX {
            hints.keep(session(number), number.to_string().into());
        }
        assert_eq!(
            (hints.kept.len(), hints.order.len()),
            (HINTS_MAX, HINTS_MAX)
        );
        assert_eq!(hints.take(session(0)), None);
        let newest = 2 * HINTS_MAX - 1;
        assert_eq!(hints.take(session(newest)), Some(newest.to_string().into()));
        assert_eq!(hints.take(session(newest)), None);
        hints.keep(session(1), "x".repeat(HINT_BYTES_MAX + 1).into());
        assert_eq!(hints.take(session(1)), None);
    }
}
