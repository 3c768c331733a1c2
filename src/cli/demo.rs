//! `passerelle demo`: the embedded configuration on this machine, with one-click sign-in.

use super::error::CliError;
use super::print::say;
use super::run::foreground;
use crate::app::{Gateway, Purpose};
use crate::auth::Role;
use crate::config::{Config, TlsMode};
use crate::store::Check;
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Visible, next to where it was started, and easily thrown away.
const DATA_DIR: &str = "data/demo";

/// Options of `passerelle demo`.
#[derive(Args)]
pub(super) struct Demo {
    /// Where browsers connect; 0.0.0.0:8443 opens the demo to tablets of your network
    /// [default: 127.0.0.1:8443].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where journal, records and certificate are kept.
    #[arg(long, value_name = "DIR", default_value = DATA_DIR)]
    data_dir: PathBuf,
    /// No TLS; on a loopback address only.
    #[arg(long)]
    plain_http: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let mut config = Config::demo()?;
        config.data_dir = self.data_dir;
        if let Some(address) = self.listen {
            config.listen.address = address;
            // Media is reached where the pages are, unless the environment says otherwise.
            if config.media.bind.ip().is_loopback() {
                config.media.bind.set_ip(address.ip());
            }
        }
        if self.plain_http {
            config.tls.mode = TlsMode::Off;
        }
        let config = config.checked()?;
        let (data_dir, tls) = (config.data_dir.clone(), config.tls.mode);
        foreground(config, Purpose::Demo, Check::Quick, |gateway| {
            introduce(gateway, &data_dir, tls);
        })
    }
}

fn introduce(gateway: &Gateway, data_dir: &Path, tls: TlsMode) {
    let base = gateway.base_url();
    let data_dir = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    say(format!(
        "Passerelle {} · démonstration / demo",
        env!("CARGO_PKG_VERSION")
    ));
    say("");
    let purposes = [
        (
            Role::Tablet,
            "the visitor's side: choose a reception point, tap a language",
        ),
        (
            Role::Interpreter,
            "who answers: choose a person, become available, accept",
        ),
        (
            Role::Coordinator,
            "who watches: queue, interpreters, tablets, today's calls",
        ),
        (
            Role::Administrator,
            "who lets people and tablets in, and sees no call",
        ),
    ];
    for (role, purpose) in purposes {
        say(format!("  {:<44} {purpose}", format!("{base}/{role}")));
    }
    say("");
    if tls == TlsMode::Development {
        say("  The certificate is self-made: the browser warns once, continue (« Avancé »).");
    }
    say(format!(
        "  Data: {} (delete it to begin again)",
        data_dir.display()
    ));
    let over_tcp = match tls {
        TlsMode::Off => "",
        _ => ", or over TCP by the port above",
    };
    say(format!(
        "  Media: UDP {}{over_tcp}",
        gateway.media_address()
    ));
    say("");
    say("Waiting for browsers. Open the tablet and an interpreter side by side. Ctrl-C stops.");
}
