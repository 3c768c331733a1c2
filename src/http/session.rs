//! `GET /api/session?role=…`: is this browser signed in as that, and in the demo, as whom it could
//! be with one click.

use super::{ApiError, HttpState, cookie};
use crate::auth::Role;
use crate::auth::permissions::PEOPLE;
use crate::config::Config;
use crate::store::DeviceEnd;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) role: Role,
}

/// The answer.
#[derive(Serialize)]
pub(super) struct Answer {
    signed_in: bool,
    demo: bool,
    service: String,
    identities: Vec<Choice>,
    /// Why a tablet that was paired is let in no more: how its device ended, or `moved`.
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<&'static str>,
    /// Somebody is signed in who has to enrol a telephone before anything else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    second_factor_missing: bool,
    /// What people call the provider by which they sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    /// Nobody signs in with a password.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provider_only: bool,
    /// Whoever has forgotten their password can have a link sent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    link_by_mail: bool,
}

/// Somebody to sign in as.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Choice {
    identity: Identity,
    label: String,
    detail: String,
}

/// Tells whether the role's cookie is good, and gives a tablet another when it is time.
pub(super) async fn handler(
    State(state): State<HttpState>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(Asked { role }) = asked.map_err(|_| ApiError::unknown_role())?;
    let session = state.auth.session(role, &headers).await;
    let session = session.map_err(|error| ApiError::unavailable(&error))?;
    let in_force = state.current.get();
    let identities = if state.demo {
        choices(role, &in_force.config)
    } else {
        Vec::new()
    };
    let moved = session.filter(|session| !session.stands_in(&in_force.configuration));
    let lacks = session.is_some_and(|session| session.lacks_second_factor(&in_force.config));
    let signed_in = match session {
        Some(session) if moved.is_none() && !lacks => state.is_known(session.identity).await?,
        _ => false,
    };
    let over = match role {
        Role::Tablet if moved.is_some() => Some("moved"),
        Role::Tablet if !signed_in => {
            let over = state.auth.why_over(&headers).await;
            let over = over.map_err(|error| ApiError::unavailable(&error))?;
            over.map(DeviceEnd::as_str)
        }
        _ => None,
    };
    let is_person = PEOPLE.contains(&role);
    let provider = in_force.config.oidc.as_ref().filter(|_| is_person);
    let answer = Json(Answer {
        signed_in,
        demo: state.demo,
        service: in_force.config.service.name.clone(),
        identities,
        over,
        second_factor_missing: lacks,
        provider: provider.map(|provider| provider.label.clone()),
        provider_only: is_person && !in_force.config.accounts.local,
        link_by_mail: state.forgotten.is_some() && is_person && in_force.config.accounts.local,
    });
    let renewed = match session {
        Some(session) if signed_in => state.auth.renewed(&session).await,
        _ => Ok(None),
    };
    Ok(
        match renewed.map_err(|error| ApiError::unavailable(&error))? {
            Some(set) => (cookie(set), answer).into_response(),
            None => answer.into_response(),
        },
    )
}

fn choices(role: Role, config: &Config) -> Vec<Choice> {
    match role {
        Role::Tablet => {
            let bound = |site: &crate::config::SiteSection| {
                let label = site.name.clone();
                let choice = move |tablet: &_| Choice {
                    identity: Identity::Tablet { tablet: *tablet },
                    label: label.clone(),
                    detail: format!("n° {tablet}"),
                };
                site.tablets.iter().map(choice).collect::<Vec<_>>()
            };
            config.sites.iter().flat_map(bound).collect()
        }
        Role::Interpreter => {
            let choice = |person: &crate::config::InterpreterSection| Choice {
                identity: Identity::Interpreter {
                    interpreter: person.id,
                },
                label: person.name.reveal().clone(),
                detail: {
                    let tags = person.all_languages().map(|tag| tag.to_string());
                    tags.collect::<Vec<_>>().join(" · ")
                },
            };
            config.interpreters.iter().map(choice).collect()
        }
        Role::Coordinator => vec![Choice {
            identity: Identity::Coordinator,
            label: config.service.name.clone(),
            detail: String::new(),
        }],
        Role::Administrator => vec![Choice {
            identity: Identity::Administrator,
            label: config.service.name.clone(),
            detail: String::new(),
        }],
        // Third parties come by a link only.
        Role::Guest => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_offers_every_tablet_and_interpreter_a_coordinator_and_an_administrator() {
        let demo = Config::demo().unwrap();
        assert_eq!(choices(Role::Tablet, &demo).len(), 28);
        assert_eq!(choices(Role::Interpreter, &demo).len(), 10);
        assert_eq!(choices(Role::Coordinator, &demo).len(), 1);
        assert_eq!(choices(Role::Administrator, &demo).len(), 1);
        assert_eq!(choices(Role::Guest, &demo).len(), 0);
        let first = serde_json::to_value(&choices(Role::Tablet, &demo)[0]).unwrap();
        assert_eq!(
            first["identity"],
            serde_json::json!({"role": "tablet", "tablet": 1})
        );
        assert_eq!(choices(Role::Interpreter, &demo)[1].detail, "fsl · en");
    }
}
