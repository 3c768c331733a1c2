//! `POST /api/account/forgotten` `{"login": …}`: a link by mail to whoever has this login, when it
//! is an address. The answer is the same whether anybody has it: nothing is looked up before.

use super::super::{ApiError, HttpState};
use super::{From, check_local, refused};
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use passerelle_signaling::private::Pii;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    login: Pii<String>,
}

/// Takes it; it is done after the answer.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(Asked { login }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    check_local(&state)?;
    let Some(forgotten) = &state.forgotten else {
        let message = "this service sends no mail: ask your administrator for a link";
        return Err(ApiError::new(StatusCode::NOT_FOUND, "no_mail", message));
    };
    let asked = forgotten.ask(login, from.address);
    asked.map_err(|error| refused(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
