//! The connection to a mail server, until it is as the configuration wants it: encrypted, unless
//! the server is on this machine. What the server says is bounded from its first byte.

use super::smtp::Failure;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What a server says in all for one mail, beside its certificates: real ones take a kilobyte.
const SAID_BYTES_MAX: usize = 64 * 1024;

/// What it says before it is encrypted: a greeting and what it can do.
const BEFORE_TLS_BYTES_MAX: usize = 8 * 1024;

/// How the server's saying more than that is told.
pub(super) const TOO_MUCH: io::ErrorKind = io::ErrorKind::FileTooLarge;

/// Says what is said in the clear before TLS begins (RFC 3207), and nothing of the mail.
pub(super) async fn ask_for_tls(stream: &mut TcpStream, hello: &str) -> Result<(), Failure> {
    let mut left = BEFORE_TLS_BYTES_MAX;
    reply(stream, &mut left, "220").await?;
    stream
        .write_all(format!("EHLO {hello}\r\n").as_bytes())
        .await?;
    let offered = reply(stream, &mut left, "250").await?;
    let offers = |line: &str| {
        line.get(4..)
            .is_some_and(|it| it.trim_end().eq_ignore_ascii_case("STARTTLS"))
    };
    if !offered.lines().any(offers) {
        return Err(Failure::NoStarttls);
    }
    stream.write_all(b"STARTTLS\r\n").await?;
    reply(stream, &mut left, "220").await?;
    Ok(())
}

/// One reply of this code, of any number of lines (RFC 5321 §4.2.1), and nothing after it: what is
/// said too early would be taken for what is said under TLS.
async fn reply(stream: &mut TcpStream, left: &mut usize, code: &str) -> Result<String, Failure> {
    let mut said = Vec::new();
    loop {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).await?;
        *left = left.checked_sub(length).ok_or(Failure::Garbled)?;
        if length == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        said.extend_from_slice(&part[..length]);
        if let Some(reply) = whole_reply(&said, code)? {
            return Ok(reply);
        }
    }
}

/// The reply in what was said so far, once it is whole.
fn whole_reply(said: &[u8], code: &str) -> Result<Option<String>, Failure> {
    let mut lines = said.split_inclusive(|byte| *byte == b'\n');
    let is_last = |line: &&[u8]| line.ends_with(b"\n") && line.get(3) != Some(&b'-');
    let Some(last) = lines.find(is_last) else {
        return Ok(None);
    };
    if lines.next().is_some() {
        return Err(Failure::Garbled);
    }
    let came = last.get(..3).unwrap_or_default();
    if came == code.as_bytes() {
        return Ok(Some(String::from_utf8_lossy(said).into_owned()));
    }
    let refused = std::str::from_utf8(came)
        .ok()
        .and_then(|it| it.parse().ok());
    Err(refused.map_or(Failure::Garbled, Failure::Refused))
}

/// For the fuzzer: a reply that is whole is so with its last byte and not before, and nothing is
/// after it.
#[cfg(any(test, passerelle_fuzz))]
pub(crate) fn try_reply(bytes: &[u8]) {
    let is_whole = |bytes: &[u8]| matches!(whole_reply(bytes, "250"), Ok(Some(_)));
    if is_whole(bytes) {
        let before = bytes.split_last().map_or(&[][..], |(_, before)| before);
        assert!(!is_whole(before), "whole before its end");
        assert!(
            !is_whole(&[bytes, b"2"].concat()),
            "whole with more after it"
        );
    }
}

/// A connection as it is to be spoken on, as long as its server does not say too much.
#[derive(Debug)]
pub(super) struct Wire {
    /// A greeting that was read already, for who expects one.
    greeting: &'static [u8],
    left: usize,
    stream: Stream,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Wire {
    pub(super) const fn plain(stream: TcpStream) -> Self {
        Self {
            greeting: b"",
            left: SAID_BYTES_MAX,
            stream: Stream::Plain(stream),
        }
    }

    /// `greeted`: the greeting came before.
    pub(super) fn encrypted(stream: TlsStream<TcpStream>, greeted: bool) -> Self {
        Self {
            greeting: if greeted { b"220 \r\n" } else { b"" },
            left: SAID_BYTES_MAX,
            stream: Stream::Encrypted(Box::new(stream)),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let length = self.greeting.len().min(buffer.remaining());
            let (now, later) = self.greeting.split_at(length);
            buffer.put_slice(now);
            self.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
        })?;
        let length = buffer.filled().len() - before;
        let left = self.left.checked_sub(length);
        self.left = left.ok_or(TOO_MUCH)?;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Encrypted(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(stream) => stream.peer_addr(),
            Stream::Encrypted(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}
