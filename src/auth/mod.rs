//! Who a client is: sessions of random tokens in cookies, single-use invitations, and the check
//! that a request comes from our own pages. Only hashes of tokens and codes are stored.

pub mod admin;
mod cookie;
mod erase;
mod invite;
mod origin;
mod role;
mod sign_outs;

pub use cookie::{CookieNames, SetCookie};
pub use erase::{EraseError, erase_person};
pub use invite::{GuestLink, InviteError, check_known, create as create_invite, page_path};
pub use origin::is_own_page;
pub use role::Role;
pub use sign_outs::{SignOut, SignOuts};

use crate::audit::{Act, Audit, AuditError, SessionMark, SignInBy};
use crate::clock::Clock;
use crate::random::{self, RandomError};
use crate::store::{Store, StoreError};
use axum::http::HeaderMap;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Millis;
use ring::digest::{SHA256, digest};
use std::net::IpAddr;

/// How long a person stays signed in: a working day with its breaks.
const PERSON_SESSION: Millis = Millis::from_secs(12 * 60 * 60);

/// How long a tablet stays enrolled: nobody should have to sign it in during a year's service.
const TABLET_SESSION: Millis = Millis::from_secs(365 * 24 * 60 * 60);

/// How long the cookie of a third party could be used at most. It is worth nothing once the
/// conversation is over, because the core then knows the guest no more and no number is given
/// twice; this only bounds how long the row is kept. Twice the longest work of one interpreter.
const GUEST_SESSION: Millis = Millis::from_secs(4 * 60 * 60);

/// How long a session of this identity lasts.
const fn session_length(identity: Identity) -> Millis {
    match identity {
        Identity::Tablet { .. } => TABLET_SESSION,
        Identity::Interpreter { .. } | Identity::Coordinator => PERSON_SESSION,
        Identity::Guest { .. } => GUEST_SESSION,
    }
}

/// SHA-256 of a token, which is all the store knows of it. A fast hash is enough: the token has 256
/// random bits, so there is nothing to guess.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of this token or code.
    pub fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

/// A signed-in client.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who.
    pub identity: Identity,
    /// The hash of its token.
    pub token: TokenHash,
}

/// Why nobody could be signed in or recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The store does not answer.
    #[error("sessions cannot be read or written: {0}")]
    Store(#[from] StoreError),
    /// What is done could not be written down, and so was not done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// There is no randomness for a token.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Sessions and invitations of one gateway.
#[derive(Clone)]
pub struct Auth {
    store: Store,
    clock: Clock,
    names: CookieNames,
    sign_outs: SignOuts,
    audit: Audit,
}

impl Auth {
    /// Sessions in this store; who comes and goes is written to `audit`. `secure`: pages are served
    /// over TLS.
    pub fn new(store: Store, clock: Clock, secure: bool, audit: Audit) -> Self {
        Self {
            store,
            clock,
            names: CookieNames { secure },
            sign_outs: SignOuts::default(),
            audit,
        }
    }

    /// The session of this role that the request's cookie names, if it is still good.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn session(
        &self,
        role: Role,
        headers: &HeaderMap,
    ) -> Result<Option<Session>, AuthError> {
        let Some(token) = self.names.find(role, headers) else {
            return Ok(None);
        };
        let token = TokenHash::of(token);
        let identity = self.identity(token).await?;
        let of_role = identity.filter(|identity| Role::of(*identity) == role);
        Ok(of_role.map(|identity| Session { identity, token }))
    }

    /// Whether this request comes from the same browser, signed in as the same person, as the
    /// session's own did. Whether the session still lasts is for whoever holds it to watch.
    pub fn is_of(&self, session: Session, headers: &HeaderMap) -> bool {
        let token = self.names.find(Role::of(session.identity), headers);
        token.map(TokenHash::of) == Some(session.token)
    }

    /// Whom this token belongs to now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn identity(&self, token: TokenHash) -> Result<Option<Identity>, AuthError> {
        Ok(self.store.session(token.0, self.clock.now()).await?)
    }

    /// Opens a session without asking for anything (the demonstration, measurements) for whoever
    /// asks `from` there, and returns its cookie.
    ///
    /// # Errors
    /// When the store does not answer, it cannot be written down, or there is no randomness.
    pub async fn sign_in(
        &self,
        identity: Identity,
        from: Option<IpAddr>,
    ) -> Result<SetCookie, AuthError> {
        let token = random::token()?;
        let lasts = session_length(identity);
        let expires_at = self.clock.now() + lasts;
        let hash = TokenHash::of(&token);
        self.written_down(identity, hash, SignInBy::Demo, from)
            .await?;
        self.store
            .create_session(hash.0, identity, expires_at)
            .await?;
        Ok(self.names.set(Role::of(identity), &token, lasts))
    }

    /// Writes down that a session is about to be opened.
    async fn written_down(
        &self,
        who: Identity,
        token: TokenHash,
        by: SignInBy,
        from: Option<IpAddr>,
    ) -> Result<(), AuditError> {
        let session = SessionMark::of(&token.0);
        let act = Act::SignedIn { who, session, by };
        self.audit.record(act, from).await
    }

    /// Counts a code that was refused, from there.
    pub fn refused(&self, from: Option<IpAddr>) {
        self.audit.refused(from);
    }

    /// Ends the session of this role, closes its sockets, and returns the cookie that removes it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sign_out(&self, role: Role, headers: &HeaderMap) -> Result<SetCookie, AuthError> {
        if let Some(token) = self.names.find(role, headers) {
            let hash = TokenHash::of(token);
            let whose = self.identity(hash).await?;
            self.store.delete_session(hash.0).await?;
            self.sign_outs.sign_out(hash);
            if let Some(who) = whose {
                let session = SessionMark::of(&hash.0);
                self.audit.note(Act::SignedOut { who, session });
            }
        }
        Ok(self.names.remove(role))
    }

    /// How many sockets the session with this token has open.
    pub fn open_sockets(&self, token: TokenHash) -> usize {
        self.sign_outs.open(token)
    }

    /// Tells when the session with this token signs out.
    pub fn watch_sign_out(&self, token: TokenHash) -> SignOut {
        self.sign_outs.watch(token)
    }
}
