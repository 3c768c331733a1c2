//! Puts the parts together: opens the store, starts media and dispatcher, serves pages and
//! WebSockets, and stops all of it in the opposite order. `passerelle demo`, `serve` and `smoke`
//! are this with different configurations.

mod certificate;
mod door;
mod error;
pub(crate) mod files;
mod housekeeping;
mod network;
mod reload;
mod shared;
mod vital_signs;

pub use error::StartError;

use crate::audit::Audit;
use crate::auth::SignOuts;
use crate::clock::Clock;
use crate::config::{Config, Current, TlsMode};
use crate::dispatch::{Dispatch, DispatchError, DispatchParts};
use crate::echo::Echo;
use crate::http;
use crate::mail::Post;
use crate::sfu::{Sfu, SfuConfig, SfuStats};
use crate::store::{Check, Store};
use crate::tls::{self, HintingAcceptor};
use crate::ws::WsState;
use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use certificate::Renewal;
use door::Door;
use housekeeping::Housekeeping;
use hyper_util::rt::TokioTimer;
use jiff::tz::TimeZone;
use reload::{Administration, Reloader};
use rustls::ServerConfig;
use shared::Shared;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use vital_signs::VitalSigns;

/// Events of the media engine on their way to the dispatcher. Each call makes three or four; this
/// is every room of the engine at once.
const SFU_EVENTS_MAX: usize = 4096;

/// A browser sends its request's head at once; who does not is cut off.
const REQUEST_HEAD_MAX: Duration = Duration::from_secs(10);

/// At stop, the journal's last entries have this long, then goodbyes and requests on their way.
const STOP_MAX: Duration = Duration::from_secs(2);

/// A stop takes no longer, whatever clients, disk or media do: with the end of the threads
/// (`cli/run.rs`) within the ten seconds that `docs/operation.md` promises.
const STOP_DEADLINE: Duration = Duration::from_secs(8);

/// What a gateway is started for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Real calls: everybody signs in. The configuration comes from this file and can be read
    /// again.
    Service {
        /// The configuration file.
        file: PathBuf,
    },
    /// Trying out: anybody signs in as anybody with one click.
    Demo,
}

/// A running gateway.
pub struct Gateway {
    address: SocketAddr,
    media_address: SocketAddr,
    base_url: String,
    shared: Shared,
    sfu: Sfu,
    dispatch: Dispatch,
    driver: JoinHandle<Result<(), DispatchError>>,
    ws: WsState,
    server: JoinHandle<io::Result<()>>,
    handle: Handle<SocketAddr>,
    administration: Administration,
    housekeeping: Housekeeping,
    vital_signs: VitalSigns,
    renewal: Option<Renewal>,
}

impl Gateway {
    /// Starts a gateway on its database, checked so thoroughly; it serves when this returns.
    ///
    /// # Errors
    /// When a port is in use, the data directory cannot be used, or a certificate is missing.
    pub async fn start(config: Config, purpose: Purpose, check: Check) -> Result<Self, StartError> {
        for remark in config.remarks() {
            tracing::warn!("{remark}");
        }
        let (listener, address) = network::listen(config.listen.address)?;
        let base_url = base_url(&config, address);

        let store = Store::open_checked(&config.data_dir, check)?;
        let clock = Clock::system(store.newest_moment()?);
        let audit = Audit::open(&config.data_dir, clock.clone())?;
        let tls = tls::server(&config.tls, &config.data_dir, clock.now())?;
        let post = Post::of(&config)?;
        let (sfu, sfu_events) = start_media(&config, address)?;
        // `ServiceSection::check` has refused names without a time zone.
        let time_zone = config.service.time_zone().unwrap_or(TimeZone::UTC);
        let shared = Shared {
            store,
            audit,
            clock,
            current: Current::new(config),
            sign_outs: SignOuts::default(),
            post,
        };
        let in_force = shared.current.get();
        let (dispatch, driver) = Dispatch::start(DispatchParts {
            store: shared.store.clone(),
            audit: shared.audit.clone(),
            sfu: sfu.clone(),
            sfu_events,
            clock: shared.clock.clone(),
            configuration: in_force.configuration.clone(),
            time_zone: time_zone.clone(),
        })
        .await?;
        let housekeeping = Housekeeping::start(shared.clone(), time_zone);
        let vital_signs = VitalSigns::start(dispatch.clone(), sfu.clone());
        let demo = purpose == Purpose::Demo;
        let (tls, certificate) = tls.map(|tls| (tls.config, tls.changing)).unzip();
        let certificate = certificate.flatten();
        let standing = tls::standing(certificate.as_ref());
        let reloader = Reloader::new(purpose, &shared, dispatch.clone(), certificate.clone());
        let renewal = certificate.map(|it| Renewal::start(it, shared.clock.clone()));
        let echo = Echo::new(sfu.clone());
        let administration = Administration::start(&shared, reloader, echo.clone(), &base_url)?;

        let build = http::build_id();
        let (app, ws) = shared.pages(&dispatch, echo, standing, &base_url, &build, demo);
        let handle = Handle::new();
        let failed = |source| StartError::Listen { address, source };
        let door = Door::of(&in_force.config, sfu.clone(), shared.clock.clone());
        shared.write_down_start(&build).await?;
        let server = serve(listener, tls, app, handle.clone(), door).map_err(failed)?;
        let media_address = sfu.local_addr();
        tracing::info!(%address, %media_address, build, "serving");
        Ok(Self {
            address,
            media_address,
            base_url,
            shared,
            sfu,
            dispatch,
            driver,
            ws,
            server,
            handle,
            administration,
            housekeeping,
            vital_signs,
            renewal,
        })
    }

