//! Who may ask what concerns the whole service: a coordinator. A session of another page is told
//! so, and nobody else learns more than that signing in is missing.

use super::{ApiError, HttpState};
use crate::auth::{Role, Session};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

/// The session of the coordinator who asks.
pub(super) struct Coordinator(pub(super) Session);

impl FromRequestParts<HttpState> for Coordinator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let find = async |role| {
            let session = state.auth.session(role, &parts.headers).await;
            session.map_err(|error| ApiError::unavailable(&error))
        };
        if let Some(session) = find(Role::Coordinator).await? {
            if state.lacks_second_factor(&session) {
                return Err(ApiError::second_factor_missing());
            }
            return Ok(Self(session));
        }
        for role in [Role::Tablet, Role::Interpreter, Role::Guest] {
            if find(role).await?.is_some() {
                let message = format!("a {role} may not ask this: only coordinators may");
                let status = StatusCode::FORBIDDEN;
                return Err(ApiError::new(status, "not_allowed", message));
            }
        }
        Err(ApiError::signed_out(Role::Coordinator))
    }
}
