//! `GET /api/account?role=…`: one's own account and open sessions.

use super::super::{ApiError, HttpState};
use super::person::Person;
use axum::Json;
use axum::extract::State;
use passerelle_signaling::time::Timestamp;
use serde::Serialize;

/// The answer.
#[derive(Serialize)]
pub(super) struct Answer {
    /// None for who came by an invitation.
    login: Option<String>,
    second_factor: bool,
    /// The service asks for a second factor here.
    second_factor_needed: bool,
    recovery_codes: u32,
    sessions: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    session: String,
    since: Timestamp,
    used: Timestamp,
    browser: String,
    address: Option<String>,
    this: bool,
    connected: bool,
}

/// Lists them, the newest first.
pub(super) async fn handler(
    State(state): State<HttpState>,
    Person(session): Person,
) -> Result<Json<Answer>, ApiError> {
    let mine = state.auth.my_sessions(&session).await;
    let mine = mine.map_err(|error| ApiError::unavailable(&error))?;
    let sessions = mine.sessions.into_iter().map(|one| Session {
        session: one.mark,
        since: one.opened_at,
        used: one.seen_at,
        browser: one.browser,
        address: one.address,
        this: one.is_this,
        connected: one.connected,
    });
    Ok(Json(Answer {
        login: mine.login,
        second_factor: mine.has_second_factor,
        second_factor_needed: state.needs_second_factor(&session),
        recovery_codes: mine.recovery_codes,
        sessions: sessions.collect(),
    }))
}
