//! `POST /api/account/choose-password` `{"code": …, "password": …}`: uses a link up; its account
//! has this password from then on, and the browser is signed in; not by a mailed link where codes
//! of a telephone are asked for.

use super::super::{ApiError, HttpState, cookie, cookies};
use super::{From, check_local, refused};
use crate::auth::{Chosen, Password};
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
    code: String,
    password: Password,
}

#[derive(Serialize)]
struct Answer {
    identity: Identity,
    /// Otherwise they sign in by it and a code of their telephone.
    signed_in: bool,
}

impl Answer {
    const fn of(identity: Identity, signed_in: bool) -> Json<Self> {
        Json(Self {
            identity,
            signed_in,
        })
    }
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
    Ok(match chosen.await.map_err(|error| refused(&error))? {
        Chosen::SignedIn(by) => {
            (cookies(by.cookies), Answer::of(by.identity, true)).into_response()
        }
        Chosen::CodeNeeded { identity, browser } => {
            (cookie(browser), Answer::of(identity, false)).into_response()
        }
    })
}
