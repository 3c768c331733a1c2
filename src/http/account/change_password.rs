//! `POST /api/account/password?role=…` `{"present": …, "new": …}`: another password in the place of
//! one's own. All other sessions end.

use super::super::{ApiError, HttpState};
use super::person::Person;
use super::{From, refused};
use crate::auth::Password;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    present: Password,
    new: Password,
}

/// Changes it.
pub(super) async fn handler(
    State(state): State<HttpState>,
    Person(session): Person,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(Asked { present, new }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let in_force = state.current.get();
    let service = &in_force.config.service.name;
    let both = (present, new);
    let changed = state
        .auth
        .change_password(&session, both, service, from.place());
    changed.await.map_err(|error| refused(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
