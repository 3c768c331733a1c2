//! What the parts of a running gateway share, and the pages made of it.

use crate::audit::{Act, Audit, AuditError};
use crate::auth::{Auth, Forgotten, SignOuts};
use crate::clock::Clock;
use crate::config::{Current, TlsMode};
use crate::dispatch::Dispatch;
use crate::echo::Echo;
use crate::http::{self, HttpState, Proxies};
use crate::limits::Limits;
use crate::mail::Post;
use crate::oidc::Oidc;
use crate::store::Store;
use crate::tls::Standing;
use crate::ws::{self, WsState};
use axum::Router;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::watch;

/// See the module.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) audit: Audit,
    pub(super) clock: Clock,
    pub(super) current: Current,
    /// Which sockets are whose, so that administrators can close them, too.
    pub(super) sign_outs: SignOuts,
    /// Sends mail, when the configuration has a server.
    pub(super) post: Option<Post>,
}

impl Shared {
    /// All pages, endpoints and sockets; `demo`: anybody signs in as anybody.
    pub(super) fn pages(
        &self,
        dispatch: &Dispatch,
        echo: Echo,
        certificate: watch::Receiver<Standing>,
        base_url: &str,
        build: &str,
        demo: bool,
    ) -> (Router, WsState) {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        // Behind a proxy browsers speak TLS all the same; cookies must not leave it.
        let is_secure = base_url.starts_with("https://");
        let (audit, sign_outs) = (self.audit.clone(), self.sign_outs.clone());
        let auth = Auth::new(store, clock.clone(), is_secure, audit, sign_outs);
        let current = self.current.clone();
        let in_force = current.get();
        let (listen, tls) = (&in_force.config.listen, in_force.config.tls.mode);
        // `ListenSection::check` has refused 0.
        let pages = NonZeroU32::new(listen.connections_per_address).unwrap_or(NonZeroU32::MIN);
        let limits = Limits::new(&clock, pages);
        let oidc = Oidc::new(clock.clone(), base_url);
        let ws = WsState::new(
            auth.clone(),
            dispatch.clone(),
            clock,
            current.clone(),
            limits.clone(),
            build,
        );
        let by_mail = |post| Forgotten::start(auth.clone(), post, current.clone());
        let pages = HttpState {
            forgotten: self.post.clone().map(by_mail),
            auth,
            current,
            dispatch: dispatch.clone(),
            oidc,
            limits,
            self_tests: Arc::new(http::self_tests(&self.clock)),
            echo,
            certificate: certificate.clone(),
            demo,
        };
        let everything = http::router(pages).merge(ws::router(ws.clone()));
        let everything = http::secured(everything, move || {
            insists_on_tls(tls, is_secure) && certificate.borrow().is_trusted()
        });
        (http::addressed(everything, Proxies::of(listen)), ws)
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

/// Whether browsers are told to insist on TLS: not where they may have to go on past a certificate
/// that is self-made, which they would not let anybody do then.
fn insists_on_tls(tls: TlsMode, is_secure: bool) -> bool {
    match tls {
        TlsMode::Files | TlsMode::Acme => true,
        TlsMode::Development => false,
        // The proxy's certificate is what they see.
        TlsMode::Off => is_secure,
    }
}
