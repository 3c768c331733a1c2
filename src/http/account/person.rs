//! Who may ask what concerns themselves: whoever the table of permissions names and is signed in,
//! also one whose account still lacks the second factor that the service asks for.

use super::super::allowed::access;
use super::super::session::Asked;
use super::super::{ApiError, HttpState};
use crate::auth::Session;
use crate::auth::permissions::Access;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

/// The session of the person who asks.
pub(super) struct Person(pub(super) Session);

impl FromRequestParts<HttpState> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let asked = Query::<Asked>::from_request_parts(parts, state).await;
        let Query(Asked { role }) = asked.map_err(|_| ApiError::unknown_role())?;
        match access(parts) {
            Some(Access::Oneself(who)) if who.contains(&role) => {}
            _ => return Err(ApiError::unknown_role()),
        }
        let session = state.auth.session(role, &parts.headers).await;
        let session = session.map_err(|error| ApiError::unavailable(&error))?;
        session.map(Self).ok_or_else(|| ApiError::signed_out(role))
    }
}
