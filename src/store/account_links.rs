//! Links under which the owner of an account chooses a password: made by an administrator, or sent
//! by mail to whoever says to have forgotten theirs. Only hashes of them come here.

use super::accounts::{AccountId, COLUMNS, account, forget_browsers, know_browser};
use super::error::integer;
use super::session_list::{NewSession, end_all, open};
use super::sessions::columns;
use super::{Account, SecretHash, Store, StoreError};
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// The account that a link is of.
pub struct LinkedAccount {
    /// As it is.
    pub account: Account,
    /// The link was sent by mail: it stands in for the password, and for nothing else.
    pub by_mail: bool,
}

/// What a link did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The hashes of tokens of the sessions that have ended by it.
    pub ended: Vec<SecretHash>,
    /// Whether the session is open.
    pub opened: bool,
}

/// A link that is about to be mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailedLink {
    /// The hash of what it carries.
    pub code: SecretHash,
    /// Now.
    pub mailed_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// None is sent when one was since then,
    pub none_since: Timestamp,
    /// or so many since then.
    pub most_since: (u32, Timestamp),
}

/// A link of either kind that can be used at `?2`.
const OF_LINK: &str = "(SELECT account FROM account_links WHERE code_hash = ?1 AND expires_at > ?2 \
                       UNION ALL \
                       SELECT account FROM mailed_links WHERE code_hash = ?1 AND expires_at > ?2)";

impl Store {
    /// The account whose owner can choose a password by this link; `None` when it never was, has
    /// been used or has expired.
    pub async fn account_by_link(
        &self,
        link: SecretHash,
        now: Timestamp,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        const MAILED: &str = "SELECT EXISTS (SELECT 1 FROM mailed_links WHERE code_hash = ?1)";
        let select = format!("SELECT {COLUMNS} FROM accounts WHERE account = {OF_LINK}");
        self.read_off_thread(move |connection| {
            let mut mailed = connection.prepare_cached(MAILED)?;
            let by_mail = mailed.query_row([link], |row| row.get(0))?;
            let mut statement = connection.prepare_cached(&select)?;
            let mut rows = statement.query(params![link, integer(now.0)?])?;
            let found = rows.next()?.map(account).transpose()?;
            Ok(found.map(|account| LinkedAccount { account, by_mail }))
        })
        .await
    }

    /// Uses a link up: its account has this password from then on, everybody who was signed in to
    /// it is not, no browser is known as its owner's but this one, no other link of it can be used,
    /// and this session is open; not by a link that was mailed, where codes of a telephone are
    /// asked for. All or nothing; `None` when the link is no longer there. Durable when this
    /// returns.
    pub async fn choose_password(
        &self,
        link: SecretHash,
        password: String,
        session: NewSession,
        browser: SecretHash,
    ) -> Result<Option<Chosen>, StoreError> {
        self.writer
            .write(move |connection| {
                let now = session.opened_at;
                let Some((id, needs_code)) = take(connection, link, &session)? else {
                    return Ok(None);
                };
                let set = "UPDATE accounts SET password = ?2 WHERE account = ?1";
                connection.execute(set, params![id.0, password])?;
                let ended = end_all(connection, id, None)?;
                forget_browsers(connection, id)?;
                if !needs_code {
                    let session = NewSession {
                        account: Some(id),
                        ..session
                    };
                    open(connection, &session)?;
                }
                know_browser(connection, browser, id, now)?;
                let opened = !needs_code;
                Ok(Some(Chosen { ended, opened }))
            })
            .await
    }

    /// Keeps a link that is to be sent to the login of an account, in the place of one that was
    /// sent before. False when the account has another login by now, none has chosen a password yet
    /// (an administrator's link waits for its owner then), or so much was sent that no more is.
    /// Durable when this returns.
    pub async fn keep_mailed_link(
        &self,
        account: &Account,
        link: MailedLink,
    ) -> Result<bool, StoreError> {
        const MAY: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE account = ?1 AND login = ?2 \
                           AND password IS NOT NULL) \
                           AND NOT EXISTS (SELECT 1 FROM mailed_links \
                           WHERE account = ?1 AND mailed_at > ?3) \
                           AND (SELECT count(*) FROM mailed_links \
                           WHERE account = ?1 AND mailed_at > ?4) < ?5";
        const KEEP: &str = "INSERT INTO mailed_links (account, mailed_at, expires_at, code_hash) \
                            VALUES (?1, ?2, ?3, ?4)";
        let (id, login) = (account.id, account.login.clone());
        self.writer
            .write(move |connection| {
                let (most, since) = link.most_since;
                let none_since = integer(link.none_since.0)?;
                let row = params![id.0, login, none_since, integer(since.0)?, most];
                if !connection.query_row(MAY, row, |row| row.get(0))? {
                    return Ok(false);
                }
                void_mailed(connection, id)?;
                let moments = (integer(link.mailed_at.0)?, integer(link.expires_at.0)?);
                connection.execute(KEEP, params![id.0, moments.0, moments.1, link.code])?;
                Ok(true)
            })
            .await
    }
}

/// Uses up a link of this session's person, with all others of their account; which account that
/// is, and whether codes of its telephone are asked for all the same.
fn take(
    connection: &Connection,
    link: SecretHash,
    session: &NewSession,
) -> Result<Option<(AccountId, bool)>, StoreError> {
    // Not with another owner than the session is of.
    let find = format!(
        "SELECT account, totp_secret IS NOT NULL \
         AND EXISTS (SELECT 1 FROM mailed_links WHERE code_hash = ?1) \
         FROM accounts WHERE account = {OF_LINK} AND role = ?3 AND subject IS ?4"
    );
    let (role, subject) = columns(session.identity);
    let row = params![link, integer(session.opened_at.0)?, role, subject];
    let found = connection
        .query_row(&find, row, |row| Ok((AccountId(row.get(0)?), row.get(1)?)))
        .optional()?;
    if let Some((id, _)) = found {
        let made = "DELETE FROM account_links WHERE account = ?1";
        connection.execute(made, [id.0])?;
        void_mailed(connection, id)?;
    }
    Ok(found)
}

/// A link that was mailed can be used no more; that it was sent is still known.
pub(super) fn void_mailed(connection: &Connection, account: AccountId) -> Result<(), StoreError> {
    let void = "UPDATE mailed_links SET code_hash = NULL WHERE account = ?1";
    connection.execute(void, [account.0])?;
    Ok(())
}

/// Keeps a link that an administrator has made, in the place of another of theirs.
pub(super) fn keep_link(
    connection: &Connection,
    account: AccountId,
    (code, until): (SecretHash, Timestamp),
) -> Result<(), StoreError> {
    const KEEP: &str = "INSERT OR REPLACE INTO account_links (account, code_hash, expires_at) \
                        VALUES (?1, ?2, ?3)";
    connection.execute(KEEP, params![account.0, code, integer(until.0)?])?;
    Ok(())
}
