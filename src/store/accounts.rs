//! Accounts, and the browsers in which their owners have signed in. Only hashes of passwords and
//! tokens come here.

use super::account_links::{keep_link, void_mailed};
use super::devices::maybe_moment;
use super::error::integer;
use super::second_factor::TotpSecret;
use super::session_list::{NewSession, end_all, open};
use super::sessions::{columns, identity};
use super::{SecretHash, Store, StoreError};
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// One account; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

/// An account as signing in needs it.
// No `Debug` in the product: it has secrets.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What its owner types.
    pub login: String,
    /// Who that is.
    pub identity: Identity,
    /// The hash of the password in the PHC form; `None` until one is chosen.
    pub password: Option<String>,
    /// The second factor's secret.
    pub totp: Option<TotpSecret>,
    /// A provider answers for its owner.
    pub has_provider: bool,
}

/// An account in the administrator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number.
    pub id: AccountId,
    /// What its owner types.
    pub login: Pii<String>,
    /// Who that is.
    pub identity: Identity,
    /// A password is chosen.
    pub has_password: bool,
    /// Codes of a telephone are asked for.
    pub has_second_factor: bool,
    /// Until when a link to choose a password can be used.
    pub link_until: Option<Timestamp>,
    /// When somebody last signed in, as far as a browser is known in which they did.
    pub last_sign_in: Option<Timestamp>,
    /// Sessions of it that have not ended.
    pub sessions: u32,
    /// A provider answers for its owner.
    pub has_provider: bool,
    /// The name that it has said.
    pub name: Option<Pii<String>>,
}

/// What became of a new account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Account(AccountId),
    /// Somebody has this login.
    LoginTaken,
    /// This interpreter has an account, by this login.
    HasOne(String),
}

pub(super) const COLUMNS: &str =
    "account, login, role, subject, password, totp_secret, issuer IS NOT NULL";

/// Browsers of one account: a person's own, those of the service and replaced ones. Beyond it the
/// one that was not used for longest is forgotten, and is a stranger's again.
const BROWSERS_MAX: u32 = 16;

impl Store {
    /// Adds an account, with the link under which its owner chooses a password. Durable when this
    /// returns.
    pub async fn add_account(
        &self,
        login: String,
        who: Identity,
        link: (SecretHash, Timestamp),
    ) -> Result<Added, StoreError> {
        const TAKEN: &str = "SELECT login FROM accounts WHERE login = ?1 \
                             OR (role = 'interpreter' AND role = ?2 AND subject = ?3) \
                             ORDER BY login <> ?1";
        const INSERT: &str = "INSERT INTO accounts (login, role, subject) VALUES (?1, ?2, ?3)";
        self.writer
            .write(move |connection| {
                let (role, subject) = columns(who);
                let row = params![login, role, subject];
                let taken: Option<String> = connection
                    .query_row(TAKEN, row, |row| row.get(0))
                    .optional()?;
                match taken {
                    Some(taken) if taken == login => return Ok(Added::LoginTaken),
                    Some(taken) => return Ok(Added::HasOne(taken)),
                    None => {}
                }
                connection.execute(INSERT, row)?;
                let last = "SELECT last_insert_rowid()";
                let id = AccountId(connection.query_row(last, [], |row| row.get(0))?);
                keep_link(connection, id, link)?;
                Ok(Added::Account(id))
            })
            .await
    }

    /// All accounts, by their logins; sessions count that were used since `used_since`.
    pub async fn accounts(
        &self,
        now: Timestamp,
        used_since: Timestamp,
    ) -> Result<Vec<AccountRow>, StoreError> {
        const SELECT: &str = "SELECT accounts.account, login, role, subject, \
                              password IS NOT NULL, totp_secret IS NOT NULL, expires_at, \
                              (SELECT max(seen_at) FROM account_browsers \
                              WHERE account_browsers.account = accounts.account), \
                              (SELECT count(*) FROM sessions \
                              WHERE sessions.account = accounts.account \
                              AND sessions.expires_at > ?1 AND sessions.seen_at > ?2), \
                              issuer IS NOT NULL, name \
                              FROM accounts LEFT JOIN account_links \
                              ON account_links.account = accounts.account AND expires_at > ?1 \
                              ORDER BY login";
        self.read_off_thread(move |connection| {
            let mut statement = connection.prepare(SELECT)?;
            let mut rows = statement.query([integer(now.0)?, integer(used_since.0)?])?;
            let mut accounts = Vec::new();
            while let Some(row) = rows.next()? {
                accounts.push(AccountRow {
                    id: AccountId(row.get(0)?),
                    login: row.get::<_, String>(1)?.into(),
                    identity: identity(row.get(2)?, row.get(3)?, "accounts")?,
                    has_password: row.get(4)?,
                    has_second_factor: row.get(5)?,
                    link_until: maybe_moment(row, 6)?,
                    last_sign_in: maybe_moment(row, 7)?,
                    sessions: row.get(8)?,
                    has_provider: row.get(9)?,
                    name: row.get::<_, Option<String>>(10)?.map(Pii::new),
                });
            }
            Ok(accounts)
        })
        .await
    }

