//! Where passwords are hashed: on threads that may block, few at a time, so that whoever guesses
//! takes neither the memory nor the processor that calls need. Two lanes, since one would let
//! guesses from everywhere stand in front of everybody: what comes from a browser that is known to
//! be an account's has a thread of its own, which strangers cannot fill.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// Who asks for a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    /// A browser in which its owner has signed in before, a session, a link.
    Known,
    /// Anybody.
    Stranger,
}

/// Hashes at once in a lane, of 19 MiB and a core each.
const AT_ONCE: usize = 1;

/// Requests that wait in a lane: at some hundredths of a second each they are done in two seconds.
/// Beyond it they are told to come again.
const WAITING_MAX: usize = 32;

/// As many hashes are under way as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Busy;

/// See the module.
#[derive(Default)]
pub(super) struct Hasher {
    known: Lane,
    strangers: Lane,
}

struct Lane {
    places: Arc<Semaphore>,
    threads: Arc<Semaphore>,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            threads: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Hasher {
    /// Does this work on a thread, once there is one.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        asking: Asking,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let lane = match asking {
            Asking::Known => &self.known,
            Asking::Stranger => &self.strangers,
        };
        let place = Arc::clone(&lane.places).try_acquire_owned();
        let place = place.map_err(|_| Busy)?;
        // Neither semaphore is ever closed.
        let thread = Arc::clone(&lane.threads).acquire_owned().await;
        let thread = thread.map_err(|_| Busy)?;
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            // Here and not by whoever asked, who may have gone: the thread is taken until it is
            // done.
            drop((thread, place));
            done
        });
        working.await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn strangers_fill_their_own_lane_and_are_told_so_while_those_who_are_known_go_on() {
        let hasher = Arc::new(Hasher::default());
        let (release, held) = sync_channel::<()>(1);
        let (begun, running) = oneshot::channel();
        let first = tokio::spawn({
            let hasher = Arc::clone(&hasher);
            async move {
                let work = move || {
                    begun.send(()).unwrap();
                    held.recv().unwrap();
                };
                hasher.run(Asking::Stranger, work).await
            }
        });
        running.await.unwrap();
        let waiting: Vec<_> = (0..WAITING_MAX)
            .map(|_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.run(Asking::Stranger, || ()).await })
            })
            .collect();
        while hasher.strangers.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(hasher.run(Asking::Stranger, || ()).await, Err(Busy));
        assert_eq!(hasher.run(Asking::Known, || 7).await, Ok(7));
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        assert_eq!(hasher.run(Asking::Stranger, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn whoever_goes_away_while_it_waits_gives_its_place_back() {
        let hasher = Hasher::default();
        for _ in 0..2 * WAITING_MAX {
            let gone = hasher.run(Asking::Stranger, || ());
            let _ = futures_util::FutureExt::now_or_never(gone);
        }
        while hasher.strangers.places.available_permits() < AT_ONCE + WAITING_MAX {
            tokio::task::yield_now().await;
        }
        assert_eq!(hasher.run(Asking::Stranger, || 7).await, Ok(7));
    }
}
