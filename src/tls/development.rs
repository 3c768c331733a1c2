//! The development certificate: self-signed, for this machine's own names, readable by the
//! gateway's user only. Its names and its end stand in a small file beside it.

use super::TlsError;
use passerelle_signaling::time::{Millis, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long it is valid. Browsers of Apple refuse self-signed certificates above 825 days.
const VALID: Millis = Millis::from_secs(365 * 24 * 60 * 60);

/// It is made again this long before its end, so that it does not end during a day of work.
const RENEW_BEFORE: Millis = Millis::from_secs(24 * 60 * 60);

/// It is valid from a day before it was made, for clients whose clock is behind.
const BACKDATED: Millis = Millis::from_secs(24 * 60 * 60);

/// What is remembered of the certificate.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    names: Vec<String>,
    ends_at: Timestamp,
}

/// Where the certificate is.
pub(super) fn certificate_path(data_dir: &Path) -> PathBuf {
    data_dir.join("tls/development.pem")
}

/// Certificate and key files, made now unless good ones are there.
pub(super) fn make_sure(data_dir: &Path, now: Timestamp) -> Result<(PathBuf, PathBuf), TlsError> {
    let certificate = certificate_path(data_dir);
    let key = certificate.with_extension("key.pem");
    let made = certificate.with_extension("json");
    let names = names();
    if certificate.exists() && key.exists() && is_good(&made, &names, now) {
        return Ok((certificate, key));
    }
    let directory = data_dir.join("tls");
    let built = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&directory);
    built.map_err(|source| file_error(&directory, source))?;

    let fresh = Made {
        ends_at: now + VALID,
        names,
    };
    let (certificate_pem, key_pem) = make(&fresh, now)?;
    // The note is written last: without it, a half-written pair is made again.
    remove(&made)?;
    write_private(&key, key_pem.as_bytes())?;
    write_private(&certificate, certificate_pem.as_bytes())?;
    // A `Made` holds texts and a number: it always has a JSON form.
    let note = serde_json::to_vec(&fresh).unwrap_or_default();
    write_private(&made, &note)?;
    tracing::info!(path = %certificate.display(), "made a development certificate");
    Ok((certificate, key))
}

fn is_good(made: &Path, names: &[String], now: Timestamp) -> bool {
    let note = std::fs::read(made).unwrap_or_default();
    serde_json::from_slice::<Made>(&note)
        .is_ok_and(|made| made.names == names && now + RENEW_BEFORE < made.ends_at)
}

fn make(made: &Made, now: Timestamp) -> Result<(String, String), TlsError> {
    let mut params = CertificateParams::new(made.names.clone())?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Passerelle (development)");
    params.distinguished_name = name;
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + Duration::from_millis((now - BACKDATED).0);
    params.not_after = epoch + Duration::from_millis(made.ends_at.0);
    params.use_authority_key_identifier_extension = false;
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// The names under which browsers on this machine and in its network reach the gateway.
fn names() -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(String::from).into();
    let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let hostname = hostname.trim().to_ascii_lowercase();
    let is_dns = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    if !hostname.is_empty() && hostname.bytes().all(is_dns) && !names.contains(&hostname) {
        names.push(hostname);
    }
    names
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
    // A new file each time: the mode given to `open` counts only for files it creates.
    remove(path)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(|source| file_error(path, source))
}

fn remove(path: &Path) -> Result<(), TlsError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file_error(path, error)),
        _ => Ok(()),
    }
}

pub(super) fn file_error(path: &Path, source: io::Error) -> TlsError {
    TlsError::File {
        key: "data_dir",
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    #[test]
    fn it_is_made_once_kept_private_and_made_again_before_it_ends() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = make_sure(directory.path(), NOW).unwrap();
        let first = std::fs::read(&certificate).unwrap();
        for path in [&certificate, &key] {
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
        make_sure(directory.path(), NOW + Millis::from_secs(3600)).unwrap();
        assert_eq!(
            std::fs::read(&certificate).unwrap(),
            first,
            "kept while good"
        );
        make_sure(directory.path(), NOW + VALID).unwrap();
        assert_ne!(
            std::fs::read(&certificate).unwrap(),
            first,
            "made again at its end"
        );
    }

    #[test]
    fn a_half_written_pair_is_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = make_sure(directory.path(), NOW).unwrap();
        std::fs::remove_file(certificate.with_extension("json")).unwrap();
        std::fs::write(&key, "half").unwrap();
        make_sure(directory.path(), NOW).unwrap();
        assert!(
            std::fs::read_to_string(&key)
                .unwrap()
                .contains("PRIVATE KEY")
        );
    }

    #[test]
    fn the_server_takes_it() {
        let directory = tempfile::tempdir().unwrap();
        let section = crate::config::TlsSection::default();
        let server = super::super::server(&section, directory.path(), NOW).unwrap();
        assert_eq!(
            server.unwrap().config.alpn_protocols,
            [b"http/1.1".to_vec()]
        );
    }
}
