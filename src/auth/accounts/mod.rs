//! People who sign in with a login and a password of their own. An administrator makes the account,
//! its owner chooses the password by a link, and nobody else ever knows it.
//!
//! Whoever tries is told the same, and after the same time, whether there is such an account or
//! not: each attempt is counted (`guard.rs`), looked up and hashed (`hasher.rs`) in either case.

mod forgotten;
mod guard;
mod hasher;
mod link;
mod login;
mod manage;
mod own;
mod password;
mod second_factor;
mod totp;

pub use forgotten::Forgotten;
pub use link::Chosen;
pub(crate) use login::Login;
pub use manage::{AccountCommand, AccountError, By, Done, carry_out};
pub use own::{MySession, MySessions};
pub use password::{Password, PasswordFault};
pub use second_factor::{Enrolment, SecondFactorError};

use super::check_known;
use super::pairing::is_secret;
use super::{Auth, AuthError, InviteError, PERSON_SESSION, Place, Role, SetCookie, TokenHash};
use crate::audit::{Act, SessionMark, SignInBy};
use crate::clock::Clock;
use crate::random::{self, RandomError};
use crate::store::{Account, NewSession, SecretHash, StoreError};
use axum::http::HeaderMap;
use guard::{Guard, Slowed, Tried, Where, Whose};
use hasher::{Asking, Busy, Hasher};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Millis;
use password::HashError;
use std::net::IpAddr;

/// How long a browser is known as one of an account's: a leave of half a year.
pub const BROWSER_KNOWN: Millis = Millis::from_secs(180 * 24 * 60 * 60);

/// What guards the accounts of one gateway.
#[derive(Default)]
pub(super) struct Accounts {
    guard: Guard,
    hasher: Hasher,
}

/// What somebody typed to sign in.
pub struct Typed {
    /// Who they say they are.
    pub login: String,
    /// Their password.
    pub password: Password,
    /// The code of their telephone, or one in its place.
    pub code: Option<String>,
}

/// Somebody who has signed in.
pub struct SignedIn {
    /// Who.
    pub identity: Identity,
    /// The session's, and the browser's.
    pub cookies: [SetCookie; 2],
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such account, or its password is another.
    #[error("login or password are wrong: try again, or ask your administrator for a link")]
    Wrong,
    /// The password is right, and a code is asked for.
    #[error("type the code that your telephone shows")]
    CodeNeeded,
    /// The password is right and the code is wrong, or was used.
    #[error("this code is wrong or was used: type the next one that your telephone shows")]
    CodeWrong,
    /// Too many wrong ones came.
    #[error(
        "too many wrong attempts: try again in the next hour, or in a browser in which you have \
         signed in before, or ask your administrator for a link"
    )]
    Slowed {
        /// From now on until it is open again.
        wait: Millis,
    },
    /// So many try at the same time.
    #[error("many people sign in at this moment: try again in a moment")]
    Busy,
    /// The password is right, and the configuration has nobody of this number.
    #[error("this account's person is not in the service's configuration: ask your administrator")]
    NotHere,
    /// The link is unknown, used, replaced or expired.
    #[error("this link is unknown, used or expired: ask your administrator for a new one")]
    LinkGone,
    /// The new password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// It could not be stored or written down.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// It could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Auth(error.into())
    }
}

impl From<RandomError> for SignInError {
    fn from(error: RandomError) -> Self {
        Self::Auth(error.into())
    }
}

impl From<Busy> for SignInError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl SignInError {
    fn slowed(Slowed { until }: Slowed, clock: &Clock) -> Self {
        let wait = until.since(clock.now());
        Self::Slowed { wait }
    }
}

