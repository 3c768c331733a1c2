//! Pairing a tablet: a coordinator makes a code, the tablet shows it once and is that tablet from
//! then on.
//!
//! **How a code could be guessed.** [`CODES_MAX`] codes can be open at once, and [`LANES`] times
//! [`WRONG_MAX`] wrong ones are taken in a minute from all addresses together, so at most 3,520 in
//! any ten minutes. Of 23⁸ codes that is less than one chance in a million in ten minutes, with all
//! codes open and somebody trying from everywhere (a test computes it).
//!
//! **Why nobody can lock a tablet out.** Each attempt goes by a lane that its network gives it, and
//! a lane that has had its wrong ones takes no more in this minute. Which network has which lane is
//! drawn anew each minute, so whoever fills lanes from a few networks meets the tablet's own in few
//! of the minutes, and seldom in two in a row. Somebody in the tablet's own network, or with
//! hundreds of others, can fill its lane for as long as they go on. The link in the QR code passes
//! all the same: it carries 256 random bits, which cannot be guessed and are not counted.

use super::devices::StoodAs;
use super::pairing_code::PairingCode;
use super::process_key::ProcessKey;
use super::{Auth, AuthError, Key, Role, Session, SetCookie, TABLET_SESSION, TokenHash};
use crate::audit::{Act, SessionMark, SignInBy};
use crate::random::{self, RandomError, TOKEN_BYTES};
use crate::store::{Device, Enrolled, NewCode, SecretHash, TabletEnded};
use axum::http::HeaderMap;
use passerelle_signaling::command::Departure;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::{SiteId, TabletId};
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::{Millis, Timestamp};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// A code is read from one screen and typed at another, perhaps in another building.
const CODE_VALID: Millis = Millis::from_secs(10 * 60);

/// Codes open at once: as many tablets as a team sets up in ten minutes.
const CODES_MAX: u32 = 16;

/// Attempts are spread over so many lanes.
const LANES: usize = 32;

/// Wrong codes by one lane in a minute: somebody who mistypes is done with three.
const WRONG_MAX: u8 = 10;

/// A lane is filled, and drawn, anew each minute.
const MINUTE: Millis = Millis::from_secs(60);

/// A code that was made.
pub struct MadeCode {
    /// To be typed.
    pub code: PairingCode,
    /// The page and the fragment that pair without typing.
    pub path: String,
    /// Until when it is good.
    pub until: Timestamp,
}

/// Why no tablet was paired, or no code made.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// It is no code of ours.
    #[error("a code has eight characters: type it as the coordinator's page shows it")]
    Unreadable,
    /// Too many wrong ones came.
    #[error("too many wrong codes: try again in a minute, or scan the QR code")]
    TooMany,
    /// It is unknown, used, replaced by a newer one, expired, or its tablet stands elsewhere now.
    #[error("this code is unknown, used or expired: ask the coordinator for a new one")]
    Gone,
    /// So many codes can be used already.
    #[error("{CODES_MAX} codes wait to be used: use one of them, or wait until one expires")]
    Full,
    /// It could not be stored or written down.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

impl From<RandomError> for PairError {
    fn from(error: RandomError) -> Self {
        Self::Auth(error.into())
    }
}

impl Auth {
    /// Makes a code for a tablet, in the place of its older one, for the coordinator of this
    /// session.
    ///
    /// # Errors
    /// When too many are open, or it could not be written down or stored.
    pub async fn make_pairing_code(
        &self,
        (tablet, site): (TabletId, SiteId),
        by: &Session,
        from: Option<IpAddr>,
    ) -> Result<MadeCode, PairError> {
        let (code, secret) = (PairingCode::random()?, random::token()?);
        let session = SessionMark::of(&by.token.0);
        let made_by = session.to_string();
        let act = Act::PairingCodeMade { tablet, session };
        self.audit
            .record(act, from)
            .await
            .map_err(AuthError::from)?;
        let now = self.clock.now();
        let until = now + CODE_VALID;
        let new = NewCode {
            tablet,
            site,
            code: self.guard.hash(code.as_bytes())?,
            link: TokenHash::of(&secret).0,
            made_by,
            expires_at: until,
        };
        let kept = self.store.keep_code(new, CODES_MAX, now).await;
        if !kept.map_err(AuthError::from)? {
            return Err(PairError::Full);
        }
        let path = format!("/{}#pair={secret}", Role::Tablet);
        Ok(MadeCode { code, path, until })
    }

