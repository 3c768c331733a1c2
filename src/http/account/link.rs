//! `POST /api/account/link` `{"code": …}`: whose account a link is of, so that the page can say so
//! and the browser keeps the password under the right name. The link can still be used.

use super::super::{ApiError, HttpState};
use super::{From, refused};
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    code: String,
}

#[derive(Serialize)]
pub(super) struct Answer {
    login: String,
    /// The page of this account.
    role: &'static str,
}

/// Tells whose it is.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Answer>, ApiError> {
    let Json(Asked { code }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    let found = state.auth.link_of(&code).await;
    let (login, role) = found.map_err(|error| refused(&error))?;
    let role = role.as_str();
    Ok(Json(Answer { login, role }))
}
