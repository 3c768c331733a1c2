//! Accounts whose owner a provider answers for: found by what the provider calls them, renewed at
//! every sign-in.

use super::accounts::{AccountId, forget_secrets};
use super::session_list::{NewSession, end_all, open};
use super::sessions::{columns, identity};
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;
use rusqlite::{Connection, OptionalExtension, params};

/// Somebody a provider has answered for.
#[derive(Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// What it calls them: for good, and nobody else.
    pub subject: Pii<String>,
    /// The name to show.
    pub name: Option<Pii<String>>,
    /// Who they are here.
    pub identity: Identity,
    /// The login under which a new account is listed.
    pub login: String,
    /// The hash of the mailbox by which a list says who they are; `None` when the provider says it.
    pub mailbox: Option<SecretHash>,
}

impl Vouched {
    fn shown(&self) -> Option<&String> {
        self.name.as_ref().map(Pii::reveal)
    }
}

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Theirs.
    Account {
        /// Its number.
        id: AccountId,
        /// It was not the provider's before.
        is_bound: bool,
        /// Hashes of tokens of sessions that ended, because they were somebody else's before.
        ended: Vec<SecretHash>,
    },
    /// This interpreter's account, or the mailbox, is of somebody else at the provider.
    Taken,
}

impl Store {
    /// The account of somebody: theirs by what the provider calls them, else the one that this
    /// interpreter has with a password, else a new one. It has this name and identity from then on,
    /// and neither session nor password of another identity. Durable when this returns.
    pub async fn provider_account(&self, vouched: Vouched) -> Result<Found, StoreError> {
        self.writer
            .write(move |connection| find(connection, &vouched))
            .await
    }

    /// Opens a session of an account, unless it has been removed or become another meanwhile;
    /// whether it is open. Durable when this returns.
    pub async fn open_provider_session(
        &self,
        vouched: Vouched,
        session: NewSession,
    ) -> Result<bool, StoreError> {
        const SAME: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE account = ?1 \
                            AND issuer = ?2 AND provider_subject = ?3 AND role = ?4 \
                            AND subject IS ?5)";
        self.writer
            .write(move |connection| {
                let account = session.account.map(|account| account.0);
                let (role, number) = columns(vouched.identity);
                let (issuer, subject) = (&vouched.issuer, vouched.subject.reveal());
                let row = params![account, issuer, subject, role, number];
                if !connection.query_row(SAME, row, |row| row.get(0))? {
                    return Ok(false);
                }
                open(connection, &session)?;
                Ok(true)
            })
            .await
    }
}

fn find(connection: &Connection, vouched: &Vouched) -> Result<Found, StoreError> {
    const KNOWN: &str = "SELECT account, role, subject FROM accounts \
                         WHERE issuer = ?1 AND provider_subject = ?2";
    let row = params![vouched.issuer, vouched.subject.reveal()];
    let known = connection.query_row(KNOWN, row, |row| {
        Ok((AccountId(row.get(0)?), row.get(1)?, row.get(2)?))
    });
    let known = known.optional()?;
    let of_mailbox = of_mailbox(connection, vouched)?;
    if of_mailbox.is_some_and(|of| known.as_ref().is_none_or(|(id, ..)| *id != of)) {
        return Ok(Found::Taken);
    }
    let found = match known {
        Some((id, role, number)) => {
            renew(connection, vouched, id, identity(role, number, "accounts")?)?
        }
        None => bind(connection, vouched)?,
    };
    if let (Found::Account { id, .. }, Some(mailbox)) = (&found, vouched.mailbox) {
        const KEEP: &str = "INSERT INTO account_mailboxes (mailbox, account) VALUES (?1, ?2) \
                            ON CONFLICT DO NOTHING";
        connection.execute(KEEP, params![mailbox, id.0])?;
    }
    Ok(found)
}

/// An account that is theirs has this name and identity from now on.
fn renew(
    connection: &Connection,
    vouched: &Vouched,
    id: AccountId,
    before: Identity,
) -> Result<Found, StoreError> {
    const RENEW: &str = "UPDATE accounts SET role = ?2, subject = ?3, name = ?4 \
                         WHERE account = ?1";
    let mut ended = Vec::new();
    if before != vouched.identity {
        if of_interpreter(connection, vouched.identity)?.is_some() {
            return Ok(Found::Taken);
        }
        // A password was given for somebody else: it opens nothing that the provider gives.
        forget_secrets(connection, id)?;
        ended = end_all(connection, id, None)?;
    }
    let (role, number) = columns(vouched.identity);
    connection.execute(RENEW, params![id.0, role, number, vouched.shown()])?;
    Ok(Found::Account {
        id,
        is_bound: false,
        ended,
    })
}

/// Somebody who was never here: the account this interpreter has with a password, or a new one.
fn bind(connection: &Connection, vouched: &Vouched) -> Result<Found, StoreError> {
    const LINK: &str = "UPDATE accounts SET issuer = ?2, provider_subject = ?3, name = ?4 \
                        WHERE account = ?1";
    const INSERT: &str = "INSERT INTO accounts \
                          (login, role, subject, issuer, provider_subject, name) \
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Vouched {
        issuer,
        identity,
        login,
        ..
    } = vouched;
    let (subject, name) = (vouched.subject.reveal(), vouched.shown());
    let id = match of_interpreter(connection, *identity)? {
        Some((_, true)) => return Ok(Found::Taken),
        Some((id, false)) => {
            connection.execute(LINK, params![id.0, issuer, subject, name])?;
            id
        }
        None => {
            let (role, number) = columns(*identity);
            let row = params![login, role, number, issuer, subject, name];
            connection.execute(INSERT, row)?;
            let last = "SELECT last_insert_rowid()";
            AccountId(connection.query_row(last, [], |row| row.get(0))?)
        }
    };
    Ok(Found::Account {
        id,
        is_bound: true,
        ended: Vec::new(),
    })
}

/// Whom the mailbox has let in first.
fn of_mailbox(connection: &Connection, vouched: &Vouched) -> Result<Option<AccountId>, StoreError> {
    const SELECT: &str = "SELECT account FROM account_mailboxes WHERE mailbox = ?1";
    let found = connection.query_row(SELECT, params![vouched.mailbox], |row| row.get(0));
    Ok(found.optional()?.map(AccountId))
}

/// The account of an interpreter, and whether a provider answers for it. Others share an identity.
fn of_interpreter(
    connection: &Connection,
    identity: Identity,
) -> Result<Option<(AccountId, bool)>, StoreError> {
    const SELECT: &str = "SELECT account, issuer IS NOT NULL FROM accounts \
                          WHERE role = ?1 AND subject = ?2";
    let row = params![columns(identity).0, columns(identity).1];
    let found = connection.query_row(SELECT, row, |row| Ok((AccountId(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}
