//! `POST /api/sign-out?role=…`: ends the session of that role in this browser and closes its
//! sockets.

use super::session::Asked;
use super::{ApiError, HttpState, cookie};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Signs out; done twice, it is done once.
pub(super) async fn handler(
    State(state): State<HttpState>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Asked { role }) = asked.map_err(|_| ApiError::unknown_role())?;
    let signed_out = state.auth.sign_out(role, &headers).await;
    let removed = signed_out.map_err(|error| ApiError::unavailable(&error))?;
    Ok((StatusCode::NO_CONTENT, cookie(removed)).into_response())
}
