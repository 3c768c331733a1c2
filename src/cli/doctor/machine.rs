//! What this machine itself has: the data folder, the database, the certificate, the clock.

use super::findings::Findings;
use crate::cli::place::{described, moment};
use crate::config::{Config, TlsMode};
use crate::store::{Contents, StoreError, looked_at};
use crate::tls;
use passerelle_signaling::time::{Millis, Timestamp};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// A day's journal of the reference city has half of it.
const ROOM_BYTES: usize = 16 * 1024 * 1024;

/// The name of what is written to see whether there is room, and taken away again.
const TRIAL: &str = "doctor-was-here";

const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// A certificate of own files is not to be renewed on its last day.
const DAYS_FEW: u64 = 21;

/// Who renews by themselves have done so long before.
const DAYS_LATE: u64 = 7;

/// A certificate that ends within so long is as good as ended: nobody is there in the night.
const DAYS_LAST: u64 = 2;

pub(super) fn check(config: &Config, now: Timestamp, findings: &mut Findings) {
    data_folder(&config.data_dir, findings);
    match looked_at(&config.data_dir) {
        Ok(contents) => database(&contents, now, findings),
        Err(StoreError::NoDatabase { .. }) => {
            findings.look("there is no database yet: the first start makes it");
        }
        Err(error) => findings.failed(format!("the database: {error}")),
    }
    certificate(config, now, findings);
}

fn data_folder(data_dir: &Path, findings: &mut Findings) {
    let shown = data_dir.display();
    if !data_dir.exists() {
        findings.look(format!(
            "{shown} is not there yet: the first start makes it"
        ));
        return;
    }
    match has_room(data_dir) {
        Ok(()) => findings.well(format!("{shown} can be written and has room")),
        Err(error) => findings.failed(format!(
            "{shown} cannot be written: {error}; free space on its disk, and see that it belongs \
             to whom the gateway runs as, who is the one to run this command"
        )),
    }
}

fn has_room(data_dir: &Path) -> io::Result<()> {
    let path = data_dir.join(TRIAL);
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0; ROOM_BYTES])?;
        file.sync_all()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}

fn database(contents: &Contents, now: Timestamp, findings: &mut Findings) {
    findings.well(format!("the database is whole: {}", described(contents)));
    if now < contents.newest {
        findings.failed(format!(
            "the clock says {}, before the newest entry of the journal: set it (`timedatectl`), or \
             the gateway does not start",
            moment(now)
        ));
    } else {
        findings.well(format!("the clock says {}", moment(now)));
    }
}

fn certificate(config: &Config, now: Timestamp, findings: &mut Findings) {
    let (section, data_dir) = (&config.tls, &config.data_dir);
    if section.mode == TlsMode::Off {
        findings.well("TLS is the proxy's: look at its certificate there");
        return;
    }
    let served = match tls::served_certificate(section, data_dir) {
        Ok(Some(served)) => served,
        Ok(None) => return,
        Err(error) if section.mode == TlsMode::Files => {
            findings.failed(format!("the certificate: {error}"));
            return;
        }
        Err(_) => {
            findings.look("there is no certificate yet: the first start makes or fetches it");
            return;
        }
    };
    let Some(until) = tls::served_until(section, data_dir) else {
        findings.failed("the certificate cannot be read: give one in PEM");
        return;
    };
    let days = until.since(now).0 / DAY.0;
    let ends = format!("the certificate is good until {}", moment(until));
    match section.mode {
        _ if until <= now || days < DAYS_LAST => findings.failed(format!(
            "{ends}, {days} days from now: {}",
            renewal(section.mode)
        )),
        TlsMode::Files if days < DAYS_FEW => {
            findings.look(format!("{ends}, {days} days from now: renew it"));
        }
        TlsMode::Acme if days < DAYS_LATE => findings.look(format!(
            "{ends}, {days} days from now, and should have been renewed: see the log, and \
             docs/doors.md"
        )),
        TlsMode::Development => findings.look(format!(
            "{ends}; it is the gateway's own, which browsers ask about: for a service use \
             `tls.mode` `files` or `acme`"
        )),
        _ => findings.well(format!("{ends}, {days} days from now")),
    }
    named(config, &served, findings);
}

const fn renewal(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Acme => "its renewal fails: see the log, and docs/doors.md",
        TlsMode::Development => "restart the gateway, which makes another",
        TlsMode::Files | TlsMode::Off => {
            "put a new one in the place of the files; the gateway takes it within a minute"
        }
    }
}

/// Whether browsers take the certificate for the address people type.
fn named(config: &Config, served: &rustls::pki_types::CertificateDer<'_>, findings: &mut Findings) {
    let Some(url) = &config.service.public_url else {
        return;
    };
    let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or(host);
    if config.tls.mode == TlsMode::Development {
        return;
    }
    if tls::is_of(served, host) {
        findings.well(format!("it is of {host}"));
    } else {
        findings.failed(format!(
            "it is not of {host}, which is `service.public_url`: browsers refuse it; get one with \
             that name"
        ));
    }
}