    /// The account of this login.
    pub async fn account_by_login(&self, login: String) -> Result<Option<Account>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM accounts WHERE login = ?1");
        self.read_off_thread(move |connection| {
            let mut statement = connection.prepare_cached(&select)?;
            let mut rows = statement.query([login])?;
            rows.next()?.map(account).transpose()
        })
        .await
    }

    /// The account of this number.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM accounts WHERE account = ?1");
        self.read_off_thread(move |connection| {
            let mut statement = connection.prepare_cached(&select)?;
            let mut rows = statement.query([id.0])?;
            rows.next()?.map(account).transpose()
        })
        .await
    }

    /// Opens a session of an account and knows the browser from then on, unless password or owner
    /// are no longer those that were checked; whether it is open. Durable when this returns.
    pub async fn open_account_session(
        &self,
        checked: &Account,
        session: NewSession,
        browser: SecretHash,
    ) -> Result<bool, StoreError> {
        const SAME: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE account = ?1 \
                            AND password = ?2 AND totp_secret IS ?3 \
                            AND role = ?4 AND subject IS ?5)";
        let checked = checked.clone();
        self.writer
            .write(move |connection| {
                let secret = checked.totp.as_ref().map(|totp| totp.0);
                let (role, subject) = columns(checked.identity);
                let row = params![checked.id.0, checked.password, secret, role, subject];
                if !connection.query_row(SAME, row, |row| row.get(0))? {
                    return Ok(false);
                }
                open(connection, &session)?;
                know_browser(connection, browser, checked.id, session.opened_at)?;
                Ok(true)
            })
            .await
    }

    /// Puts a password in the place of the one that was checked, ends all sessions but that one and
    /// knows no other browser any more; the hashes of the tokens of what has ended. `None` when the
    /// password had become another meanwhile. Durable when this returns.
    pub async fn change_password(
        &self,
        checked: &Account,
        password: String,
        staying: SecretHash,
        browser: Option<SecretHash>,
        now: Timestamp,
    ) -> Result<Option<Vec<SecretHash>>, StoreError> {
        const SET: &str = "UPDATE accounts SET password = ?2 WHERE account = ?1 AND password = ?3";
        let checked = checked.clone();
        self.writer
            .write(move |connection| {
                let id = checked.id;
                let row = params![id.0, password, checked.password];
                if connection.execute(SET, row)? == 0 {
                    return Ok(None);
                }
                forget_browsers(connection, id)?;
                void_mailed(connection, id)?;
                if let Some(browser) = browser {
                    know_browser(connection, browser, id, now)?;
                }
                Ok(Some(end_all(connection, id, Some(staying))?))
            })
            .await
    }

    /// Takes password, second factor, known browsers and sessions of an account away, and keeps
    /// this link for its owner; the account as it was, and the hashes of tokens of what has ended.
    /// Durable when this returns.
    pub async fn reset_account(
        &self,
        login: String,
        link: (SecretHash, Timestamp),
    ) -> Result<Option<(Account, Vec<SecretHash>)>, StoreError> {
        self.writer
            .write(move |connection| {
                let Some(account) = of_login(connection, &login)? else {
                    return Ok(None);
                };
                forget_secrets(connection, account.id)?;
                keep_link(connection, account.id, link)?;
                let ended = end_all(connection, account.id, None)?;
                Ok(Some((account, ended)))
            })
            .await
    }

    /// Removes an account with everything that belongs to it; see [`Store::reset_account`].
    pub async fn remove_account(
        &self,
        login: String,
    ) -> Result<Option<(Account, Vec<SecretHash>)>, StoreError> {
        self.writer
            .write(move |connection| {
                let Some(account) = of_login(connection, &login)? else {
                    return Ok(None);
                };
                let ended = end_all(connection, account.id, None)?;
                let remove = "DELETE FROM accounts WHERE account = ?1";
                connection.execute(remove, [account.id.0])?;
                Ok(Some((account, ended)))
            })
            .await
    }

    /// Whether somebody has signed in to this account with the browser of this token; with no
    /// account nobody has, and it is looked up all the same.
    pub async fn knows_browser(
        &self,
        token: SecretHash,
        account: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        const SELECT: &str = "SELECT EXISTS (SELECT 1 FROM account_browsers \
                              WHERE token_hash = ?1 AND account = ?2)";
        self.read_off_thread(move |connection| {
            // Numbers begin with 1.
            let row = params![token, account.map_or(0, |account| account.0)];
            let mut statement = connection.prepare_cached(SELECT)?;
            Ok(statement.query_row(row, |row| row.get(0))?)
        })
        .await
    }

    /// Forgets links that can be used no more at `now`, those that were mailed before then, and
    /// browsers last used before then; how many.
    pub async fn purge_accounts(
        &self,
        now: Timestamp,
        mailed_before: Timestamp,
        used_before: Timestamp,
    ) -> Result<usize, StoreError> {
        const LINKS: &str = "DELETE FROM account_links WHERE expires_at <= ?1";
        const MAILED: &str = "DELETE FROM mailed_links WHERE mailed_at < ?1 AND expires_at <= ?2";
        const BROWSERS: &str = "DELETE FROM account_browsers WHERE seen_at < ?1";
        self.writer
            .write(move |connection| {
                let now = integer(now.0)?;
                let mailed = params![integer(mailed_before.0)?, now];
                let links =
                    connection.execute(LINKS, [now])? + connection.execute(MAILED, mailed)?;
                Ok(links + connection.execute(BROWSERS, [integer(used_before.0)?])?)
            })
            .await
    }
}