    /// Uses up a code, typed or of a link, for the tablet that asks `from` there. Whatever was that
    /// tablet before is signed out, with its place kept; so is what the browser was before.
    ///
    /// # Errors
    /// When the code is good no more, or it could not be stored.
    pub async fn pair(
        &self,
        said: &str,
        headers: &HeaderMap,
        configuration: &Configuration,
        from: Option<IpAddr>,
    ) -> Result<(TabletId, SetCookie), PairError> {
        if is_secret(said) {
            let hash = TokenHash::of(said).0;
            return self.pair_by(hash, headers, configuration, from).await;
        }
        let code = PairingCode::read(said).ok_or(PairError::Unreadable)?;
        let attempt = self.guard.attempt(from, self.clock.now())?;
        let attempt = attempt.ok_or(PairError::TooMany)?;
        let hash = self.guard.hash(code.as_bytes())?;
        let paired = self.pair_by(hash, headers, configuration, from).await;
        if !matches!(paired, Err(PairError::Gone)) {
            self.guard.was_right(attempt);
        }
        paired
    }

    async fn pair_by(
        &self,
        hash: SecretHash,
        headers: &HeaderMap,
        configuration: &Configuration,
        from: Option<IpAddr>,
    ) -> Result<(TabletId, SetCookie), PairError> {
        let now = self.clock.now();
        let open = self.store.open_code(hash, now).await;
        let open = open.map_err(AuthError::from)?;
        // Moved in the configuration since the code was made: as good as expired.
        let open = open.filter(|open| configuration.tablets.get(&open.tablet) == Some(&open.site));
        let Some(open) = open else {
            self.refused(from);
            return Err(PairError::Gone);
        };
        let tablet = open.tablet;
        let new = self.new_device(tablet, SignInBy::PairingCode, from).await?;
        let leaving = self.present_device(headers).await?;
        let left = leaving.as_ref().map(|device| device.id);
        let paired = self.store.pair(hash, new.hash.0, left, now).await;
        // Somebody was faster, or a newer code has made it void.
        let paired = paired.map_err(AuthError::from)?.ok_or(PairError::Gone)?;
        self.succeed(&paired, leaving.as_ref());
        Ok((tablet, new.cookie))
    }

    /// The same by an invitation of the command line; `None` when it has been used meanwhile.
    pub(super) async fn pair_by_invite(
        &self,
        code: TokenHash,
        bound: (TabletId, SiteId),
        headers: &HeaderMap,
        from: Option<IpAddr>,
    ) -> Result<Option<SetCookie>, AuthError> {
        let new = self.new_device(bound.0, SignInBy::Invitation, from).await?;
        let leaving = self.present_device(headers).await?;
        let left = leaving.as_ref().map(|device| device.id);
        let (now, token) = (self.clock.now(), new.hash.0);
        let paired = self.store.pair_by_invite(code.0, bound, token, left, now);
        let Some(paired) = paired.await? else {
            return Ok(None);
        };
        self.succeed(&paired, leaving.as_ref());
        Ok(Some(new.cookie))
    }

    /// A token for a device that is about to be paired, which is written down.
    async fn new_device(
        &self,
        tablet: TabletId,
        by: SignInBy,
        from: Option<IpAddr>,
    ) -> Result<NewDevice, AuthError> {
        let token = random::token()?;
        let hash = TokenHash::of(&token);
        self.written_down(Identity::Tablet { tablet }, hash, by, from)
            .await?;
        let cookie = self.names.set(Role::Tablet, &token, TABLET_SESSION);
        Ok(NewDevice { hash, cookie })
    }

