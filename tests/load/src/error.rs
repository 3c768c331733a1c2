//! Why nothing could be measured.

use crate::client::PeerError;
use passerelle::auth::AuthError;
use passerelle::client::http::ClientError;
use passerelle::process::ProcessError;
use passerelle::store::StoreError;
use passerelle::tls::TlsError;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("{program} cannot be started: {source}")]
    Spawn { program: String, source: io::Error },
    #[error("there is no program of the gateway at {}: build it (scripts/build), or name it with \
             --gateway", path.display())]
    NoGateway { path: PathBuf },
    #[error("Janus is not installed: apt-get install janus")]
    NoJanus,
    #[error(
        "Janus needs an address other than loopback, and nothing may leave this machine: run it by \
         `scripts/load-media janus`, which makes a network of its own"
    )]
    NoNetwork,
    #[error("a server said nothing for {waited:?}; the end of its log:\n{log}")]
    Silent { waited: Duration, log: String },
    #[error("threads cannot be kept on a core: {0}")]
    Pin(#[source] io::Error),
    #[error("cannot use {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("the clients' sockets failed: {0}")]
    Sockets(#[source] io::Error),
    #[error("a signalling client failed: {0}")]
    Signalling(#[from] ClientError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error("{server} answered with what is not understood: {answer}")]
    Answer {
        server: &'static str,
        answer: String,
    },
    #[error("after {waited:?}, {what}")]
    TimedOut { what: String, waited: Duration },
    #[error("{0}")]
    Broken(String),
}
