//! What others than its owner change of an account: login, owner, sessions.

use super::account_links::void_mailed;
use super::accounts::Account;
use super::session_list::end_all;
use super::sessions::columns;
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::protocol::Identity;
use rusqlite::{Connection, OptionalExtension, params};

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is made; the hashes of tokens of the sessions that have ended by it.
    Ended(Vec<SecretHash>),
    /// Nobody has the login any more.
    Unknown,
    /// Somebody else has the new login.
    LoginTaken,
    /// The interpreter has an account, by this login.
    HasOne(String),
}

impl Store {
    /// Gives an account another login, another owner, or both; with another owner all its sessions
    /// end, and those of the interpreter it was of. Durable when this returns.
    pub async fn change_account(
        &self,
        before: Account,
        login: String,
        who: Identity,
    ) -> Result<Changed, StoreError> {
        const TAKEN: &str = "SELECT login FROM accounts WHERE account <> ?4 AND (login = ?1 \
                             OR (role = 'interpreter' AND role = ?2 AND subject = ?3)) \
                             ORDER BY login <> ?1";
        const SET: &str = "UPDATE accounts SET login = ?1, role = ?2, subject = ?3 \
                           WHERE account = ?4 AND login = ?5";
        self.writer
            .write(move |connection| {
                let (role, subject) = columns(who);
                let taken: Option<String> = connection
                    .query_row(TAKEN, params![login, role, subject, before.id.0], |row| {
                        row.get(0)
                    })
                    .optional()?;
                match taken {
                    Some(taken) if taken == login => return Ok(Changed::LoginTaken),
                    Some(taken) => return Ok(Changed::HasOne(taken)),
                    None => {}
                }
                let row = params![login, role, subject, before.id.0, before.login];
                if connection.execute(SET, row)? == 0 {
                    return Ok(Changed::Unknown);
                }
                // It went to the login of before, or to whoever had the role.
                void_mailed(connection, before.id)?;
                let ended = match who == before.identity {
                    true => Vec::new(),
                    false => end_everywhere(connection, &before)?,
                };
                Ok(Changed::Ended(ended))
            })
            .await
    }

    /// Ends all sessions of an account, and those of the interpreter it is of; the hashes of their
    /// tokens. Durable when this returns.
    pub async fn end_sessions(&self, account: Account) -> Result<Vec<SecretHash>, StoreError> {
        self.writer
            .write(move |connection| end_everywhere(connection, &account))
            .await
    }
}

/// An interpreter's sessions may also come of an invitation.
fn end_everywhere(
    connection: &Connection,
    account: &Account,
) -> Result<Vec<SecretHash>, StoreError> {
    const END: &str = "DELETE FROM sessions WHERE role = 'interpreter' AND role = ?1 \
                       AND subject = ?2 RETURNING token_hash";
    let mut ended = end_all(connection, account.id, None)?;
    let (role, subject) = columns(account.identity);
    let mut statement = connection.prepare_cached(END)?;
    let rows = statement.query_map(params![role, subject], |row| row.get(0))?;
    for token in rows {
        ended.push(token?);
    }
    Ok(ended)
}
