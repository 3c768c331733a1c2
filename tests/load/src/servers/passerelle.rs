//! Passerelle: the real gateway with a made-up city of as many tablets and interpreters as calls.
//! Each call goes the whole way: tap, ring, accept, join with an offer.

use super::{LOOPBACK, Plan};
use crate::client::{Direction, Peer};
use crate::error::LoadError;
use crate::process::Process;
use crate::relay::Way;
use passerelle::audit::Audit;
use passerelle::auth::{Auth, AuthError, Role, SignOuts};
use passerelle::client::http::{Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle::clock::Clock;
use passerelle::config::TlsSection;
use passerelle::process::Reading;
use passerelle::store::Store;
use passerelle::tls;
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId, TabletId};
use passerelle_signaling::protocol::{Identity, Request, SILENCE_MAX_SECS, View};
use passerelle_signaling::view::Activity;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// What should happen at once has this long on a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// The gateway is lost after this silence.
const SILENCE_MAX: Duration = Duration::from_secs(SILENCE_MAX_SECS);

/// Our own variables, which would change its configuration.
const ENVIRONMENT_PREFIX: &str = "PASSERELLE__";

/// The one language of the city.
const LANGUAGE: &str = "uk";

/// A running gateway, and the sessions of everybody who is to call and to answer.
pub(crate) struct Gateway {
    // Dropped first: its files lie in the directory.
    process: Process,
    target: Target,
    passes: Vec<Option<(Cookie, Cookie)>>,
    directory: TempDir,
}

impl Gateway {
    pub(super) async fn start(plan: &Plan<'_>) -> Result<Self, LoadError> {
        if !plan.gateway.is_file() {
            return Err(LoadError::NoGateway {
                path: plan.gateway.to_owned(),
            });
        }
        let directory = super::directory()?;
        let data_dir = directory.path().join("data");
        let passes = sign_in(&data_dir, plan.calls).await?;
        let file = directory.path().join("config.toml");
        super::write(&file, &configuration(&data_dir, plan.calls, plan.threads))?;
        let mut command = Command::new(plan.gateway);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(ENVIRONMENT_PREFIX) {
                command.env_remove(name);
            }
        }
        command.args(["--log", "warn,rtc=error", "serve", "--config"]);
        command.arg(&file);
        let log = directory.path().join("log");
        let process = Process::start(command, &log, plan.cores)?;
        let address = process.line_where(|line| {
            let printed = line.split(['/', ' ', ',']);
            printed.into_iter().find_map(|word| word.parse().ok())
        })?;
        let served = tls::served_certificate(&TlsSection::default(), &data_dir)?;
        let target = Target::new(address, served)?;
        Ok(Self {
            process,
            target,
            passes: passes.into_iter().map(Some).collect(),
            directory,
        })
    }

    /// All that lies in its data folder.
    pub(super) fn written_bytes(&self) -> Result<u64, LoadError> {
        bytes_in(&self.directory.path().join("data"))
    }

    pub(super) fn reading(&self) -> Result<Reading, LoadError> {
        self.process.reading()
    }

    /// Only the interpreter of this call is available then, so that the call is theirs.
    pub(super) async fn place_call(
        &mut self,
        number: usize,
        way: &Way,
    ) -> Result<Vec<Peer>, LoadError> {
        let passes = self.passes.get_mut(number).and_then(Option::take);
        let (tablet, interpreter) = passes.ok_or_else(|| {
            LoadError::Broken(format!("call {number} is placed twice, or was not planned"))
        })?;
        let connect = |role, pass| SignallingClient::connect(&self.target, role, pass);
        let mut tablet = connect(Role::Tablet, &tablet).await?;
        let mut interpreter = connect(Role::Interpreter, &interpreter).await?;
        let available = true;
        interpreter.ask(Request::SetAvailable { available }).await?;
        let language = LANGUAGE
            .parse()
            .map_err(|_| LoadError::Broken(format!("`{LANGUAGE}` is no language")))?;
        let mode = None;
        tablet.ask(Request::Tap { language, mode }).await?;
        let (offer, call) = interpreter.view_where("a ring", SOON, ringing).await?;
        interpreter.ask(Request::Accept { offer }).await?;
        let mut peers = Vec::new();
        for client in [&mut tablet, &mut interpreter] {
            peers.push(join(client, call, way).await?);
        }
        stay(tablet);
        stay(interpreter);
        Ok(peers)
    }
}