    /// What this browser is paired as until now.
    async fn present_device(&self, headers: &HeaderMap) -> Result<Option<Device>, AuthError> {
        let Some(token) = self.names.find(Role::Tablet, headers) else {
            return Ok(None);
        };
        match self.stood_as(TokenHash::of(token)).await? {
            StoodAs::Device(Session {
                device: Some((id, _)),
                ..
            }) => Ok(self.store.device(id).await?),
            _ => Ok(None),
        }
    }

    /// Closes what the new device has taken the place of. The tablet's place in the queue and its
    /// call are the new device's; what this browser was besides is over.
    fn succeed(&self, paired: &Enrolled, leaving: Option<&Device>) {
        self.close(&paired.before, Departure::Lost);
        if let Some(device) = leaving {
            let departure = if device.tablet == paired.tablet {
                Departure::Lost
            } else {
                Departure::SignedOut
            };
            self.sign_outs.sign_out(Key::Device(device.id), departure);
        }
    }

    /// Closes the sockets of whatever was let in as a tablet.
    pub(super) fn close(&self, ended: &TabletEnded, departure: Departure) {
        for device in &ended.devices {
            self.sign_outs.sign_out(Key::Device(*device), departure);
        }
        for token in &ended.sessions {
            let key = Key::Token(TokenHash(*token));
            self.sign_outs.sign_out(key, departure);
        }
    }
}

struct NewDevice {
    hash: TokenHash,
    cookie: SetCookie,
}

/// Whether this has the form of what a link carries.
pub(super) fn is_secret(said: &str) -> bool {
    said.len() == 2 * TOKEN_BYTES && said.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What stands between codes and whoever guesses. Its key lasts as long as the process: a code is
/// void after a restart, and nobody who reads the database finds one by trying all.
#[derive(Default)]
pub(super) struct Guard {
    key: ProcessKey,
    lanes: Mutex<Lanes>,
}

/// The wrong ones of one minute.
#[derive(Default)]
struct Lanes {
    minute: u64,
    wrong: [u8; LANES],
}

/// An attempt that was counted as wrong for the time being.
#[derive(Clone, Copy)]
struct Attempt {
    minute: u64,
    lane: usize,
}

impl Guard {
    fn hash(&self, code: &[u8]) -> Result<SecretHash, RandomError> {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.key.sign(code)?.as_ref());
        Ok(hash)
    }

    /// Counts an attempt; `None` when this network's lane has had its wrong ones.
    fn attempt(
        &self,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Option<Attempt>, RandomError> {
        let minute = now.0 / MINUTE.0;
        let mut drawn = minute.to_be_bytes().to_vec();
        drawn.extend(network(from));
        let drawn = self.key.sign(&drawn)?;
        let lane = usize::from(drawn.as_ref()[0]) % LANES;
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.minute != minute {
            *lanes = Lanes {
                minute,
                ..Lanes::default()
            };
        }
        if lanes.wrong[lane] >= WRONG_MAX {
            return Ok(None);
        }
        lanes.wrong[lane] += 1;
        Ok(Some(Attempt { minute, lane }))
    }

    fn was_right(&self, Attempt { minute, lane }: Attempt) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.minute == minute {
            lanes.wrong[lane] = lanes.wrong[lane].saturating_sub(1);
        }
    }
}

/// Whom attempts of this address are counted with: over the Internet everybody in a network as
/// large as one is given out (IPv4 /16, IPv6 /32), since whoever has one address there has many; in
/// a building each machine.
pub(super) fn network(from: Option<IpAddr>) -> Vec<u8> {
    match from {
        None => Vec::new(),
        Some(IpAddr::V4(ip)) if ip.is_private() || ip.is_loopback() || ip.is_link_local() => {
            ip.octets().to_vec()
        }
        Some(IpAddr::V4(ip)) => ip.octets()[..2].to_vec(),
        Some(IpAddr::V6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() => {
            ip.octets().to_vec()
        }
        Some(IpAddr::V6(ip)) => ip.octets()[..4].to_vec(),
    }
}

#[cfg(test)]
mod tests;
