//! The administration socket: `passerelle invite` asks the running gateway for an invitation,
//! `passerelle reload` to read its configuration again, `passerelle erase-person` to forget
//! somebody, `passerelle account` for accounts and `passerelle doctor` for the other end of a media
//! connection, over a Unix socket in the data directory,
//! because only one process may write the database. Whoever may write that directory's files may
//! administer the gateway; nobody else can connect.

use super::accounts::{AccountCommand, By, carry_out};
use super::erase::erase_person;
use super::invite::{self, InviteError};
use super::sign_outs::SignOuts;
use crate::audit::{Act, Audit};
use crate::clock::Clock;
use crate::config::Current;
use crate::store::Store;
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};
use std::fs::Permissions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The socket's name in the data directory.
const NAME: &str = "admin.sock";

/// The largest request: the offer of a built-in client, which has 3 kB.
const LINE_BYTES_MAX: u64 = 16 * 1024;

/// The largest answer: every problem of a configuration, a hundred bytes each, of which nobody
/// reads more.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// A request is read, and an answer written, within this time; both sides are on one machine.
const EXCHANGE_MAX: Duration = Duration::from_secs(5);

/// An answer comes within this time: the largest configuration is checked in less than a second.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Requests to reload that wait while one is carried out: an administrator and a supervisor.
const RELOADS_MAX: usize = 4;

/// After a failed accept (no file descriptors left, say) the next attempt waits this long.
const ACCEPT_RETRY: Duration = Duration::from_secs(1);

/// What can be asked: one JSON object, then the end of the stream.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Asked {
    /// An invitation for this identity.
    Invite(Identity),
    /// Read the configuration again.
    Reload,
    /// Take this person out of the records.
    Erase(InterpreterId),
    /// Something with accounts.
    Account(AccountCommand),
    /// Write down what is about to be done beside the gateway.
    WriteDown(Act),
    /// Answer this offer and send back its picture: a test of the way to here.
    TryMedia(String),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answered {
    Link(String),
    Reloaded(String),
    Erased(String),
    Account(String),
    WrittenDown,
    MediaAnswer(String),
    Refused(String),
}

/// A request to read the configuration again. The answer is what is to be said: `Ok` when it is in
/// force, `Err` when nothing has changed.
pub type Reload = oneshot::Sender<Result<String, String>>;

/// An offer of media to be answered by an end that sends it back, and where the answer goes.
pub type MediaTrial = (String, oneshot::Sender<Result<String, String>>);

/// The way to whoever reloads.
pub fn reloads() -> (mpsc::Sender<Reload>, mpsc::Receiver<Reload>) {
    mpsc::channel(RELOADS_MAX)
}

/// Asks whoever reloads, and waits for what is to be said.
pub async fn reload(way: &mpsc::Sender<Reload>) -> Result<String, String> {
    let stopping = || String::from("the gateway is stopping: the next start reads the file");
    let (reply, answer) = oneshot::channel();
    way.send(reply).await.map_err(|_| stopping())?;
    answer.await.unwrap_or_else(|_| Err(stopping()))
}

/// Why a running gateway did not do what it was asked.
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
    /// Where it is written down.
    pub audit: Audit,
    /// The time.
    pub clock: Clock,
    /// Who can be invited.
    pub current: Current,
    /// Whoever reads the configuration again.
    pub reloads: mpsc::Sender<Reload>,
    /// Whoever answers offers of media.
    pub trials: mpsc::Sender<MediaTrial>,
    /// Whose sockets are open.
    pub sign_outs: SignOuts,
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
                if answer(stream, &parts).await.is_err() {
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
    let asked = timeout(EXCHANGE_MAX, read(&mut stream, LINE_BYTES_MAX)).await??;
    let answered = match serde_json::from_slice(&asked) {
        Ok(Asked::Invite(identity)) => invite_link(identity, parts).await,
        Ok(Asked::Reload) => reloaded(parts).await,
        Ok(Asked::Erase(person)) => {
            let (current, audit) = (parts.current.get(), &parts.audit);
            match erase_person(&parts.store, audit, &current.configuration, person).await {
                Ok(said) => Answered::Erased(said),
                Err(error) => Answered::Refused(error.to_string()),
            }
        }
        Ok(Asked::Account(command)) => account(command, parts).await,
        Ok(Asked::WriteDown(act)) => match parts.audit.record(act, None).await {
            Ok(()) => Answered::WrittenDown,
            Err(error) => Answered::Refused(error.to_string()),
        },
        Ok(Asked::TryMedia(offer)) => media_answer(offer, parts).await,
        Err(error) => Answered::Refused(format!("not an administration request: {error}")),
    };
    timeout(EXCHANGE_MAX, write(&mut stream, &answered)).await?
}

