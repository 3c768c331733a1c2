//! The second factor of an account: the secret its owner's telephone has, and codes in its place.

use super::accounts::AccountId;
use super::error::integer;
use super::{SecretHash, Store, StoreError};
use rusqlite::{OptionalExtension, params};

/// What codes are computed from.
// No `Debug` in the product: it is a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct TotpSecret(pub [u8; 20]);

impl Store {
    /// Keeps a secret that is to be confirmed, in the place of an older one.
    pub async fn propose_totp(
        &self,
        account: AccountId,
        secret: TotpSecret,
    ) -> Result<(), StoreError> {
        const SET: &str = "UPDATE accounts SET totp_proposed = ?2 WHERE account = ?1";
        self.writer
            .write(move |connection| {
                connection.execute(SET, params![account.0, secret.0])?;
                Ok(())
            })
            .await
    }

    /// The secret that is to be confirmed.
    pub async fn proposed_totp(
        &self,
        account: AccountId,
    ) -> Result<Option<TotpSecret>, StoreError> {
        const SELECT: &str = "SELECT totp_proposed FROM accounts WHERE account = ?1";
        self.read_off_thread(move |connection| {
            let row = connection.query_row(SELECT, [account.0], |row| row.get(0));
            Ok(row.optional()?.flatten().map(TotpSecret))
        })
        .await
    }

    /// From now on codes of this secret are asked for, after that of `step`, or these in their
    /// place. False when another secret was proposed meanwhile. Durable when this returns.
    pub async fn confirm_totp(
        &self,
        account: AccountId,
        secret: TotpSecret,
        step: u64,
        recovery: Vec<SecretHash>,
    ) -> Result<bool, StoreError> {
        const SET: &str = "UPDATE accounts SET totp_secret = totp_proposed, totp_proposed = NULL, \
                           totp_used = ?3 WHERE account = ?1 AND totp_proposed = ?2";
        const KEEP: &str = "INSERT INTO recovery_codes (account, code_hash) VALUES (?1, ?2)";
        self.writer
            .write(move |connection| {
                let row = params![account.0, secret.0, integer(step)?];
                if connection.execute(SET, row)? == 0 {
                    return Ok(false);
                }
                let older = "DELETE FROM recovery_codes WHERE account = ?1";
                connection.execute(older, [account.0])?;
                for code in recovery {
                    connection.execute(KEEP, params![account.0, code])?;
                }
                Ok(true)
            })
            .await
    }

    /// Uses up the code of a step of time, and those of all steps before; whether it had not been.
    /// Of two that come at once, one gets it. Durable when this returns.
    pub async fn use_totp(
        &self,
        account: AccountId,
        secret: TotpSecret,
        step: u64,
    ) -> Result<bool, StoreError> {
        const USE: &str = "UPDATE accounts SET totp_used = ?3 \
                           WHERE account = ?1 AND totp_secret = ?2 AND totp_used < ?3";
        self.writer
            .write(move |connection| {
                let row = params![account.0, secret.0, integer(step)?];
                Ok(connection.execute(USE, row)? == 1)
            })
            .await
    }

    /// Uses up a recovery code; whether there was one. Durable when this returns.
    pub async fn use_recovery_code(
        &self,
        account: AccountId,
        code: SecretHash,
    ) -> Result<bool, StoreError> {
        const USE: &str = "DELETE FROM recovery_codes WHERE account = ?1 AND code_hash = ?2";
        self.writer
            .write(move |connection| Ok(connection.execute(USE, params![account.0, code])? == 1))
            .await
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes(&self, account: AccountId) -> Result<u32, StoreError> {
        const COUNT: &str = "SELECT count(*) FROM recovery_codes WHERE account = ?1";
        self.read_off_thread(move |connection| {
            Ok(connection.query_row(COUNT, [account.0], |row| row.get(0))?)
        })
        .await
    }

    /// Takes the second factor away. Durable when this returns.
    pub async fn remove_totp(&self, account: AccountId) -> Result<(), StoreError> {
        const SET: &str = "UPDATE accounts SET totp_secret = NULL, totp_proposed = NULL \
                           WHERE account = ?1";
        const CODES: &str = "DELETE FROM recovery_codes WHERE account = ?1";
        self.writer
            .write(move |connection| {
                connection.execute(SET, [account.0])?;
                connection.execute(CODES, [account.0])?;
                Ok(())
            })
            .await
    }
}
