//! A certificate that the gateway asks an authority for by itself (ACME, RFC 8555), and renews. A
//! first start serves a self-signed one meanwhile, so that it never waits for anybody; a renewal
//! that fails leaves the one in force where it is.

mod client;
mod failure;
mod folder;
mod ledger;
mod order;
mod suggested;

pub use failure::Failure;

use super::served::{Certificate, Served, Validity};
use super::{TlsError, certificates_in, development, private_key_in, read};
use crate::clock::Clock;
use crate::config::AcmeSection;
use crate::random;
use client::Client;
use folder::Folder;
use ledger::Ledger;
use order::Ordering;
use passerelle_signaling::time::{Millis, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use x509_parser::extensions::GeneralName;

/// One attempt takes no longer: account, an order with its looks and its issue, each of which has
/// limits of its own.
const ATTEMPT_MAX: Duration = Duration::from_secs(10 * 60);

/// How the certificate stands, for whoever watches over the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it should.
    Good,
    /// The authority has issued none yet: browsers warn of a self-signed one.
    SelfSigned,
    /// The last renewal has failed; the one in force is still good.
    RenewalFails,
    /// The one in force has ended: browsers refuse it.
    Ended,
}

impl Standing {
    /// The stable id of what is amiss.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Good => None,
            Self::SelfSigned => Some("certificate_self_signed"),
            Self::RenewalFails => Some("certificate_renewal_fails"),
            Self::Ended => Some("certificate_ended"),
        }
    }

    /// Whether browsers take it, so that they may be told to insist on it.
    pub const fn is_trusted(self) -> bool {
        matches!(self, Self::Good | Self::RenewalFails)
    }
}

/// The certificate of an authority, and what has been asked for. Clones share it.
#[derive(Clone)]
pub struct Acme(Arc<Inner>);

struct Inner {
    section: AcmeSection,
    folder: Folder,
    served: Arc<Served>,
    state: Mutex<State>,
    standing: watch::Sender<Standing>,
    /// An administrator asks.
    asked: Notify,
}

struct State {
    ledger: Ledger,
    /// An authority's, not our own.
    is_issued: bool,
    /// When it is to be renewed; at once when there is none, or when it is not what is configured.
    renew_at: Timestamp,
    /// By how much later than planned, of 255: gateways that were set up together do not come
    /// together.
    chance: u8,
    /// Why the last attempt failed.
    problem: Option<String>,
}

/// Where the certificate that is served is: an authority's, or our own until there is one.
pub(super) fn served_path(data_dir: &Path) -> PathBuf {
    let issued = Folder::of(data_dir).certificate();
    let is_usable = std::fs::read_to_string(&issued).is_ok_and(|pem| certificate_of(&pem).is_ok());
    if is_usable {
        issued
    } else {
        development::certificate_path(data_dir)
    }
}

impl Acme {
    /// Puts the certificate that is kept in force, or a self-signed one.
    ///
    /// # Errors
    /// When the data directory cannot be used.
    pub(super) fn open(
        section: &AcmeSection,
        data_dir: &Path,
        now: Timestamp,
    ) -> Result<Self, TlsError> {
        let folder = Folder::of(data_dir);
        folder.make()?;
        let ledger = folder.ledger().at(now);
        let kept = kept(&folder);
        let is_issued = kept.is_some();
        let chance = random::arbitrary();
        let mut renew_at = Timestamp(0);
        if let Some(kept) = &kept {
            let is_wanted = covers(kept, &section.names)
                && ledger.issued_by.as_deref() == Some(section.directory.as_str());
            if is_wanted {
                renew_at = renewal_of(kept, chance);
            }
        }
        let certificate = match kept {
            Some(kept) => kept,
            None => {
                let (certificate, key) = development::make_sure(data_dir, now)?;
                let chain = read("data_dir", &certificate)?;
                let chain = certificates_in(&chain, "data_dir", &certificate)?;
                let key = private_key_in(&read("data_dir", &key)?, "data_dir", &key)?;
                Certificate::new(chain, key)?
            }
        };
        let acme = Self(Arc::new(Inner {
            section: section.clone(),
            folder,
            served: Served::new(certificate),
            state: Mutex::new(State {
                ledger,
                is_issued,
                renew_at,
                chance,
                problem: None,
            }),
            standing: watch::Sender::new(Standing::Good),
            asked: Notify::new(),
        }));
        acme.stand(now);
        Ok(acme)
    }

