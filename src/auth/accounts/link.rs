//! Links under which an owner chooses a password: from an administrator, who hands them over, or by
//! mail. One that was mailed stands in for the password alone: where codes of a telephone are asked
//! for, it signs nobody in.

use super::{BROWSER_KNOWN, Password, SignInError, SignedIn};
use crate::audit::{Act, SessionMark};
use crate::auth::{Auth, Place, Role, SetCookie, TokenHash, invite};
use crate::random;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;

/// What came of choosing a password.
pub enum Chosen {
    /// Whoever asked is signed in.
    SignedIn(SignedIn),
    /// They sign in by it and the code of their telephone.
    CodeNeeded {
        /// Whose password it is.
        identity: Identity,
        /// By which their browser is known; it opens nothing.
        browser: SetCookie,
    },
}

impl Auth {
    /// Whose account a link is of; it can still be used.
    ///
    /// # Errors
    /// When it is unknown, used or expired, or the store does not answer.
    pub async fn link_of(&self, code: &str) -> Result<(String, Role), SignInError> {
        let (hash, now) = (TokenHash::of(code).0, self.clock.now());
        let linked = self.store.account_by_link(hash, now).await?;
        let account = linked.ok_or(SignInError::LinkGone)?.account;
        Ok((account.login, Role::of(account.identity)))
    }

    /// Uses a link up: its account has this password from now on, whoever was signed in to it is
    /// not any more, and whoever asks is, unless a mailed link is all they have of two factors.
    ///
    /// # Errors
    /// When the link is gone, the password is not taken, or it could not be stored.
    pub async fn choose_password(
        &self,
        code: &str,
        password: Password,
        service: &str,
        place: Place<'_>,
    ) -> Result<Chosen, SignInError> {
        let link = TokenHash::of(code).0;
        let linked = self.store.account_by_link(link, self.clock.now()).await?;
        let Some(linked) = linked else {
            self.refused(place.from);
            return Err(SignInError::LinkGone);
        };
        let account = linked.account;
        let hash = self.hashed(&account.login, password, service).await?;
        let (session, token) = self.account_session(&account, place)?;
        let browser = random::token()?;
        let (who, mark) = (account.identity, SessionMark::of(&session.token));
        let (account, needs_code) = (account.id.0, account.totp.is_some());
        let act = match linked.by_mail {
            true => Act::MailedLinkUsed {
                who,
                account,
                session: Some(mark).filter(|_| !needs_code),
            },
            false => Act::PasswordChosen {
                who,
                account,
                session: mark,
            },
        };
        self.write_down(act, place.from).await?;
        let hashed = TokenHash::of(&browser).0;
        let chosen = self.store.choose_password(link, hash, session, hashed);
        // Somebody was faster, or it has been reset meanwhile.
        let chosen = chosen.await?.ok_or(SignInError::LinkGone)?;
        self.sign_outs.close(&chosen.ended);
        if chosen.opened {
            return Ok(Chosen::SignedIn(self.signed_in(who, &token, &browser)));
        }
        Ok(Chosen::CodeNeeded {
            identity: who,
            browser: self.names.set_browser(&browser, BROWSER_KNOWN),
        })
    }
}

/// The page and the fragment under which an owner chooses a password.
pub(super) fn page_path(identity: Identity, code: &str) -> String {
    format!("/{}#account={code}", Role::of(identity))
}

/// Until when an administrator's link can be used.
pub(super) fn link_until(now: Timestamp) -> Timestamp {
    now + invite::INVITE_VALID
}