async fn account(command: AccountCommand, parts: &AdminParts) -> Answered {
    let (current, base_url) = (parts.current.get(), &parts.base_url);
    let kept = (&parts.store, &parts.audit, &parts.clock);
    match carry_out(command, By::default(), kept, &current.configuration).await {
        Ok(carried) => {
            parts.sign_outs.close(&carried.ended);
            Answered::Account(carried.done.said(base_url))
        }
        Err(error) => Answered::Refused(error.to_string()),
    }
}

async fn media_answer(offer: String, parts: &AdminParts) -> Answered {
    let (reply, answer) = oneshot::channel();
    // One that is stopping answers nothing.
    let _ = parts.trials.send((offer, reply)).await;
    match answer.await {
        Ok(Ok(sdp)) => Answered::MediaAnswer(sdp),
        Ok(Err(reason)) => Answered::Refused(reason),
        Err(_) => Answered::Refused(String::from("the gateway is stopping")),
    }
}

async fn reloaded(parts: &AdminParts) -> Answered {
    let reloaded = reload(&parts.reloads).await;
    let in_force = reloaded.is_ok();
    parts.audit.note(Act::Reloaded { in_force });
    match reloaded {
        Ok(said) => Answered::Reloaded(said),
        Err(said) => Answered::Refused(said),
    }
}

async fn read(stream: &mut UnixStream, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    stream.take(bytes_max).read_to_end(&mut read).await?;
    Ok(read)
}

/// Writes one JSON value and the end of the stream.
async fn write(stream: &mut UnixStream, value: &impl Serialize) -> io::Result<()> {
    stream.write_all(&serde_json::to_vec(value)?).await?;
    stream.shutdown().await
}

async fn invite_link(identity: Identity, parts: &AdminParts) -> Answered {
    let made = async {
        invite::check_known(identity, &parts.current.get().configuration)?;
        let code = invite::create(&parts.store, &parts.audit, &parts.clock, identity).await?;
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
    match ask(data_dir, &Asked::Invite(identity)).await? {
        Some(Answered::Link(link)) => Ok(Some(link)),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

/// Asks the gateway that runs on this data directory to read its configuration again, and returns
/// what it says of it; `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or its configuration is bad and nothing has changed.
pub async fn ask_reload(data_dir: &Path) -> Result<Option<String>, AdminError> {
    match ask(data_dir, &Asked::Reload).await? {
        Some(Answered::Reloaded(said)) => Ok(Some(said)),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

/// Asks the gateway that runs on this data directory to erase a person, and returns what it says of
/// it; `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or refuses.
pub async fn ask_erase(
    data_dir: &Path,
    person: InterpreterId,
) -> Result<Option<String>, AdminError> {
    match ask(data_dir, &Asked::Erase(person)).await? {
        Some(Answered::Erased(said)) => Ok(Some(said)),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

/// Asks the gateway that runs on this data directory to do something with accounts, and returns
/// what it says of it; `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or refuses.
pub async fn ask_account(
    data_dir: &Path,
    command: AccountCommand,
) -> Result<Option<String>, AdminError> {
    match ask(data_dir, &Asked::Account(command)).await? {
        Some(Answered::Account(said)) => Ok(Some(said)),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

/// Lets the gateway that runs on this data directory write down what is about to be done beside it;
/// `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or it cannot be written: then it must not be done.
pub async fn ask_write_down(data_dir: &Path, act: Act) -> Result<Option<()>, AdminError> {
    match ask(data_dir, &Asked::WriteDown(act)).await? {
        Some(Answered::WrittenDown) => Ok(Some(())),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

/// Has the gateway that runs on this data directory answer an offer of media, by an end that sends
/// back the picture it is sent; `None` when none runs.
///
/// # Errors
/// When it cannot be asked, or refuses.
pub async fn ask_media(data_dir: &Path, offer: String) -> Result<Option<String>, AdminError> {
    match ask(data_dir, &Asked::TryMedia(offer)).await? {
        Some(Answered::MediaAnswer(sdp)) => Ok(Some(sdp)),
        Some(other) => Err(unexpected(data_dir, &other)),
        None => Ok(None),
    }
}

async fn ask(data_dir: &Path, asked: &Asked) -> Result<Option<Answered>, AdminError> {
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
        write(&mut stream, asked).await?;
        let answered = read(&mut stream, ANSWER_BYTES_MAX).await?;
        Ok(Some(serde_json::from_slice(&answered)?))
    };
    let answered: Result<Option<Answered>, io::Error> = timeout(ANSWER_MAX, exchange)
        .await
        .unwrap_or_else(|late| Err(late.into()));
    match answered {
        Ok(Some(Answered::Refused(reason))) => Err(AdminError::Refused(reason)),
        Ok(answered) => Ok(answered),
        Err(source) => Err(AdminError::Socket { path, source }),
    }
}

/// An answer to another question: a gateway of another version.
fn unexpected(data_dir: &Path, answered: &Answered) -> AdminError {
    AdminError::Socket {
        path: data_dir.join(NAME),
        source: io::Error::new(ErrorKind::InvalidData, format!("it answers {answered:?}")),
    }
}