fn bytes_in(folder: &Path) -> Result<u64, LoadError> {
    let failed = |source| LoadError::File {
        path: folder.to_owned(),
        source,
    };
    let mut sum = 0;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.metadata().map_err(failed)?;
        sum += if kind.is_dir() {
            bytes_in(&entry.path())?
        } else {
            kind.len()
        };
    }
    Ok(sum)
}

fn ringing(view: &View) -> Option<(OfferId, CallId)> {
    match view {
        View::Interpreter(view) => match &view.activity {
            Activity::Ringing { offer, call, .. } => Some((*offer, *call)),
            _ => None,
        },
        _ => None,
    }
}

async fn join(client: &mut SignallingClient, call: CallId, way: &Way) -> Result<Peer, LoadError> {
    let (pending, sdp) = Peer::offering(LOOPBACK, Direction::Both)?;
    let answer = client
        .ask(Request::MediaOffer {
            call,
            sdp: sdp.into(),
        })
        .await?;
    let answer = answer.unwrap_or_default();
    Ok(pending.accept(&way.through(&answer)?)?)
}

/// Keeps the connection alive, as a page does, until the gateway ends.
fn stay(mut client: SignallingClient) {
    tokio::spawn(async move { while client.sign_of_life(SILENCE_MAX).await.is_ok() {} });
}

/// A session for both sides of each call. Nobody serves this directory yet.
async fn sign_in(data_dir: &Path, calls: usize) -> Result<Vec<(Cookie, Cookie)>, LoadError> {
    let store = Store::open(data_dir)?;
    let clock = Clock::system(store.newest_moment()?);
    let audit = Audit::open(data_dir, clock.clone()).map_err(AuthError::from)?;
    let auth = Auth::new(
        store.clone(),
        clock,
        true,
        audit.clone(),
        SignOuts::default(),
    );
    let mut passes = Vec::new();
    for number in numbers(calls) {
        let tablet = TabletId(number);
        let interpreter = InterpreterId(number);
        passes.push((
            session(&auth, Identity::Tablet { tablet }).await?,
            session(&auth, Identity::Interpreter { interpreter }).await?,
        ));
    }
    audit.close().await;
    store.close().await;
    Ok(passes)
}

async fn session(auth: &Auth, identity: Identity) -> Result<Cookie, LoadError> {
    let set = auth.sign_in(identity, None, "").await?;
    let pair = set.0.to_str().unwrap_or_default().split(';').next();
    Ok(Cookie(pair.unwrap_or_default().to_owned()))
}

/// Of tablets, sites and interpreters.
fn numbers(calls: usize) -> impl Iterator<Item = u32> {
    (1..).take(calls)
}

fn configuration(data_dir: &Path, calls: usize, threads: u16) -> String {
    let names = format!("name = '{LANGUAGE}'\nname_fr = '{LANGUAGE}'\nname_en = '{LANGUAGE}'");
    let mut text = format!(
        "data_dir = '{}'\n[listen]\naddress = '127.0.0.1:0'\n[media]\nbind = '127.0.0.1:0'\n\
         threads = {threads}\n\
         [[languages]]\ntag = '{LANGUAGE}'\n{names}\n",
        data_dir.display()
    );
    // Writing to a `String` cannot fail.
    for number in numbers(calls) {
        let _ = writeln!(
            text,
            "[[sites]]\nid = {number}\nname = 'Site {number}'\ntablets = [{number}]"
        );
        let _ = writeln!(
            text,
            "[[interpreters]]\nid = {number}\nname = 'Person {number}'\nlanguages = ['{LANGUAGE}']"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle::config::Config;

    #[test]
    fn the_city_has_a_sound_configuration() {
        let config = Config::from_toml(&configuration(Path::new("/tmp/x"), 120, 2)).unwrap();
        assert_eq!((config.sites.len(), config.interpreters.len()), (120, 120));
    }
}
