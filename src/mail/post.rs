//! When a mail is tried again: as long as its link can be used, with pauses that grow; not when
//! another attempt would be answered in the same way. What could not be sent is said once.

use super::letter::{Letter, Sender};
use super::smtp::{Failure, Smtp};
use crate::clock::Clock;
use crate::config::{Config, MailTls};
use crate::random;
use crate::tls::{self, TlsError};
use lettre::Message;
use lettre::transport::smtp::extension::ClientId;
use passerelle_signaling::private::Secret;
use passerelle_signaling::time::{Millis, Timestamp};
use rustls::RootCertStore;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An attempt is over by then. Servers that slow strangers down take half a minute to greet.
const ATTEMPT_MAX: Millis = Millis::from_secs(60);

/// Before each further attempt. Whoever greylists wants one after a minute, or after five.
const PAUSES: [Millis; 5] = [
    Millis::from_secs(2),
    Millis::from_secs(20),
    Millis::from_secs(90),
    Millis::from_secs(6 * 60),
    Millis::from_secs(15 * 60),
];

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The file with the password cannot be read.
    #[error("cannot read {path} (`mail.password_file`): {source}")]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{path} (`mail.password_file`) is empty: write the password into its first line")]
    NoPassword {
        /// The file.
        path: PathBuf,
    },
    /// Nobody is believed to be the server.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// It is no sender.
    #[error("`mail.from` is no address: write `Relais <relais@example.fr>`")]
    From,
}

/// Sends mail. Clones share what is known of the server.
#[derive(Clone)]
pub struct Post(Arc<Office>);

struct Office {
    smtp: Smtp,
    sender: Sender,
    failing: AtomicBool,
}

impl Post {
    /// By the server of this configuration; `None` without one.
    ///
    /// # Errors
    /// When a file cannot be used, or the system believes nobody.
    pub fn of(config: &Config) -> Result<Option<Self>, MailError> {
        let Some(section) = &config.mail else {
            return Ok(None);
        };
        let password = match (&section.password, &section.password_file) {
            (Some(password), _) => Some(password.clone()),
            (None, Some(path)) => Some(password_in(path)?),
            (None, None) => None,
        };
        let believed = match section.tls {
            MailTls::Off => tls::believing(RootCertStore::empty())?,
            MailTls::Tls | MailTls::Starttls => {
                let ca = section.ca.as_deref().map(|path| ("mail.ca", path));
                tls::believing(tls::authorities(ca)?)?
            }
        };
        // `MailSection::check` has refused a section without it.
        let base_url = config.service.public_url.clone().unwrap_or_default();
        let hello = hello(&base_url);
        let from = section.from.parse().map_err(|_| MailError::From)?;
        let smtp = Smtp::new(section, believed, password, hello);
        Ok(Some(Self::by(smtp, Sender { from, base_url })))
    }

    pub(super) fn by(smtp: Smtp, sender: Sender) -> Self {
        let failing = AtomicBool::new(false);
        Self(Arc::new(Office {
            smtp,
            sender,
            failing,
        }))
    }

    /// Whether the newest attempt went wrong.
    pub fn is_failing(&self) -> bool {
        self.0.failing.load(Ordering::Relaxed)
    }

    /// Sends a mail, now or later while its link can be used; what could not be sent is said in the
    /// log, without whom it was to.
    pub async fn deliver(&self, letter: Letter, clock: &Clock) {
        let id = random::token();
        let written = id.ok().map(|id| {
            let id = &id[..32];
            letter.written(&self.0.sender, id, clock.now())
        });
        match written {
            Some(Ok(message)) => self.try_until(&message, letter.until, clock).await,
            Some(Err(error)) => tracing::warn!(%error, "a mail could not be written"),
            None => tracing::warn!("a mail could not be written: there is no randomness"),
        }
    }

