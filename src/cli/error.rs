//! Why a command failed. Every message below says what to do; this only gathers them.

use super::load::LoadError;
use super::simulate::SimulateError;
use super::smoke::SmokeError;
use crate::app::StartError;
use crate::audit::{AuditError, VerifyError};
use crate::auth::admin::AdminError;
use crate::auth::{AccountError, AuthError, EraseError, InviteError};
use crate::client::http::ClientError;
use crate::config::ConfigError;
use crate::random::RandomError;
use crate::store::{BackupError, ExportError, RestoreError, StoreError};
use crate::telemetry::FilterError;
use crate::tls::TlsError;
use std::path::PathBuf;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the gateway did not start: {0}")]
    Start(#[from] StartError),
    #[error("the async runtime did not start: {0}; check the limit on threads")]
    Runtime(#[source] std::io::Error),
    #[error("the gateway cannot go on: {0}; see the log above, then start it again")]
    Failed(String),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no backup: {0}")]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("the audit journal is not whole: {0}")]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    Erase(#[from] EraseError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("nothing was restored: {0}")]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Invite(#[from] InviteError),
    #[error("the gateway answers with status {status}: {body}")]
    Unhealthy { status: u16, body: String },
    #[error(
        "no gateway runs on the data directory {}: start it with `passerelle serve`; when \
         `data_dir` has changed, restart it", data_dir.display()
    )]
    NotRunning { data_dir: PathBuf },
    #[error("`{role}` needs a number: `passerelle invite {role} 3`")]
    NumberMissing { role: &'static str },
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    #[error("nothing was measured: {0}")]
    Load(#[source] LoadError),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("smoke failed at the step « {step} »: {error}")]
    Smoke {
        step: &'static str,
        error: SmokeError,
    },
    #[error("there is one kind of coordinator: leave the number out")]
    NumberUnexpected,
}