    /// What handshakes ask.
    pub(super) fn served(&self) -> Arc<Served> {
        Arc::clone(&self.0.served)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows how the certificate stands.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.0.standing.subscribe()
    }

    /// Looks how the certificate stands.
    pub fn stand(&self, now: Timestamp) -> Standing {
        let state = self.state();
        let ended = self.validity().is_some_and(|it| it.ends_at <= now);
        let standing = match (state.is_issued, &state.problem) {
            (false, _) => Standing::SelfSigned,
            (true, _) if ended => Standing::Ended,
            (true, Some(_)) => Standing::RenewalFails,
            (true, None) => Standing::Good,
        };
        drop(state);
        self.0.standing.send_replace(standing);
        standing
    }

    fn validity(&self) -> Option<Validity> {
        self.0.served.validity()
    }

    /// When the authority's certificate that is in force ends; `None` while it is our own.
    pub fn ends_at(&self) -> Option<Timestamp> {
        let is_issued = self.state().is_issued;
        let validity = self.validity().filter(|_| is_issued);
        validity.map(|validity| validity.ends_at)
    }

    /// The whole time for which it is good.
    pub fn lifetime(&self) -> Option<Millis> {
        let validity = self.validity()?;
        Some(validity.ends_at.since(validity.begins_at))
    }

    /// Why the last attempt failed.
    pub fn problem(&self) -> Option<String> {
        self.state().problem.clone()
    }

    /// The names that the certificate is for.
    pub fn names(&self) -> &[String] {
        &self.0.section.names
    }

    /// When the next attempt is due; `asked`: by an administrator, who need not wait for the pause
    /// after a failure.
    pub fn next_attempt(&self, now: Timestamp, asked: bool) -> Timestamp {
        let state = self.state();
        state.renew_at.max(state.ledger.free_at(now, asked))
    }

    /// Asks for an attempt as early as is allowed.
    pub fn ask(&self) {
        self.0.asked.notify_one();
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) {
        self.0.asked.notified().await;
    }

    /// Tries to get a certificate now, and puts it in force for new connections. How it ended is
    /// kept, and counts after a restart.
    ///
    /// # Errors
    /// When there is none; the one in force stays.
    pub async fn attempt(&self, clock: &Clock) -> Result<(), Failure> {
        let begun = clock.now();
        let ordered = self.order(clock);
        let ordered = tokio::time::timeout(ATTEMPT_MAX, ordered).await;
        self.0.served.end_challenges();
        let ordered = ordered.unwrap_or(Err(Failure::Late));
        let now = clock.now();
        if let Err(failure) = &ordered {
            let mut state = self.state();
            state
                .ledger
                .failed(begun, now, failure, random::arbitrary());
            state.problem = Some(format!("{}: {failure}", failure.code()));
        }
        let kept = self.keep_ledger().await;
        self.stand(now);
        ordered.and(kept)
    }

    async fn order(&self, clock: &Clock) -> Result<(), Failure> {
        let inner = &self.0;
        let ordering = self.ordering(clock)?;
        let account = ordering.account().await?;
        self.state().ledger.place(clock.now());
        // Written down first: an order that is forgotten in a crash is not counted.
        self.keep_ledger().await?;
        let (certificate, pem) = ordering.certificate(&account).await?;
        let folder = inner.folder.clone();
        // One that cannot be kept is served all the same.
        let kept = self.on_disk(move || folder.keep_certificate(&pem)).await;
        let mut state = self.state();
        state.renew_at = renewal_of(&certificate, state.chance);
        state.is_issued = true;
        state.problem = None;
        state.ledger.issued(&inner.section.directory);
        inner.served.replace(certificate);
        kept
    }