impl Auth {
    /// Whether this browser is known to be of the account of this login: what others do from its
    /// address does not count for it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn knows_browser(&self, login: &str, headers: &HeaderMap) -> Result<bool, AuthError> {
        let Some(login) = Login::read(login) else {
            return Ok(false);
        };
        let account = self.store.account_by_login(login.to_string()).await?;
        Ok(self.known(account.as_ref(), headers).await?.is_some())
    }

    /// The browser's token, if it is known to be of this account.
    async fn known(
        &self,
        account: Option<&Account>,
        headers: &HeaderMap,
    ) -> Result<Option<SecretHash>, AuthError> {
        let Some(token) = self.names.find_browser(headers) else {
            return Ok(None);
        };
        let token = TokenHash::of(token).0;
        let id = account.map(|account| account.id);
        let known = self.store.knows_browser(token, id).await?;
        Ok(known.then_some(token))
    }

    /// Signs in whoever has the password, and the code where one is asked for.
    ///
    /// # Errors
    /// When they do not, too many have tried, or it could not be stored.
    pub async fn sign_in_by_password(
        &self,
        typed: Typed,
        configuration: &Configuration,
        place: Place<'_>,
    ) -> Result<SignedIn, SignInError> {
        let account = self.account_with(&typed, place).await?;
        match check_known(account.identity, configuration) {
            Ok(()) => {}
            Err(InviteError::Auth(error)) => return Err(error.into()),
            Err(_) => return Err(SignInError::NotHere),
        }
        let (session, token) = self.account_session(&account, place)?;
        // A browser that several people share is known to each account by one token.
        let browser = match self.names.find_browser(place.headers) {
            Some(token) if is_secret(token) => token.to_owned(),
            _ => random::token()?,
        };
        let act = Act::SignedIn {
            who: account.identity,
            session: SessionMark::of(&session.token),
            by: SignInBy::Password,
            account: Some(account.id.0),
        };
        self.write_down(act, place.from).await?;
        let hash = TokenHash::of(&browser).0;
        let opened = self.store.open_account_session(&account, session, hash);
        // Reset, removed or changed since it was checked.
        if !opened.await? {
            return Err(SignInError::Wrong);
        }
        Ok(self.signed_in(account.identity, &token, &browser))
    }

    /// The account whose password, and code, somebody has.
    async fn account_with(&self, typed: &Typed, place: Place<'_>) -> Result<Account, SignInError> {
        let login = Login::read(&typed.login);
        let looked_up = login.as_ref().map_or("", Login::as_str).to_owned();
        let account = self.store.account_by_login(looked_up.clone()).await?;
        let known = self.known(account.as_ref(), place.headers).await?;
        let whose = match &account {
            Some(account) => Whose::Account(account.id),
            None => self.accounts.guard.nobody(&looked_up)?,
        };
        let (at, asking) = match known {
            Some(token) => (Where::Browser(token), Asking::Known),
            None => (Where::Elsewhere(place.from), Asking::Stranger),
        };
        let (guard, now) = (&self.accounts.guard, self.clock.now());
        let attempt = guard.attempt(Tried::Password, whose, at, now)?;
        let attempt = attempt.map_err(|slowed| {
            self.refused(place.from);
            SignInError::slowed(slowed, &self.clock)
        })?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password.clone());
        let password = typed.password.clone();
        let hasher = &self.accounts.hasher;
        let compared = hasher.run(asking, move || password.is_of(hash.as_deref()));
        let is_right = match compared.await {
            Ok(is_right) => is_right,
            Err(busy) => {
                // Nothing was compared.
                guard.was_right(attempt);
                return Err(busy.into());
            }
        };
        let Some(account) = account.filter(|_| is_right) else {
            self.refused(place.from);
            return Err(SignInError::Wrong);
        };
        guard.was_right(attempt);
        let code = typed.code.as_deref();
        self.check_second_factor(&account, code, at, place.from)
            .await?;
        Ok(account)
    }

    /// The hash of a new password, if it is taken.
    async fn hashed(
        &self,
        login: &str,
        password: Password,
        service: &str,
    ) -> Result<String, SignInError> {
        // What is stored is a login.
        let login = Login::read(login).ok_or(SignInError::Wrong)?;
        let service = service.to_owned();
        let hashing = self.accounts.hasher.run(Asking::Known, move || {
            password.check(&login, &service)?;
            Ok::<_, SignInError>(password.hash()?)
        });
        hashing.await?
    }

    fn account_session(
        &self,
        account: &Account,
        place: Place<'_>,
    ) -> Result<(NewSession, String), RandomError> {
        let token = random::token()?;
        let session = NewSession {
            account: Some(account.id),
            ..self.new_session(
                account.identity,
                TokenHash::of(&token),
                place.from,
                place.browser,
            )
        };
        Ok((session, token))
    }

    fn signed_in(&self, identity: Identity, token: &str, browser: &str) -> SignedIn {
        let session = self.names.set(Role::of(identity), token, PERSON_SESSION);
        let cookies = [session, self.names.set_browser(browser, BROWSER_KNOWN)];
        SignedIn { identity, cookies }
    }

    /// Writes down what is about to be done by somebody who is signed in.
    ///
    /// # Errors
    /// When it cannot be written: then it must not be done.
    pub async fn write_down(&self, act: Act, from: Option<IpAddr>) -> Result<(), AuthError> {
        Ok(self.audit.record(act, from).await?)
    }
}

#[cfg(test)]
mod tests;
