//! Messages by HTTP requests, for pages behind a proxy that lets no WebSocket pass: a page opens a
//! line, fetches what there is for it by long polls, and sends its own by requests. To the session
//! it is a WebSocket like any other. All of it is `POST`, which no cache answers and which browsers
//! mark with the page it comes from. A line is good for the browser session that opened it.

mod kept;
mod line;

use super::WsState;
use super::session;
use super::upgrade::{self, Admitted, Asked, FRAME_BYTES_MAX};
use crate::http::{ApiError, ClientAddress, never_stored, require_own_page, wrong_method};
use crate::random;
use axum::extract::rejection::{QueryRejection, StringRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use dashmap::DashMap;
use line::{Line, Refused};
use passerelle_signaling::protocol::SUBPROTOCOL;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Messages in one request: as many as a page may have unanswered (`requests.ts`).
const MESSAGES_MAX: usize = 32;

/// A request with messages has arrived and been handed over by then, or is sent again.
const SEND_MAX: Duration = Duration::from_secs(10);

/// The open lines by their ids, which nobody can guess.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<DashMap<String, Arc<Line>>>);

impl Lines {
    /// Lists a line for as long as what is returned is kept, however its session ends.
    fn list(&self, id: &str, line: Arc<Line>) -> Listed {
        self.0.insert(id.to_owned(), line);
        Listed {
            lines: self.clone(),
            id: id.to_owned(),
        }
    }
}

struct Listed {
    lines: Lines,
    id: String,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.lines.0.remove(&self.id);
    }
}

/// `POST /api/poll…`.
pub(super) fn router() -> Router<WsState> {
    Router::new()
        .route("/api/poll", post(open))
        .route("/api/poll/{line}", post(poll))
        .route("/api/poll/{line}/send", post(send))
        .route("/api/poll/{line}/close", post(close))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(require_own_page))
        .layer(middleware::map_response(never_stored))
        .layer(DefaultBodyLimit::max(FRAME_BYTES_MAX))
}

#[derive(Deserialize)]
struct Protocol {
    protocol: Option<String>,
}

#[derive(Deserialize)]
struct After {
    /// The number of the newest message that the page has.
    after: u64,
}

#[derive(Deserialize)]
struct First {
    /// The number of the first message in the body; a page counts from 1.
    first: u64,
}

/// Opens a line, with the checks of an upgrade; answers with its id.
async fn open(
    State(state): State<WsState>,
    asked: Result<Query<Asked>, QueryRejection>,
    protocol: Result<Query<Protocol>, QueryRejection>,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(asked) = asked.map_err(|_| ApiError::unknown_role())?;
    let protocol = protocol.ok().and_then(|Query(asked)| asked.protocol);
    if protocol.as_deref() != Some(SUBPROTOCOL) {
        return Err(upgrade::unknown_subprotocol());
    }
    let memory = asked.memory(&headers);
    let Admitted { session, place } = upgrade::admit(&state, asked.role, from, &headers).await?;
    let id = random::token().map_err(|error| ApiError::unavailable(&error))?;
    let (line, sink, stream) = Line::new(session, state.clock.now());
    let listed = state.lines.list(&id, line);
    let opened = Json(serde_json::json!({ "line": id })).into_response();
    tokio::spawn(async move {
        session::run(sink, stream, state, session, memory).await;
        drop((listed, place));
    });
    Ok(opened)
}

/// The line of this request, if it is of the same browser session.
struct Own(Arc<Line>);

impl FromRequestParts<WsState> for Own {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &WsState) -> Result<Self, ApiError> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = id.map_err(|_| gone())?;
        let line = state.lines.0.get(&id).map(|line| Arc::clone(&line));
        line.filter(|line| state.auth.is_of(line.session(), &parts.headers))
            .map(Self)
            .ok_or_else(gone)
    }
}

/// Answers with all messages after a number, a line each, once there is one.
async fn poll(
    State(state): State<WsState>,
    Own(line): Own,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(After { after }) = after.map_err(|error| ApiError::bad_request(&error))?;
    let lines = line.poll(after, state.clock.now()).await.map_err(refused)?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((headers, lines).into_response())
}

/// Takes messages of the page, a line each.
async fn send(
    State(state): State<WsState>,
    Own(line): Own,
    first: Result<Query<First>, QueryRejection>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let Query(First { first }) = first.map_err(|error| ApiError::bad_request(&error))?;
    let handing_over = async {
        let body = axum::RequestExt::extract::<String, _>(request).await;
        let body = body.map_err(|error| unreadable(&error))?;
        let messages = body.lines();
        if messages.clone().count() > MESSAGES_MAX {
            return Err(too_large());
        }
        let now = state.clock.now();
        line.send(first, messages, now).await.map_err(refused)
    };
    let handed_over = tokio::time::timeout(SEND_MAX, handing_over).await;
    handed_over.unwrap_or_else(|_| {
        let message = "the messages did not arrive in time, or are read slowly: send them again";
        Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            message,
        ))
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The page is left, and says so, as a WebSocket does by its close frame.
async fn close(Own(line): Own) -> StatusCode {
    line.close().await;
    StatusCode::NO_CONTENT
}

fn refused(refused: Refused) -> ApiError {
    match refused {
        Refused::Gone => gone(),
        Refused::TooFast => {
            let message = "too many requests in a short time: try again in a second";
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", message)
        }
        Refused::OutOfOrder => {
            ApiError::bad_request(&"count messages from 1, and leave none out: open another line")
        }
    }
}

/// Whoever asks for another session's line is told nothing else.
fn gone() -> ApiError {
    let message = "there is no such line of this session (any more): open another";
    ApiError::new(StatusCode::NOT_FOUND, "line_gone", message)
}

fn too_large() -> ApiError {
    let message =
        format!("send {MESSAGES_MAX} messages and {FRAME_BYTES_MAX} bytes at most at a time");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

fn unreadable(error: &StringRejection) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        ApiError::bad_request(&"send messages as UTF-8, a line each")
    }
}
