//! `GET /ws?role=…`, and what a page that comes back remembers (`after`, `run`, `noticed`): who may
//! open a WebSocket. Each refusal is an HTTP answer with a stable id, before anything is upgraded.

use super::{WsState, session};
use crate::auth::{self, Role, Session, permissions};
use crate::dispatch::{Presented, Quirks};
use crate::http::{ApiError, ClientAddress};
use crate::limits::Counted;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, State};
use axum::http::header::{SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::StreamExt;
use passerelle_signaling::protocol::{CLIENT_MESSAGE_BYTES_MAX, SUBPROTOCOL};
use passerelle_signaling::time::Timestamp;
use serde::Deserialize;
use std::future::ready;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A message above the protocol's limit is refused and the connection stays; at this size it is cut
/// without reading on, because holding it costs memory.
pub(super) const FRAME_BYTES_MAX: usize = 2 * CLIENT_MESSAGE_BYTES_MAX;

/// Memory kept for reading, per socket: most messages of a client have under 200 bytes.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// A message above this is never written: four times the board of 10,000 tablets, each of them
/// busy, at 250 bytes a row (measured with 1,000: a quarter of a megabyte).
pub(super) const WRITE_BUFFER_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Sockets of one session: a coordinator's boards on all screens, and the moment in which a
/// reloaded page has two. One account cannot take the places of all the others.
const SOCKETS_PER_SESSION_MAX: usize = 16;

#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) role: Role,
    /// The `seq` of the newest picture a page shows that comes back.
    after: Option<u64>,
    /// The `run` that picture came from.
    run: Option<Timestamp>,
    /// Up to which moment it has been shown coordinators' texts.
    noticed: Option<Timestamp>,
}

/// What a page that comes back remembers.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    pub(super) presented: Option<Presented>,
    pub(super) noticed: Option<Timestamp>,
    /// What is known of its browser, by the name that it gives itself; the name is not kept.
    pub(super) quirks: Quirks,
}

impl Asked {
    pub(super) fn memory(&self, headers: &HeaderMap) -> Memory {
        let user_agent = headers.get(USER_AGENT).and_then(|name| name.to_str().ok());
        let presented = self.after.zip(self.run);
        Memory {
            presented: presented.map(|(seq, run)| Presented { seq, run }),
            noticed: self.noticed,
            quirks: Quirks::of(user_agent.unwrap_or_default()),
        }
    }
}

/// Checks origin, role, subprotocol and session, then hands the socket to its session.
pub(super) async fn handler(
    State(state): State<WsState>,
    asked: Result<Query<Asked>, QueryRejection>,
    from: ClientAddress,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let Query(asked) = asked.map_err(|_| ApiError::unknown_role())?;
    let (role, memory) = (asked.role, asked.memory(&headers));
    if !auth::is_own_page(&headers) {
        return Err(ApiError::foreign_origin());
    }
    let upgrade = upgrade.map_err(|error| {
        let message = format!("open a WebSocket here: {error}");
        ApiError::new(StatusCode::BAD_REQUEST, "not_a_websocket", message)
    })?;
    if !offers_our_protocol(&headers) {
        return Err(unknown_subprotocol());
    }
    let Admitted { session, place } = admit(&state, role, from, &headers).await?;
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .max_frame_size(FRAME_BYTES_MAX)
        .max_message_size(FRAME_BYTES_MAX)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let (sink, stream) = socket.split();
        // A socket that breaks ends.
        let stream = stream.scan((), |(), frame| ready(frame.ok()));
        session::run(sink, stream, state, session, memory).await;
        drop(place);
    }))
}

/// Who may come in, with their place.
pub(super) struct Admitted {
    pub(super) session: Session,
    pub(super) place: OwnedSemaphorePermit,
}

/// Checks how often this address has come, session and places: the same for whatever carries the
/// messages.
pub(super) async fn admit(
    state: &WsState,
    role: Role,
    ClientAddress(from): ClientAddress,
    headers: &HeaderMap,
) -> Result<Admitted, ApiError> {
    let taken = state.limits.take(Counted::Opening, from);
    taken.map_err(ApiError::too_many_requests)?;
    let session = state.auth.session(role, headers).await;
    let session = session
        .map_err(|error| ApiError::unavailable(&error))?
        .ok_or_else(|| ApiError::signed_out(role))?;
    let in_force = state.current.get();
    if !session.stands_in(&in_force.configuration) {
        return Err(ApiError::tablet_moved());
    }
    if !permissions::CALLERS.contains(&role) {
        return Err(ApiError::not_allowed(role, permissions::CALLERS));
    }
    if session.lacks_second_factor(&in_force.config) {
        return Err(ApiError::second_factor_missing());
    }
    if state.auth.open_sockets(&session) >= SOCKETS_PER_SESSION_MAX {
        let message = "this session has too many pages open: close some of them";
        return Err(too_many(message));
    }
    let place = Arc::clone(&state.places).try_acquire_owned().map_err(|_| {
        too_many("as many connections are open as this gateway takes: try again in a minute")
    })?;
    Ok(Admitted { session, place })
}

pub(super) fn unknown_subprotocol() -> ApiError {
    let message = format!("offer the subprotocol `{SUBPROTOCOL}`: this gateway speaks no other");
    ApiError::new(StatusCode::BAD_REQUEST, "unknown_subprotocol", message)
}

fn too_many(message: &str) -> ApiError {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    ApiError::new(status, "too_many_connections", message)
}

fn offers_our_protocol(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offered = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    offered.any(|name| name.trim() == SUBPROTOCOL)
}
