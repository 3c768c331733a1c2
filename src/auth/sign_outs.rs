//! Which open sockets belong to which session, so that signing out closes them at once. A registry
//! at the edge: it knows hashes and numbers of devices, no people and no calls.

use super::{Key, TokenHash};
use crate::store::SecretHash;
use dashmap::DashMap;
use passerelle_signaling::command::Departure;
use std::sync::Arc;
use tokio::sync::watch;

/// The sockets of every session. Clones share one registry.
#[derive(Clone, Default)]
pub struct SignOuts {
    watched: Arc<DashMap<Key, watch::Sender<Option<Departure>>>>,
}

impl SignOuts {
    /// Tells when this session signs out.
    pub(super) fn watch(&self, key: Key) -> SignOut {
        let receiver = self.watched.entry(key).or_default().subscribe();
        SignOut {
            registry: self.clone(),
            key,
            receiver: Some(receiver),
        }
    }

    /// How many sockets this session has open.
    pub(super) fn open(&self, key: Key) -> usize {
        let watched = self.watched.get(&key);
        watched.map_or(0, |sender| sender.receiver_count())
    }

    /// Tells every socket of this session, and what becomes of its call.
    pub(super) fn sign_out(&self, key: Key, departure: Departure) {
        if let Some((_, sender)) = self.watched.remove(&key) {
            sender.send_replace(Some(departure));
        }
    }

    /// Closes the sockets of these sessions, which have ended; calls end as at a sign-out.
    pub(super) fn close(&self, tokens: &[SecretHash]) {
        for token in tokens {
            self.sign_out(Key::Token(TokenHash(*token)), Departure::SignedOut);
        }
    }
}

/// One socket's wait for its session to sign out.
pub struct SignOut {
    registry: SignOuts,
    key: Key,
    /// Taken when dropped, before the registry looks whether anybody is left.
    receiver: Option<watch::Receiver<Option<Departure>>>,
}

impl SignOut {
    /// Ends when the session signs out, and not before, with what becomes of its call.
    pub async fn happened(&mut self) -> Departure {
        if let Some(receiver) = &mut self.receiver
            && let Ok(signed_out) = receiver.wait_for(Option::is_some).await
            && let Some(departure) = *signed_out
        {
            return departure;
        }
        // The sender goes without a word only when the last receiver has gone: not while we wait.
        std::future::pending().await
    }
}

impl Drop for SignOut {
    fn drop(&mut self) {
        self.receiver = None;
        let unused =
            |_: &Key, sender: &watch::Sender<Option<Departure>>| sender.receiver_count() == 0;
        self.registry.watched.remove_if(&self.key, unused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::TokenHash;
    use crate::store::DeviceId;

    const fn key(number: u8) -> Key {
        Key::Token(TokenHash([number; 32]))
    }

    #[tokio::test]
    async fn every_socket_of_the_session_is_told_and_nobody_else() {
        let registry = SignOuts::default();
        let mut first = registry.watch(key(1));
        let mut second = registry.watch(key(1));
        let mut other = registry.watch(key(2));
        let mut device = registry.watch(Key::Device(DeviceId(1)));
        registry.sign_out(key(1), Departure::SignedOut);
        assert_eq!(first.happened().await, Departure::SignedOut);
        assert_eq!(second.happened().await, Departure::SignedOut);
        let told = tokio::select! {
            biased;
            _ = other.happened() => true,
            _ = device.happened() => true,
            () = std::future::ready(()) => false,
        };
        assert!(!told);
    }

    #[test]
    fn closed_sockets_leave_nothing_behind() {
        let registry = SignOuts::default();
        let (first, second) = (registry.watch(key(1)), registry.watch(key(1)));
        drop(first);
        assert_eq!(registry.watched.len(), 1);
        drop(second);
        assert!(registry.watched.is_empty());
    }
}
