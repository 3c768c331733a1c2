//! What the journal of a killed gateway says, held against what its clients had been told.

use super::actors::Told;
use crate::gateway::Remains;
use passerelle::store::Store;
use passerelle_signaling::Core;
use passerelle_signaling::event::{Entry, Event, OfferEnd};
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId, TabletId};
use passerelle_signaling::state::Phase;
use passerelle_signaling::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The journal at the moment of a kill.
#[derive(Clone, Default)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    queued: BTreeMap<CallId, (TabletId, Timestamp)>,
    ended: BTreeSet<CallId>,
    called_back: BTreeSet<CallId>,
    accepted: BTreeSet<OfferId>,
    declined: BTreeSet<OfferId>,
    core: Core,
}

impl Journal {
    /// Reads it as the next gateway will, and checks that it does not contradict itself.
    pub(super) async fn read(remains: &Remains, context: &str) -> Self {
        let store = Store::open(&remains.data_dir()).unwrap();
        let mut journal = Self {
            entries: store.load_journal().unwrap(),
            ..Self::default()
        };
        store.close().await;
        drop(store);
        journal.go_through(context);
        journal.core = Core::replay(journal.entries.iter().cloned());
        journal
    }

    fn go_through(&mut self, context: &str) {
        let mut rings: BTreeMap<OfferId, InterpreterId> = BTreeMap::new();
        let mut ringing: BTreeMap<InterpreterId, OfferId> = BTreeMap::new();
        for entry in &self.entries {
            let over = match &entry.event {
                Event::CallQueued { call, tablet, .. } => {
                    let twice = self.queued.insert(*call, (*tablet, entry.at));
                    assert_eq!(twice, None, "call {call} queued twice, {context}");
                    None
                }
                Event::CallEnded { call, .. } => {
                    assert!(self.ended.insert(*call), "{call} ended twice, {context}");
                    None
                }
                Event::CallbackMade { callback, .. } => {
                    self.called_back.insert(*callback);
                    None
                }
                Event::Offered {
                    offer, interpreter, ..
                } => {
                    rings.insert(*offer, *interpreter);
                    let other = ringing.insert(*interpreter, *offer);
                    assert_eq!(other, None, "{interpreter} rung twice at once, {context}");
                    None
                }
                Event::OfferClosed { offer, reason, .. } => {
                    if let OfferEnd::Declined { .. } = reason {
                        self.declined.insert(*offer);
                    }
                    Some(offer)
                }
                Event::Accepted { offer, .. } => {
                    self.accepted.insert(*offer);
                    Some(offer)
                }
                _ => None,
            };
            if let Some(offer) = over {
                let live = rings.get(offer).and_then(|person| ringing.remove(person));
                assert_eq!(live, Some(*offer), "ring {offer} ended twice, {context}");
            }
        }
    }

    /// Every acknowledged tap is one call, and nothing acknowledged is missing.
    pub(super) fn keeps_what_was_acknowledged(&self, told: &[&Told], context: &str) {
        for told in told {
            for (call, (tablet, ticket)) in &told.calls {
                let kept = self.queued.get(call);
                assert_eq!(kept, Some(&(*tablet, *ticket)), "call {call}, {context}");
            }
            if let Some(tablet) = told.tablet {
                let calls = self.queued.values().filter(|(id, _)| *id == tablet).count() as u64;
                let taps = told.taps..=told.taps + told.taps_unsure;
                assert!(
                    taps.contains(&calls),
                    "{calls} calls of {taps:?} taps at tablet {tablet}, {context}"
                );
            }
            let missing = |what: &str, told: &BTreeSet<CallId>, kept: &BTreeSet<CallId>| {
                let missing: Vec<_> = told.difference(kept).collect();
                assert!(missing.is_empty(), "{what} {missing:?}, {context}");
            };
            missing("hang-ups", &told.hung_up, &self.ended);
            missing("callbacks", &told.called_back, &self.called_back);
            let lost: Vec<_> = told.accepted.difference(&self.accepted).collect();
            assert!(lost.is_empty(), "accepts {lost:?}, {context}");
            let lost: Vec<_> = told.declined.difference(&self.declined).collect();
            assert!(lost.is_empty(), "declines {lost:?}, {context}");
        }
    }

    /// The calls that are not connected, in the order of service.
    pub(super) fn queue(&self) -> Vec<CallId> {
        let board = self.core.board_view();
        board.queue.into_iter().map(|row| row.call).collect()
    }

    /// The call a tablet must be shown when it comes back.
    pub(super) fn call_at(&self, tablet: TabletId) -> Option<(CallId, Timestamp)> {
        let call = self.core.state().tablet(tablet)?.call?;
        Some((call, self.core.state().call(call)?.record.queued_at))
    }

    /// The conversation an interpreter must be shown when they come back.
    pub(super) fn conversation_of(&self, interpreter: InterpreterId) -> Option<CallId> {
        let mut calls = self.core.state().calls();
        let theirs = calls.find(|(_, call)| {
            let active = matches!(call.phase, Phase::Active { .. });
            active && call.interpreter() == Some(interpreter)
        });
        theirs.map(|(id, _)| id)
    }

    pub(super) fn calls(&self) -> usize {
        self.queued.len()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
