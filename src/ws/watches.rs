//! Which connection has asked to look on in which conversation. The visitor agrees to whoever
//! asked: no other connection connects media in their place or ends it, and looking on ends with
//! the connection, however that ends.

use crate::dispatch::ConnectionId;
use dashmap::DashMap;
use passerelle_signaling::ids::CallId;
use std::sync::Arc;

/// The newest asker of each conversation; the core lets one ask at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Watches(Arc<DashMap<CallId, ConnectionId>>);

impl Watches {
    /// The core has taken this connection's question.
    pub(super) fn asked(&self, call: CallId, by: ConnectionId) {
        self.0.insert(call, by);
    }

    /// Whether it was this connection that asked last.
    pub(super) fn is_by(&self, call: CallId, connection: ConnectionId) -> bool {
        self.0.get(&call).is_some_and(|by| *by == connection)
    }

    /// This connection no longer looks on here.
    pub(super) fn end(&self, call: CallId, by: ConnectionId) {
        self.0.remove_if(&call, |_, asker| *asker == by);
    }

    /// The connection has ended; returns the conversations it had asked for.
    pub(super) fn end_all(&self, by: ConnectionId) -> Vec<CallId> {
        let theirs = self.0.iter().filter(|entry| *entry.value() == by);
        let calls: Vec<CallId> = theirs.map(|entry| *entry.key()).collect();
        for call in &calls {
            self.end(*call, by);
        }
        calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: CallId = CallId(7);
    const ANNE: ConnectionId = ConnectionId(1);
    const BEA: ConnectionId = ConnectionId(2);

    #[test]
    fn consent_is_for_the_connection_that_asked_last() {
        let watches = Watches::default();
        assert!(!watches.is_by(CALL, ANNE));
        watches.asked(CALL, ANNE);
        assert!(watches.is_by(CALL, ANNE) && !watches.is_by(CALL, BEA));
        watches.asked(CALL, BEA);
        assert!(watches.is_by(CALL, BEA) && !watches.is_by(CALL, ANNE));
    }

    #[test]
    fn a_connection_that_ends_gives_up_all_of_its_own_and_nothing_of_anothers() {
        let watches = Watches::default();
        watches.asked(CallId(1), ANNE);
        watches.asked(CallId(2), BEA);
        watches.asked(CallId(3), ANNE);
        let mut ended = watches.end_all(ANNE);
        ended.sort_unstable();
        assert_eq!(ended, [CallId(1), CallId(3)]);
        assert!(watches.is_by(CallId(2), BEA));
        assert!(watches.end_all(ANNE).is_empty());
    }
}
