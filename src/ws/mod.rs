//! WebSocket sessions: the upgrade with its checks, then one task per connection that reads
//! requests, writes pictures and notices silence. Where a proxy lets no WebSocket pass, HTTP
//! requests carry the same session (`polling`). `signaling/PROTOCOL.md` is the prose of what is
//! said here.

mod names;
mod polling;
mod rate;
mod read;
mod request;
mod session;
mod spaced;
mod upgrade;
mod watches;
mod write;

use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::Current;
use crate::dispatch::Dispatch;
use crate::limits::Limits;
use axum::Router;
use axum::routing::get;
use passerelle_signaling::protocol::SILENCE_MAX_SECS;
use passerelle_signaling::time::Millis;
use polling::Lines;
use std::sync::Arc;
use tokio::sync::Semaphore;
use watches::Watches;

/// Sockets open at once: the 10,000 tablets one process is built for, consoles, and the moment in
/// which reloaded pages have two.
const CONNECTIONS_MAX: u32 = 12_000;

/// A request as a session reads it.
#[cfg(any(test, passerelle_fuzz))]
pub(crate) fn read_message(text: &str) -> Option<passerelle_signaling::protocol::ClientMessage> {
    request::read(text).ok()
}

/// What every session shares.
#[derive(Clone)]
pub struct WsState {
    auth: Auth,
    dispatch: Dispatch,
    clock: Clock,
    current: Current,
    build: Arc<str>,
    places: Arc<Semaphore>,
    watches: Watches,
    lines: Lines,
    limits: Limits,
}

impl WsState {
    /// Sessions on this dispatcher. `current` holds every name, `limits` how often one address may
    /// open one, `build` identifies the web client.
    pub fn new(
        auth: Auth,
        dispatch: Dispatch,
        clock: Clock,
        current: Current,
        limits: Limits,
        build: &str,
    ) -> Self {
        Self {
            auth,
            dispatch,
            clock,
            current,
            build: Arc::from(build),
            places: Arc::new(Semaphore::new(CONNECTIONS_MAX as usize)),
            watches: Watches::default(),
            lines: Lines::default(),
            limits,
        }
    }

    /// How long a client may be away and still be the same: until its silence is noticed, and the
    /// grace.
    fn away_max(&self) -> Millis {
        let grace = self.current.get().configuration.rules.grace_lost_ms;
        Millis(Millis::from_secs(SILENCE_MAX_SECS).0 + grace.0)
    }

    /// Ends when every socket and line is closed. Until then none is opened: each place that
    /// becomes free is taken here.
    pub async fn all_closed(&self) {
        // The semaphore is never closed, so this fails only where it has nothing to wait for.
        let _ = self.places.acquire_many(CONNECTIONS_MAX).await;
    }
}

/// `GET /ws?role=…`, and the same without a WebSocket: `POST /api/poll…`.
pub fn router(state: WsState) -> Router {
    Router::new()
        .route("/ws", get(upgrade::handler))
        .merge(polling::router())
        .with_state(state)
}