pub(super) fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(row.get(0)?),
        login: row.get(1)?,
        identity: identity(row.get(2)?, row.get(3)?, "accounts")?,
        password: row.get(4)?,
        totp: row.get::<_, Option<_>>(5)?.map(TotpSecret),
        has_provider: row.get(6)?,
    })
}

fn of_login(connection: &Connection, login: &str) -> Result<Option<Account>, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM accounts WHERE login = ?1");
    let mut statement = connection.prepare_cached(&select)?;
    let mut rows = statement.query([login])?;
    rows.next()?.map(account).transpose()
}

pub(super) fn know_browser(
    connection: &Connection,
    token: SecretHash,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    const KEEP: &str = "INSERT OR REPLACE INTO account_browsers (token_hash, account, seen_at) \
                        VALUES (?1, ?2, ?3)";
    const FORGET: &str = "DELETE FROM account_browsers WHERE account = ?1 AND token_hash NOT IN \
                          (SELECT token_hash FROM account_browsers WHERE account = ?1 \
                          ORDER BY seen_at DESC LIMIT ?2)";
    connection.execute(KEEP, params![token, account.0, integer(now.0)?])?;
    connection.execute(FORGET, [account.0, BROWSERS_MAX])?;
    Ok(())
}

/// Everything by which its owner signs in without a provider.
pub(super) fn forget_secrets(connection: &Connection, id: AccountId) -> Result<(), StoreError> {
    const RESET: &str = "UPDATE accounts SET password = NULL, totp_secret = NULL, \
                         totp_proposed = NULL WHERE account = ?1";
    connection.execute(RESET, [id.0])?;
    for table in ["recovery_codes", "account_links"] {
        connection.execute(&format!("DELETE FROM {table} WHERE account = ?1"), [id.0])?;
    }
    void_mailed(connection, id)?;
    forget_browsers(connection, id)
}

pub(super) fn forget_browsers(
    connection: &Connection,
    account: AccountId,
) -> Result<(), StoreError> {
    let forget = "DELETE FROM account_browsers WHERE account = ?1";
    connection.execute(forget, [account.0])?;
    Ok(())
}
