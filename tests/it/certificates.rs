//! Certificates of one's own, also renewed while calls go on, and connections that never become a
//! request.

use crate::gateway::{Gateway, program, run};
use crate::people::{SOON, position, tap};
use crate::service::{configured, invite, reload};
use passerelle::auth::Role;
use passerelle::client::http::Target;
use passerelle::client::signalling::SignallingClient;
use passerelle::clock::Clock;
use passerelle::config::{DEMO_TOML, TlsMode, TlsSection};
use passerelle::tls;
use passerelle_signaling::time::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Kinds of records and of a handshake's messages (RFC 5246 §6.2.1, §7.4).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;

/// Refusing a configuration takes no longer.
const QUICK: Duration = Duration::from_secs(10);

/// The gateway's patience with a silent client is 10 s; this is that and a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn certificate_files_of_ones_own_are_served_and_browsers_told_to_insist_on_tls() {
    // Any certificate will do: here the one that another gateway has made for itself.
    let directory = tempfile::tempdir().unwrap();
    let maker = Gateway::demo(&[]);
    let made = |name: &str| {
        let copy = directory.path().join(name);
        std::fs::copy(maker.data_dir().join("tls").join(name), &copy).unwrap();
        copy
    };
    let (certificate, key) = (made("development.pem"), made("development.key.pem"));
    let gateway = Gateway::demo(&[
        ("tls.mode", "files"),
        ("tls.certificate", certificate.to_str().unwrap()),
        ("tls.key", key.to_str().unwrap()),
    ]);
    let section = TlsSection {
        mode: TlsMode::Files,
        certificate: Some(certificate),
        key: Some(key),
        ..TlsSection::default()
    };
    let served = tls::served_certificate(&section, directory.path()).unwrap();
    let target = Target::new(gateway.address(), served).unwrap();
    let answer = target.get("/healthz", None).await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.headers.contains_key("strict-transport-security"));
    let made_own = gateway.data_dir().join("tls").join("development.pem");
    assert!(
        !made_own.exists(),
        "no certificate is made beside one's own"
    );
}

#[test]
fn a_certificate_file_that_is_not_there_is_named_with_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = program(&[
        ("tls.mode", "files"),
        ("tls.certificate", "/nowhere/chain.pem"),
        ("tls.key", "/nowhere/key.pem"),
    ]);
    command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(directory.path().join("data"));
    let (code, _, errors) = run(command, QUICK);
    assert_eq!(code, Some(1));
    assert!(errors.contains("tls.certificate") && errors.contains("/nowhere/chain.pem"));
}

/// What a gateway answers first to a ClientHello of TLS 1.`minor - 1` (RFC 5246 §7.4.1.2) that asks
/// for nothing but what it has: both suites of AES-128-GCM, X25519 and P-256, ECDSA and RSA.
async fn greeted(gateway: &Gateway, minor: u8) -> Vec<u8> {
    let suites = [0, 4, 0xc0, 0x2b, 0xc0, 0x2f];
    let groups = [0, 10, 0, 6, 0, 4, 0, 0x1d, 0, 0x17];
    let points = [0, 11, 0, 2, 1, 0];
    let signatures = [0, 13, 0, 6, 0, 4, 4, 3, 8, 4];
    let extensions = [&groups[..], &points, &signatures].concat();
    let mut hello = vec![3, minor];
    hello.extend([7; 32]);
    hello.push(0);
    hello.extend(suites);
    hello.extend([1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    hello.extend(extensions);
    let length = u8::try_from(hello.len()).unwrap();
    let record = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    let mut stream = TcpStream::connect(gateway.address()).await.unwrap();
    stream.write_all(&record).await.unwrap();
    let mut said = vec![0; 7];
    let read = stream.read_exact(&mut said);
    tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
    if said[0] == ALERT {
        let mut further = [0];
        let closed = tokio::time::timeout(PATIENCE, stream.read(&mut further)).await;
        let closed = closed.unwrap();
        assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
    }
    said
}

#[tokio::test]
async fn a_browser_that_knows_nothing_newer_than_tls_1_1_is_told_so_and_let_go() {
    let gateway = Gateway::demo(&[]);
    for older in [1, 2] {
        let said = greeted(&gateway, older).await;
        // Fatal, protocol_version (RFC 5246 §7.2).
        assert_eq!((said[0], &said[5..]), (ALERT, &[2, 70][..]), "{said:?}");
    }
    let said = greeted(&gateway, 3).await;
    assert_eq!((said[0], said[5]), (HANDSHAKE, SERVER_HELLO), "{said:?}");
}

#[tokio::test]
async fn a_connection_that_never_sends_a_request_is_closed_before_and_after_its_handshake() {
    let gateway = Gateway::demo(&[]);
    let mut before = TcpStream::connect(gateway.address()).await.unwrap();
    let mut after = gateway.target().connect().await.unwrap();
    let (mut first, mut second) = ([0; 16], [0; 16]);
    let both = async { tokio::join!(before.read(&mut first), after.read(&mut second)) };
    let ended = tokio::time::timeout(PATIENCE, both).await;
    assert!(
        matches!(ended, Ok((Ok(0) | Err(_), Ok(0) | Err(_)))),
        "{ended:?}"
    );
}

/// Certificate files beside a gateway's configuration.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    /// A configuration that serves these files from `directory`.
    fn configured() -> (tempfile::TempDir, PathBuf, Self) {
        let (directory, file) = configured(DEMO_TOML);
        let files = Self {
            certificate: directory.path().join("chain.pem"),
            key: directory.path().join("key.pem"),
        };
        let Self { certificate, key } = &files;
        let text = std::fs::read_to_string(&file).unwrap();
        let section =
            format!("[tls]\nmode = \"files\"\ncertificate = {certificate:?}\nkey = {key:?}\n");
        std::fs::write(&file, text + &section).unwrap();
        (directory, file, files)
    }

    /// Makes another pair, which ends so many days from now, and puts it there.
    fn renew(&self, days: u64) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec![String::from("localhost")]).unwrap();
        let now = Duration::from_millis(Clock::system(Timestamp(0)).now().0);
        let until = now + Duration::from_secs(days * 24 * 60 * 60);
        params.not_after = rcgen::date_time_ymd(1970, 1, 1) + until;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(&self.key, key.serialize_pem()).unwrap();
        std::fs::write(&self.certificate, certificate.pem()).unwrap();
        certificate.der().clone()
    }
}

