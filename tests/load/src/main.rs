//! `passerelle-load`: what a machine carries of video. Real WebRTC clients (str0m, DTLS, SRTP), one
//! thread of them on one core, against a server on another: Passerelle, Debian's Janus or a bare
//! forwarder, each a process of its own. A call is two parties who send 2.5 Mb/s each by default.
//! Everything stops by itself, and what was started ends with it.

mod client;
mod compare;
mod crypto;
mod error;
mod figures;
mod forwarder;
mod hold;
mod machine;
mod measure;
mod media;
mod process;
mod relay;
mod repair;
mod servers;

use clap::builder::RangedI64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use client::{DATAGRAM, PER_FRAME, Pace};
use error::LoadError;
use passerelle::lifecycle::StopSignals;
use process::Cores;
use relay::Conditions;
use servers::{Kind, Plan};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Calls, seconds and rounds that can be asked for: an hour of measurement at the very most.
const CALLS_MAX: i64 = 400;
const SECONDS_MAX: i64 = 120;
const ROUNDS_MAX: i64 = 20;

/// Media threads: far more than cores.
const THREADS_MAX: i64 = 8;

/// What a machine carries of audio and video.
#[derive(Parser)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How many calls a core carries, what a packet costs and how long it takes.
    Media {
        /// Calls added at a time, until the core is full.
        #[arg(long, default_value_t = 10, value_parser = up_to(CALLS_MAX))]
        step: u16,
        /// Calls at most.
        #[arg(long, default_value_t = 140, value_parser = up_to(CALLS_MAX))]
        calls: u16,
        #[command(flatten)]
        common: Common,
    },
    /// The same calls at Passerelle, Janus and a bare forwarder, by turns.
    Janus {
        /// Calls at each.
        #[arg(long, default_value_t = 20, value_parser = up_to(CALLS_MAX))]
        calls: u16,
        #[command(flatten)]
        common: Common,
    },
    /// Calls at once on two cores, for as many rounds: nothing may grow but the records.
    Hold {
        /// Calls in all.
        #[arg(long, default_value_t = 28, value_parser = up_to(CALLS_MAX))]
        calls: u16,
        /// Media threads of the gateway.
        #[arg(long, default_value_t = 2, value_parser = up_to(THREADS_MAX))]
        threads: u16,
        #[command(flatten)]
        common: Common,
    },
    /// Calls over a bad network, and what is made good of it.
    Repair {
        /// Calls in all.
        #[arg(long, default_value_t = 5, value_parser = up_to(CALLS_MAX))]
        calls: u16,
        /// Whose loss recovery.
        #[arg(long, value_enum, default_value_t = Named::Passerelle)]
        server: Named,
        #[command(flatten)]
        network: Network,
        #[command(flatten)]
        common: Common,
    },
    /// The bare forwarder itself: an offer a line in, an answer a line out.
    #[command(hide = true)]
    Forwarder,
}

#[derive(Args)]
struct Common {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 6, value_parser = up_to(SECONDS_MAX))]
    seconds: u16,
    /// How often each measurement is made; medians count.
    #[arg(long, default_value_t = 3, value_parser = up_to(ROUNDS_MAX))]
    rounds: u16,
    /// Thousands of bits a second that each sends, in packets of 1200 bytes.
    #[arg(long, default_value_t = 2_500, value_parser = kbps())]
    kbps: u32,
    /// Send whole frames at once, in place of packet after packet.
    #[arg(long)]
    frames: bool,
    /// The program of the gateway [default: `passerelle` beside this one].
    #[arg(long, value_name = "PATH")]
    gateway: Option<PathBuf>,
}

/// Both ways alike.
#[derive(Args)]
struct Network {
    /// Percent of the datagrams that vanish.
    #[arg(long, default_value_t = 5.0)]
    loss: f64,
    /// Milliseconds each takes.
    #[arg(long, default_value_t = 20)]
    delay: u16,
    /// Milliseconds it may take on top, so that some overtake others.
    #[arg(long, default_value_t = 0)]
    jitter: u16,
    /// Bits a second of each direction of each connection, in thousands.
    #[arg(long)]
    rate: Option<u32>,
    /// Milliseconds a datagram waits for its turn at that rate, at most.
    #[arg(long, default_value_t = 200)]
    queue: u16,
    /// The same seed makes the same network.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Named {
    Passerelle,
    Janus,
    Str0m,
}

