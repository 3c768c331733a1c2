//! `POST /api/tablets/{tablet}/code`: for coordinators and administrators, a code that pairs a
//! device as this tablet, once, within ten minutes. It is shown this once: the gateway keeps its
//! hash.

use super::allowed::Allowed;
use super::client_address::ClientAddress;
use super::{ApiError, HttpState, pair};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::time::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Answer {
    /// To be typed at the tablet.
    code: String,
    /// The page and the fragment that pair without typing, for the QR code.
    path: String,
    until: Timestamp,
}

/// Makes a code in the place of the tablet's older one.
pub(super) async fn handler(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    Allowed(by): Allowed,
    tablet: Result<Path<TabletId>, PathRejection>,
) -> Result<Json<Answer>, ApiError> {
    let Path(tablet) = tablet.map_err(|_| unknown())?;
    let in_force = state.current.get();
    let site = in_force.configuration.tablets.get(&tablet).copied();
    let bound = (tablet, site.ok_or_else(unknown)?);
    let made = state.auth.make_pairing_code(bound, &by, from).await;
    let made = made.map_err(|error| pair::refused(&error))?;
    Ok(Json(Answer {
        code: made.code.to_string(),
        path: made.path,
        until: made.until,
    }))
}

/// No site has a tablet of this number.
pub(super) fn unknown() -> ApiError {
    let message = "no site of the configuration has a tablet of this number: add it there first";
    ApiError::new(StatusCode::NOT_FOUND, "unknown_tablet", message)
}
