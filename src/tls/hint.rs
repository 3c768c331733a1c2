//! Accepts TLS, and sends whoever speaks plain HTTP to the TLS port on to `https://`: a person who
//! typed the address without its `s` sees the page instead of an error.

use super::served::ACME_TLS;
use axum_server::accept::Accept;
use rustls::ServerConfig;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A client must finish its handshake and begin its request, or send its plain one, by then.
/// Whoever holds a connection open with less costs a file and a little memory, for so long.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// The start of a plain request that is read to answer it: method, path and `Host` of any browser.
const PLAIN_REQUEST_BYTES_MAX: usize = 4096;

/// The first byte of a TLS connection (record type *handshake*, RFC 8446 §5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// The stream of a connection that speaks TLS.
pub type Secured = TlsStream<TcpStream>;

/// Accepts TLS and redirects plain HTTP.
#[derive(Clone)]
pub struct HintingAcceptor {
    acceptor: TlsAcceptor,
}

impl HintingAcceptor {
    /// Accepts with this configuration.
    pub fn new(config: Arc<ServerConfig>) -> Self {
        let acceptor = TlsAcceptor::from(config);
        Self { acceptor }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for HintingAcceptor {
    type Stream = Secured;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Secured, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let acceptor = self.acceptor.clone();
        Box::pin(async move {
            let secured = tokio::time::timeout(HANDSHAKE_MAX, secure(acceptor, stream)).await??;
            Ok((secured, service))
        })
    }
}

async fn secure(acceptor: TlsAcceptor, mut stream: TcpStream) -> io::Result<Secured> {
    // Signalling messages are small and urgent.
    stream.set_nodelay(true)?;
    let mut first = [0];
    let is_plain = stream.peek(&mut first).await? == 1 && first[0].is_ascii_uppercase();
    if first[0] != TLS_HANDSHAKE && is_plain {
        redirect(&mut stream).await?;
        return Err(io::Error::other("plain HTTP on the TLS port, redirected"));
    }
    let mut secured = acceptor.accept(stream).await?;
    if secured.get_ref().1.alpn_protocol() == Some(ACME_TLS) {
        // The handshake was the answer: nothing else passes on such a connection (RFC 8737 §3).
        secured.shutdown().await?;
        return Err(io::Error::other(
            "an authority has looked for a name, and has its answer",
        ));
    }
    // The server's own timer starts with the first byte of a request: a client that never sends one
    // must not hold a file descriptor.
    secured.fill_buf().await?;
    Ok(secured)
}

async fn redirect(stream: &mut TcpStream) -> io::Result<()> {
    let mut request = vec![0; PLAIN_REQUEST_BYTES_MAX];
    let mut length = 0;
    while length < request.len() && !request[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut request[length..]).await?;
        if read == 0 {
            break;
        }
        length += read;
    }
    let answer = answer_to(&String::from_utf8_lossy(&request[..length]));
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// A redirect to the same place over TLS, or a hint when the request does not name it.
fn answer_to(request: &str) -> String {
    let mut lines = request.split("\r\n");
    let path = lines.next().and_then(|line| line.split(' ').nth(1));
    let host = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let is_safe = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    match (path, host) {
        (Some(path), Some(host))
            if path.starts_with('/') && is_safe(path) && is_safe(host) && !host.is_empty() =>
        {
            format!(
                "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://{host}{path}\r\n\
                 Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        _ => {
            let hint = "This port speaks HTTPS: write https:// before the address.\n";
            format!(
                "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{hint}",
                hint.len()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::answer_to;

    #[test]
    fn a_plain_request_is_sent_to_the_same_place_over_tls() {
        let answer = answer_to("GET /tablet HTTP/1.1\r\nAccept: */*\r\nhost: mairie:8443\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 308 "));
        assert!(answer.contains("\r\nLocation: https://mairie:8443/tablet\r\n"));
    }

    #[test]
    fn a_request_that_names_no_place_gets_a_hint() {
        for request in ["", "GET", "GET /\r\n", "GET x HTTP/1.1\r\nHost: a\r\n\r\n"] {
            let answer = answer_to(request);
            assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"));
        }
    }
}
