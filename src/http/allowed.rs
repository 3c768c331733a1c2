//! Who may ask what is not for everybody: whoever the table of permissions names for the endpoint.
//! A session of another page is told so, and nobody else learns more than that signing in is
//! missing.

use super::{ApiError, HttpState};
use crate::auth::permissions::{self, Access};
use crate::auth::{Role, Session};
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;

/// The session of who asks, and may.
pub(super) struct Allowed(pub(super) Session);

impl FromRequestParts<HttpState> for Allowed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let find = async |role| {
            let session = state.auth.session(role, &parts.headers).await;
            session.map_err(|error| ApiError::unavailable(&error))
        };
        let who = match access(parts) {
            Some(Access::Of(who)) => who,
            _ => &[],
        };
        let mut lacks = false;
        for role in who {
            if let Some(session) = find(*role).await? {
                if !state.lacks_second_factor(&session) {
                    return Ok(Self(session));
                }
                lacks = true;
            }
        }
        if lacks {
            return Err(ApiError::second_factor_missing());
        }
        for role in Role::ALL {
            if !who.contains(&role) && find(role).await?.is_some() {
                return Err(ApiError::not_allowed(role, who));
            }
        }
        Err(ApiError::signed_out(
            who.first().copied().unwrap_or(Role::Administrator),
        ))
    }
}

/// Who may ask the endpoint of this request.
pub(super) fn access(parts: &Parts) -> Option<Access> {
    let path = parts.extensions.get::<MatchedPath>()?;
    permissions::access(parts.method.as_str(), path.as_str())
}
