//! `POST /api/account/sign-in` `{"login": …, "password": …, "code": …}`: signs the browser in as
//! the account's person, whichever page asks.

use super::super::{ApiError, HttpState, cookies};
use super::{From, check_local, refused};
use crate::auth::{Password, Typed};
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    login: String,
    password: Password,
    code: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    identity: Identity,
}

/// Signs in whoever has the password, and the code where one is asked for.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(asked) = asked.map_err(|error| ApiError::unreadable(&error))?;
    check_local(&state)?;
    let known = state.auth.knows_browser(&asked.login, &from.headers).await;
    if !known.map_err(|error| ApiError::unavailable(&error))? {
        // What others do at this address is none of the business of a browser that is known.
        let taken = state.limits.take(Counted::SignIn, from.address);
        taken.map_err(ApiError::too_many_requests)?;
    }
    let in_force = state.current.get();
    let typed = Typed {
        login: asked.login,
        password: asked.password,
        code: asked.code,
    };
    let (auth, configuration) = (&state.auth, &in_force.configuration);
    let signed_in = auth.sign_in_by_password(typed, configuration, from.place());
    let signed_in = signed_in.await.map_err(|error| refused(&error))?;
    let identity = signed_in.identity;
    Ok((cookies(signed_in.cookies), Json(Answer { identity })).into_response())
}
