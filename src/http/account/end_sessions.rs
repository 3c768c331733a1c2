//! `POST /api/account/sessions/end?role=…` `{"session": …}`: ends one of one's own sessions, or
//! without one all others; their pages close at once.

use super::super::{ApiError, HttpState};
use super::From;
use super::person::Person;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// As in the list.
    session: Option<String>,
}

/// Ends them; done twice, it is done once.
pub(super) async fn handler(
    State(state): State<HttpState>,
    Person(session): Person,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(asked) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let auth = &state.auth;
    let ended = match asked.session {
        Some(mark) => auth.end_my_session(&session, &mark, from.address).await,
        None => auth.end_my_other_sessions(&session, from.address).await,
    };
    ended.map_err(|error| ApiError::unavailable(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
