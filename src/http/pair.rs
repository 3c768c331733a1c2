//! `POST /api/pair` `{"code": …}`: uses a pairing code up, typed or from a QR code's link, and
//! makes this browser the tablet it is for.

use super::client_address::ClientAddress;
use super::{ApiError, HttpState, cookie};
use crate::auth::PairError;
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use passerelle_signaling::ids::TabletId;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    code: String,
}

#[derive(Serialize)]
struct Answer {
    tablet: TabletId,
}

/// Pairs the browser.
pub(super) async fn handler(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(Asked { code }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let taken = state.limits.take(Counted::SignIn, from);
    taken.map_err(ApiError::too_many_requests)?;
    let in_force = state.current.get();
    let (auth, configuration) = (&state.auth, &in_force.configuration);
    let paired = auth.pair(&code, &headers, configuration, from).await;
    let (tablet, set) = paired.map_err(|error| refused(&error))?;
    Ok((cookie(set), Json(Answer { tablet })).into_response())
}

/// The refusal as a page understands it.
pub(super) fn refused(error: &PairError) -> ApiError {
    let (status, id) = match error {
        PairError::Unreadable => (StatusCode::BAD_REQUEST, "pairing_code_unreadable"),
        PairError::TooMany => (StatusCode::TOO_MANY_REQUESTS, "pairing_too_many"),
        PairError::Gone => (StatusCode::NOT_FOUND, "pairing_code_gone"),
        PairError::Full => (StatusCode::CONFLICT, "pairing_codes_full"),
        PairError::Auth(cause) => return ApiError::unavailable(cause),
    };
    ApiError::new(status, id, error.to_string())
}
