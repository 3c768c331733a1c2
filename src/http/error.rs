//! Refusals over HTTP: a stable id for programs, a sentence that says what to do. Causes inside the
//! gateway are logged and never sent.

use crate::auth::Role;
use crate::limits::TooMany;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use passerelle_signaling::time::Millis;
use serde::Serialize;

/// A refusal.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    error: &'static str,
    message: String,
    /// In seconds.
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    message: &'a str,
}

impl ApiError {
    /// A refusal with this stable id and what to do.
    pub fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            error,
            message,
            retry_after: None,
        }
    }

    /// More than one address may ask.
    pub fn too_many_requests(TooMany { wait }: TooMany) -> Self {
        let seconds = wait.0.div_ceil(1000);
        let message = format!(
            "too many requests of this kind have come from your network's address: try again in \
             {seconds} s"
        );
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self::new(status, "too_many_requests", message).after(wait)
    }

    /// Again after so long.
    pub fn after(self, wait: Millis) -> Self {
        Self {
            retry_after: Some(wait.0.div_ceil(1000)),
            ..self
        }
    }

    /// Another site's page asks.
    pub fn foreign_origin() -> Self {
        let message = "only pages of this gateway may ask this: open it by the address you are \
                       reading it at, and let the browser send `Origin`";
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", message)
    }

    /// The query does not say which page asks, or is not read for another reason.
    pub fn unknown_role() -> Self {
        let message = "say which page asks: role=tablet, role=interpreter, role=coordinator, \
                       role=administrator or role=guest, as far as this is for it; what else is \
                       said is in whole numbers";
        Self::new(StatusCode::BAD_REQUEST, "unknown_role", message)
    }

    /// The tablet's number stands at another site, or at none, since it was paired.
    pub fn tablet_moved() -> Self {
        let message = "this tablet was paired for another site than its number stands at now: \
                       pair it again";
        Self::new(StatusCode::UNAUTHORIZED, "tablet_moved", message)
    }

    /// The body is not what the endpoint reads.
    pub fn bad_request(detail: &impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail.to_string())
    }

    /// The body is too large, or not what the endpoint reads; it may have secrets, and nothing of
    /// it is repeated.
    pub fn unreadable(error: &JsonRejection) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let message = "the body of a request has at most 4 kB here";
            return Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message);
        }
        let message = match error {
            JsonRejection::JsonDataError(_) => "fields are missing, or of another kind",
            JsonRejection::JsonSyntaxError(_) => "this is no JSON",
            _ => "send JSON, as `application/json`",
        };
        Self::bad_request(&message)
    }

    /// Nobody is signed in as that.
    pub fn signed_out(role: Role) -> Self {
        let message = format!("sign in first, on the page /{role}");
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", message)
    }

    /// This role may not ask that; these may.
    pub fn not_allowed(role: Role, may: &[Role]) -> Self {
        let may: Vec<&str> = may.iter().map(|role| role.as_str()).collect();
        let message = format!("{role}: may not ask this; who may: {}", may.join(", "));
        Self::new(StatusCode::FORBIDDEN, "not_allowed", message)
    }

    /// The service asks a second factor of this account, which has none yet.
    pub fn second_factor_missing() -> Self {
        let message = "your service asks you for a second factor: enrol a telephone first";
        Self::new(StatusCode::FORBIDDEN, "second_factor_missing", message)
    }

    /// Something inside failed; `cause` goes to the log.
    pub fn unavailable(cause: &impl std::error::Error) -> Self {
        tracing::error!(%cause, "a request failed");
        let message = "the gateway cannot serve this now: try again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Body {
            error: self.error,
            message: &self.message,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
