//! Requests of the gateway's own to others, an authority or a provider: HTTPS by the system's
//! trusted roots, or by one's own. One connection a request, no redirect is followed, and an answer
//! has at most so many bytes. How long it may take is for whoever asks to say.

use super::{TlsError, authorities, believing};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Body;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Why there is no answer.
pub type NoAnswer = Box<dyn Error + Send + Sync>;

/// Asks others. Clones share what they believe.
#[derive(Clone)]
pub struct Outgoing {
    tls: Arc<ClientConfig>,
    plain: bool,
}

impl Outgoing {
    /// Believes the authorities in this file, which is of that key, or those of the system.
    /// `plain`: plain HTTP is spoken, to this machine only; for whoever has checked the address.
    ///
    /// # Errors
    /// When the file cannot be used, or the system trusts nobody.
    pub fn new(ca: Option<(&'static str, &Path)>, plain: bool) -> Result<Self, TlsError> {
        let roots = match authorities(ca) {
            Err(TlsError::NoRoots) if plain => RootCertStore::empty(),
            roots => roots?,
        };
        let mut tls = believing(roots)?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = Arc::new(tls);
        Ok(Self { tls, plain })
    }

    /// Asks, and reads the answer to its end.
    ///
    /// # Errors
    /// When nobody answers there who is believed, or the answer is larger than so.
    pub async fn send<B>(
        &self,
        mut request: Request<B>,
        bytes_max: usize,
    ) -> Result<Response<Bytes>, NoAnswer>
    where
        B: Body<Data: Send, Error: Into<NoAnswer>> + Send + Unpin + 'static,
    {
        let uri = std::mem::take(request.uri_mut());
        let host = uri.host().ok_or("an address without a host")?;
        let is_plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") if self.plain => true,
            _ => return Err("an address that is not https".into()),
        };
        let authority = uri.authority().map_or(host, |authority| authority.as_str());
        let host_header = HeaderValue::from_str(authority)?;
        request.headers_mut().insert(HOST, host_header);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse::<Uri>()?;

        // An IPv6 address stands in brackets in an address of the web, and nowhere else.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
        let stream = TcpStream::connect((host, port)).await?;
        let answer = if is_plain {
            if !stream.peer_addr()?.ip().is_loopback() {
                return Err("plain HTTP that would leave this machine".into());
            }
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            // Ends with the sender.
            tokio::spawn(connection);
            sender.send_request(request).await?
        } else {
            let name = ServerName::try_from(host.to_owned())?;
            let connector = TlsConnector::from(Arc::clone(&self.tls));
            let stream = TokioIo::new(connector.connect(name, stream).await?);
            let (mut sender, connection) = http1::handshake(stream).await?;
            tokio::spawn(connection);
            sender.send_request(request).await?
        };
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, bytes_max).collect().await?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}
