//! `POST /api/sign-out?role=…`: ends the session of that role in this browser and closes its
//! sockets. Who has signed in by a provider is told where to go to be signed out there as well.

use super::session::Asked;
use super::{ApiError, HttpState, cookie};
use crate::auth::Session;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    /// An address of the provider's.
    leave: String,
}

/// Signs out; done twice, it is done once.
pub(super) async fn handler(
    State(state): State<HttpState>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Asked { role }) = asked.map_err(|_| ApiError::unknown_role())?;
    let session = state.auth.session(role, &headers).await;
    let session = session.map_err(|error| ApiError::unavailable(&error))?;
    let signed_out = state.auth.sign_out(role, &headers).await;
    let removed = cookie(signed_out.map_err(|error| ApiError::unavailable(&error))?);
    let by_provider = session.filter(|session| session.by_provider);
    Ok(match way_out(&state, by_provider).await {
        Some(leave) => (removed, Json(Answer { leave })).into_response(),
        None => (StatusCode::NO_CONTENT, removed).into_response(),
    })
}

async fn way_out(state: &HttpState, session: Option<Session>) -> Option<String> {
    let in_force = state.current.get();
    let section = in_force.config.oidc.as_ref()?;
    state.oidc.leave(section, session?.token.0).await
}
