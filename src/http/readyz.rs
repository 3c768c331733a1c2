//! `GET /readyz`: whether calls should be sent here. 503 while nothing can be stored, or while the
//! gateway waits for conversations before it stops, with the reason; for whoever watches over the
//! gateway, not for its supervisor: conversations go on meanwhile, and a restart would end them.
//! Relays and whatever else a call can do without are not asked: a gateway that cannot reach them
//! is as good as any other. A certificate that is not as it should be is named beside the `ok`: an
//! authority must still get through to the gateway to issue one.

use super::{ApiError, HttpState};
use crate::dispatch::NotReady;
use axum::extract::State;
use axum::http::StatusCode;

/// Answers `ok`, or a stable reason and what it means.
pub(super) async fn handler(State(state): State<HttpState>) -> Result<String, ApiError> {
    let not_ready = |cause: NotReady| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            cause.code(),
            cause.to_string(),
        )
    };
    state.dispatch.ready().map_err(not_ready)?;
    let amiss = state.certificate.borrow().code();
    Ok(amiss.map_or_else(|| String::from("ok"), |amiss| format!("ok, but {amiss}")))
}