    fn ordering(&self, clock: &Clock) -> Result<Ordering<'_>, Failure> {
        let inner = &self.0;
        let directory_ca = inner.section.directory_ca.as_deref();
        Ok(Ordering {
            section: &inner.section,
            folder: &inner.folder,
            served: &inner.served,
            client: Client::new(directory_ca, clock.now())?,
        })
    }

    async fn keep_ledger(&self) -> Result<(), Failure> {
        let (folder, ledger) = (self.0.folder.clone(), self.state().ledger.clone());
        self.on_disk(move || folder.keep_ledger(&ledger)).await
    }

    /// On a thread that may wait for the disk.
    async fn on_disk(
        &self,
        write: impl FnOnce() -> Result<(), TlsError> + Send + 'static,
    ) -> Result<(), Failure> {
        match tokio::task::spawn_blocking(write).await {
            Ok(written) => Ok(written?),
            // Only a runtime that ends takes a task away.
            Err(_) => Err(Failure::Late),
        }
    }
}

/// The certificate that is kept, when it can be served; else it is said why not.
fn kept(folder: &Folder) -> Option<Certificate> {
    let path = folder.certificate();
    if !path.exists() {
        return None;
    }
    let read = read("data_dir", &path);
    let kept = read.and_then(|pem| certificate_of(&String::from_utf8_lossy(&pem)));
    kept.inspect_err(|error| {
        tracing::warn!(
            id = "acme_file_unreadable",
            %error,
            "the certificate that is kept cannot be served: a new one is asked for"
        );
    })
    .ok()
}

/// Key and chain of this text.
fn certificate_of(pem: &str) -> Result<Certificate, TlsError> {
    let (key, path) = ("data_dir", Path::new("certificate.pem"));
    let chain = certificates_in(pem.as_bytes(), key, path)?;
    Certificate::new(chain, private_key_in(pem.as_bytes(), key, path)?)
}

/// Whether the certificate is for all of these names.
fn covers(certificate: &Certificate, names: &[String]) -> bool {
    let own = certificate.own();
    let parsed = own.and_then(|own| x509_parser::parse_x509_certificate(own).ok());
    let Some((_, parsed)) = parsed else {
        return false;
    };
    let Ok(Some(alternative)) = parsed.subject_alternative_name() else {
        return false;
    };
    names.iter().all(|name| {
        let mut known = alternative.value.general_names.iter();
        known.any(|known| matches!(known, GeneralName::DNSName(known) if known == name))
    })
}

/// When two thirds of the lifetime have passed, and a little later by chance.
fn renewal_of(certificate: &Certificate, chance: u8) -> Timestamp {
    let validity = certificate.validity;
    validity.map_or(Timestamp(0), |validity| renewal_after(validity, chance))
}

fn renewal_after(validity: Validity, chance: u8) -> Timestamp {
    let lifetime = validity.ends_at.since(validity.begins_at).0;
    let later = lifetime / 30 * u64::from(chance) / 255;
    validity.begins_at + Millis(lifetime / 3 * 2 + later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_begins_at_two_thirds_of_the_lifetime_and_not_much_later() {
        let day = 24 * 60 * 60 * 1000;
        for days in [6, 90, 398] {
            let begins_at = Timestamp(1_790_000_000_000);
            let validity = Validity {
                begins_at,
                ends_at: begins_at + Millis(days * day),
            };
            let (first, last) = (renewal_after(validity, 0), renewal_after(validity, 255));
            assert_eq!(first.since(begins_at).0 / day, days * 2 / 3);
            assert!(last.since(first).0 <= days * day / 30);
            assert!(validity.ends_at.since(last).0 >= days * day / 4);
        }
    }

    #[test]
    fn a_first_start_stands_on_a_self_signed_certificate_and_is_due_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let now = Timestamp(1_790_000_000_000);
        let section = AcmeSection {
            names: vec![String::from("relais.example.org")],
            ..AcmeSection::default()
        };
        let acme = Acme::open(&section, directory.path(), now).unwrap();
        assert_eq!(acme.stand(now), Standing::SelfSigned);
        assert!(!acme.stand(now).is_trusted());
        assert!(acme.next_attempt(now, false) <= now);
        assert_eq!(acme.ends_at(), None);
        let path = served_path(directory.path());
        assert_eq!(path, development::certificate_path(directory.path()));

        // What cannot be read is as none.
        let broken = Folder::of(directory.path());
        broken
            .keep_certificate("-----BEGIN CERTIFICATE-----\nMII")
            .unwrap();
        let acme = Acme::open(&section, directory.path(), now).unwrap();
        assert_eq!(acme.stand(now), Standing::SelfSigned);
        assert_eq!(served_path(directory.path()), path);
    }
}
