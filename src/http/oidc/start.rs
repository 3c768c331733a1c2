//! `GET /api/oidc/start?role=…`: leads to the provider, and back to that page.

use super::super::{ApiError, HttpState, unknown_endpoint};
use super::{From, led_with, note, told};
use crate::auth::Role;
use crate::auth::permissions::PEOPLE;
use crate::limits::Counted;
use crate::oidc::FLOW_MAX;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    role: Role,
}

/// Ties the way to this browser, and leads there.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Asked { role }) = asked.map_err(|_| ApiError::unknown_role())?;
    if !PEOPLE.contains(&role) {
        return Err(ApiError::unknown_role());
    }
    let in_force = state.current.get();
    let Some(section) = &in_force.config.oidc else {
        return Err(unknown_endpoint().await);
    };
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    let tied = state.auth.tied(&from.headers, FLOW_MAX);
    let (tie, cookie) = tied.map_err(|error| ApiError::unavailable(&error))?;
    match state.oidc.begin(section, role.as_str(), tie).await {
        Ok(address) => Ok(led_with(&address, cookie)),
        Err(refusal) => {
            note(&state, &from, refusal);
            Ok(told(role, refusal.kind))
        }
    }
}
