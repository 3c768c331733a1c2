//! A tablet's test of itself. `POST /api/self-test/media` `{"sdp": …}` answers an offer whose
//! picture is sent back ([`Echo`](crate::echo::Echo)); `POST /api/self-test/result` keeps how it
//! went, for coordinators and administrators. No call is placed, and nobody is rung.

use super::allowed::Allowed;
use super::{ApiError, HttpState};
use crate::auth::relays;
use crate::clock::Clock;
use crate::echo::{EchoError, OFFER_BYTES_MAX, Tester};
use crate::limits::{Limit, TooMany};
use crate::store::SelfTest;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::{Identity, RelayServer};
use passerelle_signaling::time::Millis;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use std::time::Duration;

/// Offers of one tablet at once: three tests, each with a second offer for a relay.
const OFFERS: NonZeroU32 = match NonZeroU32::new(6) {
    Some(offers) => offers,
    None => NonZeroU32::MIN,
};

/// Then one more after so long.
const OFFER_EVERY: Duration = Duration::from_secs(30);

/// When to come back while too many others test themselves.
const BUSY: Millis = Millis::from_secs(30);

/// Faults in one test: one a step, and there are four.
const FAULTS_MAX: usize = 4;

/// What can be wrong, step by step. `web-client/src/core/self-test/faults.ts` has the same, and a
/// text for each.
const FAULTS: &[&str] = &[
    "devices_insecure",
    "camera_unasked",
    "camera_denied",
    "camera_missing",
    "camera_in_use",
    "camera_failed",
    "camera_silent",
    "camera_black",
    "microphone_unasked",
    "microphone_denied",
    "microphone_missing",
    "microphone_in_use",
    "microphone_failed",
    "microphone_silent",
    "network_unanswered",
    "network_blocked",
    "network_refused",
    "network_beyond",
    "network_encryption",
    "picture_none",
    "picture_still",
    "picture_slow",
];

/// How often tablets may test themselves.
pub fn limit(clock: &Clock) -> Limit<TabletId> {
    Limit::new("self-tests of a tablet", OFFERS, OFFER_EVERY, clock.clone())
}

/// Both endpoints. An offer is longer than what is asked elsewhere.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/media", post(media))
        .layer(DefaultBodyLimit::max(2 * OFFER_BYTES_MAX))
        .route("/result", post(result))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offered {
    sdp: Pii<String>,
}

#[derive(Serialize)]
pub(super) struct Answered {
    sdp: String,
    relays: Vec<RelayServer>,
}

/// Answers an offer.
async fn media(
    State(state): State<HttpState>,
    Allowed(session): Allowed,
    offered: Result<Json<Offered>, JsonRejection>,
) -> Result<Json<Answered>, ApiError> {
    let Json(Offered { sdp }) = offered.map_err(|error| ApiError::unreadable(&error))?;
    let tablet = tablet_of(session.identity)?;
    let taken = state.self_tests.take(&tablet);
    taken.map_err(too_often)?;
    let offer = sdp.reveal().clone();
    let opened = state.echo.open(Tester::Tablet(tablet), offer).await;
    let sdp = opened.map_err(|error| refused(&error))?;
    let relay = &state.current.get().config.relay;
    let relays = relays(relay, state.auth.now());
    Ok(Json(Answered { sdp, relays }))
}

/// What a tablet has found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    /// Of [`FAULTS`].
    faults: Vec<String>,
    way: Option<Way>,
    opened_ms: Option<u32>,
    frames_in_10: Option<u32>,
    delay_ms: Option<u32>,
}

/// The way media took.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Udp,
    Tcp,
    Relay,
}

impl Way {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Relay => "relay",
        }
    }
}

/// Keeps a result in the place of the last.
async fn result(
    State(state): State<HttpState>,
    Allowed(session): Allowed,
    found: Result<Json<Found>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(found) = found.map_err(|error| ApiError::unreadable(&error))?;
    let tablet = tablet_of(session.identity)?;
    let is_known = |fault: &String| FAULTS.contains(&fault.as_str());
    if found.faults.len() > FAULTS_MAX || !found.faults.iter().all(is_known) {
        return Err(ApiError::bad_request(&"these are no faults of a self-test"));
    }
    let faults = found.faults.join(" ");
    let way = found.way.map(Way::as_str);
    let (opened_ms, frames_in_10) = (found.opened_ms, found.frames_in_10);
    if faults.is_empty() {
        tracing::info!(%tablet, way, opened_ms, frames_in_10, "a tablet's self-test: all well");
    } else {
        tracing::warn!(%tablet, faults, way, opened_ms, frames_in_10, "a tablet's self-test");
    }
    let test = SelfTest {
        tablet,
        at: state.auth.now(),
        faults,
        way: way.map(str::to_owned),
        opened_ms,
        frames_in_10,
        delay_ms: found.delay_ms,
    };
    let kept = state.auth.keep_self_test(test).await;
    kept.map_err(|error| ApiError::unavailable(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The table of permissions lets nobody else come here.
fn tablet_of(identity: Identity) -> Result<TabletId, ApiError> {
    match identity {
        Identity::Tablet { tablet } => Ok(tablet),
        _ => Err(ApiError::unknown_role()),
    }
}

fn too_often(TooMany { wait }: TooMany) -> ApiError {
    let message = "this tablet has tested itself too often: try again in a minute";
    let status = StatusCode::TOO_MANY_REQUESTS;
    ApiError::new(status, "too_many_requests", message).after(wait)
}

fn refused(error: &EchoError) -> ApiError {
    match error {
        EchoError::Busy => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            ApiError::new(status, "self_test_busy", error.to_string()).after(BUSY)
        }
        // The engine's words quote the offer, and with it the tablet's address.
        EchoError::BadOffer(_) => {
            ApiError::bad_request(&"the offer cannot be answered: one picture, `sendrecv`, VP8")
        }
        EchoError::NotNow(_) | EchoError::Mirror(_) => ApiError::unavailable(error),
    }
}
