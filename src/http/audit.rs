//! `GET /api/audit` and `POST /api/audit/verify`: for administrators, the newest entries of the
//! audit journal, and whether all of it is as it was written. Both are entries themselves.

use super::allowed::Allowed;
use super::client_address::ClientAddress;
use super::{ApiError, HttpState};
use crate::audit::{self, Act, Listed, SessionMark, VerifyError};
use crate::auth::AuthError;
use axum::Json;
use axum::extract::State;
use passerelle_signaling::time::Timestamp;
use serde::Serialize;
use std::path::PathBuf;
use tokio::task::spawn_blocking;

/// Entries on the page: some days of a city's service. The files have all of them.
const ENTRIES_MAX: usize = 200;

#[derive(Serialize)]
pub(super) struct Answer {
    /// The newest first.
    entries: Vec<Listed>,
}

/// Lists them.
pub(super) async fn newest(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    Allowed(by): Allowed,
) -> Result<Json<Answer>, ApiError> {
    let by = SessionMark::of(&by.token.0);
    let recorded = state.auth.write_down(Act::AuditRead { by }, from).await;
    recorded.map_err(|error: AuthError| ApiError::unavailable(&error))?;
    let data_dir = state.data_dir();
    let listed = spawn_blocking(move || audit::newest(&data_dir, ENTRIES_MAX)).await;
    let listed = listed.map_err(|error| ApiError::unavailable(&error))?;
    let entries = listed.map_err(|error| ApiError::unavailable(&error))?;
    Ok(Json(Answer { entries }))
}

/// What `passerelle audit verify` says.
#[derive(Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub(super) enum Verified {
    Whole {
        entries: u64,
        oldest: Option<Timestamp>,
        newest: Option<Timestamp>,
        /// To be kept on another machine.
        head: String,
    },
    Changed {
        /// What is not as it was written, and where.
        message: String,
    },
}

/// Reads all of it.
pub(super) async fn verify(
    State(state): State<HttpState>,
    ClientAddress(from): ClientAddress,
    Allowed(by): Allowed,
) -> Result<Json<Verified>, ApiError> {
    let by = SessionMark::of(&by.token.0);
    let recorded = state.auth.write_down(Act::AuditVerified { by }, from).await;
    recorded.map_err(|error: AuthError| ApiError::unavailable(&error))?;
    let data_dir = state.data_dir();
    let read = spawn_blocking(move || audit::verify(&data_dir, None)).await;
    let verified = match read.map_err(|error| ApiError::unavailable(&error))? {
        Ok(whole) => Verified::Whole {
            entries: whole.entries,
            oldest: whole.oldest,
            newest: whole.newest,
            head: whole.head.to_string(),
        },
        Err(error @ VerifyError::Unreadable { .. }) => return Err(ApiError::unavailable(&error)),
        Err(error) => Verified::Changed {
            message: error.to_string(),
        },
    };
    Ok(Json(verified))
}

impl HttpState {
    fn data_dir(&self) -> PathBuf {
        self.current.get().config.data_dir.clone()
    }
}
