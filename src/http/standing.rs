//! `GET /api/state`: for administrators, how the gateway stands: what `/readyz` says, the version,
//! and until when the certificate is good. Nothing of calls.

use super::allowed::Allowed;
use super::{ApiError, HttpState};
use crate::config::TlsMode;
use crate::tls;
use axum::Json;
use axum::extract::State;
use passerelle_signaling::time::Timestamp;
use serde::Serialize;
use tokio::task::spawn_blocking;

/// The answer.
#[derive(Serialize)]
pub(super) struct Answer {
    service: String,
    /// By which the page shows moments.
    time_zone: String,
    version: &'static str,
    /// None when ready, or the stable id of `/readyz` why not.
    not_ready: Option<&'static str>,
    /// `acme`, `files`, `development` or `off`, as in the configuration.
    tls: TlsMode,
    /// When the certificate in its file ends.
    certificate_until: Option<Timestamp>,
    /// None when all is well, or the stable id of what is amiss, such as that renewing fails.
    certificate_amiss: Option<&'static str>,
    /// None where no mail is sent, `sent`, or `failing` when the newest could not be.
    mail: Option<&'static str>,
    /// Tablets, consoles and boards that are connected at this moment.
    connections: usize,
}

/// Says so.
pub(super) async fn handler(
    State(state): State<HttpState>,
    Allowed(_): Allowed,
) -> Result<Json<Answer>, ApiError> {
    let in_force = state.current.get();
    let (section, data_dir) = (
        in_force.config.tls.clone(),
        in_force.config.data_dir.clone(),
    );
    let mode = section.mode;
    let until = spawn_blocking(move || tls::served_until(&section, &data_dir)).await;
    let service = &in_force.config.service;
    Ok(Json(Answer {
        service: service.name.clone(),
        time_zone: service.time_zone.clone(),
        version: env!("CARGO_PKG_VERSION"),
        not_ready: state.dispatch.ready().err().map(|cause| cause.code()),
        tls: mode,
        certificate_until: until.map_err(|error| ApiError::unavailable(&error))?,
        certificate_amiss: state.certificate.borrow().code(),
        mail: state
            .forgotten
            .as_ref()
            .map(|by_mail| match by_mail.is_failing() {
                true => "failing",
                false => "sent",
            }),
        connections: state.dispatch.connections(),
    }))
}
