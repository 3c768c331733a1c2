//! What a command prints. A reader that has gone away (`passerelle config example | head`) is no
//! error.

use super::error::CliError;
use std::io::Write;

/// Prints a line to standard output, at once.
pub(super) fn say(line: impl AsRef<str>) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{}", line.as_ref());
    let _ = output.flush();
}

/// Prints why the command failed.
pub(super) fn complain(error: &CliError) {
    let _ = writeln!(std::io::stderr().lock(), "passerelle: {error}");
}
