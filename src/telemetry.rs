//! Logs on standard error, as text or as JSON lines; standard output belongs to what a command was
//! asked to print. Call and connection numbers are logged, never a person's name or an address.

use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is logged unless said otherwise: our own information and everybody's warnings, but only
/// errors of the DTLS library, which warns of each connection that it has no server name (it needs
/// none).
const FILTER_DEFAULT: &str = "warn,passerelle=info,rtc_dtls=error";

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
    let builder = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // The only failure is a log started before, which goes on.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    Ok(())
}
