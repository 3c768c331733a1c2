//! `passerelle smoke`: one call from tap to record, with every real part and no browser. Starts a
//! gateway on free ports in a temporary directory and prints each step with its time.

mod call;
mod error;

pub(super) use error::SmokeError;

use super::error::CliError;
use super::print::say;
use super::run::runtime;
use super::temporary::TemporaryDirectory;
use crate::app::{Gateway, Purpose};
use crate::client::http::Target;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Check;
use crate::tls;
use call::Call;
use clap::Args;
use passerelle_signaling::time::Timestamp;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

/// Options of `passerelle smoke`: none.
#[derive(Args)]
pub(super) struct Smoke {}

impl Smoke {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let Self {} = self;
        let directory = TemporaryDirectory::make("smoke")?;
        let mut config = Config::demo()?;
        directory.path().clone_into(&mut config.data_dir);
        config.listen.address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.media.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = config.checked()?;
        runtime()?.block_on(smoke(config))?;
        say("smoke passed");
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints what was done and how long it took.
struct Progress {
    clock: Clock,
    step_began: Timestamp,
    step: &'static str,
}

impl Progress {
    fn new(step: &'static str) -> Self {
        let clock = Clock::system(Timestamp(0));
        let step_began = clock.now();
        Self {
            clock,
            step_began,
            step,
        }
    }

    /// The step named before is done; `next` begins.
    fn done(&mut self, next: &'static str) {
        let now = self.clock.now();
        say(format!(
            "{:>6} ms  {}",
            now.since(self.step_began).0,
            self.step
        ));
        (self.step_began, self.step) = (now, next);
    }
}

async fn smoke(config: Config) -> Result<(), CliError> {
    let mut progress = Progress::new("start the gateway, with a new certificate and database");
    let (tls, data_dir) = (config.tls.clone(), config.data_dir.clone());
    let gateway = Gateway::start(config.clone(), Purpose::Demo, Check::Quick).await?;
    let target = Target::new(gateway.address(), tls::served_certificate(&tls, &data_dir)?)?;
    let called = call(&mut progress, &config, &target, &gateway).await;
    gateway.stop().await;
    match called {
        Ok(()) => {
            progress.done("");
            Ok(())
        }
        Err(error) => Err(CliError::Smoke {
            step: progress.step,
            error,
        }),
    }
}

async fn call(
    progress: &mut Progress,
    config: &Config,
    target: &Target,
    gateway: &Gateway,
) -> Result<(), SmokeError> {
    progress.done("sign in as tablet 1 and as an interpreter of fsl, over HTTPS");
    let mut call = Call::sign_in(config, target).await?;
    progress.done("become available");
    call.become_available().await?;
    progress.done("tap French Sign Language and ring the interpreter");
    call.tap().await?;
    progress.done("accept, connect media, wait for picture and sound on both sides");
    let accepted = progress.clock.now();
    call.accept_and_connect().await?;
    let first_frame = progress.clock.now().since(accepted);
    progress.done("see the call in progress on both sides");
    say(format!("accept → first frame: {} ms", first_frame.0));
    call.see_active().await?;
    let delays = gateway.media_stats().await.delays;
    if let (Some(half), Some(most)) = (delays.permille(500), delays.permille(990)) {
        let packets = delays.count();
        say(format!(
            "inside the gateway: {} µs, 99 of 100 within {} µs ({packets} packets)",
            half.as_micros(),
            most.as_micros()
        ));
    }
    progress.done("hang up at the tablet, see it ended on both sides");
    call.hang_up().await?;
    progress.done("read the record from the database");
    call.check_record(gateway.store(), progress.clock.now())
        .await?;
    progress.done("stop the gateway");
    Ok(())
}
