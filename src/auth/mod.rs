//! Who a client is: sessions of random tokens in cookies, people with accounts, single-use
//! invitations, paired tablets, and the check that a request comes from our own pages. Only hashes
//! of tokens and codes are stored.

mod accounts;
pub mod admin;
mod cookie;
mod devices;
mod erase;
mod invite;
mod origin;
mod pairing;
mod pairing_code;
pub mod permissions;
mod process_key;
mod provider;
mod relays;
mod role;
mod self_tests;
mod sign_outs;

#[cfg(any(test, passerelle_fuzz))]
pub(crate) use accounts::Login;
pub use accounts::{
    AccountCommand, AccountError, BROWSER_KNOWN, By, Chosen, Done, Enrolment, Forgotten, MySession,
    MySessions, Password, PasswordFault, SecondFactorError, SignInError, SignedIn, Typed,
    carry_out,
};
pub use cookie::{CookieNames, SetCookie};
pub use devices::TabletState;
pub use erase::{EraseError, erase_person};
pub use invite::{GuestLink, InviteError, check_known, create as create_invite, page_path};
pub use origin::is_own_page;
pub use pairing::{MadeCode, PairError};
pub use pairing_code::PairingCode;
pub use provider::{ProviderSignInError, VouchedFor};
pub use relays::relays;
pub use role::Role;
pub use sign_outs::{SignOut, SignOuts};

use crate::audit::{Act, Audit, AuditError, SessionMark, SignInBy};
use crate::clock::Clock;
use crate::config::Config;
use crate::random::{self, RandomError};
use crate::store::{AccountId, DeviceId, NewSession, SessionRow, Store, StoreError};
use accounts::Accounts;
use axum::http::HeaderMap;
use devices::StoodAs;
use pairing::Guard;
use passerelle_signaling::command::Departure;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::SiteId;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::{Millis, Timestamp};
use ring::digest::{SHA256, digest};
use std::net::IpAddr;
use std::sync::Arc;

/// How long a person stays signed in: a working day with its breaks.
const PERSON_SESSION: Millis = Millis::from_secs(12 * 60 * 60);

/// How long somebody with an account stays signed in who has no page open: over the longest lunch.
/// Who came by an invitation could not come back, and stays.
const IDLE_MAX: Millis = Millis::from_secs(2 * 60 * 60);

/// When a session was last used is known to within so long, which is how often open pages are
/// looked at.
const SEEN_SPACING: Millis = Millis::from_secs(5 * 60);

/// How long a tablet stays enrolled that is not there in between: nobody should have to sign it in
/// during a year's service.
const TABLET_SESSION: Millis = Millis::from_secs(365 * 24 * 60 * 60);

/// How long the cookie of a third party could be used at most. It is worth nothing once the
/// conversation is over, because the core then knows the guest no more and no number is given
/// twice; this only bounds how long the row is kept. Twice the longest work of one interpreter.
const GUEST_SESSION: Millis = Millis::from_secs(4 * 60 * 60);

/// How long a session of this identity lasts.
const fn session_length(identity: Identity) -> Millis {
    match identity {
        Identity::Tablet { .. } => TABLET_SESSION,
        Identity::Interpreter { .. } | Identity::Coordinator | Identity::Administrator => {
            PERSON_SESSION
        }
        Identity::Guest { .. } => GUEST_SESSION,
    }
}

const fn is_person(identity: Identity) -> bool {
    matches!(
        identity,
        Identity::Interpreter { .. } | Identity::Coordinator | Identity::Administrator
    )
}

/// Whether a session that was last used then has ended by that.
fn is_idle(seen_at: Timestamp, now: Timestamp) -> bool {
    now.since(seen_at) >= IDLE_MAX
}

/// Where somebody signs in.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The address it comes from.
    pub from: Option<IpAddr>,
    /// The kind of browser.
    pub browser: &'static str,
}

/// SHA-256 of a token, which is all the store knows of it. A fast hash is enough: the token has 256
/// random bits, so there is nothing to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// A tablet that was paired, and the site it was paired for.
    pub device: Option<(DeviceId, SiteId)>,
    /// The account by which a person signed in.
    pub account: Option<AccountId>,
    /// That account asks for codes of a telephone.
    pub has_second_factor: bool,
    /// A provider has answered for them, and asked for whatever it asks for.
    pub by_provider: bool,
}

/// What open sockets go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// A session has one token.
    Token(TokenHash),
    /// A tablet has another one every month.
    Device(DeviceId),
}

impl Session {
    /// One of this token that stands by itself: of no device and no account.
    pub const fn of(identity: Identity, token: TokenHash) -> Self {
        Self {
            identity,
            token,
            device: None,
            account: None,
            has_second_factor: false,
            by_provider: false,
        }
    }

    /// Whether a paired tablet's number stands at the site it was paired for. Everybody else is
    /// bound to none.
    pub fn stands_in(&self, configuration: &Configuration) -> bool {
        match (self.identity, self.device) {
            (Identity::Tablet { tablet }, Some((_, site))) => {
                configuration.tablets.get(&tablet) == Some(&site)
            }
            _ => true,
        }
    }

    /// Whether the service asks for codes of a telephone beside this session's password. An
    /// invitation has no password, and what a provider asks for is its own affair.
    pub fn needs_second_factor(&self, config: &Config) -> bool {
        let needed = config
            .accounts
            .coordinators_and_administrators_need_second_factor;
        let of_these = matches!(
            self.identity,
            Identity::Coordinator | Identity::Administrator
        );
        let by_password = self.account.is_some() && !self.by_provider;
        needed && by_password && of_these
    }

