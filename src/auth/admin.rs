//! The administration socket: `passerelle invite` asks the running gateway for an invitation over a
//! Unix socket in the data directory, because only one process may write the database. Whoever may
//! write that directory's files may administer the gateway; nobody else can connect.

use super::invite::{self, InviteError};
use crate::clock::Clock;
use crate::store::Store;
use passerelle_signaling::command::Configuration;
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};
use std::fs::Permissions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

/// The socket's name in the data directory.
const NAME: &str = "admin.sock";

/// The largest request or answer: a line with an identity or a link.
const LINE_BYTES_MAX: u64 = 4 * 1024;

/// Either side answers within this time; both are on one machine.
const EXCHANGE_MAX: Duration = Duration::from_secs(5);

/// After a failed accept (no file descriptors left, say) the next attempt waits this long.
const ACCEPT_RETRY: Duration = Duration::from_secs(1);

/// What can be asked: one JSON object, then the end of the stream.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Asked {
    /// An invitation for this identity.
    Invite(Identity),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answered {
    Link(String),
    Refused(String),
}

/// Why a running gateway made no invitation.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// It cannot be asked.
    #[error("cannot ask the running gateway through {path}: {source}")]
    Socket {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It said no.
    #[error("{0}")]
    Refused(String),
}

/// What the socket answers from.
pub struct AdminParts {
    /// Where invitations are kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Who can be invited.
    pub configuration: Arc<Configuration>,
    /// The address in front of every link.
    pub base_url: String,
}

/// The listening socket; its file is removed when this is dropped.
pub struct AdminSocket {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl AdminSocket {
    /// Listens in this data directory, which the store has locked for us: a socket file that is
    /// there already was left by a gateway that was killed.
    ///
    /// # Errors
    /// When the socket cannot be made; a path above 107 bytes is one reason.
    pub fn listen(data_dir: &Path, parts: AdminParts) -> Result<Self, AdminError> {
        let path = data_dir.join(NAME);
        let failed = |source| AdminError::Socket {
            path: path.clone(),
            source,
        };
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = UnixListener::bind(&path).map_err(failed)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        let task = tokio::spawn(async move {
            // One at a time: an administrator types them.
            loop {
                let stream = match listener.accept().await {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "the administration socket cannot accept now");
                        tokio::time::sleep(ACCEPT_RETRY).await;
                        continue;
                    }
                };
                let exchange = tokio::time::timeout(EXCHANGE_MAX, answer(stream, &parts)).await;
                if !matches!(exchange, Ok(Ok(()))) {
                    tracing::warn!("an administration request was not finished");
                }
            }
        });
        Ok(Self { path, task })
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        self.task.abort();
        // Left behind, it is removed at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn answer(mut stream: UnixStream, parts: &AdminParts) -> io::Result<()> {
    let mut asked = Vec::new();
    (&mut stream)
        .take(LINE_BYTES_MAX)
        .read_to_end(&mut asked)
        .await?;
    let answered = match serde_json::from_slice(&asked) {
        Ok(Asked::Invite(identity)) => invite_link(identity, parts).await,
        Err(error) => Answered::Refused(format!("not an administration request: {error}")),
    };
    stream.write_all(&serde_json::to_vec(&answered)?).await?;
    stream.shutdown().await
}

async fn invite_link(identity: Identity, parts: &AdminParts) -> Answered {
    let made = async {
        invite::check_known(identity, &parts.configuration)?;
        let code = invite::create(&parts.store, &parts.clock, identity).await?;
        Ok::<_, InviteError>(format!(
            "{}{}",
            parts.base_url,
            invite::page_path(identity, &code)
        ))
    };
    match made.await {
        Ok(link) => Answered::Link(link),
        Err(error) => Answered::Refused(error.to_string()),
    }
}

/// Asks the gateway that runs on this data directory for an invitation; `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or refuses.
pub async fn ask_invite(data_dir: &Path, identity: Identity) -> Result<Option<String>, AdminError> {
    let path = data_dir.join(NAME);
    let exchange = async {
        let mut stream = match UnixStream::connect(&path).await {
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::ConnectionRefused
                ) =>
            {
                return Ok(None);
            }
            connected => connected?,
        };
        stream
            .write_all(&serde_json::to_vec(&Asked::Invite(identity))?)
            .await?;
        stream.shutdown().await?;
        let mut answered = Vec::new();
        (&mut stream)
            .take(LINE_BYTES_MAX)
            .read_to_end(&mut answered)
            .await?;
        Ok(Some(serde_json::from_slice(&answered)?))
    };
    let answered: Result<Option<Answered>, io::Error> =
        tokio::time::timeout(EXCHANGE_MAX, exchange)
            .await
            .unwrap_or_else(|late| Err(late.into()));
    match answered {
        Ok(None) => Ok(None),
        Ok(Some(Answered::Link(link))) => Ok(Some(link)),
        Ok(Some(Answered::Refused(reason))) => Err(AdminError::Refused(reason)),
        Err(source) => Err(AdminError::Socket { path, source }),
    }
}