/// Whether the gateway answers a new connection with this certificate.
async fn serves(gateway: &Gateway, certificate: &CertificateDer<'static>) -> bool {
    let target = Target::new(gateway.address(), Some(certificate.clone())).unwrap();
    target.get("/healthz", None).await.is_ok()
}

#[tokio::test]
async fn a_renewed_certificate_is_served_after_a_reload_and_open_connections_go_on() {
    let (directory, file, files) = Files::configured();
    let first = files.renew(90);
    let gateway = Gateway::serve(directory, &file);
    let target = Target::new(gateway.address(), Some(first.clone())).unwrap();
    let (_, code) = invite(&file, &["tablet", "1"]);
    let body = serde_json::json!({ "code": code });
    let answer = target.post("/api/invite", &body, None).await.unwrap();
    let cookie = answer.cookie().unwrap();
    let connected = SignallingClient::connect(&target, Role::Tablet, &cookie).await;
    let mut open = connected.unwrap();

    let second = files.renew(90);
    let (code, said, errors) = reload(&file, &[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        said.contains("chain.pem is in force for new connections, until 20"),
        "{said}"
    );
    assert!(serves(&gateway, &second).await && !serves(&gateway, &first).await);
    tap(&mut open, "uk").await;
    assert_eq!(position(&mut open).await.1, 1, "the open socket goes on");

    let third = files.renew(90);
    gateway.reload_by_signal("chain.pem is in force for new connections");
    assert!(serves(&gateway, &third).await);

    // Cut short while it was written.
    std::fs::write(&files.certificate, "-----BEGIN CERTIFICATE-----\nMIIB").unwrap();
    let (code, said, errors) = reload(&file, &[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        said.contains("The certificate stays the one that was in force"),
        "{said}"
    );
    assert!(said.contains("chain.pem (tls.certificate)"), "{said}");
    assert!(serves(&gateway, &third).await);
    let log = gateway.log();
    assert!(
        log.contains("the certificate stays the one that was in force"),
        "{log}"
    );
    assert!(!log.contains("ends soon"), "{log}");
    open.sign_of_life(SOON).await.unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_is_noticed_without_a_word_and_one_that_ends_soon_warned_of() {
    let (directory, file, files) = Files::configured();
    files.renew(10);
    let gateway = Gateway::serve(directory, &file);
    let log = gateway.log();
    assert!(
        log.contains("the certificate ends soon") && log.contains("days=9"),
        "{log}"
    );
    let next = files.renew(90);
    let noticed = async {
        let mut look = tokio::time::interval(Duration::from_millis(500));
        while !serves(&gateway, &next).await {
            look.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, noticed).await.unwrap();
    assert!(gateway.log().contains("another certificate is in force"));
}
