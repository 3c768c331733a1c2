//! What administrators ask of a running gateway: above all to read its configuration again while
//! calls go on. It is checked wholly, then given to the dispatcher, then told to every client; a
//! bad one changes nothing. Addresses, paths of certificates, data directory and time zone stay as
//! they were at the start; what the certificate files hold is looked at again, and an authority
//! that has not issued is asked again.

use super::shared::Shared;
use super::{Purpose, certificate};
use crate::auth::admin::{self, AdminError, AdminParts, AdminSocket, MediaTrial, Reload};
use crate::clock::Clock;
use crate::config::{Config, Current, InForce};
use crate::dispatch::Dispatch;
use crate::echo::{Echo, Tester};
use crate::tls::Changing;
use passerelle_signaling::command::Command;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The administration socket, and the task that reloads.
pub(super) struct Administration {
    _socket: AdminSocket,
    reloads: mpsc::Sender<Reload>,
    reloading: JoinHandle<()>,
    trying: JoinHandle<()>,
}

impl Administration {
    /// Listens in the data directory and reloads when asked.
    pub(super) fn start(
        shared: &Shared,
        reloader: Reloader,
        echo: Echo,
        base_url: &str,
    ) -> Result<Self, AdminError> {
        let (reloads, asked) = admin::reloads();
        // One at a time, as they are asked for.
        let (trials, tried) = mpsc::channel(1);
        let current = shared.current.clone();
        let data_dir = current.get().config.data_dir.clone();
        let parts = AdminParts {
            store: shared.store.clone(),
            audit: shared.audit.clone(),
            clock: shared.clock.clone(),
            current,
            reloads: reloads.clone(),
            trials,
            sign_outs: shared.sign_outs.clone(),
            base_url: base_url.to_owned(),
        };
        let socket = AdminSocket::listen(&data_dir, parts)?;
        let reloading = tokio::spawn(reloader.run(asked));
        let trying = tokio::spawn(try_media(echo, tried));
        Ok(Self {
            _socket: socket,
            reloads,
            reloading,
            trying,
        })
    }

    /// Asks for a reload and waits for what is to be said.
    pub(super) async fn reload(&self) -> Result<String, String> {
        admin::reload(&self.reloads).await
    }
}

impl Drop for Administration {
    fn drop(&mut self) {
        self.reloading.abort();
        self.trying.abort();
    }
}

/// Answers the offers of `passerelle doctor`.
async fn try_media(echo: Echo, mut tried: mpsc::Receiver<MediaTrial>) {
    while let Some((offer, reply)) = tried.recv().await {
        let answer = echo.open(Tester::Doctor, offer).await;
        // Whoever asked may have gone.
        let _ = reply.send(answer.map_err(|error| error.to_string()));
    }
}

/// Reloads, one after the other.
pub(super) struct Reloader {
    /// `None` in the demo, whose configuration is in the binary.
    file: Option<PathBuf>,
    current: Current,
    dispatch: Dispatch,
    clock: Clock,
    /// Which is looked at again, too.
    certificate: Option<Changing>,
}

impl Reloader {
    pub(super) fn new(
        purpose: Purpose,
        shared: &Shared,
        dispatch: Dispatch,
        certificate: Option<Changing>,
    ) -> Self {
        let file = match purpose {
            Purpose::Service { file } => Some(file),
            Purpose::Demo => None,
        };
        Self {
            file,
            current: shared.current.clone(),
            dispatch,
            clock: shared.clock.clone(),
            certificate,
        }
    }

    /// Carries out every request until nobody is left to ask.
    pub(super) async fn run(self, mut asked: mpsc::Receiver<Reload>) {
        while let Some(reply) = asked.recv().await {
            let answer = self.reload().await;
            // What is wrong goes to whoever asked: it may quote the file, names included.
            match &answer {
                Ok(_) => tracing::info!("the configuration was read again and is in force"),
                Err(_) => tracing::warn!("the configuration could not be read again and stays"),
            }
            // Whoever asked may have gone.
            let _ = reply.send(answer);
        }
    }

    async fn reload(&self) -> Result<String, String> {
        let Some(file) = &self.file else {
            return Err(String::from(
                "the demo's configuration is inside the program: run \
                 `passerelle serve --config FILE` to have one that can change",
            ));
        };
        let path = file.clone();
        let read = tokio::task::spawn_blocking(move || Config::from_file(&path)).await;
        let mut config = read
            .map_err(|error| error.to_string())?
            .map_err(|error| format!("{error}\nNothing has changed."))?;
        let kept = config.keep_what_needs_a_restart(&self.current.get().config);
        let remarks = config.remarks();
        let next = InForce::from(config);
        let configure = Command::Configure(Box::new(next.configuration.clone()));
        let submitted = self.dispatch.submit(configure).await;
        submitted.map_err(|error| error.to_string())?;
        let mut said = summary(file, &next.config, &kept, &remarks);
        self.current.replace(next);
        if let Some(certificate) = &self.certificate {
            let looked_at = certificate::looked_at(certificate, self.clock.now()).await;
            said += &format!("\n{looked_at}");
        }
        Ok(said)
    }
}

fn summary(file: &Path, config: &Config, kept: &[&str], remarks: &[String]) -> String {
    let mut said = format!(
        "{} is in force: {} languages, {} sites, {} interpreters.",
        file.display(),
        config.languages.len(),
        config.sites.len(),
        config.interpreters.len(),
    );
    for key in kept {
        said +=
            &format!("\n`{key}` has changed and needs a restart: the old value stays until then.");
    }
    for remark in remarks {
        said += &format!("\nRemark: {remark}");
    }
    said
}
