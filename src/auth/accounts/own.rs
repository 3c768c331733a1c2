//! What somebody who is signed in does with their own sessions and password.

use super::guard::{Tried, Where, Whose};
use super::hasher::Asking;
use super::{Password, SignInError};
use crate::audit::{Act, SessionMark};
use crate::auth::{Auth, AuthError, Key, Place, Session, TokenHash, is_idle};
use crate::store::{Account, OpenSession, Owner};
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;
use std::net::IpAddr;

/// One of somebody's sessions.
pub struct MySession {
    /// Its mark, which is in the audit journal and opens nothing.
    pub mark: String,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it was last used, to within some minutes.
    pub seen_at: Timestamp,
    /// The kind of browser.
    pub browser: String,
    /// Where it came from when it was opened.
    pub address: Option<String>,
    /// The one that asks.
    pub is_this: bool,
    /// A page of it is open.
    pub connected: bool,
}

/// Somebody's account and sessions.
pub struct MySessions {
    /// `None` for who came by an invitation, or has a provider and no password.
    pub login: Option<String>,
    /// Codes of a telephone are asked for.
    pub has_second_factor: bool,
    /// Codes that can still be typed in their place.
    pub recovery_codes: u32,
    /// The newest first.
    pub sessions: Vec<MySession>,
}

/// Whose sessions somebody may see and end.
const fn owner(session: &Session) -> Owner {
    match (session.identity, session.account) {
        (Identity::Interpreter { .. }, _) => Owner::Person(session.identity),
        (_, Some(account)) => Owner::Account(account),
        _ => Owner::Alone(session.token.0),
    }
}

impl Auth {
    /// The account of a session.
    pub(super) async fn own_account(
        &self,
        session: &Session,
    ) -> Result<Option<Account>, AuthError> {
        match session.account {
            Some(account) => Ok(self.store.account(account).await?),
            None => Ok(None),
        }
    }

    /// What a person sees of their account and sessions.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn my_sessions(&self, session: &Session) -> Result<MySessions, AuthError> {
        let account = self.own_account(session).await?;
        let recovery_codes = match &account {
            Some(account) => self.store.recovery_codes(account.id).await?,
            None => 0,
        };
        let open = self.open_sessions(session).await?;
        let sessions = open.into_iter().map(|open| {
            let token = TokenHash(open.token);
            MySession {
                mark: SessionMark::of(&open.token).to_string(),
                opened_at: open.opened_at,
                seen_at: open.seen_at,
                browser: open.browser,
                address: open.address,
                is_this: token == session.token,
                connected: self.sign_outs.open(Key::Token(token)) > 0,
            }
        });
        Ok(MySessions {
            has_second_factor: account
                .as_ref()
                .is_some_and(|account| account.totp.is_some()),
            recovery_codes,
            sessions: sessions.collect(),
            // What can be done with a login needs a password.
            login: account
                .filter(|account| account.password.is_some() || !account.has_provider)
                .map(|account| account.login),
        })
    }

    async fn open_sessions(&self, session: &Session) -> Result<Vec<OpenSession>, AuthError> {
        let now = self.clock.now();
        let mut open = self.store.sessions_of(owner(session), now).await?;
        open.retain(|open| !(open.by_account && is_idle(open.seen_at, now)));
        Ok(open)
    }

    /// Ends one's session of this mark and closes its pages; one that is not there is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_my_session(
        &self,
        session: &Session,
        mark: &str,
        from: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let mine = self.open_sessions(session).await?;
        for open in mine {
            if SessionMark::of(&open.token).to_string() == mark {
                self.sessions_ended(session, from).await?;
                self.store.delete_session(open.token).await?;
                self.sign_outs.close(&[open.token]);
            }
        }
        Ok(())
    }

    /// Ends all one's sessions but this one, and closes their pages.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_my_other_sessions(
        &self,
        session: &Session,
        from: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        self.sessions_ended(session, from).await?;
        let staying = session.token.0;
        let ended = self.store.end_other_sessions(owner(session), staying);
        self.sign_outs.close(&ended.await?);
        Ok(())
    }

    async fn sessions_ended(
        &self,
        session: &Session,
        from: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let act = Act::SessionsEnded {
            who: session.identity,
            by: SessionMark::of(&session.token.0),
        };
        self.write_down(act, from).await
    }

    /// Checks the password of whoever has the session.
    pub(super) async fn check_own_password(
        &self,
        account: &Account,
        password: Password,
        place: Place<'_>,
    ) -> Result<(), SignInError> {
        let known = self.known(Some(account), place.headers).await?;
        let at = known.map_or(Where::Elsewhere(place.from), Where::Browser);
        let (guard, now) = (&self.accounts.guard, self.clock.now());
        let attempt = guard.attempt(Tried::Password, Whose::Account(account.id), at, now)?;
        let attempt = attempt.map_err(|slowed| SignInError::slowed(slowed, &self.clock))?;
        let hash = account.password.clone();
        let compare = move || password.is_of(hash.as_deref());
        let is_right = self.accounts.hasher.run(Asking::Known, compare).await?;
        if !is_right {
            self.refused(place.from);
            return Err(SignInError::Wrong);
        }
        guard.was_right(attempt);
        Ok(())
    }

    /// Puts another password in the place of one's own, and ends all one's other sessions.
    ///
    /// # Errors
    /// When the present one is wrong, the new one is not taken, or it could not be stored.
    pub async fn change_password(
        &self,
        session: &Session,
        (present, new): (Password, Password),
        service: &str,
        place: Place<'_>,
    ) -> Result<(), SignInError> {
        let account = self.own_account(session).await?;
        // Nobody has the password of no account.
        let account = account.ok_or(SignInError::Wrong)?;
        self.check_own_password(&account, present, place).await?;
        let hash = self.hashed(&account.login, new, service).await?;
        let act = Act::PasswordChanged {
            who: account.identity,
            account: account.id.0,
            session: SessionMark::of(&session.token.0),
        };
        self.write_down(act, place.from).await?;
        let known = self.known(Some(&account), place.headers).await?;
        let (staying, now) = (session.token.0, self.clock.now());
        let changed = self
            .store
            .change_password(&account, hash, staying, known, now);
        let ended = changed.await?.ok_or(SignInError::Wrong)?;
        self.sign_outs.close(&ended);
        Ok(())
    }
}
