//! People whom a provider answers for: their account, and a session like any other person's.

use super::pairing::is_secret;
use super::{Auth, AuthError, PERSON_SESSION, Place, Role, SetCookie, TokenHash};
use crate::audit::{Act, SessionMark, SignInBy};
use crate::hexadecimal::hexadecimal;
use crate::random;
use crate::store::{Found, NewSession, SecretHash, StoreError, Vouched};
use axum::http::HeaderMap;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Millis;
use ring::digest::{SHA256, digest};
use std::net::IpAddr;

/// Somebody whom a provider has answered for, and who they are here.
pub struct VouchedFor<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// What it calls them.
    pub subject: &'a Pii<String>,
    /// The name to show.
    pub name: Option<Pii<String>>,
    /// Who they are here.
    pub identity: Identity,
    /// The mailbox by which the configuration's list says so, in lower case; `None` when the
    /// provider says it.
    pub mailbox: Option<Pii<String>>,
}

/// Why they are not signed in all the same.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSignInError {
    /// The interpreter's account, or the mailbox, is of somebody else at the provider.
    #[error("the account or mailbox is of somebody else at the provider")]
    Taken,
    /// The account was removed or changed at this moment.
    #[error("the account was changed at this moment: sign in again")]
    Changed,
    /// It could not be stored or written down.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

impl From<StoreError> for ProviderSignInError {
    fn from(error: StoreError) -> Self {
        Self::Auth(error.into())
    }
}

impl Auth {
    /// Signs somebody in whom a provider has answered for, and returns the session's cookie and the
    /// hash of its token.
    ///
    /// # Errors
    /// When their account or mailbox is somebody else's, or it could not be stored or written down.
    pub async fn sign_in_by_provider(
        &self,
        vouched: VouchedFor<'_>,
        place: Place<'_>,
    ) -> Result<(SetCookie, TokenHash), ProviderSignInError> {
        let identity = vouched.identity;
        let mailbox = vouched.mailbox.as_ref();
        let vouched = Vouched {
            login: login(vouched.issuer, vouched.subject.reveal()),
            mailbox: mailbox.map(|mailbox| named_by(vouched.issuer, mailbox.reveal())),
            issuer: vouched.issuer.to_owned(),
            subject: vouched.subject.clone(),
            name: vouched.name,
            identity,
        };
        let found = self.store.provider_account(vouched.clone()).await?;
        let Found::Account {
            id,
            is_bound,
            ended,
        } = found
        else {
            return Err(ProviderSignInError::Taken);
        };
        self.sign_outs.close(&ended);
        if is_bound {
            // Its number is not known before; nobody is signed in without this entry.
            let (account, who) = (id.0, identity);
            let act = Act::ProviderAccountAdded { account, who };
            self.recorded(act, place.from).await?;
        }
        let token = random::token().map_err(AuthError::from)?;
        let hash = TokenHash::of(&token);
        let act = Act::SignedIn {
            who: identity,
            session: SessionMark::of(&hash.0),
            by: SignInBy::Provider,
            account: Some(id.0),
        };
        self.recorded(act, place.from).await?;
        let session = NewSession {
            account: Some(id),
            by_provider: true,
            ..self.new_session(identity, hash, place.from, place.browser)
        };
        if !self.store.open_provider_session(vouched, session).await? {
            return Err(ProviderSignInError::Changed);
        }
        let cookie = self.names.set(Role::of(identity), &token, PERSON_SESSION);
        Ok((cookie, hash))
    }

    /// Writes down that somebody came from a provider and was not let in. Behind: nobody waits.
    pub fn refused_by_provider(&self, reason: &'static str) {
        let reason = reason.to_owned();
        self.audit.note(Act::ProviderRefused { reason });
    }

    /// What ties a way to the provider and back to this browser, kept for so long: its hash, and
    /// the cookie. Several pages of one browser share it.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn tied(
        &self,
        headers: &HeaderMap,
        lasts: Millis,
    ) -> Result<(SecretHash, SetCookie), AuthError> {
        let token = match self.names.find_way(headers) {
            Some(token) if is_secret(token) => token.to_owned(),
            _ => random::token()?,
        };
        Ok((TokenHash::of(&token).0, self.names.set_way(&token, lasts)))
    }

    /// What this browser was tied by, if it was.
    pub fn tie(&self, headers: &HeaderMap) -> Option<SecretHash> {
        let token = self.names.find_way(headers)?;
        Some(TokenHash::of(token).0)
    }

    async fn recorded(&self, act: Act, from: Option<IpAddr>) -> Result<(), AuthError> {
        Ok(self.audit.record(act, from).await?)
    }
}

/// Under which login an account of a provider is listed: one that nobody types, and that says
/// nothing.
fn login(issuer: &str, subject: &str) -> String {
    format!("oidc-{}", hexadecimal(&named_by(issuer, subject)[..8]))
}

/// The hash of what a provider calls somebody.
fn named_by(issuer: &str, name: &str) -> SecretHash {
    // No address has a zero byte.
    let named = [issuer.as_bytes(), b"\0", name.as_bytes()].concat();
    let mut hash = SecretHash::default();
    hash.copy_from_slice(digest(&SHA256, &named).as_ref());
    hash
}
