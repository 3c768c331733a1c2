//! Section `tls`: browsers give camera and microphone to secure pages only, so plain HTTP is taken
//! on this machine's own address and nowhere else.

use super::{AcmeSection, ListenSection, Problems};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the connection is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSection {
    /// Where the certificate comes from.
    pub mode: TlsMode,
    /// With `files`: the certificate chain, PEM, the server's own first.
    pub certificate: Option<PathBuf>,
    /// With `files`: the private key, PEM.
    pub key: Option<PathBuf>,
    /// With `acme`: from which authority.
    pub acme: AcmeSection,
}

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Self-signed, made on first start in the data directory. Browsers ask once.
    #[default]
    Development,
    /// Own files.
    Files,
    /// From an authority, asked for and renewed by the gateway.
    Acme,
    /// None: plain HTTP on a loopback address, for a proxy on the same machine or for trying out.
    Off,
}

impl TlsSection {
    pub(super) fn check(&self, listen: &ListenSection, problems: &mut Problems) {
        let address = listen.address;
        if self.mode == TlsMode::Off && !address.ip().is_loopback() {
            let message = format!(
                "`off` is plain HTTP, where browsers give no camera, and `listen.address` is \
                 {address}: set `listen.address` to 127.0.0.1 or `tls.mode` to `development`, \
                 `files` or `acme`"
            );
            problems.add("tls.mode", message);
        }
        let files = [
            ("tls.certificate", &self.certificate),
            ("tls.key", &self.key),
        ];
        for (key, path) in files {
            match (self.mode, path) {
                (TlsMode::Files, None) => {
                    problems.add(key, "is missing: `tls.mode = \"files\"` needs both files");
                }
                (TlsMode::Development | TlsMode::Acme | TlsMode::Off, Some(_)) => {
                    problems.add(key, "is only used with `tls.mode = \"files\"`");
                }
                _ => {}
            }
        }
        if self.mode == TlsMode::Acme {
            self.acme.check(problems);
        } else if self.acme != AcmeSection::default() {
            problems.add("tls.acme", "is only used with `tls.mode = \"acme\"`");
        }
    }
}