    /// The TCP address listened on, with the port that was taken when 0 was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The UDP address of media.
    pub const fn media_address(&self) -> SocketAddr {
        self.media_address
    }

    /// What to put before `/tablet` in a browser.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The store, to read records after the gateway has stopped taking calls.
    pub const fn store(&self) -> &Store {
        &self.shared.store
    }

    /// A reading of the media engine.
    pub async fn media_stats(&self) -> SfuStats {
        self.sfu.stats().await
    }

    /// Reads the configuration file again and puts it in force. What is to be said: `Ok` when it is
    /// in force, `Err` when nothing has changed.
    ///
    /// # Errors
    /// With every problem of the configuration.
    pub async fn reload(&self) -> Result<String, String> {
        self.administration.reload().await
    }

    /// Ends only when the gateway cannot go on, with the reason; or without one after
    /// [`Gateway::drain`], when nobody talks.
    pub async fn ended(&mut self) -> Option<String> {
        tokio::select! {
            ended = &mut self.driver => match ended {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some(String::from("the dispatcher has ended")),
            },
            ended = &mut self.server => Some(match ended {
                Ok(Err(error)) => format!("the server has ended: {error}"),
                Ok(Ok(())) | Err(_) => String::from("the server has ended"),
            }),
        }
    }

    /// Begins to wait for a moment in which nobody talks. Returns for how long that may be waited
    /// for, by the configuration in force; zero: not at all, and nothing has begun.
    pub async fn drain(&self) -> Duration {
        let most = self.shared.current.get().config.service.drain();
        if !most.is_zero() {
            self.dispatch.drain().await;
        }
        most
    }

    /// Says goodbye to every client, lets what is on its way finish, and flushes the journal. The
    /// conversations are in it: the next process takes them up. Takes eight seconds at most,
    /// whatever hangs.
    pub async fn stop(self) {
        let stopped = tokio::time::timeout(STOP_DEADLINE, self.stop_all()).await;
        if stopped.is_err() {
            tracing::warn!("not everything ended in time; what was acknowledged is in the journal");
        }
    }

    async fn stop_all(self) {
        drop(self.administration);
        drop(self.housekeeping);
        drop(self.vital_signs);
        drop(self.renewal);
        let decided = tokio::time::timeout(STOP_MAX, self.dispatch.shut_down()).await;
        if decided.is_err() {
            // Its end tells the clients. What is not durable by now has not been acknowledged.
            tracing::warn!("the journal did not take its last entries in time");
            self.driver.abort();
        }
        self.sfu.shut_down().await;
        // Before the server stops listening: who has requests in place of a socket fetches the
        // goodbye by a further one.
        let goodbyes = tokio::time::timeout(STOP_MAX, self.ws.all_closed()).await;
        if goodbyes.is_err() {
            tracing::warn!("some clients did not take their goodbye in time");
        }
        self.handle.graceful_shutdown(Some(STOP_MAX));
        // Its end has been taken note of already when it ended by itself.
        if !self.server.is_finished() {
            let ended = tokio::time::timeout(STOP_MAX * 2, self.server).await;
            if ended.is_err() {
                tracing::warn!("some connections did not end in time and were cut");
            }
        }
        self.shared.close().await;
        tracing::info!("stopped; the journal is on disk");
    }
}

/// The address people type: the configured one, or the one listened on. An address that stands for
/// all of the machine's becomes the one its network knows it by.
pub fn base_url(config: &Config, address: SocketAddr) -> String {
    if let Some(url) = &config.service.public_url {
        return url.clone();
    }
    let scheme = if config.tls.mode == TlsMode::Off {
        "http"
    } else {
        "https"
    };
    let ip = network::reachable_ip(address.ip());
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

/// Starts the media engine; `pages` is where browsers connect, also for media over TCP.
fn start_media(
    config: &Config,
    pages: SocketAddr,
) -> Result<(Sfu, mpsc::Receiver<crate::sfu::SfuEvent>), StartError> {
    let (events, receiver) = mpsc::channel(SFU_EVENTS_MAX);
    let announced = network::announced(&config.media);
    let tcp_port = match config.tls.mode {
        TlsMode::Off => None,
        _ => Some(config.media.tcp_port.unwrap_or(pages.port())).filter(|port| *port != 0),
    };
    let config = SfuConfig {
        bind: config.media.bind,
        announced,
        tcp_port,
        threads: config.media.threads,
    };
    Ok((Sfu::start(config, events)?, receiver))
}

fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    app: Router,
    handle: Handle<SocketAddr>,
    door: Door,
) -> io::Result<JoinHandle<io::Result<()>>> {
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    // No second protocol is looked for. The time for the head of a request runs from its first
    // byte, and again while a connection waits for its next one.
    let mut http = server.http_builder().clone().http1_only();
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD_MAX);
    *server.http_builder() = http;
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(match tls {
        Some(config) => {
            let acceptor = door.before(HintingAcceptor::new(config));
            tokio::spawn(server.acceptor(acceptor).serve(app))
        }
        None => {
            let acceptor = door.before(NoDelayAcceptor::new());
            tokio::spawn(server.acceptor(acceptor).serve(app))
        }
    })
}
