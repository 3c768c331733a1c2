//! `GET /readyz`: whether calls should be sent here. 503 while nothing can be stored, or while the
//! gateway waits for conversations before it stops, with the reason; for whoever watches over the
//! gateway, not for its supervisor: conversations go on meanwhile, and a restart would end them.
//! Relays and whatever else a call can do without are not asked: a gateway that cannot reach them
//! is as good as any other.

use super::ApiError;
use crate::dispatch::{Dispatch, NotReady};
use axum::extract::State;
use axum::http::StatusCode;

/// Answers `ok`, or a stable reason and what it means.
pub(super) async fn handler(State(dispatch): State<Dispatch>) -> Result<&'static str, ApiError> {
    let not_ready = |cause: NotReady| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            cause.code(),
            cause.to_string(),
        )
    };
    dispatch.ready().map(|()| "ok").map_err(not_ready)
}
