//! What can go wrong in a smoke test.

use crate::client::http::ClientError;
use crate::client::media::MediaClientError;
use crate::store::StoreError;

/// Why the call did not go as it should.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SmokeError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("at the {side}: {error}")]
    Media {
        side: &'static str,
        error: MediaClientError,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Unexpected(String),
}
