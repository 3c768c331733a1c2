//! Pages and the small HTTP interface beside the WebSocket: one endpoint a file, each with its
//! errors, its handler and its tests. Everything about calls goes over the WebSocket instead.

mod account;
mod allowed;
mod audit;
mod client_address;
mod client_browser;
mod demo_sign_in;
mod error;
mod forwarded;
#[cfg(any(test, passerelle_fuzz))]
pub(crate) mod fuzz;
mod headers;
mod healthz;
mod invite;
mod oidc;
mod pages;
mod pair;
mod pairing_code;
mod people;
mod readyz;
mod remove_tablet;
mod self_test;
mod session;
mod sign_out;
mod standing;
mod tablets;

pub use client_address::{ClientAddress, Proxies, addressed};
pub use error::ApiError;
#[cfg(any(test, passerelle_fuzz))]
pub(crate) use forwarded::nearest;
pub use headers::never_stored;
pub use pages::build_id;
pub use self_test::limit as self_tests;

use crate::auth::{self, Auth, Forgotten, Session, SetCookie};
use crate::config::Current;
use crate::dispatch::Dispatch;
use crate::echo::Echo;
use crate::limits::{Counted, Limit, Limits};
use crate::oidc::Oidc;
use crate::tls::Standing;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::protocol::Identity;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

/// The largest request body taken. The longest one, two passwords of 128 characters, each character
/// written as two escapes of six, has 3 kB.
const BODY_BYTES_MAX: usize = 4 * 1024;

/// A request of under 100 bytes arrives at once; who holds it back is cut off.
const REQUEST_MAX: Duration = Duration::from_secs(10);

/// What the endpoints share.
#[derive(Clone)]
pub struct HttpState {
    /// Sessions and invitations.
    pub auth: Auth,
    /// Links by mail; none where no mail is sent.
    pub forgotten: Option<Forgotten>,
    /// Names for the sign-in pages, and who may sign in at all.
    pub current: Current,
    /// Whether a third party's conversation goes on.
    pub dispatch: Dispatch,
    /// Sign-in by a provider, where it is configured.
    pub oidc: Oidc,
    /// How often one address may ask.
    pub limits: Limits,
    /// How often a tablet may test itself.
    pub self_tests: Arc<Limit<TabletId>>,
    /// The other end of its test.
    pub echo: Echo,
    /// How the certificate stands.
    pub certificate: watch::Receiver<Standing>,
    /// Anybody may sign in as anybody with one click.
    pub demo: bool,
}

impl HttpState {
    /// Whether the directory has this identity, or for a third party, whether a conversation waits
    /// for them.
    async fn is_known(&self, identity: Identity) -> Result<bool, ApiError> {
        match identity {
            Identity::Guest { guest } => {
                let known = self.dispatch.knows_guest(guest).await;
                known.map_err(|error| ApiError::unavailable(&error))
            }
            _ => Ok(self.is_in_directory(identity)),
        }
    }

    /// Whether the service asks for codes of a telephone beside this session's password.
    fn needs_second_factor(&self, session: &Session) -> bool {
        session.needs_second_factor(&self.current.get().config)
    }

    /// Whether it does and there is none.
    fn lacks_second_factor(&self, session: &Session) -> bool {
        session.lacks_second_factor(&self.current.get().config)
    }

    fn is_in_directory(&self, identity: Identity) -> bool {
        auth::check_known(identity, &self.current.get().configuration).is_ok()
    }
}

/// All pages and endpoints.
pub fn router(state: HttpState) -> Router {
    let ready = get(readyz::handler).with_state(state.clone());
    let api = Router::new()
        .route("/session", get(session::handler))
        .route("/demo/sign-in", post(demo_sign_in::handler))
        .nest("/account", account::router())
        .nest("/oidc", oidc::router())
        .route("/invite", post(invite::handler))
        .route("/pair", post(pair::handler))
        .route("/tablets", get(tablets::handler))
        .route("/tablets/{tablet}/code", post(pairing_code::handler))
        .route("/tablets/{tablet}/remove", post(remove_tablet::handler))
        .nest("/self-test", self_test::router())
        .nest("/people", people::router())
        .route("/state", get(standing::handler))
        .route("/audit", get(audit::newest))
        .route("/audit/verify", post(audit::verify))
        .route("/sign-out", post(sign_out::handler))
        .fallback(unknown_endpoint)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(require_own_page))
        .layer(middleware::from_fn(answered_in_time))
        .layer(middleware::from_fn_with_state(
            state.limits.clone(),
            not_too_often,
        ))
        .layer(middleware::from_fn(oidc::told_by_a_page))
        .layer(middleware::map_response(headers::never_stored))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state);
    Router::new()
        .nest("/api", api)
        .route("/healthz", get(healthz::handler))
        .route("/readyz", ready)
        .fallback(get(pages::handler))
        .layer(CompressionLayer::new())
}

/// Everything that is served, with the security headers on every response. `strict_transport`:
/// whether browsers are told to insist on TLS from now on.
pub fn secured<F>(everything: Router, strict_transport: F) -> Router
where
    F: Fn() -> bool + Clone + Send + Sync + 'static,
{
    everything.layer(middleware::map_response(move |response: Response| {
        headers::secure(response, strict_transport())
    }))
}

/// Refuses what one address asks too often.
async fn not_too_often(
    State(limits): State<Limits>,
    ClientAddress(from): ClientAddress,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let taken = limits.take(Counted::Request, from);
    taken.map_err(ApiError::too_many_requests)?;
    Ok(next.run(request).await)
}

/// Ends a request whose body does not come.
async fn answered_in_time(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(REQUEST_MAX, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let message = "the request did not arrive in time: send it again";
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message).into_response()
    })
}

/// Refuses what would change something unless one of our own pages asks for it.
pub async fn require_own_page(request: Request, next: Next) -> Response {
    if request.method().is_safe() || auth::is_own_page(request.headers()) {
        next.run(request).await
    } else {
        ApiError::foreign_origin().into_response()
    }
}

async fn unknown_endpoint() -> ApiError {
    let message =
        "there is no such endpoint: everything about calls goes over the WebSocket, PROTOCOL.md";
    ApiError::new(StatusCode::NOT_FOUND, "unknown_endpoint", message)
}

/// A method that the endpoint does not take.
pub async fn wrong_method() -> ApiError {
    let message = "this endpoint takes another method: GET to read, POST to change";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
}

/// Cookies as headers of a response.
fn cookies(cookies: [SetCookie; 2]) -> AppendHeaders<[(HeaderName, axum::http::HeaderValue); 2]> {
    AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie.0)))
}

/// A cookie as a header of a response.
fn cookie(cookie: SetCookie) -> [(HeaderName, axum::http::HeaderValue); 1] {
    [(header::SET_COOKIE, cookie.0)]
}
