//! `POST /api/account/second-factor/{begin,confirm,remove}?role=…`: a telephone whose codes are
//! asked for beside the password.

use super::super::{ApiError, HttpState};
use super::person::Person;
use super::{From, refused};
use crate::auth::{Password, SecondFactorError};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByPassword {
    password: Password,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByCode {
    code: String,
}

/// What a telephone is given.
#[derive(Serialize)]
pub(super) struct Begun {
    secret: String,
    uri: String,
}

/// Codes that can be typed in the place of the telephone's.
#[derive(Serialize)]
pub(super) struct Confirmed {
    recovery_codes: Vec<String>,
}

/// `{"password": …}`: begins to enrol a telephone.
pub(super) async fn begin(
    State(state): State<HttpState>,
    Person(session): Person,
    from: From,
    asked: Result<Json<ByPassword>, JsonRejection>,
) -> Result<Json<Begun>, ApiError> {
    let Json(ByPassword { password }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let in_force = state.current.get();
    let service = &in_force.config.service.name;
    let begun = state
        .auth
        .begin_second_factor(&session, password, service, from.place());
    let begun = begun.await.map_err(|error| not_changed(&error))?;
    let (secret, uri) = (begun.secret, begun.uri);
    Ok(Json(Begun { secret, uri }))
}

/// `{"code": …}`: the telephone makes the right codes; they are asked for from now on.
pub(super) async fn confirm(
    State(state): State<HttpState>,
    Person(session): Person,
    from: From,
    asked: Result<Json<ByCode>, JsonRejection>,
) -> Result<Json<Confirmed>, ApiError> {
    let Json(ByCode { code }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let confirmed = state
        .auth
        .confirm_second_factor(&session, &code, from.address);
    let recovery_codes = confirmed.await.map_err(|error| not_changed(&error))?;
    Ok(Json(Confirmed { recovery_codes }))
}

/// `{"password": …}`: codes are asked for no more.
pub(super) async fn remove(
    State(state): State<HttpState>,
    Person(session): Person,
    from: From,
    asked: Result<Json<ByPassword>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(ByPassword { password }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let required = state.needs_second_factor(&session);
    let removed = state
        .auth
        .remove_second_factor(&session, password, required, from.place());
    removed.await.map_err(|error| not_changed(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_changed(error: &SecondFactorError) -> ApiError {
    let id = match error {
        SecondFactorError::NoAccount => "no_account",
        SecondFactorError::AlreadyOn => "second_factor_on",
        SecondFactorError::NotBegun => "second_factor_not_begun",
        SecondFactorError::Required => "second_factor_required",
        SecondFactorError::SignIn(error) => return refused(error),
    };
    ApiError::new(StatusCode::CONFLICT, id, error.to_string())
}
