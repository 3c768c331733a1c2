//! What a person's own list of open sessions shows, and ending them.

use super::accounts::AccountId;
use super::devices::maybe_moment;
use super::error::integer;
use super::sessions::columns;
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, Row, ToSql, params, params_from_iter};

/// A session to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The hash of its token.
    pub token: SecretHash,
    /// Whose.
    pub identity: Identity,
    /// By which account; `None` for invitations and the demonstration.
    pub account: Option<AccountId>,
    /// Whether a provider has answered for them.
    pub by_provider: bool,
    /// From now on.
    pub opened_at: Timestamp,
    /// Until then.
    pub expires_at: Timestamp,
    /// The kind of browser.
    pub browser: &'static str,
    /// Where it came from.
    pub address: Option<String>,
}

/// A session in its owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The hash of its token.
    pub token: SecretHash,
    /// Opened by an account, and not by an invitation.
    pub by_account: bool,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it was last used, to within some minutes.
    pub seen_at: Timestamp,
    /// The kind of browser.
    pub browser: String,
    /// Where it came from.
    pub address: Option<String>,
}

/// Whose sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// All of a person with a number of their own.
    Person(Identity),
    /// All of an account.
    Account(AccountId),
    /// This one: of those who share an identity, nobody can tell which others are theirs.
    Alone(SecretHash),
}

impl Owner {
    fn condition(self) -> (&'static str, Vec<Box<dyn ToSql>>) {
        match self {
            Self::Person(identity) => {
                let (role, subject) = columns(identity);
                let condition = "role = ?1 AND subject IS ?2";
                (condition, vec![Box::new(role), Box::new(subject)])
            }
            Self::Account(account) => ("account = ?1", vec![Box::new(account.0)]),
            Self::Alone(token) => ("token_hash = ?1", vec![Box::new(token)]),
        }
    }
}

impl Store {
    /// Remembers a person's session. Durable when this returns.
    pub async fn open_session(&self, session: NewSession) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| open(connection, &session))
            .await
    }

    /// The sessions of somebody that have not expired, the newest first.
    pub async fn sessions_of(
        &self,
        owner: Owner,
        now: Timestamp,
    ) -> Result<Vec<OpenSession>, StoreError> {
        self.read_off_thread(move |connection| {
            let (condition, mut values) = owner.condition();
            let select = format!(
                "SELECT token_hash, account IS NOT NULL, opened_at, seen_at, browser, address \
                 FROM sessions WHERE {condition} AND expires_at > ?{} \
                 ORDER BY opened_at DESC, token_hash",
                values.len() + 1
            );
            values.push(Box::new(integer(now.0)?));
            let mut statement = connection.prepare_cached(&select)?;
            let rows = statement.query_map(params_from_iter(values), listed)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Ends all sessions of somebody but one; the hashes of tokens of those that ended. Durable
    /// when this returns.
    pub async fn end_other_sessions(
        &self,
        owner: Owner,
        staying: SecretHash,
    ) -> Result<Vec<SecretHash>, StoreError> {
        self.writer
            .write(move |connection| {
                let (condition, mut values) = owner.condition();
                let end = format!(
                    "DELETE FROM sessions WHERE {condition} AND token_hash <> ?{} \
                     RETURNING token_hash",
                    values.len() + 1
                );
                values.push(Box::new(staying));
                let mut statement = connection.prepare_cached(&end)?;
                let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Notes that a session was used now.
    pub async fn touch_session(&self, token: SecretHash, now: Timestamp) -> Result<(), StoreError> {
        const TOUCH: &str = "UPDATE sessions SET seen_at = ?2 WHERE token_hash = ?1";
        self.writer
            .write(move |connection| {
                let row = params![token, integer(now.0)?];
                connection.prepare_cached(TOUCH)?.execute(row)?;
                Ok(())
            })
            .await
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<OpenSession> {
    let opened_at = maybe_moment(row, 2)?.unwrap_or(Timestamp(0));
    Ok(OpenSession {
        token: row.get(0)?,
        by_account: row.get(1)?,
        opened_at,
        seen_at: maybe_moment(row, 3)?.unwrap_or(opened_at),
        browser: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        address: row.get(5)?,
    })
}

pub(super) fn open(connection: &Connection, session: &NewSession) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO sessions (token_hash, role, subject, expires_at, account, \
                          opened_at, seen_at, browser, address, by_provider) \
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9)";
    let (role, subject) = columns(session.identity);
    let account = session.account.map(|account| account.0);
    connection.prepare_cached(INSERT)?.execute(params![
        session.token,
        role,
        subject,
        integer(session.expires_at.0)?,
        account,
        integer(session.opened_at.0)?,
        session.browser,
        session.address,
        session.by_provider,
    ])?;
    Ok(())
}

/// Ends the sessions of an account, all but one; the hashes of their tokens.
pub(super) fn end_all(
    connection: &Connection,
    account: AccountId,
    staying: Option<SecretHash>,
) -> Result<Vec<SecretHash>, StoreError> {
    const END: &str = "DELETE FROM sessions WHERE account = ?1 AND token_hash IS NOT ?2 \
                       RETURNING token_hash";
    let mut statement = connection.prepare_cached(END)?;
    let rows = statement.query_map(params![account.0, staying], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