/// At least one, at most so many.
fn up_to(max: i64) -> RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=max)
}

/// A voice at least, a cinema at most.
fn kbps() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(100..=20_000)
}

fn main() -> ExitCode {
    match run(Command::parse().what) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(what: What) -> Result<(), LoadError> {
    if matches!(what, What::Forwarder) {
        return forwarder::run();
    }
    let cores = Cores::available()?;
    // Every thread from here on is a client's.
    process::pin(&[cores.clients])?;
    if cores.clients == cores.server {
        figures::progress("one core for server and clients: the figures are too high");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(LoadError::Sockets)?;
    runtime.block_on(async {
        let mut signals = StopSignals::listen().map_err(LoadError::Sockets)?;
        tokio::select! {
            measured = measure(what, cores) => measured,
            // Whatever was started ends with what measures it.
            () = signals.received() => Ok(()),
        }
    })
}

async fn measure(what: What, cores: Cores) -> Result<(), LoadError> {
    machine::print_lateness(cores.server)?;
    match what {
        What::Media {
            step,
            calls,
            common,
        } => {
            let gateway = common.gateway()?;
            let steps = media::Steps {
                step: step.into(),
                span: common.span(),
                rounds: common.rounds.into(),
                pace: common.pace(),
            };
            media::measure(&plan(&gateway, calls, cores), &steps).await
        }
        What::Janus { calls, common } => {
            let gateway = common.gateway()?;
            let plan = plan(&gateway, calls, cores);
            let rounds = common.rounds.into();
            compare::measure(&plan, common.span(), rounds, common.pace()).await
        }
        What::Hold {
            calls,
            threads,
            common,
        } => {
            let gateway = common.gateway()?;
            let plan = Plan {
                threads,
                cores: Cores {
                    shared: true,
                    ..cores
                },
                ..plan(&gateway, calls, cores)
            };
            let rounds = common.rounds.into();
            hold::measure(&plan, common.span(), rounds, common.pace()).await
        }
        What::Repair {
            calls,
            server,
            network,
            common,
        } => {
            let gateway = common.gateway()?;
            let plan = plan(&gateway, calls, cores);
            let kind = match server {
                Named::Passerelle => Kind::Passerelle,
                Named::Janus => Kind::Janus,
                Named::Str0m => Kind::Bare,
            };
            let conditions = (network.conditions(), network.seed);
            repair::measure(kind, &plan, common.span(), common.pace(), conditions).await
        }
        What::Forwarder => forwarder::run(),
    }
}

fn plan(gateway: &std::path::Path, calls: u16, cores: Cores) -> Plan<'_> {
    Plan {
        gateway,
        calls: calls.into(),
        threads: 1,
        cores,
    }
}

impl Common {
    fn span(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    fn pace(&self) -> Pace {
        let bits = 8 * DATAGRAM as u32;
        Pace {
            per_second: (1000 * self.kbps / bits).max(1),
            at_once: if self.frames { PER_FRAME } else { 1 },
        }
    }

    fn gateway(&self) -> Result<PathBuf, LoadError> {
        if let Some(named) = &self.gateway {
            return Ok(named.clone());
        }
        let program = std::env::current_exe().map_err(LoadError::Sockets)?;
        Ok(program.with_file_name("passerelle"))
    }
}

impl Network {
    fn conditions(&self) -> Conditions {
        let ms = |ms: u16| Duration::from_millis(ms.into());
        Conditions {
            loss_pct: self.loss.clamp(0.0, 100.0),
            delay: ms(self.delay),
            jitter: ms(self.jitter),
            rate_kbps: self.rate,
            queue: ms(self.queue),
        }
    }
}
