//! The second factor: codes of a telephone, asked for beside the password. Optional for each
//! person; `accounts.coordinators_and_administrators_need_second_factor` asks it of all of these.

use super::guard::{Tried, Where, Whose};
use super::totp::{self, TypedCode};
use super::{Password, SignInError};
use crate::audit::Act;
use crate::auth::{Auth, AuthError, Place, Session, TokenHash};
use crate::random::RandomError;
use crate::store::{Account, StoreError};
use std::net::IpAddr;

/// What a telephone is given.
// No `Debug`: it is a secret.
pub struct Enrolment {
    /// To be typed.
    pub secret: String,
    /// To be read from a QR code.
    pub uri: String,
}

/// Why the second factor was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The session is of no account.
    #[error("this session was opened by an invitation: sign in with a password first")]
    NoAccount,
    /// There is one.
    #[error("a telephone is enrolled already: remove it first")]
    AlreadyOn,
    /// Nothing is to be confirmed.
    #[error("nothing is to be confirmed: begin anew")]
    NotBegun,
    /// The service asks for one.
    #[error("your service asks you for a second factor: it cannot be removed here")]
    Required,
    /// Password or code are not right.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl From<AuthError> for SecondFactorError {
    fn from(error: AuthError) -> Self {
        Self::SignIn(error.into())
    }
}

impl From<StoreError> for SecondFactorError {
    fn from(error: StoreError) -> Self {
        Self::SignIn(error.into())
    }
}

impl From<RandomError> for SecondFactorError {
    fn from(error: RandomError) -> Self {
        Self::SignIn(error.into())
    }
}

impl Auth {
    /// Checks the code of whoever has the password.
    pub(super) async fn check_second_factor(
        &self,
        account: &Account,
        code: Option<&str>,
        at: Where,
        from: Option<IpAddr>,
    ) -> Result<(), SignInError> {
        let Some(secret) = account.totp else {
            return Ok(());
        };
        let typed = code.map(totp::read).ok_or(SignInError::CodeNeeded)?;
        let is_right = match typed {
            TypedCode::None => false,
            TypedCode::Recovery(code) => self.use_recovery_code(account, &code, from).await?,
            TypedCode::Telephone(code) => {
                let (guard, now) = (&self.accounts.guard, self.clock.now());
                let attempt = guard.attempt(Tried::Code, Whose::Account(account.id), at, now)?;
                let attempt = attempt.map_err(|slowed| {
                    self.refused(from);
                    SignInError::slowed(slowed, &self.clock)
                })?;
                let is_right = match totp::step_of(secret, code, now) {
                    Some(step) => self.store.use_totp(account.id, secret, step).await?,
                    None => false,
                };
                if is_right {
                    guard.was_right(attempt);
                }
                is_right
            }
        };
        if !is_right {
            self.refused(from);
            return Err(SignInError::CodeWrong);
        }
        Ok(())
    }

    async fn use_recovery_code(
        &self,
        account: &Account,
        code: &str,
        from: Option<IpAddr>,
    ) -> Result<bool, SignInError> {
        let hash = TokenHash::of(code).0;
        let used = self.store.use_recovery_code(account.id, hash).await?;
        if used {
            let act = Act::RecoveryCodeUsed {
                who: account.identity,
                account: account.id.0,
            };
            self.write_down(act, from).await?;
        }
        Ok(used)
    }

    /// Begins to enrol a telephone, for whoever has the password as well as the session: a session
    /// that is left open must not let somebody in for good.
    ///
    /// # Errors
    /// When the password is wrong, one is enrolled, or it could not be stored.
    pub async fn begin_second_factor(
        &self,
        session: &Session,
        password: Password,
        service: &str,
        place: Place<'_>,
    ) -> Result<Enrolment, SecondFactorError> {
        let account = self.own_account(session).await?;
        let account = account.ok_or(SecondFactorError::NoAccount)?;
        self.check_own_password(&account, password, place).await?;
        if account.totp.is_some() {
            return Err(SecondFactorError::AlreadyOn);
        }
        let secret = totp::secret()?;
        self.store.propose_totp(account.id, secret).await?;
        Ok(Enrolment {
            secret: totp::typed_secret(secret),
            uri: totp::uri(secret, service, &account.login),
        })
    }

    /// Asks for codes from now on, once the telephone has shown that it makes them; returns those
    /// that can be typed in their place, which nobody will see again.
    ///
    /// # Errors
    /// When the code is wrong, nothing was begun, or it could not be stored.
    pub async fn confirm_second_factor(
        &self,
        session: &Session,
        code: &str,
        from: Option<IpAddr>,
    ) -> Result<Vec<String>, SecondFactorError> {
        let account = self.own_account(session).await?;
        let account = account.ok_or(SecondFactorError::NoAccount)?;
        let secret = self.store.proposed_totp(account.id).await?;
        let secret = secret.ok_or(SecondFactorError::NotBegun)?;
        let TypedCode::Telephone(code) = totp::read(code) else {
            return Err(SignInError::CodeWrong.into());
        };
        let step = totp::step_of(secret, code, self.clock.now());
        let step = step.ok_or(SignInError::CodeWrong)?;
        let codes = totp::recovery_codes()?;
        let hashes = codes.iter().map(|(code, _)| TokenHash::of(code).0);
        let act = Act::SecondFactorAdded {
            who: account.identity,
            account: account.id.0,
        };
        self.write_down(act, from).await?;
        let hashes = hashes.collect();
        let confirmed = self.store.confirm_totp(account.id, secret, step, hashes);
        if !confirmed.await? {
            return Err(SecondFactorError::NotBegun);
        }
        Ok(codes.into_iter().map(|(_, shown)| shown).collect())
    }

    /// Asks for no codes any more, for whoever has the password as well as the session. `required`:
    /// the service asks for them.
    ///
    /// # Errors
    /// When the password is wrong, it is required, or it could not be stored.
    pub async fn remove_second_factor(
        &self,
        session: &Session,
        password: Password,
        required: bool,
        place: Place<'_>,
    ) -> Result<(), SecondFactorError> {
        let account = self.own_account(session).await?;
        let account = account.ok_or(SecondFactorError::NoAccount)?;
        if required {
            return Err(SecondFactorError::Required);
        }
        self.check_own_password(&account, password, place).await?;
        let act = Act::SecondFactorRemoved {
            who: account.identity,
            account: account.id.0,
        };
        self.write_down(act, place.from).await?;
        self.store.remove_totp(account.id).await?;
        Ok(())
    }
}
