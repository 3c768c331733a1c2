//! Invitations: a code that signs one device or person in, once. The code travels after the `#` of
//! a link, which browsers do not send to servers or write to their logs.

use super::{Auth, AuthError, Key, Place, Role, SetCookie, TokenHash, session_length};
use crate::audit::{Act, Audit, SignInBy};
use crate::clock::Clock;
use crate::random;
use crate::store::Store;
use passerelle_signaling::command::Departure;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::GuestId;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::{Millis, Timestamp};

/// How long an invitation can be used: it is sent today and opened tomorrow, or made again.
pub(super) const INVITE_VALID: Millis = Millis::from_secs(72 * 60 * 60);

/// The link of a third party.
pub struct GuestLink {
    /// The page and the fragment.
    pub path: String,
    /// An older link had been used: whoever used it is signed out, and may have been arriving.
    pub was_arriving: bool,
}

/// Why there is no invitation.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The tablet is in no site of the configuration.
    #[error("tablet {0} is in no `sites` entry of the configuration: add it there first")]
    UnknownTablet(passerelle_signaling::ids::TabletId),
    /// The interpreter is not in the configuration.
    #[error("interpreter {0} is in no `interpreters` entry of the configuration: add them first")]
    UnknownInterpreter(passerelle_signaling::ids::InterpreterId),
    /// A third party is invited from the conversation, by those in it.
    #[error("a third party is invited by the tablet or the interpreter of the conversation")]
    Guest,
    /// It could not be stored.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

/// The page and the fragment of an invitation, after the address of the gateway.
pub fn page_path(identity: Identity, code: &str) -> String {
    format!("/{}#invite={code}", Role::of(identity))
}

/// Checks that somebody is there to be invited.
///
/// # Errors
/// When the identity is not in the configuration.
pub fn check_known(identity: Identity, configuration: &Configuration) -> Result<(), InviteError> {
    match identity {
        Identity::Tablet { tablet } if !configuration.tablets.contains_key(&tablet) => {
            Err(InviteError::UnknownTablet(tablet))
        }
        Identity::Interpreter { interpreter }
            if !configuration.interpreters.contains_key(&interpreter) =>
        {
            Err(InviteError::UnknownInterpreter(interpreter))
        }
        Identity::Guest { .. } => Err(InviteError::Guest),
        _ => Ok(()),
    }
}

/// Makes an invitation and returns its code.
///
/// # Errors
/// When it could not be written down or stored.
pub async fn create(
    store: &Store,
    audit: &Audit,
    clock: &Clock,
    identity: Identity,
) -> Result<String, AuthError> {
    let code = random::token()?;
    audit.record(Act::Invited { who: identity }, None).await?;
    let expires_at = clock.now() + INVITE_VALID;
    store
        .create_invite(TokenHash::of(&code).0, identity, expires_at)
        .await?;
    Ok(code)
}

impl Auth {
    /// Makes the link of a third party, good until then.
    /// Every older link of the same guest is void, and so is a session that came of one: whoever
    /// asks anew wants nobody else to come by it.
    ///
    /// # Errors
    /// When the store does not answer or there is no randomness.
    pub async fn guest_link(
        &self,
        guest: GuestId,
        until: Timestamp,
    ) -> Result<GuestLink, AuthError> {
        let code = random::token()?;
        let hash = TokenHash::of(&code);
        let ended = self
            .store
            .replace_guest_invite(hash.0, guest, until)
            .await?;
        let was_arriving = !ended.is_empty();
        for token in ended {
            let key = Key::Token(TokenHash(token));
            self.sign_outs.sign_out(key, Departure::SignedOut);
        }
        let path = format!("/{}#{code}", Role::Guest);
        Ok(GuestLink { path, was_arriving })
    }

    /// Whom an invitation is for; `None` when it is unknown, used or expired. It can still be used.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn invited(&self, code: &str) -> Result<Option<Identity>, AuthError> {
        let hash = TokenHash::of(code);
        Ok(self.store.invited(hash.0, self.clock.now()).await?)
    }

    /// Uses up the invitation of this identity and opens its session, or pairs the tablet, both or
    /// neither, for whoever asks `from` there; `None` when it has been used or made void meanwhile.
    ///
    /// # Errors
    /// When the store does not answer, it cannot be written down, or there is no randomness.
    pub async fn redeem_invite(
        &self,
        code: &str,
        identity: Identity,
        configuration: &Configuration,
        place: Place<'_>,
    ) -> Result<Option<SetCookie>, AuthError> {
        let Place { headers, from, .. } = place;
        if let Identity::Tablet { tablet } = identity {
            // Taken out of the configuration since: as good as used.
            let Some(site) = configuration.tablets.get(&tablet) else {
                return Ok(None);
            };
            let (code, bound) = (TokenHash::of(code), (tablet, *site));
            return self.pair_by_invite(code, bound, headers, from).await;
        }
        let token = random::token()?;
        let (code, hash) = (TokenHash::of(code), TokenHash::of(&token));
        self.written_down(identity, hash, SignInBy::Invitation, from)
            .await?;
        let session = self.new_session(identity, hash, from, place.browser);
        let redeemed = self.store.redeem_invite(code.0, session).await?;
        let lasts = session_length(identity);
        Ok(redeemed.then(|| self.names.set(Role::of(identity), &token, lasts)))
    }
}
