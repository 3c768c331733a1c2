//! TLS of pages and WebSockets: rustls with the `ring` provider only, TLS 1.2 and 1.3, HTTP/1.1 by
//! ALPN (WebSockets need it). Keys come from own files, which may change while the gateway runs,
//! from an authority that the gateway asks by itself, or from a self-signed development certificate
//! that is made in the data directory on first start and made again when it expires.

mod acme;
mod believed;
mod development;
mod files;
mod hint;
mod outgoing;
mod served;

pub use acme::{Acme, Failure, Standing};
pub use believed::{authorities, believing};
pub use files::{Look, OwnFiles};
pub use hint::{HintingAcceptor, Secured};
pub use outgoing::{NoAnswer, Outgoing};

use crate::config::{TlsMode, TlsSection};
use passerelle_signaling::time::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there or cannot be read or written.
    #[error("cannot use {path} ({key}): {source}")]
    File {
        /// The configuration key it comes from.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not PEM of the kind wanted.
    #[error("{path} ({key}) is not what is expected: give a PEM file that contains {expected}")]
    Pem {
        /// The configuration key it comes from.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What is looked for.
        expected: &'static str,
    },
    /// Certificate and key do not belong together, or are of a kind not supported.
    #[error("certificate and key cannot be used together (`tls`): {0}")]
    Unusable(#[from] rustls::Error),
    /// Nobody's word can be taken for who an authority is.
    #[error(
        "no trusted certificates of authorities are on this machine: install the package \
         `ca-certificates`, or give a file as `tls.acme.directory_ca`, \
         `oidc.ca` or `mail.ca`"
    )]
    NoRoots,
    /// The development certificate could not be made.
    #[error("cannot make a development certificate: {0}; use `tls.mode = \"files\"`")]
    Making(#[from] rcgen::Error),
}

/// The server's side of TLS.
pub struct Server {
    /// What connections are accepted with.
    pub config: Arc<ServerConfig>,
    /// Where its certificate comes from, when that may change; not the development one.
    pub changing: Option<Changing>,
}

/// A certificate that may change while the gateway runs.
#[derive(Clone)]
pub enum Changing {
    /// By whoever writes the files.
    Files(OwnFiles),
    /// By the gateway itself.
    Acme(Acme),
}

/// How the certificate stands, followed: as it should, when nobody but the gateway's own renewal
/// could say otherwise.
pub fn standing(certificate: Option<&Changing>) -> watch::Receiver<Standing> {
    match certificate {
        Some(Changing::Acme(acme)) => acme.standing(),
        Some(Changing::Files(_)) | None => watch::channel(Standing::Good).1,
    }
}

/// The only cryptography built in.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(default_provider())
}

/// The certificate this configuration serves, for clients on this machine that trust exactly that
/// one. `None` without TLS.
///
/// # Errors
/// When the file cannot be read, which before the first start is so for the development
/// certificate.
pub fn served_certificate(
    tls: &TlsSection,
    data_dir: &Path,
) -> Result<Option<CertificateDer<'static>>, TlsError> {
    let (key, path) = match tls.mode {
        TlsMode::Off => return Ok(None),
        TlsMode::Files => (
            "tls.certificate",
            tls.certificate.clone().unwrap_or_default(),
        ),
        TlsMode::Development => ("data_dir", development::certificate_path(data_dir)),
        TlsMode::Acme => ("data_dir", acme::served_path(data_dir)),
    };
    let chain = certificates_in(&read(key, &path)?, key, &path)?;
    Ok(chain.into_iter().next())
}

/// When that certificate ends; `None` without TLS, or when the file cannot be read or is none.
pub fn served_until(tls: &TlsSection, data_dir: &Path) -> Option<Timestamp> {
    let certificate = served_certificate(tls, data_dir).ok()??;
    served::validity(&certificate).map(|validity| validity.ends_at)
}

/// Whether a certificate is of this host: a name, or an address (RFC 9525 §6).
pub fn is_of(certificate: &CertificateDer<'_>, host: &str) -> bool {
    let Ok(name) = ServerName::try_from(host) else {
        return false;
    };
    let parsed = rustls::server::ParsedCertificate::try_from(certificate);
    parsed.is_ok_and(|it| rustls::client::verify_server_name(&it, &name).is_ok())
}

/// The server's side of TLS, or `None` when it is off. Makes the development certificate when there
/// is none or it has expired at `now`.
///
/// # Errors
/// When certificate or key cannot be read, made or used.
pub fn server(
    tls: &TlsSection,
    data_dir: &Path,
    now: Timestamp,
) -> Result<Option<Server>, TlsError> {
    let (served, changing) = match tls.mode {
        TlsMode::Off => return Ok(None),
        TlsMode::Development => {
            let (certificate, key) = development::make_sure(data_dir, now)?;
            (OwnFiles::open(&certificate, &key)?.served(), None)
        }
        TlsMode::Files => {
            // `TlsSection::check` has refused the mode without both; an empty path says so again.
            let [certificate, key] =
                [&tls.certificate, &tls.key].map(|path| path.clone().unwrap_or_default());
            let files = OwnFiles::open(&certificate, &key)?;
            (files.served(), Some(Changing::Files(files)))
        }
        TlsMode::Acme => {
            let acme = Acme::open(&tls.acme, data_dir, now)?;
            (acme.served(), Some(Changing::Acme(acme)))
        }
    };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(served);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if tls.mode == TlsMode::Acme {
        config.alpn_protocols.push(served::ACME_TLS.to_vec());
    }
    let config = Arc::new(config);
    Ok(Some(Server { config, changing }))
}

/// Every certificate of a PEM file, at least one.
fn certificates_in(
    pem: &[u8],
    key: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(TlsError::Pem {
            key,
            path: path.to_owned(),
            expected: "`BEGIN CERTIFICATE`",
        }),
    }
}

fn private_key_in(
    pem: &[u8],
    key: &'static str,
    path: &Path,
) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| TlsError::Pem {
        key,
        path: path.to_owned(),
        expected: "one `BEGIN PRIVATE KEY`",
    })
}

fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File {
        key,
        path: path.to_owned(),
        source,
    })
}
