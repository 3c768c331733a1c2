//! `GET /readyz`: whether calls can be taken. 503 while nothing can be stored, with the reason; for
//! whoever watches over the gateway, not for its supervisor: conversations go on meanwhile, and a
//! restart would end them.

use crate::dispatch::Dispatch;
use axum::extract::State;
use axum::http::StatusCode;

/// Answers `ok`, or what to do.
pub(super) async fn handler(State(dispatch): State<Dispatch>) -> (StatusCode, String) {
    dispatch.stalled().map_or_else(
        || (StatusCode::OK, String::from("ok")),
        |cause| (StatusCode::SERVICE_UNAVAILABLE, cause.to_string()),
    )
}
