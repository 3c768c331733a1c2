//! Why a gateway does not start; each message says what to do.

use crate::audit::AuditError;
use crate::auth::admin::AdminError;
use crate::dispatch::DispatchError;
use crate::mail::MailError;
use crate::sfu::SfuError;
use crate::store::StoreError;
use crate::tls::TlsError;
use std::io;
use std::net::SocketAddr;

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program, or another gateway, has the port.
    #[error(
        "port {} is in use ({address}): stop the program that holds it (`ss -ltnp` lists them), or \
         choose another with `listen.address` (in the demo: --listen {}:{})",
        address.port(), address.ip(), address.port().wrapping_add(1).max(1024)
    )]
    PortInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address} (`listen.address`): {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The data directory or the database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit journal.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The mail server.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The media port.
    #[error("{0} (`media.bind`, `media.announced`)")]
    Media(#[from] SfuError),
    /// The journal cannot be taken up again.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    /// The administration socket.
    #[error(transparent)]
    Admin(#[from] AdminError),
}
