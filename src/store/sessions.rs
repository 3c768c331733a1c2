//! Who is signed in, and invitations to sign in. Tokens and codes never come here, only their
//! SHA-256: reading the database signs nobody in.

use super::accounts::AccountId;
use super::devices::maybe_moment;
use super::error::integer;
use super::session_list::{NewSession, open};
use super::{Store, StoreError};
use passerelle_signaling::ids::{GuestId, InterpreterId, TabletId};
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

/// The SHA-256 of a session token or of an invitation code.
pub type SecretHash = [u8; 32];

/// A session that has not expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose.
    pub identity: Identity,
    /// By which account; `None` for all others.
    pub account: Option<AccountId>,
    /// When a person's was last used, to within some minutes.
    pub seen_at: Option<Timestamp>,
    /// Its account asks for codes of a telephone.
    pub has_second_factor: bool,
    /// A provider has answered for whoever it is.
    pub by_provider: bool,
}

impl Store {
    /// Remembers a session. Durable when this returns.
    pub async fn create_session(
        &self,
        token_hash: SecretHash,
        identity: Identity,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO sessions (token_hash, role, subject, expires_at) \
                              VALUES (?1, ?2, ?3, ?4)";
        self.insert_secret(INSERT, token_hash, identity, expires_at)
            .await
    }

    /// Who a session belongs to, unless it has expired or never was.
    pub async fn session(
        &self,
        token_hash: SecretHash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        const SELECT: &str = "SELECT sessions.role, sessions.subject, sessions.account, seen_at, \
                              totp_secret IS NOT NULL, by_provider FROM sessions \
                              LEFT JOIN accounts ON accounts.account = sessions.account \
                              WHERE token_hash = ?1 AND expires_at > ?2";
        self.read_off_thread(move |connection| {
            let mut statement = connection.prepare_cached(SELECT)?;
            let mut rows = statement.query(params![token_hash, integer(now.0)?])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(SessionRow {
                identity: identity(row.get(0)?, row.get(1)?, "sessions")?,
                account: row.get::<_, Option<_>>(2)?.map(AccountId),
                seen_at: maybe_moment(row, 3)?,
                has_second_factor: row.get(4)?,
                by_provider: row.get(5)?,
            }))
        })
        .await
    }

    /// Ends a session at once; one that is not there is no error.
    pub async fn delete_session(&self, token_hash: SecretHash) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| {
                connection
                    .prepare_cached("DELETE FROM sessions WHERE token_hash = ?1")?
                    .execute([token_hash])?;
                Ok(())
            })
            .await
    }

    /// Remembers an invitation, good for one use. Durable when this returns.
    pub async fn create_invite(
        &self,
        code_hash: SecretHash,
        identity: Identity,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO invites (code_hash, role, subject, expires_at) \
                              VALUES (?1, ?2, ?3, ?4)";
        self.insert_secret(INSERT, code_hash, identity, expires_at)
            .await
    }

    /// Remembers an invitation of a third party in the place of every other of theirs, and ends the
    /// sessions that came of those, whose tokens' hashes it returns. Durable when this returns.
    pub async fn replace_guest_invite(
        &self,
        code_hash: SecretHash,
        guest: GuestId,
        expires_at: Timestamp,
    ) -> Result<Vec<SecretHash>, StoreError> {
        const VOID: &str = "DELETE FROM invites WHERE role = 'guest' AND subject = ?1";
        const END: &str = "DELETE FROM sessions WHERE role = 'guest' AND subject = ?1 \
                           RETURNING token_hash";
        const INSERT: &str = "INSERT INTO invites (code_hash, role, subject, expires_at) \
                              VALUES (?1, 'guest', ?2, ?3)";
        self.writer
            .write(move |connection| {
                connection.prepare_cached(VOID)?.execute([guest.0])?;
                let ended = connection
                    .prepare_cached(END)?
                    .query_map([guest.0], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
                let row = params![code_hash, guest.0, integer(expires_at.0)?];
                connection.prepare_cached(INSERT)?.execute(row)?;
                Ok(ended)
            })
            .await
    }

    /// Whom an invitation is for; `None` when it never was, has been used or has expired.
    pub async fn invited(
        &self,
        code_hash: SecretHash,
        now: Timestamp,
    ) -> Result<Option<Identity>, StoreError> {
        const SELECT: &str =
            "SELECT role, subject FROM invites WHERE code_hash = ?1 AND expires_at > ?2";
        self.read_off_thread(move |connection| {
            connection
                .prepare_cached(SELECT)?
                .query_row(params![code_hash, integer(now.0)?], subject)
                .optional()?
                .map(|subject| subject.identity("invites"))
                .transpose()
        })
        .await
    }

    /// Uses an invitation up and remembers a session of whom it was for, both or neither. Of two
    /// that come at once, one gets it: false when it is no longer there. Durable when this returns.
    pub async fn redeem_invite(
        &self,
        code_hash: SecretHash,
        session: NewSession,
    ) -> Result<bool, StoreError> {
        const TAKE: &str = "DELETE FROM invites WHERE code_hash = ?1 AND role = ?2 \
                            AND subject IS ?3 AND expires_at > ?4";
        self.writer
            .write(move |connection| {
                let (role, subject) = columns(session.identity);
                let row = params![code_hash, role, subject, integer(session.opened_at.0)?];
                if connection.prepare_cached(TAKE)?.execute(row)? == 0 {
                    return Ok(false);
                }
                open(connection, &session)?;
                Ok(true)
            })
            .await
    }

    /// Forgets the sessions and invitations that have expired; returns how many.
    pub async fn purge_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.writer
            .write(move |connection| {
                let now = integer(now.0)?;
                let sessions = "DELETE FROM sessions WHERE expires_at <= ?1";
                let invites = "DELETE FROM invites WHERE expires_at <= ?1";
                Ok(connection.execute(sessions, [now])? + connection.execute(invites, [now])?)
            })
            .await
    }

    async fn insert_secret(
        &self,
        insert: &'static str,
        hash: SecretHash,
        identity: Identity,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |connection| {
                let (role, subject) = columns(identity);
                connection.prepare_cached(insert)?.execute(params![
                    hash,
                    role,
                    subject,
                    integer(expires_at.0)?
                ])?;
                Ok(())
            })
            .await
    }
}

