//! Requests to an authority: a certificate takes a dozen of them every two months.

use crate::tls::TlsError;
use crate::tls::outgoing::{NoAnswer, Outgoing};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::RETRY_AFTER;
use hyper::{Request, Response};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use passerelle_signaling::time::{Millis, Timestamp};
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A request is answered by then, or the authority is away.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The largest answer: a chain of certificates has under 20 kB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Asks an authority. Clones share what it said of waiting.
#[derive(Clone)]
pub(super) struct Client {
    outgoing: Outgoing,
    now: Timestamp,
    wait: Arc<Mutex<Option<Millis>>>,
}

impl Client {
    /// Believes the authorities in this file, or those of the system; `now` for answers that name a
    /// moment.
    pub(super) fn new(directory_ca: Option<&Path>, now: Timestamp) -> Result<Self, TlsError> {
        let ca = directory_ca.map(|path| ("tls.acme.directory_ca", path));
        Ok(Self {
            outgoing: Outgoing::new(ca, false)?,
            now,
            wait: Arc::default(),
        })
    }

    /// For how long the authority has said last that it wants to be left alone.
    pub(super) fn wait(&self) -> Option<Millis> {
        *self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(
        self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Result<Response<Full<Bytes>>, NoAnswer> {
        let answer = self.outgoing.send(request, ANSWER_BYTES_MAX).await?;
        let wait = answer.headers().get(RETRY_AFTER);
        let wait = wait.and_then(|wait| self.read_wait(wait.to_str().ok()?));
        *self.wait.lock().unwrap_or_else(PoisonError::into_inner) = wait;
        Ok(answer.map(Full::new))
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
