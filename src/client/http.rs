//! The built-in client's HTTP: requests to a gateway on this machine, over TLS that trusts exactly
//! the certificate the gateway is known to serve. For smoke tests, health checks and tests.

use super::pinned;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Limited};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A request on this machine is answered by then, or not at all.
pub const ANSWER_MAX: Duration = Duration::from_secs(10);

/// The largest answer read: the built web client's largest file and room to spare.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A connection to the gateway, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Why a built-in client did not work.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers at that address.
    #[error("no gateway answers at {address}: {source}")]
    Unreachable {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// TLS could not be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The connection broke in the middle of an HTTP exchange.
    #[error("the HTTP exchange failed: {0}")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The WebSocket failed.
    #[error("the WebSocket failed: {0}")]
    WebSocket(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    /// The gateway refused over HTTP.
    #[error("the gateway refused with status {status}: {body}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The answer's text.
        body: String,
    },
    /// The gateway refused a request over the WebSocket.
    #[error("the gateway refused the request ({error:?}): {message}")]
    RequestRefused {
        /// The stable name.
        error: passerelle_signaling::protocol::ErrorCode,
        /// What to do.
        message: String,
    },
    /// Something awaited did not come.
    #[error("waited {waited:?} in vain for {what}")]
    TimedOut {
        /// What.
        what: String,
        /// How long.
        waited: Duration,
    },
    /// The gateway closed the connection.
    #[error("the gateway closed the connection ({0:?})")]
    Closed(Option<passerelle_signaling::protocol::ByeReason>),
    /// A picture stands on an older entry of the journal than the one before it.
    #[error("the gateway went back from entry {before} to {shown} and spoke of no restore")]
    WentBack {
        /// The entry shown before.
        before: u64,
        /// The entry shown now.
        shown: u64,
    },
    /// The gateway sent something that is not of this protocol.
    #[error("not a message of this protocol: {0}")]
    BadMessage(String),
}

/// A gateway on this machine.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    forwarded_for: Option<HeaderValue>,
}

/// What proxies write about for whom they ask.
pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An HTTP answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

/// A session cookie, as it is sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie(pub String);

impl Target {
    /// The gateway that listens at `address` and serves this certificate, or plain HTTP. Every
    /// address (`0.0.0.0`) is reached on loopback.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        mut address: SocketAddr,
        certificate: Option<CertificateDer<'static>>,
    ) -> Result<Self, ClientError> {
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let tls = certificate.map(pinned::client_config).transpose()?;
        Ok(Self {
            address,
            tls,
            forwarded_for: None,
        })
    }

    /// The same gateway as a proxy asks it, for whoever these words name.
    #[must_use]
    pub fn on_behalf_of(&self, words: &str) -> Self {
        Self {
            forwarded_for: Some(header_value(words)),
            ..self.clone()
        }
    }

    /// What is said about for whom this is asked.
    pub(super) const fn forwarded_for(&self) -> Option<&HeaderValue> {
        self.forwarded_for.as_ref()
    }

    /// The scheme and host that a browser would call the origin.
    pub fn origin(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Connects, with TLS when the target has it.
    ///
    /// # Errors
    /// When nothing listens there, or it is not the gateway whose certificate is known.
    pub async fn connect(&self) -> Result<Box<dyn Stream>, ClientError> {
        let unreachable = |source| ClientError::Unreachable {
            address: self.address,
            source,
        };
        let connecting = async {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            let Some(tls) = &self.tls else {
                return Ok(Box::new(stream) as Box<dyn Stream>);
            };
            let name = ServerName::from(self.address.ip());
            let stream = TlsConnector::from(Arc::clone(tls))
                .connect(name, stream)
                .await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        };
        let connected = tokio::time::timeout(ANSWER_MAX, connecting).await;
        connected
            .unwrap_or_else(|elapsed| Err(elapsed.into()))
            .map_err(unreachable)
    }

    /// `GET`.
    ///
    /// # Errors
    /// When there is no answer; a refusal is an answer.
    pub async fn get(&self, path: &str, cookie: Option<&Cookie>) -> Result<Answer, ClientError> {
        let headers = cookie_header(cookie);
        self.send(Method::GET, path, headers, String::new()).await
    }

    /// `POST` of JSON, as one of the gateway's own pages.
    ///
    /// # Errors
    /// When there is no answer; a refusal is an answer.
    pub async fn post(
        &self,
        path: &str,
        body: &serde_json::Value,
        cookie: Option<&Cookie>,
    ) -> Result<Answer, ClientError> {
        let mut headers = cookie_header(cookie);
        headers.extend([
            (ORIGIN, header_value(&self.origin())),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        ]);
        self.send(Method::POST, path, headers, body.to_string())
            .await
    }

    /// One request on its own connection, with these headers.
    ///
    /// # Errors
    /// When there is no answer; a refusal is an answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: String,
    ) -> Result<Answer, ClientError> {
        let exchange = self.exchange(method, path, headers, body);
        let answered = tokio::time::timeout(ANSWER_MAX, exchange).await;
        answered.unwrap_or_else(|_| {
            Err(ClientError::TimedOut {
                what: format!("the answer to {path}"),
                waited: ANSWER_MAX,
            })
        })
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: String,
    ) -> Result<Answer, ClientError> {
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream)
            .await
            .map_err(http_error)?;
        // Ends by itself when the sender is dropped.
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(HOST, self.address.to_string());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(words) = &self.forwarded_for {
            request = request.header(FORWARDED_FOR, words);
        }
        let request = request.body(Body::from(body)).map_err(http_error)?;
        let (parts, body) = sender
            .send_request(request)
            .await
            .map_err(http_error)?
            .into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(ClientError::Http)?.to_bytes();
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

impl Answer {
    /// The cookie this answer sets.
    pub fn cookie(&self) -> Option<Cookie> {
        let line = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        line.split(';').next().map(|pair| Cookie(pair.to_owned()))
    }

    /// This answer, or its refusal as an error.
    ///
    /// # Errors
    /// When the status is not 2xx.
    pub fn accepted(self) -> Result<Self, ClientError> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let (status, body) = (self.status, self.body);
        Err(ClientError::Refused { status, body })
    }
}

pub(super) fn header_value(text: &str) -> HeaderValue {
    // Addresses, cookies of ours and subprotocol names are visible ASCII; anything else is sent
    // empty and refused by the gateway.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn cookie_header(cookie: Option<&Cookie>) -> Vec<(HeaderName, HeaderValue)> {
    let pair = cookie.map(|cookie| (COOKIE, header_value(&cookie.0)));
    pair.into_iter().collect()
}

fn http_error(error: impl std::error::Error + Send + Sync + 'static) -> ClientError {
    ClientError::Http(Box::new(error))
}
