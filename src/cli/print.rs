//! What a command prints. A reader that has gone away (`passerelle config example | head`) is no
//! error.

use std::fmt::Display;
use std::io::Write;

/// Prints a line to standard output, at once.
pub(super) fn say(line: impl AsRef<str>) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{}", line.as_ref());
    let _ = output.flush();
}

/// Prints what went wrong to standard error.
pub(super) fn complain(error: &impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "passerelle: {error}");
}
