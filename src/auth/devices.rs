//! What a paired tablet holds: a token in a cookie, replaced by another each month, and good until
//! a coordinator takes it away.
//!
//! **Renewal.** At the first visit after a month the tablet is given another token. The former
//! stays good until the other has arrived for certain, which is when it is shown two minutes or
//! more after it was given: an answer may be lost on the way, two pages may load at once, and a
//! browser writes cookies to its disk within half a minute, so that one that loses power has the
//! former again. Whoever shows the former after that has a copy. Which of the two is the tablet
//! cannot be known: the device is signed out, and that is in the audit journal and on the
//! coordinators' page.

use super::{Auth, AuthError, Key, Role, Session, SetCookie, TABLET_SESSION, TokenHash};
use crate::audit::{Act, SessionMark};
use crate::random;
use crate::store::{Device, DeviceEnd, DeviceId, Shown, TabletRow};
use axum::http::HeaderMap;
use passerelle_signaling::command::Departure;
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::{Millis, Timestamp};
use std::net::IpAddr;

/// How long a tablet keeps a token: a stolen copy is found out within a month of visits.
const RENEWED_AFTER: Millis = Millis::from_secs(30 * 24 * 60 * 60);

/// See the module. Chromium writes cookies after 30 s (`SQLitePersistentCookieStore`).
const ARRIVES_WITHIN: Millis = Millis::from_secs(2 * 60);

/// When a tablet was last there is known by the day.
const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// As what a tablet's token was given.
pub(super) enum StoodAs {
    /// A device that is let in.
    Device(Session),
    /// One that is no more.
    Ended,
    /// Of no device.
    Stranger,
}

/// A tablet as coordinators see it.
pub struct TabletState {
    /// What is stored of it.
    pub row: TabletRow,
    /// A page of it is open.
    pub connected: bool,
}

impl Auth {
    /// Whom this tablet's token belongs to.
    pub(super) async fn stood_as(&self, token: TokenHash) -> Result<StoodAs, AuthError> {
        let Some((device, shown)) = self.store.device_by_token(token.0).await? else {
            return Ok(StoodAs::Stranger);
        };
        if device.ended.is_some() {
            return Ok(StoodAs::Ended);
        }
        let now = self.clock.now();
        let arrived = now.since(device.renewed_at) >= ARRIVES_WITHIN;
        match shown {
            Shown::Former { over: true } => {
                self.was_copied(&device, now).await?;
                return Ok(StoodAs::Ended);
            }
            Shown::Newest if device.is_renewing && arrived => {
                self.store.newest_arrived(token.0).await?;
            }
            Shown::Newest | Shown::Former { over: false } => {}
        }
        self.seen(&device, now).await?;
        let identity = Identity::Tablet {
            tablet: device.tablet,
        };
        Ok(StoodAs::Device(Session {
            device: Some((device.id, device.site)),
            ..Session::of(identity, token)
        }))
    }

    /// Why this browser is no tablet any more, if it was one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn why_over(&self, headers: &HeaderMap) -> Result<Option<DeviceEnd>, AuthError> {
        let Some(token) = self.names.find(Role::Tablet, headers) else {
            return Ok(None);
        };
        let found = self.store.device_by_token(TokenHash::of(token).0).await?;
        Ok(found
            .and_then(|(device, _)| device.ended)
            .map(|(_, end)| end))
    }

    /// Another token for this tablet, when its time has come.
    ///
    /// # Errors
    /// When the store does not answer or there is no randomness.
    pub async fn renewed(&self, session: &Session) -> Result<Option<SetCookie>, AuthError> {
        if session.device.is_none() {
            return Ok(None);
        }
        let Some((device, shown)) = self.store.device_by_token(session.token.0).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let age = now.since(device.renewed_at);
        let due = match shown {
            Shown::Newest => age >= RENEWED_AFTER,
            // The newest got lost: nobody has shown it.
            Shown::Former { over } => !over && age >= ARRIVES_WITHIN,
        };
        if !due {
            return Ok(None);
        }
        let token = random::token()?;
        let hash = TokenHash::of(&token).0;
        // Of two pages that load at once, one is given it; they share their cookies.
        let renewed = self.store.renew_device(&device, shown, hash, now).await?;
        Ok(renewed.then(|| self.names.set(Role::Tablet, &token, TABLET_SESSION)))
    }

    /// Ends whatever is let in as this tablet, for the coordinator of this session; sockets close
    /// at once, and a call ends with them.
    ///
    /// # Errors
    /// When it could not be written down or stored.
    pub async fn remove_tablet(
        &self,
        tablet: TabletId,
        by: &Session,
        from: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let session = SessionMark::of(&by.token.0);
        let act = Act::TabletRemoved { tablet, session };
        self.audit.record(act, from).await?;
        let now = self.clock.now();
        let ended = self.store.end_tablet(tablet, DeviceEnd::Removed, now);
        self.close(&ended.await?, Departure::SignedOut);
        Ok(())
    }

    /// What is known of tablets; of those never paired, nothing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tablets(&self) -> Result<Vec<TabletState>, AuthError> {
        let rows = self.store.tablets(self.clock.now()).await?;
        Ok(rows.into_iter().map(|row| self.state_of(row)).collect())
    }

    fn state_of(&self, row: TabletRow) -> TabletState {
        let device = row.device.as_ref().map(|device| Key::Device(device.id));
        let sessions = row
            .sessions
            .iter()
            .map(|token| Key::Token(TokenHash(*token)));
        let mut keys = device.into_iter().chain(sessions);
        TabletState {
            connected: keys.any(|key| self.sign_outs.open(key) > 0),
            row,
        }
    }

    /// Whether this device is let in; whoever asks is there.
    pub(super) async fn is_paired(&self, device: DeviceId) -> Result<bool, AuthError> {
        match self.store.device(device).await? {
            Some(device) if device.ended.is_none() => {
                self.seen(&device, self.clock.now()).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The device signs itself out.
    pub(super) async fn leave(&self, device: DeviceId) -> Result<(), AuthError> {
        let (why, now) = (DeviceEnd::SignedOut, self.clock.now());
        self.store.end_device(device, why, now).await?;
        Ok(())
    }

    async fn was_copied(&self, device: &Device, now: Timestamp) -> Result<(), AuthError> {
        let (why, tablet) = (DeviceEnd::Copied, device.tablet);
        if self.store.end_device(device.id, why, now).await? {
            let key = Key::Device(device.id);
            self.sign_outs.sign_out(key, Departure::SignedOut);
            self.audit.note(Act::TabletCopied { tablet });
            tracing::warn!(%tablet, "a tablet's credential was copied: it was signed out");
        }
        Ok(())
    }

    async fn seen(&self, device: &Device, now: Timestamp) -> Result<(), AuthError> {
        let today = Timestamp(now.0 - now.0 % DAY.0);
        if device.seen_on < today {
            self.store.device_seen(device.id, today).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(in crate::auth) mod tests;
