//! `POST /api/invite` `{"code": …}`: uses an invitation up and signs the browser in.

use super::account::From;
use super::{ApiError, HttpState, cookie};
use crate::limits::Counted;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    code: String,
}

#[derive(Serialize)]
struct Answer {
    identity: Identity,
}

/// Signs in whoever the invitation was made for.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(Asked { code }) = asked.map_err(|error| ApiError::unreadable(&error))?;
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    let invited = state.auth.invited(&code).await;
    let invited = invited.map_err(|error| ApiError::unavailable(&error))?;
    let gone = || {
        state.auth.refused(from.address);
        gone()
    };
    let identity = invited.ok_or_else(gone)?;
    // Removed from the directory since, or the conversation is over: as good as expired.
    if !state.is_known(identity).await? {
        return Err(gone());
    }
    let in_force = state.current.get();
    let (auth, configuration) = (&state.auth, &in_force.configuration);
    let redeemed = auth.redeem_invite(&code, identity, configuration, from.place());
    let redeemed = redeemed.await;
    let redeemed = redeemed.map_err(|error| ApiError::unavailable(&error))?;
    // Somebody was faster, or a newer link has made it void.
    let set = redeemed.ok_or_else(gone)?;
    Ok((cookie(set), Json(Answer { identity })).into_response())
}

fn gone() -> ApiError {
    let message = "this invitation is unknown, used or expired: ask for a new one (`passerelle \
                   invite`, or for a third party in the conversation)";
    ApiError::new(StatusCode::NOT_FOUND, "invite_gone", message)
}
