//! `/api/people…`: for administrators, who has an account and who could have one, and what
//! `passerelle account` does, by the same functions. A link is shown this once: the gateway keeps
//! its hash.

use super::allowed::Allowed;
use super::client_address::ClientAddress;
use super::{ApiError, HttpState};
use crate::auth::{AccountCommand, AccountError, By, Done};
use crate::store::{AccountId, AccountRow};
use axum::extract::FromRequestParts;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::{Identity, LanguageEntry};
use passerelle_signaling::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

/// Nobody needs to know at which hour a colleague came: the day is shown.
const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// `/api/people…`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/", get(list))
        .route("/add", post(add))
        .route("/change", post(change))
        .route("/reset", post(reset))
        .route("/remove-second-factor", post(remove_second_factor))
        .route("/end-sessions", post(end_sessions))
        .route("/remove", post(remove))
}

/// The answer.
#[derive(Serialize)]
struct People {
    accounts: Vec<Person>,
    /// Interpreters of the configuration, also those without an account.
    interpreters: Vec<Interpreter>,
    /// Those of the service, with their names.
    languages: Vec<LanguageEntry>,
}

#[derive(Serialize)]
struct Person {
    login: Pii<String>,
    /// As the provider says, where one answers for somebody.
    name: Option<Pii<String>>,
    identity: Identity,
    has_password: bool,
    has_provider: bool,
    second_factor: bool,
    /// Until when a link that has not been used can be.
    link_until: Option<Timestamp>,
    /// The beginning of the day (UTC) on which somebody last signed in, where that is known.
    last_sign_in: Option<Timestamp>,
    sessions: u32,
    /// The account of who asks.
    own: bool,
}

#[derive(Serialize)]
struct Interpreter {
    interpreter: InterpreterId,
    name: Pii<String>,
    languages: Vec<String>,
}

async fn list(asking: Asking) -> Result<Json<People>, ApiError> {
    let own = asking.own;
    let accounts = match asking.carried(AccountCommand::List).await? {
        Done::Listed(rows) => rows.into_iter().map(|row| shown(row, own)).collect(),
        _ => Vec::new(),
    };
    let in_force = asking.state.current.get();
    let interpreters = in_force.config.interpreters.iter();
    let interpreters = interpreters.map(|person| Interpreter {
        interpreter: person.id,
        name: person.name.clone(),
        languages: person.all_languages().map(|tag| tag.to_string()).collect(),
    });
    Ok(Json(People {
        accounts,
        interpreters: interpreters.collect(),
        languages: in_force.config.directory().languages,
    }))
}

fn shown(row: AccountRow, own: Option<AccountId>) -> Person {
    let day = |at: Timestamp| Timestamp(at.0 - at.0 % DAY.0);
    Person {
        own: own == Some(row.id),
        login: row.login,
        name: row.name,
        identity: row.identity,
        has_password: row.has_password,
        has_provider: row.has_provider,
        second_factor: row.has_second_factor,
        link_until: row.link_until,
        last_sign_in: row.last_sign_in.map(day),
        sessions: row.sessions,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    login: Pii<String>,
    identity: Identity,
}

/// What is to become of an account; what is not there stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    login: Pii<String>,
    new_login: Option<Pii<String>>,
    identity: Option<Identity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    login: Pii<String>,
}

#[derive(Serialize)]
struct Link {
    /// The page and the fragment under which its owner chooses a password.
    path: String,
}

/// How these endpoints read their bodies.
#[cfg(any(test, passerelle_fuzz))]
pub(super) const BODIES: &[super::fuzz::Reader] = &[
    super::fuzz::body::<New>,
    super::fuzz::body::<Change>,
    super::fuzz::body::<Named>,
];

type Read<T> = Result<Json<T>, JsonRejection>;

fn read<T>(asked: Read<T>) -> Result<T, ApiError> {
    let read = asked.map_err(|error| ApiError::unreadable(&error));
    read.map(|Json(asked)| asked)
}

async fn add(asking: Asking, asked: Read<New>) -> Result<Json<Link>, ApiError> {
    let New { login, identity } = read(asked)?;
    let command = AccountCommand::Add {
        login,
        who: identity,
    };
    asking.link(command).await
}

async fn change(asking: Asking, asked: Read<Change>) -> Result<StatusCode, ApiError> {
    let Change {
        login,
        new_login,
        identity,
    } = read(asked)?;
    let command = AccountCommand::Change {
        login,
        new_login,
        who: identity,
    };
    asking.done(command).await
}

async fn reset(asking: Asking, asked: Read<Named>) -> Result<Json<Link>, ApiError> {
    let Named { login } = read(asked)?;
    asking.link(AccountCommand::Reset { login }).await
}

async fn remove_second_factor(asking: Asking, asked: Read<Named>) -> Result<StatusCode, ApiError> {
    let Named { login } = read(asked)?;
    asking
        .done(AccountCommand::RemoveSecondFactor { login })
        .await
}

async fn end_sessions(asking: Asking, asked: Read<Named>) -> Result<StatusCode, ApiError> {
    let Named { login } = read(asked)?;
    asking.done(AccountCommand::EndSessions { login }).await
}

async fn remove(asking: Asking, asked: Read<Named>) -> Result<StatusCode, ApiError> {
    let Named { login } = read(asked)?;
    asking.done(AccountCommand::Remove { login }).await
}

/// An administrator who wants something done.
struct Asking {
    state: HttpState,
    by: By,
    /// Their own account.
    own: Option<AccountId>,
}

impl FromRequestParts<HttpState> for Asking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let Allowed(session) = Allowed::from_request_parts(parts, state).await?;
        let Ok(ClientAddress(from)) = ClientAddress::from_request_parts(parts, state).await;
        Ok(Self {
            by: By::session(&session, from),
            own: session.account,
            state: state.clone(),
        })
    }
}

impl Asking {
    async fn carried(&self, command: AccountCommand) -> Result<Done, ApiError> {
        let in_force = self.state.current.get();
        let configuration = &in_force.configuration;
        let auth = &self.state.auth;
        let done = auth
            .administrate(command, self.by.clone(), configuration)
            .await;
        done.map_err(|error| refused(&error))
    }

    async fn done(self, command: AccountCommand) -> Result<StatusCode, ApiError> {
        self.carried(command).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    async fn link(self, command: AccountCommand) -> Result<Json<Link>, ApiError> {
        match self.carried(command).await? {
            Done::Link(path) => Ok(Json(Link { path })),
            Done::Listed(_) | Done::Said(_) => Err(ApiError::bad_request(&"no link came of this")),
        }
    }
}

/// The refusal as a page understands it.
fn refused(error: &AccountError) -> ApiError {
    let (status, id) = match error {
        AccountError::NoLogin(_) => (StatusCode::BAD_REQUEST, "no_login"),
        AccountError::NoPerson => (StatusCode::BAD_REQUEST, "no_person"),
        AccountError::LoginTaken(_) => (StatusCode::CONFLICT, "login_taken"),
        AccountError::HasOne(_) => (StatusCode::CONFLICT, "has_account"),
        AccountError::Oneself => (StatusCode::CONFLICT, "own_account"),
        AccountError::Unknown(_) => (StatusCode::NOT_FOUND, "unknown_account"),
        AccountError::Invite(_) => (StatusCode::NOT_FOUND, "unknown_identity"),
        AccountError::Auth(cause) => return ApiError::unavailable(cause),
    };
    ApiError::new(status, id, error.to_string())
}