/// An identity as stored: the role, and the number of the tablet, the interpreter or the third
/// party.
struct Subject {
    role: String,
    number: Option<u32>,
}

pub(super) const fn columns(identity: Identity) -> (&'static str, Option<u32>) {
    match identity {
        Identity::Tablet { tablet } => ("tablet", Some(tablet.0)),
        Identity::Interpreter { interpreter } => ("interpreter", Some(interpreter.0)),
        Identity::Coordinator => ("coordinator", None),
        Identity::Guest { guest } => ("guest", Some(guest.0)),
        Identity::Administrator => ("administrator", None),
    }
}

fn subject(row: &Row<'_>) -> rusqlite::Result<Subject> {
    Ok(Subject {
        role: row.get(0)?,
        number: row.get(1)?,
    })
}

/// The identity of a row of this table.
pub(super) fn identity(
    role: String,
    number: Option<u32>,
    table: &'static str,
) -> Result<Identity, StoreError> {
    Subject { role, number }.identity(table)
}

impl Subject {
    fn identity(&self, table: &'static str) -> Result<Identity, StoreError> {
        match (self.role.as_str(), self.number) {
            ("tablet", Some(number)) => Ok(Identity::Tablet {
                tablet: TabletId(number),
            }),
            ("interpreter", Some(number)) => Ok(Identity::Interpreter {
                interpreter: InterpreterId(number),
            }),
            ("coordinator", None) => Ok(Identity::Coordinator),
            ("administrator", None) => Ok(Identity::Administrator),
            ("guest", Some(number)) => Ok(Identity::Guest {
                guest: GuestId(number),
            }),
            (role, number) => Err(StoreError::CorruptRow {
                table,
                reason: format!("role `{role}` with number {number:?}"),
            }),
        }
    }
}
