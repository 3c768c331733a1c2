//! The ways of media: a built-in client here has its picture sent back by the running gateway, as a
//! tablet that tests itself, over each address the gateway tells browsers.

use super::findings::Findings;
use crate::auth::{admin, relays};
use crate::client::bridge::Bridge;
use crate::client::candidates::{candidates, only_at};
use crate::client::http::Target;
use crate::client::media::{MediaClient, MediaClientConfig};
use crate::client::turn::over_relay;
use crate::config::{Config, TlsMode};
use crate::tls;
use passerelle_signaling::time::Timestamp;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::time::Duration;

/// A way opens within a second or never; this is for a machine under load.
const PICTURE_MAX: Duration = Duration::from_secs(8);

/// A way, and what it is called.
enum Way<'a> {
    Udp(SocketAddr),
    Tcp(SocketAddr),
    Relay(&'a str, SocketAddr),
}

impl Way<'_> {
    fn shown(&self) -> String {
        match self {
            Self::Udp(at) => format!("by UDP to {at}"),
            Self::Tcp(at) => format!("by TCP to {at}"),
            Self::Relay(url, at) => format!("by the relay {url} to {at}"),
        }
    }

    const fn what_to_do(&self) -> &'static str {
        match self {
            Self::Udp(_) => {
                "open incoming UDP on this port, here and at the router; if this address is \
                 reached from outside only, try from there, else correct `media.announced`"
            }
            Self::Tcp(_) => {
                "open incoming TCP on this port, without inspection; if this address is reached \
                 from outside only, try from there, else correct `media.tcp_port`"
            }
            Self::Relay(..) => {
                "compare `relay.urls` and `relay.secret` with the relay's own, its clock with \
                 this one's, and let it reach this address"
            }
        }
    }
}

pub(super) async fn check(config: &Config, now: Timestamp, findings: &mut Findings) {
    let data_dir = &config.data_dir;
    match offer(data_dir).await {
        Ok(Some((_, answer))) => {
            answers(config, findings).await;
            ways(config, &answer, now, findings).await;
        }
        Ok(None) => not_running(config, findings),
        Err(error) => findings.failed(format!("the running gateway: {error}")),
    }
}

/// Whether it answers as supervisors and browsers ask it.
async fn answers(config: &Config, findings: &mut Findings) {
    let listen = config.listen.address;
    let asked = async {
        let served = tls::served_certificate(&config.tls, &config.data_dir)?;
        let target = Target::new(listen, served)?;
        Ok::<_, crate::cli::error::CliError>(target.get("/readyz", None).await?)
    };
    match asked.await {
        Ok(answer) if answer.status == 200 => {
            findings.well(format!("the gateway answers on {listen}: {}", answer.body));
        }
        Ok(answer) => findings.failed(format!("the gateway is not ready: {}", answer.body)),
        Err(error) => findings.failed(format!(
            "the gateway runs, but its pages do not answer on {listen}: {error}"
        )),
    }
}

async fn ways(config: &Config, answer: &str, now: Timestamp, findings: &mut Findings) {
    let announced = candidates(answer);
    let mut all: Vec<Way<'_>> = Vec::new();
    for candidate in &announced {
        all.push(match candidate.tcp {
            false => Way::Udp(candidate.address),
            true => Way::Tcp(candidate.address),
        });
    }
    let first_udp = announced.iter().find(|candidate| !candidate.tcp);
    if let Some(to) = first_udp {
        let urls = config.relay.urls.iter();
        all.extend(urls.map(|url| Way::Relay(url, to.address)));
    }
    for way in all {
        let shown = way.shown();
        match picture(config, &way, now).await {
            Ok(()) => findings.well(format!("media comes back {shown}")),
            Err(why) => findings.failed(format!(
                "no media comes back {shown} ({why}): {}",
                way.what_to_do()
            )),
        }
    }
    let by_tcp = announced.iter().any(|candidate| candidate.tcp);
    if !by_tcp {
        findings.look(
            "media over TCP is not offered: whoever's network blocks UDP needs a relay \
             (docs/network.md)",
        );
    }
    if config.relay.urls.is_empty() {
        findings.look(
            "no relay is configured: a network that lets through a proxy alone gets no media \
             (docs/network.md)",
        );
    }
}

/// Whether a picture comes back that way.
async fn picture(config: &Config, way: &Way<'_>, now: Timestamp) -> Result<(), String> {
    // Held until the picture has come.
    let mut bridge = None;
    let (bind, at) = match *way {
        Way::Udp(at) => (towards(at).ok_or("this machine has no way there")?, at),
        Way::Tcp(to) => {
            let made = Bridge::over_tcp(to).await;
            let made = bridge.insert(made.map_err(|error| error.to_string())?);
            (IpAddr::V4(Ipv4Addr::LOCALHOST), made.address())
        }
        Way::Relay(url, to) => {
            let servers = relays(&config.relay, now);
            let server = servers.first().ok_or("no relay is configured")?;
            let made = over_relay(url, server, to).await;
            let made = bridge.insert(made.map_err(|error| error.to_string())?);
            (IpAddr::V4(Ipv4Addr::LOCALHOST), made.address())
        }
    };
    let offered = offer_from(&config.data_dir, bind).await?;
    let (client, answer) = offered.ok_or("the gateway has stopped")?;
    let accepted = client.accept_answer(only_at(&answer, at)).await;
    accepted.map_err(|error| error.to_string())?;
    let comes = client.wait_until(PICTURE_MAX, |seen| seen.video_keyframes_received > 0);
    let comes = comes.await;
    let connected = client.stats().connected_at.is_some();
    client.close().await;
    drop(bridge);
    match (comes, connected) {
        (true, _) => Ok(()),
        (false, true) => Err(String::from("connected, but no picture")),
        (false, false) => Err(format!("no answer within {} s", PICTURE_MAX.as_secs())),
    }
}

async fn offer(data_dir: &Path) -> Result<Option<(MediaClient, String)>, String> {
    offer_from(data_dir, Ipv4Addr::LOCALHOST.into()).await
}

/// A client on this address and the answer to its offer; `None` when no gateway runs.
async fn offer_from(
    data_dir: &Path,
    bind: IpAddr,
) -> Result<Option<(MediaClient, String)>, String> {
    let made = MediaClient::with(MediaClientConfig::picture(bind)).await;
    let (client, offer) = made.map_err(|error| error.to_string())?;
    let answer = admin::ask_media(data_dir, offer).await;
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(answer.map(|answer| (client, answer)))
}

/// The address by which this machine sends to another.
fn towards(to: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match to {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // Only asks the routing table.
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(to).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// Nothing is started: only whether the ports are free for it.
fn not_running(config: &Config, findings: &mut Findings) {
    findings.look(
        "no gateway runs on this data folder: nothing was tried over the network; start it \
         (`passerelle serve`) and run this again",
    );
    let (listen, media) = (config.listen.address, config.media.bind);
    match TcpListener::bind(listen) {
        Ok(_) => findings.well(format!("TCP {listen} is free for pages")),
        Err(error) => findings.failed(format!(
            "TCP {listen} cannot be had ({error}): end whoever holds it (`ss -ltnp`), or change \
             `listen.address`"
        )),
    }
    match UdpSocket::bind(media) {
        Ok(_) => findings.well(format!("UDP {media} is free for media")),
        Err(error) => findings.failed(format!(
            "UDP {media} cannot be had ({error}): end whoever holds it (`ss -lunp`), or change \
             `media.bind`"
        )),
    }
    if config.tls.mode == TlsMode::Off {
        findings.look("pages are behind a proxy: it was not asked");
    }
}
