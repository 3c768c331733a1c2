//! `POST /api/account/choose-password` `{"code": …, "password": …}`: uses a link up; its account
//! has this password from then on, and the browser is signed in.

use super::super::{ApiError, HttpState, cookies};
use super::sign_in::Answer;
use super::{From, check_local, refused};
use crate::auth::Password;
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    code: String,
    password: Password,
}

/// Takes the password.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(Asked { code, password }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    check_local(&state)?;
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    let in_force = state.current.get();
    let service = &in_force.config.service.name;
    let chosen = state
        .auth
        .choose_password(&code, password, service, from.place());
    let chosen = chosen.await.map_err(|error| refused(&error))?;
    let identity = chosen.identity;
    Ok((cookies(chosen.cookies), Json(Answer { identity })).into_response())
}