    async fn try_until(&self, message: &Message, until: Timestamp, clock: &Clock) {
        let mut pauses = PAUSES.into_iter();
        loop {
            let Err(failure) = self.attempt(message, clock).await else {
                tracing::info!("a link to choose a password was sent by mail");
                return;
            };
            let now = clock.now();
            let Some(next) = next(&mut pauses, &failure, now, until) else {
                tracing::warn!(why = %failure, "a link to choose a password was not sent by mail");
                return;
            };
            tracing::debug!(why = %failure, wait_ms = next.since(now).0, "a mail is tried again");
            clock.wait_until(next).await;
        }
    }

    pub(super) async fn attempt(&self, message: &Message, clock: &Clock) -> Result<(), Failure> {
        let late = clock.now() + ATTEMPT_MAX;
        let sent = tokio::select! {
            sent = self.0.smtp.send(message) => sent,
            () = clock.wait_until(late) => Err(Failure::Late),
        };
        self.0.failing.store(sent.is_err(), Ordering::Relaxed);
        sent
    }
}

/// When a mail that failed now is tried again, if it is.
fn next(
    pauses: &mut impl Iterator<Item = Millis>,
    failure: &Failure,
    now: Timestamp,
    until: Timestamp,
) -> Option<Timestamp> {
    let pause = pauses.next().filter(|_| failure.is_temporary());
    let next = pause.map(|pause| now + pause);
    next.filter(|next| *next < until)
}

fn password_in(path: &std::path::Path) -> Result<Secret<String>, MailError> {
    let text = std::fs::read_to_string(path).map(Secret::new);
    let text = text.map_err(|source| MailError::PasswordFile {
        path: path.to_owned(),
        source,
    })?;
    let line = text.reveal().lines().next().unwrap_or_default();
    if line.is_empty() {
        let path = path.to_owned();
        return Err(MailError::NoPassword { path });
    }
    Ok(line.into())
}

/// What a gateway of this address calls itself (RFC 5321 §4.1.1.1).
fn hello(base_url: &str) -> ClientId {
    let host = base_url
        .split_once("://")
        .map_or(base_url, |(_, host)| host);
    let end = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    let host = &host[..end.unwrap_or(host.len())];
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_go_well_later_is_tried_again_while_the_link_is_good_and_nothing_else_is() {
        let until = Timestamp(60 * 60 * 1000);
        let tries = |failure: &Failure, begun: Timestamp| {
            let (mut pauses, mut now, mut tries) = (PAUSES.into_iter(), begun, 1);
            while let Some(then) = next(&mut pauses, failure, now, until) {
                assert!(then > now && then < until);
                (now, tries) = (then, tries + 1);
            }
            tries
        };
        let soon_over = Timestamp(until.0 - 60_000);
        for temporary in [
            Failure::Refused(451),
            Failure::LoginRefused(454),
            Failure::Late,
            Failure::Garbled,
            Failure::Unreachable(io::ErrorKind::ConnectionRefused),
        ] {
            assert_eq!(tries(&temporary, Timestamp(0)), 6, "{temporary}");
            assert_eq!(tries(&temporary, soon_over), 3, "{temporary}");
        }
        let unknown = rustls::CertificateError::UnknownIssuer;
        for lasting in [
            Failure::Refused(550),
            Failure::LoginRefused(535),
            Failure::NoStarttls,
            Failure::NoLogin,
            Failure::NoAccents,
            Failure::Untrusted(unknown.into()),
        ] {
            assert_eq!(tries(&lasting, Timestamp(0)), 1, "{lasting}");
        }
    }

    #[test]
    fn a_gateway_calls_itself_by_the_host_of_its_address() {
        for (base_url, expected) in [
            ("https://relais.example.fr", "relais.example.fr"),
            ("https://relais.example.fr:8443", "relais.example.fr"),
            ("https://192.0.2.7:8443", "[192.0.2.7]"),
            ("https://[2001:db8::7]:8443", "[IPv6:2001:db8::7]"),
            ("https://[2001:db8::7]", "[IPv6:2001:db8::7]"),
        ] {
            assert_eq!(hello(base_url).to_string(), expected);
        }
    }
}
