//! `POST /api/tablets/{tablet}/remove`: for coordinators and administrators, ends whatever is let
//! in as this tablet, for one that is lost, stolen or broken. Its page closes at once, and
//! its call with it.

use super::allowed::Allowed;
use super::client_address::ClientAddress;
use super::pairing_code::unknown;
use super::{ApiError, HttpState};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use passerelle_signaling::ids::TabletId;

/// Removes it; done twice, it is done once. Also one that has left the configuration.
pub(super) async fn handler(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    Allowed(by): Allowed,
    tablet: Result<Path<TabletId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(tablet) = tablet.map_err(|_| unknown())?;
    let removed = state.auth.remove_tablet(tablet, &by, from).await;
    removed.map_err(|error| ApiError::unavailable(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
