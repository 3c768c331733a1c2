//! What the estimated wait learns from calls: how long conversations and rings last, and when
//! visitors give up.

use super::super::{Call, Phase, State};
use crate::ids::CallId;
use crate::record::Outcome;
use crate::time::Timestamp;

impl State {
    /// A call is about to become active.
    pub(super) fn learn_connected(&mut self, id: CallId, at: Timestamp) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if !matches!(call.phase, Phase::Connecting { .. }) {
            return;
        }
        let history = self.histories.entry(call.need).or_default();
        history.waited(at.since(call.record.queued_at));
        if let Some(offered_at) = call.record.offered_at {
            history.answered(at.since(offered_at));
        }
    }

    /// A call has ended.
    pub(super) fn learn_ended(&mut self, call: &Call, outcome: Outcome, at: Timestamp) {
        let history = self.histories.entry(call.need).or_default();
        let waited = at.since(call.record.queued_at);
        match (call.record.connected_at, outcome) {
            (Some(connected_at), _) => history.handled(at.since(connected_at)),
            (None, Outcome::AbandonedQueued | Outcome::AbandonedConnecting) => {
                history.abandoned(waited);
            }
            // Never waited.
            (None, Outcome::RefusedFull | Outcome::RefusedClosed) => {}
            (None, _) => history.waited(waited),
        }
    }
}