    /// Whether it does and there is none: then this session is good for nothing else than that.
    pub fn lacks_second_factor(&self, config: &Config) -> bool {
        self.needs_second_factor(config) && !self.has_second_factor
    }

    const fn key(&self) -> Key {
        match self.device {
            Some((device, _)) => Key::Device(device),
            None => Key::Token(self.token),
        }
    }
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
    guard: Arc<Guard>,
    accounts: Arc<Accounts>,
}

impl Auth {
    /// Sessions in this store; who comes and goes is written to `audit`, and whose sockets are open
    /// to `sign_outs`. `secure`: pages are served over TLS.
    pub fn new(
        store: Store,
        clock: Clock,
        secure: bool,
        audit: Audit,
        sign_outs: SignOuts,
    ) -> Self {
        Self {
            store,
            clock,
            names: CookieNames { secure },
            sign_outs,
            audit,
            guard: Arc::default(),
            accounts: Arc::default(),
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
        if role == Role::Tablet {
            match self.stood_as(token).await? {
                StoodAs::Device(session) => return Ok(Some(session)),
                StoodAs::Ended => return Ok(None),
                // Of the demonstration, or of a link from before tablets were paired.
                StoodAs::Stranger => {}
            }
        }
        let row = self.kept_session(token).await?;
        let of_role = row.filter(|row| Role::of(row.identity) == role);
        Ok(of_role.map(|row| Session {
            account: row.account,
            has_second_factor: row.has_second_factor,
            by_provider: row.by_provider,
            ..Session::of(row.identity, token)
        }))
    }

    /// The session of this token, unless it has expired; it is used by that.
    async fn kept_session(&self, token: TokenHash) -> Result<Option<SessionRow>, AuthError> {
        let now = self.clock.now();
        let row = self.store.session(token.0, now).await?;
        let of_person = row.filter(|row| is_person(row.identity));
        let Some((row, seen_at)) = of_person.and_then(|row| Some((row, row.seen_at?))) else {
            return Ok(row);
        };
        if row.account.is_some() && is_idle(seen_at, now) {
            return Ok(None);
        }
        if now.since(seen_at) >= SEEN_SPACING
            && let Err(error) = self.store.touch_session(token.0, now).await
        {
            // A full disk signs nobody out; it is noted at the next look.
            tracing::debug!(%error, "the use of a session was not noted");
        }
        Ok(Some(row))
    }

    /// Whether this request comes from the same browser, signed in as the same person, as the
    /// session's own did. Whether the session still lasts is for whoever holds it to watch.
    pub fn is_of(&self, session: Session, headers: &HeaderMap) -> bool {
        let token = self.names.find(Role::of(session.identity), headers);
        token.map(TokenHash::of) == Some(session.token)
    }

    /// Whether this session goes on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn is_good(&self, session: &Session) -> Result<bool, AuthError> {
        match session.device {
            Some((device, _)) => self.is_paired(device).await,
            None => Ok(self.kept_session(session.token).await?.is_some()),
        }
    }

    /// Opens a session without asking for anything (the demonstration, measurements) for whoever
    /// asks there, and returns its cookie.
    ///
    /// # Errors
    /// When the store does not answer, it cannot be written down, or there is no randomness.
    pub async fn sign_in(
        &self,
        identity: Identity,
        from: Option<IpAddr>,
        browser: &'static str,
    ) -> Result<SetCookie, AuthError> {
        let token = random::token()?;
        let lasts = session_length(identity);
        let hash = TokenHash::of(&token);
        self.written_down(identity, hash, SignInBy::Demo, from)
            .await?;
        let session = self.new_session(identity, hash, from, browser);
        self.store.open_session(session).await?;
        Ok(self.names.set(Role::of(identity), &token, lasts))
    }

    /// A session that begins now. Where a third party is, is nobody's business.
    fn new_session(
        &self,
        identity: Identity,
        token: TokenHash,
        from: Option<IpAddr>,
        browser: &'static str,
    ) -> NewSession {
        let now = self.clock.now();
        let is_person = is_person(identity);
        NewSession {
            token: token.0,
            identity,
            account: None,
            by_provider: false,
            opened_at: now,
            expires_at: now + session_length(identity),
            browser: if is_person { browser } else { "" },
            address: from.filter(|_| is_person).map(|from| from.to_string()),
        }
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
        let act = Act::SignedIn {
            who,
            session,
            by,
            account: None,
        };
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
        if let Some(session) = self.session(role, headers).await? {
            match session.device {
                Some((device, _)) => self.leave(device).await?,
                None => self.store.delete_session(session.token.0).await?,
            }
            self.sign_outs.sign_out(session.key(), Departure::SignedOut);
            let (who, session) = (session.identity, SessionMark::of(&session.token.0));
            self.audit.note(Act::SignedOut { who, session });
        }
        Ok(self.names.remove(role))
    }

    /// How many sockets this session has open.
    pub fn open_sockets(&self, session: &Session) -> usize {
        self.sign_outs.open(session.key())
    }

    /// Tells when this session signs out.
    pub fn watch_sign_out(&self, session: &Session) -> SignOut {
        self.sign_outs.watch(session.key())
    }
}
