//! Why nothing could be measured.

use crate::auth::AuthError;
use crate::cli::error::CliError;
use crate::client::http::ClientError;
use crate::process::ProcessError;
use crate::store::StoreError;
use crate::tls::TlsError;
use std::path::PathBuf;
use std::time::Duration;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum LoadError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("cannot use {}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the temporary directory has no name: {0}")]
    Directory(#[source] Box<CliError>),
    #[error("the gateway cannot be started: {0}")]
    Spawn(#[source] std::io::Error),
    #[error("the gateway did not start within {waited:?}; the end of its log:\n{log}")]
    NotStarted { waited: Duration, log: String },
    #[error("the gateway has ended by itself; the end of its log:\n{log}")]
    Ended { log: String },
    #[error("{0} is no address of a demonstration: give `https://127.0.0.1:8443`, say")]
    Address(String),
    #[error("the demonstration has {found} {what}, {wanted} are needed")]
    TooFew {
        what: &'static str,
        found: usize,
        wanted: usize,
    },
    #[error("after {waited:?}: {what}")]
    TimedOut { what: String, waited: Duration },
    #[error("{0}")]
    Broken(String),
}
