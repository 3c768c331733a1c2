//! The counts of one limit, by key. There is room for so many; when all of it is taken, whoever is
//! there already is counted as before, and all who are new share one count, so that neither memory
//! nor guesses grow with the number of addresses somebody has.

use dashmap::DashMap;
use governor::nanos::Nanos;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use std::hash::Hash;

/// Five times the sockets of one process, each from an address of its own; some 4 MB.
pub(super) const KEYS_MAX: usize = 65_536;

/// See the file.
pub(super) struct Table<K: Eq + Hash> {
    known: DashMap<K, InMemoryState>,
    others: InMemoryState,
}

impl<K: Eq + Hash> Default for Table<K> {
    fn default() -> Self {
        Self {
            known: DashMap::new(),
            others: InMemoryState::default(),
        }
    }
}

impl<K: Clone + Eq + Hash> Table<K> {
    /// Hands over the count of this key.
    fn with<T>(&self, key: &K, act: impl FnOnce(&InMemoryState) -> T) -> T {
        if let Some(known) = self.known.get(key) {
            return act(&known);
        }
        if self.known.len() >= KEYS_MAX {
            return act(&self.others);
        }
        act(&self.known.entry(key.clone()).or_default())
    }
}

impl<K: Clone + Eq + Hash> StateStore for Table<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, act: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.with(key, |count| {
            count.measure_and_replace(&NotKeyed::NonKey, act)
        })
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Table<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        // The limiter's own look at a count, which leaves it as it is.
        let is_recent = |until: Option<Nanos>| Err::<((), Nanos), _>(until > Some(drop_below));
        self.known.retain(|_, count| {
            let looked = count.measure_and_replace(&NotKeyed::NonKey, is_recent);
            looked.err().unwrap_or(true)
        });
    }

    fn len(&self) -> usize {
        self.known.len()
    }

    fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}
