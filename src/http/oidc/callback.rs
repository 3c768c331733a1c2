//! `GET /api/oidc/callback?…`: the provider leads back; who it answers for is signed in.

use super::super::{ApiError, HttpState, unknown_endpoint};
use super::{From, led_with, note, page_of_state, told};
use crate::auth::{ProviderSignInError, Role, SetCookie, VouchedFor};
use crate::limits::Counted;
use crate::oidc::{Answer, Known, Refusal, RefusalKind};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// What the provider says by the browser; more is not read, such as its own words for an error.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Signs in, and leads to the page of whoever it is.
pub(super) async fn handler(
    State(state): State<HttpState>,
    from: From,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, ApiError> {
    if state.current.get().config.oidc.is_none() {
        return Err(unknown_endpoint().await);
    }
    let taken = state.limits.take(Counted::SignIn, from.address);
    taken.map_err(ApiError::too_many_requests)?;
    let asked = asked.map_or_else(|_| Asked::default(), |Query(asked)| asked);
    let page = page_of_state(&asked.state);
    let answer = Answer {
        state: &asked.state,
        tie: state.auth.tie(&from.headers),
        code: asked.code.as_deref(),
        error: asked.error.as_deref(),
        issuer: asked.iss.as_deref(),
    };
    match signed_in(&state, &from, answer).await {
        Ok((role, cookie)) => Ok(led_with(&format!("/{role}"), cookie)),
        Err(refusal) => {
            note(&state, &from, refusal);
            Ok(told(page, refusal.kind))
        }
    }
}

async fn signed_in(
    state: &HttpState,
    from: &From,
    answer: Answer<'_>,
) -> Result<(Role, SetCookie), Refusal> {
    let person = state.oidc.end(answer).await?;
    // What was changed meanwhile holds already.
    let in_force = state.current.get();
    if in_force.config.oidc.as_ref() != Some(&person.section) {
        return Err(Refusal::of(RefusalKind::Gone, "settings_changed"));
    }
    let Known { identity, mailbox } = person.known()?;
    if !state.is_in_directory(identity) {
        return Err(Refusal::of(RefusalKind::NoPerson, "not_configured"));
    }
    let vouched = VouchedFor {
        issuer: &person.section.issuer,
        subject: &person.subject,
        name: person.claims.name(&person.section.name_claims),
        identity,
        mailbox,
    };
    let signed_in = state.auth.sign_in_by_provider(vouched, from.place()).await;
    let (cookie, token) = signed_in.map_err(|error| refused(&error))?;
    state.oidc.keep_hint(token.0, person.id_token);
    Ok((Role::of(identity), cookie))
}

fn refused(error: &ProviderSignInError) -> Refusal {
    match error {
        ProviderSignInError::Taken => Refusal::of(RefusalKind::Taken, "taken"),
        ProviderSignInError::Changed => Refusal::of(RefusalKind::Gone, "account_changed"),
        ProviderSignInError::Auth(cause) => {
            tracing::error!(%cause, "somebody could not be signed in by the provider");
            Refusal::FAILED
        }
    }
}
