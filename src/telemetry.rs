//! Logs on standard error, as text or as JSON lines; standard output belongs to what a command was
//! asked to print. Call and connection numbers are logged, never a person's name or an address.

use clap::ValueEnum;
use std::backtrace::Backtrace;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What is logged unless said otherwise: our own information and everybody's warnings, but only
/// errors of the media libraries (all begin with `rtc`), which warn of whatever strangers send: of
/// each connection without a server name (it needs none), of each message that is too long.
const FILTER_DEFAULT: &str = "warn,passerelle=info,rtc=error";

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// A filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the log filter `{filter}`: {source}; use for example `{FILTER_DEFAULT}`")]
pub struct FilterError {
    filter: String,
    source: tracing_subscriber::filter::ParseError,
}

/// At the finest level libraries print what passes through them: the WebSocket library every
/// message, and with it what people wrote. That is never logged, whatever filter is asked for.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    *metadata.level() != Level::TRACE || metadata.target().starts_with("passerelle")
}

/// Starts logging for this process. A second start changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(filter: Option<&str>, format: LogFormat) -> Result<(), FilterError> {
    let filter = filter.unwrap_or(FILTER_DEFAULT);
    let parsed = EnvFilter::try_new(filter).map_err(|source| FilterError {
        filter: filter.to_owned(),
        source,
    })?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let log = tracing_subscriber::registry()
        .with(lines)
        .with(parsed)
        .with(filter_fn(may_be_logged));
    // The only failure is a log started before, which goes on.
    let _ = log.try_init();
    std::panic::set_hook(Box::new(tell_of_panic));
    Ok(())
}

/// Tells where a panic was. Its message only where that is fixed text: others quote what was at
/// hand, as slicing a text prints the text, and that can be what a client sent.
fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>();
    let backtrace = Backtrace::capture();
    tracing::error!(place, message, %backtrace, "a fault of this program: please report this line");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::MakeWriter;

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_panic_is_told_by_its_place_and_quotes_nobody() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_writer(lines.clone());
        let log = log.with_ansi(false).finish();
        let said = String::from("é what somebody wrote");
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(tell_of_panic));
        let panicked =
            tracing::subscriber::with_default(log, || std::panic::catch_unwind(|| said[1..].len()));
        std::panic::set_hook(before);
        assert!(panicked.is_err(), "in the middle of a letter");
        let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(
            told.contains("telemetry.rs") && !told.contains("somebody"),
            "{told}"
        );
    }
}
