//! The certificate in force. Each handshake takes the one of its moment, so that another one can be
//! put in force while connections go on. While an authority looks whether a name is ours, it is
//! answered with another one, made for that (RFC 8737).

use super::TlsError;
use passerelle_signaling::time::Timestamp;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The protocol that an authority asks for, and nobody else (RFC 8737 §6.2).
pub(super) const ACME_TLS: &[u8] = b"acme-tls/1";

/// A certificate chain with its key, fit to be served.
#[derive(Debug)]
pub(super) struct Certificate {
    certified: Arc<CertifiedKey>,
    /// From when to when the server's own is good; `None` when it cannot be told.
    pub(super) validity: Option<Validity>,
}

/// From when to when a certificate is good (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) begins_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

impl Certificate {
    /// Checks that both belong together.
    pub(super) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let validity = chain.first().and_then(|own| validity(own));
        let certified = CertifiedKey::from_der(chain, key, &super::provider())?;
        Ok(Self {
            certified: Arc::new(certified),
            validity,
        })
    }

    /// One that only an authority looks at: what it shows there, everybody else must refuse, the
    /// check of [`Certificate::new`] included (RFC 8737 §3).
    pub(super) fn of_challenge(
        own: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let key = super::provider().key_provider.load_private_key(key)?;
        Ok(Self {
            certified: Arc::new(CertifiedKey::new(vec![own], key)),
            validity: None,
        })
    }

    /// The server's own, which comes first in the chain.
    pub(super) fn own(&self) -> Option<&CertificateDer<'static>> {
        self.certified.cert.first()
    }
}

pub(super) fn validity(certificate: &CertificateDer<'_>) -> Option<Validity> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let moment = |seconds: i64| {
        let seconds = u64::try_from(seconds).ok()?;
        Some(Timestamp(seconds.saturating_mul(1000)))
    };
    let validity = parsed.validity();
    Some(Validity {
        begins_at: moment(validity.not_before.timestamp())?,
        ends_at: moment(validity.not_after.timestamp())?,
    })
}

/// What handshakes are answered with.
#[derive(Debug)]
pub(super) struct Served {
    current: RwLock<Certificate>,
    /// By the name that is asked for.
    challenges: RwLock<BTreeMap<String, Arc<CertifiedKey>>>,
}

impl Served {
    /// This one, until another takes its place.
    pub(super) fn new(certificate: Certificate) -> Arc<Self> {
        Arc::new(Self {
            current: RwLock::new(certificate),
            challenges: RwLock::default(),
        })
    }

    /// From now on this one.
    pub(super) fn replace(&self, certificate: Certificate) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    /// From when to when the one in force is good.
    pub(super) fn validity(&self) -> Option<Validity> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.validity
    }

    /// The server's own certificate in force.
    pub(super) fn own(&self) -> Option<CertificateDer<'static>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.own().cloned()
    }

    /// Answers an authority that looks for this name, until [`Served::end_challenges`].
    pub(super) fn answer_challenge(&self, name: &str, answer: Certificate) {
        let challenges = self.challenges.write();
        let mut challenges = challenges.unwrap_or_else(PoisonError::into_inner);
        challenges.insert(name.to_owned(), answer.certified);
    }

    /// No authority is expected any more.
    pub(super) fn end_challenges(&self) {
        let challenges = self.challenges.write();
        challenges.unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let is_authority = hello.alpn().is_some_and(|mut offered| {
            offered.next() == Some(ACME_TLS) && offered.next().is_none()
        });
        if is_authority {
            let challenges = self.challenges.read();
            let challenges = challenges.unwrap_or_else(PoisonError::into_inner);
            let name = hello.server_name()?.to_ascii_lowercase();
            return challenges.get(&name).cloned();
        }
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.certified))
    }
}
