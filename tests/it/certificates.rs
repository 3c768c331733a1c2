//! Certificates of one's own, and connections that never become a request.

use crate::gateway::{Gateway, program, run};
use passerelle::client::http::Target;
use passerelle::config::{TlsMode, TlsSection};
use passerelle::tls;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

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
