//! How a provider is asked: bounded in time and size, and no redirect is followed.

use crate::tls::{NoAnswer, Outgoing};
use bytes::Bytes;
use http_body_util::{Full, LengthLimitError};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The largest answer: a set of keys with their certificates has 30 kB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// One answer is there by then.
const ANSWER_MAX: Duration = Duration::from_secs(4);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// Nobody is there who is believed.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[source] NoAnswer),
    /// More than anybody would say.
    #[error("its answer has more than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
    /// Too late.
    #[error("it does not answer within {} s", ANSWER_MAX.as_secs())]
    Late,
}

/// Asks a provider. Clones share what they believe.
#[derive(Clone)]
pub(super) struct Asking(pub(super) Outgoing);

impl Asking {
    pub(super) async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let sending = self.0.send(request, ANSWER_BYTES_MAX);
        let sent = tokio::time::timeout(ANSWER_MAX, sending).await;
        let answer = sent.map_err(|_| AskError::Late)?;
        let answer = answer.map_err(|error| match error.is::<LengthLimitError>() {
            true => AskError::TooLarge,
            false => AskError::Unreachable(error),
        })?;
        Ok(answer.map(|body| body.to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Asking {
    type Error = AskError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
