//! The ways to the provider that have begun and not ended: each ends once, in the browser in which
//! it began, within its time. Bounded in number: beyond it the oldest are forgotten.

use super::provider::Provider;
use openidconnect::{Nonce, PkceCodeVerifier};
use passerelle_signaling::time::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Ways at once, half a kilobyte each. One address begins 180 within their time at most
/// (`crate::limits`), so that it forgets nobody's.
const FLOWS_MAX: usize = 4096;

/// One way.
pub(super) struct Flow {
    /// The hash of what ties the browser.
    pub(super) tie: [u8; 32],
    pub(super) nonce: Nonce,
    pub(super) verifier: Option<PkceCodeVerifier>,
    pub(super) provider: Arc<Provider>,
    pub(super) until: Timestamp,
}

/// All of them, by their state.
#[derive(Default)]
pub(super) struct Flows {
    open: HashMap<String, Flow>,
    /// In their order; those that have ended are here as well, until they are the oldest.
    order: VecDeque<String>,
}

impl Flows {
    pub(super) fn keep(&mut self, state: String, flow: Flow, now: Timestamp) {
        while let Some(oldest) = self.order.front() {
            let is_over = self.open.get(oldest).is_none_or(|flow| flow.until <= now);
            if !is_over && self.order.len() < FLOWS_MAX {
                break;
            }
            self.open.remove(oldest);
            self.order.pop_front();
        }
        self.order.push_back(state.clone());
        self.open.insert(state, flow);
    }

    /// The way of this state, which has ended by that. In another browser it goes on.
    pub(super) fn take(
        &mut self,
        state: &str,
        tie: Option<[u8; 32]>,
        now: Timestamp,
    ) -> Result<Flow, &'static str> {
        let flow = self.open.get(state).ok_or("state")?;
        let tie = tie.ok_or("no_cookie")?;
        // Hashes: how long comparing takes tells nothing of what they are of.
        if flow.tie != tie {
            return Err("other_browser");
        }
        let flow = self.open.remove(state).ok_or("state")?;
        if flow.until <= now {
            return Err("too_old");
        }
        Ok(flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(tie: u8, until: u64) -> Flow {
        Flow {
            tie: [tie; 32],
            nonce: Nonce::new(String::from("n")),
            verifier: None,
            provider: Provider::nobody(),
            until: Timestamp(until),
        }
    }

    #[test]
    fn a_way_ends_once_and_in_the_browser_in_which_it_began() {
        let mut flows = Flows::default();
        flows.keep(String::from("a"), flow(1, 100), Timestamp(0));
        let mut take = |state, tie, now| flows.take(state, tie, Timestamp(now)).err();
        assert_eq!(take("b", Some([1; 32]), 10), Some("state"));
        assert_eq!(take("a", None, 10), Some("no_cookie"));
        assert_eq!(take("a", Some([2; 32]), 10), Some("other_browser"));
        assert_eq!(take("a", Some([1; 32]), 10), None);
        assert_eq!(take("a", Some([1; 32]), 10), Some("state"));
        flows.keep(String::from("c"), flow(1, 100), Timestamp(0));
        let late = flows.take("c", Some([1; 32]), Timestamp(100)).err();
        assert_eq!(late, Some("too_old"));
    }

    #[test]
    fn whoever_begins_without_end_forgets_the_oldest_and_fills_nothing() {
        let mut flows = Flows::default();
        for number in 0..3 * FLOWS_MAX {
            flows.keep(number.to_string(), flow(1, 100), Timestamp(0));
            assert!(flows.open.len() <= FLOWS_MAX && flows.order.len() <= FLOWS_MAX);
        }
        let newest = (3 * FLOWS_MAX - 1).to_string();
        assert!(flows.take(&newest, Some([1; 32]), Timestamp(1)).is_ok());
        // Those that are over make room by themselves.
        flows.keep(String::from("late"), flow(1, 300), Timestamp(200));
        assert_eq!((flows.open.len(), flows.order.len()), (1, 1));
    }
}
