//! Requests to an authority: HTTPS by the system's trusted roots, or by one's own. One connection a
//! request: a certificate takes a dozen of them every two months.

use crate::tls::{TlsError, certificates_in, provider, read};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use passerelle_signaling::time::{Millis, Timestamp};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A request is answered by then, or the authority is away.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The largest answer: a chain of certificates has under 20 kB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Where distributions keep the certificates of the authorities they trust: Debian, Red Hat, SUSE,
/// Alpine.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

type Answer = Result<Response<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>>;

/// Asks an authority. Clones share what it said of waiting.
#[derive(Clone)]
pub(super) struct Client {
    tls: Arc<ClientConfig>,
    now: Timestamp,
    wait: Arc<Mutex<Option<Millis>>>,
}

impl Client {
    /// Believes the authorities in this file, or those of the system; `now` for answers that name a
    /// moment.
    pub(super) fn new(directory_ca: Option<&Path>, now: Timestamp) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        match directory_ca {
            Some(path) => {
                let key = "tls.acme.directory_ca";
                let chain = certificates_in(&read(key, path)?, key, path)?;
                roots.add_parsable_certificates(chain);
            }
            None => {
                for path in SYSTEM_ROOTS.map(Path::new).into_iter() {
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
        let mut tls = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            tls: Arc::new(tls),
            now,
            wait: Arc::default(),
        })
    }

    /// For how long the authority has said last that it wants to be left alone.
    pub(super) fn wait(&self) -> Option<Millis> {
        *self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(self, mut request: Request<BodyWrapper<Bytes>>) -> Answer {
        let uri = std::mem::take(request.uri_mut());
        let host = uri.host().ok_or("an address without a host")?;
        if uri.scheme_str() != Some("https") {
            return Err("an address that is not https".into());
        }
        let authority = uri.authority().map_or(host, |authority| authority.as_str());
        let host_header = HeaderValue::from_str(authority)?;
        request.headers_mut().insert(HOST, host_header);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse::<Uri>()?;

        // An IPv6 address stands in brackets in an address of the web, and nowhere else.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(443);
        let stream = TcpStream::connect((host, port)).await?;
        let name = ServerName::try_from(host.to_owned())?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = TokioIo::new(connector.connect(name, stream).await?);
        let (mut sender, connection) = http1::handshake(stream).await?;
        // Ends with the sender.
        tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await?;
        let wait = parts.headers.get(RETRY_AFTER);
        let wait = wait.and_then(|wait| self.read_wait(wait.to_str().ok()?));
        *self.wait.lock().unwrap_or_else(PoisonError::into_inner) = wait;
        Ok(Response::from_parts(parts, Full::new(body.to_bytes())))
    }

    /// Seconds, or the moment itself (RFC 9110 §10.2.3).
    fn read_wait(&self, text: &str) -> Option<Millis> {
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Millis(seconds.saturating_mul(1000)));
        }
        let moment = jiff::fmt::rfc2822::parse(text).ok()?;
        let moment = u64::try_from(moment.timestamp().as_millisecond()).ok()?;
        Some(Timestamp(moment).since(self.now))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let sending = self.clone().send(request);
        Box::pin(async move {
            let sent = tokio::time::timeout(ANSWER_MAX, sending).await;
            let late = || io::Error::from(io::ErrorKind::TimedOut).into();
            let answer = sent.unwrap_or_else(|_| Err(late())).map_err(Error::Other)?;
            Ok(BytesResponse::from(answer))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_as_seconds_or_as_a_moment() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root.pem");
        let made = rcgen::generate_simple_self_signed(vec![String::from("ca.example")]).unwrap();
        std::fs::write(&root, made.cert.pem()).unwrap();
        let now = Timestamp(1_445_412_480_000 - 90_000);
        let client = Client::new(Some(&root), now).unwrap();
        assert_eq!(client.read_wait("120"), Some(Millis::from_secs(120)));
        let moment = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(client.read_wait(moment), Some(Millis::from_secs(90)));
        assert_eq!(client.read_wait("soon"), None);
    }
}
