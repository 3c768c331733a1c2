//! Running a gateway in the foreground until it is told to stop, for `demo` and `serve`.

use super::error::CliError;
use super::print::{complain, say};
use crate::app::{Gateway, Purpose};
use crate::config::Config;
use crate::lifecycle::{ReloadSignal, StopSignals};
use crate::store::Check;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The exit code when a second signal cut the clean stop short (128 + SIGINT).
const IMPATIENT: u8 = 130;

/// Threads still busy when everything has stopped are left behind after this.
const THREADS_END_MAX: Duration = Duration::from_secs(1);

/// Why a gateway ends.
enum End {
    /// It was told to.
    Asked,
    /// It cannot go on.
    Failed(String),
}

/// The async runtime of a command.
pub(super) fn runtime() -> Result<Runtime, CliError> {
    Runtime::new().map_err(CliError::Runtime)
}

/// Starts a gateway, lets `introduce` print what there is to see, and stays until a signal.
pub(super) fn foreground(
    config: Config,
    purpose: Purpose,
    check: Check,
    introduce: impl FnOnce(&Gateway),
) -> Result<ExitCode, CliError> {
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        // Before anything is started, so that a signal during the start is not lost.
        let mut signals = StopSignals::listen().map_err(CliError::Runtime)?;
        // The demo has nothing to read again, and ends with its terminal as any program does.
        let mut hang_up = match purpose {
            Purpose::Service { .. } => Some(ReloadSignal::listen().map_err(CliError::Runtime)?),
            Purpose::Demo => None,
        };
        let mut gateway = Gateway::start(config, purpose, check).await?;
        introduce(&gateway);
        let mut end = serve(&mut gateway, &mut signals, &mut hang_up).await;
        if let End::Asked = end {
            end = drain(&mut gateway, &mut signals, &mut hang_up).await;
        }
        say("Stopping: clients reconnect by themselves, queue and conversations are kept.");
        let code = tokio::select! {
            () = gateway.stop() => ExitCode::SUCCESS,
            () = signals.received() => ExitCode::from(IMPATIENT),
        };
        match end {
            End::Asked => Ok(code),
            End::Failed(failure) => Err(CliError::Failed(failure)),
        }
    });
    runtime.shutdown_timeout(THREADS_END_MAX);
    result
}

/// Serves until it is told to stop, or cannot go on, or has nobody left to wait for.
async fn serve(
    gateway: &mut Gateway,
    signals: &mut StopSignals,
    hang_up: &mut Option<ReloadSignal>,
) -> End {
    loop {
        tokio::select! {
            () = signals.received() => return End::Asked,
            ended = gateway.ended() => return ended.map_or(End::Asked, End::Failed),
            () = asked(hang_up) => {}
        }
        let reloaded = tokio::select! {
            // A file on a disk that does not answer must not keep the gateway from ending.
            () = signals.received() => return End::Asked,
            reloaded = gateway.reload() => reloaded,
        };
        match reloaded {
            Ok(said) => say(said),
            Err(said) => {
                complain(&said);
                say("The configuration stays as it is: the problems are on standard error.");
            }
        }
    }
}

/// Serves on until nobody talks, where the configuration says so; another signal ends that.
async fn drain(
    gateway: &mut Gateway,
    signals: &mut StopSignals,
    hang_up: &mut Option<ReloadSignal>,
) -> End {
    let most = gateway.drain().await;
    if most.is_zero() {
        return End::Asked;
    }
    say(format!(
        "Stopping when nobody talks, at the latest in {} s; a second signal stops at once.",
        most.as_secs()
    ));
    let served = tokio::time::timeout(most, serve(gateway, signals, hang_up)).await;
    served.unwrap_or(End::Asked)
}

/// Ends when SIGHUP comes, where it is listened for.
async fn asked(signal: &mut Option<ReloadSignal>) {
    match signal {
        Some(signal) => signal.received().await,
        None => std::future::pending().await,
    }
}
