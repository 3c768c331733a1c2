//! Signing in by a provider: a page of the gateway leads there, the provider leads back. Both are
//! opened by a browser and not asked by a script, so that whatever goes wrong is told by the page
//! that began: behind its `#`, by the refusal's stable id, in words of our own. No browser is left
//! with an error meant for a script.

mod callback;
mod start;

use super::HttpState;
use super::account::From;
use crate::auth::permissions::PEOPLE;
use crate::auth::{Role, SetCookie};
use crate::oidc::{Refusal, RefusalKind};
use axum::Router;
use axum::extract::{Query, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

/// `/api/oidc/…`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/start", get(start::handler))
        .route("/callback", get(callback::handler))
}

/// What tells the page where a way began, as far as one can tell.
#[derive(Default, Deserialize)]
struct Began {
    role: Option<String>,
    state: Option<String>,
}

/// Leads whoever is refused before or by an endpoint of this module to a page that says why.
pub(super) async fn told_by_a_page(request: Request, next: Next) -> Response {
    let is_ours = matches!(request.uri().path(), "/oidc/start" | "/oidc/callback");
    let began = Query::<Began>::try_from_uri(request.uri());
    let response = next.run(request).await;
    let kind = match response.status() {
        // No browser that was led here asks otherwise.
        StatusCode::METHOD_NOT_ALLOWED => return response,
        StatusCode::NOT_FOUND => RefusalKind::Off,
        StatusCode::TOO_MANY_REQUESTS => RefusalKind::TooMany,
        status if status.is_client_error() || status.is_server_error() => RefusalKind::Failed,
        _ => return response,
    };
    if !is_ours {
        return response;
    }
    let Began { role, state } = began.map(|Query(began)| began).unwrap_or_default();
    let began = role.or(state);
    told(page_of_state(&began.unwrap_or_default()), kind)
}

/// Where a way of this state began: it begins with the page.
fn page_of_state(state: &str) -> Role {
    let began = state.split('-').next().unwrap_or_default();
    let page = PEOPLE.iter().copied().find(|page| page.as_str() == began);
    page.unwrap_or(Role::Interpreter)
}

/// Leads the browser on, once.
fn led_to(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        // Ours are ASCII, and so is every address that has been parsed.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The same, with something to keep.
fn led_with(address: &str, cookie: SetCookie) -> Response {
    let mut response = led_to(address);
    response.headers_mut().append(header::SET_COOKIE, cookie.0);
    response
}

/// Leads to the page that tells why nobody is signed in.
fn told(page: Role, kind: RefusalKind) -> Response {
    led_to(&format!("/{page}#sign-in={}", kind.id()))
}

/// Notes a refusal where whoever looks after the service finds it.
fn note(state: &HttpState, from: &From, refusal: Refusal) {
    let reason = refusal.reason;
    match refusal.kind {
        // Anybody can make these up: they are counted, so that they fill no disk.
        RefusalKind::Gone | RefusalKind::Denied | RefusalKind::Refused => {
            tracing::info!(reason, "a sign-in by the provider has ended without one");
            state.auth.refused(from.address);
        }
        RefusalKind::Invalid | RefusalKind::NoRole | RefusalKind::NoPerson | RefusalKind::Taken => {
            tracing::warn!(
                reason,
                "the provider has let somebody through who is refused here"
            );
            state.auth.refused_by_provider(reason);
        }
        RefusalKind::Away => tracing::warn!(reason, "the provider does not answer"),
        RefusalKind::Off | RefusalKind::TooMany | RefusalKind::Failed => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_state_says_one_is_led_to_a_page_of_ours() {
        for state in ["coordinator-00ff", "coordinator"] {
            assert_eq!(page_of_state(state), Role::Coordinator);
        }
        assert_eq!(page_of_state("administrator-00ff"), Role::Administrator);
        for state in ["interpreter-00ff", "", "tablet-1", "//example.fr", "x"] {
            assert_eq!(page_of_state(state), Role::Interpreter, "{state}");
        }
    }
}
