//! The certificate in force. Each handshake takes the one of its moment, so that another one can be
//! put in force while connections go on.

use super::TlsError;
use passerelle_signaling::time::Timestamp;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, PoisonError, RwLock};

/// A certificate chain with its key, fit to be served.
#[derive(Debug)]
pub(super) struct Certificate {
    certified: Arc<CertifiedKey>,
    /// The end of the server's own; `None` when it cannot be told.
    pub(super) ends_at: Option<Timestamp>,
}

impl Certificate {
    /// Checks that both belong together.
    pub(super) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let ends_at = chain.first().and_then(|own| ends_at(own));
        let certified = CertifiedKey::from_der(chain, key, &super::provider())?;
        Ok(Self {
            certified: Arc::new(certified),
            ends_at,
        })
    }
}

/// Its last moment (RFC 5280 §4.1.2.5).
fn ends_at(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let seconds = u64::try_from(parsed.validity().not_after.timestamp()).ok()?;
    Some(Timestamp(seconds.saturating_mul(1000)))
}

/// What handshakes are answered with.
#[derive(Debug)]
pub(super) struct Served(RwLock<Certificate>);

impl Served {
    /// This one, until another takes its place.
    pub(super) fn new(certificate: Certificate) -> Arc<Self> {
        Arc::new(Self(RwLock::new(certificate)))
    }

    /// From now on this one.
    pub(super) fn replace(&self, certificate: Certificate) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    /// When the one in force ends.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        current.ends_at
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.certified))
    }
}
