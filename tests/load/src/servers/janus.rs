//! Debian's Janus with its video room and ICE-lite: the way it is used for calls, with a connection
//! for what each side sends and another for what it sees. It is asked over loopback; media it takes
//! at other addresses only, so that a run with it has a network of its own, which no packet leaves.

use super::Plan;
use crate::client::{Direction, Peer, Swarm};
use crate::error::LoadError;
use crate::process::Process;
use crate::relay::Way;
use passerelle::client::http::Target;
use passerelle::clock::monotonic;
use passerelle::process::Reading;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian keeps it, and the two parts of it that are loaded.
const PROGRAM: &str = "/usr/bin/janus";
const PLUGIN: &str = "libjanus_videoroom.so";
const TRANSPORT: &str = "libjanus_http.so";

/// An event that something asked for brings comes well before that.
const EVENT_MAX: Duration = Duration::from_secs(10);

/// Janus takes no loopback address. `scripts/load-media` runs server and clients in a network
/// namespace that has this address and no way out.
const OWN_NETWORK: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);

/// A running Janus.
pub(crate) struct Janus {
    // Dropped first: its files lie in the directory.
    process: Process,
    target: Target,
    ip: IpAddr,
    _directory: TempDir,
}

/// One connection of ours, in a session of its own, so that its events are its alone.
struct Handle<'a> {
    target: &'a Target,
    session: u64,
    id: u64,
}

impl Janus {
    pub(super) fn start(plan: &Plan<'_>) -> Result<Self, LoadError> {
        if !Path::new(PROGRAM).is_file() {
            return Err(LoadError::NoJanus);
        }
        let directory = super::directory()?;
        let port = free_port().map_err(LoadError::Sockets)?;
        let ip = IpAddr::V4(OWN_NETWORK);
        UdpSocket::bind((ip, 0)).map_err(|_| LoadError::NoNetwork)?;
        configure(directory.path(), port, ip)?;
        let mut command = Command::new(PROGRAM);
        command.arg("--configs-folder").arg(directory.path());
        command
            .arg("--config")
            .arg(directory.path().join("janus.jcfg"));
        command.arg("--disable-colors");
        let process = Process::start(command, &directory.path().join("log"), plan.cores)?;
        // The last line of a start is that of its transport.
        process.line_where(|line| line.contains("HTTP webserver started").then_some(()))?;
        process.line_where(|line| line.contains("JANUS REST (HTTP/HTTPS)").then_some(()))?;
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Ok(Self {
            process,
            target: Target::new(address, None)?,
            ip,
            _directory: directory,
        })
    }

    pub(super) fn reading(&self) -> Result<Reading, LoadError> {
        self.process.reading()
    }

    pub(super) async fn place_call(
        &mut self,
        number: usize,
        way: &Way,
        swarm: &Swarm,
    ) -> Result<usize, LoadError> {
        // Janus has no room 0.
        let room = number + 1;
        let mut publishers = Vec::new();
        for side in 0..2 {
            let handle = Handle::attach(&self.target).await?;
            if side == 0 {
                let create = json!({
                    "request": "create", "room": room, "publishers": 2, "videocodec": "vp8",
                    "fir_freq": 0, "bitrate": 0,
                });
                handle.message(create, None).await?;
            }
            let (pending, sdp) = Peer::offering(self.ip, Direction::Sends)?;
            let join = json!({
                "request": "joinandconfigure", "ptype": "publisher", "room": room,
                "id": feed(room, side), "video": true,
            });
            handle.message(join, Some(("offer", sdp))).await?;
            let answer = handle.description().await?;
            swarm.add(vec![pending.accept(&way.through(&answer)?)?]);
            publishers.push(handle);
        }
        // Nobody can subscribe to who is not up.
        for publisher in &publishers {
            let up = |event: &Value| (event["janus"] == "webrtcup").then_some(());
            publisher.event_where("let a client up", up).await?;
        }
        for side in 0..2 {
            let handle = Handle::attach(&self.target).await?;
            let join = json!({
                "request": "join", "ptype": "subscriber", "room": room,
                "streams": [{ "feed": feed(room, 1 - side) }],
            });
            handle.message(join, None).await?;
            let offer = handle.description().await?;
            let (peer, answer) = Peer::answering(self.ip, &way.through(&offer)?)?;
            let start = json!({ "request": "start" });
            handle.message(start, Some(("answer", answer))).await?;
            swarm.add(vec![peer]);
        }
        Ok(4)
    }
}

/// The number of what a side sends.
const fn feed(room: usize, side: usize) -> usize {
    room * 2 + side
}

