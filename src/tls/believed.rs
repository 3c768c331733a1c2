//! Whom the gateway believes when it asks others: the authorities in a file of one's own, or those
//! of the system.

use super::{TlsError, certificates_in, provider, read};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;

/// Where distributions keep the certificates of the authorities they trust: Debian, Red Hat, SUSE,
/// Alpine.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The authorities in this file, which is of that key, or those of the system; at least one.
///
/// # Errors
/// When the file cannot be used, or the system trusts nobody.
pub fn authorities(own: Option<(&'static str, &Path)>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    match own {
        Some((key, path)) => {
            let chain = certificates_in(&read(key, path)?, key, path)?;
            roots.add_parsable_certificates(chain);
        }
        None => {
            for path in SYSTEM_ROOTS.map(Path::new) {
                let bundle = std::fs::read(path).unwrap_or_default();
                if let Ok(chain) = certificates_in(&bundle, "", path) {
                    roots.add_parsable_certificates(chain);
                    break;
                }
            }
        }
    }
    if roots.is_empty() {
        return Err(TlsError::NoRoots);
    }
    Ok(roots)
}

/// The client's side of TLS, which believes these.
///
/// # Errors
/// When the provider has none of the versions wanted.
pub fn believing(roots: RootCertStore) -> Result<ClientConfig, TlsError> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
