//! Accounts: signing in, choosing a password, and what people do with their own sessions.

mod change_password;
mod choose_password;
mod end_sessions;
mod forgotten;
mod link;
mod own;
mod person;
mod second_factor;
mod sign_in;

use super::client_address::ClientAddress;
use super::client_browser::ClientBrowser;
use super::{ApiError, HttpState};
use crate::auth::{PasswordFault, Place, SignInError};
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use std::net::IpAddr;

/// How these endpoints read their bodies.
#[cfg(any(test, passerelle_fuzz))]
pub(super) const BODIES: &[super::fuzz::Reader] = &[
    super::fuzz::body::<change_password::Asked>,
    super::fuzz::body::<choose_password::Asked>,
    super::fuzz::body::<end_sessions::Asked>,
    super::fuzz::body::<forgotten::Asked>,
    super::fuzz::body::<link::Asked>,
    super::fuzz::body::<second_factor::ByCode>,
    super::fuzz::body::<second_factor::ByPassword>,
    super::fuzz::body::<sign_in::Asked>,
];

/// `/api/account…`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/", get(own::handler))
        .route("/sign-in", post(sign_in::handler))
        .route("/link", post(link::handler))
        .route("/forgotten", post(forgotten::handler))
        .route("/choose-password", post(choose_password::handler))
        .route("/password", post(change_password::handler))
        .route("/sessions/end", post(end_sessions::handler))
        .route("/second-factor/begin", post(second_factor::begin))
        .route("/second-factor/confirm", post(second_factor::confirm))
        .route("/second-factor/remove", post(second_factor::remove))
}

/// Where a request comes from.
pub(super) struct From {
    pub(super) headers: HeaderMap,
    pub(super) address: Option<IpAddr>,
    browser: &'static str,
}

impl From {
    pub(super) const fn place(&self) -> Place<'_> {
        Place {
            headers: &self.headers,
            from: self.address,
            browser: self.browser,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
        let Ok(ClientBrowser(browser)) = ClientBrowser::from_request_parts(parts, state).await;
        Ok(Self {
            headers: parts.headers.clone(),
            address,
            browser,
        })
    }
}

/// The refusal as a page understands it.
fn refused(error: &SignInError) -> ApiError {
    let (status, id) = match error {
        SignInError::Wrong => (StatusCode::UNAUTHORIZED, "sign_in_wrong"),
        SignInError::CodeNeeded => (StatusCode::UNAUTHORIZED, "code_needed"),
        SignInError::CodeWrong => (StatusCode::UNAUTHORIZED, "code_wrong"),
        SignInError::Slowed { wait } => {
            let refusal = (StatusCode::TOO_MANY_REQUESTS, "sign_in_slowed");
            return ApiError::new(refusal.0, refusal.1, error.to_string()).after(*wait);
        }
        SignInError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "sign_in_busy"),
        SignInError::NotHere => (StatusCode::FORBIDDEN, "account_not_here"),
        SignInError::LinkGone => (StatusCode::NOT_FOUND, "account_link_gone"),
        SignInError::Password(fault) => {
            let id = match fault {
                PasswordFault::Short => "password_short",
                PasswordFault::Long => "password_long",
                PasswordFault::HasLogin => "password_has_login",
                PasswordFault::Common => "password_common",
            };
            (StatusCode::BAD_REQUEST, id)
        }
        SignInError::Auth(cause) => return ApiError::unavailable(cause),
        SignInError::Hash(cause) => return ApiError::unavailable(cause),
    };
    ApiError::new(status, id, error.to_string())
}

/// Refuses passwords where people sign in by a provider only.
fn check_local(state: &HttpState) -> Result<(), ApiError> {
    if state.current.get().config.accounts.local {
        return Ok(());
    }
    let message = "people sign in by their provider here, and not with a password";
    let status = StatusCode::FORBIDDEN;
    Err(ApiError::new(status, "provider_only", message))
}