impl<'a> Handle<'a> {
    async fn attach(target: &'a Target) -> Result<Self, LoadError> {
        let create = json!({ "janus": "create", "transaction": "create" });
        let session = number_of(&post(target, "/janus", &create).await?)?;
        let attach = json!({
            "janus": "attach", "plugin": "janus.plugin.videoroom", "transaction": "attach",
        });
        let id = number_of(&post(target, &format!("/janus/{session}"), &attach).await?)?;
        Ok(Self {
            target,
            session,
            id,
        })
    }

    async fn message(
        &self,
        body: Value,
        description: Option<(&str, String)>,
    ) -> Result<Value, LoadError> {
        let mut message = json!({ "janus": "message", "transaction": "message", "body": body });
        if let Some((kind, sdp)) = description {
            message["jsep"] = json!({ "type": kind, "sdp": sdp });
        }
        let path = format!("/janus/{}/{}", self.session, self.id);
        post(self.target, &path, &message).await
    }

    /// The description that an event of ours brings.
    async fn description(&self) -> Result<String, LoadError> {
        let sdp = |event: &Value| event["jsep"]["sdp"].as_str().map(str::to_owned);
        self.event_where("described a connection", sdp).await
    }

    async fn event_where<T>(
        &self,
        what: &str,
        mut pick: impl FnMut(&Value) -> Option<T>,
    ) -> Result<T, LoadError> {
        let began = monotonic();
        let path = format!("/janus/{}?maxev=1", self.session);
        while monotonic().duration_since(began) < EVENT_MAX {
            let event = parsed(&self.target.get(&path, None).await?.accepted()?.body)?;
            if let Some(picked) = pick(&event) {
                return Ok(picked);
            }
            if event["plugindata"]["data"]["error"].is_string() {
                return Err(not_understood(&event));
            }
        }
        Err(LoadError::TimedOut {
            what: format!("Janus has not {what}"),
            waited: EVENT_MAX,
        })
    }
}

async fn post(target: &Target, path: &str, body: &Value) -> Result<Value, LoadError> {
    let answer = target.post(path, body, None).await?.accepted()?;
    let answer = parsed(&answer.body)?;
    let refused = answer["janus"] == "error" || answer["plugindata"]["data"]["error"].is_string();
    if refused {
        return Err(not_understood(&answer));
    }
    Ok(answer)
}

fn parsed(body: &str) -> Result<Value, LoadError> {
    serde_json::from_str(body).map_err(|_| not_understood(&json!(body)))
}

fn number_of(answer: &Value) -> Result<u64, LoadError> {
    let number = answer["data"]["id"].as_u64();
    number.ok_or_else(|| not_understood(answer))
}

fn not_understood(answer: &Value) -> LoadError {
    LoadError::Answer {
        server: "Janus",
        answer: answer.to_string(),
    }
}

/// Janus cannot say which port it was given, so that it has to be told one that is free.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// Sessions that are not asked for events, or Janus would end them after a minute; nothing but what
/// a call needs is loaded.
fn configure(folder: &Path, port: u16, ip: IpAddr) -> Result<(), LoadError> {
    let failed = |source| LoadError::File {
        path: folder.to_owned(),
        source,
    };
    for (kind, library) in [("plugins", PLUGIN), ("transports", TRANSPORT)] {
        let libraries = folder.join(kind);
        std::fs::create_dir(&libraries).map_err(failed)?;
        let installed = installed_folder()?.join(kind).join(library);
        symlink(installed, libraries.join(library)).map_err(failed)?;
    }
    let here = folder.display();
    let general = format!(
        "general: {{\n  configs_folder = \"{here}\"\n  plugins_folder = \"{here}/plugins\"\n  \
         transports_folder = \"{here}/transports\"\n  events_folder = \"{here}/none\"\n  \
         loggers_folder = \"{here}/none\"\n  session_timeout = 0\n  debug_level = 4\n}}\n\
         nat: {{\n  ice_lite = true\n  ice_enforce_list = \"{ip}\"\n  \
         full_trickle = false\n}}\n"
    );
    super::write(&folder.join("janus.jcfg"), &general)?;
    let http = format!(
        "general: {{\n  json = \"compact\"\n  base_path = \"/janus\"\n  http = true\n  \
         port = {port}\n  ip = \"127.0.0.1\"\n  https = false\n}}\n\
         admin: {{ admin_http = false }}\n"
    );
    super::write(&folder.join("janus.transport.http.jcfg"), &http)?;
    super::write(
        &folder.join("janus.plugin.videoroom.jcfg"),
        "general: { }\n",
    )
}

/// Debian's folder of libraries is named after the processor.
fn installed_folder() -> Result<std::path::PathBuf, LoadError> {
    let folders = std::fs::read_dir("/usr/lib").map_err(|_| LoadError::NoJanus)?;
    let found = folders
        .flatten()
        .map(|folder| folder.path().join("janus"))
        .find(|folder| folder.join("plugins").join(PLUGIN).is_file());
    found.ok_or(LoadError::NoJanus)
}
