//! Which open sockets belong to which session, so that signing out closes them at once. A registry
//! at the edge: it knows hashes, no people and no calls.

use super::TokenHash;
use dashmap::DashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// The sockets of every session. Clones share one registry.
#[derive(Clone, Default)]
pub struct SignOuts {
    watched: Arc<DashMap<TokenHash, watch::Sender<bool>>>,
}

impl SignOuts {
    /// Tells when this session signs out.
    pub(super) fn watch(&self, token: TokenHash) -> SignOut {
        let receiver = self.watched.entry(token).or_default().subscribe();
        SignOut {
            registry: self.clone(),
            token,
            receiver: Some(receiver),
        }
    }

    /// How many sockets this session has open.
    pub(super) fn open(&self, token: TokenHash) -> usize {
        let watched = self.watched.get(&token);
        watched.map_or(0, |sender| sender.receiver_count())
    }

    /// Tells every socket of this session.
    pub(super) fn sign_out(&self, token: TokenHash) {
        if let Some((_, sender)) = self.watched.remove(&token) {
            sender.send_replace(true);
        }
    }
}

/// One socket's wait for its session to sign out.
pub struct SignOut {
    registry: SignOuts,
    token: TokenHash,
    /// Taken when dropped, before the registry looks whether anybody is left.
    receiver: Option<watch::Receiver<bool>>,
}

impl SignOut {
    /// Ends when the session signs out, and not before.
    pub async fn happened(&mut self) {
        if let Some(receiver) = &mut self.receiver
            && receiver.wait_for(|signed_out| *signed_out).await.is_ok()
        {
            return;
        }
        // The sender goes without a word only when the last receiver has gone: not while we wait.
        std::future::pending::<()>().await;
    }
}

impl Drop for SignOut {
    fn drop(&mut self) {
        self.receiver = None;
        let unused = |_: &TokenHash, sender: &watch::Sender<bool>| sender.receiver_count() == 0;
        self.registry.watched.remove_if(&self.token, unused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_socket_of_the_session_is_told_and_nobody_else() {
        let registry = SignOuts::default();
        let mut first = registry.watch(TokenHash([1; 32]));
        let mut second = registry.watch(TokenHash([1; 32]));
        let mut other = registry.watch(TokenHash([2; 32]));
        registry.sign_out(TokenHash([1; 32]));
        first.happened().await;
        second.happened().await;
        let told = tokio::select! {
            biased;
            () = other.happened() => true,
            () = std::future::ready(()) => false,
        };
        assert!(!told);
    }

    #[test]
    fn closed_sockets_leave_nothing_behind() {
        let registry = SignOuts::default();
        let (first, second) = (
            registry.watch(TokenHash([1; 32])),
            registry.watch(TokenHash([1; 32])),
        );
        drop(first);
        assert_eq!(registry.watched.len(), 1);
        drop(second);
        assert!(registry.watched.is_empty());
    }
}
