//! What the parts of a running gateway share, and the pages made of it.

use crate::audit::{Act, Audit, AuditError};
use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::{Current, TlsMode};
use crate::dispatch::Dispatch;
use crate::http::{self, HttpState};
use crate::store::Store;
use crate::ws::{self, WsState};
use axum::Router;

/// See the module.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) audit: Audit,
    pub(super) clock: Clock,
    pub(super) current: Current,
}

impl Shared {
    /// All pages, endpoints and sockets; `demo`: anybody signs in as anybody.
    pub(super) fn pages(
        &self,
        dispatch: &Dispatch,
        base_url: &str,
        build: &str,
        demo: bool,
    ) -> (Router, WsState) {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        // Behind a proxy browsers speak TLS all the same; cookies must not leave it.
        let is_secure = base_url.starts_with("https://");
        let auth = Auth::new(store, clock.clone(), is_secure, self.audit.clone());
        let current = self.current.clone();
        let ws = WsState::new(
            auth.clone(),
            dispatch.clone(),
            clock,
            current.clone(),
            build,
        );
        let pages = HttpState {
            auth,
            current,
            dispatch: dispatch.clone(),
            demo,
        };
        let strict_transport = self.current.get().config.tls.mode == TlsMode::Files;
        let everything = http::router(pages).merge(ws::router(ws.clone()));
        (http::secured(everything, strict_transport), ws)
    }

    /// Writes down that the gateway is about to serve.
    pub(super) async fn write_down_start(&self, build: &str) -> Result<(), AuditError> {
        let build = format!("{} ({build})", env!("CARGO_PKG_VERSION"));
        self.audit.record(Act::Started { build }, None).await
    }

    /// Closes what is on the disk, once nothing writes to it any more.
    pub(super) async fn close(&self) {
        if let Err(error) = self.audit.record(Act::Stopped, None).await {
            tracing::warn!(%error, "the end is not in the audit journal");
        }
        self.audit.close().await;
        self.store.close().await;
    }
}
