//! `POST /api/demo/sign-in` `{"identity": …}`: one click, no password. Exists in `passerelle demo`
//! only; a gateway started with `serve` answers as if there were no such endpoint.

use super::client_address::ClientAddress;
use super::client_browser::ClientBrowser;
use super::{ApiError, HttpState, cookie, unknown_endpoint};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use passerelle_signaling::protocol::Identity;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    identity: Identity,
}

/// Signs in as anybody of the directory.
pub(super) async fn handler(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    ClientBrowser(browser): ClientBrowser,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Response, ApiError> {
    if !state.demo {
        return Err(unknown_endpoint().await);
    }
    let Json(Asked { identity }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    if !state.is_in_directory(identity) {
        let message = "nobody of that number: take one of `identities` in /api/session";
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown_identity",
            message,
        ));
    }
    let signed_in = state.auth.sign_in(identity, from, browser).await;
    let set = signed_in.map_err(|error| ApiError::unavailable(&error))?;
    Ok((StatusCode::NO_CONTENT, cookie(set)).into_response())
}
