//! The deadlines of all peers in order, so that a turn of the loop touches only those due. Pure.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Instant;

/// One deadline per key, found by the earliest.
#[derive(Debug)]
pub(super) struct Timers<K> {
    by_time: BTreeSet<(Instant, K)>,
    by_key: HashMap<K, Instant>,
}

impl<K: Copy + Ord + Hash> Timers<K> {
    /// No deadlines.
    pub(super) fn new() -> Self {
        Self {
            by_time: BTreeSet::new(),
            by_key: HashMap::new(),
        }
    }

    /// Sets the deadline of `key`, replacing the one before.
    pub(super) fn set(&mut self, key: K, at: Instant) {
        if let Some(before) = self.by_key.insert(key, at) {
            if before == at {
                return;
            }
            self.by_time.remove(&(before, key));
        }
        self.by_time.insert((at, key));
    }

    /// Forgets `key`.
    pub(super) fn remove(&mut self, key: K) {
        if let Some(at) = self.by_key.remove(&key) {
            self.by_time.remove(&(at, key));
        }
    }

    /// The earliest deadline.
    pub(super) fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes one key whose deadline has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<K> {
        let (at, key) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.remove(key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn keys_come_due_in_order_and_once() {
        let start = crate::sfu::now();
        let at = |n| start + Duration::from_millis(n);
        let mut timers = Timers::new();
        timers.set('a', at(30));
        timers.set('b', at(10));
        timers.set('c', at(20));
        timers.set('b', at(25));
        timers.remove('c');
        assert_eq!(timers.next(), Some(at(25)));
        assert_eq!(timers.take_due(at(24)), None);
        assert_eq!(timers.take_due(at(40)), Some('b'));
        assert_eq!(timers.take_due(at(40)), Some('a'));
        assert_eq!(timers.take_due(at(40)), None);
        assert_eq!(timers.next(), None);
    }
}
